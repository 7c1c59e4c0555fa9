//! How fast the built binary is over loopback, beside what the machine allows in the same run.
//!
//! The server has one core, this driver another. Everything alternates in short rounds, so that
//! the machine's drift meets each figure alike, and each figure is the median of its rounds. What
//! comes out are the tables of `docs/performance.md`.
//!
//! ```text
//! cargo build --release -p countersign-cli
//! cargo bench -p countersign-benches              # about four minutes
//! cargo bench -p countersign-benches -- --quick   # proves in seconds that it works
//! ```
//!
//! `COUNTERSIGN_BIN` names another binary than `target/release/countersign`.
#![expect(clippy::print_stdout, reason = "a report for a person")]

mod aim;
mod baseline;
mod connection;
mod cores;
mod drive;
mod figure;
mod fixed;
mod person;
mod plan;
mod process;
mod refresh;
mod report;
mod sign_in;
mod start;
mod subject;

use anyhow::{Result, bail};

use crate::cores::Cores;
use crate::plan::Plan;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<()> {
    let mut plan = Plan::full();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            // Cargo says so to every benchmark.
            "--bench" => {}
            "--quick" => plan = Plan::quick(),
            baseline::SERVE => return baseline::serve(arguments.next().as_deref()),
            other => bail!("unknown argument {other}: there is only --quick"),
        }
    }
    let cores = Cores::choose()?;
    cores.pin_driver()?;
    let report = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(plan.run(cores))?;
    println!("{report}");
    Ok(())
}
