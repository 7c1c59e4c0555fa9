//! `discover_connections`: finds people for what a person says.

use std::sync::Arc;

use countersign_mcp::{Annotations, Definition, Tool, ToolContext, ToolError, ToolOutput};
use countersign_oauth::scope::ScopeSet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::extract_intent::require_words;
use crate::protocol::{Person, ProtocolApi, Session, discover_new};
use crate::sections::cut;
use crate::settings::Settings;
use crate::widgets;
use crate::{indexing, synthesis};

const DEFAULT_CONNECTIONS: usize = 10;
const MAX_CONNECTIONS: usize = 50;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Arguments {
    /// What the person says they are looking for, in their own words.
    #[schemars(length(min = 1))]
    full_input_text: String,
    /// How many people at most, 1 to 50; 10 if absent.
    #[schemars(range(min = 1, max = MAX_CONNECTIONS))]
    max_connections: Option<usize>,
}

#[derive(Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Discovery {
    /// The people, best match first.
    connections: Vec<Connection>,
    /// How many intents were made.
    intents_extracted: usize,
    /// How many people were found.
    connections_found: usize,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Connection {
    /// Who it is.
    user: Person,
    /// How many of the intents matched.
    mutual_intent_count: usize,
    /// What the two could do together, in Markdown; empty where there is no text.
    synthesis: String,
}

pub(crate) fn tool(scope: ScopeSet, api: ProtocolApi, settings: Arc<Settings>) -> Tool {
    let definition = Definition {
        name: "discover_connections".to_owned(),
        title: "Discover connections".to_owned(),
        description: "Finds people on Index Network who match what the person is looking for, and says what they could do together. Keeps what the person is looking for as intents on the network. Use it when the person wants to meet or find people.".to_owned(),
        annotations: Annotations {
            read_only: false,
            destructive: false,
            idempotent: false,
            open_world: true,
        },
    };
    Tool::new(definition, scope, move |context, arguments| {
        discover(api.clone(), Arc::clone(&settings), context, arguments)
    })
    .with_widget(widgets::CONNECTIONS)
    .with_status("Looking for people…", "Found the people")
}

/// Making the intents, finding the people, reading about them.
const STEPS: u32 = 3;

async fn discover(
    api: ProtocolApi,
    settings: Arc<Settings>,
    context: ToolContext,
    arguments: Arguments,
) -> Result<ToolOutput<Discovery>, ToolError> {
    let discovery = &settings.discovery;
    let deadline = Instant::now() + discovery.deadline;
    require_words(&arguments.full_input_text)?;
    let limit = arguments.max_connections.unwrap_or(DEFAULT_CONNECTIONS);
    if !(1..=MAX_CONNECTIONS).contains(&limit) {
        return Err(ToolError::refused(format!(
            "`maxConnections` is a number from 1 to {MAX_CONNECTIONS}."
        )));
    }
    let session = Session::begin(&api, &context).await?;
    let text = cut(
        &arguments.full_input_text,
        settings.limits.instruction_chars,
    );
    let intents = discover_new(&session, text).await?.intents;
    let intent_ids: Vec<_> = intents.into_iter().map(|intent| intent.id).collect();
    if intent_ids.is_empty() {
        return Ok(ToolOutput::new(Discovery::default()));
    }
    // Not before the API has taken the token: once a client hears of progress, a sign-in that is
    // needed can no longer be said in the status.
    context
        .progress(
            1,
            Some(STEPS),
            "The intents are made. Looking for people who match.",
        )
        .await;
    let matches = indexing::matches(&session, &intent_ids, limit, discovery, deadline).await?;
    let found = format!("{} people match. Reading what connects you.", matches.len());
    context.progress(2, Some(STEPS), found).await;
    let texts = synthesis::about(&session, &intent_ids, &matches, discovery, deadline).await?;
    let connections: Vec<_> = matches
        .into_iter()
        .zip(texts)
        .map(|(person, synthesis)| Connection {
            mutual_intent_count: person.intents.len(),
            user: person.user,
            synthesis,
        })
        .collect();
    Ok(ToolOutput::new(Discovery {
        connections_found: connections.len(),
        connections,
        intents_extracted: intent_ids.len(),
    }))
}
