use countersign_domain::{Invitation, SystemEntropy, UserId};

use super::given::{self, HOUR, NOW, username};
use super::on_both;
use crate::commands::{
    CreateInvitation, FindCredentials, FindInvitation, FindUser, InvitationRedemption,
    RedeemInvitation,
};

fn invitation(name: &str, user_id: Option<UserId>) -> CreateInvitation {
    CreateInvitation {
        invitation: Invitation {
            token: given::hash(),
            username: username(name),
            user_id,
            expires_at: NOW.plus(HOUR),
        },
        now: NOW,
    }
}

fn redemption(invitation: &CreateInvitation) -> RedeemInvitation {
    RedeemInvitation {
        token: invitation.invitation.token,
        new_user_id: UserId::generate(NOW, &SystemEntropy),
        phc: "phc".to_owned(),
        now: NOW,
    }
}

on_both! {
    async fn of_32_redeemers_of_an_invitation_one_gets_the_account(db) {
        let create = invitation("Ada", None);
        db.store.execute(create.clone()).await.unwrap();
        let outcomes = db
            .race(|store, _| {
                let redeem = redemption(&create);
                async move { store.execute(redeem).await }
            })
            .await;
        let winners: Vec<_> = outcomes
            .iter()
            .filter_map(|outcome| match outcome {
                InvitationRedemption::Redeemed { user_id, .. } => Some(*user_id),
                InvitationRedemption::Unusable => None,
                InvitationRedemption::UsernameTaken => panic!("the losers find it redeemed"),
            })
            .collect();
        assert_eq!(winners.len(), 1);
        let found = db.store.read(FindUser::ByName(username("ada"))).await.unwrap().unwrap();
        assert_eq!(found.id, winners[0]);
        let find = FindInvitation { token: create.invitation.token, now: NOW };
        assert!(db.store.read(find).await.unwrap().is_none());
    }

    async fn an_invitation_resets_an_existing_account(db) {
        let family = given::family(&db.store).await;
        let create = invitation("Ada", Some(family.issued.user_id));
        db.store.execute(create.clone()).await.unwrap();
        let redeemed = db.store.execute(redemption(&create)).await.unwrap();
        assert_eq!(
            redeemed,
            InvitationRedemption::Redeemed {
                user_id: family.issued.user_id,
                username: username("Ada"),
            }
        );
        let credentials = FindCredentials { username: username("Ada") };
        let found = db.store.read(credentials).await.unwrap().unwrap();
        assert_eq!(found.phc.as_deref(), Some("phc"));
        let refused = db.store.execute(family.issued.redeem(NOW)).await.unwrap();
        let ended = crate::commands::FindGrant { id: family.issued.grant_id };
        assert!(!db.store.read(ended).await.unwrap().unwrap().is_live(NOW), "{refused:?}");
    }

    async fn a_taken_name_does_not_consume_the_invitation(db) {
        let create = invitation("Ada", None);
        db.store.execute(create.clone()).await.unwrap();
        given::user(&db.store, "ada").await;
        let refused = db.store.execute(redemption(&create)).await.unwrap();
        assert_eq!(refused, InvitationRedemption::UsernameTaken);
        let find = FindInvitation { token: create.invitation.token, now: NOW };
        assert!(db.store.read(find).await.unwrap().is_some());
    }

    async fn an_expired_invitation_is_worth_nothing(db) {
        let create = invitation("Ada", None);
        db.store.execute(create.clone()).await.unwrap();
        let late = RedeemInvitation { now: NOW.plus(HOUR), ..redemption(&create) };
        assert_eq!(db.store.execute(late).await.unwrap(), InvitationRedemption::Unusable);
        let find = FindInvitation { token: create.invitation.token, now: NOW.plus(HOUR) };
        assert!(db.store.read(find).await.unwrap().is_none());
    }
}
