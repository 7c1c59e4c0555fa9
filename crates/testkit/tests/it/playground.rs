//! The playground: on in development, and its frames can do no more than a host lets them.

use countersign_config::App;
use countersign_testkit::{Answer, Database, TestServer};

const ADDRESSES: [&str; 3] = [
    "/playground",
    "/playground/frame/intent-display",
    "/playground/events",
];

async fn index_network(avatars: &str) -> TestServer {
    TestServer::configured(Database::sqlite(), |config| {
        config.app = App::IndexNetwork;
        config.api.url = Some("https://protocol.example".parse().unwrap());
        config.index_network.avatar_domains = vec![avatars.to_owned()];
    })
    .await
}

fn policy(answer: &Answer) -> &str {
    answer.header("content-security-policy")
}

#[tokio::test]
async fn the_page_runs_its_own_script_and_frames_of_this_origin_only() {
    let server = index_network("https://avatars.example").await;
    let page = server.get("/playground").await;
    page.is_page(200);
    for directive in [
        "default-src 'none'",
        "script-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ] {
        assert!(policy(&page).contains(directive), "{}", policy(&page));
    }
    assert!(!policy(&page).contains("unsafe"), "{}", policy(&page));
    for shown in [
        "/playground/frame/intent-display",
        "/playground/frame/discover-connections",
        "avatar_domains",
    ] {
        assert!(page.text().contains(shown), "{shown}");
    }
    assert!(!page.text().contains("<style") && !page.text().contains("<script>"));
    assert!(
        server
            .get("/")
            .await
            .text()
            .contains("href=\"/playground\"")
    );
}

#[tokio::test]
async fn a_frame_has_no_origin_and_reaches_what_its_widget_declares() {
    let server = index_network("https://avatars.example").await;
    let frame = server.get("/playground/frame/discover-connections").await;
    frame.is_page(200);
    assert!(policy(&frame).starts_with("sandbox allow-scripts; default-src 'none';"));
    assert!(!policy(&frame).contains("allow-same-origin"));
    for directive in [
        "img-src data: blob: https://avatars.example;",
        "connect-src 'none';",
        "frame-src 'none';",
        "form-action 'none';",
        "frame-ancestors 'self'",
    ] {
        assert!(policy(&frame).contains(directive), "{}", policy(&frame));
    }
    assert_eq!(frame.header("x-content-type-options"), "nosniff");
    assert_eq!(frame.header("cache-control"), "no-store");
    let other = server.get("/playground/frame/no-such-widget").await;
    other.is_page(404);
    assert!(!policy(&other).contains("unsafe"));
}

#[tokio::test]
async fn in_production_it_is_not_there() {
    let server =
        TestServer::configured(Database::sqlite(), |config| config.playground = false).await;
    for address in ADDRESSES {
        assert_eq!(server.get(address).await.code(), 404, "{address}");
    }
    assert!(!server.get("/").await.text().contains("playground"));
}
