//! Notes: the demo product, so that a fresh server has something to do.

use countersign_domain::{NoteId, Timestamp, UserId};

use crate::StorageError;
use crate::operation::{Command, Query, Tx};
use crate::row::Columns;
use crate::sql::sql;
use crate::value::vals;

sql! {
    INSERT_NOTE = "INSERT INTO note (id, user_id, body, created_at) VALUES ($1, $2, $3, $4)";

    COUNT_NOTES = "SELECT COUNT(*) AS notes FROM note WHERE user_id = $1";

    LIST_NOTES = "SELECT id, user_id, body, created_at FROM note
        WHERE user_id = $1 AND id > $2 ORDER BY id LIMIT $3";
}

/// A person's note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Its identifier.
    pub id: NoteId,
    /// Whose it is.
    pub user_id: UserId,
    /// What it says.
    pub text: String,
    /// When it was written.
    pub created_at: Timestamp,
}

fn note(columns: &mut Columns<'_>) -> Result<Note, StorageError> {
    let columns = columns.of("note");
    Ok(Note {
        id: columns.parse("id")?,
        user_id: columns.parse("user_id")?,
        text: columns.text("body")?.to_owned(),
        created_at: columns.time("created_at")?,
    })
}

/// Adds a note.
#[derive(Clone, Debug)]
pub struct AddNote {
    /// The note.
    pub note: Note,
    /// How many a person may have.
    pub cap: i64,
}

/// What [`AddNote`] came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteAddition {
    /// It is stored.
    Added,
    /// The person has as many as allowed.
    TooMany,
}

impl Command for AddNote {
    type Outcome = NoteAddition;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        let user_id = self.note.user_id.to_string();
        let notes = tx
            .opt(&COUNT_NOTES, vals![&user_id], |columns| {
                columns.of("note").int("notes")
            })
            .await?;
        if notes.unwrap_or(0) >= self.cap {
            return Ok(NoteAddition::TooMany);
        }
        tx.exec(
            &INSERT_NOTE,
            vals![
                &self.note.id.to_string(),
                &user_id,
                &self.note.text,
                self.note.created_at
            ],
        )
        .await?;
        Ok(NoteAddition::Added)
    }
}

/// Lists a person's notes, oldest first.
#[derive(Clone, Debug)]
pub struct ListNotes {
    /// Whose.
    pub user_id: UserId,
    /// Those after this one; the last of the page before.
    pub after: Option<NoteId>,
    /// How many at most.
    pub limit: i64,
}

impl Query for ListNotes {
    type Outcome = Vec<Note>;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        let after = self.after.map(|id| id.to_string()).unwrap_or_default();
        tx.all(
            &LIST_NOTES,
            vals![&self.user_id.to_string(), &after, self.limit],
            note,
        )
        .await
    }
}
