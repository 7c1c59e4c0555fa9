//! `private_key_jwt` (RFC 7523): T9 and T12 of the catalogue against the whole server.

use countersign_jose::algorithm::Algorithm;
use countersign_jose::key::SigningKey;
use countersign_testkit::{Answer, Authorization, Database, DocumentHost, TestServer, Tokens};
use countersign_testnet::Answer as Scripted;
use serde::Serialize;
use serde_json::{Value, json};

const PATH: &str = "/client.json";
const JWKS: &str = "/jwks.json";
const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// The start of the manual clock, in seconds.
const NOW: i64 = 1_800_000_000;

pub(crate) fn key() -> SigningKey {
    SigningKey::generate(Algorithm::Es256).unwrap()
}

#[derive(Clone, Serialize)]
pub(crate) struct Claims {
    iss: String,
    sub: String,
    aud: String,
    exp: i64,
    jti: String,
}

impl Claims {
    /// Good ones.
    pub(crate) fn of(client_id: &str) -> Self {
        Self {
            iss: client_id.to_owned(),
            sub: client_id.to_owned(),
            aud: TestServer::URL.to_owned(),
            exp: NOW + 60,
            jti: "one".to_owned(),
        }
    }

    fn named(client_id: &str, jti: &str) -> Self {
        Self {
            jti: jti.to_owned(),
            ..Self::of(client_id)
        }
    }

    pub(crate) fn sign(&self, key: &SigningKey) -> String {
        key.sign("JWT", self).unwrap()
    }
}

fn jwks(keys: &[&SigningKey]) -> Value {
    json!({"keys": keys.iter().map(|key| key.public().jwk()).collect::<Vec<_>>()})
}

/// Redeems a code with an assertion instead of a `client_id`.
pub(crate) async fn redeem(
    server: &TestServer,
    request: &Authorization,
    code: &str,
    assertion: &str,
) -> Answer {
    let mut fields = request.redemption(code);
    fields.retain(|(name, _)| *name != "client_id");
    fields.push(("client_assertion_type", TYPE));
    fields.push(("client_assertion", assertion));
    server.post("/token", &fields).await
}

/// A client that is described by a document and holds a key.
struct World {
    host: DocumentHost,
    server: TestServer,
    key: SigningKey,
    request: Authorization,
}

impl World {
    async fn over(database: Database) -> Self {
        let method = json!({"token_endpoint_auth_method": "private_key_jwt"});
        Self::described(database, method).await
    }

    async fn described(database: Database, mut changes: Value) -> Self {
        let host = DocumentHost::start().await;
        let server = TestServer::configured(database, |config| host.configure(config)).await;
        let key = key();
        changes["jwks_uri"] = host.url(JWKS).into();
        let id = host.serve(PATH, &changes);
        let answer = Scripted::json(jwks(&[&key]).to_string());
        host.host.answer(JWKS, answer);
        let request = Authorization::of(&id, Authorization::REDIRECT_URI);
        Self {
            host,
            server,
            key,
            request,
        }
    }

    fn assertion(&self, jti: &str) -> String {
        Claims::named(&self.request.client_id, jti).sign(&self.key)
    }

    async fn redeem(&self, code: &str, assertion: &str) -> Answer {
        redeem(&self.server, &self.request, code, assertion).await
    }
}

#[tokio::test]
async fn a_client_proves_itself_with_its_key() {
    for database in Database::each().await {
        let world = World::over(database).await;
        let code = world.request.code(&world.server, "ada").await;
        let tokens = Tokens::of(&world.redeem(&code, &world.assertion("one")).await);
        world.server.accepts(&tokens.access).await;
        let assertion = world.assertion("two");
        let mut fields = world.request.rotation(&tokens.refresh);
        fields.extend([
            ("client_assertion_type", TYPE),
            ("client_assertion", &assertion),
        ]);
        Tokens::of(&world.server.post("/token", &fields).await);
        let keys = world.host.host.requests();
        let fetched = keys.iter().filter(|request| request.target == JWKS).count();
        assert_eq!(fetched, 1, "the keys are kept");
    }
}

/// T12
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_assertion_counts_once_on_two_replicas() {
    for database in Database::each().await {
        let world = World::over(database).await;
        // Known before the race, so that what races is the assertion alone.
        world.request.code(&world.server, "ada").await;
        let assertion = world.assertion("raced");
        let fields = [
            ("token", "x"),
            ("client_assertion_type", TYPE),
            ("client_assertion", &assertion),
        ];
        let answers = world
            .server
            .race(32, || TestServer::form("/token/introspect", &fields))
            .await;
        let accepted = answers.iter().filter(|answer| answer.code() == 200).count();
        assert_eq!(accepted, 1);
        for refused in answers.iter().filter(|answer| answer.code() != 200) {
            refused.refuses(401, "invalid_client");
        }
    }
}

