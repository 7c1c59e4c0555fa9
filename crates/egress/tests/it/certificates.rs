//! A host has to prove who it is (C16 of the security catalogue).

use countersign_egress::{Egress, EgressConfig, FetchError, InvalidEgress};
use countersign_testnet::{Authority, Certificate};

use crate::fixture::{LIMITS, World};

#[tokio::test]
async fn takes_no_certificate_that_does_not_prove_the_host() {
    for (certificate, reason) in [
        (Certificate::Expired, "has expired"),
        (Certificate::OtherName, "is for another name"),
        (
            Certificate::SelfSigned,
            "is from an authority that this server does not trust",
        ),
    ] {
        let world = World::with(certificate).await;
        let refused = world.egress().get(&world.url("/doc"), &LIMITS).await;
        assert_eq!(refused, Err(FetchError::Certificate(reason)));
        assert_eq!(world.host.requests(), []);
    }
}

#[tokio::test]
async fn takes_no_authority_that_was_not_given() {
    let world = World::new().await;
    let egress = Egress::new(EgressConfig {
        nameservers: vec![world.dns.address()],
        extra_roots: Authority::new().pem().into_bytes(),
        allowed_networks: vec!["127.0.0.1/32".parse().unwrap()],
        concurrency: 1,
    });
    let refused = egress.unwrap().get(&world.url("/doc"), &LIMITS).await;
    assert!(matches!(refused, Err(FetchError::Certificate(_))));
}

#[tokio::test]
async fn verifies_an_address_as_an_address() {
    let world = World::new().await;
    // 127.0.0.1 is among the certificate's names, in whichever notation it was asked for.
    let egress = world.egress_with(&["127.0.0.0/8"], 16);
    assert!(
        egress
            .get(&world.url_at("127.1", "/doc"), &LIMITS)
            .await
            .is_ok()
    );
    let neighbour = world.neighbour("127.0.0.2").await;
    let refused = egress
        .get(&world.url_at("127.0.0.2", "/doc"), &LIMITS)
        .await;
    assert_eq!(refused, Err(FetchError::Certificate("is for another name")));
    assert_eq!(neighbour.requests(), []);
}

#[test]
fn refuses_authorities_that_are_not_certificates() {
    let config = |extra_roots: &str| EgressConfig {
        nameservers: Vec::new(),
        extra_roots: extra_roots.as_bytes().to_vec(),
        allowed_networks: Vec::new(),
        concurrency: 1,
    };
    let garbage = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for bad in [garbage, "-----BEGIN CERTIFICATE-----\n"] {
        let refused = Egress::new(config(bad)).err();
        assert_eq!(refused, Some(InvalidEgress::ExtraRoots), "{bad}");
    }
    assert!(Egress::new(config("")).is_ok());
}
