//! What the strict parser accepts, it reads as every other form parser does.
#![no_main]

use countersign_oauth::params::Params;
use libfuzzer_sys::fuzz_target;
use url::form_urlencoded;

fuzz_target!(|encoded: &[u8]| {
    let Ok(params) = Params::parse(encoded) else {
        return;
    };
    let pairs: Vec<_> = form_urlencoded::parse(encoded).collect();
    for (name, _) in &pairs {
        let sent: Vec<_> = pairs.iter().filter(|(other, _)| other == name).collect();
        let values: Vec<_> = sent
            .iter()
            .map(|(_, value)| &**value)
            .filter(|value| !value.is_empty())
            .collect();
        assert_eq!(params.all(name), values);
        assert_eq!(params.get(name).is_err(), sent.len() > 1);
    }
});
