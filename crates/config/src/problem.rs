//! What is wrong with a configuration, for the person who wrote it.

use std::fmt;
use std::path::{Path, PathBuf};

/// Where a value was set.
///
/// In order: variables by name, then places in the file from its top.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// In this environment variable.
    Variable(String),
    /// In the file, at this line and column (both from 1).
    File {
        /// The file, as it was named.
        path: PathBuf,
        /// The line.
        line: usize,
        /// The column, in characters.
        column: usize,
    },
    /// Nowhere: it is a default.
    Default,
}

impl Origin {
    /// The directory of the file; else the working directory, as nothing.
    pub(crate) fn directory(&self) -> &Path {
        let directory = match self {
            Self::File { path, .. } => path.parent(),
            Self::Variable(_) | Self::Default => None,
        };
        directory.unwrap_or(Path::new(""))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, line, column } => write!(f, "{}:{line}:{column}", path.display()),
            Self::Variable(name) => f.write_str(name),
            Self::Default => f.write_str("default"),
        }
    }
}

/// One thing that is wrong, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where it was set.
    pub origin: Origin,
    /// The key, for example `tokens.access_ttl` or `clients[0].id`. Empty when there is none.
    pub key: String,
    /// What is wrong and what to write instead. Never contains a secret.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.origin != Origin::Default {
            write!(f, "{}: ", self.origin)?;
        }
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        f.write_str(&self.message)
    }
}

/// Everything that is wrong with a configuration; never empty.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", describe(.0))]
pub struct ConfigErrors(pub(crate) Vec<Problem>);

impl ConfigErrors {
    /// The problems, ordered by where they stand.
    pub fn problems(&self) -> &[Problem] {
        &self.0
    }
}

fn describe(problems: &[Problem]) -> String {
    let mut text = match problems.len() {
        1 => "the configuration has a problem:".to_owned(),
        count => format!("the configuration has {count} problems:"),
    };
    for problem in problems {
        text.push_str("\n  ");
        text.push_str(&problem.to_string());
    }
    text
}
