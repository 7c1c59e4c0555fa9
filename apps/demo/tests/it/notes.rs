//! `add_note` and `list_notes`.

use serde_json::{Value, json};

use crate::fixture::Product;

fn texts(page: &Value) -> Vec<&str> {
    page["notes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|note| note["text"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn what_was_added_is_listed() {
    let product = Product::new().await;
    let added = product
        .call("ada", "add_note", json!({ "text": "buy milk" }))
        .await
        .unwrap();
    let page = product.call("ada", "list_notes", json!({})).await.unwrap();
    assert_eq!(
        page,
        json!({ "notes": [{
            "id": added["id"],
            "text": "buy milk",
            "created_at": "2026-11-23T12:00:00Z",
        }] })
    );
}

#[tokio::test]
async fn nobody_sees_the_notes_of_another() {
    let product = Product::new().await;
    product
        .call("ada", "add_note", json!({ "text": "secret" }))
        .await
        .unwrap();
    let page = product.call("bob", "list_notes", json!({})).await.unwrap();
    assert_eq!(page, json!({ "notes": [] }));
}

#[tokio::test]
async fn pages_join_without_gap_or_repetition() {
    let product = Product::new().await;
    for number in 0..5 {
        product
            .call("ada", "add_note", json!({ "text": number.to_string() }))
            .await
            .unwrap();
    }
    let all = product.call("ada", "list_notes", json!({})).await.unwrap();
    let mut joined = Vec::new();
    let mut arguments = json!({ "limit": 2 });
    loop {
        let page = product
            .call("ada", "list_notes", arguments.clone())
            .await
            .unwrap();
        joined.extend(texts(&page).into_iter().map(str::to_owned));
        if page["next"].is_null() {
            break;
        }
        arguments["after"] = page["next"].clone();
    }
    assert_eq!(joined, texts(&all));
    assert_eq!(joined.len(), 5);
}

#[tokio::test]
async fn a_note_has_1_to_2000_characters() {
    let product = Product::new().await;
    for text in ["ä".repeat(2_000), " x ".to_owned()] {
        assert!(
            product
                .call("ada", "add_note", json!({ "text": text }))
                .await
                .is_ok()
        );
    }
    for text in [
        String::new(),
        "  \n".to_owned(),
        "ä".repeat(2_001),
        "a\0b".to_owned(),
    ] {
        assert!(
            product
                .call("ada", "add_note", json!({ "text": text }))
                .await
                .is_err()
        );
    }
    let page = product.call("ada", "list_notes", json!({})).await.unwrap();
    assert_eq!(texts(&page).len(), 2, "a refused note is not kept");
}

#[tokio::test]
async fn a_limit_is_1_to_100_and_after_a_note() {
    let product = Product::new().await;
    for arguments in [
        json!({ "limit": 0 }),
        json!({ "limit": 101 }),
        json!({ "limit": "2" }),
        json!({ "after": "x" }),
        json!({ "page": 2 }),
    ] {
        assert!(
            product
                .call("ada", "list_notes", arguments.clone())
                .await
                .is_err(),
            "{arguments}"
        );
    }
}

#[tokio::test]
async fn a_token_without_account_has_no_notes() {
    let product = Product::new().await;
    for (tool, arguments) in [
        ("add_note", json!({ "text": "x" })),
        ("list_notes", json!({})),
    ] {
        let refusal = product.call("mcp2", tool, arguments).await.unwrap_err();
        assert!(refusal.contains("Connect again"), "{refusal}");
    }
}
