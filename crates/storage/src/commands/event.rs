//! The flight recorder.

use countersign_domain::{ClientId, Event, EventId, EventKind};

use crate::StorageError;
use crate::operation::{Command, Query, Tx};
use crate::row::Columns;
use crate::sql::sql;
use crate::value::vals;

macro_rules! event_columns {
    () => {
        "id, at, kind, client_id, user_id, grant_id, detail"
    };
}

sql! {
    INSERT_EVENT = concat!(
        "INSERT INTO event (", event_columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7)"
    );

    FIND_EVENT = concat!("SELECT ", event_columns!(), " FROM event WHERE id = $1");

    LIST_EVENTS = concat!(
        "SELECT ", event_columns!(), " FROM event ORDER BY id DESC LIMIT $1"
    );

    LIST_EVENTS_BEFORE = concat!(
        "SELECT ", event_columns!(), " FROM event WHERE id < $2 ORDER BY id DESC LIMIT $1"
    );
}

fn event(columns: &mut Columns<'_>) -> Result<Event, StorageError> {
    let columns = columns.of("event");
    Ok(Event {
        id: columns.parse("id")?,
        at: columns.time("at")?,
        kind: columns.read("kind", EventKind::from_stored)?,
        client_id: columns.opt_text("client_id")?.map(ClientId::new),
        user_id: columns.opt_parse("user_id")?,
        grant_id: columns.opt_parse("grant_id")?,
        detail: columns.text("detail")?.to_owned(),
    })
}

/// Records an event.
#[derive(Clone, Debug)]
pub struct RecordEvent {
    /// The event.
    pub event: Event,
}

impl Command for RecordEvent {
    type Outcome = ();

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        let Event {
            id,
            at,
            kind,
            client_id,
            user_id,
            grant_id,
            detail,
        } = &self.event;
        tx.exec(
            &INSERT_EVENT,
            vals![
                &id.to_string(),
                *at,
                kind.as_str(),
                client_id.as_ref().map(ClientId::as_str),
                user_id.map(|id| id.to_string()).as_deref(),
                grant_id.map(|id| id.to_string()).as_deref(),
                detail,
            ],
        )
        .await?;
        Ok(())
    }
}

/// Finds the event behind the reference on an error page.
#[derive(Clone, Copy, Debug)]
pub struct FindEvent {
    /// Its identifier.
    pub id: EventId,
}

impl Query for FindEvent {
    type Outcome = Option<Event>;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        tx.opt(&FIND_EVENT, vals![&self.id.to_string()], event)
            .await
    }
}

/// Lists events, newest first.
#[derive(Clone, Copy, Debug)]
pub struct ListEvents {
    /// Those before this one; the last of the page before.
    pub before: Option<EventId>,
    /// How many at most.
    pub limit: i64,
}

impl Query for ListEvents {
    type Outcome = Vec<Event>;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        match self.before {
            None => tx.all(&LIST_EVENTS, vals![self.limit], event).await,
            Some(before) => {
                tx.all(
                    &LIST_EVENTS_BEFORE,
                    vals![self.limit, &before.to_string()],
                    event,
                )
                .await
            }
        }
    }
}
