use countersign_domain::{EndReason, GrantId, SystemEntropy, TokenId};

use super::given::{self, DAY, HOUR, NOW};
use super::on_both;
use crate::commands::{
    DisableUser, EndGrant, FindGrant, GrantEnd, GrantLiveness, ListGrants, Liveness,
    RevokeAccessToken, RevokeClient, UserOrClient,
};

fn liveness(grant_id: GrantId) -> GrantLiveness {
    GrantLiveness {
        grant_id,
        jti: TokenId::generate(NOW, &SystemEntropy),
        now: NOW,
    }
}

fn list(whom: UserOrClient) -> ListGrants {
    ListGrants {
        whom,
        after: None,
        limit: 100,
        now: NOW,
    }
}

on_both! {
    async fn a_live_grant_tells_its_scope(db) {
        let family = given::family(&db.store).await;
        let live = db.store.read(liveness(family.issued.grant_id)).await.unwrap();
        assert_eq!(live, Liveness::Live { scope: given::scope("notes:read") });
    }

    async fn an_ended_grant_is_dead_at_once_on_every_replica(db) {
        let family = given::family(&db.store).await;
        let id = family.issued.grant_id;
        assert_ne!(db.replica.read(liveness(id)).await.unwrap(), Liveness::Ended);
        let end = EndGrant { id, of: None, reason: EndReason::RevokedByOperator, now: NOW };
        let ended = db.store.execute(end.clone()).await.unwrap();
        assert!(matches!(ended, GrantEnd::Ended(grant) if grant.id == id));
        assert_eq!(db.replica.read(liveness(id)).await.unwrap(), Liveness::Ended);
        assert!(matches!(db.store.execute(end).await.unwrap(), GrantEnd::Unknown));
    }

    async fn nobody_ends_somebody_elses_grant(db) {
        let family = given::family(&db.store).await;
        let bob = given::user(&db.store, "Bob").await;
        let id = family.issued.grant_id;
        let end = EndGrant { id, of: Some(bob), reason: EndReason::Disconnected, now: NOW };
        assert!(matches!(db.store.execute(end.clone()).await.unwrap(), GrantEnd::Unknown));
        let own = EndGrant { of: Some(family.issued.user_id), ..end };
        assert!(matches!(db.store.execute(own).await.unwrap(), GrantEnd::Ended(_)));
    }

    async fn a_revoked_access_token_is_dead_and_its_grant_lives(db) {
        let family = given::family(&db.store).await;
        let one = liveness(family.issued.grant_id);
        let revoke = RevokeAccessToken { jti: one.jti, expires_at: NOW.plus(HOUR) };
        db.store.execute(revoke).await.unwrap();
        db.store.execute(revoke).await.unwrap();
        assert_eq!(db.replica.read(one).await.unwrap(), Liveness::Ended);
        let other = liveness(family.issued.grant_id);
        assert_ne!(db.replica.read(other).await.unwrap(), Liveness::Ended);
    }

    async fn a_disabled_user_and_a_revoked_client_have_no_live_grant(db) {
        let ada = given::family(&db.store).await;
        let bob = given::user(&db.store, "Bob").await;
        let client_id = given::registered(&db.store).await;
        let theirs = given::code_for(&db.store, bob, &client_id, NOW).await;
        db.store.execute(DisableUser { id: ada.issued.user_id, now: NOW }).await.unwrap();
        db.store.execute(RevokeClient { id: client_id, now: NOW }).await.unwrap();
        for id in [ada.issued.grant_id, theirs.grant_id] {
            assert_eq!(db.store.read(liveness(id)).await.unwrap(), Liveness::Ended);
        }
    }

    async fn a_grant_past_its_end_and_an_unknown_one_are_dead(db) {
        let family = given::family(&db.store).await;
        let mut late = liveness(family.issued.grant_id);
        late.now = NOW.plus(365 * DAY);
        assert_eq!(db.store.read(late).await.unwrap(), Liveness::Ended);
        let unknown = liveness(GrantId::generate(NOW, &SystemEntropy));
        assert_eq!(db.store.read(unknown).await.unwrap(), Liveness::Ended);
    }

    async fn grants_are_listed_by_person_by_client_and_in_pages(db) {
        let ada = given::user(&db.store, "Ada").await;
        let bob = given::user(&db.store, "Bob").await;
        let one = given::registered(&db.store).await;
        let two = given::registered(&db.store).await;
        let mut grants = Vec::new();
        for (number, (user, client)) in [(ada, &one), (ada, &two), (bob, &one)].iter().enumerate() {
            let at = NOW.plus(i64::try_from(number).unwrap());
            grants.push(given::code_for(&db.store, *user, client, at).await.grant_id);
        }
        let ids = async |query: ListGrants| {
            let found = db.store.read(query).await.unwrap();
            found.into_iter().map(|grant| grant.id).collect::<Vec<_>>()
        };
        assert_eq!(ids(list(UserOrClient::All)).await, grants);
        assert_eq!(ids(list(UserOrClient::User(ada))).await, grants[..2]);
        assert_eq!(ids(list(UserOrClient::Client(one.clone()))).await, [grants[0], grants[2]]);
        let page = ListGrants { limit: 2, ..list(UserOrClient::All) };
        assert_eq!(ids(page.clone()).await, grants[..2]);
        let next = ListGrants { after: Some(grants[1]), ..page };
        assert_eq!(ids(next).await, grants[2..]);
    }

    async fn an_ended_grant_is_still_found_with_its_reason(db) {
        let family = given::family(&db.store).await;
        let id = family.issued.grant_id;
        let end = EndGrant { id, of: None, reason: EndReason::Disconnected, now: NOW };
        db.store.execute(end).await.unwrap();
        let found = db.store.read(FindGrant { id }).await.unwrap().unwrap();
        assert!(!found.is_live(NOW));
    }
}
