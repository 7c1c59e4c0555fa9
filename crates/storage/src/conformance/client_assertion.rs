use super::given::{self, MINUTE, NOW};
use super::on_both;
use crate::commands::{AssertionUse, UseAssertion};

on_both! {
    async fn of_32_uses_of_an_assertion_one_is_the_first(db) {
        let assertion = UseAssertion { hash: given::hash(), expires_at: NOW.plus(MINUTE) };
        let uses = db.race(|store, _| async move { store.execute(assertion).await }).await;
        let first = uses.iter().filter(|used| **used == AssertionUse::First).count();
        assert_eq!((first, uses.len()), (1, 32));
        let again = db.replica.execute(assertion).await.unwrap();
        assert_eq!(again, AssertionUse::Replayed);
        let other = UseAssertion { hash: given::hash(), ..assertion };
        assert_eq!(db.replica.execute(other).await.unwrap(), AssertionUse::First);
    }
}
