//! Client identifiers that are their own registration (RFC 7591 section A.5.2): F30 and F38 of the
//! catalogue of failures, R20 of the catalogue of attacks.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::body::Body;
use axum::extract::ConnectInfo;
use countersign_config::MasterKey;
use countersign_domain::{Client, ClientId, ClientKind, Clock as _, EventKind};
use countersign_storage::commands::{
    FindClient, ListClients, ListEvents, RememberClient, RevokeClient,
};
use countersign_testkit::{Authorization, Database, TestServer, Tokens, on_both};
use http::Method;
use serde_json::{Value, json};

const DAY: i64 = 24 * 60 * 60 * 1000;

fn metadata(name: &str, method: &str) -> Value {
    json!({
        "client_name": name,
        "redirect_uris": [Authorization::REDIRECT_URI],
        "grant_types": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_method": method,
    })
}

async fn register(server: &TestServer, metadata: &Value) -> String {
    let answer = server.register(metadata).await;
    assert_eq!(answer.code(), 201, "{}", answer.text());
    answer.json()["client_id"].as_str().unwrap().to_owned()
}

async fn rows(server: &TestServer) -> Vec<Client> {
    let list = ListClients {
        after: None,
        limit: 10,
    };
    server.server.store().read(list).await.unwrap()
}

async fn registrations_on_record(server: &TestServer) -> usize {
    let list = ListEvents {
        before: None,
        limit: 100,
    };
    let events = server.server.store().read(list).await.unwrap();
    let registered = |kind| kind == EventKind::ClientRegistered;
    events
        .into_iter()
        .filter(|event| registered(event.kind))
        .count()
}

fn authorization(client_id: &str) -> Authorization {
    Authorization::of(client_id, Authorization::REDIRECT_URI)
}

async fn is_known(server: &TestServer, client_id: &str) -> bool {
    authorization(client_id).ask(server).await.code() == 303
}

/// Neither a page nor a token, whatever the caller does with it.
async fn is_unknown(server: &TestServer, client_id: &str) {
    let authorization = authorization(client_id);
    authorization.ask(server).await.is_page(400);
    let code = "cs_ac_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    authorization
        .redeem(server, code)
        .await
        .refuses(401, "invalid_client");
}

/// A thousand registrations, from four addresses: the same one, others, and some with a secret.
async fn flood(server: &TestServer) {
    for number in 0..1000_u32 {
        let metadata = match number % 4 {
            0 => metadata("The same", "none"),
            1 => metadata(&format!("Client {number}"), "client_secret_post"),
            _ => metadata(&format!("Client {number}"), "none"),
        };
        let mut request = TestServer::request(Method::POST, "/register")
            .header("content-type", "application/json")
            .body(Body::from(metadata.to_string()))
            .unwrap();
        let address = IpAddr::from(Ipv4Addr::from(0xCB00_7100 + number % 4));
        request
            .extensions_mut()
            .insert(ConnectInfo(SocketAddr::new(address, 50_000)));
        let answer = server.send_to(number as usize, request).await;
        assert_eq!(answer.code(), 201, "{}", answer.text());
    }
}

