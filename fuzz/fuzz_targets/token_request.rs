//! A token request is never shown with what it carries.
#![no_main]

use countersign_oauth::params::Params;
use countersign_oauth::token_request::TokenRequest;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    let Ok(params) = Params::parse(body) else {
        return;
    };
    match TokenRequest::parse(&params) {
        Ok(TokenRequest::AuthorizationCode { code, .. }) => assert!(!code.is_empty()),
        Ok(TokenRequest::RefreshToken { refresh_token, .. }) => assert!(!refresh_token.is_empty()),
        Ok(TokenRequest::TokenExchange(request)) => assert!(!request.subject_token.is_empty()),
        Err(error) => assert!(error.to_string().is_ascii() && !error.code().as_str().is_empty()),
    }
});
