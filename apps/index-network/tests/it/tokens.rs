//! What becomes of a token that the API refuses.

use countersign_protocol_simulator::Fault;
use http::header::WWW_AUTHENTICATE;
use serde_json::{Value, json};

use crate::fixture::{BAIT, NEW, Network, OVER, UNAVAILABLE, VIBECHECK, bearer, call};

/// A call of every tool that needs nothing to be there.
fn calls(network: &Network) -> [(&'static str, Value); 5] {
    let text = json!({ "fullInputText": "I want to do climate work." });
    let person = network.person(0);
    [
        ("extract_intent", text.clone()),
        ("discover_connections", text),
        (
            "connection_action",
            json!({ "action": "REQUEST", "userId": person }),
        ),
        ("search", json!({ "query": "climate" })),
        ("fetch", json!({ "id": format!("intent:{person}") })),
    ]
}

fn bearers(network: &Network) -> Vec<String> {
    let requests = network.simulator.requests();
    requests
        .iter()
        .map(|request| bearer(request).to_owned())
        .collect()
}

#[tokio::test]
async fn asks_once_more_with_another_token() {
    let network = Network::start().await;
    for (tool, arguments) in calls(&network) {
        network.simulator.clear_log();
        let result = network.call("stale", tool, arguments).await;
        assert_ne!(result, Err(UNAVAILABLE.to_owned()), "{tool}");
        let bearers = bearers(&network);
        let good: Vec<_> = bearers
            .iter()
            .filter(|token| *token == "good-stale")
            .collect();
        assert!(!good.is_empty(), "{tool}");
        assert_eq!(bearers[0], "bad-stale", "{tool}");
        assert_eq!(bearers[bearers.len() - 1], "good-stale", "{tool}");
    }
}

#[tokio::test]
async fn goes_on_with_the_second_token() {
    let network = Network::start().await;
    let (tool, arguments) = &calls(&network)[1];
    network
        .call("stale", tool, arguments.clone())
        .await
        .unwrap();
    let bearers = bearers(&network);
    assert_eq!(bearers[0], "bad-stale");
    assert!(bearers.len() > 4);
    assert!(bearers[1..].iter().all(|token| token == "good-stale"));
}

#[tokio::test]
async fn never_asks_a_third_time() {
    let network = Network::start().await;
    for (tool, arguments) in &calls(&network)[..3] {
        network.simulator.clear_log();
        let refusal = network.call("foreign", tool, arguments.clone()).await;
        assert_eq!(refusal.unwrap_err(), UNAVAILABLE, "{tool}");
        assert_eq!(bearers(&network), ["bad-foreign", "very-bad-foreign"]);
    }
}

#[tokio::test]
async fn leads_to_a_sign_in_where_a_refused_token_was_the_last() {
    let network = Network::start().await;
    for (tool, arguments) in calls(&network) {
        let answer = network.exchange("ended", "", &call(tool, &arguments)).await;
        assert_eq!(answer.status, 401, "{tool}: {answer:?}");
        let challenge = answer.headers[WWW_AUTHENTICATE].to_str().unwrap();
        assert!(challenge.contains(OVER), "{challenge}");
    }
}

#[tokio::test]
async fn leads_to_a_sign_in_whatever_words_refuse_the_token() {
    for (status, words) in [
        (401, BAIT),
        (401, "Account deactivated"),
        (403, "Invalid or expired access token"),
        (403, "Invalid Privy token"),
        (403, "Expired Privy token"),
    ] {
        let network = Network::start().await;
        let fault = Fault::status(NEW, status, words).times(0);
        network.simulator.fault(fault);
        let (tool, arguments) = &calls(&network)[0];
        let answer = network.exchange("ada", "", &call(tool, arguments)).await;
        assert_eq!(answer.status, 401, "{words}");
        assert!(!format!("{answer:?}").contains(BAIT), "{answer:?}");
    }
}

#[tokio::test]
async fn leads_chatgpt_to_a_sign_in_in_its_own_way() {
    let network = Network::start().await;
    let (tool, arguments) = &calls(&network)[0];
    let message = call(tool, arguments);
    let answer = network
        .exchange("ended", "openai-mcp/1.0.0", &message)
        .await;
    assert_eq!(answer.status, 200);
    let result = &answer.body["result"];
    assert_eq!(result["isError"], true);
    assert!(result["_meta"]["mcp/www_authenticate"][0].is_string());
}

#[tokio::test]
async fn a_text_about_somebody_that_needs_a_sign_in_ends_the_call() {
    let network = Network::start().await;
    let fault = Fault::status(VIBECHECK, 401, "gone").times(0);
    network.simulator.fault(fault);
    let (tool, arguments) = &calls(&network)[1];
    let answer = network.exchange("ada", "", &call(tool, arguments)).await;
    assert_eq!(answer.status, 401, "{answer:?}");
}

#[tokio::test]
async fn a_permission_that_is_missing_is_no_sign_in() {
    let network = Network::start().await;
    for words in ["Access denied", "your trial has expired", BAIT] {
        network.simulator.clear_log();
        network.simulator.fault(Fault::status(NEW, 403, words));
        let (tool, arguments) = &calls(&network)[0];
        let refusal = network.call("ada", tool, arguments.clone()).await;
        assert_eq!(
            refusal.unwrap_err(),
            "Index Network does not let this person do that. Signing in again would not change that."
        );
        assert_eq!(bearers(&network).len(), 1);
    }
}

#[tokio::test]
async fn does_not_ask_the_api_without_a_token() {
    let network = Network::start().await;
    for (tool, arguments) in calls(&network) {
        let message = call(tool, &arguments);
        assert_eq!(network.exchange("over", "", &message).await.status, 401);
        let outage = network.call("outage", tool, arguments).await;
        assert_eq!(outage.unwrap_err(), UNAVAILABLE);
    }
    assert!(network.simulator.requests().is_empty());
}
