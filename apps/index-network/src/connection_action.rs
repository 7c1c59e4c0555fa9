//! `connection_action`: what a person does about somebody else. Widgets call it as well.

use countersign_mcp::{
    Annotations, Definition, Tool, ToolContext, ToolError, ToolOutput, Visibility,
};
use countersign_oauth::scope::ScopeSet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::protocol::{Action, ProtocolApi, Session, act};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Arguments {
    /// REQUEST asks to be connected, CANCEL takes an own request back. ACCEPT, DECLINE and SKIP
    /// answer the request of another: agree, refuse, pass over.
    action: Action,
    /// `user.id` of a connection.
    user_id: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Done {
    /// What was done.
    action: Action,
    /// About whom.
    user_id: String,
    /// What is between the two now.
    status: Status,
}

/// In the widget's words.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Status {
    None,
    Requested,
    Connected,
    Declined,
    Skipped,
}

impl From<Action> for Status {
    fn from(action: Action) -> Self {
        match action {
            Action::Request => Self::Requested,
            Action::Skip => Self::Skipped,
            Action::Accept => Self::Connected,
            Action::Decline => Self::Declined,
            Action::Cancel => Self::None,
        }
    }
}

pub(crate) fn tool(scope: ScopeSet, api: ProtocolApi) -> Tool {
    let definition = Definition {
        name: "connection_action".to_owned(),
        title: "Act on a connection".to_owned(),
        description: "Asks somebody on Index Network to connect, or answers or takes back such a request. The other person is told. Use it only when the person has said to whom and what.".to_owned(),
        annotations: Annotations {
            read_only: false,
            // A request that is declined or taken back is gone.
            destructive: true,
            idempotent: false,
            open_world: true,
        },
    };
    Tool::new(definition, scope, move |context, arguments| {
        perform(api.clone(), context, arguments)
    })
    // The buttons of the widget call it.
    .with_visibility(Visibility::ModelAndWidgets)
}

async fn perform(
    api: ProtocolApi,
    context: ToolContext,
    Arguments { action, user_id }: Arguments,
) -> Result<ToolOutput<Done>, ToolError> {
    let user_id = Uuid::parse_str(&user_id).map_err(|_| {
        ToolError::refused("`userId` is `user.id` of a connection, unchanged: a UUID.")
    })?;
    let session = Session::begin(&api, &context).await?;
    act(&session, user_id, action).await?;
    Ok(ToolOutput::new(Done {
        action,
        user_id: user_id.to_string(),
        status: action.into(),
    }))
}
