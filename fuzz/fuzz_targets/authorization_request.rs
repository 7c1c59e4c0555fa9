//! Whatever else is sent, what is granted was asked for, was allowed, and is for our resource.
#![no_main]

use countersign_oauth::authorization_request::{
    AuthorizationRequest, AuthorizationRules, Presented, state,
};
use countersign_oauth::params::Params;
use countersign_oauth::redirect_uri::{RedirectUri, RedirectUriPolicy};
use countersign_oauth::resource::ResourceRule;
use countersign_oauth::scope::ScopeSet;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|query: &[u8]| {
    let Ok(params) = Params::parse(query) else {
        return;
    };
    let Ok(presented) = Presented::read(&params) else {
        return;
    };
    let policy = RedirectUriPolicy::default();
    let registered = RedirectUri::parse("http://localhost/cb", &policy).expect("a redirect URI");
    let Some(redirect_uri) = registered.presented(presented.redirect_uri) else {
        return;
    };
    let allowed = ScopeSet::parse("a b offline_access").expect("scopes");
    let default = ScopeSet::parse("a").expect("scopes");
    let resource = ResourceRule::for_origin("https://h.example", "/mcp");
    let rules = AuthorizationRules {
        allowed: &allowed,
        default: &default,
        resource: &resource,
    };
    match AuthorizationRequest::check(&params, presented.client_id.to_owned(), redirect_uri, rules)
    {
        Ok(request) => {
            assert!(request.scope.is_subset(&allowed) && !request.scope.is_empty());
            assert_eq!(request.resource, resource.canonical);
            assert_eq!(request.state.as_deref(), state(&params));
            assert_eq!(params.all("code_challenge_method"), ["S256"]);
            if let Some(scope) = params
                .all("scope")
                .first()
                .and_then(|scope| ScopeSet::parse(scope).ok())
            {
                assert!(scope.is_empty() || request.scope.is_subset(&scope));
            }
        }
        Err(error) => assert!(error.to_string().is_ascii()),
    }
});
