//! `list_notes`: reads notes back, a page at a time.

use countersign_domain::NoteId;
use countersign_mcp::{Annotations, Definition, Tool, ToolContext, ToolError, ToolOutput};
use countersign_oauth::scope::ScopeSet;
use countersign_storage::Store;
use countersign_storage::commands::{ListNotes, Note};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::account;

const DEFAULT_LIMIT: u32 = 20;
const MAX_LIMIT: u32 = 100;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Arguments {
    /// How many notes at most, 1 to 100; 20 if absent.
    #[schemars(range(min = 1, max = MAX_LIMIT))]
    limit: Option<u32>,
    /// Where to go on: `next` of the page before.
    after: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Page {
    /// The notes, oldest first.
    notes: Vec<Listed>,
    /// Where the next page starts; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Listed {
    /// Its identifier.
    id: String,
    /// What it says.
    text: String,
    /// When it was written (RFC 3339, UTC).
    created_at: String,
}

impl Listed {
    fn new(note: Note) -> Self {
        let created_at = jiff::Timestamp::from_millisecond(note.created_at.as_millis());
        Self {
            id: note.id.to_string(),
            text: note.text,
            created_at: created_at.unwrap_or_default().to_string(),
        }
    }
}

pub(crate) fn tool(scope: ScopeSet, store: Store) -> Tool {
    let definition = Definition {
        name: "list_notes".to_owned(),
        title: "List notes".to_owned(),
        description:
            "Lists the person's notes, oldest first. Use it to find or recall what was noted."
                .to_owned(),
        annotations: Annotations {
            read_only: true,
            destructive: false,
            idempotent: true,
            open_world: false,
        },
    };
    Tool::new(definition, scope, move |context, arguments| {
        list(store.clone(), context, arguments)
    })
}

async fn list(
    store: Store,
    context: ToolContext,
    Arguments { limit, after }: Arguments,
) -> Result<ToolOutput<Page>, ToolError> {
    let limit = limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(ToolError::refused(format!(
            "`limit` is a number from 1 to {MAX_LIMIT}."
        )));
    }
    let after = after
        .map(|id| id.parse::<NoteId>())
        .transpose()
        .map_err(|_| ToolError::refused("`after` is the `next` of an earlier page, unchanged."))?;
    let query = ListNotes {
        user_id: account(&context.principal)?,
        after,
        // One more than asked for tells whether there is another page.
        limit: i64::from(limit) + 1,
    };
    let mut notes = store.read(query).await.map_err(ToolError::unavailable)?;
    let asked_for = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = notes.len() > asked_for;
    notes.truncate(asked_for);
    let next = notes
        .last()
        .filter(|_| more)
        .map(|note| note.id.to_string());
    let notes = notes.into_iter().map(Listed::new).collect();
    Ok(ToolOutput::new(Page { notes, next }))
}
