//! `whoami`: in whose name the client acts.

use countersign_domain::{LinkedAccount, UpstreamIdentity};
use countersign_mcp::{Annotations, Definition, Tool, ToolContext, ToolError, ToolOutput};
use countersign_oauth::scope::ScopeSet;
use countersign_storage::Store;
use countersign_storage::commands::{FindUpstreamIdentity, FindUser};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NoArguments {}

#[derive(Serialize, JsonSchema)]
struct Identity {
    /// The stable identifier of the person, the subject of the access token.
    subject: String,
    /// The name of the account, or the person's identifier at the product's login.
    username: Option<String>,
    /// Who the person is at the product's login; absent if the account is this server's own.
    #[serde(flatten)]
    upstream: Option<Upstream>,
    /// The client that acts for the person.
    client_id: String,
    /// What the person allowed the client to do.
    scopes: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
struct Upstream {
    /// The person's identifier at the product's login.
    #[serde(rename = "upstream_subject")]
    subject: String,
    /// The verified e-mail address, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    /// The name, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// What the person signs in with at the product's login.
    linked_accounts: Vec<Linked>,
}

#[derive(Serialize, JsonSchema)]
struct Linked {
    /// Its kind, in the word of the product's login, such as `email` or `wallet`.
    kind: String,
    /// What people call it: an address, a number, a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
}

impl From<UpstreamIdentity> for Upstream {
    fn from(identity: UpstreamIdentity) -> Self {
        let profile = identity.profile;
        Self {
            subject: identity.subject,
            email: profile.email,
            name: profile.name,
            linked_accounts: profile.accounts.into_iter().map(Linked::from).collect(),
        }
    }
}

impl From<LinkedAccount> for Linked {
    fn from(LinkedAccount { kind, label }: LinkedAccount) -> Self {
        Self { kind, label }
    }
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
    let (username, upstream) = match principal.user_id {
        None => (None, None),
        Some(id) => {
            let found = store.read(FindUser::ById(id)).await;
            let user = found
                .map_err(ToolError::unavailable)?
                .ok_or_else(|| ToolError::refused("The account no longer exists."))?;
            let upstream = store.read(FindUpstreamIdentity { user_id: id }).await;
            let upstream = upstream.map_err(ToolError::unavailable)?;
            (Some(user.username.into()), upstream.map(Upstream::from))
        }
    };
    Ok(ToolOutput::new(Identity {
        subject: principal.subject.clone(),
        username,
        upstream,
        client_id: principal.client_id.to_string(),
        scopes: principal.scope.iter().map(ToString::to_string).collect(),
    }))
}
