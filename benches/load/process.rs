//! A server as a process of its own, on the server's core.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use tokio::task::yield_now;

use crate::connection::Connection;
use crate::cores::Cores;
use crate::fixed::get;

const START_LIMIT: Duration = Duration::from_secs(15);

/// A running server; it dies with this value.
pub(crate) struct Process {
    child: Child,
    pub(crate) address: SocketAddr,
    /// From the command to the first answer.
    pub(crate) started_in: Duration,
}

impl Process {
    /// Starts `command`, which is to listen on `address`, and waits until it answers `GET path`.
    /// What it says goes to the file `log`.
    pub(crate) async fn start(
        command: &mut Command,
        address: SocketAddr,
        path: &str,
        log: &Path,
        cores: Cores,
    ) -> Result<Self> {
        let output = File::create(log)?;
        command
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output);
        let start = Instant::now();
        let child = cores.on_server(|| {
            let program = command.get_program().to_owned();
            let context = || format!("cannot start {}", program.display());
            command.spawn().with_context(context)
        })?;
        let mut process = Self {
            child,
            address,
            started_in: Duration::ZERO,
        };
        let request = get(address, path, "");
        // Asks without a pause: a timer's tick would be a fifth of what is measured.
        while start.elapsed() < START_LIMIT {
            if let Ok(mut connection) = Connection::open(address).await
                && let Ok(answer) = connection.exchange(&request).await
                && answer.status == 200
            {
                process.started_in = start.elapsed();
                return Ok(process);
            }
            if let Some(status) = process.child.try_wait()? {
                let said = std::fs::read_to_string(log)?;
                bail!("the server ended with {status}:\n{said}");
            }
            yield_now().await;
        }
        let said = std::fs::read_to_string(log)?;
        bail!("no answer on {address} after {START_LIMIT:?}:\n{said}")
    }

    /// What of it is in memory, in MiB.
    pub(crate) fn resident(&self) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let kib = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .and_then(|value| value.split_whitespace().next())
            .context("the kernel does not tell how much memory the server uses")?;
        Ok(kib.parse::<f64>()? / 1024.0)
    }

    /// Ends it as a process manager does, and waits for that.
    pub(crate) fn stop(mut self) -> Result<()> {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        kill_process(pid.context("the server has no process id")?, Signal::TERM)?;
        let status = self.child.wait()?;
        anyhow::ensure!(status.success(), "the server ended with {status}");
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Gone already, or beyond help.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An address on which nobody listens.
pub(crate) fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}
