//! `docs/` holds what this crate generates; these tests keep the two the same.

use std::path::Path;

use countersign_config::{Config, reference};

fn up_to_date(name: &str, generated: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs")
        .join(name);
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        std::fs::write(&path, generated).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == generated,
        "docs/{name} is out of date: run `UPDATE_GENERATED=1 cargo test -p countersign-config` and commit it",
    );
}

#[test]
fn the_schema_is_up_to_date() {
    up_to_date(
        "countersign.schema.json",
        &format!("{:#}\n", Config::schema()),
    );
}

#[test]
fn the_reference_is_up_to_date() {
    up_to_date("configuration.md", &reference());
}

#[test]
fn the_schema_knows_no_null_and_no_reference() {
    let text = Config::schema().to_string();
    assert!(
        !text.contains("\"null\"") && !text.contains("\"$ref\""),
        "{text}"
    );
}

#[test]
fn every_key_of_the_schema_has_a_meaning() {
    fn walk(path: &str, node: &serde_json::Value) {
        let properties = node
            .get("properties")
            .or_else(|| node.pointer("/items/properties"));
        for (key, node) in properties
            .and_then(|properties| properties.as_object())
            .into_iter()
            .flatten()
        {
            let path = format!("{path}.{key}");
            assert!(
                node.get("description").is_some(),
                "{path} has no description"
            );
            walk(&path, node);
        }
    }
    walk("", &Config::schema());
}

#[test]
fn the_defaults_of_the_schema_are_those_of_an_empty_configuration() {
    let schema = Config::schema();
    let default = |pointer: &str| schema.pointer(pointer).unwrap().clone();
    assert_eq!(
        default("/properties/public_url/default"),
        "http://localhost:3002"
    );
    assert_eq!(default("/properties/listen/default"), "127.0.0.1:3002");
    assert_eq!(
        default("/properties/tokens/properties/access_ttl/default"),
        "1h"
    );
    assert_eq!(
        default("/properties/tokens/properties/signing_alg/default"),
        "RS256"
    );
    assert_eq!(
        default("/properties/storage/properties/url/default"),
        "sqlite:./data/countersign.db"
    );
}
