//! What is registered keeps the policy's limits and survives storage.
#![no_main]

use countersign_oauth::client_metadata::{ClientMetadata, GrantType, RegistrationPolicy};
use countersign_oauth::redirect_uri::RedirectUriPolicy;
use countersign_oauth::scope::ScopeSet;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    let catalogue = ScopeSet::parse("notes:read notes:write offline_access").expect("a scope");
    let policy = RegistrationPolicy::new(RedirectUriPolicy::default(), catalogue);
    let metadata = match ClientMetadata::register(body, &policy) {
        Ok(metadata) => metadata,
        Err(error) => return assert!(error.to_string().is_ascii(), "{error}"),
    };
    assert!((1..=policy.max_redirect_uris).contains(&metadata.redirect_uris.len()));
    assert!(metadata.scope.is_subset(&policy.catalogue) && !metadata.scope.is_empty());
    assert!(metadata.grant_types.contains(&GrantType::AuthorizationCode));
    assert!(
        policy
            .auth_methods
            .contains(&metadata.token_endpoint_auth_method)
    );
    if let Some(name) = metadata.display_name() {
        assert!(!name.chars().any(char::is_control) && name.trim() == name);
    }
    let stored = serde_json::to_vec(&metadata).expect("metadata is JSON");
    assert_eq!(
        serde_json::from_slice::<ClientMetadata>(&stored).expect("what was stored"),
        metadata
    );
});
