//! Databases as each release left them (`fixtures/README.md`), which every later release must
//! open, read and go on with.

use countersign_domain::{
    ClientAssertion, ClientId, EndReason, EventKind, GrantId, GrantState, Hashed, InteractionState,
    KeyState, PlainAuthorizationCode, PlainInvitation, PlainRefreshToken, PlainSessionCookie,
    UserId,
};

use super::database::Schema;
use super::given::{self, DAY, MINUTE, NOW, username};
use super::migration::on_postgres;
use crate::Store;
use crate::commands::{
    AssertionUse, CodeRedemption, FindClient, FindCredentials, FindEvent, FindGrant,
    FindInteraction, FindInvitation, FindSession, FirstRefreshToken, GrantLiveness, ListNotes,
    ListPasskeys, Liveness, LoadSigningKeys, RateToken, RedeemCode, RefreshRotation, RotateRefresh,
    TakeRateToken, UseAssertion,
};

/// What `examples/fixture.rs` left on SQLite, by version.
const SQLITE: [&str; 2] = [
    include_str!("../../fixtures/0001.sqlite.sql"),
    include_str!("../../fixtures/0002.sqlite.sql"),
];

/// The same on PostgreSQL.
const POSTGRES: [&str; 2] = [
    include_str!("../../fixtures/0001.postgres.sql"),
    include_str!("../../fixtures/0002.postgres.sql"),
];

const CLIENT: &str = "cli_00000000000070008000000000000001";

fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(prefix: &str, number: u8) -> T {
    format!("{prefix}_000000000000700080000000000000{number:02x}")
        .parse()
        .unwrap()
}

fn secret(prefix: &str, number: u8) -> String {
    format!("{prefix}_{}", number.to_string().repeat(43))
}

fn refresh_token(number: u8) -> Hashed<PlainRefreshToken> {
    let token = PlainRefreshToken::parse(&secret("cs_rt", number));
    token.unwrap().hash()
}

fn cookie(number: u8) -> Hashed<PlainSessionCookie> {
    let cookie = PlainSessionCookie::parse(&secret("cs_bs", number));
    cookie.unwrap().hash()
}

async fn people_are_there(store: &Store) {
    let user_id: UserId = id("usr", 1);
    let credentials = FindCredentials {
        username: username("ada"),
    };
    let found = store.read(credentials).await.unwrap().unwrap();
    assert_eq!(found.user.id, user_id);
    assert_eq!(found.phc.as_deref(), Some("$argon2id$fixture"));
    let passkeys = store.read(ListPasskeys { user_id }).await.unwrap();
    assert_eq!(passkeys[0].credential_id, [0, 1, 255]);
    let notes = ListNotes {
        user_id,
        after: None,
        limit: 10,
    };
    assert_eq!(
        store.read(notes).await.unwrap()[0].text,
        "Grüße — 'quoted' $1 ?1"
    );
    let token = PlainInvitation::parse(&secret("cs_in", 1)).unwrap().hash();
    let invitation = store
        .read(FindInvitation { token, now: NOW })
        .await
        .unwrap()
        .unwrap();
    assert_eq!(invitation.username, username("Bob"));
    let session = FindSession {
        cookie: cookie(1),
        now: NOW,
    };
    assert_eq!(store.read(session).await.unwrap().unwrap().user.id, user_id);
}

