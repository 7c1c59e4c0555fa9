use super::{
    AuthorizationRequest, AuthorizationRequestError, AuthorizationRules, Presented, PresentedError,
    Prompt, state,
};
use crate::error::ErrorCode;
use crate::params::Params;
use crate::redirect_uri::{RedirectUri, RedirectUriPolicy};
use crate::resource::ResourceRule;
use crate::scope::ScopeSet;

const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn params(query: &str) -> Params {
    Params::parse(query.as_bytes()).unwrap()
}

/// A good request, with each `name=value` of `changes` replacing the parameter of that name (an
/// empty value removes it) and everything behind `append` added.
fn query(changes: &[(&str, &str)], append: &str) -> String {
    let good = [
        ("client_id", "c1"),
        ("redirect_uri", "https%3A%2F%2Fapp.example%2Fcb"),
        ("response_type", "code"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
        ("scope", "notes:read"),
        ("state", "xyz"),
        ("resource", "https%3A%2F%2Fh.example%2Fmcp"),
    ];
    let changed = good.map(|(name, value)| {
        let value = changes
            .iter()
            .find(|(changed, _)| *changed == name)
            .map_or(value, |(_, value)| value);
        format!("{name}={value}")
    });
    format!("{}&{append}", changed.join("&"))
}

fn check(query: &str) -> Result<AuthorizationRequest, AuthorizationRequestError> {
    let redirect_uri =
        RedirectUri::parse("https://app.example/cb", &RedirectUriPolicy::default()).unwrap();
    let rules = AuthorizationRules {
        allowed: &ScopeSet::parse("notes:read notes:write offline_access").unwrap(),
        default: &ScopeSet::parse("notes:read notes:write").unwrap(),
        resource: &ResourceRule::for_origin("https://h.example", "/mcp"),
    };
    AuthorizationRequest::check(&params(query), "c1".to_owned(), redirect_uri, rules)
}

#[track_caller]
fn refused(query: &str) -> ErrorCode {
    check(query).unwrap_err().code()
}

#[test]
fn accepts_a_complete_request() {
    let request = check(&query(
        &[],
        "nonce=n&login_hint=ada&prompt=login+consent&ui_locales=de",
    ))
    .unwrap();
    assert_eq!(request.scope.to_string(), "notes:read");
    assert_eq!(request.state.as_deref(), Some("xyz"));
    assert_eq!(request.resource.as_str(), "https://h.example/mcp");
    assert_eq!(request.nonce.as_deref(), Some("n"));
    assert_eq!(request.login_hint.as_deref(), Some("ada"));
    assert_eq!(
        request.prompt,
        Prompt {
            none: false,
            login: true,
            consent: true
        }
    );
}

#[test]
fn survives_storage() {
    let request = check(&query(&[], "prompt=none")).unwrap();
    let json = serde_json::to_string(&request).unwrap();
    assert_eq!(
        serde_json::from_str::<AuthorizationRequest>(&json).unwrap(),
        request
    );
}

#[test]
fn missing_or_duplicated_client_and_redirect_uri_are_not_redirectable() {
    let read = |query: &str| Presented::read(&params(query)).map(|_| ()).unwrap_err();
    assert_eq!(read("redirect_uri=x"), PresentedError::MissingClientId);
    assert_eq!(read("client_id=c"), PresentedError::MissingRedirectUri);
    assert!(matches!(
        read("client_id=c&client_id=c&redirect_uri=x"),
        PresentedError::Duplicate(_)
    ));
    assert!(matches!(
        read("client_id=c&redirect_uri=x&redirect_uri=y"),
        PresentedError::Duplicate(_)
    ));
    let good = params("redirect_uri=x&client_id=c&response_type=token&response_type=token");
    assert_eq!(
        Presented::read(&good),
        Ok(Presented {
            client_id: "c",
            redirect_uri: "x"
        })
    );
}

#[test]
fn missing_response_type_is_an_invalid_request() {
    assert_eq!(
        refused(&query(&[("response_type", "")], "")),
        ErrorCode::InvalidRequest
    );
}

#[test]
fn every_other_response_type_is_unsupported() {
    for other in [
        "token",
        "id_token",
        "code+token",
        "code+id_token",
        "none",
        "CODE",
    ] {
        assert_eq!(
            refused(&query(&[("response_type", other)], "")),
            ErrorCode::UnsupportedResponseType,
            "{other}"
        );
    }
}

#[test]
fn rejects_absent_and_malformed_pkce() {
    let short = &CHALLENGE[..42];
    for changes in [
        [("code_challenge", ""), ("code_challenge_method", "S256")],
        [("code_challenge", ""), ("code_challenge_method", "")],
        [("code_challenge", short), ("code_challenge_method", "S256")],
        [
            (
                "code_challenge",
                "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw%2BcM",
            ),
            ("code_challenge_method", "S256"),
        ],
    ] {
        assert_eq!(
            refused(&query(&changes, "")),
            ErrorCode::InvalidRequest,
            "{changes:?}"
        );
    }
}

#[test]
fn rejects_plain_pkce() {
    for method in ["plain", "", "S512", "s256"] {
        let error = check(&query(&[("code_challenge_method", method)], "")).unwrap_err();
        assert_eq!(
            error,
            AuthorizationRequestError::UnsupportedCodeChallengeMethod,
            "{method}"
        );
        assert_eq!(error.code(), ErrorCode::InvalidRequest);
    }
}

#[test]
fn duplicates_are_an_invalid_request() {
    for duplicate in [
        "state=xyz",
        "state=",
        "scope=notes%3Aread",
        "response_type=code",
        "unknown=1&unknown=2",
    ] {
        assert_eq!(
            refused(&query(&[], duplicate)),
            ErrorCode::InvalidRequest,
            "{duplicate}"
        );
    }
}

#[test]
fn a_duplicated_state_is_not_echoed() {
    assert_eq!(state(&params("state=a&state=b")), None);
    assert_eq!(state(&params("state=a")), Some("a"));
}

#[test]
fn foreign_relative_and_several_resources_are_an_invalid_target() {
    for resource in [
        "https%3A%2F%2Fevil.example",
        "%2Fmcp",
        "https%3A%2F%2Fh.example%2Fmcp%23x",
    ] {
        assert_eq!(
            refused(&query(&[("resource", resource)], "")),
            ErrorCode::InvalidTarget,
            "{resource}"
        );
    }
    assert_eq!(
        refused(&query(&[], "resource=https%3A%2F%2Fh.example")),
        ErrorCode::InvalidTarget
    );
}

#[test]
fn omitted_or_repeated_resource_is_the_canonical_one() {
    for query in [
        query(&[("resource", "")], ""),
        query(&[], "resource=https%3A%2F%2Fh.example%2Fmcp"),
    ] {
        assert_eq!(
            check(&query).unwrap().resource.as_str(),
            "https://h.example/mcp"
        );
    }
}

#[test]
fn unknown_scopes_beside_known_ones_are_dropped_and_nothing_is_added() {
    let request = check(&query(&[("scope", "admin+notes%3Aread+openid")], "")).unwrap();
    assert_eq!(request.scope.to_string(), "notes:read");
}

#[test]
fn no_grantable_scope_is_an_invalid_scope() {
    for scope in [
        "admin",
        "admin+superuser",
        "notes%3Aread+%22",
        "notes%3Aread+%C3%A9",
        "NOTES%3AREAD",
    ] {
        assert_eq!(
            refused(&query(&[("scope", scope)], "")),
            ErrorCode::InvalidScope,
            "{scope}"
        );
    }
}

#[test]
fn omitted_scope_is_the_default() {
    for scope in ["", "+"] {
        let request = check(&query(&[("scope", scope)], "")).unwrap();
        assert_eq!(request.scope.to_string(), "notes:read notes:write");
    }
}

#[test]
fn request_objects_are_not_supported() {
    assert_eq!(
        refused(&query(&[], "request=e30.e30.")),
        ErrorCode::RequestNotSupported
    );
    for uri in [
        "https%3A%2F%2Fevil.example%2F",
        "urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3Ax",
    ] {
        assert_eq!(
            refused(&query(&[], &format!("request_uri={uri}"))),
            ErrorCode::RequestUriNotSupported
        );
    }
    assert_eq!(
        refused(&query(&[], "registration=%7B%7D")),
        ErrorCode::RegistrationNotSupported
    );
}

#[test]
fn only_the_query_response_mode_exists() {
    for mode in ["web_message", "fragment", "form_post", "query.jwt", "x"] {
        assert_eq!(
            refused(&query(&[], &format!("response_mode={mode}"))),
            ErrorCode::InvalidRequest,
            "{mode}"
        );
    }
    assert!(check(&query(&[], "response_mode=query")).is_ok());
}

#[test]
fn prompt_none_excludes_every_other_value() {
    for prompt in ["none+login", "consent+none", "none+create"] {
        assert_eq!(
            refused(&query(&[], &format!("prompt={prompt}"))),
            ErrorCode::InvalidRequest,
            "{prompt}"
        );
    }
    let prompt = |value: &str| {
        check(&query(&[], &format!("prompt={value}")))
            .unwrap()
            .prompt
    };
    assert_eq!(
        prompt("none"),
        Prompt {
            none: true,
            login: false,
            consent: false
        }
    );
    assert_eq!(prompt("create"), Prompt::default());
    assert_eq!(
        prompt("select_account"),
        Prompt {
            none: false,
            login: false,
            consent: true
        }
    );
}

#[test]
fn debug_does_not_show_state_nonce_or_login_hint() {
    let request = check(&query(&[("state", "s3cret")], "nonce=n0nce&login_hint=ada")).unwrap();
    let shown = format!("{request:?}");
    assert!(
        !shown.contains("s3cret") && !shown.contains("n0nce") && !shown.contains("ada"),
        "{shown}"
    );
}
