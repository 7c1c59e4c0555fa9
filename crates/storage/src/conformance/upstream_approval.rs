use countersign_domain::{Interaction, InteractionState, UserId};

use super::given::{self, MINUTE, NOW};
use super::given_upstream::{self, ADA, SEALED, accepted};
use super::on_both;
use crate::commands::{
    ApproveInteraction, AuthenticateInteraction, FindCode, FindGrant, InteractionApproval,
    InteractionStep, ReturnInteractionToSignIn, TakeEndedUpstreamSessions, UpstreamNeed,
};

fn approval(interaction: &Interaction, user_id: UserId) -> ApproveInteraction {
    ApproveInteraction {
        upstream: UpstreamNeed::Session,
        ..given::approval(interaction, user_id, NOW)
    }
}

fn return_to_sign_in(interaction: &Interaction) -> ReturnInteractionToSignIn {
    ReturnInteractionToSignIn {
        id: interaction.id,
        browser: interaction.browser,
        now: NOW,
    }
}

/// Takes the sessions of all interactions of [`NOW`].
fn take() -> TakeEndedUpstreamSessions {
    TakeEndedUpstreamSessions {
        limit: 100,
        now: NOW.plus(10 * MINUTE),
    }
}

const APPROVED: InteractionApproval = InteractionApproval::Approved { remembered: false };

