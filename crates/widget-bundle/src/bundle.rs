//! A bundle, read.

use std::path::{Path, PathBuf};

use crate::directory::Directory;
use crate::domains::Domains;
use crate::{BundleError, document, tree};

/// What a page may have at most, everything inside.
pub(crate) const LARGEST: u64 = 2 * 1024 * 1024;

/// From here on hosts are slow to show a page.
const LARGE: usize = 500_000;

/// The file that a directory's page is in.
const INDEX: &str = "index.html";

/// Where a widget's page comes from, and what it may load from elsewhere.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// A directory with an `index.html`, or one HTML file.
    pub path: PathBuf,
    /// The origins from which the widget's policy lets it load scripts, styles, images and fonts.
    pub resource_domains: Vec<String>,
    /// The origins that the widget's policy lets it show in frames.
    pub frame_domains: Vec<String>,
}

/// A page with everything inside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The document.
    pub html: String,
    /// What its author should know, one sentence each, without a full stop.
    pub notices: Vec<String>,
}

impl Bundle {
    /// Reads the files and makes the page. Blocks: it is file after file from a disk.
    pub fn read(&self) -> Result<Page, BundleError> {
        let is_directory = self.path.is_dir();
        let (root, name) = if is_directory {
            (self.path.clone(), INDEX.to_owned())
        } else {
            self.file()?
        };
        let directory = Directory::open(&root)?;
        let domains = Domains {
            resource: &self.resource_domains,
            frame: &self.frame_domains,
        };
        let source = directory
            .text(&name, &name, &name)
            .map_err(|error| match error {
                BundleError::Missing { .. } if is_directory => BundleError::NoPage(root.clone()),
                error => error,
            })?;
        if source.trim().is_empty() {
            return Err(BundleError::Empty(name));
        }
        let html = document::embed(&source, &name, &directory, &domains)?;
        let bytes = html.len();
        if bytes as u64 > LARGEST {
            return Err(BundleError::TooLarge("everything".to_owned()));
        }
        let mut notices = Vec::new();
        if bytes > LARGE {
            notices.push(format!(
                "the page has {} kB with everything inside, and hosts are slow to show more than {}: \
                 make scripts and images smaller",
                bytes / 1000,
                LARGE / 1000
            ));
        }
        if is_directory {
            notices.extend(unused(&root, &directory));
        }
        Ok(Page { html, notices })
    }

    /// The directory and the name of the one file.
    fn file(&self) -> Result<(PathBuf, String), BundleError> {
        let unreadable = |reason| BundleError::Unreadable {
            path: self.path.clone(),
            reason,
        };
        let path = self.path.canonicalize().map_err(unreadable)?;
        let name = path.file_name().and_then(|name| name.to_str());
        match (path.parent(), name) {
            (Some(parent), Some(name)) => Ok((parent.to_owned(), name.to_owned())),
            _ => Err(unreadable(std::io::ErrorKind::NotADirectory.into())),
        }
    }
}

/// Files that only a script can mean, and would not find.
fn unused(root: &Path, directory: &Directory) -> Option<String> {
    let name = |path: &Path| Some(path.strip_prefix(root).ok()?.to_str()?.replace('\\', "/"));
    let names = tree::files(root, tree::is_foreign)
        .into_iter()
        .filter_map(|path| name(&path));
    let left: Vec<_> = names
        .filter(|name| !directory.has_read(name) && !is_no_part(name))
        .collect();
    let (shown, more) = left.split_at(left.len().min(3));
    if shown.is_empty() {
        return None;
    }
    let more = match more.len() {
        0 => String::new(),
        count => format!(" and {count} more"),
    };
    Some(format!(
        "{}{more} are not part of the page, since neither its HTML nor its stylesheets refer to them: \
         a script that loads them will not find them",
        shown.join(", ")
    ))
}

/// What builds leave beside a page and no script loads.
fn is_no_part(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let ends = |ending: &str| name.ends_with(ending);
    [
        ".map",
        ".txt",
        ".md",
        ".html",
        ".br",
        ".gz",
        "license",
        ".webmanifest",
    ]
    .into_iter()
    .any(ends)
}
