//! Only https URLs without credentials are fetched, and an address is an address in every notation
//! (C1 and C5 of the security catalogue).

use countersign_egress::FetchError;

use crate::fixture::{LIMITS, NAME, World};

#[tokio::test]
async fn fetches_the_document_at_a_port_of_its_own() {
    let world = World::new().await;
    let document = world.egress().get(&world.url("/doc"), &LIMITS).await;
    assert_eq!(document.unwrap().body, "{}");
    assert_eq!(world.dns.queries_for(NAME), 2);
    assert_eq!(world.host.connections(), 1);
}

#[tokio::test]
async fn fetches_nothing_for_what_is_not_an_https_url() {
    let world = World::new().await;
    let port = world.host.port();
    for (url, reason) in [
        (format!("http://{NAME}:{port}/doc"), FetchError::NotHttps),
        (
            format!("https://user@{NAME}:{port}/doc"),
            FetchError::Userinfo,
        ),
        (
            format!("https://{NAME}@127.0.0.1:{port}/doc"),
            FetchError::Userinfo,
        ),
        (
            format!("https://{NAME}:{port}/doc#part"),
            FetchError::NotAUrl,
        ),
        (format!("https://{NAME}:{port}\\doc"), FetchError::NotAUrl),
        (format!("https://{NAME}.:{port}/doc"), FetchError::NotAUrl),
    ] {
        let refused = world.egress().get(&url, &LIMITS).await;
        assert_eq!(refused, Err(reason), "{url}");
    }
    assert_eq!(world.dns.queries(), 0);
    assert_eq!(world.host.connections(), 0);
}

#[tokio::test]
async fn connects_to_no_loopback_address_in_any_notation() {
    let world = World::new().await;
    let egress = world.egress_with(&[], 16);
    for (host, address) in [
        ("127.0.0.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("0", "0.0.0.0"),
        ("[::ffff:7f00:1]", "::ffff:127.0.0.1"),
        ("[::1]", "::1"),
        ("[::]", "::"),
    ] {
        let refused = egress.get(&world.url_at(host, "/doc"), &LIMITS).await;
        let reason = FetchError::NotPublic(address.parse().unwrap());
        assert_eq!(refused, Err(reason), "{host}");
    }
    assert_eq!(world.dns.queries(), 0);
    assert_eq!(world.host.connections(), 0);
}

#[tokio::test]
async fn takes_the_path_as_it_is_written() {
    let world = World::new().await;
    let path = "/%7Edoc/../a?b=%2f&c";
    let missing = world.egress().get(&world.url(path), &LIMITS).await;
    assert_eq!(missing, Err(FetchError::Status(404)));
    assert_eq!(world.host.requests()[0].target, path);
}
