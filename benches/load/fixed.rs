//! Requests that are the same every time, byte for byte.

use std::net::SocketAddr;

use anyhow::Result;
use url::form_urlencoded;

use crate::connection::Connection;
use crate::drive::Client;

/// A request whose answer is not looked into.
#[derive(Clone)]
pub(crate) struct Fixed {
    request: Vec<u8>,
}

impl Fixed {
    pub(crate) fn new(request: Vec<u8>) -> Self {
        Self { request }
    }

    /// Makes sure once that the answer says `expected`; afterwards its status is enough.
    pub(crate) async fn proven(request: Vec<u8>, to: SocketAddr, expected: &str) -> Result<Self> {
        let mut connection = Connection::open(to).await?;
        let answer = connection.exchange(&request).await?;
        let text = answer.text()?;
        anyhow::ensure!(text.contains(expected), "no {expected} in {text}");
        Ok(Self { request })
    }
}

impl Client for Fixed {
    async fn once(&mut self, connection: &mut Connection) -> Result<()> {
        connection.exchange(&self.request).await?.success()?;
        Ok(())
    }
}

/// `GET path`, with `headers` in full lines.
pub(crate) fn get(host: SocketAddr, path: &str, headers: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: {host}\r\n{headers}\r\n").into_bytes()
}

/// `POST path` with `body`.
pub(crate) fn post(
    host: SocketAddr,
    path: &str,
    headers: &str,
    media_type: &str,
    body: &str,
) -> Vec<u8> {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nhost: {host}\r\n{headers}content-type: {media_type}\r\n\
         content-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// `POST path` with a form.
pub(crate) fn post_form(
    host: SocketAddr,
    path: &str,
    headers: &str,
    fields: &[(&str, &str)],
) -> Vec<u8> {
    let media_type = "application/x-www-form-urlencoded";
    post(host, path, headers, media_type, &form(fields))
}

/// `fields` as `application/x-www-form-urlencoded`.
pub(crate) fn form(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

/// `tools/call` of `tool`, as a client of today's version of MCP sends it.
pub(crate) fn call_tool(host: SocketAddr, token: &str, tool: &str, arguments: &str) -> Vec<u8> {
    let headers = format!(
        "authorization: Bearer {token}\r\naccept: application/json, text/event-stream\r\n\
         mcp-protocol-version: 2025-11-25\r\n"
    );
    let body = format!(
        r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"{tool}","arguments":{arguments}}}}}"#
    );
    post(host, "/mcp", &headers, "application/json", &body)
}
