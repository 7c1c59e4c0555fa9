//! One core for what is measured, one for who measures.

use anyhow::{Context as _, Result};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// Who runs where. The two are the same on a machine with one core, which the report says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cores {
    server: usize,
    driver: usize,
}

impl Cores {
    /// The first two cores that this process may use.
    pub(crate) fn choose() -> Result<Self> {
        let allowed =
            sched_getaffinity(None).context("cannot ask for the cores of this process")?;
        let mut usable = (0..CpuSet::MAX_CPU).filter(|core| allowed.is_set(*core));
        let server = usable.next().context("this process may use no core")?;
        Ok(Self {
            server,
            driver: usable.next().unwrap_or(server),
        })
    }

    /// Whether the driver takes time away from what it measures.
    pub(crate) fn are_shared(self) -> bool {
        self.server == self.driver
    }

    /// Puts this thread, and what it starts from now on, on the driver's core.
    pub(crate) fn pin_driver(self) -> Result<()> {
        pin(self.driver)
    }

    /// Puts this thread, and what it starts from now on, on the server's core.
    pub(crate) fn pin_server(self) -> Result<()> {
        pin(self.server)
    }

    /// Runs `work` on the server's core. Threads and processes that it starts stay there.
    pub(crate) fn on_server<T>(self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        self.pin_server()?;
        let done = work();
        self.pin_driver()?;
        done
    }
}

fn pin(core: usize) -> Result<()> {
    let mut set = CpuSet::new();
    set.set(core);
    sched_setaffinity(None, &set).with_context(|| format!("cannot pin a thread to core {core}"))
}