/// T12
#[tokio::test]
async fn an_assertion_that_breaks_a_rule_consumes_nothing() {
    let world = World::over(Database::sqlite()).await;
    let code = world.request.code(&world.server, "ada").await;
    let good = Claims::of(&world.request.client_id);
    let other = "https://other.example".to_owned();
    for claims in [
        Claims {
            aud: other.clone(),
            ..good.clone()
        },
        Claims {
            iss: other.clone(),
            ..good.clone()
        },
        Claims {
            exp: NOW - 60,
            ..good.clone()
        },
        Claims {
            exp: NOW + 3600,
            ..good.clone()
        },
    ] {
        world
            .redeem(&code, &claims.sign(&world.key))
            .await
            .refuses(401, "invalid_client");
    }
    world
        .redeem(&code, &good.sign(&key()))
        .await
        .refuses(401, "invalid_client");
    world
        .redeem(&code, "not.a.jwt")
        .await
        .refuses(401, "invalid_client");
    let unsigned = good.sign(&world.key).rsplit_once('.').unwrap().0.to_owned() + ".";
    world
        .redeem(&code, &unsigned)
        .await
        .refuses(401, "invalid_client");
    let assertion = good.sign(&world.key);
    let mut fields = world.request.redemption(&code);
    fields.extend([
        ("client_assertion_type", "urn:other"),
        ("client_assertion", &assertion),
    ]);
    world
        .server
        .post("/token", &fields)
        .await
        .refuses(401, "invalid_client");
    fields.retain(|(name, _)| !name.starts_with("client_"));
    fields.extend([
        ("client_id", "another"),
        ("client_assertion_type", TYPE),
        ("client_assertion", &assertion),
    ]);
    world
        .server
        .post("/token", &fields)
        .await
        .refuses(401, "invalid_client");
    Tokens::of(&world.redeem(&code, &assertion).await);
}

/// T9
#[tokio::test]
async fn a_client_that_holds_a_key_cannot_go_without_it() {
    let world = World::over(Database::sqlite()).await;
    let code = world.request.code(&world.server, "ada").await;
    let bare = world.request.redeem(&world.server, &code).await;
    bare.refuses(401, "invalid_client");
    Tokens::of(&world.redeem(&code, &world.assertion("one")).await);
}

/// As ChatGPT's document has it (clients.md F39).
#[tokio::test]
async fn a_client_that_offers_a_choice_may_take_either() {
    let changes = json!({
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_methods_supported": ["none", "private_key_jwt"],
    });
    let world = World::described(Database::sqlite(), changes).await;
    let code = world.request.code(&world.server, "ada").await;
    Tokens::of(&world.request.redeem(&world.server, &code).await);
    let code = world.request.code(&world.server, "bob").await;
    Tokens::of(&world.redeem(&code, &world.assertion("one")).await);
}

#[tokio::test]
async fn a_key_that_the_client_has_just_published_is_looked_for_once() {
    let world = World::over(Database::sqlite()).await;
    let code = world.request.code(&world.server, "ada").await;
    Tokens::of(&world.redeem(&code, &world.assertion("one")).await);
    let rotated = key();
    let both = jwks(&[&world.key, &rotated]);
    world
        .host
        .host
        .answer(JWKS, Scripted::json(both.to_string()));
    let claims = |jti| Claims::named(&world.request.client_id, jti);
    world.server.wait(61_000);
    let code = world.request.code(&world.server, "bob").await;
    let later = |jti| Claims {
        exp: NOW + 120,
        ..claims(jti)
    };
    Tokens::of(&world.redeem(&code, &later("two").sign(&rotated)).await);
    let fetched = || world.host.host.requests().len();
    let before = fetched();
    for jti in ["three", "four", "five"] {
        let forged = later(jti).sign(&key());
        world
            .redeem("x", &forged)
            .await
            .refuses(401, "invalid_client");
    }
    assert_eq!(fetched(), before, "garbage causes no fetch");
}

#[tokio::test]
async fn keys_that_cannot_be_had_for_a_moment_cost_nothing() {
    let world = World::over(Database::sqlite()).await;
    world
        .host
        .host
        .answer(JWKS, Scripted::json("{}").status(502));
    let code = world.request.code(&world.server, "ada").await;
    let refused = world.redeem(&code, &world.assertion("one")).await;
    refused.refuses(503, "temporarily_unavailable");
    assert!(!refused.header("retry-after").is_empty());
    let answer = Scripted::json(jwks(&[&world.key]).to_string());
    world.host.host.answer(JWKS, answer);
    Tokens::of(&world.redeem(&code, &world.assertion("one")).await);
}

#[tokio::test]
async fn a_registered_client_may_bring_its_keys_along() {
    for database in Database::each().await {
        let server = TestServer::start(database).await;
        let key = key();
        let registered = server
            .register(&json!({
                "redirect_uris": [Authorization::REDIRECT_URI],
                "token_endpoint_auth_method": "private_key_jwt",
                "jwks": jwks(&[&key]),
            }))
            .await;
        assert_eq!(registered.code(), 201, "{}", registered.text());
        let registered = registered.json();
        assert_eq!(registered["token_endpoint_auth_method"], "private_key_jwt");
        assert!(registered.get("client_secret").is_none());
        let id = registered["client_id"].as_str().unwrap();
        let request = Authorization::of(id, Authorization::REDIRECT_URI);
        let code = request.code(&server, "ada").await;
        let assertion = Claims::of(id).sign(&key);
        let answer = redeem(&server, &request, &code, &assertion).await;
        assert_eq!(answer.code(), 200, "{}", answer.text());
    }
}

#[tokio::test]
async fn a_registration_without_keys_cannot_ask_for_them() {
    let server = TestServer::start(Database::sqlite()).await;
    let refused = server
        .register(&json!({
            "redirect_uris": [Authorization::REDIRECT_URI],
            "token_endpoint_auth_method": "private_key_jwt",
        }))
        .await;
    refused.refuses(400, "invalid_client_metadata");
}
