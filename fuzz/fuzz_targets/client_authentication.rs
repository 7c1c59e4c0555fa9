//! Line 1 is the `Authorization` header, if not empty, the rest the body.
#![no_main]

use countersign_oauth::client_authentication::ClientCredentials;
use countersign_oauth::params::Params;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| {
    let (header, body) = input.split_once('\n').unwrap_or((input, ""));
    let header = Some(header).filter(|header| !header.is_empty());
    let Ok(params) = Params::parse(body.as_bytes()) else {
        return;
    };
    match ClientCredentials::extract(header, &params) {
        Ok(credentials) => {
            assert_eq!(
                header.is_some(),
                matches!(credentials, ClientCredentials::Basic { .. })
            );
            assert_ne!(credentials.client_id(), Some(""));
        }
        Err(error) => assert!(header.is_some() || !error.is_basic_challenge_due()),
    }
});
