//! What this crate reads from outside.

use std::ffi::OsString;
use std::io;
use std::path::Path;

/// The outside world: variables and files. A test hands in a map.
pub trait Environment {
    /// Every environment variable whose name is text; other names cannot be ours.
    fn variables(&self) -> Vec<(String, OsString)>;

    /// The contents of a file.
    ///
    /// # Errors
    /// As [`std::fs::read`].
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;
}

/// The environment and the files of this process.
#[derive(Debug, Clone, Copy, Default)]
pub struct ProcessEnvironment;

impl Environment for ProcessEnvironment {
    fn variables(&self) -> Vec<(String, OsString)> {
        std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
            .collect()
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        std::fs::read(path)
    }
}