on_both! {
    async fn a_thousand_registrations_add_no_row_and_a_consent_adds_one(server) {
        flood(server).await;
        assert!(rows(server).await.is_empty());
        let list = ListEvents { before: None, limit: 10 };
        assert!(server.server.store().read(list).await.unwrap().is_empty());

        let authorization = authorization(&register(server, &metadata("The same", "none")).await);
        authorization.tokens(server, "ada").await;
        authorization.tokens(server, "bob").await;
        let [row] = rows(server).await.try_into().unwrap();
        assert_eq!(row.id.as_str(), authorization.client_id);
        assert_eq!((row.kind, row.created_at), (ClientKind::Registered, server.clock.now()));
        assert!(row.last_used_at.is_some());
        assert_eq!(registrations_on_record(server).await, 1);
    }

    async fn identical_public_registrations_get_one_identifier(server) {
        let first = server.register(&metadata("Same", "none")).await.json();
        server.wait(DAY);
        let second = server.register(&metadata("Same", "none")).await.json();
        assert_eq!(first["client_id"], second["client_id"]);
        let issued_at = |answer: &Value| answer["client_id_issued_at"].as_i64().unwrap();
        assert_eq!(issued_at(&second), server.clock.now().as_seconds(), "to this client, now");
        assert_eq!(issued_at(&second) - issued_at(&first), DAY / 1000);
        let other = register(server, &metadata("Other", "none")).await;
        assert_ne!(first["client_id"], other);
    }

    async fn no_two_clients_share_a_secret(server) {
        let register = || async {
            server.confidential_client(Authorization::REDIRECT_URI, "client_secret_post").await
        };
        let ((one, its_secret), (another, _)) = (register().await, register().await);
        assert_ne!(one, another);
        assert!(rows(server).await.is_empty());
        let authorization = authorization(&another);
        let code = authorization.code(server, "ada").await;
        let mut fields = authorization.redemption(&code);
        fields.push(("client_secret", &its_secret));
        server.post("/token", &fields).await.refuses(401, "invalid_client");
    }

    async fn a_secret_is_good_without_a_row_and_with_one(server) {
        let (id, secret) =
            server.confidential_client(Authorization::REDIRECT_URI, "client_secret_post").await;
        let authorization = authorization(&id);
        let fields = [("client_id", id.as_str()), ("client_secret", &secret), ("token", "x")];
        assert_eq!(server.post("/token/revoke", &fields).await.code(), 200);
        let code = authorization.code(server, "ada").await;
        let mut fields = authorization.redemption(&code);
        fields.push(("client_secret", &secret));
        let tokens = Tokens::of(&server.post("/token", &fields).await);
        let mut fields = authorization.rotation(&tokens.refresh);
        authorization.rotate(server, &tokens.refresh).await.refuses(401, "invalid_client");
        fields.push(("client_secret", &secret));
        assert_eq!(server.post("/token", &fields).await.code(), 200);
    }

    /// F30
    async fn every_replica_knows_it_also_after_a_restart(server) {
        let id = register(server, &metadata("Cursor", "none")).await;
        let authorization = authorization(&id);
        for server in [server, &server.restarted().await] {
            for replica in 0..2 {
                let request = TestServer::request(Method::GET, &authorization.target());
                let answer = server.send_to(replica, request.body(Body::empty()).unwrap()).await;
                assert_eq!(answer.code(), 303, "{}", answer.text());
            }
        }
        let server = server.restarted().await;
        let tokens = authorization.tokens(&server, "ada").await;
        assert_eq!(authorization.rotate(&server, &tokens.refresh).await.code(), 200);
    }

    /// F30: programs replay their identifier for ever.
    async fn it_survives_the_deletion_of_its_row(server) {
        let id = register(server, &metadata("Cursor", "none")).await;
        server.wait(400 * DAY);
        assert!(is_known(server, &id).await, "nobody ever consented");
        authorization(&id).code(server, "ada").await;
        assert_eq!(rows(server).await.len(), 1);
        server.wait(25 * 60 * 60 * 1000);
        server.server.delete_expired().await.unwrap();
        assert!(rows(server).await.is_empty(), "nobody came for the code");
        authorization(&id).tokens(server, "bob").await;
        assert_eq!(rows(server).await.len(), 1);
    }

    async fn its_row_stays_while_a_grant_lives(server) {
        let authorization = authorization(&register(server, &metadata("Cursor", "none")).await);
        let mut tokens = authorization.tokens(server, "ada").await;
        for _ in 0..4 {
            server.wait(20 * DAY);
            server.server.delete_expired().await.unwrap();
            assert_eq!(rows(server).await.len(), 1);
            tokens = Tokens::of(&authorization.rotate(server, &tokens.refresh).await);
        }
    }

    async fn revoked_it_stays_revoked_although_it_still_opens(server) {
        let id = register(server, &metadata("Cursor", "none")).await;
        // As `countersign clients revoke` does.
        let sealed = server.server.find_client(&ClientId::new(&id)).await.unwrap().unwrap();
        let store = server.server.store();
        store.execute(RememberClient { client: sealed }).await.unwrap();
        let revoke = RevokeClient { id: ClientId::new(&id), now: server.clock.now() };
        store.execute(revoke).await.unwrap();
        is_unknown(server, &id).await;
        server.wait(60 * DAY);
        server.server.delete_expired().await.unwrap();
        is_unknown(server, &id).await;

        // A client that is told invalid_client registers again, and must not get a dead identifier.
        let next = register(server, &metadata("Cursor", "none")).await;
        assert_ne!(next, id);
        assert_eq!(register(server, &metadata("Cursor", "none")).await, next);
        authorization(&next).tokens(server, "ada").await;
        is_unknown(server, &id).await;
    }

    async fn revoked_after_consent_it_ends_its_grants(server) {
        let authorization = authorization(&register(server, &metadata("Cursor", "none")).await);
        let tokens = authorization.tokens(server, "ada").await;
        let id = ClientId::new(&authorization.client_id);
        let revoke = RevokeClient { id, now: server.clock.now() };
        server.server.store().execute(revoke).await.unwrap();
        server.rejects(&tokens.access).await;
        is_unknown(server, &authorization.client_id).await;
    }

    async fn an_altered_identifier_is_an_unknown_client(server) {
        let id = register(server, &metadata("Cursor", "none")).await;
        let middle = id.len() / 2;
        let flipped = if &id[middle..=middle] == "A" { "B" } else { "A" };
        let foreign = format!("{}{flipped}{}", &id[..middle], &id[middle + 1..]);
        let version_two = format!("cli_Ag{}", &id[6..]);
        let long = format!("cli_{}", "A".repeat(5000));
        for altered in [
            &foreign, &version_two, &long, &id[..id.len() - 1], &id[4..], "cli_", "cli_%", "cli_AQ",
            &format!("{id}A"), &format!("{id}="), &format!("{id}\n"), &id.to_uppercase(),
        ] {
            is_unknown(server, altered).await;
        }
        assert!(is_known(server, &id).await);
    }

    /// R20: what is too long to be its own identifier is bounded as rows are.
    async fn what_does_not_fit_gets_a_row(server) {
        let long = format!("https://client.example/{}", "x".repeat(1000));
        let body = json!({"redirect_uris": [long], "token_endpoint_auth_method": "none"});
        let id = register(server, &body).await;
        assert_eq!(id.len(), 36);
        let row = FindClient { id: ClientId::new(&id) };
        assert!(server.server.store().read(row).await.unwrap().is_some());
        assert_eq!(registrations_on_record(server).await, 1);
        Authorization::of(&id, &long).tokens(server, "ada").await;
        assert_eq!(registrations_on_record(server).await, 1);
    }

    /// F36: what was registered without a scope can ask for every scope, and is told so.
    async fn a_client_without_a_scope_may_ask_for_all(server) {
        let answer = server.register(&metadata("Codex", "none")).await.json();
        assert_eq!(answer["scope"], "notes:read notes:write offline_access");
        let authorization = authorization(answer["client_id"].as_str().unwrap());
        let code = authorization.clone().with("scope", "notes:write").code(server, "ada").await;
        let granted = authorization.redeem(server, &code).await.json();
        assert_eq!(granted["scope"], "notes:write");
    }
}

