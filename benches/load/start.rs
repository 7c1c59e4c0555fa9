//! From the command to the first answer.

use anyhow::Result;
use tempfile::TempDir;

use crate::figure::median;
use crate::process::free_address;
use crate::subject::{Algorithm, Binary};

/// Milliseconds to the first answer, on the server's core alone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Starts {
    /// In an empty directory: keys, database and all are made.
    pub(crate) first: f64,
    /// On the data of the first.
    pub(crate) second: f64,
}

impl Starts {
    /// The medians of `times` pairs of starts.
    pub(crate) async fn measure(
        binary: &Binary,
        algorithm: Algorithm,
        times: usize,
    ) -> Result<Self> {
        let (mut first, mut second) = (Vec::new(), Vec::new());
        for _ in 0..times {
            let directory = TempDir::new()?;
            let address = free_address()?;
            for starts in [&mut first, &mut second] {
                let process = binary.serve(&directory, algorithm, address).await?;
                starts.push(process.started_in.as_secs_f64() * 1e3);
                process.stop()?;
            }
        }
        Ok(Self {
            first: median(first),
            second: median(second),
        })
    }
}
