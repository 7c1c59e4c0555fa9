//! Fills a fresh database with one of everything, for an upgrade fixture (`fixtures/README.md`):
//!
//! `cargo run -p countersign-storage --example fixture -- sqlite:PATH`

use std::error::Error;
use std::str::FromStr;

use countersign_domain::{
    AuthorizationCode, BrowserSession, Client, ClientAssertion, ClientId, ClientKind, ClientState,
    EndReason, Event, EventKind, Grant, GrantState, Hashed, Interaction, InteractionState,
    Invitation, KeyState, SigningKeyRecord, Timestamp, UserId, Username,
};
use countersign_domain::{
    PlainAuthorizationCode, PlainInvitation, PlainRefreshToken, PlainSessionCookie,
};
use countersign_oauth::authorization_request::AuthorizationRequest;
use countersign_storage::Store;
use countersign_storage::commands::{
    AddNote, AddPasskey, AddUser, AdvanceSigningKeys, ApproveInteraction, CreateInvitation,
    EndGrant, FirstRefreshToken, ImportSigningKey, Note, Passkey, RecordEvent, RedeemCode,
    RegisterClient, RevokeAccessToken, RotateRefresh, StartInteraction, StartSession,
    TakeRateToken, UpstreamNeed, UseAssertion,
};
use serde_json::json;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);
const DAY: i64 = 24 * 60 * 60 * 1000;
const REDIRECT_URI: &str = "https://client.example/callback";
const CLIENT: &str = "cli_00000000000070008000000000000001";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = std::env::args().nth(1).ok_or("which database?")?;
    Store::migrate(&url).await?;
    let store = Store::open(&url).await?;
    people(&store).await?;
    grants(&store).await?;
    the_rest(&store).await
}

/// The identifier of kind `prefix` with this number.
fn id<T: FromStr<Err: Error + 'static>>(prefix: &str, number: u8) -> Result<T, Box<dyn Error>> {
    Ok(format!("{prefix}_000000000000700080000000000000{number:02x}").parse()?)
}

/// The body of a secret: the same digit 43 times.
fn body(number: u8) -> String {
    number.to_string().repeat(43)
}

fn refresh_token(number: u8) -> Result<Hashed<PlainRefreshToken>, Box<dyn Error>> {
    let token = PlainRefreshToken::parse(&format!("cs_rt_{}", body(number)));
    Ok(token.ok_or("a refresh token")?.hash())
}

fn code(number: u8) -> Result<Hashed<PlainAuthorizationCode>, Box<dyn Error>> {
    let code = PlainAuthorizationCode::parse(&format!("cs_ac_{}", body(number)));
    Ok(code.ok_or("a code")?.hash())
}

fn cookie(number: u8) -> Result<Hashed<PlainSessionCookie>, Box<dyn Error>> {
    let cookie = PlainSessionCookie::parse(&format!("cs_bs_{}", body(number)));
    Ok(cookie.ok_or("a cookie")?.hash())
}

async fn people(store: &Store) -> Result<(), Box<dyn Error>> {
    let ada: UserId = id("usr", 1)?;
    store
        .execute(AddUser {
            id: ada,
            username: Username::parse("Ada")?,
            password: Some("$argon2id$fixture".to_owned()),
            now: NOW,
        })
        .await?;
    store
        .execute(AddPasskey {
            passkey: Passkey {
                credential_id: vec![0, 1, 255],
                user_id: ada,
                name: "Laptop".to_owned(),
                credential: "{\"counter\":1}".to_owned(),
                created_at: NOW,
                last_used_at: None,
            },
            cap: 10,
        })
        .await?;
    let token = PlainInvitation::parse(&format!("cs_in_{}", body(1))).ok_or("an invitation")?;
    store
        .execute(CreateInvitation {
            invitation: Invitation {
                token: token.hash(),
                username: Username::parse("Bob")?,
                user_id: None,
                expires_at: NOW.plus(DAY),
            },
            now: NOW,
        })
        .await?;
    store
        .execute(StartSession {
            session: BrowserSession {
                cookie: cookie(1)?,
                user_id: ada,
                authenticated_at: NOW,
                expires_at: NOW.plus(DAY),
            },
            replaces: None,
            now: NOW,
        })
        .await?;
    store
        .execute(AddNote {
            note: Note {
                id: id("not", 1)?,
                user_id: ada,
                text: "Grüße — 'quoted' $1 ?1".to_owned(),
                created_at: NOW,
            },
            cap: 10,
        })
        .await?;
    Ok(())
}

fn request() -> Result<AuthorizationRequest, Box<dyn Error>> {
    Ok(serde_json::from_value(json!({
        "client_id": CLIENT,
        "redirect_uri": REDIRECT_URI,
        "scope": "notes:read notes:write",
        "state": "opaque",
        "resource": "https://server.example/mcp",
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "nonce": "nonce",
    }))?)
}

