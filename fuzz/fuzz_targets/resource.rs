//! Each line is one `resource`. Whatever is accepted resolves to the canonical identifier and is of
//! our origin.
#![no_main]

use countersign_oauth::resource::ResourceRule;
use libfuzzer_sys::fuzz_target;
use url::Url;

fuzz_target!(|input: &str| {
    let rule = ResourceRule::for_origin("https://h.example", "/mcp");
    let presented: Vec<_> = input.lines().collect();
    let Ok(resource) = rule.resolve(&presented) else {
        return;
    };
    assert_eq!(resource, rule.canonical);
    for presented in presented {
        let url = Url::parse(presented).expect("an accepted resource is a URL");
        assert_eq!(url.origin().ascii_serialization(), "https://h.example");
        assert!(matches!(url.path(), "/" | "/mcp" | "/mcp/"));
    }
});
