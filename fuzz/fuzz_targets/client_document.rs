//! What a document says of its client keeps the rules and survives storage, and its URL is the
//! address that would be fetched.
#![no_main]

use countersign_oauth::client_id_url::ClientIdUrl;
use countersign_oauth::client_metadata::{
    ClientMetadata, GrantType, RegistrationPolicy, TokenEndpointAuthMethod,
};
use countersign_oauth::redirect_uri::RedirectUriPolicy;
use countersign_oauth::scope::ScopeSet;
use libfuzzer_sys::fuzz_target;
use url::Url;

// A URL and what is served there.
fuzz_target!(|input: (&str, &[u8])| {
    let (id, document) = input;
    let Ok(url) = ClientIdUrl::parse(id) else {
        return;
    };
    let parsed = Url::parse(id).expect("a URL");
    assert_eq!(parsed.as_str(), id, "one spelling");
    assert_eq!(parsed.scheme(), "https");
    assert!(parsed.username().is_empty() && parsed.password().is_none());
    assert!(parsed.fragment().is_none() && parsed.path() != "/");
    assert_eq!(parsed.host_str(), Some(url.host()));
    let catalogue = ScopeSet::parse("notes:read notes:write offline_access").expect("a scope");
    let policy = RegistrationPolicy::new(RedirectUriPolicy::default(), catalogue);
    let Ok(metadata) = ClientMetadata::from_document(document, &url, &policy) else {
        return;
    };
    assert!(!metadata.redirect_uris.is_empty());
    assert!(metadata.client_name.is_some());
    assert!(metadata.scope.is_subset(&policy.catalogue) && !metadata.scope.is_empty());
    assert!(metadata.grant_types.contains(&GrantType::AuthorizationCode));
    assert!(!metadata.token_endpoint_auth_method.uses_secret());
    if metadata.authenticates_with(TokenEndpointAuthMethod::PrivateKeyJwt) {
        assert!(metadata.jwks.is_some() != metadata.jwks_uri.is_some());
    }
    let stored = serde_json::to_vec(&metadata).expect("metadata is JSON");
    assert_eq!(
        serde_json::from_slice::<ClientMetadata>(&stored).expect("what was stored"),
        metadata
    );
});
