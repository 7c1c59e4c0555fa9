//! A host is resolved once, every address is checked, and only a checked one is connected to
//! (C4, C6 and C7 of the security catalogue).

use std::net::IpAddr;

use countersign_egress::FetchError;

use crate::fixture::{LIMITS, LOOPBACK, NAME, World};

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[tokio::test]
async fn connects_to_no_special_purpose_address() {
    let world = World::new().await;
    let egress = world.egress_with(&[], 16);
    // The IPv4 loopback address, once more inside IPv6, is where the host really listens.
    for special in [
        "127.0.0.1",
        "::ffff:127.0.0.1",
        "::1",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.0.192",
        "192.0.2.1",
        "198.51.100.1",
        "203.0.113.1",
        "198.18.0.1",
        "192.88.99.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::127.0.0.1",
        "::ffff:0:127.0.0.1",
        "64:ff9b::127.0.0.1",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
        "2001:db8::1",
        "2001:20::1",
        "2606:4700::5efe:127.0.0.1",
        "100::1",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "ff02::1",
    ] {
        world.dns.answer(NAME, &[address(special)]);
        let refused = egress.get(&world.url("/doc"), &LIMITS).await;
        assert_eq!(refused, Err(FetchError::NotPublic(address(special))));
    }
    assert_eq!(world.host.connections(), 0);
}

#[tokio::test]
async fn connects_to_an_address_that_the_operator_allows() {
    let world = World::new().await;
    world.dns.answer(NAME, &[address("127.0.0.9")]);
    let neighbour = world.neighbour("127.0.0.9").await;
    let egress = world.egress_with(&["127.0.0.8/29"], 16);
    assert!(egress.get(&world.url("/doc"), &LIMITS).await.is_ok());
    assert_eq!(neighbour.connections(), 1);
    world.dns.answer(NAME, &[LOOPBACK]);
    let refused = egress.get(&world.url("/doc"), &LIMITS).await;
    assert_eq!(refused, Err(FetchError::NotPublic(LOOPBACK)));
}

#[tokio::test]
async fn refuses_a_host_with_one_address_that_is_not_public() {
    let world = World::new().await;
    for other in ["10.0.0.1", "fd00::1"] {
        world.dns.answer(NAME, &[LOOPBACK, address(other)]);
        let refused = world.egress().get(&world.url("/doc"), &LIMITS).await;
        assert_eq!(refused, Err(FetchError::NotPublic(address(other))));
    }
    assert_eq!(world.host.connections(), 0);
}

#[tokio::test]
async fn connects_to_the_address_that_was_checked_although_the_name_moves() {
    let world = World::new().await;
    let inside = world.neighbour("127.0.0.2").await;
    let turns: [&[IpAddr]; 2] = [&[LOOPBACK], &[address("127.0.0.2")]];
    world.dns.answer_in_turn(NAME, &turns);
    let egress = world.egress();
    assert!(egress.get(&world.url("/doc"), &LIMITS).await.is_ok());
    // One A and one AAAA question: nothing between the check and the connection asks again.
    assert_eq!(world.dns.queries(), 2);
    let refused = egress.get(&world.url("/doc"), &LIMITS).await;
    assert_eq!(refused, Err(FetchError::NotPublic(address("127.0.0.2"))));
    assert_eq!((world.host.connections(), inside.connections()), (1, 0));
}

#[tokio::test]
async fn tries_the_next_address_when_one_refuses() {
    let world = World::new().await;
    // Nobody listens at the second one.
    world.dns.answer(NAME, &[address("127.0.0.3"), LOOPBACK]);
    let egress = world.egress_with(&["127.0.0.0/8"], 16);
    assert!(egress.get(&world.url("/doc"), &LIMITS).await.is_ok());
}

#[tokio::test]
async fn says_what_the_name_server_said() {
    let world = World::new().await;
    let egress = world.egress();
    let unknown = egress.get("https://unknown.example/doc", &LIMITS).await;
    assert_eq!(unknown, Err(FetchError::Unresolved));
    world.dns.answer("empty.example", &[]);
    let empty = egress.get("https://empty.example/doc", &LIMITS).await;
    assert_eq!(empty, Err(FetchError::Unresolved));
    world.dns.fail("broken.example");
    let broken = egress.get("https://broken.example/doc", &LIMITS).await;
    assert_eq!(broken, Err(FetchError::NameServers));
    assert!(FetchError::NameServers.is_transient() && !FetchError::Unresolved.is_transient());
}

#[tokio::test]
async fn refuses_the_name_of_this_machine() {
    let world = World::new().await;
    let egress = world.egress_with(&[], 16);
    let refused = egress
        .get(&world.url_at("localhost", "/doc"), &LIMITS)
        .await;
    assert!(matches!(refused, Err(FetchError::NotPublic(_))));
    assert_eq!(world.host.connections(), 0);
}

#[tokio::test]
async fn says_that_nobody_listens() {
    let world = World::new().await;
    let egress = world.egress();
    let url = world.url("/doc");
    drop(world.host);
    let unreachable = egress.get(&url, &LIMITS).await;
    let refused = std::io::ErrorKind::ConnectionRefused;
    assert_eq!(unreachable, Err(FetchError::Connect(refused)));
}
