//! What is in the tokens, and what a verifier must make of them.

use countersign_jose::jws::decode;
use countersign_jose::key::VerifyingKey;
use countersign_privy_simulator::{Mint, MintKey, Verdict};
use serde_json::{Value, json};

use crate::world::{APP, World, claims, parts};

#[tokio::test]
async fn an_access_token_has_privy_s_header_and_claims() {
    let world = World::start().await;
    let answer = world.sign_in_by_email("ada@example.com").await;
    let token = answer["token"].as_str().unwrap();
    let (header, claims) = parts(token);
    let kid = world.jwks().keys[0].kid().to_owned();
    assert_eq!(header, json!({ "alg": "ES256", "typ": "JWT", "kid": kid }));
    let sid = claims["sid"].clone();
    assert_eq!(
        claims,
        json!({
            "iss": "privy.io",
            "aud": APP,
            "sub": answer["user"]["id"],
            "sid": sid,
            "iat": 1_800_000_000,
            "exp": 1_800_003_600,
        })
    );
    assert!(sid.as_str().unwrap().starts_with('c'));
    let key = VerifyingKey::from_jwk(&world.jwks().keys[0]).unwrap();
    decode(token).unwrap().verify::<Value>(&key).unwrap();
}

#[tokio::test]
async fn an_identity_token_has_the_accounts_and_no_session() {
    let world = World::start().await;
    let answer = world.sign_in_by_email("ada@example.com").await;
    let claims = claims(&answer["identity_token"]);
    assert_eq!(claims.get("sid"), None);
    assert_eq!(claims["sub"], answer["user"]["id"]);
    assert_eq!(claims["aud"], APP);
    assert_eq!(claims["cr"], "1800000000");
    let accounts: Value =
        serde_json::from_str(claims["linked_accounts"].as_str().unwrap()).unwrap();
    assert_eq!(
        accounts,
        json!([{ "type": "email", "address": "ada@example.com", "lv": 1_800_000_000 }])
    );
}

#[tokio::test]
async fn a_test_says_which_tokens_there_are_and_for_how_long() {
    let world = World::start().await;
    let patch =
        json!({ "access_token_ttl": 60, "privy_access_token": true, "identity_token": false });
    world.patch(&patch).unwrap();
    let answer = world.sign_in_by_email("ada@example.com").await;
    assert_eq!(claims(&answer["token"])["exp"], 1_800_000_060);
    let privy = claims(&answer["privy_access_token"]);
    assert_eq!(privy["aud"], "auth.privy.io");
    assert_eq!(privy["att"], "pat");
    assert_eq!(answer.get("identity_token"), None);
}

#[tokio::test]
async fn there_are_nineteen_vectors_and_their_names_are_true() {
    let world = World::start().await;
    let vectors = world.vectors().unwrap();
    assert_eq!(vectors.len(), 19);
    let pem_only = vectors
        .iter()
        .filter(|vector| vector.verdict == Verdict::AcceptedWithPem);
    assert_eq!(
        pem_only.map(|vector| vector.name).collect::<Vec<_>>(),
        ["unknown_kid"]
    );
    let key = VerifyingKey::from_jwk(&world.jwks().keys[0]).unwrap();
    for vector in vectors {
        let signed = decode(&vector.token)
            .ok()
            .is_some_and(|token| token.verify::<Value>(&key).is_ok());
        let unsigned = [
            "wrong_key",
            "alg_none",
            "hs256_with_pem",
            "tampered_signature",
            "garbage",
        ];
        assert_eq!(signed, !unsigned.contains(&vector.name), "{}", vector.name);
    }
}

#[tokio::test]
async fn a_minted_token_says_whatever_a_test_wants() {
    let world = World::start().await;
    let did = world.sign_in("ada@example.com").unwrap().did;
    let mint = Mint {
        user: Some("ada@example.com".to_owned()),
        ..Mint::default()
    };
    let token = world
        .mint(&mint.claims(json!({ "sid": null, "x": 1 })))
        .unwrap();
    let (_, claims) = parts(&token);
    assert_eq!((&claims["sub"], &claims["x"]), (&json!(did), &json!(1)));
    assert_eq!(claims.get("sid"), None);
    let bare = Mint {
        bare: true,
        ..Mint::default()
    };
    let token = world
        .mint(&bare.key(MintKey::None).header(json!({ "kid": null })))
        .unwrap();
    assert_eq!(
        parts(&token),
        (json!({ "alg": "none", "typ": "JWT" }), json!({}))
    );
    assert!(token.ends_with('.'));
}