on_both! {
    async fn the_session_moves_from_the_interaction_to_the_grant(db) {
        let client_id = given::registered(&db.store).await;
        let interaction = given_upstream::agreed(&db.store, &client_id).await;
        let hand_over = given_upstream::hand_over(&interaction, ADA);
        let new = hand_over.session.clone().unwrap();
        let user_id = accepted(db.store.execute(hand_over).await.unwrap()).id;
        let approval = approval(&interaction, user_id);
        let grant_id = approval.grant.id;
        assert_eq!(db.store.execute(approval).await.unwrap(), APPROVED);
        let found = given_upstream::session(&db.replica, grant_id, NOW).await.unwrap();
        assert_eq!((found.id, found.user_id), (new.id, user_id));
        assert_eq!((&found.sealed[..], found.expires_at), (SEALED, new.expires_at));
        assert_eq!((found.generation, found.leased_until), (0, None));
        assert_eq!(db.store.execute(take()).await.unwrap(), [], "it is the grant's alone");
    }

    async fn without_need_the_session_is_given_out_to_be_ended(db) {
        let client_id = given::registered(&db.store).await;
        let interaction = given_upstream::agreed(&db.store, &client_id).await;
        let hand_over = given_upstream::hand_over(&interaction, ADA);
        let id = hand_over.session.as_ref().unwrap().id;
        let user_id = accepted(db.store.execute(hand_over).await.unwrap()).id;
        let approval = given::approval(&interaction, user_id, NOW);
        let grant_id = approval.grant.id;
        assert_eq!(db.store.execute(approval).await.unwrap(), APPROVED);
        assert_eq!(given_upstream::session(&db.store, grant_id, NOW).await, None);
        let take = TakeEndedUpstreamSessions { now: NOW, ..take() };
        let taken = db.store.execute(take).await.unwrap();
        assert_eq!(taken.iter().map(|session| session.id).collect::<Vec<_>>(), [id]);
    }

    async fn a_missing_session_leaves_no_grant_and_asks_for_the_hand_over_again(db) {
        let client_id = given::registered(&db.store).await;
        let interaction = given_upstream::agreed(&db.store, &client_id).await;
        let mut hand_over = given_upstream::hand_over(&interaction, ADA);
        hand_over.session = None;
        let user_id = accepted(db.store.execute(hand_over).await.unwrap()).id;
        let refused = approval(&interaction, user_id);
        let (grant, code) = (FindGrant { id: refused.grant.id }, FindCode { hash: refused.code.hash });
        let outcome = db.store.execute(refused).await.unwrap();
        assert_eq!(outcome, InteractionApproval::UpstreamMissing);
        assert!(db.store.read(grant).await.unwrap().is_none());
        assert!(db.store.read(code).await.unwrap().is_none());
        let state = given_upstream::state(&db.store, &interaction).await;
        assert_eq!(state, InteractionState::PendingHandOver);

        let again = given_upstream::hand_over(&interaction, ADA);
        accepted(db.store.execute(again).await.unwrap());
        assert_eq!(db.store.execute(approval(&interaction, user_id)).await.unwrap(), APPROVED);
    }

    async fn somebody_elses_session_is_none_and_is_replaced(db) {
        let client_id = given::registered(&db.store).await;
        let interaction = given_upstream::agreed(&db.store, &client_id).await;
        let theirs = given_upstream::hand_over(&interaction, "did:privy:bob");
        accepted(db.store.execute(theirs).await.unwrap());
        let ada = given::user(&db.store, "Ada").await;
        let switch = AuthenticateInteraction {
            id: interaction.id,
            browser: interaction.browser,
            user_id: ada,
            authenticated_at: NOW,
            now: NOW,
        };
        db.store.execute(switch).await.unwrap();
        let outcome = db.store.execute(approval(&interaction, ada)).await.unwrap();
        assert_eq!(outcome, InteractionApproval::UpstreamMissing);

        let own = given_upstream::hand_over(&interaction, ADA);
        let id = own.session.as_ref().unwrap().id;
        let user_id = accepted(db.store.execute(own).await.unwrap()).id;
        let approval = approval(&interaction, user_id);
        let grant_id = approval.grant.id;
        assert_eq!(db.store.execute(approval).await.unwrap(), APPROVED);
        let found = given_upstream::session(&db.store, grant_id, NOW).await.unwrap();
        assert_eq!((found.id, found.user_id), (id, user_id));
        assert_eq!(db.store.execute(take()).await.unwrap(), [], "the other one is forgotten");
    }

    async fn the_return_to_sign_in_forgets_the_session(db) {
        let client_id = given::registered(&db.store).await;
        let interaction = given_upstream::agreed(&db.store, &client_id).await;
        let hand_over = given_upstream::hand_over(&interaction, ADA);
        accepted(db.store.execute(hand_over).await.unwrap());
        let other = given_upstream::agreed(&db.store, &client_id).await;
        let kept = given_upstream::hand_over(&other, ADA);
        let kept_id = kept.session.as_ref().unwrap().id;
        accepted(db.store.execute(kept).await.unwrap());
        let stranger =
            ReturnInteractionToSignIn { browser: given::hash(), ..return_to_sign_in(&other) };
        let step = db.store.execute(stranger).await.unwrap();
        assert_eq!(step, InteractionStep::WrongBrowser);

        let step = db.store.execute(return_to_sign_in(&interaction)).await.unwrap();
        assert_eq!(step, InteractionStep::Done);
        let state = given_upstream::state(&db.store, &interaction).await;
        assert_eq!(state, InteractionState::PendingSignIn);
        let left = db.store.execute(take()).await.unwrap();
        assert_eq!(left.iter().map(|session| session.id).collect::<Vec<_>>(), [kept_id]);
    }

    async fn approving_and_returning_at_once_decides_where_the_session_is(db) {
        let client_id = given::registered(&db.store).await;
        for _ in 0..4 {
            let interaction = given_upstream::agreed(&db.store, &client_id).await;
            let hand_over = given_upstream::hand_over(&interaction, ADA);
            let user_id = accepted(db.store.execute(hand_over).await.unwrap()).id;
            let approved = db
                .race(|store, number| {
                    let approval = approval(&interaction, user_id);
                    let back = return_to_sign_in(&interaction);
                    async move {
                        if number % 2 == 0 {
                            store.execute(back).await?;
                            return Ok(None);
                        }
                        let grant_id = approval.grant.id;
                        let outcome = store.execute(approval).await?;
                        Ok((outcome == APPROVED).then_some(grant_id))
                    }
                })
                .await;
            let approved: Vec<_> = approved.into_iter().flatten().collect();
            let state = given_upstream::state(&db.store, &interaction).await;
            match approved[..] {
                [] => assert_eq!(state, InteractionState::PendingSignIn),
                [grant_id] => {
                    assert_eq!(state, InteractionState::Approved { grant_id });
                    let session = given_upstream::session(&db.store, grant_id, NOW).await;
                    assert!(session.is_some());
                }
                _ => panic!("approved twice"),
            }
            assert_eq!(db.store.execute(take()).await.unwrap(), [], "one that nobody has");
        }
    }
}
