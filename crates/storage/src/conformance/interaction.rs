use countersign_domain::{InteractionState, SystemEntropy, UserId};

use super::given::{self, MINUTE, NOW};
use super::on_both;
use crate::commands::{
    AuthenticateInteraction, DenyInteraction, DisableUser, FindGrant, FindInteraction,
    InteractionApproval, InteractionStart, InteractionStep, ReturnInteractionToSignIn,
    StartInteraction,
};

on_both! {
    async fn an_interaction_reads_back_as_it_was_written(db) {
        let client_id = given::registered(&db.store).await;
        let user_id = given::user(&db.store, "Ada").await;
        let interaction = given::consent(&client_id, user_id, NOW);
        given::start(&db.store, &interaction).await;
        let find = FindInteraction { id: interaction.id };
        let found = db.store.read(find).await.unwrap().unwrap();
        assert_eq!(found.request, interaction.request);
        assert_eq!(found.state, interaction.state);
        assert_eq!(found.browser, interaction.browser);
        assert_eq!(found.expires_at, interaction.expires_at);
    }

    async fn of_32_approvals_one_makes_a_grant(db) {
        let client_id = given::registered(&db.store).await;
        let user_id = given::user(&db.store, "Ada").await;
        let interaction = given::consent(&client_id, user_id, NOW);
        given::start(&db.store, &interaction).await;
        let approvals = db
            .race(|store, _| {
                let approval = given::approval(&interaction, user_id, NOW);
                async move {
                    let grant_id = approval.grant.id;
                    store.execute(approval).await.map(|outcome| (grant_id, outcome))
                }
            })
            .await;
        let mut winner = None;
        for (id, outcome) in approvals {
            let made = db.store.read(FindGrant { id }).await.unwrap().is_some();
            match outcome {
                InteractionApproval::Approved { .. } => {
                    assert!(made);
                    assert_eq!(winner.replace(id), None, "one winner");
                }
                InteractionApproval::AlreadyCompleted => assert!(!made),
                other => panic!("{other:?}"),
            }
        }
        let found = db.store.read(FindInteraction { id: interaction.id }).await.unwrap().unwrap();
        assert_eq!(found.state, InteractionState::Approved { grant_id: winner.unwrap() });
    }

    async fn approving_and_denying_at_once_decides_once(db) {
        let client_id = given::registered(&db.store).await;
        let user_id = given::user(&db.store, "Ada").await;
        let interaction = given::consent(&client_id, user_id, NOW);
        given::start(&db.store, &interaction).await;
        let decided = db
            .race(|store, number| {
                let approval = given::approval(&interaction, user_id, NOW);
                let denial = DenyInteraction {
                    id: interaction.id,
                    browser: interaction.browser,
                    now: NOW,
                };
                async move {
                    if number % 3 == 0 {
                        let outcome = store.execute(denial).await?;
                        Ok(outcome == InteractionStep::Done)
                    } else {
                        let outcome = store.execute(approval).await?;
                        Ok(matches!(outcome, InteractionApproval::Approved { .. }))
                    }
                }
            })
            .await;
        assert_eq!(decided.into_iter().filter(|decided| *decided).count(), 1);
    }

    async fn another_browser_takes_no_step(db) {
        let client_id = given::registered(&db.store).await;
        let user_id = given::user(&db.store, "Ada").await;
        let interaction = given::consent(&client_id, user_id, NOW);
        given::start(&db.store, &interaction).await;
        let (id, browser) = (interaction.id, given::hash());
        let mut stranger = given::approval(&interaction, user_id, NOW);
        stranger.browser = browser;
        assert_eq!(db.store.execute(stranger).await.unwrap(), InteractionApproval::WrongBrowser);
        let authenticate =
            AuthenticateInteraction { id, browser, user_id, authenticated_at: NOW, now: NOW };
        let step = db.store.execute(authenticate).await.unwrap();
        assert_eq!(step, InteractionStep::WrongBrowser);
        let step = db.store.execute(DenyInteraction { id, browser, now: NOW }).await.unwrap();
        assert_eq!(step, InteractionStep::WrongBrowser);
        let back = ReturnInteractionToSignIn { id, browser, now: NOW };
        assert_eq!(db.store.execute(back).await.unwrap(), InteractionStep::WrongBrowser);
    }

    async fn nothing_happens_to_an_expired_interaction(db) {
        let client_id = given::registered(&db.store).await;
        let user_id = given::user(&db.store, "Ada").await;
        let interaction = given::consent(&client_id, user_id, NOW);
        given::start(&db.store, &interaction).await;
        let late = NOW.plus(10 * MINUTE);
        let approval = given::approval(&interaction, user_id, late);
        assert_eq!(db.store.execute(approval).await.unwrap(), InteractionApproval::Expired);
        let deny =
            DenyInteraction { id: interaction.id, browser: interaction.browser, now: late };
        assert_eq!(db.store.execute(deny).await.unwrap(), InteractionStep::Expired);
    }

    async fn consent_needs_the_person_who_is_signed_in(db) {
        let client_id = given::registered(&db.store).await;
        let ada = given::user(&db.store, "Ada").await;
        let bob = given::user(&db.store, "Bob").await;
        let interaction = given::consent(&client_id, ada, NOW);
        given::start(&db.store, &interaction).await;
        let (id, browser) = (interaction.id, interaction.browser);

        let by_bob = given::approval(&interaction, bob, NOW);
        assert_eq!(db.store.execute(by_bob).await.unwrap(), InteractionApproval::AnotherUser);

        let back = ReturnInteractionToSignIn { id, browser, now: NOW };
        assert_eq!(db.store.execute(back).await.unwrap(), InteractionStep::Done);
        let found = db.store.read(FindInteraction { id }).await.unwrap().unwrap();
        assert_eq!(found.state, InteractionState::PendingSignIn);
        let by_ada = given::approval(&interaction, ada, NOW);
        assert_eq!(db.store.execute(by_ada).await.unwrap(), InteractionApproval::AnotherUser);

        let authenticate =
            AuthenticateInteraction { id, browser, user_id: bob, authenticated_at: NOW, now: NOW };
        assert_eq!(db.store.execute(authenticate).await.unwrap(), InteractionStep::Done);
        let by_bob = given::approval(&interaction, bob, NOW);
        let approved = db.store.execute(by_bob).await.unwrap();
        assert_eq!(approved, InteractionApproval::Approved { remembered: false });
    }

    async fn a_disabled_user_approves_nothing(db) {
        let client_id = given::registered(&db.store).await;
        let user_id = given::user(&db.store, "Ada").await;
        let interaction = given::consent(&client_id, user_id, NOW);
        given::start(&db.store, &interaction).await;
        db.store.execute(DisableUser { id: user_id, now: NOW }).await.unwrap();
        let approval = given::approval(&interaction, user_id, NOW);
        assert_eq!(db.store.execute(approval).await.unwrap(), InteractionApproval::UserDisabled);
    }

    async fn an_unknown_interaction_is_unknown(db) {
        let client_id = given::registered(&db.store).await;
        let user_id = given::user(&db.store, "Ada").await;
        let interaction = given::consent(&client_id, user_id, NOW);
        let approval = given::approval(&interaction, user_id, NOW);
        assert_eq!(db.store.execute(approval).await.unwrap(), InteractionApproval::Unknown);
        assert!(db.store.read(FindInteraction { id: interaction.id }).await.unwrap().is_none());
    }

    async fn only_so_many_interactions_are_open(db) {
        let client_id = given::registered(&db.store).await;
        let user_id = UserId::generate(NOW, &SystemEntropy);
        let start = |now| StartInteraction {
            interaction: given::consent(&client_id, user_id, now),
            open_cap: 3,
        };
        for _ in 0..3 {
            let started = db.store.execute(start(NOW)).await.unwrap();
            assert_eq!(started, InteractionStart::Started);
        }
        assert_eq!(db.store.execute(start(NOW)).await.unwrap(), InteractionStart::TooMany);
        let later = db.store.execute(start(NOW.plus(10 * MINUTE))).await.unwrap();
        assert_eq!(later, InteractionStart::Started, "expired ones do not count");
    }
}
