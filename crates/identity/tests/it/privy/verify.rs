use countersign_domain::Timestamp;
use countersign_identity::privy::{
    InvalidPrivy, Privy, PrivyConfig, PrivyDeviceToken, PrivySecret, TokenRefusal,
};
use countersign_jose::privy_token::PrivyTokenError;
use serde_json::json;

use super::world::{DID, JWKS, World, api, config, key};
use crate::world::ManualClock;

#[tokio::test]
async fn a_good_token_says_who_signed_in_and_when() {
    let world = World::published().await;
    let token = world.privy.verify(&world.token()).await.unwrap();
    assert_eq!(token.did, DID);
    assert_eq!(token.session_id, "cmsession0000000000000000");
    assert_eq!(
        token.issued_at,
        Timestamp::from_millis((world.now() - 10) * 1000)
    );
    assert_eq!(
        token.expires_at,
        Timestamp::from_millis((world.now() + 3600) * 1000)
    );
    assert_eq!(world.privy.issuer(), "privy:clsimulator0000000000aaaa");
}

#[tokio::test]
async fn a_refusal_says_what_is_wrong_and_is_final() {
    let world = World::published().await;
    let now = world.now();
    for (changes, refusal) in [
        (json!({"exp": now - 60}), TokenRefusal::Expired),
        (json!({"nbf": now + 60}), TokenRefusal::NotYetValid),
        (json!({"aud": "clother"}), TokenRefusal::WrongApp),
        (json!({"aud": "auth.privy.io"}), TokenRefusal::WrongApp),
        (json!({"sid": null}), TokenRefusal::NotAnAccessToken),
        (
            json!({"iss": "https://privy.io"}),
            TokenRefusal::Invalid(PrivyTokenError::WrongIssuer),
        ),
    ] {
        let refused = world.privy.verify(&world.token_with(&changes)).await;
        let refused = refused.unwrap_err();
        assert!(!refused.is_transient());
        assert_eq!(refused, refusal, "{changes}");
    }
    assert_eq!(world.asked(JWKS), 1);
}

#[tokio::test]
async fn with_a_pinned_key_nobody_is_asked() {
    let world = World::with(|config, key| {
        config.verification_key = Some(key.public().to_p256_public_pem().unwrap());
    })
    .await;
    let other_name = world.key.clone().with_kid("other".into());
    assert!(world.privy.verify(&world.token()).await.is_ok());
    assert!(
        world
            .privy
            .verify(&world.signed_by(&other_name))
            .await
            .is_ok()
    );
    assert_eq!(
        world.privy.verify(&world.signed_by(&key())).await,
        Err(TokenRefusal::Invalid(PrivyTokenError::BadSignature))
    );
    assert!(world.host.requests().is_empty());
}

#[tokio::test]
async fn a_device_token_is_checked_by_signature_issuer_expiry_and_subject() {
    let world = World::published().await;
    let sparse = world.token_with(&json!({"aud": null, "sid": null, "iat": null}));
    assert_eq!(
        world.privy.verify_device_token(&sparse).await,
        Ok(PrivyDeviceToken {
            did: DID.into(),
            expires_at: Timestamp::from_millis((world.now() + 3600) * 1000),
        })
    );
    assert_eq!(
        world.privy.verify(&sparse).await,
        Err(TokenRefusal::Invalid(PrivyTokenError::MalformedClaims))
    );
    let expired = world.token_with(&json!({"exp": world.now() - 60}));
    assert_eq!(
        world.privy.verify_device_token(&expired).await,
        Err(TokenRefusal::Expired)
    );
    let foreign = world.signed_by(&key());
    assert_eq!(
        world.privy.verify_device_token(&foreign).await,
        Err(TokenRefusal::UnknownKey)
    );
}

#[test]
fn a_configuration_that_cannot_work_is_refused_by_the_name_of_its_key() {
    let refused = |change: fn(&mut PrivyConfig)| {
        let mut config = config("http://127.0.0.1:1");
        change(&mut config);
        let clock = std::sync::Arc::new(ManualClock::at(0));
        Privy::new(config, api(), clock).err()
    };
    assert_eq!(refused(|_| {}), None);
    for (change, name) in [
        (
            (|config| config.app_id = "../x".into()) as fn(&mut PrivyConfig),
            "login.privy.app_id",
        ),
        (
            |config| config.app_secret = PrivySecret::new(String::new()),
            "login.privy.app_secret",
        ),
        (
            |config| config.client_id = Some("a\r\nb".into()),
            "login.privy.client_id",
        ),
        (
            |config| config.verification_key = Some("MFkw".into()),
            "login.privy.verification_key",
        ),
        (
            |config| config.api_url = "api.privy.io".into(),
            "login.privy.api_url",
        ),
        (
            |config| config.auth_url = "https://u:p@auth.privy.io".into(),
            "login.privy.auth_url",
        ),
        (|config| config.origin = String::new(), "the public URL"),
    ] {
        let message = refused(change).unwrap().to_string();
        assert!(message.contains(name), "{message}");
    }
    assert!(matches!(
        refused(|config| config.verification_key = Some("MFkw".into())),
        Some(InvalidPrivy::VerificationKey(_))
    ));
}
