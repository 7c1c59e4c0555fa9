//! Word of a call that goes on (MCP "Progress").

use std::fmt;
use std::sync::Arc;

use http::request::Parts;
use rmcp::model::{ProgressNotificationParam, ProgressToken};
use rmcp::service::{Peer, RequestContext, RoleServer};
use tokio::sync::Mutex;

use super::ToolContext;

/// Says in the extensions of a request that its answer may be a stream: it stands alone, and who
/// sent it reads streams.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MayStream;

impl<P> ToolContext<P> {
    /// Tells a client that asked for it how far the call has come: `done` of `total` steps, and
    /// in words what goes on, if `message` is not empty. Does nothing for any other client.
    ///
    /// `done` is to grow; a word that comes too late to say more than the last one is left out.
    /// Waits while the client is slow to read, and fails never.
    ///
    /// From the first word on the answer is a stream, whose status is said. A tool that may find
    /// that the person has to sign in finds out before it, or the challenge stands in the
    /// result, where only ChatGPT reads it.
    pub async fn progress(&self, done: u32, total: Option<u32>, message: impl Into<String> + Send) {
        if let Some(reporter) = &self.progress.0 {
            reporter.report(done, total, message.into()).await;
        }
    }
}

/// Who hears of the progress of a call; nobody, if its client did not ask.
#[derive(Clone)]
pub(crate) struct Progress(Option<Arc<Reporter>>);

struct Reporter {
    client: Peer<RoleServer>,
    token: ProgressToken,
    /// The least that is more than what was said. Held while it is said, so that what is sent grows
    /// as well.
    next: Mutex<u64>,
}

impl Progress {
    /// Reads whether the client asked, and can hear it.
    pub(crate) fn of(context: &RequestContext<RoleServer>) -> Self {
        let may_stream = context
            .extensions
            .get::<Parts>()
            .is_some_and(|parts| parts.extensions.get::<MayStream>().is_some());
        let token = context.meta.get_progress_token();
        Self(token.filter(|_| may_stream).map(|token| {
            Arc::new(Reporter {
                client: context.peer.clone(),
                token,
                next: Mutex::new(0),
            })
        }))
    }
}

impl Reporter {
    async fn report(&self, done: u32, total: Option<u32>, message: String) {
        let mut next = self.next.lock().await;
        if u64::from(done) < *next {
            return;
        }
        *next = u64::from(done) + 1;
        let mut progress = ProgressNotificationParam::new(self.token.clone(), done.into());
        progress.total = total.map(f64::from);
        progress.message = Some(message).filter(|message| !message.is_empty());
        if let Err(error) = self.client.notify_progress(progress).await {
            tracing::debug!(%error, "nobody hears of the progress of a tool any more");
        }
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() {
            "Progress(asked)"
        } else {
            "Progress"
        })
    }
}
