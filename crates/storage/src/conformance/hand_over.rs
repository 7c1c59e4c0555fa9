use std::collections::HashSet;

use countersign_domain::InteractionState;

use super::given::{self, MINUTE, NOW};
use super::given_upstream::{self, ADA, accepted, identity};
use super::on_both;
use crate::StorageError;
use crate::commands::{
    DenyInteraction, DisableUser, FindUpstreamIdentity, FindUpstreamUser, HandOver,
    HandOverInteraction, HandOverOutcome, TakeEndedUpstreamSessions,
};

fn find(subject: &str) -> FindUpstreamUser {
    FindUpstreamUser {
        issuer: identity(subject).issuer,
        subject: subject.to_owned(),
    }
}

on_both! {
    async fn a_first_hand_over_makes_an_account_and_comes_to_consent(db) {
        let client_id = given::registered(&db.store).await;
        let interaction = given_upstream::agreed(&db.store, &client_id).await;
        let hand_over = given_upstream::hand_over(&interaction, ADA);
        let outcome = db.store.execute(hand_over.clone()).await.unwrap();
        assert!(matches!(&outcome, HandOverOutcome::Accepted { new: true, .. }));
        let user = accepted(outcome);
        assert_eq!((user.id, user.username.as_str()), (hand_over.user_id, ADA));
        let found = db.replica.read(find(ADA)).await.unwrap().unwrap();
        assert!(found.is_active());
        assert_eq!((found.id, found.username), (user.id, user.username));
        let state = given_upstream::state(&db.replica, &interaction).await;
        let expected = InteractionState::PendingConsent { user_id: user.id, authenticated_at: NOW };
        assert_eq!(state, expected);
    }

    async fn a_person_comes_back_to_the_same_account_with_a_newer_profile(db) {
        let client_id = given::registered(&db.store).await;
        let first = given_upstream::connected(&db.store, &client_id, ADA).await.user_id;
        let interaction = given_upstream::agreed(&db.store, &client_id).await;
        let mut again = given_upstream::hand_over(&interaction, ADA);
        again.identity.profile.name = Some("Ada".to_owned());
        again.identity.checked_at = NOW.plus(MINUTE);
        let identity = again.identity.clone();
        let outcome = db.store.execute(again).await.unwrap();
        assert!(matches!(&outcome, HandOverOutcome::Accepted { new: false, .. }));
        assert_eq!(accepted(outcome).id, first);
        let find = FindUpstreamIdentity { user_id: first };
        assert_eq!(db.store.read(find).await.unwrap(), Some(identity));
    }

    async fn without_a_client_it_only_signs_in(db) {
        let client_id = given::registered(&db.store).await;
        let interaction = given_upstream::agreed(&db.store, &client_id).await;
        let hand_over = given_upstream::hand_over(&interaction, ADA);
        let with_a_session = HandOver { interaction: None, ..hand_over };
        let refused = db.store.execute(with_a_session.clone()).await;
        assert!(matches!(refused, Err(StorageError::Backend(_))), "nothing to keep it under");
        let alone = HandOver { session: None, ..with_a_session };
        let user = accepted(db.store.execute(alone.clone()).await.unwrap());
        assert_eq!(user.id, alone.user_id);
        let again = db.store.execute(alone).await.unwrap();
        assert!(matches!(again, HandOverOutcome::TokenUsed));
    }

    async fn of_32_hand_overs_of_one_token_one_is_accepted(db) {
        let client_id = given::registered(&db.store).await;
        let mut interactions = Vec::new();
        for _ in 0..32 {
            interactions.push(given_upstream::agreed(&db.store, &client_id).await);
        }
        let token = given_upstream::token();
        let outcomes = db
            .race(|store, number| {
                let hand_over = given_upstream::hand_over(&interactions[number], ADA);
                async move { store.execute(HandOver { token, ..hand_over }).await }
            })
            .await;
        let mut winners = 0;
        for outcome in outcomes {
            match outcome {
                HandOverOutcome::Accepted { new, .. } => {
                    assert!(new);
                    winners += 1;
                }
                HandOverOutcome::TokenUsed => {}
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(winners, 1);
        let mut taken_up = 0;
        for interaction in &interactions {
            match given_upstream::state(&db.store, interaction).await {
                InteractionState::PendingHandOver => {}
                InteractionState::PendingConsent { .. } => taken_up += 1,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(taken_up, 1);
        let take = TakeEndedUpstreamSessions { limit: 100, now: NOW.plus(10 * MINUTE) };
        assert_eq!(db.store.execute(take).await.unwrap().len(), 1, "sessions kept");
    }

    async fn of_32_hand_overs_for_one_interaction_one_is_accepted(db) {
        let client_id = given::registered(&db.store).await;
        let interaction = given_upstream::agreed(&db.store, &client_id).await;
        let outcomes = db
            .race(|store, number| {
                // Half of them by people who are known by then, if those before them were quick.
                let subject = format!("did:privy:{}", number / 2);
                let hand_over = given_upstream::hand_over(&interaction, &subject);
                async move {
                    let outcome = store.execute(hand_over.clone()).await?;
                    Ok((hand_over, outcome))
                }
            })
            .await;
        let mut winner = None;
        let mut refused = Vec::new();
        for (hand_over, outcome) in outcomes {
            match outcome {
                HandOverOutcome::Accepted { user, .. } => {
                    assert!(winner.replace(user).is_none(), "one winner");
                }
                HandOverOutcome::NotAgreed => refused.push(hand_over),
                other => panic!("{other:?}"),
            }
        }
        let winner = winner.unwrap();
        let state = given_upstream::state(&db.store, &interaction).await;
        let expected =
            InteractionState::PendingConsent { user_id: winner.id, authenticated_at: NOW };
        assert_eq!(state, expected);
        for hand_over in &refused {
            let account = db.store.read(find(&hand_over.identity.subject)).await.unwrap();
            assert!(account.is_none_or(|account| account.id == winner.id), "no account was made");
        }
        for hand_over in refused {
            let elsewhere = HandOver { interaction: None, session: None, ..hand_over };
            accepted(db.store.execute(elsewhere).await.unwrap());
        }
    }

    async fn of_32_first_hand_overs_of_one_person_one_makes_the_account(db) {
        let client_id = given::registered(&db.store).await;
        let mut interactions = Vec::new();
        for _ in 0..32 {
            interactions.push(given_upstream::agreed(&db.store, &client_id).await);
        }
        let outcomes = db
            .race(|store, number| {
                let hand_over = given_upstream::hand_over(&interactions[number], ADA);
                async move { store.execute(hand_over).await }
            })
            .await;
        let mut makers = 0;
        let mut accounts = HashSet::new();
        for outcome in outcomes {
            makers += usize::from(matches!(&outcome, HandOverOutcome::Accepted { new: true, .. }));
            accounts.insert(accepted(outcome).id);
        }
        assert_eq!((makers, accounts.len()), (1, 1));
    }

    async fn a_refused_hand_over_leaves_everything_as_it_was(db) {
        let client_id = given::registered(&db.store).await;
        let waiting = given_upstream::sign_in(&db.store, &client_id).await;
        let denied = given_upstream::agreed(&db.store, &client_id).await;
        let deny = DenyInteraction { id: denied.id, browser: denied.browser, now: NOW };
        db.store.execute(deny).await.unwrap();
        let unknown = given::consent(&client_id, given::user(&db.store, "Bob").await, NOW);
        let agreed = given_upstream::agreed(&db.store, &client_id).await;
        let mut elsewhere = agreed.clone();
        elsewhere.browser = given::hash();

        let token = given_upstream::token();
        let of = |interaction, now| HandOver {
            token,
            now,
            ..given_upstream::hand_over(interaction, ADA)
        };
        let late = NOW.plus(10 * MINUTE);
        let outcome = async |hand_over| db.store.execute(hand_over).await.unwrap();
        assert!(matches!(outcome(of(&waiting, NOW)).await, HandOverOutcome::NotAgreed));
        assert!(matches!(outcome(of(&denied, NOW)).await, HandOverOutcome::AlreadyCompleted));
        assert!(matches!(outcome(of(&unknown, NOW)).await, HandOverOutcome::Unknown));
        assert!(matches!(outcome(of(&elsewhere, NOW)).await, HandOverOutcome::WrongBrowser));
        assert!(matches!(outcome(of(&agreed, late)).await, HandOverOutcome::Expired));

        assert!(db.store.read(find(ADA)).await.unwrap().is_none(), "no account was made");
        let state = given_upstream::state(&db.store, &waiting).await;
        assert_eq!(state, InteractionState::PendingSignIn);
        accepted(outcome(of(&agreed, NOW)).await);
        assert!(matches!(outcome(of(&agreed, NOW)).await, HandOverOutcome::TokenUsed));
    }

    async fn a_disabled_person_hands_nothing_over(db) {
        let client_id = given::registered(&db.store).await;
        let id = given_upstream::connected(&db.store, &client_id, ADA).await.user_id;
        db.store.execute(DisableUser { id, now: NOW }).await.unwrap();
        let interaction = given_upstream::agreed(&db.store, &client_id).await;
        let hand_over = given_upstream::hand_over(&interaction, ADA);
        let refused = db.store.execute(hand_over.clone()).await.unwrap();
        assert!(matches!(refused, HandOverOutcome::UserDisabled));
        let state = given_upstream::state(&db.store, &interaction).await;
        assert_eq!(state, InteractionState::PendingHandOver);
        let bob = HandOver { identity: identity("did:privy:bob"), ..hand_over };
        accepted(db.store.execute(bob).await.unwrap());
    }

    async fn a_local_account_with_that_name_is_not_the_persons(db) {
        let local = given::user(&db.store, &ADA.to_uppercase()).await;
        let client_id = given::registered(&db.store).await;
        let interaction = given_upstream::agreed(&db.store, &client_id).await;
        let hand_over = given_upstream::hand_over(&interaction, ADA);
        let user = accepted(db.store.execute(hand_over).await.unwrap());
        assert_ne!(user.id, local);
        assert_eq!(user.username.as_str(), user.id.to_string());
        assert_eq!(db.store.read(find(ADA)).await.unwrap().unwrap().id, user.id);
        let found = db.store.read(FindUpstreamIdentity { user_id: local }).await.unwrap();
        assert_eq!(found, None);
    }

    async fn a_subject_that_is_no_name_is_a_person_all_the_same(db) {
        let client_id = given::registered(&db.store).await;
        for subject in [String::new(), "x".repeat(500), " \u{202e}".to_owned()] {
            let interaction = given_upstream::agreed(&db.store, &client_id).await;
            let hand_over = given_upstream::hand_over(&interaction, &subject);
            let user = accepted(db.store.execute(hand_over).await.unwrap());
            assert_eq!(user.username.as_str(), user.id.to_string());
            assert_eq!(db.store.read(find(&subject)).await.unwrap().unwrap().id, user.id);
        }
    }

    async fn the_wrong_interaction_of_two_at_once_does_not_use_the_token_up(db) {
        let client_id = given::registered(&db.store).await;
        let agreed = given_upstream::agreed(&db.store, &client_id).await;
        let stranger = HandOverInteraction { id: agreed.id, browser: given::hash() };
        let hand_over = given_upstream::hand_over(&agreed, ADA);
        let outcomes = db
            .race(|store, number| {
                let mut hand_over = hand_over.clone();
                if number > 0 {
                    hand_over.interaction = Some(stranger);
                }
                async move { store.execute(hand_over).await }
            })
            .await;
        let accepted = |outcome: &HandOverOutcome| matches!(outcome, HandOverOutcome::Accepted { .. });
        assert_eq!(outcomes.iter().filter(|outcome| accepted(outcome)).count(), 1);
    }
}
