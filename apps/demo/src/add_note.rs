//! `add_note`: writes a note down.

use std::sync::Arc;

use countersign_domain::{Clock, Entropy, NoteId, Timestamp};
use countersign_mcp::{Annotations, Definition, Tool, ToolContext, ToolError, ToolOutput};
use countersign_oauth::scope::ScopeSet;
use countersign_storage::Store;
use countersign_storage::commands::{AddNote, Note, NoteAddition};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::account;

/// Characters of one note.
const MAX_CHARACTERS: usize = 2_000;
/// Notes of one person: a demo is no storage service.
const MAX_NOTES: i64 = 1_000;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Arguments {
    /// What to write down, in 1 to 2000 characters.
    #[schemars(length(min = 1, max = MAX_CHARACTERS))]
    text: String,
}

#[derive(Serialize, JsonSchema)]
struct Added {
    /// The identifier of the new note.
    id: String,
}

pub(crate) fn tool(
    scope: ScopeSet,
    store: Store,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
) -> Tool {
    let definition = Definition {
        name: "add_note".to_owned(),
        title: "Add a note".to_owned(),
        description: "Writes down a note for the person. Use it when the person asks to note or remember something.".to_owned(),
        annotations: Annotations {
            read_only: false,
            destructive: false,
            idempotent: false,
            open_world: false,
        },
    };
    Tool::new(definition, scope, move |context, Arguments { text }| {
        let now = clock.now();
        let id = NoteId::generate(now, &*entropy);
        let store = store.clone();
        async move { add(&store, &context, text, id, now).await }
    })
}

async fn add(
    store: &Store,
    context: &ToolContext,
    text: String,
    id: NoteId,
    now: Timestamp,
) -> Result<ToolOutput<Added>, ToolError> {
    if text.trim().is_empty() {
        return Err(ToolError::refused("The note is empty. Give it a text."));
    }
    // PostgreSQL cannot hold NUL in a text, and nobody writes it on purpose.
    if text.chars().count() > MAX_CHARACTERS || text.contains('\0') {
        return Err(ToolError::refused(format!(
            "A note has at most {MAX_CHARACTERS} characters and no NUL among them. Shorten it, or split it into several notes."
        )));
    }
    let note = Note {
        id,
        user_id: account(&context.principal)?,
        text,
        created_at: now,
    };
    let addition = AddNote {
        note,
        cap: MAX_NOTES,
    };
    match store
        .execute(addition)
        .await
        .map_err(ToolError::unavailable)?
    {
        NoteAddition::Added => Ok(ToolOutput::new(Added { id: id.to_string() })),
        NoteAddition::TooMany => Err(ToolError::refused(format!(
            "There are {MAX_NOTES} notes already, which is as many as this demo keeps."
        ))),
    }
}