async fn grants_go_on(store: &Store) {
    let client_id = ClientId::new(CLIENT);
    let client = store
        .read(FindClient {
            id: client_id.clone(),
        })
        .await
        .unwrap()
        .unwrap();
    assert!(client.is_active() && client.last_used_at.is_some());

    let ended: GrantId = id("grt", 3);
    let found = store.read(FindGrant { id: ended }).await.unwrap().unwrap();
    assert_eq!(
        found.state,
        GrantState::Ended {
            at: NOW,
            reason: EndReason::Disconnected
        }
    );
    let revoked = GrantLiveness {
        grant_id: id("grt", 1),
        jti: id("tok", 1),
        now: NOW,
    };
    assert_eq!(store.read(revoked).await.unwrap(), Liveness::Ended);
    let live = GrantLiveness {
        jti: id("tok", 2),
        ..revoked
    };
    let scope = given::scope("notes:read notes:write");
    assert_eq!(store.read(live).await.unwrap(), Liveness::Live { scope });

    let redeem = RedeemCode {
        hash: PlainAuthorizationCode::parse(&secret("cs_ac", 2))
            .unwrap()
            .hash(),
        client_id: client_id.clone(),
        redirect_uri: None,
        refresh_token: Some(FirstRefreshToken {
            hash: given::hash(),
            expires_at: NOW.plus(DAY),
        }),
        leeway: 0,
        now: NOW,
    };
    let redeemed = store.execute(redeem).await.unwrap();
    assert!(
        matches!(redeemed, CodeRedemption::Redeemed { .. }),
        "{redeemed:?}"
    );

    let rotate = |token, now| RotateRefresh {
        hash: refresh_token(token),
        client_id: client_id.clone(),
        grace: MINUTE,
        successor: given::hash(),
        successor_sealed: vec![1],
        successor_expires_at: NOW.plus(40 * DAY),
        now,
    };
    let retried = store.execute(rotate(1, NOW.plus(2 * DAY))).await.unwrap();
    assert!(
        matches!(&retried, RefreshRotation::Retried { successors_sealed, .. }
            if *successors_sealed == [b"sealed successor"]),
        "{retried:?}"
    );
    let rotated = store.execute(rotate(2, NOW.plus(2 * DAY))).await.unwrap();
    assert!(
        matches!(rotated, RefreshRotation::Rotated { .. }),
        "{rotated:?}"
    );

    let find = |number| FindInteraction {
        id: id("int", number),
    };
    let open = store.read(find(4)).await.unwrap().unwrap();
    assert!(matches!(
        open.state,
        InteractionState::PendingConsent { .. }
    ));
    assert_eq!(open.browser, cookie(4));
    assert_eq!(open.request.state.as_deref(), Some("opaque"));
    let approved = store.read(find(1)).await.unwrap().unwrap();
    assert_eq!(
        approved.state,
        InteractionState::Approved {
            grant_id: id("grt", 1)
        }
    );
}

async fn the_rest_is_there(store: &Store) {
    let keys = store.read(LoadSigningKeys).await.unwrap();
    let state = |kid| keys.iter().find(|key| key.kid == kid).unwrap().state;
    assert_eq!(state("active"), KeyState::Active { since: NOW });
    assert_eq!(state("next"), KeyState::Next);
    assert_eq!(
        state("mcp2"),
        KeyState::Retired {
            until: NOW.plus(365 * DAY)
        }
    );
    let event = store
        .read(FindEvent { id: id("evt", 1) })
        .await
        .unwrap()
        .unwrap();
    assert_eq!(event.kind, EventKind::Refused);
    let take = TakeRateToken {
        key: "sign-in:ada".to_owned(),
        capacity: 1,
        refill: 365 * DAY,
        now: NOW,
    };
    let empty = store.execute(take).await.unwrap();
    assert_eq!(empty, RateToken::RetryAfter(365 * DAY));
}

/// What the second release brought; the database of the first has none of it.
async fn assertions_stay_used(store: &Store, release: usize) {
    let assertion = UseAssertion {
        hash: ClientAssertion::hash(&ClientId::new(CLIENT), "assertion"),
        expires_at: NOW.plus(DAY),
    };
    let expected = match release {
        1 => AssertionUse::First,
        _ => AssertionUse::Replayed,
    };
    assert_eq!(store.execute(assertion).await.unwrap(), expected);
}

async fn check(store: &Store, release: usize) {
    people_are_there(store).await;
    grants_go_on(store).await;
    the_rest_is_there(store).await;
    assertions_stay_used(store, release).await;
}

#[tokio::test]
async fn every_released_database_opens_on_sqlite() {
    for (index, fixture) in SQLITE.into_iter().enumerate() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("countersign.db");
        let connection = rusqlite::Connection::open(&path).unwrap();
        connection.execute_batch(fixture).unwrap();
        drop(connection);
        check(&Store::open_file(&path).unwrap(), index + 1).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_released_database_opens_on_postgres() {
    for (index, fixture) in POSTGRES.into_iter().enumerate() {
        let Some(schema) = Schema::create().await else {
            return;
        };
        on_postgres(&schema, fixture).await;
        Store::migrate(&schema.url).await.unwrap();
        check(&Store::open(&schema.url).await.unwrap(), index + 1).await;
    }
}
