//! What stands in for a client's metadata document that cannot be fetched (C22, F40 of `clients.md`).

use countersign_domain::ClientId;
use countersign_storage::commands::FindClient;
use countersign_testkit::{Authorization, Browser, Database, Tokens};
use countersign_testnet::Answer as Scripted;
use serde_json::json;

use crate::document::{HOUR, PATH, World};

const CHATGPT: &str = "https://chatgpt.com/oauth/client.json";
const CHATGPT_REDIRECT: &str = "https://chatgpt.com/connector_platform_oauth_redirect";

#[tokio::test]
async fn a_grant_is_refreshed_while_the_documents_host_is_down() {
    for database in Database::each().await {
        let world = World::over(database).await;
        let request = world.request();
        let mut tokens = request.tokens(&world.server, "ada").await;
        world.host_goes_down();
        // Longer than the document is fresh, shorter than a copy is good for.
        world.server.wait(2 * HOUR);
        let queries = world.host.dns.queries();
        tokens = Tokens::of(&request.rotate(&world.server, &tokens.refresh).await);
        assert_eq!(
            world.host.dns.queries(),
            queries,
            "nobody waits for the host"
        );
        world.server.wait(48 * HOUR);
        tokens = Tokens::of(&request.rotate(&world.server, &tokens.refresh).await);
        let restarted = world.server.restarted().await;
        Tokens::of(&request.rotate(&restarted, &tokens.refresh).await);
    }
}

#[tokio::test]
async fn a_vendors_pinned_copy_stands_in_and_the_page_says_so() {
    let world = World::new().await;
    let request = Authorization::of(CHATGPT, CHATGPT_REDIRECT);
    let page = world.consent_page(&request, "ada").await;
    assert!(page.contains("as an app of <bdi>chatgpt.com"), "{page}");
    assert!(
        page.contains("This is the copy from") && page.contains("8 September 2026"),
        "{page}"
    );
    let code = request.code(&world.server, "bob").await;
    Tokens::of(&request.redeem(&world.server, &code).await);
    let other = request.with("redirect_uri", "https://chatgpt.com/elsewhere");
    other.ask(&world.server).await.is_page(400);
}

#[tokio::test]
async fn a_host_whose_copy_stands_in_is_left_alone_for_a_while() {
    let world = World::new().await;
    let request = Authorization::of(CHATGPT, CHATGPT_REDIRECT);
    assert!(request.ask(&world.server).await.status.is_redirection());
    let queries = world.host.dns.queries_for("chatgpt.com");
    assert!(queries > 0);
    assert!(request.ask(&world.server).await.status.is_redirection());
    assert_eq!(world.host.dns.queries_for("chatgpt.com"), queries);
    world.server.wait(31_000);
    assert!(request.ask(&world.server).await.status.is_redirection());
    assert!(world.host.dns.queries_for("chatgpt.com") > queries);
}

#[tokio::test]
async fn the_last_good_copy_stands_in_for_others() {
    for database in Database::each().await {
        let world = World::over(database).await;
        let request = world.request();
        request.code(&world.server, "ada").await;
        world.host_goes_down();
        let restarted = world.server.restarted().await;
        let mut browser = Browser::new(&restarted);
        let interaction = browser.begin(&request.target()).await;
        browser.sign_up(&interaction, "bob").await;
        let page = browser.open(&interaction).await;
        assert!(
            page.text().contains("This is the copy from"),
            "{}",
            page.text()
        );
        assert!(browser.approve(&interaction).await.sent("code").is_some());
    }
}

#[tokio::test]
async fn of_two_copies_the_younger_stands_in() {
    let world = World::new().await;
    let request = world.request();
    request.code(&world.server, "ada").await;
    world.host.serve(PATH, &json!({"client_name": "Renamed"}));
    world.server.wait(2 * HOUR);
    assert!(request.ask(&world.server).await.status.is_redirection());
    world.host_goes_down();
    world.server.wait(2 * HOUR);
    let page = world.consent_page(&request, "bob").await;
    assert!(
        page.contains("Renamed") && page.contains("2 hours ago"),
        "{page}"
    );
}

#[tokio::test]
async fn a_document_that_was_taken_away_has_no_copy() {
    let world = World::new().await;
    let request = world.request();
    request.code(&world.server, "ada").await;
    world
        .host
        .host
        .answer(PATH, Scripted::json("{}").status(404));
    world.server.wait(2 * HOUR);
    request.ask(&world.server).await.is_page(400);
}

#[tokio::test]
async fn the_younger_document_is_remembered_at_the_next_consent() {
    let world = World::new().await;
    let request = world.request();
    request.code(&world.server, "ada").await;
    world.host.serve(PATH, &json!({"client_name": "Renamed"}));
    world.server.wait(2 * HOUR);
    request.code(&world.server, "bob").await;
    let id = ClientId::new(request.client_id.clone());
    let found = world.server.server.store().read(FindClient { id }).await;
    let name = found.unwrap().unwrap().metadata.client_name;
    assert_eq!(name.as_deref(), Some("Renamed"));
}
