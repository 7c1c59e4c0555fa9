//! `POST /synthesis/vibecheck`: a text about what the person and somebody else could do together.

use countersign_mcp::ToolError;
use serde::{Deserialize, Serialize};

use super::call::{Call, Refusals, read};
use super::session::Session;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Question<'a> {
    target_user_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    intent_ids: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    options: Option<Options>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Options {
    character_limit: usize,
}

#[derive(Deserialize)]
struct Synthesis {
    synthesis: String,
}

const REFUSALS: Refusals = Refusals {
    not_accepted: "Index Network does not accept this question about somebody.",
    not_found: "Index Network knows nobody with this identifier.",
};

/// A text in Markdown about `user_id`, with a view to these intents or to all.
pub(crate) async fn vibecheck(
    session: &Session<'_>,
    user_id: &str,
    intent_ids: Option<&[String]>,
    character_limit: Option<usize>,
) -> Result<String, ToolError> {
    let question = Question {
        target_user_id: user_id,
        intent_ids,
        options: character_limit.map(|character_limit| Options { character_limit }),
    };
    let call = Call::json("/synthesis/vibecheck", &question)?;
    let Synthesis { synthesis } = read(&session.send(&call).await?, REFUSALS)?;
    Ok(synthesis)
}
