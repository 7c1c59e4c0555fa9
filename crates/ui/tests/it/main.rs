//! What must hold for every page, whatever it shows.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "clippy.toml exempts test functions only, and these have helpers"
)]

mod contrast;
mod document;
mod hostile;
mod samples;

use countersign_ui::{Brand, assets};

#[test]
fn every_page_looks_as_recorded() {
    let brand = Brand::default();
    for (name, mut page) in samples::pages(&brand) {
        // The hash in an address changes with the file's content, which is not the page's.
        for asset in assets().iter().cloned().chain(brand.assets()) {
            if let [stem, _hash, extension] = *asset.path.split('.').collect::<Vec<_>>() {
                page = page.replace(&asset.path, &format!("{stem}.[hash].{extension}"));
            }
        }
        insta::assert_snapshot!(name, page);
    }
}

#[test]
fn an_operators_brand_replaces_ours() {
    let acme = samples::acme();
    for (name, page) in samples::pages(&acme) {
        assert!(
            ["<bdi>Acme</bdi>", "Acme?", "Acme account"]
                .iter()
                .any(|words| page.contains(words)),
            "{name}: no name"
        );
        assert!(page.contains("src=\"/assets/acme.svg\""), "{name}: no logo");
        assert!(page.contains(&acme.assets()[0].path), "{name}: no colours");
        assert!(page.contains("Runs on countersign"), "{name}: no colophon");
    }
}
