//! The command that makes a bundle from its sources.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;
use tokio::sync::watch;
use tokio::task::spawn_blocking;

use crate::tree;
use crate::watch::{Watch, anchored, around};

/// How many of a failed command's last lines are repeated.
const LINES: usize = 20;

/// Lines of minified code say nothing.
const LINE_LENGTH: usize = 300;

/// A command and what it has to be run again for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Build {
    /// For `sh`.
    pub command: String,
    /// Where it runs.
    pub directory: PathBuf,
    /// A file or a directory; `node_modules`, `dist` and hidden files in it are not looked at.
    /// Without it the command runs once.
    pub sources: Option<PathBuf>,
    /// What it makes, if that is among the sources.
    pub made: Vec<PathBuf>,
}

/// How a build stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BuildState {
    /// It runs.
    Running,
    /// It ended well.
    Succeeded,
    /// It did not, and this is why.
    Failed(String),
}

impl Build {
    /// Builds at once, and again whenever the sources say something else, until it is dropped. `quiet`
    /// is how long they must have been left alone. Ends when nobody wants to know, or when the sources
    /// cannot be watched, which it says as a failure.
    pub async fn run(mut self, quiet: Duration, state: watch::Sender<BuildState>) {
        self.sources = self.sources.as_deref().map(anchored);
        self.made = self.made.iter().map(|made| anchored(made)).collect();
        loop {
            let watch = match self.watch().await {
                Ok(watch) => watch,
                Err(error) => {
                    _ = state.send(BuildState::Failed(cannot_watch(&error)));
                    return;
                }
            };
            let seen = self.fingerprint().await;
            if state.send(BuildState::Running).is_err() {
                return;
            }
            let outcome = match self.execute().await {
                Ok(()) => BuildState::Succeeded,
                Err(reason) => BuildState::Failed(format!("`{}` failed: {reason}", self.command)),
            };
            if state.send(outcome).is_err() {
                return;
            }
            let Some(mut watch) = watch else {
                return state.closed().await;
            };
            loop {
                tokio::select! {
                    () = watch.changed() => {}
                    () = state.closed() => return,
                }
                watch.settled(quiet).await;
                // Anew before looking, so that a change in between is one of the next round.
                match self.watch().await {
                    Ok(Some(anew)) => watch = anew,
                    Ok(None) => {}
                    Err(error) => {
                        _ = state.send(BuildState::Failed(cannot_watch(&error)));
                        return;
                    }
                }
                if self.fingerprint().await != seen {
                    break;
                }
            }
        }
    }

    async fn watch(&self) -> notify::Result<Option<Watch>> {
        let Some(sources) = self.sources.clone() else {
            return Ok(None);
        };
        let made = self.made.clone();
        let watch = spawn_blocking(move || {
            let directories = if sources.is_dir() {
                tree::directories(&sources, tree::is_no_source)
            } else {
                Vec::new()
            };
            let around = around(&sources);
            let relevant = move |path: &Path| {
                let below = path.strip_prefix(&sources);
                below.is_ok_and(|below| !below.iter().any(tree::is_no_source))
                    && !made.iter().any(|made| path.starts_with(made))
            };
            Watch::new(directories.into_iter().chain(around), relevant)
        });
        watch
            .await
            .unwrap_or_else(|_| Err(notify::Error::generic("the watcher stopped")))
            .map(Some)
    }

    async fn fingerprint(&self) -> Option<u64> {
        let sources = self.sources.clone()?;
        let made = self.made.clone();
        spawn_blocking(move || tree::fingerprint(&sources, &made))
            .await
            .ok()
    }

    /// Runs the command; the error is its last words.
    async fn execute(&self) -> Result<(), String> {
        let mut child = Command::new("sh")
            .arg("-c")
            // In one stream, so that its words stay in their order.
            .arg(format!("exec 2>&1\n{}", self.command))
            .current_dir(&self.directory)
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| {
                format!("it cannot be run in {}: {error}", self.directory.display())
            })?;
        let mut last = VecDeque::with_capacity(LINES);
        if let Some(output) = child.stdout.take() {
            let mut lines = BufReader::new(output).split(b'\n');
            while let Ok(Some(line)) = lines.next_segment().await {
                if last.len() == LINES {
                    last.pop_front();
                }
                last.push_back(plain(&line));
            }
        }
        let status = child.wait().await.map_err(|error| error.to_string())?;
        if status.success() {
            return Ok(());
        }
        let words = Vec::from(last).join("\n");
        Err(match words.trim() {
            "" => format!("{status}"),
            words => format!("{status}\n{words}"),
        })
    }
}

/// A line as text that can be shown anywhere.
fn plain(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line);
    let text = text.chars().filter(|c| *c == '\t' || !c.is_control());
    text.take(LINE_LENGTH).collect()
}

pub(crate) fn cannot_watch(error: &notify::Error) -> String {
    let remedy = match error.kind {
        notify::ErrorKind::MaxFilesWatch => {
            "; the system allows no more watches: raise fs.inotify.max_user_watches"
        }
        _ => "",
    };
    format!("changes are not noticed any more: {error}{remedy}")
}
