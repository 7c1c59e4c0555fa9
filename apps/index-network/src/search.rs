//! `search`: finds intents and connections by words, in the shape that ChatGPT's deep research and
//! company knowledge expect.

use std::sync::Arc;

use countersign_mcp::{Annotations, Definition, Tool, ToolContext, ToolError, ToolOutput};
use countersign_oauth::scope::ScopeSet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::document::{DocumentId, connection_title, intent_title};
use crate::protocol::{Connection, Intent, Kind, ProtocolApi, Session, connections, intents};
use crate::settings::Settings;

const MAX_RESULTS: usize = 20;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Arguments {
    /// Words to look for.
    #[schemars(length(min = 1))]
    query: String,
}

#[derive(Serialize, JsonSchema)]
struct Results {
    /// What was found, best first.
    results: Vec<Found>,
}

#[derive(Serialize, JsonSchema)]
struct Found {
    /// The identifier for `fetch`.
    id: String,
    /// What it is.
    title: String,
    /// Where people read more about it.
    url: String,
}

pub(crate) fn tool(scope: ScopeSet, api: ProtocolApi, settings: Arc<Settings>) -> Tool {
    let definition = Definition {
        name: "search".to_owned(),
        title: "Search intents and connections".to_owned(),
        description: "Searches what the person is looking for on Index Network and whom they are in touch with there. Use it to find an intent or a person again; `fetch` reads what was found.".to_owned(),
        annotations: Annotations {
            read_only: true,
            destructive: false,
            idempotent: true,
            open_world: false,
        },
    };
    Tool::new(definition, scope, move |context, arguments| {
        search(api.clone(), Arc::clone(&settings), context, arguments)
    })
}

async fn search(
    api: ProtocolApi,
    settings: Arc<Settings>,
    context: ToolContext,
    Arguments { query }: Arguments,
) -> Result<ToolOutput<Results>, ToolError> {
    let words = words(&query);
    if words.is_empty() {
        return Err(ToolError::refused(
            "`query` has no word in it. Write what to look for.",
        ));
    }
    let session = Session::begin(&api, &context).await?;
    let (intents, connections) = futures::try_join!(intents(&session), every(&session))?;
    let mut found: Vec<_> = intents
        .iter()
        .filter_map(|intent| from_intent(intent, &words, &settings.site_url))
        .chain(
            connections
                .iter()
                .filter_map(|connection| from_connection(connection, &words, &settings.site_url)),
        )
        .collect();
    // Stable, so that what is equally good stays newest first.
    found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    let results = found.into_iter().take(MAX_RESULTS);
    let results = results.map(|(_, found)| found).collect();
    Ok(ToolOutput::new(Results { results }))
}

/// Everybody whom the person has to do with.
pub(crate) async fn every(session: &Session<'_>) -> Result<Vec<Connection>, ToolError> {
    let (inbox, pending, history) = futures::try_join!(
        connections(session, Kind::Inbox),
        connections(session, Kind::Pending),
        connections(session, Kind::History),
    )?;
    Ok([inbox, pending, history].concat())
}

fn from_intent(intent: &Intent, words: &[String], site: &str) -> Option<(usize, Found)> {
    let id = DocumentId::Intent(Uuid::parse_str(&intent.id).ok()?);
    let summary = intent.summary.as_deref().unwrap_or_default();
    let score = score(&format!("{} {summary}", intent.payload), words)?;
    Some((score, document(id, intent_title(intent), site)))
}

fn from_connection(
    connection: &Connection,
    words: &[String],
    site: &str,
) -> Option<(usize, Found)> {
    let id = DocumentId::Person(Uuid::parse_str(&connection.user.id).ok()?);
    let title = connection_title(connection);
    let score = score(&title, words)?;
    Some((score, document(id, title, site)))
}

fn document(id: DocumentId, title: String, site: &str) -> Found {
    Found {
        id: id.to_string(),
        title,
        url: id.url(site),
    }
}

fn words(query: &str) -> Vec<String> {
    let mut words: Vec<_> = query
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.sort();
    words.dedup();
    words
}

/// How many of the words occur; none if none does.
fn score(text: &str, words: &[String]) -> Option<usize> {
    let text = text.to_lowercase();
    let score = words.iter().filter(|word| text.contains(*word)).count();
    (score > 0).then_some(score)
}
