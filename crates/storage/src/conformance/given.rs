//! What a test starts from.

use countersign_domain::{
    AuthorizationCode, Client, ClientId, ClientKind, ClientState, Entropy as _, Grant, GrantId,
    GrantState, Hashed, Interaction, InteractionId, InteractionState, PlainAuthorizationCode,
    PlainRefreshToken, PlainSessionCookie, SystemEntropy, Timestamp, UserId, Username,
};
use countersign_oauth::scope::ScopeSet;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::Store;
use crate::commands::{
    AddUser, ApproveInteraction, ClientRegistration, CodeRedemption, FirstRefreshToken,
    InteractionApproval, InteractionStart, RedeemCode, RegisterClient, StartInteraction,
    UpstreamNeed, UserAddition,
};

pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);
pub(crate) const SECOND: i64 = 1000;
pub(crate) const MINUTE: i64 = 60 * SECOND;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;

pub(crate) const REDIRECT_URI: &str = "https://client.example/callback";

/// A hash of a secret that nobody knows.
pub(crate) fn hash<T>() -> Hashed<T> {
    let mut digest = [0; 32];
    SystemEntropy.fill(&mut digest);
    Hashed::from_digest(digest)
}

/// A wire type from its JSON.
pub(crate) fn wire<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

pub(crate) fn scope(list: &str) -> ScopeSet {
    ScopeSet::parse(list).unwrap()
}

pub(crate) fn username(name: &str) -> Username {
    Username::parse(name).unwrap()
}

pub(crate) async fn user(store: &Store, name: &str) -> UserId {
    let id = UserId::generate(NOW, &SystemEntropy);
    let added = store
        .execute(AddUser {
            id,
            username: username(name),
            password: None,
            now: NOW,
        })
        .await;
    assert_eq!(added.unwrap(), UserAddition::Added);
    id
}

/// A client that has just registered itself.
pub(crate) fn client() -> Client {
    Client {
        id: ClientId::generate(&SystemEntropy),
        kind: ClientKind::Registered,
        metadata: wire(json!({
            "redirect_uris": [REDIRECT_URI],
            "client_name": "Client",
            "token_endpoint_auth_method": "none",
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
            "scope": "notes:read notes:write",
        })),
        secret: None,
        created_at: NOW,
        last_used_at: None,
        state: ClientState::Active,
    }
}

pub(crate) async fn registered(store: &Store) -> ClientId {
    let client = client();
    let id = client.id.clone();
    let registered = store
        .execute(RegisterClient {
            client,
            unused_cap: 1000,
        })
        .await;
    assert_eq!(registered.unwrap(), ClientRegistration::Registered);
    id
}

/// An interaction that waits for `user_id` to decide.
pub(crate) fn consent(client_id: &ClientId, user_id: UserId, now: Timestamp) -> Interaction {
    Interaction {
        id: InteractionId::generate(now, &SystemEntropy),
        browser: hash::<PlainSessionCookie>(),
        client_id: client_id.clone(),
        request: wire(json!({
            "client_id": client_id,
            "redirect_uri": REDIRECT_URI,
            "scope": "notes:read",
            "state": "opaque",
            "resource": "https://server.example/mcp",
            "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        })),
        state: InteractionState::PendingConsent {
            user_id,
            authenticated_at: now,
        },
        created_at: now,
        expires_at: now.plus(10 * MINUTE),
    }
}

pub(crate) async fn start(store: &Store, interaction: &Interaction) {
    let started = store
        .execute(StartInteraction {
            interaction: interaction.clone(),
            open_cap: 1000,
        })
        .await;
    assert_eq!(started.unwrap(), InteractionStart::Started);
}

/// The approval of `interaction` by `user_id`.
pub(crate) fn approval(
    interaction: &Interaction,
    user_id: UserId,
    now: Timestamp,
) -> ApproveInteraction {
    let grant_id = GrantId::generate(now, &SystemEntropy);
    let request = &interaction.request;
    ApproveInteraction {
        id: interaction.id,
        browser: interaction.browser,
        grant: Grant {
            id: grant_id,
            user_id,
            client_id: interaction.client_id.clone(),
            scope: request.scope.clone(),
            resource: request.resource.clone(),
            redirect_uri: request.redirect_uri.clone(),
            authenticated_at: now,
            created_at: now,
            last_used_at: now,
            expires_at: now.plus(365 * DAY),
            state: GrantState::Live,
        },
        code: AuthorizationCode {
            hash: hash(),
            grant_id,
            client_id: interaction.client_id.clone(),
            redirect_uri: request.redirect_uri.clone(),
            code_challenge: request.code_challenge.clone(),
            nonce: Some("nonce".to_owned()),
            expires_at: now.plus(MINUTE),
            redeemed_at: None,
        },
        client: None,
        upstream: UpstreamNeed::None,
        now,
    }
}

/// A code that waits to be redeemed.
pub(crate) struct Issued {
    pub(crate) user_id: UserId,
    pub(crate) client_id: ClientId,
    pub(crate) grant_id: GrantId,
    pub(crate) code: Hashed<PlainAuthorizationCode>,
}

impl Issued {
    /// Redeems it at `now`, for a first refresh token of 30 days.
    pub(crate) fn redeem(&self, now: Timestamp) -> RedeemCode {
        RedeemCode {
            hash: self.code,
            client_id: self.client_id.clone(),
            redirect_uri: Some(REDIRECT_URI.to_owned()),
            refresh_token: Some(FirstRefreshToken {
                hash: hash(),
                expires_at: now.plus(30 * DAY),
            }),
            leeway: 10 * SECOND,
            now,
        }
    }
}

/// A code of `user_id` for `client_id`.
pub(crate) async fn code_for(
    store: &Store,
    user_id: UserId,
    client_id: &ClientId,
    now: Timestamp,
) -> Issued {
    let interaction = consent(client_id, user_id, now);
    start(store, &interaction).await;
    let approval = approval(&interaction, user_id, now);
    let (grant_id, code) = (approval.grant.id, approval.code.hash);
    let approved = store.execute(approval).await.unwrap();
    assert_eq!(
        approved,
        InteractionApproval::Approved { remembered: false }
    );
    Issued {
        user_id,
        client_id: client_id.clone(),
        grant_id,
        code,
    }
}

/// A code of a new person for a new client.
pub(crate) async fn code(store: &Store) -> Issued {
    let user_id = user(store, "Ada").await;
    let client_id = registered(store).await;
    code_for(store, user_id, &client_id, NOW).await
}

/// A family with its first refresh token, redeemed at [`NOW`].
pub(crate) struct Family {
    pub(crate) issued: Issued,
    pub(crate) token: Hashed<PlainRefreshToken>,
}

pub(crate) async fn family_of(store: &Store, issued: Issued) -> Family {
    let redeem = issued.redeem(NOW);
    let token = redeem.refresh_token.unwrap().hash;
    let redeemed = store.execute(redeem).await.unwrap();
    assert!(matches!(redeemed, CodeRedemption::Redeemed { .. }));
    Family { issued, token }
}

pub(crate) async fn family(store: &Store) -> Family {
    family_of(store, code(store).await).await
}
