//! What a host answers.

use std::future::pending;
use std::io;
use std::time::Duration;

use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::watch;

/// An answer, written byte by byte as scripted, so that it may also be a lie.
#[derive(Clone, Debug)]
pub struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    content: Vec<u8>,
    delivery: Delivery,
    gate: Option<watch::Receiver<bool>>,
}

#[derive(Clone, Copy, Debug)]
enum Delivery {
    AtOnce,
    Drip(Duration),
    Endless,
    Never,
}

/// Holds answers back until a test opens it.
#[derive(Debug)]
pub struct Gate {
    opened: watch::Sender<bool>,
}

impl Default for Gate {
    fn default() -> Self {
        Self::closed()
    }
}

impl Gate {
    /// A closed one.
    pub fn closed() -> Self {
        let (opened, _) = watch::channel(false);
        Self { opened }
    }

    /// Lets every answer behind it go.
    pub fn open(&self) {
        self.opened.send_replace(true);
    }
}

impl Answer {
    /// 200 with this content as `application/json`.
    pub fn json(content: impl Into<Vec<u8>>) -> Self {
        let content = content.into();
        Self {
            status: 200,
            headers: vec![
                ("content-type".to_owned(), "application/json".to_owned()),
                ("content-length".to_owned(), content.len().to_string()),
            ],
            content,
            delivery: Delivery::AtOnce,
            gate: None,
        }
    }

    /// The request is read, and that is all.
    pub fn silence() -> Self {
        Self::json("").delivered(Delivery::Never)
    }

    /// With another status.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// With this header instead of those of the same name.
    #[must_use]
    pub fn header(self, name: &str, value: &str) -> Self {
        let mut answer = self.without(name);
        answer.headers.push((name.to_owned(), value.to_owned()));
        answer
    }

    /// Without this header. Without `content-length` the content ends with the connection.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(given, _)| given != name);
        self
    }

    /// The content one byte at a time, with this pause after each.
    #[must_use]
    pub fn dripping(self, pause: Duration) -> Self {
        self.delivered(Delivery::Drip(pause))
    }

    /// The content again and again, in chunks, for as long as the client reads.
    #[must_use]
    pub fn endless(self) -> Self {
        self.without("content-length")
            .header("transfer-encoding", "chunked")
            .delivered(Delivery::Endless)
    }

    /// Not before the gate is open.
    #[must_use]
    pub fn behind(mut self, gate: &Gate) -> Self {
        self.gate = Some(gate.opened.subscribe());
        self
    }

    fn delivered(mut self, delivery: Delivery) -> Self {
        self.delivery = delivery;
        self
    }

    pub(crate) async fn write(&self, stream: &mut (impl AsyncWrite + Unpin)) -> io::Result<()> {
        if let Some(mut gate) = self.gate.clone() {
            // A gate that is gone holds nothing back.
            drop(gate.wait_for(|open| *open).await);
        }
        if matches!(self.delivery, Delivery::Never) {
            return pending().await;
        }
        stream.write_all(self.head().as_bytes()).await?;
        match self.delivery {
            Delivery::AtOnce | Delivery::Never => stream.write_all(&self.content).await?,
            Delivery::Drip(pause) => {
                for byte in &self.content {
                    stream.write_all(&[*byte]).await?;
                    stream.flush().await?;
                    tokio::time::sleep(pause).await;
                }
            }
            Delivery::Endless => {
                let mut chunk = format!("{:x}\r\n", self.content.len()).into_bytes();
                chunk.extend_from_slice(&self.content);
                chunk.extend_from_slice(b"\r\n");
                loop {
                    stream.write_all(&chunk).await?;
                    stream.flush().await?;
                }
            }
        }
        stream.flush().await
    }

    /// Whether the client learns the end of the content from the end of the connection alone.
    pub(crate) fn ends_with_the_connection(&self) -> bool {
        let framed = |(name, _): &(String, String)| {
            matches!(name.as_str(), "content-length" | "transfer-encoding")
        };
        !self.headers.iter().any(framed)
    }

    fn head(&self) -> String {
        let mut head = format!("HTTP/1.1 {} Scripted\r\n", self.status);
        for (name, value) in &self.headers {
            for part in [name, ": ", value, "\r\n"] {
                head.push_str(part);
            }
        }
        head.push_str("\r\n");
        head
    }
}
