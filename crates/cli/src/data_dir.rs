//! The data directory: made on first start, readable by its owner only.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use anyhow::Context as _;
use countersign_config::{Config, StorageUrl};
use countersign_jose::seal::MasterKey;

/// Makes the data directory if it is not there.
pub fn prepare(config: &Config) -> anyhow::Result<()> {
    make(&config.data_dir)?;
    if let StorageUrl::Sqlite(path) = &config.storage.url
        && let Some(parent) = path.parent()
        && !parent.as_os_str().is_empty()
    {
        make(parent)?;
    }
    Ok(())
}

fn make(directory: &Path) -> anyhow::Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(directory)
        .with_context(|| {
            format!(
                "cannot make the directory {}: set data_dir to one you may write",
                directory.display()
            )
        })
}

/// The master key: from the configuration, or from a file that is made on first start. Nothing
/// that was sealed opens without it, so losing the file means new signing keys.
pub fn master_key(config: &Config) -> anyhow::Result<MasterKey> {
    if let Some(key) = &config.master_key {
        return Ok(MasterKey::from_base64(&key.to_base64())?);
    }
    let path = config.default_master_key_file();
    let key = MasterKey::generate()?;
    // `create_new` decides who made it when two processes start at once; the other one reads.
    let created = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path);
    match created {
        Ok(mut file) => {
            file.write_all(key.to_base64().as_bytes())
                .and_then(|()| file.sync_all())
                .with_context(|| format!("cannot write {}", path.display()))?;
            Ok(key)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => read(&path),
        Err(error) => Err(error).with_context(|| {
            format!(
                "cannot make {}: set data_dir to a directory you may write",
                path.display()
            )
        }),
    }
}

fn read(path: &Path) -> anyhow::Result<MasterKey> {
    let mut text = String::new();
    fs::File::open(path)
        .and_then(|mut file| file.read_to_string(&mut text))
        .with_context(|| format!("cannot read the master key in {}", path.display()))?;
    MasterKey::from_base64(text.trim()).with_context(|| {
        format!(
            "{} holds no master key: restore it from a back-up",
            path.display()
        )
    })
}