/// Not a row, not a page of the log: the file is the same byte for byte.
#[tokio::test]
async fn registrations_leave_no_trace_on_disk() {
    let server = TestServer::start(Database::sqlite()).await;
    let before = server.stored();
    flood(&server).await;
    assert!(before == server.stored());
}

#[tokio::test]
async fn another_master_key_makes_and_opens_other_identifiers() {
    let server = TestServer::start(Database::sqlite()).await;
    let id = register(&server, &metadata("Cursor", "none")).await;
    let stranger = TestServer::configured(Database::sqlite(), |config| {
        config.master_key = Some(MasterKey::from_bytes([8; 32]));
    })
    .await;
    is_unknown(&stranger, &id).await;
    let its_own = register(&stranger, &metadata("Cursor", "none")).await;
    assert_ne!(its_own, id);
    is_unknown(&server, &its_own).await;
}

#[tokio::test]
async fn with_registration_off_nobody_new_comes_in_by_an_old_identifier() {
    let open = TestServer::start(Database::sqlite()).await;
    let id = register(&open, &metadata("Cursor", "none")).await;
    let closed = TestServer::configured(Database::sqlite(), |config| {
        config.registration.enabled = false;
    })
    .await;
    is_unknown(&closed, &id).await;
    let client = open
        .server
        .find_client(&ClientId::new(&id))
        .await
        .unwrap()
        .unwrap();
    closed
        .server
        .store()
        .execute(RememberClient { client })
        .await
        .unwrap();
    assert!(is_known(&closed, &id).await, "somebody consented before");
}
