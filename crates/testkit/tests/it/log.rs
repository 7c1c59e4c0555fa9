//! What is logged, to be read by a test.

use std::cell::RefCell;
use std::io::Write;
use std::sync::Once;

use tracing_subscriber::filter::dynamic_filter_fn;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::prelude::*;

thread_local! {
    /// Everything that was logged on this thread since it began to listen.
    static LOG: RefCell<Option<Vec<u8>>> = const { RefCell::new(None) };
}

/// Writes to the log of its thread.
struct Log;

impl Write for Log {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        LOG.with_borrow_mut(|log| log.as_mut().map(|log| log.extend_from_slice(line)));
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'w> MakeWriter<'w> for Log {
    type Writer = Self;

    fn make_writer(&'w self) -> Self {
        Self
    }
}

/// Logs everything that happens on this thread from now on: the whole server, in a test whose runtime
/// has one thread.
///
/// One subscriber for the whole process that looks at the thread, because a subscriber of one
/// thread misses what another thread was the first to reach: what `tracing` remembers of a place
/// in the code is the same for all threads.
pub(crate) fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let listening = dynamic_filter_fn(|_, _| LOG.with_borrow(Option::is_some));
        let layer = tracing_subscriber::fmt::layer()
            .with_ansi(false)
            .with_writer(Log);
        tracing_subscriber::registry()
            .with(layer.with_filter(listening))
            .init();
    });
    LOG.set(Some(Vec::new()));
}

/// What was logged since, without colours.
pub(crate) fn heard() -> String {
    let log = LOG.replace(Some(Vec::new())).unwrap();
    String::from_utf8(log).unwrap()
}
