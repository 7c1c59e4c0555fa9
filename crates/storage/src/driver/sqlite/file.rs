//! The database file itself: made with mode 0600, never made over a lost one.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::OpenError;

/// A database file that exists. SQLite gives its write-ahead log and shared memory the mode of
/// the database.
pub(super) struct DatabaseFile {
    path: PathBuf,
    /// Deletes the directory when the last owner of a connection lets go.
    directory: Option<TempDir>,
}

impl DatabaseFile {
    /// Makes `path` and its directory as needed.
    pub(super) fn prepare(path: &Path) -> Result<Self, OpenError> {
        let unusable = |source| OpenError::File {
            path: path.display().to_string(),
            source,
        };
        let length = match fs::metadata(path) {
            Ok(metadata) => metadata.len(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
            Err(error) => return Err(unusable(error)),
        };
        // SQLite would throw the log of a missing database away and start an empty one.
        let log = fs::metadata(beside(path, "-wal")).map_or(0, |metadata| metadata.len());
        if length == 0 && log > 0 {
            return Err(OpenError::Lost(path.display().to_string()));
        }
        if let Some(directory) = path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
        {
            private_directory(directory).map_err(unusable)?;
        }
        private_file(path).map_err(unusable)?;
        Ok(Self {
            path: path.to_owned(),
            directory: None,
        })
    }

    /// A file in a directory of its own, which goes with it.
    pub(super) fn temporary() -> Result<Self, OpenError> {
        let directory = TempDir::with_prefix("countersign-").map_err(|source| OpenError::File {
            path: std::env::temp_dir().display().to_string(),
            source,
        })?;
        let mut file = Self::prepare(&directory.path().join("countersign.db"))?;
        file.directory = Some(directory);
        Ok(file)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

fn beside(path: &Path, suffix: &str) -> OsString {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name
}

fn private_directory(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

fn private_file(path: &Path) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}
