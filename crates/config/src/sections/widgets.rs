//! `[[widgets]]`

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Deserialize;

use crate::findings::Findings;
use crate::key_path::KeyPath;
use crate::values::web_origin::check_origin;

/// A widget of your own.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Widget {
    /// Its name in addresses: 1 to 64 letters, digits, `-` and `_`. One that the app uses replaces the
    /// app's widget.
    pub name: String,
    /// What people read.
    pub title: String,
    /// What it shows, for the model, which then need not repeat it.
    pub description: String,
    /// A directory with an `index.html`, as build tools leave it, or one HTML file. Counts from the
    /// directory of the configuration file.
    pub path: PathBuf,
    /// The tools whose results it shows, in place of the widgets that they had.
    pub tools: Vec<String>,
    /// Where its scripts may send requests to, each as an exact origin, for example
    /// `https://api.example.com`.
    #[serde(default)]
    pub connect_domains: Vec<String>,
    /// Where its scripts, styles, images and fonts may come from, beside its own bundle.
    #[serde(default)]
    pub resource_domains: Vec<String>,
    /// What it may show in frames. ChatGPT reviews a widget that has any more closely.
    #[serde(default)]
    pub frame_domains: Vec<String>,
    /// Where ChatGPT lets it lead people without asking them.
    #[serde(default)]
    pub redirect_domains: Vec<String>,
    /// Whether the host draws a border around it.
    #[serde(default = "yes")]
    pub prefers_border: bool,
    /// The origin that ChatGPT wants to know a published widget by.
    pub openai_domain: Option<String>,
    /// The command that makes it, for `sh`. Only on a loopback `public_url`: it runs at the start and
    /// whenever something under `sources` changes.
    pub build: Option<String>,
    /// What it is made from: a directory, in which `build` then runs, or a file. Without it `build` runs
    /// once, in the directory of the configuration file. What is called `dist` or `node_modules` or
    /// begins with a dot is left out.
    pub sources: Option<PathBuf>,
    /// The directory of the configuration file.
    #[serde(skip)]
    pub directory: PathBuf,
}

fn yes() -> bool {
    true
}

impl Widget {
    /// Lets relative paths count from `directory`.
    pub(crate) fn place(&mut self, directory: &Path) {
        directory.clone_into(&mut self.directory);
        self.path = directory.join(&self.path);
        self.sources = self.sources.take().map(|path| directory.join(path));
    }

    fn check(&self, at: impl Fn(&str) -> KeyPath, findings: &mut Findings) {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        if !(1..=64).contains(&self.name.len()) || !self.name.bytes().all(fits) {
            findings.refuse(
                at("name"),
                "not a widget's name: write 1 to 64 letters, digits, - and _, for example \"order-card\"",
            );
        }
        findings.shown_text(at("title"), &self.title, 200);
        findings.shown_text(at("description"), &self.description, 1_000);
        if self.path.as_os_str().is_empty() {
            findings.refuse(
                at("path"),
                "empty: write where the widget is, for example \"widgets/order-card/dist\"",
            );
        }
        if self.tools.is_empty() {
            findings.refuse(
                at("tools"),
                "empty: name a tool whose results the widget shows",
            );
        }
        for (key, domains, schemes) in [
            (
                "connect_domains",
                &self.connect_domains,
                &["https", "wss"][..],
            ),
            ("resource_domains", &self.resource_domains, &["https"]),
            ("frame_domains", &self.frame_domains, &["https"]),
            ("redirect_domains", &self.redirect_domains, &["https"]),
        ] {
            for (index, domain) in domains.iter().enumerate() {
                check_origin(at(key).index(index), domain, schemes, findings);
            }
        }
        if let Some(domain) = &self.openai_domain {
            check_origin(at("openai_domain"), domain, &["https"], findings);
        }
        match &self.build {
            Some(command) if command.trim().is_empty() => findings.refuse(
                at("build"),
                "empty: write the command, for example \"npm run build\", or remove the key",
            ),
            None if self.sources.is_some() => findings.refuse(
                at("sources"),
                "means nothing without \"build\": add the command that makes the widget from them, or remove the key",
            ),
            _ => {}
        }
    }
}

pub(crate) fn check(widgets: &[Widget], findings: &mut Findings) {
    let (mut names, mut tools) = (BTreeSet::new(), BTreeSet::new());
    for (index, widget) in widgets.iter().enumerate() {
        let at = |key: &str| KeyPath::from(["widgets"]).index(index).key(key);
        widget.check(at, findings);
        if !names.insert(&widget.name) {
            let name = &widget.name;
            findings.refuse(
                at("name"),
                format!("a second widget is called \"{name}\": rename or remove it"),
            );
        }
        for (number, tool) in widget.tools.iter().enumerate() {
            if !tools.insert(tool) {
                findings.refuse(
                    at("tools").index(number),
                    format!("\"{tool}\" is named twice, and a tool has one widget: remove one of the two"),
                );
            }
        }
    }
}
