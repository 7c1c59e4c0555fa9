use super::given::{self, MINUTE, NOW, SECOND};
use super::on_both;
use crate::commands::{StartCeremony, TakeCeremony};

fn ceremony() -> StartCeremony {
    StartCeremony {
        handle: given::hash(),
        state: r#"{"challenge":"…"}"#.to_owned(),
        expires_at: NOW.plus(5 * MINUTE),
    }
}

on_both! {
    async fn of_32_takers_one_gets_the_ceremony(db) {
        let start = ceremony();
        db.store.execute(start.clone()).await.unwrap();
        let take = TakeCeremony { handle: start.handle, now: NOW };
        let taken = db.race(|store, _| async move { store.execute(take).await }).await;
        let states: Vec<String> = taken.into_iter().flatten().collect();
        assert_eq!(states, [start.state]);
    }

    async fn an_expired_ceremony_is_not_given_even_to_a_clock_that_goes_back(db) {
        let start = ceremony();
        db.store.execute(start.clone()).await.unwrap();
        let late = TakeCeremony { handle: start.handle, now: start.expires_at };
        assert_eq!(db.store.execute(late).await.unwrap(), None);
        let early = TakeCeremony { now: start.expires_at.minus(SECOND), ..late };
        assert_eq!(db.store.execute(early).await.unwrap(), None);
    }

    async fn a_ceremony_that_never_began_is_not_given(db) {
        let take = TakeCeremony { handle: given::hash(), now: NOW };
        assert_eq!(db.store.execute(take).await.unwrap(), None);
    }
}
