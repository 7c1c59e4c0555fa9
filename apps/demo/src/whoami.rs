//! `whoami`: in whose name the client acts.

use countersign_mcp::{Annotations, Definition, Tool, ToolContext, ToolError, ToolOutput};
use countersign_oauth::scope::ScopeSet;
use countersign_storage::Store;
use countersign_storage::commands::FindUser;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NoArguments {}

#[derive(Serialize, JsonSchema)]
struct Identity {
    /// The stable identifier of the person, the subject of the access token.
    subject: String,
    /// The name that the person signs in with.
    username: Option<String>,
    /// The client that acts for the person.
    client_id: String,
    /// What the person allowed the client to do.
    scopes: Vec<String>,
}

pub(crate) fn tool(scope: ScopeSet, store: Store) -> Tool {
    let definition = Definition {
        name: "whoami".to_owned(),
        title: "Who am I".to_owned(),
        description: "Tells which account this connection acts for, through which client and with which permissions.".to_owned(),
        annotations: Annotations {
            read_only: true,
            destructive: false,
            idempotent: true,
            open_world: false,
        },
    };
    Tool::new(definition, scope, move |context, NoArguments {}| {
        whoami(store.clone(), context)
    })
}

async fn whoami(store: Store, context: ToolContext) -> Result<ToolOutput<Identity>, ToolError> {
    let principal = &context.principal;
    // A token of mcp2 has a subject and no account.
    let username = match principal.user_id {
        None => None,
        Some(id) => {
            let found = store.read(FindUser::ById(id)).await;
            let user = found
                .map_err(ToolError::unavailable)?
                .ok_or_else(|| ToolError::refused("The account no longer exists."))?;
            Some(user.username.into())
        }
    };
    Ok(ToolOutput::new(Identity {
        subject: principal.subject.clone(),
        username,
        client_id: principal.client_id.to_string(),
        scopes: principal.scope.iter().map(ToString::to_string).collect(),
    }))
}
