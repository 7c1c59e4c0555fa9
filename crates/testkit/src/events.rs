//! Server-sent events, as they come.

use std::time::Duration;

use axum::body::Body;
use http::Response;
use http_body_util::BodyExt as _;
use serde_json::Value;
use tokio::time::timeout;

/// Far longer than anything that is told takes.
const PATIENCE: Duration = Duration::from_mins(1);

/// A stream of events that is open until it is dropped.
pub struct Events {
    body: Body,
    unread: String,
}

impl Events {
    pub(crate) fn of(response: Response<Body>) -> Self {
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self {
            body: response.into_body(),
            unread: String::new(),
        }
    }

    /// Waits for the next event; answers its name and its data.
    pub async fn next(&mut self) -> (String, Value) {
        loop {
            while let Some(end) = self.unread.find("\n\n") {
                let event: String = self.unread.drain(..end + 2).collect();
                let field = |name: &str| {
                    let mut lines = event.lines();
                    lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
                };
                let found = field("event")
                    .zip(field("data"))
                    .map(|(name, data)| (name.to_owned(), serde_json::from_str(data).unwrap()));
                if let Some(event) = found {
                    return event;
                }
            }
            let frame = timeout(PATIENCE, self.body.frame()).await;
            let frame = frame.expect("nothing was told").expect("it ended").unwrap();
            let data = frame.into_data().unwrap();
            self.unread.push_str(std::str::from_utf8(&data).unwrap());
        }
    }
}
