use countersign_domain::Timestamp;

use super::given::{HOUR, NOW, SECOND};
use super::on_both;
use crate::commands::{RateToken, ReturnRateToken, TakeRateToken};

/// Five tokens, one back every second.
fn take(key: &str, now: Timestamp) -> TakeRateToken {
    TakeRateToken {
        key: key.to_owned(),
        capacity: 5,
        refill: SECOND,
        now,
    }
}

on_both! {
    async fn of_32_takers_as_many_pass_as_there_are_tokens(db) {
        let taken = db
            .race(|store, _| async move { store.execute(take("one", NOW)).await })
            .await;
        let allowed = taken.iter().filter(|token| **token == RateToken::Allowed);
        assert_eq!(allowed.count(), 5);
        assert!(taken.contains(&RateToken::RetryAfter(SECOND)));
    }

    async fn a_token_comes_back_when_promised(db) {
        for _ in 0..5 {
            db.store.execute(take("one", NOW)).await.unwrap();
        }
        let early = db.store.execute(take("one", NOW.plus(SECOND - 1))).await.unwrap();
        assert_eq!(early, RateToken::RetryAfter(1));
        let due = db.store.execute(take("one", NOW.plus(SECOND))).await.unwrap();
        assert_eq!(due, RateToken::Allowed);
        let next = db.store.execute(take("one", NOW.plus(SECOND))).await.unwrap();
        assert_eq!(next, RateToken::RetryAfter(SECOND));
    }

    async fn a_bucket_never_holds_more_than_its_capacity(db) {
        db.store.execute(take("one", NOW)).await.unwrap();
        let later = NOW.plus(HOUR);
        for _ in 0..5 {
            let taken = db.store.execute(take("one", later)).await.unwrap();
            assert_eq!(taken, RateToken::Allowed);
        }
        let sixth = db.store.execute(take("one", later)).await.unwrap();
        assert_eq!(sixth, RateToken::RetryAfter(SECOND));
    }

    async fn buckets_do_not_share(db) {
        for _ in 0..5 {
            db.store.execute(take("one", NOW)).await.unwrap();
        }
        let other = db.store.execute(take("two", NOW)).await.unwrap();
        assert_eq!(other, RateToken::Allowed);
    }

    async fn a_clock_that_goes_back_locks_nobody_out(db) {
        for _ in 0..6 {
            db.store.execute(take("one", NOW)).await.unwrap();
        }
        let before = NOW.minus(HOUR);
        for _ in 0..5 {
            let taken = db.store.execute(take("one", before)).await.unwrap();
            assert_eq!(taken, RateToken::Allowed);
        }
        let sixth = db.store.execute(take("one", before)).await.unwrap();
        assert_eq!(sixth, RateToken::RetryAfter(SECOND));
    }

    async fn a_returned_token_can_be_taken_again_and_overfills_nothing(db) {
        let back = || ReturnRateToken { key: "one".to_owned(), refill: SECOND };
        for _ in 0..50 {
            let taken = db.store.execute(take("one", NOW)).await.unwrap();
            assert_eq!(taken, RateToken::Allowed);
            db.store.execute(back()).await.unwrap();
        }
        for _ in 0..10 {
            db.store.execute(back()).await.unwrap();
        }
        for _ in 0..5 {
            let taken = db.store.execute(take("one", NOW)).await.unwrap();
            assert_eq!(taken, RateToken::Allowed);
        }
        let sixth = db.store.execute(take("one", NOW)).await.unwrap();
        assert_eq!(sixth, RateToken::RetryAfter(SECOND));
    }
}
