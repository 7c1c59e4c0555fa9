//! Client id metadata documents: C2, C3, C13 and C14 of the catalogue.

use serde_json::{Value, json};

use super::super::{ClientMetadata, DocumentError, GrantType, TokenEndpointAuthMethod};
use super::policy;
use crate::client_id_url::ClientIdUrl;

const URL: &str = "https://client.example/client.json";

fn read_bytes(document: &[u8]) -> Result<ClientMetadata, DocumentError> {
    ClientMetadata::from_document(document, &ClientIdUrl::parse(URL).unwrap(), &policy())
}

/// Reads a good document with `changes` on top; `null` takes a member away.
fn read(changes: Value) -> Result<ClientMetadata, DocumentError> {
    let mut document = json!({
        "client_id": URL,
        "client_name": "Client",
        "redirect_uris": ["https://client.example/callback"],
    });
    let object = document.as_object_mut().unwrap();
    let Value::Object(changes) = changes else {
        panic!("changes are an object")
    };
    for (name, value) in changes {
        if value.is_null() {
            object.remove(&name);
        } else {
            object.insert(name, value);
        }
    }
    read_bytes(document.to_string().as_bytes())
}

#[track_caller]
fn refused(changes: Value) -> String {
    let shown = changes.to_string();
    read(changes).expect_err(&shown).to_string()
}

#[test]
fn without_a_method_a_client_is_public() {
    let metadata = read(json!({})).unwrap();
    assert_eq!(
        metadata.token_endpoint_auth_method,
        TokenEndpointAuthMethod::None
    );
    assert!(metadata.authenticates_with(TokenEndpointAuthMethod::None));
    assert!(!metadata.authenticates_with(TokenEndpointAuthMethod::PrivateKeyJwt));
    assert_eq!(metadata.grant_types, [GrantType::AuthorizationCode]);
}

#[test]
fn the_plural_member_offers_a_choice_and_the_singular_one_prefers() {
    let chatgpt = read(json!({
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_methods_supported": ["none", "private_key_jwt"],
        "jwks_uri": "https://client.example/jwks.json",
    }))
    .unwrap();
    assert_eq!(
        chatgpt.token_endpoint_auth_method,
        TokenEndpointAuthMethod::PrivateKeyJwt
    );
    assert!(chatgpt.authenticates_with(TokenEndpointAuthMethod::None));
    let plural_alone =
        read(json!({"token_endpoint_auth_methods_supported": ["tls_client_auth", "none"]}));
    assert_eq!(
        plural_alone.unwrap().token_endpoint_auth_method,
        TokenEndpointAuthMethod::None
    );
}

#[test]
fn a_choice_survives_being_stored() {
    let metadata = read(json!({"token_endpoint_auth_methods_supported": ["none"]})).unwrap();
    let stored = serde_json::to_string(&metadata).unwrap();
    let read: ClientMetadata = serde_json::from_str(&stored).unwrap();
    assert_eq!(read, metadata);
}

#[test]
fn refuses_another_spelling_of_its_own_url() {
    for client_id in [
        "https://client.example/Client.json",
        "https://client.example/client.json/",
        "https://client.example:443/client.json",
        "https://client.example/%63lient.json",
        "https://evil.example/client.json",
        "",
    ] {
        let message = refused(json!({ "client_id": client_id }));
        assert!(message.contains("byte for byte"), "{client_id}: {message}");
    }
    refused(json!({ "client_id": null }));
    refused(json!({ "client_id": 7 }));
}

#[test]
fn refuses_shared_secrets() {
    refused(json!({"client_secret": "s"}));
    refused(json!({"client_secret_expires_at": 0}));
    for method in [
        "client_secret_basic",
        "client_secret_post",
        "client_secret_jwt",
    ] {
        refused(json!({ "token_endpoint_auth_method": method }));
        refused(json!({ "token_endpoint_auth_methods_supported": ["none", method] }));
    }
}

#[test]
fn refuses_private_keys_and_keys_that_are_not_there() {
    let private = json!({"keys": [{"kty": "EC", "crv": "P-256", "x": "a", "y": "b", "d": "c"}]});
    refused(json!({ "jwks": private }));
    let key = json!({"kty": "EC", "crv": "P-256", "x": "a", "y": "b"});
    refused(json!({"jwks": {"keys": [key]}, "jwks_uri": "https://client.example/jwks"}));
    refused(json!({"token_endpoint_auth_method": "private_key_jwt"}));
    refused(json!({"token_endpoint_auth_methods_supported": ["none", "private_key_jwt"]}));
    refused(json!({"jwks_uri": "http://client.example/jwks"}));
}

#[test]
fn refuses_a_method_that_does_not_exist_here() {
    refused(json!({"token_endpoint_auth_method": "tls_client_auth"}));
    refused(json!({"token_endpoint_auth_methods_supported": []}));
}

#[test]
fn needs_name_and_redirect_uris() {
    assert!(refused(json!({"client_name": null})).contains("client_name"));
    assert!(refused(json!({"redirect_uris": null})).contains("redirect_uris"));
    refused(json!({"redirect_uris": []}));
    refused(json!({"redirect_uris": ["javascript:alert(1)", "http://client.example/"]}));
    refused(json!({"redirect_uris": vec!["https://client.example/callback"; 65]}));
}

#[test]
fn leaves_out_what_is_of_no_use_here() {
    let metadata = read(json!({
        "redirect_uris": ["http://127.0.0.1/cb", "exotic://callback", "https://client.example/#"],
        "grant_types": ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code", "client_credentials"],
        "response_types": ["code", "token"],
        "scope": "notes:read unknown:scope",
        "client_uri": "http://client.example/",
        "logo_uri": "javascript:alert(1)",
    }))
    .unwrap();
    assert_eq!(metadata.redirect_uris.len(), 1);
    assert_eq!(metadata.grant_types.len(), 2);
    assert_eq!(metadata.scope.to_string(), "notes:read");
    assert_eq!((metadata.client_uri, metadata.logo_uri), (None, None));
}

#[test]
fn refuses_a_client_that_cannot_use_codes() {
    refused(json!({"grant_types": ["client_credentials"]}));
    refused(json!({"response_types": ["token"]}));
}

#[test]
fn refuses_what_is_not_one_plain_json_object() {
    for document in [
        &b"[]"[..],
        b"null",
        b"<html>",
        b"{\"client_id\":\"\xff\"}",
        br#"{"client_id":"https://client.example/client.json","client_id":"https://evil.example/"}"#,
    ] {
        assert!(read_bytes(document).is_err());
    }
    let deep = format!("{{\"x\":{}{}}}", "[".repeat(40), "]".repeat(40));
    assert!(read_bytes(deep.as_bytes()).is_err());
}
