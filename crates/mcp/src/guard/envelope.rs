//! The outside of a JSON-RPC message: enough to decide who may send it, read once.
//!
//! The guard and rmcp must understand the same message, or a request would be let through as one
//! thing and run as another. So everything ambiguous is refused here: repeated members, a member
//! of another type, parameters by position. What is left, both read alike. `batch` takes an array
//! apart; here, an array is never a message.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// Deeper than any tool needs, and far below what exhausts a parser's stack.
const MAX_DEPTH: usize = 64;
/// A value costs up to fifty times its bytes in memory once parsed; this bounds the product.
const MAX_VALUES: usize = 100_000;
/// Ids are echoed; a UUID has 36 bytes.
const MAX_ID_LENGTH: usize = 256;

/// What the guard reads of a message.
#[derive(Debug)]
pub(crate) struct Envelope<'a> {
    /// The id as it was sent; `None` for a notification.
    pub(crate) id: Option<&'a RawValue>,
    /// The method, e.g. `tools/call`.
    pub(crate) method: Cow<'a, str>,
    /// The tool that is called, if the method is `tools/call`.
    pub(crate) tool: Option<Cow<'a, str>>,
    params: Option<&'a RawValue>,
}

/// Why a message is refused before it is dispatched (JSON-RPC 2.0 section 5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidMessage {
    /// -32700.
    #[error("the body is not JSON in UTF-8")]
    Json,
    /// -32700: nothing is built that deep or that wide.
    #[error("the message is nested too deep or has too many values")]
    Oversized,
    /// -32600: batches were removed with MCP 2025-06-18.
    #[error("send one message per request, not a batch")]
    Batch,
    /// -32600 (JSON-RPC 2.0 section 6).
    #[error("a batch has at least one message")]
    EmptyBatch,
    /// -32600.
    #[error("a batch has too many messages; send it in parts of at most 32")]
    LongBatch,
    /// -32600: MCP 2025-03-26 "Initialization".
    #[error("initialize stands alone, not in a batch")]
    InitializeInBatch,
    /// -32600.
    #[error("the message is not a JSON-RPC 2.0 request or notification")]
    NotARequest,
    /// -32600.
    #[error("an id is an integer or a string of at most {MAX_ID_LENGTH} bytes")]
    Id,
    /// -32602.
    #[error("tools/call needs an object of parameters with the tool's name")]
    ToolName,
}

impl InvalidMessage {
    /// The JSON-RPC error code.
    pub(crate) const fn code(self) -> i32 {
        match self {
            Self::Json | Self::Oversized => -32700,
            Self::Batch
            | Self::EmptyBatch
            | Self::LongBatch
            | Self::InitializeInBatch
            | Self::NotARequest
            | Self::Id => -32600,
            Self::ToolName => -32602,
        }
    }
}

#[derive(Deserialize)]
struct Members<'a> {
    #[serde(borrow)]
    jsonrpc: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "present")]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    method: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "present")]
    params: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct CallParams<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
}

#[derive(Deserialize)]
struct ClientParams<'a> {
    #[serde(borrow, rename = "_meta")]
    meta: ClientMeta<'a>,
}

#[derive(Deserialize)]
struct ClientMeta<'a> {
    #[serde(borrow, rename = "io.modelcontextprotocol/clientInfo")]
    client_info: ClientInfo<'a>,
}

#[derive(Deserialize)]
struct ClientInfo<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
}

/// `null` is a value here, and not the absence of one: an id of `null` is an error.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

impl<'a> Envelope<'a> {
    /// Reads the outside of `body`.
    pub(crate) fn read(body: &'a [u8]) -> Result<Self, InvalidMessage> {
        let body = std::str::from_utf8(body).map_err(|_| InvalidMessage::Json)?;
        bound(body.as_bytes())?;
        match body.trim_ascii_start().as_bytes().first() {
            Some(b'{') => {}
            Some(b'[') => return Err(InvalidMessage::Batch),
            Some(_) if serde_json::from_str::<&RawValue>(body).is_ok() => {
                return Err(InvalidMessage::NotARequest);
            }
            _ => return Err(InvalidMessage::Json),
        }
        let members: Members<'a> =
            serde_json::from_str(body).map_err(|error| match error.classify() {
                serde_json::error::Category::Data => InvalidMessage::NotARequest,
                _ => InvalidMessage::Json,
            })?;
        if members.jsonrpc != "2.0" {
            return Err(InvalidMessage::NotARequest);
        }
        if !members.id.is_none_or(|id| is_id(id.get())) {
            return Err(InvalidMessage::Id);
        }
        let tool = match (&*members.method, members.params) {
            ("tools/call", Some(params)) => Some(tool_name(params.get())?),
            ("tools/call", None) => return Err(InvalidMessage::ToolName),
            _ => None,
        };
        Ok(Self {
            id: members.id,
            method: members.method,
            tool,
            params: members.params,
        })
    }

    /// What the client calls itself in a message of MCP 2026-07-28. Read only when asked for, and
    /// trusted with nothing.
    pub(crate) fn client_name(&self) -> Option<Cow<'a, str>> {
        let params: ClientParams<'a> = serde_json::from_str(self.params?.get()).ok()?;
        Some(params.meta.client_info.name)
    }
}

/// serde would read an array into the parameters by position; MCP has none of those.
fn tool_name(params: &str) -> Result<Cow<'_, str>, InvalidMessage> {
    if !params.starts_with('{') {
        return Err(InvalidMessage::ToolName);
    }
    serde_json::from_str::<CallParams<'_>>(params)
        .map(|params| params.name)
        .map_err(|_| InvalidMessage::ToolName)
}

/// An integer that every implementation can echo, or a short string.
fn is_id(id: &str) -> bool {
    id.len() <= MAX_ID_LENGTH && (id.starts_with('"') || id.parse::<i64>().is_ok())
}

/// One pass over the bytes before any parser sees them. Counts brackets and commas outside
/// strings, which is exact for JSON and harmless for anything else.
fn bound(body: &[u8]) -> Result<(), InvalidMessage> {
    let (mut depth, mut values) = (0_usize, 0_usize);
    let mut bytes = body.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => skip_string(&mut bytes),
            b'{' | b'[' => depth = depth.saturating_add(1),
            b'}' | b']' => depth = depth.saturating_sub(1),
            b',' => values = values.saturating_add(1),
            _ => {}
        }
        if depth > MAX_DEPTH || values > MAX_VALUES {
            return Err(InvalidMessage::Oversized);
        }
    }
    Ok(())
}

fn skip_string(bytes: &mut std::slice::Iter<'_, u8>) {
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => return,
            b'\\' => drop(bytes.next()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
