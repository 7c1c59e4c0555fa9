//! Whatever is read from a stateless client identifier has one form, and is a client that could have
//! registered. Strangers cannot write these bytes, which are sealed; this is for the day they can.
#![no_main]

use countersign_domain::StatelessRegistration;
use countersign_oauth::redirect_uri::RedirectUri;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some(registration) = StatelessRegistration::decode(bytes) else {
        return;
    };
    assert_eq!(registration.encode().as_deref(), Some(bytes));
    for uri in &registration.metadata.redirect_uris {
        assert!(!uri.as_str().to_ascii_lowercase().starts_with("javascript:"));
        let stored = serde_json::to_string(uri).expect("a redirect URI is JSON");
        assert_eq!(
            &serde_json::from_str::<RedirectUri>(&stored).expect("what was stored"),
            uri
        );
    }
});
