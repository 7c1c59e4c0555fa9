use countersign_domain::{ClientId, Event, EventId, EventKind, NoteId, SystemEntropy, UserId};

use super::given::{self, NOW};
use super::on_both;
use crate::commands::{
    AddNote, FindClient, FindEvent, ListEvents, ListNotes, Note, NoteAddition, RecordEvent,
};

fn event(number: i64) -> Event {
    let at = NOW.plus(number);
    Event {
        id: EventId::generate(at, &SystemEntropy),
        at,
        kind: EventKind::Refused,
        client_id: Some(ClientId::new("cli")),
        user_id: Some(UserId::generate(at, &SystemEntropy)),
        grant_id: None,
        detail: format!("refused {number}"),
    }
}

fn note(user_id: UserId, number: i64) -> Note {
    Note {
        id: NoteId::generate(NOW.plus(number), &SystemEntropy),
        user_id,
        text: format!("note {number} 'quoted' ? $1"),
        created_at: NOW.plus(number),
    }
}

on_both! {
    async fn events_are_listed_newest_first_in_pages(db) {
        let events: Vec<_> = (0..5).map(event).collect();
        for event in &events {
            db.store.execute(RecordEvent { event: event.clone() }).await.unwrap();
        }
        let details = async |before| {
            let listed = db.store.read(ListEvents { before, limit: 3 }).await.unwrap();
            listed.into_iter().map(|event| event.detail).collect::<Vec<_>>()
        };
        assert_eq!(details(None).await, ["refused 4", "refused 3", "refused 2"]);
        assert_eq!(details(Some(events[2].id)).await, ["refused 1", "refused 0"]);
    }

    async fn an_event_is_found_by_its_reference(db) {
        let event = event(0);
        db.store.execute(RecordEvent { event: event.clone() }).await.unwrap();
        let found = db.store.read(FindEvent { id: event.id }).await.unwrap().unwrap();
        assert_eq!(found.kind, EventKind::Refused);
        assert_eq!(found.client_id, event.client_id);
        assert_eq!(found.user_id, event.user_id);
        assert_eq!(found.grant_id, None);
        assert_eq!(found.at, NOW);
    }

    async fn notes_belong_to_one_person(db) {
        let ada = given::user(&db.store, "Ada").await;
        let bob = given::user(&db.store, "Bob").await;
        let notes: Vec<_> = (0..3).map(|number| note(ada, number)).collect();
        for note in &notes {
            let added = db.store.execute(AddNote { note: note.clone(), cap: 3 }).await.unwrap();
            assert_eq!(added, NoteAddition::Added);
        }
        let fourth = db.store.execute(AddNote { note: note(ada, 3), cap: 3 }).await.unwrap();
        assert_eq!(fourth, NoteAddition::TooMany);
        let list = ListNotes { user_id: ada, after: None, limit: 10 };
        assert_eq!(db.store.read(list.clone()).await.unwrap(), notes);
        let rest = ListNotes { after: Some(notes[0].id), ..list.clone() };
        assert_eq!(db.store.read(rest).await.unwrap(), notes[1..]);
        let others = ListNotes { user_id: bob, ..list };
        assert_eq!(db.store.read(others).await.unwrap(), []);
    }

    async fn a_nul_is_no_error(db) {
        let user_id = given::user(&db.store, "Ada").await;
        let note = Note { text: "a\0b".to_owned(), ..note(user_id, 0) };
        let added = db.store.execute(AddNote { note, cap: 3 }).await.unwrap();
        assert_eq!(added, NoteAddition::Added);
        let list = ListNotes { user_id, after: None, limit: 10 };
        assert_eq!(db.store.read(list).await.unwrap()[0].text, "a\u{fffd}b");
        let unknown = FindClient { id: ClientId::new("cli\0") };
        assert!(db.store.read(unknown).await.unwrap().is_none());
    }
}
