//! The line protocol of `../../journey/program.mjs`: one JSON message a line, both ways.

use anyhow::Context;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Stdin, Stdout};

/// What the suite asks for.
#[derive(Debug, Deserialize)]
#[serde(tag = "method", rename_all = "snake_case")]
pub(crate) enum Request {
    Connect(Connect),
    Tools,
    Call {
        name: String,
        arguments: Map<String, Value>,
    },
    Tokens,
    ExpireAccessToken,
    RefreshTogether {
        count: usize,
    },
}

/// All that the client is told before it starts.
#[derive(Debug, Deserialize)]
pub(crate) struct Connect {
    pub(crate) mcp_url: String,
    pub(crate) client_name: String,
    pub(crate) redirect_uri: String,
    pub(crate) client_metadata_url: Option<String>,
}

/// Where the person's browser came back, or nothing when nobody was there to sign in.
#[derive(Debug, Deserialize)]
struct Callback {
    callback: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum Answer<'a> {
    Ok(&'a Value),
    Error(String),
    Authorize(&'a str),
}

/// Standard input and output, line by line.
pub(crate) struct Wire {
    input: BufReader<Stdin>,
    output: Stdout,
}

impl Wire {
    pub(crate) fn new() -> Self {
        Self {
            input: BufReader::new(tokio::io::stdin()),
            output: tokio::io::stdout(),
        }
    }

    /// The next request, or nothing once the suite has closed its end.
    pub(crate) async fn request(&mut self) -> anyhow::Result<Option<Request>> {
        let mut line = String::new();
        if self.input.read_line(&mut line).await? == 0 {
            return Ok(None);
        }
        Ok(Some(serde_json::from_str(&line)?))
    }

    pub(crate) async fn answer(&mut self, result: anyhow::Result<Value>) -> anyhow::Result<()> {
        match result {
            Ok(value) => self.write(&Answer::Ok(&value)).await,
            Err(error) => self.write(&Answer::Error(format!("{error:#}"))).await,
        }
    }

    /// Sends the person to `url` and waits for the URL that the browser comes back on.
    pub(crate) async fn authorize(&mut self, url: &str) -> anyhow::Result<String> {
        self.write(&Answer::Authorize(url)).await?;
        let mut line = String::new();
        self.input.read_line(&mut line).await?;
        let answer: Callback = serde_json::from_str(&line)?;
        answer.callback.context("nobody is there to sign in")
    }

    async fn write(&mut self, answer: &Answer<'_>) -> anyhow::Result<()> {
        let mut line = serde_json::to_vec(answer)?;
        line.push(b'\n');
        self.output.write_all(&line).await?;
        Ok(self.output.flush().await?)
    }
}
