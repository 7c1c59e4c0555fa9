//! What differs between clients, in one table.
//!
//! A row decides how a refusal is worded, never whether it is one: anybody can claim to be any
//! client.

use std::borrow::Cow;

use http::HeaderMap;
use http::header::USER_AGENT;

/// How a client notices that a tool call needs a sign-in, or more scope than its token has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wording {
    /// HTTP 401 or 403 with a challenge before dispatch, as MCP says: Claude and everybody else,
    /// who take a 200 for an answer (clients.md F10 and section 2, "401 rules").
    Status,
    /// A tool result that is an error and carries the challenge in `_meta["mcp/www_authenticate"]`.
    ToolResult,
}

/// A client that needs something else than the specification.
struct Row {
    /// How its `User-Agent` starts.
    user_agent: &'static str,
    /// Its `clientInfo.name`, which says who it is where the `User-Agent` does not.
    client_name: &'static str,
    wording: Wording,
}

const TABLE: &[Row] = &[
    // ChatGPT shows its sign-in card only for such a result, with `error` and `error_description`
    // both (OpenAI "Authentication", "Triggering authentication UI"; openai-apps-sdk-examples#202).
    // Names as seen on the wire on 2026-08-28 (clients.md 1.1).
    Row {
        user_agent: "openai-mcp/",
        client_name: "openai-mcp",
        wording: Wording::ToolResult,
    },
];

/// The wording for the sender of a request. `client_name` is asked only if the `User-Agent` is
/// nobody's.
pub(crate) fn wording<'a>(
    headers: &HeaderMap,
    client_name: impl FnOnce() -> Option<Cow<'a, str>>,
) -> Wording {
    let user_agent = headers
        .get(USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    let by_agent = TABLE
        .iter()
        .find(|row| user_agent.starts_with(row.user_agent));
    let row = by_agent.or_else(|| {
        let name = client_name()?;
        TABLE.iter().find(|row| row.client_name == name)
    });
    row.map_or(Wording::Status, |row| row.wording)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(user_agent: Option<&str>, client_name: Option<&'static str>) -> Wording {
        let headers = user_agent
            .map(|agent| (USER_AGENT, agent.parse().unwrap()))
            .into_iter()
            .collect();
        wording(&headers, || client_name.map(Cow::from))
    }

    #[test]
    fn only_chatgpt_is_answered_in_a_tool_result() {
        assert_eq!(from(Some("openai-mcp/1.0.0"), None), Wording::ToolResult);
        assert_eq!(
            from(Some("Claude-User/1.0 openai-mcp/1.0.0"), None),
            Wording::Status
        );
        assert_eq!(from(None, None), Wording::Status);
    }

    #[test]
    fn a_name_says_who_it_is_where_the_agent_does_not() {
        for user_agent in [None, Some("python-httpx/0.28.1")] {
            assert_eq!(from(user_agent, Some("openai-mcp")), Wording::ToolResult);
            assert_eq!(from(user_agent, Some("openai-mcp-x")), Wording::Status);
        }
    }
}
