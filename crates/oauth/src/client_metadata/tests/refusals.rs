//! What a registration is refused for.

use serde_json::json;

use super::{refused, register, register_bytes};
use crate::client_metadata::RegistrationError;
use crate::error::ErrorCode;

#[test]
fn missing_empty_or_untyped_redirect_uris_are_an_invalid_redirect_uri() {
    for uris in [
        json!([]),
        json!("https://app.example/cb"),
        json!(null),
        json!({}),
        json!([1]),
        json!([["x"]]),
    ] {
        assert_eq!(
            refused(json!({"redirect_uris": uris})),
            ErrorCode::InvalidRedirectUri
        );
    }
    assert_eq!(
        register_bytes(b"{}").unwrap_err().code(),
        ErrorCode::InvalidRedirectUri
    );
}

#[test]
fn one_bad_redirect_uri_refuses_the_registration() {
    for uri in [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,x",
        "http://app.example/cb",
        "https://app.example/cb#",
        "https://user@app.example/cb",
        "https://*.example/cb",
        "https://app.example/a/../cb",
        "https://app.example\\cb",
        "https://app.example/\r\n",
        "https://äpp.example/",
    ] {
        let error =
            register(json!({"redirect_uris": ["https://app.example/cb", uri]})).unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidRedirectUri, "{uri}");
        assert!(error.to_string().contains("entry 2"), "{error}");
    }
}

#[test]
fn limits_are_invalid_client_metadata() {
    let uris = |n: usize| {
        (0..n)
            .map(|i| format!("https://app.example/{i}"))
            .collect::<Vec<_>>()
    };
    assert!(register(json!({"redirect_uris": uris(10)})).is_ok());
    assert_eq!(
        refused(json!({"redirect_uris": uris(11)})),
        ErrorCode::InvalidClientMetadata
    );
    let long = format!("https://app.example/{}", "a".repeat(2048));
    assert_eq!(
        refused(json!({"redirect_uris": [long]})),
        ErrorCode::InvalidClientMetadata
    );
    assert_eq!(
        refused(json!({"logo_uri": long})),
        ErrorCode::InvalidClientMetadata
    );
    assert!(register(json!({"client_name": "é".repeat(200)})).is_ok());
    assert_eq!(
        refused(json!({"client_name": "é".repeat(201)})),
        ErrorCode::InvalidClientMetadata
    );
    assert_eq!(
        refused(json!({"contacts": vec!["a"; 33]})),
        ErrorCode::InvalidClientMetadata
    );
}

#[test]
fn forbidden_grant_types_are_refused() {
    for grant_type in ["password", "implicit", "client_credentials"] {
        let grant_types = json!({"grant_types": ["authorization_code", grant_type]});
        assert_eq!(
            refused(grant_types),
            ErrorCode::InvalidClientMetadata,
            "{grant_type}"
        );
    }
}

#[test]
fn wrong_json_types_are_refused() {
    let text = [
        "client_name",
        "scope",
        "token_endpoint_auth_method",
        "software_id",
        "software_version",
        "application_type",
    ];
    let urls = [
        "client_uri",
        "logo_uri",
        "policy_uri",
        "tos_uri",
        "jwks_uri",
    ];
    for member in text.into_iter().chain(urls) {
        for value in [
            json!(1),
            json!(null),
            json!({"a": 1}),
            json!(["x"]),
            json!(true),
        ] {
            assert_eq!(
                refused(json!({member: value})),
                ErrorCode::InvalidClientMetadata,
                "{member}"
            );
        }
    }
    for member in ["grant_types", "response_types", "contacts"] {
        for value in [
            json!(1),
            json!(null),
            json!("code"),
            json!([1]),
            json!([null]),
            json!([["x"]]),
        ] {
            assert_eq!(
                refused(json!({member: value})),
                ErrorCode::InvalidClientMetadata,
                "{member}"
            );
        }
    }
}

