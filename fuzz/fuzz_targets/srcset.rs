//! Whatever a `srcset` says, what is written instead of it is read the same again.
#![no_main]

// The parser's own file and not its crate, which brings an HTML rewriter and a watcher along.
#[path = "../../crates/widget-bundle/src/srcset.rs"]
mod srcset;

use libfuzzer_sys::fuzz_target;

fn read(text: &str) -> (Vec<String>, String) {
    let mut addresses = Vec::new();
    let written = srcset::rewrite(text, |address| {
        addresses.push(address.to_owned());
        Ok::<_, ()>(None)
    });
    (addresses, written.unwrap())
}

fuzz_target!(|text: &str| {
    let (addresses, written) = read(text);
    assert!(addresses.iter().all(|address| !address.is_empty() && text.contains(address)));
    assert_eq!(read(&written), (addresses, written.clone()));
});
