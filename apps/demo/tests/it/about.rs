//! `about`: it needs nobody, and knows when there is somebody.

use serde_json::json;

use crate::fixture::Product;

#[tokio::test]
async fn tells_anybody_what_needs_a_sign_in() {
    let product = Product::new().await;
    let about = product.call(None, "about", json!({})).await.unwrap();
    assert_eq!(about["signed_in"], false);
    let names: Vec<_> = about["tools"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tool| &tool["name"])
        .collect();
    assert_eq!(names, ["whoami", "add_note", "list_notes"]);
    let about = product.call("ada", "about", json!({})).await.unwrap();
    assert_eq!(about["signed_in"], true);
}
