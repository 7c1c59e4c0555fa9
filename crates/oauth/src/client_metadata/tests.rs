mod document;
mod refusals;

use serde_json::{Value, json};

use super::{
    ClientInformationResponse, ClientMetadata, GrantType, RegistrationError, RegistrationPolicy,
    TokenEndpointAuthMethod,
};
use crate::error::ErrorCode;
use crate::redirect_uri::RedirectUriPolicy;
use crate::scope::ScopeSet;

fn policy() -> RegistrationPolicy {
    let catalogue = ScopeSet::parse("notes:read notes:write offline_access").unwrap();
    RegistrationPolicy::new(RedirectUriPolicy::default(), catalogue)
}

fn register_bytes(body: &[u8]) -> Result<ClientMetadata, RegistrationError> {
    ClientMetadata::register(body, &policy())
}

/// Registers a good document with `changes` on top.
fn register(changes: Value) -> Result<ClientMetadata, RegistrationError> {
    let mut document =
        json!({"redirect_uris": ["https://app.example/cb"], "token_endpoint_auth_method": "none"});
    let Value::Object(changes) = changes else {
        panic!("changes are an object")
    };
    document.as_object_mut().unwrap().extend(changes);
    register_bytes(document.to_string().as_bytes())
}

#[track_caller]
fn refused(changes: Value) -> ErrorCode {
    let shown = changes.to_string();
    register(changes).expect_err(&shown).code()
}

#[test]
fn registers_what_cursor_sends() {
    let metadata = register(json!({
        "client_name": "Cursor",
        "redirect_uris": [
            "http://localhost:8787/callback",
            "https://www.cursor.com/agents/mcp/oauth/callback",
            "cursor://anysphere.cursor-mcp/oauth/callback",
        ],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
    }))
    .unwrap();
    assert_eq!(metadata.redirect_uris.len(), 3);
}

#[test]
fn registers_what_vs_code_sends() {
    let metadata = register(json!({
        "client_name": "Visual Studio Code",
        "client_uri": "https://code.visualstudio.com",
        "redirect_uris": ["https://vscode.dev/redirect", "https://insiders.vscode.dev/redirect", "http://127.0.0.1/", "http://127.0.0.1:33418/"],
        "grant_types": ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"],
        "response_types": ["code"],
        "application_type": "native",
    }))
    .unwrap();
    assert_eq!(
        metadata.grant_types,
        [GrantType::AuthorizationCode, GrantType::RefreshToken]
    );
}

#[test]
fn loopback_redirect_uris_are_registered() {
    for uri in [
        "http://127.0.0.1:1/cb",
        "http://127.0.0.1/cb",
        "http://[::1]:1/",
        "http://localhost:1/cb",
    ] {
        assert!(register(json!({"redirect_uris": [uri]})).is_ok(), "{uri}");
    }
}

#[test]
fn unknown_grant_types_are_dropped_and_the_usable_ones_kept() {
    let metadata = register(json!({"grant_types": [
        "urn:ietf:params:oauth:grant-type:jwt-bearer", "refresh_token", "authorization_code", "x",
    ]}))
    .unwrap();
    assert_eq!(
        metadata.grant_types,
        [GrantType::AuthorizationCode, GrantType::RefreshToken]
    );
    for useless in [json!([]), json!(["x"]), json!(["refresh_token"])] {
        assert_eq!(
            refused(json!({"grant_types": useless})),
            ErrorCode::InvalidClientMetadata
        );
    }
}

#[test]
fn omitted_grant_types_are_the_rfc_default() {
    assert_eq!(
        register(json!({})).unwrap().grant_types,
        [GrantType::AuthorizationCode]
    );
}