#[test]
fn response_types_other_than_code_are_refused() {
    for types in [
        json!(["token"]),
        json!(["id_token"]),
        json!(["code", "token"]),
        json!(["code token"]),
        json!([]),
    ] {
        assert_eq!(
            refused(json!({"response_types": types})),
            ErrorCode::InvalidClientMetadata
        );
    }
}

#[test]
fn addresses_must_be_https() {
    for member in [
        "client_uri",
        "logo_uri",
        "policy_uri",
        "tos_uri",
        "jwks_uri",
    ] {
        for url in [
            "http://app.example/",
            "javascript:alert(1)",
            "data:image/svg+xml,x",
            "ftp://app.example/",
            "//app.example/",
            "https:app.example",
            "https:///",
            "https://user:pw@app.example/",
            " https://app.example/",
            "https://app.example/\n",
            "https:\\\\app.example",
            "x",
        ] {
            assert_eq!(
                refused(json!({member: url})),
                ErrorCode::InvalidClientMetadata,
                "{member} {url:?}"
            );
        }
        let kept = register(json!({member: "https://app.example/x?y#z"})).unwrap();
        assert_eq!(
            serde_json::to_value(kept).unwrap()[member],
            "https://app.example/x?y#z"
        );
    }
    assert_eq!(register(json!({"logo_uri": ""})).unwrap().logo_uri, None);
}

#[test]
fn what_is_not_a_json_object_is_refused() {
    for body in [
        &b""[..],
        b"redirect_uris=x",
        b"{",
        b"[]",
        b"null",
        b"\"x\"",
        b"\xff",
    ] {
        assert_eq!(
            register_bytes(body).unwrap_err().code(),
            ErrorCode::InvalidClientMetadata,
            "{body:?}"
        );
    }
}

#[test]
fn duplicate_members_and_deep_nesting_are_refused() {
    let twice =
        br#"{"redirect_uris":["https://a.example/"],"redirect_uris":["https://b.example/"]}"#;
    assert!(matches!(
        register_bytes(twice),
        Err(RegistrationError::Json(_))
    ));
    let deep = format!(r#"{{"x":{}{}}}"#, "[".repeat(32), "]".repeat(32));
    assert!(matches!(
        register_bytes(deep.as_bytes()),
        Err(RegistrationError::Json(_))
    ));
}

#[test]
fn unsigned_software_statement_is_refused_and_a_signed_one_ignored() {
    // {"alg":"none"}.{} and {"alg":"RS256"}.{}
    for statement in [
        json!("eyJhbGciOiJub25lIn0.e30."),
        json!("eyJhbGciOiJub25lIn0.e30.c2ln"),
        json!("eyJhbGciOiJSUzI1NiJ9.e30."),
        json!("x"),
        json!(1),
        json!("e30.e30.c2ln"),
    ] {
        assert_eq!(
            refused(json!({"software_statement": statement})),
            ErrorCode::InvalidSoftwareStatement
        );
    }
    assert!(register(json!({"software_statement": "eyJhbGciOiJSUzI1NiJ9.e30.c2ln"})).is_ok());
}

#[test]
fn secret_keys_and_two_key_sources_are_refused() {
    let public = json!({"keys": [{"kty": "EC", "crv": "P-256", "x": "x", "y": "y"}]});
    assert_eq!(
        register(json!({"jwks": public})).unwrap().jwks,
        Some(public.clone())
    );
    for jwks in [
        json!({"keys": [{"kty": "EC", "d": "secret"}]}),
        json!({"keys": [{"kty": "RSA", "n": "n", "e": "e"}, {"kty": "RSA", "p": "secret"}]}),
        json!({"keys": [{"kty": "oct", "k": "secret"}]}),
        json!({"keys": [{"x": "x"}]}),
        json!({"keys": []}),
        json!({"keys": "x"}),
        json!({}),
        json!("x"),
        json!(null),
    ] {
        assert_eq!(
            refused(json!({"jwks": jwks})),
            ErrorCode::InvalidClientMetadata,
            "{jwks}"
        );
    }
    let both = json!({"jwks": public, "jwks_uri": "https://app.example/jwks.json"});
    assert_eq!(refused(both), ErrorCode::InvalidClientMetadata);
}
