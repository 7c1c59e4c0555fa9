//! What the checks found, before it is known where each value came from.

use std::fmt::Display;

use crate::key_path::KeyPath;

/// A value that will not do, and what to do about it.
#[derive(Debug)]
pub(crate) struct Finding {
    pub(crate) path: KeyPath,
    pub(crate) message: String,
}

/// The findings so far.
#[derive(Debug, Default)]
pub(crate) struct Findings(Vec<Finding>);

impl Findings {
    pub(crate) fn refuse(&mut self, path: impl Into<KeyPath>, message: impl Into<String>) {
        self.0.push(Finding {
            path: path.into(),
            message: message.into(),
        });
    }

    /// Refuses a value outside the bounds, both of which are allowed.
    pub(crate) fn within<T: Copy + PartialOrd + Display>(
        &mut self,
        path: impl Into<KeyPath>,
        value: T,
        least: T,
        most: T,
    ) {
        if value < least || value > most {
            self.refuse(
                path,
                format!("is {value} and must be between {least} and {most}"),
            );
        }
    }

    /// Refuses what cannot be shown to a user as one honest line: empty, longer than `most`
    /// characters, or with characters that hide or reorder others.
    pub(crate) fn shown_text(&mut self, path: impl Into<KeyPath>, text: &str, most: usize) {
        let invisible = |c: char| {
            c.is_control()
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        };
        if text.trim().is_empty() {
            self.refuse(path, "empty: write what users should read");
        } else if text.chars().count() > most {
            self.refuse(path, format!("longer than {most} characters: shorten it"));
        } else if text.contains(invisible) {
            self.refuse(
                path,
                "has line breaks or invisible characters: write it as one plain line",
            );
        }
    }

    pub(crate) fn paths(&self) -> impl Iterator<Item = &KeyPath> {
        self.0.iter().map(|finding| &finding.path)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl IntoIterator for Findings {
    type Item = Finding;
    type IntoIter = std::vec::IntoIter<Finding>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
