//! HTTP/1.1 as lean as it gets: one request at a time on a connection that is kept.
//!
//! The driver shares the machine with what it measures, so it sends bytes that were made before
//! and reads of an answer only what a client would act on.

use std::net::SocketAddr;

use anyhow::{Context as _, Result, bail};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const END_OF_HEAD: &[u8] = b"\r\n\r\n";

/// A kept connection.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// An answer, read in full.
pub(crate) struct Answer<'c> {
    pub(crate) status: u16,
    head: &'c str,
    pub(crate) body: &'c [u8],
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::with_capacity(16 * 1024),
        })
    }

    /// Sends `request` and waits for its answer.
    pub(crate) async fn exchange(&mut self, request: &[u8]) -> Result<Answer<'_>> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let body_at = loop {
            self.fill().await?;
            if let Some(at) = find(&self.buffer, END_OF_HEAD) {
                break at + END_OF_HEAD.len();
            }
        };
        let length = content_length(head(&self.buffer, body_at)?)?;
        while self.buffer.len() < body_at + length {
            self.fill().await?;
        }
        let head = head(&self.buffer, body_at)?;
        let body = self.buffer.get(body_at..).unwrap_or_default();
        let status = head.get(9..12).and_then(|status| status.parse().ok());
        Ok(Answer {
            status: status.context("the answer has no status")?,
            head,
            body,
        })
    }

    async fn fill(&mut self) -> Result<()> {
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            bail!("the server closed the connection");
        }
        Ok(())
    }
}

impl<'c> Answer<'c> {
    /// The values of a header field; `name` in lower case, as hyper writes it.
    pub(crate) fn headers(&self, name: &'static str) -> impl Iterator<Item = &'c str> + use<'c> {
        fields(self.head, name)
    }

    /// Where a redirect leads.
    pub(crate) fn location(&self) -> Result<&'c str> {
        match self.headers("location").next() {
            Some(location) if self.status == 303 => Ok(location),
            _ => bail!("expected a redirect, got {}", self.describe()),
        }
    }

    /// The body of an answer that must be a success.
    pub(crate) fn success(&self) -> Result<&'c [u8]> {
        match self.status {
            200 | 201 => Ok(self.body),
            _ => bail!("expected a success, got {}", self.describe()),
        }
    }

    /// As [`Self::success`], as text.
    pub(crate) fn text(&self) -> Result<&'c str> {
        Ok(std::str::from_utf8(self.success()?)?)
    }

    fn describe(&self) -> String {
        format!("{} {}", self.status, String::from_utf8_lossy(self.body))
    }
}

fn head(buffer: &[u8], body_at: usize) -> Result<&str> {
    let head = buffer.get(..body_at).unwrap_or_default();
    std::str::from_utf8(head).context("the head of the answer is not text")
}

fn fields<'h>(head: &'h str, name: &'static str) -> impl Iterator<Item = &'h str> + use<'h> {
    head.split("\r\n")
        .filter_map(|line| line.split_once(": "))
        .filter(move |(found, _)| *found == name)
        .map(|(_, value)| value)
}

fn content_length(head: &str) -> Result<usize> {
    let length = fields(head, "content-length").next();
    let length = length.with_context(|| format!("no content-length in {head}"))?;
    Ok(length.parse()?)
}

fn find(buffer: &[u8], needle: &[u8]) -> Option<usize> {
    buffer
        .windows(needle.len())
        .position(|window| window == needle)
}
