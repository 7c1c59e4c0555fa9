//! Why the API gave no answer that means anything, for the log.

use countersign_egress::ApiError;
use countersign_mcp::ToolError;
use http::StatusCode;
use http::header::InvalidHeaderValue;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    #[error("{0}")]
    NoAnswer(#[from] ApiError),
    #[error(
        "the Protocol API is left alone for a moment, because it failed several times in a row"
    )]
    LeftAlone,
    #[error("the Protocol API answered {0}")]
    Status(StatusCode),
    #[error("the Protocol API refused a token and the one that took its place")]
    TokenRefused,
    #[error("the Protocol API answered something else than it should: {0}")]
    Unreadable(#[from] serde_json::Error),
    #[error("api.url is not a URL")]
    NotAUrl(#[from] http::Error),
    #[error("the token for the Protocol API does not fit a header")]
    NotAHeader(#[from] InvalidHeaderValue),
}

impl From<Fault> for ToolError {
    fn from(fault: Fault) -> Self {
        Self::unavailable(fault)
    }
}
