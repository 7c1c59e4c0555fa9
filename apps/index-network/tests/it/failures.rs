//! What a model reads when the API fails.

use std::time::Duration;

use countersign_index_network::BreakerSettings;
use countersign_protocol_simulator::{Fault, Indexing};
use serde_json::json;

use crate::fixture::{ACTIONS, BAIT, NEW, Network, UNAVAILABLE};

/// What it reads when `extract_intent` meets this.
async fn refusal(network: &Network, fault: Fault) -> String {
    network.simulator.fault(fault);
    let arguments = json!({ "fullInputText": "x" });
    let refusal = network.call("ada", "extract_intent", arguments).await;
    let refusal = refusal.unwrap_err();
    assert!(!refusal.contains(BAIT), "{refusal}");
    refusal
}

#[tokio::test]
async fn is_unavailable_while_the_api_is() {
    let network = Network::start().await;
    for status in [408, 429, 500, 502, 503, 504] {
        let fault = Fault::status(NEW, status, BAIT);
        assert_eq!(refusal(&network, fault).await, UNAVAILABLE);
    }
    assert_eq!(refusal(&network, Fault::lost(NEW)).await, UNAVAILABLE);
}

#[tokio::test]
async fn takes_the_shape_that_was_agreed_only() {
    let network = Network::start().await;
    for text in ["", "null", "[]", "{}", "{", "<html>", r#"{"intents":[1]}"#] {
        assert_eq!(refusal(&network, Fault::text(NEW, text)).await, UNAVAILABLE);
    }
    let large = format!(r#"{{"intents":[],"x":"{}"}}"#, "x".repeat(64 * 1024));
    assert_eq!(
        refusal(&network, Fault::text(NEW, &large)).await,
        UNAVAILABLE
    );
    let moved = Fault::status(NEW, 307, BAIT);
    assert_eq!(refusal(&network, moved).await, UNAVAILABLE);
}

#[tokio::test]
async fn says_that_the_text_is_not_accepted() {
    let network = Network::start().await;
    for status in [400, 413, 422] {
        let words = refusal(&network, Fault::status(NEW, status, BAIT)).await;
        assert!(words.contains("does not accept this text"), "{words}");
    }
    let words = refusal(&network, Fault::status(NEW, 404, BAIT)).await;
    assert!(words.contains("api.url"), "{words}");
}

#[tokio::test]
async fn an_api_that_is_late_is_unavailable() {
    let network = Network::with(
        Indexing::IMMEDIATE,
        BreakerSettings::default(),
        Duration::from_millis(100),
    )
    .await;
    assert_eq!(refusal(&network, Fault::hold(NEW)).await, UNAVAILABLE);
}

#[tokio::test]
async fn an_action_is_never_repeated() {
    let network = Network::start().await;
    network.simulator.fault(Fault::lost(ACTIONS));
    let arguments = json!({ "action": "REQUEST", "userId": network.person(0) });
    let refusal = network.call("ada", "connection_action", arguments).await;
    assert_eq!(refusal.unwrap_err(), UNAVAILABLE);
    assert_eq!(network.simulator.requests_to(ACTIONS).len(), 1);
}
