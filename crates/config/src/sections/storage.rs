//! `[storage]`

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::StorageUrl;

/// The database.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Storage {
    /// The database: `sqlite:PATH`, or `postgres://USER:PASSWORD@HOST/DATABASE` when several machines
    /// serve one address. Follows `data_dir` when it is not set.
    pub url: StorageUrl,
    /// A file that holds `url`, so that its password stays out of the configuration.
    pub url_file: Option<PathBuf>,
}

impl Default for Storage {
    fn default() -> Self {
        Self {
            url: StorageUrl::Sqlite("./data/countersign.db".into()),
            url_file: None,
        }
    }
}
