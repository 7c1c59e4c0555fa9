//! What the model and the directories' reviewers read.

use serde_json::json;

use crate::fixture::Network;

#[tokio::test]
async fn the_tools_are_listed_as_recorded() {
    let message = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" });
    let answer = Network::start().await.exchange("ada", "", &message).await;
    insta::assert_json_snapshot!(answer.body["result"]["tools"]);
}
