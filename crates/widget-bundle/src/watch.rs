//! Word of changed files.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::Notify;
use tokio::time::timeout;

/// How many quiet times pass at most before a change is believed.
const IMPATIENCE: u32 = 20;

/// Watches directories as they are now. Directories that come later are not among them: after a
/// change, whoever waits makes another one, and reads the files when it is there, so that nothing
/// falls between two.
pub(crate) struct Watch {
    changes: Arc<Notify>,
    /// Ends when it is dropped.
    _watcher: RecommendedWatcher,
}

impl Watch {
    /// Watches what stands in each of these directories, as far as it is `relevant`.
    pub(crate) fn new(
        directories: impl IntoIterator<Item = PathBuf>,
        relevant: impl Fn(&Path) -> bool + Send + 'static,
    ) -> notify::Result<Self> {
        let changes = Arc::new(Notify::new());
        let teller = Arc::clone(&changes);
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            // An error, or a queue that ran over, may hide anything.
            let matters = event.map_or(true, |event| {
                event.need_rescan()
                    || (is_change(event.kind) && event.paths.iter().any(|path| relevant(path)))
            });
            if matters {
                teller.notify_one();
            }
        })?;
        for directory in directories {
            // One that went away in this moment is told of by the one around it.
            match watcher.watch(&directory, RecursiveMode::NonRecursive) {
                Err(error) if directory.exists() => return Err(error),
                _ => {}
            }
        }
        Ok(Self {
            changes,
            _watcher: watcher,
        })
    }

    /// Waits until something has changed since the last time, or since the beginning.
    pub(crate) async fn changed(&self) {
        self.changes.notified().await;
    }

    /// Waits until nothing has changed for this long: builds and editors write several files, and
    /// one file several times.
    pub(crate) async fn settled(&self, quiet: Duration) {
        let begun = Instant::now();
        while timeout(quiet, self.changed()).await.is_ok() {
            if begun.elapsed() > quiet * IMPATIENCE {
                break;
            }
        }
    }
}

/// Reading is no change, and this crate reads.
fn is_change(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(access) => access == AccessKind::Close(AccessMode::Write),
        _ => true,
    }
}

/// The nearest directory around `path` that is there.
pub(crate) fn around(path: &Path) -> Option<PathBuf> {
    let mut ancestors = path.ancestors().skip(1);
    ancestors
        .find(|ancestor| ancestor.is_dir())
        .map(Path::to_owned)
}

/// `path` as the system calls it in its events: from the root, and without symbolic links above it.
pub(crate) fn anchored(path: &Path) -> PathBuf {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let anchor = around(&whole).and_then(|around| {
        let below = whole.strip_prefix(&around).ok()?;
        Some(around.canonicalize().ok()?.join(below))
    });
    anchor.unwrap_or(whole)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;
    use tokio::sync::mpsc::unbounded_channel;

    use super::*;

    /// Or every look at the files would lead to the next one.
    #[tokio::test]
    async fn reading_is_no_change() {
        let directory = TempDir::new().unwrap();
        let root = directory.path().canonicalize().unwrap();
        let (read, written) = (root.join("read"), root.join("written"));
        fs::write(&read, "1").unwrap();
        let (told, mut seen) = unbounded_channel();
        let tell = move |path: &Path| told.send(path.to_owned()).is_ok();
        let watch = Watch::new([root], tell).unwrap();
        fs::read(&read).unwrap();
        fs::write(&written, "2").unwrap();
        watch.changed().await;
        assert_eq!(seen.recv().await, Some(written));
    }
}
