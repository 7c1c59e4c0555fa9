//! A bundle that is read again whenever it changes.

use std::path::Path;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::spawn_blocking;

use crate::build::cannot_watch;
use crate::watch::{Watch, anchored, around};
use crate::{BuildState, Bundle, Page, tree};

/// What became of a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The page, if there is another one.
    pub page: Option<Page>,
    /// What is wrong now, in words. `None`: nothing.
    pub problem: Option<String>,
}

/// Reads `bundle` at once, and again whenever its files change, and tells `report` of every change of
/// the page and of what is wrong, beginning with what differs from `known`. A page that cannot be read
/// is reported as a problem, and while `build` runs not even that, because then it is half written.
///
/// `quiet` is how long the files must have been left alone. Ends only when changes cannot be noticed,
/// which it reports as a problem.
pub async fn follow(
    bundle: Bundle,
    mut build: Option<watch::Receiver<BuildState>>,
    known: Option<Page>,
    quiet: Duration,
    mut report: impl FnMut(Change),
) {
    let mut page = known;
    let mut problem = None;
    loop {
        let state = build
            .as_mut()
            .map(|build| build.borrow_and_update().clone());
        // Before reading, so that what changes while it is read is read again.
        let (watch, read) = match watch_and_read(bundle.clone()).await {
            Ok(both) => both,
            Err(error) => {
                return report(Change {
                    page: None,
                    problem: Some(cannot_watch(&error)),
                });
            }
        };
        let (read, unreadable) = match read {
            Ok(read) => (Some(read), None),
            Err(error) => (None, Some(error.to_string())),
        };
        let changed = read.filter(|read| page.as_ref() != Some(read));
        let now = match state {
            Some(BuildState::Failed(reason)) => Some(reason),
            // What is half written is no problem, and an old one may not be over.
            Some(BuildState::Running) if changed.is_none() => problem.clone(),
            _ => unreadable,
        };
        if changed.is_some() || now != problem {
            if changed.is_some() {
                page.clone_from(&changed);
            }
            problem.clone_from(&now);
            report(Change {
                page: changed,
                problem: now,
            });
        }
        tokio::select! {
            () = watch.changed() => watch.settled(quiet).await,
            () = changed_state(&mut build) => {}
        }
    }
}

async fn changed_state(build: &mut Option<watch::Receiver<BuildState>>) {
    let ended = match build {
        Some(build) => build.changed().await.is_err(),
        None => true,
    };
    if ended {
        std::future::pending::<()>().await;
    }
}

type Read = Result<Page, crate::BundleError>;

async fn watch_and_read(bundle: Bundle) -> notify::Result<(Watch, Read)> {
    let both = spawn_blocking(move || {
        let watch = watch(&anchored(&bundle.path))?;
        Ok((watch, bundle.read()))
    });
    both.await
        .unwrap_or_else(|_| Err(notify::Error::generic("the watcher stopped")))
}

/// Watches a bundle, and the place where it would be.
fn watch(path: &Path) -> notify::Result<Watch> {
    let (directories, below) = if path.is_dir() {
        (tree::directories(path, tree::is_foreign), path.to_owned())
    } else {
        // What one file refers to lies beside it.
        (Vec::new(), path.parent().unwrap_or(path).to_owned())
    };
    let relevant = move |changed: &Path| {
        let parts = changed.strip_prefix(&below);
        below.starts_with(changed) || parts.is_ok_and(|parts| !parts.iter().any(tree::is_foreign))
    };
    Watch::new(directories.into_iter().chain(around(path)), relevant)
}
