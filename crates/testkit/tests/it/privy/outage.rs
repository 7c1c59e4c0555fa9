//! Privy is down, or the master key is another: nobody signs in again, and nothing is lost.

use countersign_config::{ApiToken, MasterKey};
use countersign_domain::{GrantId, LeaseId, SystemEntropy};
use countersign_storage::commands::{
    FindUpstreamSession, LeaseUpstreamSession, StoreUpstreamSession, StoredUpstreamSession,
    UpstreamLease, UpstreamStore,
};
use countersign_testkit::{Authorization, Database, PrivyServer, TestServer, Tokens};

use super::{on_both, profile, with};

const QUARTER: i64 = 15 * 60_000;

#[tokio::test]
async fn who_has_a_token_goes_on_while_privy_is_down() {
    for token in [ApiToken::Countersign, ApiToken::Device, ApiToken::Browser] {
        for database in Database::each().await {
            let mut server = PrivyServer::start(database, with(token)).await;
            let tokens = server.connect("ada@example.com").await;
            server.privy.go_offline().await;
            server.wait(QUARTER - 70_000);
            profile::claims(&profile::call(&server, &tokens.access).await);
            // What is left of the last minute is used too.
            server.wait(40_000);
            profile::claims(&profile::call(&server, &tokens.access).await);
        }
    }
}

#[tokio::test]
async fn who_needs_a_new_one_is_told_to_try_again() {
    for database in Database::each().await {
        let mut server = PrivyServer::start(database, with(ApiToken::Device)).await;
        let tokens = server.connect("ada@example.com").await;
        server.privy.go_offline().await;
        server.wait(QUARTER);
        for _ in 0..3 {
            profile::is_to_be_tried_again(&profile::call(&server, &tokens.access).await);
        }
        assert_eq!(server.api.calls().len(), 0);
        server.privy.go_online().await.unwrap();
        profile::claims(&profile::call(&server, &tokens.access).await);
    }
}

async fn grant_of(server: &TestServer, tokens: &Tokens) -> GrantId {
    let principal = server.server.authenticate(&tokens.access).await.unwrap();
    principal.grant_id.unwrap()
}

async fn stored(server: &TestServer, grant_id: GrantId) -> StoredUpstreamSession {
    let now = server.server.now();
    let find = FindUpstreamSession { grant_id, now };
    server.server.store().read(find).await.unwrap().unwrap()
}

/// Puts another sealed text in the row of a session.
async fn reseal(server: &TestServer, grant_id: GrantId, sealed: &[u8]) {
    let now = server.server.now();
    let holder = LeaseId::generate(now, &SystemEntropy);
    let session = stored(server, grant_id).await;
    let store = server.server.store();
    let lease = LeaseUpstreamSession {
        grant_id,
        generation: session.generation,
        holder,
        until: now.plus(1),
        now,
    };
    assert_eq!(store.execute(lease).await.unwrap(), UpstreamLease::Leased);
    let put = StoreUpstreamSession {
        grant_id,
        holder,
        sealed: sealed.to_vec(),
        expires_at: session.expires_at,
        keep_lease_until: None,
        now,
    };
    let put = store.execute(put).await.unwrap();
    assert!(matches!(put, UpstreamStore::Stored { .. }), "{put:?}");
}

/// X3 of the catalogue: what does not open, as under another master key, is lent to nobody and kept
/// for the day it opens again.
async fn what_does_not_open_stays(server: &PrivyServer) {
    let authorization = Authorization::public(server).await;
    let tokens = server.connect_as(&authorization, "ada@example.com").await;
    let eves = server.connect("eve@example.com").await;
    let grant_id = grant_of(server, &tokens).await;
    let good = stored(server, grant_id).await.sealed;
    let foreign = stored(server, grant_of(server, &eves).await).await.sealed;
    let mut damaged = good.clone();
    *damaged.last_mut().unwrap() ^= 1;
    // The token in it is good at first and has expired then; a lease that were left behind would
    // make the second call of a pair wait.
    for span in [0, QUARTER] {
        server.wait(span);
        for sealed in [&foreign, &damaged] {
            reseal(server, grant_id, sealed).await;
            for _ in 0..2 {
                profile::is_to_be_tried_again(&profile::call(server, &tokens.access).await);
                let answer = server.exchange(&tokens.access).await;
                answer.refuses(503, "temporarily_unavailable");
            }
            let session = stored(server, grant_id).await;
            assert_eq!(
                (&session.sealed, session.leased_until),
                (sealed, None),
                "kept, and nobody's"
            );
        }
        reseal(server, grant_id, &good).await;
    }
    assert_eq!(server.api.calls().len(), 0);
    let claims = profile::claims(&profile::call(server, &tokens.access).await);
    assert_eq!(claims["sub"], server.privy.did("ada@example.com").unwrap());
}

on_both! {
    async fn a_kept_session_that_does_not_open_stays(server, ApiToken::Device) {
        what_does_not_open_stays(server).await;
    }

    async fn a_lent_token_that_does_not_open_stays(server, ApiToken::Browser) {
        what_does_not_open_stays(server).await;
    }

    /// X3 of the catalogue.
    async fn another_master_key_starts_nothing_and_wipes_nothing(server, ApiToken::Device) {
        let tokens = server.connect("ada@example.com").await;
        let grant_id = grant_of(server, &tokens).await;
        let before = stored(server, grant_id).await;
        let other = server.restarted_with(|config| config.master_key = Some(MasterKey::from_bytes([8; 32]))).await;
        let reason = other.err().unwrap();
        assert!(reason.contains("master key is not the one it was sealed with"), "{reason}");
        assert_eq!(stored(server, grant_id).await, before);
        let restored = server.restarted().await;
        server.wait(QUARTER);
        let message = profile::message(1);
        let answer = restored.send(profile::request(&tokens.access, &message)).await;
        profile::claims(&answer);
    }
}
