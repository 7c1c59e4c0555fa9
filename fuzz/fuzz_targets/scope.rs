//! An accepted list survives being written and read, and holds nothing that could leave a header.
#![no_main]

use countersign_oauth::scope::ScopeSet;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|list: &str| {
    let Ok(set) = ScopeSet::parse(list) else {
        return;
    };
    let written = set.to_string();
    assert!(
        written
            .bytes()
            .all(|byte| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\')
    );
    assert_eq!(ScopeSet::parse(&written).as_ref(), Ok(&set));
    assert!(set.len() <= ScopeSet::MAX);
});
