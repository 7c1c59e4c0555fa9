//! Client id metadata documents: group CIMD of the catalogue (C1 to C23). What a fetch may touch is
//! proved in `egress`; here, what the server makes of it.

use countersign_domain::{ClientId, ClientKind, DocumentCopy};
use countersign_storage::commands::{ListClients, RevokeClient};
use countersign_testkit::{Authorization, Browser, Database, DocumentHost, TestServer};
use countersign_testnet::Answer as Scripted;
use serde_json::json;

pub(crate) const HOUR: i64 = 60 * 60 * 1000;
pub(crate) const PATH: &str = "/client.json";

/// A server and the host of a client.
pub(crate) struct World {
    pub(crate) host: DocumentHost,
    pub(crate) server: TestServer,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::over(Database::sqlite()).await
    }

    pub(crate) async fn over(database: Database) -> Self {
        let host = DocumentHost::start().await;
        let server = TestServer::configured(database, |config| host.configure(config)).await;
        Self { host, server }
    }

    /// A request of the client whose document is served at [`PATH`].
    pub(crate) fn request(&self) -> Authorization {
        self.host.serve(PATH, &json!({}));
        Authorization::of(&self.host.url(PATH), Authorization::REDIRECT_URI)
    }

    /// Asserts that the client at [`PATH`] is turned away on a page; answers what the page says.
    async fn refused(&self, status: u16) -> String {
        let request = Authorization::of(&self.host.url(PATH), Authorization::REDIRECT_URI);
        let answer = request.ask(&self.server).await;
        answer.is_page(status);
        answer.text().to_owned()
    }

    async fn clients(&self) -> Vec<countersign_domain::Client> {
        let all = ListClients {
            after: None,
            limit: 10,
        };
        self.server.server.store().read(all).await.unwrap()
    }

    fn nothing_was_fetched(&self) {
        assert_eq!(
            (self.host.dns.queries(), self.host.host.connections()),
            (0, 0)
        );
    }

    /// The host's name no longer resolves.
    pub(crate) fn host_goes_down(&self) {
        self.host.dns.fail(DocumentHost::NAME);
    }

    pub(crate) async fn consent_page(&self, request: &Authorization, username: &str) -> String {
        let mut browser = Browser::new(&self.server);
        let interaction = browser.begin(&request.target()).await;
        browser.sign_up(&interaction, username).await;
        browser.open(&interaction).await.text().to_owned()
    }
}

#[tokio::test]
async fn a_client_is_who_its_document_says() {
    for database in Database::each().await {
        let world = World::over(database).await;
        let request = world.request();
        let page = world.consent_page(&request, "ada").await;
        assert!(page.contains("Example client"), "{page}");
        assert!(page.contains("as an app of <bdi>client.example"), "{page}");
        let tokens = request.tokens(&world.server, "bob").await;
        world.server.accepts(&tokens.access).await;
        assert_eq!(
            world.host.host.requests().len(),
            1,
            "fetched once, then kept"
        );
    }
}

#[tokio::test]
async fn a_described_client_costs_no_row_until_somebody_consents() {
    for database in Database::each().await {
        let world = World::over(database).await;
        let request = world.request();
        world.consent_page(&request, "ada").await;
        assert!(world.clients().await.is_empty());
        request.code(&world.server, "bob").await;
        let clients = world.clients().await;
        assert_eq!(clients.len(), 1);
        assert_eq!(clients[0].id.as_str(), request.client_id);
        let copy = ClientKind::Document(DocumentCopy::LastGood);
        assert_eq!(clients[0].kind, copy);
    }
}

