//! An environment made of maps.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use countersign_config::{Config, ConfigErrors, Environment};

/// Variables and files that exist nowhere else.
#[derive(Default)]
pub(crate) struct Given {
    variables: Vec<(String, OsString)>,
    files: BTreeMap<PathBuf, Vec<u8>>,
}

/// With this `./countersign.toml`.
pub(crate) fn toml(text: &str) -> Given {
    Given::default().file("countersign.toml", text)
}

/// With this variable and no file.
pub(crate) fn variable(name: &str, value: &str) -> Given {
    Given::default().variable(name, value)
}

impl Given {
    pub(crate) fn variable(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.variables.push((name.to_owned(), value.into()));
        self
    }

    pub(crate) fn file(mut self, path: &str, contents: impl AsRef<[u8]>) -> Self {
        self.files.insert(path.into(), contents.as_ref().to_vec());
        self
    }

    pub(crate) fn load(&self) -> Result<Config, ConfigErrors> {
        Config::load(None, self)
    }

    #[track_caller]
    pub(crate) fn config(&self) -> Config {
        self.load().unwrap()
    }

    /// The problems as an operator reads them.
    #[track_caller]
    pub(crate) fn problems(&self) -> Vec<String> {
        let errors = self
            .load()
            .expect_err("the configuration should be refused");
        errors.problems().iter().map(ToString::to_string).collect()
    }

    /// The one problem.
    #[track_caller]
    pub(crate) fn problem(&self) -> String {
        let problems = self.problems();
        assert_eq!(problems.len(), 1, "{problems:#?}");
        problems.concat()
    }
}

impl Environment for Given {
    fn variables(&self) -> Vec<(String, OsString)> {
        self.variables.clone()
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let missing = || io::Error::new(io::ErrorKind::NotFound, "No such file or directory");
        self.files.get(path).cloned().ok_or_else(missing)
    }
}
