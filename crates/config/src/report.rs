//! What is set, and where: the answer of `countersign config check`.

use std::fmt;

use toml::Value;

use crate::key_path::{KeyPath, Segment};
use crate::layer::Layer;
use crate::load::Loaded;
use crate::problem::Origin;
use crate::reach;
use crate::schema::Node;

/// A good configuration, described. `Display` is the text for the operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The public URL.
    pub public_url: String,
    /// The address that the server will listen on.
    pub listen: std::net::SocketAddr,
    /// Everything that is set; what is missing has its default.
    pub settings: Vec<Setting>,
    /// What keeps hosted clients from reaching the server, each with what to do about it; then
    /// [`Config::notices`](crate::Config::notices).
    pub notes: Vec<String>,
}

/// One value that is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The key, for example `tokens.access_ttl`.
    pub key: String,
    /// The value as TOML, of several lines the first; for a secret, a placeholder.
    pub value: String,
    /// Where it was set.
    pub origin: Origin,
}

pub(crate) fn report(loaded: &Loaded) -> Report {
    Report {
        public_url: loaded.config.public_url.to_string(),
        listen: loaded.config.listen,
        settings: loaded.settings.clone(),
        notes: [reach::notes(&loaded.config), loaded.config.notices()].concat(),
    }
}

pub(crate) fn settings(schema: Node<'_>, layer: &Layer) -> Vec<Setting> {
    let setting = |(path, value): (KeyPath, &Value)| Setting {
        key: path.to_string(),
        value: if is_secret(schema, &path) {
            "(secret)".to_owned()
        } else {
            on_one_line(value)
        },
        origin: layer.origin(&path),
    };
    layer.leaves().into_iter().map(setting).collect()
}

/// As TOML; of a text with several lines, such as a key in PEM, the first.
fn on_one_line(value: &Value) -> String {
    match value.as_str().and_then(|text| text.split_once('\n')) {
        Some((first, _)) => format!("\"{} …\"", first.trim_end()),
        None => value.to_string(),
    }
}

/// What the schema does not know is treated as a secret.
fn is_secret(schema: Node<'_>, path: &KeyPath) -> bool {
    let node = path
        .segments()
        .iter()
        .try_fold(schema, |node, segment| match segment {
            Segment::Key(key) => node.property(key),
            Segment::Index(_) => node.items(),
        });
    node.is_none_or(Node::is_secret)
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "The configuration is good: {} on {}.",
            self.public_url, self.listen
        )?;
        self.write_settings(f)?;
        for (position, note) in self.notes.iter().enumerate() {
            let heading = if position == 0 { "\n\nNote:" } else { "" };
            write!(f, "{heading}\n  {note}.")?;
        }
        Ok(())
    }
}

impl Report {
    fn write_settings(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.settings.is_empty() {
            return write!(
                f,
                "Nothing is set; every key has its default (`countersign config reference`)."
            );
        }
        let width = |text: fn(&Setting) -> &str| {
            self.settings
                .iter()
                .map(|setting| text(setting).chars().count())
                .max()
                .unwrap_or(0)
        };
        let (keys, values) = (
            width(|setting| &setting.key),
            width(|setting| &setting.value),
        );
        for Setting { key, value, origin } in &self.settings {
            writeln!(f, "  {key:keys$}  {value:values$}  {origin}")?;
        }
        write!(
            f,
            "Every other key has its default (`countersign config reference`)."
        )
    }
}