/// A live family that was rotated once, a code that waits, a grant that ended, an open
/// interaction.
async fn grants(store: &Store) -> Result<(), Box<dyn Error>> {
    let metadata = serde_json::from_value(json!({
        "redirect_uris": [REDIRECT_URI],
        "client_name": "Client",
        "token_endpoint_auth_method": "none",
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "scope": "notes:read notes:write",
    }))?;
    let client = Client {
        id: ClientId::new(CLIENT),
        kind: ClientKind::Registered,
        metadata,
        secret: None,
        created_at: NOW,
        last_used_at: None,
        state: ClientState::Active,
    };
    store
        .execute(RegisterClient {
            client,
            unused_cap: 10,
        })
        .await?;
    for number in 1..=3 {
        approve(store, number).await?;
    }
    let redeem = RedeemCode {
        hash: code(1)?,
        client_id: ClientId::new(CLIENT),
        redirect_uri: None,
        refresh_token: Some(FirstRefreshToken {
            hash: refresh_token(1)?,
            expires_at: NOW.plus(30 * DAY),
        }),
        leeway: 0,
        now: NOW,
    };
    store.execute(redeem).await?;
    let rotate = RotateRefresh {
        hash: refresh_token(1)?,
        client_id: ClientId::new(CLIENT),
        grace: 60_000,
        successor: refresh_token(2)?,
        successor_sealed: b"sealed successor".to_vec(),
        successor_expires_at: NOW.plus(31 * DAY),
        now: NOW.plus(DAY),
    };
    store.execute(rotate).await?;
    let end = EndGrant {
        id: id("grt", 3)?,
        of: None,
        reason: EndReason::Disconnected,
        now: NOW,
    };
    store.execute(end).await?;
    start(store, 4).await
}

async fn start(store: &Store, number: u8) -> Result<(), Box<dyn Error>> {
    let interaction = Interaction {
        id: id("int", number)?,
        browser: cookie(number)?,
        client_id: ClientId::new(CLIENT),
        request: request()?,
        state: InteractionState::PendingConsent {
            user_id: id("usr", 1)?,
            authenticated_at: NOW,
        },
        created_at: NOW,
        expires_at: NOW.plus(DAY),
    };
    store
        .execute(StartInteraction {
            interaction,
            open_cap: 10,
        })
        .await?;
    Ok(())
}

async fn approve(store: &Store, number: u8) -> Result<(), Box<dyn Error>> {
    start(store, number).await?;
    let request = request()?;
    let grant_id = id("grt", number)?;
    let client_id = ClientId::new(CLIENT);
    let approval = ApproveInteraction {
        id: id("int", number)?,
        browser: cookie(number)?,
        grant: Grant {
            id: grant_id,
            user_id: id("usr", 1)?,
            client_id: client_id.clone(),
            scope: request.scope,
            resource: request.resource,
            redirect_uri: request.redirect_uri.clone(),
            authenticated_at: NOW,
            created_at: NOW,
            last_used_at: NOW,
            expires_at: NOW.plus(365 * DAY),
            state: GrantState::Live,
        },
        code: AuthorizationCode {
            hash: code(number)?,
            grant_id,
            client_id,
            redirect_uri: request.redirect_uri,
            code_challenge: request.code_challenge,
            nonce: request.nonce,
            expires_at: NOW.plus(60_000),
            redeemed_at: None,
        },
        client: None,
        upstream: UpstreamNeed::None,
        now: NOW,
    };
    store.execute(approval).await?;
    Ok(())
}

fn key(kid: &str, state: KeyState, imported_at: Option<Timestamp>) -> SigningKeyRecord {
    SigningKeyRecord {
        kid: kid.to_owned(),
        algorithm: "RS256".to_owned(),
        sealed: b"sealed key".to_vec(),
        public_jwk: json!({ "kid": kid }).to_string(),
        state,
        created_at: NOW,
        imported_at,
    }
}

async fn the_rest(store: &Store) -> Result<(), Box<dyn Error>> {
    let first = AdvanceSigningKeys {
        algorithm: "RS256".to_owned(),
        expected: None,
        publish: vec![
            key("active", KeyState::Active { since: NOW }, None),
            key("next", KeyState::Next, None),
        ],
        retire_until: NOW,
        now: NOW,
    };
    store.execute(first).await?;
    let until = NOW.plus(365 * DAY);
    let import = ImportSigningKey {
        record: key("mcp2", KeyState::Retired { until }, Some(NOW)),
        now: NOW,
    };
    store.execute(import).await?;
    let revoke = RevokeAccessToken {
        jti: id("tok", 1)?,
        expires_at: NOW.plus(365 * DAY),
    };
    store.execute(revoke).await?;
    let take = TakeRateToken {
        key: "sign-in:ada".to_owned(),
        capacity: 1,
        refill: 365 * DAY,
        now: NOW,
    };
    store.execute(take).await?;
    let assertion = UseAssertion {
        hash: ClientAssertion::hash(&ClientId::new(CLIENT), "assertion"),
        expires_at: NOW.plus(DAY),
    };
    store.execute(assertion).await?;
    let event = Event {
        id: id("evt", 1)?,
        at: NOW,
        kind: EventKind::Refused,
        client_id: Some(ClientId::new(CLIENT)),
        user_id: None,
        grant_id: None,
        detail: "the redirect URI is not registered".to_owned(),
    };
    store.execute(RecordEvent { event }).await?;
    Ok(())
}
