//! What differs between clients, in one table.

use http::HeaderMap;
use http::header::USER_AGENT;

/// How a client notices that a tool needs more scope than its token has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StepUp {
    /// HTTP 403 with a challenge before dispatch, as MCP says: Claude and everybody else, who
    /// take a 200 for an answer.
    Forbidden,
    /// A tool result that is an error and carries the challenge in
    /// `_meta["mcp/www_authenticate"]`: only this makes ChatGPT show its sign-in card.
    ToolResult,
}

/// Clients that need something else than the specification, by the start of their `User-Agent`.
/// What a client says of itself decides how a refusal is worded, never whether it is one.
const STEP_UP_BY_USER_AGENT: &[(&str, StepUp)] = &[("openai-mcp/", StepUp::ToolResult)];

/// How the sender of a request notices that it needs more scope.
pub(crate) fn step_up(headers: &HeaderMap) -> StepUp {
    let user_agent = headers
        .get(USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    STEP_UP_BY_USER_AGENT
        .iter()
        .find(|(prefix, _)| user_agent.starts_with(prefix))
        .map_or(StepUp::Forbidden, |(_, step_up)| *step_up)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_chatgpt_is_answered_in_a_tool_result() {
        let from = |agent: &str| {
            step_up(&HeaderMap::from_iter([(
                USER_AGENT,
                agent.parse().unwrap(),
            )]))
        };
        assert_eq!(from("openai-mcp/1.0.0"), StepUp::ToolResult);
        assert_eq!(from("Claude-User/1.0 openai-mcp/1.0.0"), StepUp::Forbidden);
        assert_eq!(step_up(&HeaderMap::new()), StepUp::Forbidden);
    }
}
