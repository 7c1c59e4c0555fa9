//! `connection_action`

use countersign_protocol_simulator::Action;
use serde_json::{Value, json};

use crate::fixture::{ACTIONS, Network};

async fn act(network: &Network, action: &str) -> Result<Value, String> {
    let arguments = json!({ "action": action, "userId": network.person(0) });
    network.call("ada", "connection_action", arguments).await
}

#[tokio::test]
async fn says_what_is_between_the_two_then() {
    let network = Network::start().await;
    let mira = network.simulator.people()[0].id;
    let asked = || network.simulator.act(mira, Action::Request, "ada").unwrap();
    for (action, status) in [
        ("REQUEST", "requested"),
        ("CANCEL", "none"),
        ("SKIP", "skipped"),
        ("DECLINE", "declined"),
        ("ACCEPT", "connected"),
    ] {
        if !["REQUEST", "CANCEL"].contains(&action) {
            asked();
        }
        assert_eq!(
            act(&network, action).await.unwrap(),
            json!({ "action": action, "userId": mira, "status": status })
        );
        let request = network.simulator.requests().pop().unwrap();
        assert_eq!(
            (request.method.as_str(), request.path.as_str()),
            ("POST", ACTIONS)
        );
        assert_eq!(
            request.body,
            json!({ "targetUserId": mira, "action": action })
        );
    }
}

#[tokio::test]
async fn says_what_an_action_needs_when_it_cannot_be_done() {
    let network = Network::start().await;
    for action in ["SKIP", "ACCEPT", "DECLINE", "CANCEL"] {
        let refusal = act(&network, action).await.unwrap_err();
        assert!(refusal.starts_with("This cannot be done now"), "{refusal}");
    }
    act(&network, "REQUEST").await.unwrap();
    assert!(act(&network, "REQUEST").await.is_err());
}

#[tokio::test]
async fn says_that_there_is_nobody() {
    let network = Network::start().await;
    let arguments = json!({
        "action": "REQUEST",
        "userId": "00000000-0000-4000-8000-000000000000",
    });
    let refusal = network.call("ada", "connection_action", arguments).await;
    assert!(refusal.unwrap_err().contains("knows nobody"));
}

#[tokio::test]
async fn other_words_are_refused_without_a_call() {
    let network = Network::start().await;
    for arguments in [
        json!({ "action": "request", "userId": network.person(0) }),
        json!({ "action": "REQUEST", "userId": "mira" }),
        json!({ "action": "REQUEST" }),
    ] {
        let refusal = network.call("ada", "connection_action", arguments).await;
        assert!(refusal.is_err());
    }
    assert!(network.simulator.requests().is_empty());
}
