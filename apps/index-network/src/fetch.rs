//! `fetch`: reads what `search` found, in the shape that ChatGPT's deep research and company
//! knowledge expect.

use std::collections::BTreeMap;
use std::sync::Arc;

use countersign_mcp::{Annotations, Definition, Tool, ToolContext, ToolError, ToolOutput};
use countersign_oauth::scope::ScopeSet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::document::{DocumentId, connection_title, intent_title, status};
use crate::protocol::{Connection, Intent, ProtocolApi, Session, intent, vibecheck};
use crate::search::every;
use crate::settings::Settings;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Arguments {
    /// `id` of a result of `search`.
    id: String,
}

#[derive(Serialize, JsonSchema)]
struct Document {
    /// The identifier that was asked for.
    id: String,
    /// What it is.
    title: String,
    /// All of it.
    text: String,
    /// Where people read more about it.
    url: String,
    /// Further facts.
    metadata: BTreeMap<&'static str, String>,
}

pub(crate) fn tool(scope: ScopeSet, api: ProtocolApi, settings: Arc<Settings>) -> Tool {
    let definition = Definition {
        name: "fetch".to_owned(),
        title: "Read an intent or a connection".to_owned(),
        description: "Reads one intent of the person, or what is between the person and somebody on Index Network. Use it with an `id` that `search` found.".to_owned(),
        annotations: Annotations {
            read_only: true,
            destructive: false,
            idempotent: true,
            open_world: false,
        },
    };
    Tool::new(definition, scope, move |context, arguments| {
        fetch(api.clone(), Arc::clone(&settings), context, arguments)
    })
}

async fn fetch(
    api: ProtocolApi,
    settings: Arc<Settings>,
    context: ToolContext,
    Arguments { id }: Arguments,
) -> Result<ToolOutput<Document>, ToolError> {
    let id: DocumentId = id
        .parse()
        .map_err(|_| ToolError::refused("`id` is that of a result of `search`, unchanged."))?;
    let session = Session::begin(&api, &context).await?;
    let url = id.url(&settings.site_url);
    let document = match id {
        DocumentId::Intent(intent_id) => from_intent(id, url, intent(&session, intent_id).await?),
        DocumentId::Person(person) => {
            let connection = find(every(&session).await?, person)?;
            let characters = settings.discovery.synthesis_chars;
            let text = vibecheck(&session, &connection.user.id, None, characters).await;
            from_connection(id, url, &connection, or_nothing(text)?)
        }
    };
    Ok(ToolOutput::new(document))
}

fn find(connections: Vec<Connection>, person: Uuid) -> Result<Connection, ToolError> {
    let is_with = |connection: &Connection| Uuid::parse_str(&connection.user.id) == Ok(person);
    connections.into_iter().find(is_with).ok_or_else(|| {
        ToolError::refused("There is nothing between the person and somebody with this `id`.")
    })
}

/// The document stands without the text about the two.
fn or_nothing(text: Result<String, ToolError>) -> Result<Option<String>, ToolError> {
    match text {
        Ok(text) => Ok(Some(text).filter(|text| !text.is_empty())),
        Err(error @ ToolError::SignInAgain(_)) => Err(error),
        Err(_) => Ok(None),
    }
}

fn from_intent(id: DocumentId, url: String, intent: Intent) -> Document {
    Document {
        id: id.to_string(),
        title: intent_title(&intent),
        text: intent.payload,
        url,
        metadata: BTreeMap::from([
            ("type", "intent".to_owned()),
            ("createdAt", intent.created_at),
        ]),
    }
}

fn from_connection(
    id: DocumentId,
    url: String,
    connection: &Connection,
    synthesis: Option<String>,
) -> Document {
    let title = connection_title(connection);
    let mut metadata = BTreeMap::from([
        ("type", "connection".to_owned()),
        ("status", status(connection).to_owned()),
    ]);
    if let Some(moment) = &connection.last_updated {
        metadata.insert("lastUpdated", moment.clone());
    }
    Document {
        id: id.to_string(),
        text: synthesis.unwrap_or_else(|| title.clone()),
        title,
        url,
        metadata,
    }
}
