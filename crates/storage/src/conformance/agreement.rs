use countersign_domain::InteractionState;

use super::given::{self, MINUTE, NOW};
use super::given_upstream::{self, ADA, agreement};
use super::on_both;
use crate::commands::{
    AgreeInteraction, DenyInteraction, FindDeviceCodes, InteractionStep, KeepDeviceCodes,
    ReturnInteractionToSignIn,
};

on_both! {
    async fn agreeing_twice_is_agreeing(db) {
        let client_id = given::registered(&db.store).await;
        let interaction = given_upstream::sign_in(&db.store, &client_id).await;
        for _ in 0..2 {
            let step = db.store.execute(agreement(&interaction)).await.unwrap();
            assert_eq!(step, InteractionStep::Done);
            let state = given_upstream::state(&db.store, &interaction).await;
            assert_eq!(state, InteractionState::PendingHandOver);
        }
    }

    async fn nobody_agrees_out_of_turn_or_too_late_or_from_elsewhere(db) {
        let client_id = given::registered(&db.store).await;
        let interaction = given_upstream::sign_in(&db.store, &client_id).await;
        let agree = agreement(&interaction);
        let stranger = AgreeInteraction { browser: given::hash(), ..agree.clone() };
        let late = AgreeInteraction { now: NOW.plus(10 * MINUTE), ..agree.clone() };
        let unknown = given::consent(&client_id, given::user(&db.store, "Ada").await, NOW);
        for (agree, expected) in [
            (stranger, InteractionStep::WrongBrowser),
            (late, InteractionStep::Expired),
            (agreement(&unknown), InteractionStep::Unknown),
        ] {
            assert_eq!(db.store.execute(agree).await.unwrap(), expected);
        }
        let state = given_upstream::state(&db.store, &interaction).await;
        assert_eq!(state, InteractionState::PendingSignIn);

        db.store.execute(agree.clone()).await.unwrap();
        let hand_over = given_upstream::hand_over(&interaction, ADA);
        given_upstream::accepted(db.store.execute(hand_over).await.unwrap());
        let step = db.store.execute(agree.clone()).await.unwrap();
        assert_eq!(step, InteractionStep::OutOfTurn);
        let AgreeInteraction { id, browser, now } = agree.clone();
        db.store.execute(DenyInteraction { id, browser, now }).await.unwrap();
        let step = db.store.execute(agree).await.unwrap();
        assert_eq!(step, InteractionStep::AlreadyCompleted);
    }

    async fn device_codes_are_kept_only_until_the_hand_over(db) {
        let client_id = given::registered(&db.store).await;
        let interaction = given_upstream::sign_in(&db.store, &client_id).await;
        let AgreeInteraction { id, browser, now } = agreement(&interaction);
        let keep = |sealed: &[u8]| KeepDeviceCodes { id, browser, sealed: sealed.to_vec(), now };
        let kept = async || db.store.read(FindDeviceCodes { id }).await.unwrap();

        let step = db.store.execute(keep(b"early")).await.unwrap();
        assert_eq!(step, InteractionStep::OutOfTurn);
        assert_eq!(kept().await, None);

        db.store.execute(agreement(&interaction)).await.unwrap();
        let stranger = KeepDeviceCodes { browser: given::hash(), ..keep(b"theirs") };
        let step = db.store.execute(stranger).await.unwrap();
        assert_eq!(step, InteractionStep::WrongBrowser);
        for sealed in [b"first", b"newer"] {
            let step = db.store.execute(keep(sealed)).await.unwrap();
            assert_eq!(step, InteractionStep::Done);
            assert_eq!(kept().await.unwrap(), sealed);
        }

        let back = ReturnInteractionToSignIn { id, browser, now };
        db.store.execute(back).await.unwrap();
        assert_eq!(kept().await, None, "after the return to sign-in");

        db.store.execute(agreement(&interaction)).await.unwrap();
        db.store.execute(keep(b"again")).await.unwrap();
        let hand_over = given_upstream::hand_over(&interaction, ADA);
        given_upstream::accepted(db.store.execute(hand_over).await.unwrap());
        assert_eq!(kept().await, None, "after the hand-over");
        let step = db.store.execute(keep(b"late")).await.unwrap();
        assert_eq!(step, InteractionStep::OutOfTurn);
    }
}
