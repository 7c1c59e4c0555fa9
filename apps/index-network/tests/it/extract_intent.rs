//! `extract_intent`

use countersign_index_network::Limits;
use serde_json::{Value, json};

use crate::fixture::{NEW, Network, bearer};

async fn extract(network: &Network, arguments: Value) -> Result<Value, String> {
    network.call("ada", "extract_intent", arguments).await
}

#[tokio::test]
async fn answers_what_the_api_found() {
    let network = Network::start().await;
    let text = "Find a climate company. See https://example.com for more.";
    let answer = extract(&network, json!({ "fullInputText": text })).await;
    let answer = answer.unwrap();
    assert_eq!(answer["intentsGenerated"], 2);
    assert_eq!(answer["linksProcessed"], 1);
    assert_eq!(answer["filesProcessed"], 0);
    let intent = &answer["intents"][0];
    assert_eq!(intent["payload"], "Find a climate company.");
    assert_eq!(intent["createdAt"], "2027-01-15T08:00:00.000Z");
    assert!(intent["id"].is_string() && intent.get("summary").is_none());
}

#[tokio::test]
async fn sends_the_sections_in_the_form_field_payload() {
    let mut network = Network::start().await;
    network.settings.limits = Limits {
        instruction_chars: 5,
        section_chars: 3,
    };
    let arguments = json!({
        "fullInputText": "äöüßéX",
        "rawText": "fileX",
        "conversationHistory": "😀😀😀X",
        "userMemory": "factX",
    });
    extract(&network, arguments).await.unwrap();
    let requests = network.simulator.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(
        (requests[0].method.as_str(), requests[0].path.as_str()),
        ("POST", NEW)
    );
    let media_type = &requests[0].headers["content-type"];
    assert!(
        media_type.starts_with("multipart/form-data; boundary="),
        "{media_type}"
    );
    let body = requests[0].body.as_str().unwrap();
    let expected = "form-data; name=\"payload\"\r\n\r\näöüßé\n\n=== File Content ===\nfil\n\n=== Conversation ===\n😀😀😀\n\n=== Context ===\nfac\r\n--";
    assert!(body.contains(expected), "{body}");
}

#[tokio::test]
async fn the_api_gets_the_persons_token_and_never_the_clients() {
    let network = Network::start().await;
    extract(&network, json!({ "fullInputText": "x" }))
        .await
        .unwrap();
    let request = network.simulator.requests().remove(0);
    assert_eq!(bearer(&request), "good-ada");
    assert!(request.headers.values().all(|value| value != "Bearer ada"));
}

#[tokio::test]
async fn a_text_with_nothing_in_it_gives_nothing() {
    let network = Network::start().await;
    let answer = extract(&network, json!({ "fullInputText": "hello" })).await;
    assert_eq!(answer.unwrap()["intents"], json!([]));
}

#[tokio::test]
async fn an_empty_text_is_refused_without_a_call() {
    let network = Network::start().await;
    for arguments in [
        json!({ "fullInputText": " \n" }),
        json!({}),
        json!({ "fullInputText": 1 }),
    ] {
        let refusal = extract(&network, arguments).await.unwrap_err();
        assert!(refusal.contains("fullInputText"), "{refusal}");
    }
    assert!(network.simulator.requests().is_empty());
}
