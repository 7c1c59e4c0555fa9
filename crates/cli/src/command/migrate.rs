//! `countersign migrate`.

use std::path::Path;

use super::{load, say};
use crate::{data_dir, store};

pub(super) async fn run(path: Option<&Path>) -> anyhow::Result<()> {
    let config = load(path)?;
    data_dir::prepare(&config)?;
    let migrated = store::migrate(&config).await?;
    say(&match migrated.applied.as_slice() {
        [] => format!(
            "nothing to do: the schema is at version {}",
            migrated.version
        ),
        steps => format!(
            "applied {}; the schema is at version {}",
            steps.join(", "),
            migrated.version
        ),
    });
    Ok(())
}
