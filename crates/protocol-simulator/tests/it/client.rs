//! A simulator, and requests to it, each over a connection of its own so that a lost answer shows.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use countersign_protocol_simulator::{Indexing, Settings, Simulator, SimulatorConfig};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

pub(crate) struct World {
    pub(crate) simulator: Simulator,
    now_ms: Arc<AtomicI64>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    /// The body of an answer that is fine.
    pub(crate) fn ok(self) -> Value {
        assert_eq!(self.status, 200, "{self:?}");
        self.json()
    }

    /// Status and `error`.
    pub(crate) fn refusal(&self) -> (u16, String) {
        let error = self.json()["error"].as_str().unwrap().to_owned();
        (self.status, error)
    }
}

impl World {
    /// Everybody is found at once. A token `x` is that of the subject `x`, unless it is `forged`.
    pub(crate) async fn start() -> Self {
        Self::indexing(Indexing::IMMEDIATE).await
    }

    pub(crate) async fn indexing(indexing: Indexing) -> Self {
        let now_ms = Arc::new(AtomicI64::new(1_800_000_000_000));
        let read = Arc::clone(&now_ms);
        let verify = |token: &str| (token != "forged").then(|| token.to_owned());
        let config = SimulatorConfig {
            settings: Settings {
                indexing,
                ..Settings::default()
            },
            now: Arc::new(move || read.load(Ordering::SeqCst)),
            ..SimulatorConfig::new(Arc::new(verify))
        };
        Self {
            simulator: Simulator::start(config).await.unwrap(),
            now_ms,
        }
    }

    /// Lets milliseconds pass on the clock that the simulator follows.
    pub(crate) fn pass(&self, milliseconds: i64) {
        self.now_ms.fetch_add(milliseconds, Ordering::SeqCst);
    }

    pub(crate) async fn send(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Option<Answer> {
        let address = self.simulator.url().strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).await.unwrap();
        let length = body.len();
        let mut message = format!(
            "{method} {target} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {length}\r\n"
        );
        for (name, value) in headers {
            write!(message, "{name}: {value}\r\n").unwrap();
        }
        message.push_str("\r\n");
        message.push_str(body);
        stream.write_all(message.as_bytes()).await.unwrap();
        let mut bytes = Vec::new();
        // A connection that is reset has no answer either.
        _ = stream.read_to_end(&mut bytes).await;
        let answer = String::from_utf8(bytes).unwrap();
        let (head, text) = answer.split_once("\r\n\r\n")?;
        Some(Answer {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head: head.to_owned(),
            text: text.to_owned(),
        })
    }

    pub(crate) async fn get(&self, token: &str, target: &str) -> Answer {
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str())];
        self.send("GET", target, &headers, "").await.unwrap()
    }

    pub(crate) async fn try_post(&self, token: &str, target: &str, body: &Value) -> Option<Answer> {
        let bearer = format!("Bearer {token}");
        let headers = [
            ("authorization", bearer.as_str()),
            ("content-type", "application/json"),
        ];
        self.send("POST", target, &headers, &body.to_string()).await
    }

    pub(crate) async fn post(&self, token: &str, target: &str, body: Value) -> Answer {
        self.try_post(token, target, &body).await.unwrap()
    }

    /// Posts a form whose one field has this name.
    pub(crate) async fn form(&self, token: &str, field: &str, text: &str) -> Answer {
        let bearer = format!("Bearer {token}");
        let headers = [
            ("authorization", bearer.as_str()),
            ("content-type", "multipart/form-data; boundary=b"),
        ];
        let body = format!(
            "--b\r\ncontent-disposition: form-data; name=\"{field}\"\r\n\r\n{text}\r\n--b--\r\n"
        );
        let answer = self.send("POST", "/discover/new", &headers, &body).await;
        answer.unwrap()
    }

    /// The intents in a text of ada's.
    pub(crate) async fn extract(&self, text: &str) -> Vec<Value> {
        let answer = self.form("ada", "payload", text).await.ok();
        answer["intents"].as_array().unwrap().clone()
    }

    /// The names of whoever ada finds for this intent.
    pub(crate) async fn matches(&self, intent: &Value) -> Vec<String> {
        let body = json!({ "intentIds": [intent["id"]] });
        let answer = self.post("ada", "/discover/filter", body).await.ok();
        let results = answer["results"].as_array().unwrap();
        let name = |result: &Value| result["user"]["name"].as_str().unwrap().to_owned();
        results.iter().map(name).collect()
    }
}