/// C1
#[tokio::test]
async fn an_identifier_that_is_no_plain_url_is_not_fetched() {
    let world = World::new().await;
    world.request();
    let port = world.host.host.port();
    for id in [
        format!("http://client.example:{port}{PATH}"),
        format!("https://client.example:{port}"),
        format!("https://client.example:{port}/"),
        format!("https://client.example:{port}{PATH}#"),
        format!("https://client.example:{port}{PATH}#x"),
        format!("https://user@client.example:{port}{PATH}"),
        format!("https://client.example:{port}/.{PATH}"),
        format!("https://client.example:{port}/a/..{PATH}"),
        format!("https://client.example:{port}/a/%2e%2e{PATH}"),
        format!("https://client.example:{port}\\client.json"),
        format!("https://client.example:{port}{PATH} "),
        format!("https://Client.example:{port}{PATH}"),
        format!("HTTPS://client.example:{port}{PATH}"),
        format!("https://2130706433:{port}{PATH}"),
        format!("https://0x7f.1:{port}{PATH}"),
    ] {
        let request = Authorization::of(&id, Authorization::REDIRECT_URI);
        request.ask(&world.server).await.is_page(400);
        let refused = request.rotate(&world.server, "cs_rt_x").await;
        refused.refuses(401, "invalid_client");
    }
    world.nothing_was_fetched();
}

