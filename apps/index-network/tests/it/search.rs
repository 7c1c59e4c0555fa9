//! `search` and `fetch`

use countersign_protocol_simulator::{Action, Fault};
use serde_json::{Value, json};

use crate::fixture::{BY_USER, Network, VIBECHECK};

async fn search(network: &Network, query: &str) -> Vec<Value> {
    let arguments = json!({ "query": query });
    let found = network.call("ada", "search", arguments).await.unwrap();
    found["results"].as_array().unwrap().clone()
}

async fn fetch(network: &Network, id: &str) -> Result<Value, String> {
    network.call("ada", "fetch", json!({ "id": id })).await
}

/// Ada looks for two things; Mira asked her, she asked Tobias, and declined Adaeze.
async fn busy() -> Network {
    let network = Network::start().await;
    let simulator = &network.simulator;
    let people = simulator.people();
    simulator.add_intent("ada", "Meet founders of climate startups");
    simulator.add_intent("ada", "Find a designer for a climate app");
    simulator.add_intent("bob", "Find a designer for secrets");
    simulator.act(people[0].id, Action::Request, "ada").unwrap();
    simulator
        .act_as("ada", Action::Request, people[1].id)
        .unwrap();
    simulator.act(people[2].id, Action::Request, "ada").unwrap();
    simulator
        .act_as("ada", Action::Decline, people[2].id)
        .unwrap();
    network
}

fn titles(found: &[Value]) -> Vec<&str> {
    found
        .iter()
        .map(|result| result["title"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn finds_intents_and_people_by_words() {
    let network = busy().await;
    assert_eq!(
        titles(&search(&network, "Designer, climate").await),
        [
            "Find a designer for a climate app",
            "Meet founders of climate startups"
        ]
    );
    let found = search(&network, "mira").await;
    assert_eq!(titles(&found), ["Mira Halvorsen (asks to connect)"]);
    let found = search(&network, "lindqvist okonkwo").await;
    assert_eq!(
        titles(&found),
        [
            "Tobias Lindqvist (asked to connect)",
            "Adaeze Okonkwo (declined by you)"
        ]
    );
    assert!(search(&network, "submarine").await.is_empty());
}

#[tokio::test]
async fn answers_in_the_shape_that_chatgpt_expects() {
    let network = busy().await;
    let arguments = json!({ "query": "mira" });
    let result = network.result("ada", "search", arguments).await;
    let id = network.person(0);
    let expected = json!({ "results": [{
        "id": format!("person:{id}"),
        "title": "Mira Halvorsen (asks to connect)",
        "url": format!("https://index.network/u/{id}"),
    }] });
    assert_eq!(result["structuredContent"], expected);
    let content = result["content"].as_array().unwrap();
    assert_eq!(content.len(), 1);
    let text: Value = serde_json::from_str(content[0]["text"].as_str().unwrap()).unwrap();
    assert_eq!(text, expected);
}

#[tokio::test]
async fn reads_every_page_of_intents() {
    let network = Network::start().await;
    network.simulator.add_intent("ada", "the very first");
    for number in 0..150 {
        network.simulator.add_intent("ada", &number.to_string());
    }
    let found = search(&network, "first").await;
    assert_eq!(titles(&found), ["the very first"]);
    assert_eq!(network.simulator.requests_to("/intents").len(), 2);
}

#[tokio::test]
async fn a_query_needs_a_word() {
    let network = Network::start().await;
    for query in ["", " ", "?!"] {
        let refusal = network
            .call("ada", "search", json!({ "query": query }))
            .await;
        assert!(refusal.unwrap_err().contains("`query`"));
    }
    assert!(network.simulator.requests().is_empty());
}

#[tokio::test]
async fn fetch_reads_an_intent_that_search_found() {
    let network = busy().await;
    let found = search(&network, "designer").await;
    let id = found[0]["id"].as_str().unwrap();
    let document = fetch(&network, id).await.unwrap();
    assert_eq!(
        document,
        json!({
            "id": id,
            "title": "Find a designer for a climate app",
            "text": "Find a designer for a climate app",
            "url": found[0]["url"],
            "metadata": { "type": "intent", "createdAt": "2027-01-15T08:00:00.000Z" },
        })
    );
}

#[tokio::test]
async fn fetch_reads_a_connection_with_a_text_about_it() {
    let network = busy().await;
    let id = format!("person:{}", network.person(0));
    let document = fetch(&network, &id).await.unwrap();
    let text = document["text"].as_str().unwrap();
    assert!(text.contains("[climate]"), "{text}");
    assert_eq!(document["metadata"]["type"], "connection");
    assert_eq!(document["metadata"]["status"], "asks to connect");
    network.simulator.fault(Fault::status(VIBECHECK, 500, "no"));
    let document = fetch(&network, &id).await.unwrap();
    assert_eq!(document["text"], "Mira Halvorsen (asks to connect)");
}

#[tokio::test]
async fn fetch_reads_nothing_of_anybody_else() {
    let network = busy().await;
    let bobs = network.simulator.add_intent("bob", "a secret of bob's");
    let refusal = fetch(&network, &format!("intent:{bobs}"))
        .await
        .unwrap_err();
    assert!(refusal.contains("does not let this person"), "{refusal}");
    let stranger = format!("person:{}", network.person(5));
    let refusal = fetch(&network, &stranger).await.unwrap_err();
    assert!(refusal.contains("nothing between"), "{refusal}");
    let nil = "intent:00000000-0000-4000-8000-000000000000";
    let refusal = fetch(&network, nil).await.unwrap_err();
    assert!(refusal.contains("no such intent"), "{refusal}");
}

#[tokio::test]
async fn fetch_takes_identifiers_of_search_only() {
    let network = Network::start().await;
    for id in ["", "1", "intent:1", "intent:../../discover/new", "index:x"] {
        let refusal = fetch(&network, id).await.unwrap_err();
        assert!(refusal.contains("`search`"), "{refusal}");
    }
    assert!(network.simulator.requests().is_empty());
}

#[tokio::test]
async fn search_asks_for_every_kind_of_connection() {
    let network = Network::start().await;
    search(&network, "x").await;
    let mut kinds: Vec<_> = network
        .simulator
        .requests_to(BY_USER)
        .iter()
        .map(|request| request.body["type"].as_str().unwrap().to_owned())
        .collect();
    kinds.sort();
    assert_eq!(kinds, ["history", "inbox", "pending"]);
}
