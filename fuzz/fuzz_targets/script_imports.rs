//! Whatever a script is made of, its imports are written in it, the first is found whatever follows,
//! and none is found in a comment or a string.
#![no_main]

// The parser's own file and not its crate, which brings an HTML rewriter and a watcher along.
#[path = "../../crates/widget-bundle/src/imports.rs"]
mod imports;

use imports::imports;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|source: &str| {
    for specifier in imports(source) {
        assert!(source.contains(specifier));
    }
    let first = format!("import{{a}}from\"./first.js\";{source}");
    assert_eq!(imports(&first).first(), Some(&"./first.js"));
    let line = source.replace('\n', " ");
    assert_eq!(imports(&format!("//{line}")), [""; 0]);
    let inner = line.replace(['\\', '"'], " ");
    assert_eq!(imports(&format!("x=\"{inner}\"")), [""; 0]);
});