#[test]
fn authentication_method_is_honoured_or_refused_and_never_downgraded() {
    for (name, method) in [
        ("none", TokenEndpointAuthMethod::None),
        (
            "client_secret_basic",
            TokenEndpointAuthMethod::ClientSecretBasic,
        ),
        (
            "client_secret_post",
            TokenEndpointAuthMethod::ClientSecretPost,
        ),
    ] {
        let metadata = register(json!({"token_endpoint_auth_method": name})).unwrap();
        assert_eq!(metadata.token_endpoint_auth_method, method);
        assert_eq!(method.uses_secret(), name != "none");
    }
    for name in [
        "private_key_jwt",
        "client_secret_jwt",
        "tls_client_auth",
        "",
        "NONE",
    ] {
        assert_eq!(
            refused(json!({"token_endpoint_auth_method": name})),
            ErrorCode::InvalidClientMetadata,
            "{name}"
        );
    }
    let omitted = register_bytes(br#"{"redirect_uris":["https://app.example/cb"]}"#).unwrap();
    assert_eq!(
        omitted.token_endpoint_auth_method,
        TokenEndpointAuthMethod::ClientSecretBasic
    );
}

#[test]
fn hostile_names_are_kept_as_sent_and_shown_without_tricks() {
    for (sent, shown) in [
        (
            "<script>alert(1)</script>",
            Some("<script>alert(1)</script>"),
        ),
        ("Chat\u{202e}TPG\u{202c}", Some("ChatTPG")),
        ("Chat\u{200b}\u{feff}GPT\0", Some("ChatGPT")),
        ("  Chat\r\n\tGPT\u{a0} ", Some("Chat GPT")),
        ("ChatGPT", Some("ChatGPT")),
        ("\u{200b}\u{2066}\u{3164}\u{e0041} \u{ad}", None),
    ] {
        let metadata = register(json!({"client_name": sent})).unwrap();
        assert_eq!(metadata.client_name.as_deref(), Some(sent));
        assert_eq!(metadata.display_name().as_deref(), shown);
    }
    assert_eq!(register(json!({})).unwrap().display_name(), None);
}

#[test]
fn scope_outside_the_catalogue_is_dropped() {
    let scope = |scope: &str| register(json!({"scope": scope})).unwrap().scope.to_string();
    assert_eq!(scope("admin notes:read superuser"), "notes:read");
    assert_eq!(
        refused(json!({"scope": "notes:read \""})),
        ErrorCode::InvalidClientMetadata
    );
}

#[test]
fn without_a_usable_scope_the_client_gets_the_catalogue() {
    for changes in [
        json!({}),
        json!({"scope": ""}),
        json!({"scope": "openid email"}),
    ] {
        assert_eq!(
            register(changes).unwrap().scope.to_string(),
            "notes:read notes:write offline_access"
        );
    }
}

#[test]
fn sent_credentials_are_ignored() {
    let metadata =
        register(json!({"client_id": "mine", "client_secret": "mine", "client_id_issued_at": 1}))
            .unwrap();
    assert!(!serde_json::to_string(&metadata).unwrap().contains("mine"));
}

#[test]
fn unknown_application_type_is_dropped() {
    assert_eq!(
        register(json!({"application_type": "service"}))
            .unwrap()
            .application_type,
        None
    );
}

#[test]
fn response_is_complete() {
    let metadata = register(
        json!({"client_name": "Demo", "token_endpoint_auth_method": "client_secret_post"}),
    )
    .unwrap();
    let response = ClientInformationResponse {
        client_id: "c1",
        client_id_issued_at: 1_700_000_000,
        client_secret: Some("s"),
        client_secret_expires_at: Some(0),
        metadata: &metadata,
    };
    insta::assert_json_snapshot!(response);
}

#[test]
fn survives_storage() {
    let metadata = register(
        json!({"client_name": "Demo", "contacts": ["a@app.example"], "application_type": "web"}),
    )
    .unwrap();
    let json = serde_json::to_string(&metadata).unwrap();
    assert_eq!(
        serde_json::from_str::<ClientMetadata>(&json).unwrap(),
        metadata
    );
}
