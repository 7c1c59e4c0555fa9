//! The files of a bundle.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::bundle::LARGEST;
use crate::{BundleError, media_type};

/// A bundle's directory, from which nothing leads out.
#[derive(Debug)]
pub(crate) struct Directory {
    /// Without symbolic links.
    root: PathBuf,
    /// What was read, by its path from the top.
    read: RefCell<BTreeSet<String>>,
    /// How many bytes that was.
    bytes: Cell<u64>,
}

impl Directory {
    pub(crate) fn open(path: &Path) -> Result<Self, BundleError> {
        let root = path
            .canonicalize()
            .map_err(|reason| BundleError::Unreadable {
                path: path.to_owned(),
                reason,
            })?;
        Ok(Self {
            root,
            read: RefCell::default(),
            bytes: Cell::default(),
        })
    }

    /// Whether a file was read.
    pub(crate) fn has_read(&self, path: &str) -> bool {
        self.read.borrow().contains(path)
    }

    /// The text at `path`, which is what `reference` in `file` means.
    pub(crate) fn text(
        &self,
        path: &str,
        file: &str,
        reference: &str,
    ) -> Result<String, BundleError> {
        let bytes = self.bytes(path, file, reference)?;
        let text = String::from_utf8(bytes).map_err(|_| BundleError::NotText(path.to_owned()))?;
        Ok(match text.strip_prefix('\u{feff}') {
            Some(text) => text.to_owned(),
            None => text,
        })
    }

    /// The file at `path` as an address that holds it.
    pub(crate) fn data_url(
        &self,
        path: &str,
        file: &str,
        reference: &str,
    ) -> Result<String, BundleError> {
        let bytes = self.bytes(path, file, reference)?;
        let media_type = media_type::of(path);
        Ok(format!(
            "data:{media_type};base64,{}",
            STANDARD.encode(bytes)
        ))
    }

    fn bytes(&self, path: &str, file: &str, reference: &str) -> Result<Vec<u8>, BundleError> {
        let missing = || BundleError::Missing {
            file: file.to_owned(),
            reference: reference.to_owned(),
        };
        let found = self.root.join(path).canonicalize().map_err(|_| missing())?;
        if !found.starts_with(&self.root) {
            return Err(BundleError::Outside {
                file: file.to_owned(),
                reference: reference.to_owned(),
            });
        }
        let metadata = fs::metadata(&found).map_err(|_| missing())?;
        if !metadata.is_file() {
            return Err(missing());
        }
        // Before it is in memory: a path may name anything.
        let bytes = self.bytes.get().saturating_add(metadata.len());
        if bytes > LARGEST {
            return Err(BundleError::TooLarge(path.to_owned()));
        }
        let content = fs::read(&found).map_err(|reason| BundleError::Unreadable {
            path: found,
            reason,
        })?;
        self.bytes.set(bytes);
        self.read.borrow_mut().insert(path.to_owned());
        Ok(content)
    }
}