/// C2, C9, C10, C12, C13, C14
#[tokio::test]
async fn a_document_that_does_not_describe_its_client_is_refused_and_not_kept() {
    let world = World::new().await;
    let good = world.host.document(PATH, &json!({})).to_string();
    let with = |changes| Scripted::json(world.host.document(PATH, &changes).to_string());
    for (case, answer) in [
        (
            "another client",
            with(json!({"client_id": world.host.url("/Client.json")})),
        ),
        ("a secret", with(json!({"client_secret": "s"}))),
        (
            "a shared secret's method",
            with(json!({"token_endpoint_auth_method": "client_secret_post"})),
        ),
        (
            "a private key",
            with(json!({"jwks": {"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}})),
        ),
        ("no redirect URI", with(json!({"redirect_uris": []}))),
        (
            "a redirect",
            Scripted::json("")
                .status(302)
                .header("location", &world.host.url("/other")),
        ),
        ("another status", Scripted::json(good.clone()).status(201)),
        ("not found", Scripted::json(good.clone()).status(404)),
        (
            "too large",
            with(json!({"contacts": ["x".repeat(6 * 1024)]})),
        ),
        (
            "encoded",
            Scripted::json(good.clone()).header("content-encoding", "gzip"),
        ),
        ("not JSON", Scripted::json("<html>")),
        (
            "not of its type",
            Scripted::json(good.clone()).header("content-type", "text/html"),
        ),
        (
            "two members of a name",
            Scripted::json(good.replacen('{', "{\"client_name\":\"x\",", 1)),
        ),
        (
            "too deep",
            Scripted::json(format!("{}1{}", "[".repeat(100), "]".repeat(100))),
        ),
    ] {
        world.host.host.answer(PATH, answer);
        let page = world.refused(400).await;
        assert!(
            page.contains("description at its client_id"),
            "{case}: {page}"
        );
    }
    let request = world.request();
    let answer = request.ask(&world.server).await;
    assert!(
        answer.location().starts_with("/authorize/"),
        "nothing of it was kept"
    );
}

/// A host that fails is not a client that is unknown (C9 and F40 of `clients.md`).
#[tokio::test]
async fn a_host_that_does_not_answer_is_told_apart_from_an_unknown_client() {
    let world = World::new().await;
    let unknown = Authorization::of("nobody", Authorization::REDIRECT_URI);
    let unknown = unknown.ask(&world.server).await;
    unknown.is_page(400);
    assert!(unknown.text().contains("registered here"));
    world
        .host
        .host
        .answer(PATH, Scripted::json("{}").status(500));
    let request = Authorization::of(&world.host.url(PATH), Authorization::REDIRECT_URI);
    let failed = request.ask(&world.server).await;
    failed.is_page(503);
    assert!(failed.text().contains("answered 500 instead of 200"));
    assert!(!failed.header("retry-after").is_empty());
    let failed = request.rotate(&world.server, "cs_rt_x").await;
    failed.refuses(503, "temporarily_unavailable");
    assert!(!failed.header("retry-after").is_empty());
    world.request();
    assert!(
        request.ask(&world.server).await.status.is_redirection(),
        "the failure was not kept"
    );
}

/// C3
#[tokio::test]
async fn a_redirect_uri_that_the_document_does_not_name_gets_a_page() {
    let world = World::new().await;
    let request = world
        .request()
        .with("redirect_uri", "https://evil.example/");
    request.ask(&world.server).await.is_page(400);
}

/// C4, C7: what the guard of egress refuses reaches nobody as an address.
#[tokio::test]
async fn an_address_that_is_not_public_is_refused_and_not_told() {
    let world = World::new().await;
    let internal = "10.1.2.3".parse().unwrap();
    for addresses in [&[internal][..], &[DocumentHost::ADDRESS, internal]] {
        world.host.dns.answer(DocumentHost::NAME, addresses);
        let page = world.refused(400).await;
        assert!(page.contains("no public address"), "{page}");
        assert!(!page.contains("10.1.2.3"));
    }
    assert_eq!(world.host.host.connections(), 0);
}

/// C15
#[tokio::test]
async fn keys_at_an_address_that_is_not_public_are_not_fetched() {
    let world = World::new().await;
    world.host.serve(
        PATH,
        &json!({"token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "https://169.254.169.254/jwks"}),
    );
    let request = Authorization::of(&world.host.url(PATH), Authorization::REDIRECT_URI);
    let code = request.code(&world.server, "ada").await;
    let key = super::assertion::key();
    let assertion = super::assertion::Claims::of(&request.client_id).sign(&key);
    let answer = super::assertion::redeem(&world.server, &request, &code, &assertion).await;
    answer.refuses(401, "invalid_client");
    assert!(!answer.text().contains("169.254"));
}

/// C17
#[tokio::test]
async fn a_redirect_uri_that_was_removed_stops_working_within_a_day() {
    let world = World::new().await;
    let uris = |uris: &[&str]| {
        world
            .host
            .document(PATH, &json!({"redirect_uris": uris}))
            .to_string()
    };
    let for_ever =
        |document: String| Scripted::json(document).header("cache-control", "max-age=31536000");
    let both = [Authorization::REDIRECT_URI, "https://client.example/old"];
    world.host.host.answer(PATH, for_ever(uris(&both)));
    let old = Authorization::of(&world.host.url(PATH), "https://client.example/old");
    assert!(old.ask(&world.server).await.status.is_redirection());
    world.host.host.answer(PATH, for_ever(uris(&both[..1])));
    world.server.wait(23 * HOUR);
    assert!(
        old.ask(&world.server).await.status.is_redirection(),
        "kept as its host wished"
    );
    world.server.wait(2 * HOUR);
    old.ask(&world.server).await.is_page(400);
}

/// C18
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_requests_at_once_fetch_once() {
    let world = World::new().await;
    let request = world.request();
    let target = request.target();
    let get = || {
        TestServer::request(http::Method::GET, &target)
            .body(axum::body::Body::empty())
            .unwrap()
    };
    let answers = world.server.race(64, get).await;
    assert!(answers.iter().all(|answer| answer.status.is_redirection()));
    assert_eq!(world.host.host.requests().len(), 2, "once on each replica");
}

/// C19
#[tokio::test]
async fn a_fetch_says_nothing_about_the_person() {
    let world = World::new().await;
    let request = world.request();
    let mut browser = Browser::new(&world.server);
    browser.begin(&request.target()).await;
    let fetched = world.host.host.requests();
    for header in ["cookie", "authorization", "referer", "x-forwarded-for"] {
        assert_eq!(fetched[0].header(header), None, "{header}");
    }
    assert!(
        fetched[0]
            .header("user-agent")
            .unwrap()
            .starts_with("countersign/")
    );
}

/// C20
#[tokio::test]
async fn hosts_are_accepted_and_refused_by_name_before_any_fetch() {
    let host = DocumentHost::start().await;
    for (allowed, denied, accepted) in [
        (vec![], vec!["client.example"], false),
        (vec!["example"], vec![], false),
        (vec!["the-client.example"], vec![], false),
        (vec!["client.example"], vec![], true),
    ] {
        let server = TestServer::configured(Database::sqlite(), |config| {
            host.configure(config);
            let owned = |hosts: &[&str]| hosts.iter().map(|&host| host.to_owned()).collect();
            config.client_documents.allowed_hosts = owned(&allowed);
            config.client_documents.denied_hosts = owned(&denied);
        })
        .await;
        let id = host.serve(PATH, &json!({}));
        let before = host.dns.queries();
        let answer = Authorization::of(&id, Authorization::REDIRECT_URI)
            .ask(&server)
            .await;
        assert_eq!(
            answer.status.is_redirection(),
            accepted,
            "{allowed:?} {denied:?}"
        );
        assert_eq!(host.dns.queries() > before, accepted);
        if !accepted {
            assert!(
                answer
                    .text()
                    .contains("does not accept apps that client.example describes")
            );
        }
    }
}

#[tokio::test]
async fn documents_can_be_turned_off() {
    let host = DocumentHost::start().await;
    let server = TestServer::configured(Database::sqlite(), |config| {
        host.configure(config);
        config.client_documents.enabled = false;
    })
    .await;
    let id = host.serve(PATH, &json!({}));
    Authorization::of(&id, Authorization::REDIRECT_URI)
        .ask(&server)
        .await
        .is_page(400);
    assert_eq!(host.dns.queries(), 0);
    let metadata = server
        .get("/.well-known/oauth-authorization-server")
        .await
        .json();
    assert!(
        metadata
            .get("client_id_metadata_document_supported")
            .is_none()
    );
}

/// C21
#[tokio::test]
async fn an_app_on_the_persons_device_is_not_called_verified() {
    let world = World::new().await;
    world.host.serve(
        PATH,
        &json!({"redirect_uris": ["http://localhost/callback"]}),
    );
    let request = Authorization::of(&world.host.url(PATH), "http://localhost:49152/callback");
    let page = world.consent_page(&request, "ada").await;
    assert!(
        page.contains("localhost:49152") && page.contains("Unverified"),
        "{page}"
    );
    assert!(!page.contains("<strong>Verified"), "{page}");
}

/// C22
/// C23
#[tokio::test]
async fn installations_of_one_app_do_not_disturb_each_other() {
    let world = World::new().await;
    world.host.serve(
        PATH,
        &json!({"redirect_uris": ["http://127.0.0.1/callback"]}),
    );
    let id = world.host.url(PATH);
    let laptop = Authorization::of(&id, "http://127.0.0.1:5001/callback");
    let desktop = Authorization::of(&id, "http://127.0.0.1:5002/callback");
    let first = laptop.tokens(&world.server, "ada").await;
    let second = desktop.tokens(&world.server, "bob").await;
    let revoke = [("token", first.refresh.as_str()), ("client_id", &id)];
    assert_eq!(
        world.server.post("/token/revoke", &revoke).await.code(),
        200
    );
    world.server.rejects(&first.access).await;
    world.server.accepts(&second.access).await;
}

#[tokio::test]
async fn a_revoked_client_stays_out_whatever_its_document_says() {
    let world = World::new().await;
    let request = world.request();
    let tokens = request.tokens(&world.server, "ada").await;
    let revoke = RevokeClient {
        id: ClientId::new(request.client_id.clone()),
        now: world.server.server.now(),
    };
    world.server.server.store().execute(revoke).await.unwrap();
    world.server.rejects(&tokens.access).await;
    request.ask(&world.server).await.is_page(400);
    let refused = request.rotate(&world.server, &tokens.refresh).await;
    refused.refuses(401, "invalid_client");
}
