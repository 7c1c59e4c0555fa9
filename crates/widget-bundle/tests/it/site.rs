//! A directory with files in it.

use std::path::{Path, PathBuf};

use countersign_widget_bundle::{Bundle, BundleError, Page};
use tempfile::TempDir;

pub(crate) struct Site {
    directory: TempDir,
    pub(crate) bundle: Bundle,
}

impl Site {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let directory = TempDir::new().unwrap();
        let bundle = Bundle {
            path: directory.path().to_owned(),
            resource_domains: Vec::new(),
            frame_domains: Vec::new(),
        };
        let site = Self { directory, bundle };
        for (name, content) in files {
            site.write(name, content);
        }
        site
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.file(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    #[track_caller]
    pub(crate) fn page(&self) -> Page {
        self.bundle.read().unwrap_or_else(|error| panic!("{error}"))
    }

    #[track_caller]
    pub(crate) fn html(&self) -> String {
        self.page().html
    }

    #[track_caller]
    pub(crate) fn refusal(&self) -> BundleError {
        self.bundle.read().expect_err("it was made into a page")
    }
}

/// A page of these files beside `index.html`.
#[track_caller]
pub(crate) fn html(index: &str, files: &[(&str, &str)]) -> String {
    let site = Site::new(files);
    site.write("index.html", index);
    site.html()
}
