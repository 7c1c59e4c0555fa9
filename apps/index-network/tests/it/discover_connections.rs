//! `discover_connections`

use std::time::Duration;

use countersign_index_network::BreakerSettings;
use countersign_protocol_simulator::{Action, Fault, Indexing, Outcome, Person};
use serde_json::{Value, json};

use crate::fixture::{FILTER, NEW, Network, UNAVAILABLE, VIBECHECK, call};

const CLIMATE: &str = "I want to do climate work.";

fn names(answer: &Value) -> Vec<&str> {
    let connections = answer["connections"].as_array().unwrap();
    connections
        .iter()
        .map(|connection| connection["user"]["name"].as_str().unwrap())
        .collect()
}

fn syntheses(answer: &Value) -> Vec<&str> {
    let connections = answer["connections"].as_array().unwrap();
    connections
        .iter()
        .map(|connection| connection["synthesis"].as_str().unwrap())
        .collect()
}

/// A network where so many people do what ada wants.
async fn crowded(people: usize) -> Network {
    let network = Network::start().await;
    for number in 0..people {
        let person = Person::new(&format!("Nr. {number}"), &["Knitting"]);
        network.simulator.add_person(person);
    }
    network
}

#[tokio::test]
async fn finds_people_and_says_what_they_could_do_together() {
    let network = Network::start().await;
    let answer = network.discover(CLIMATE).await.unwrap();
    assert_eq!(
        names(&answer),
        ["Mira Halvorsen", "Camille Fournier-Dubois"]
    );
    assert_eq!(answer["intentsExtracted"], 1);
    assert_eq!(answer["connectionsFound"], 2);
    let first = &answer["connections"][0];
    assert_eq!(
        first["user"],
        json!({ "id": network.person(0), "name": "Mira Halvorsen", "avatar": null })
    );
    assert_eq!(first["mutualIntentCount"], 1);
    for synthesis in syntheses(&answer) {
        assert!(synthesis.contains("[climate](https://index.network/intents/"));
    }
}

#[tokio::test]
async fn asks_as_mcp2_does() {
    let mut network = Network::start().await;
    network.settings.discovery.synthesis_chars = Some(40);
    let answer = network.discover(CLIMATE).await.unwrap();
    let filter = &network.simulator.requests_to(FILTER)[0].body;
    let ids = &filter["intentIds"];
    assert_eq!(ids.as_array().unwrap().len(), 1);
    assert_eq!(
        *filter,
        json!({ "intentIds": ids, "excludeDiscovered": true, "page": 1, "limit": 10 })
    );
    let vibechecks = network.simulator.requests_to(VIBECHECK);
    assert_eq!(
        vibechecks[0].body,
        json!({
            "targetUserId": network.person(0),
            "intentIds": ids,
            "options": { "characterLimit": 40 },
        })
    );
    assert_eq!(syntheses(&answer)[0].chars().count(), 40);
}

#[tokio::test]
async fn the_text_is_cut_at_its_limit() {
    let mut network = Network::start().await;
    network.settings.limits.instruction_chars = 3;
    let answer = network.discover("äöü I want to do climate work.").await;
    assert_eq!(answer.unwrap()["intentsExtracted"], 0);
    let body = network.simulator.requests_to(NEW)[0].body.to_string();
    assert!(body.contains("äöü\\r\\n--"), "{body}");
    assert!(network.simulator.requests_to(FILTER).is_empty());
}

#[tokio::test]
async fn asks_again_until_nobody_more_is_found() {
    let network = Network::indexing(Indexing {
        after_polls: 3,
        after_ms: 0,
        polls_per_person: 1,
    })
    .await;
    let answer = network.discover(CLIMATE).await.unwrap();
    assert_eq!(answer["connectionsFound"], 2);
    // Three find nobody, then one, then two, and two again.
    assert_eq!(network.simulator.requests_to(FILTER).len(), 6);
}

#[tokio::test]
async fn asks_no_more_when_there_are_enough() {
    let network = Network::start().await;
    let arguments = json!({ "fullInputText": CLIMATE, "maxConnections": 1 });
    let answer = network.call("ada", "discover_connections", arguments).await;
    assert_eq!(names(&answer.unwrap()), ["Mira Halvorsen"]);
    assert_eq!(network.simulator.requests_to(FILTER).len(), 2);
}

#[tokio::test]
async fn ends_with_nobody_when_patience_does() {
    let mut network = Network::start().await;
    network.settings.discovery.patience = Duration::from_millis(5);
    let answer = network.discover("Nobody else wants this.").await.unwrap();
    assert_eq!(
        answer,
        json!({ "connections": [], "intentsExtracted": 1, "connectionsFound": 0 })
    );
    assert!(!network.simulator.requests_to(FILTER).is_empty());
}

#[tokio::test]
async fn a_question_without_an_answer_is_asked_again() {
    let network = Network::start().await;
    let fault = Fault::status(FILTER, 503, "busy").times(2);
    network.simulator.fault(fault);
    let answer = network.discover(CLIMATE).await.unwrap();
    assert_eq!(answer["connectionsFound"], 2);
}

#[tokio::test]
async fn an_api_that_never_answers_is_an_error() {
    let mut network = Network::start().await;
    network.settings.discovery.patience = Duration::from_millis(5);
    network.simulator.fault(Fault::lost(FILTER).times(0));
    assert_eq!(network.discover(CLIMATE).await.unwrap_err(), UNAVAILABLE);
}

#[tokio::test]
async fn whoever_is_known_already_is_left_out() {
    let network = Network::start().await;
    let mira = network.simulator.people()[0].id;
    let simulator = &network.simulator;
    simulator.act(mira, Action::Request, "ada").unwrap();
    let answer = network.discover(CLIMATE).await.unwrap();
    assert_eq!(names(&answer), ["Camille Fournier-Dubois"]);
}

#[tokio::test]
async fn a_text_that_fails_is_empty_and_the_rest_stands() {
    for fault in [
        Fault::status(VIBECHECK, 500, "no"),
        Fault::status(VIBECHECK, 400, "no"),
        Fault::status(VIBECHECK, 403, "no"),
        Fault::text(VIBECHECK, "<html>"),
        Fault::lost(VIBECHECK),
    ] {
        let network = Network::start().await;
        let fault = fault.about(network.person(0)).times(0);
        network.simulator.fault(fault);
        let answer = network.discover(CLIMATE).await.unwrap();
        let [first, second] = syntheses(&answer)[..] else {
            panic!("{answer}");
        };
        assert!(first.is_empty() && second.contains("climate"), "{answer}");
        assert_eq!(answer["connectionsFound"], 2);
    }
}

#[tokio::test]
async fn texts_that_are_late_are_empty() {
    // Of the two limits only the deadline can end the wait for a text that never comes.
    let no_limit = Duration::from_hours(1);
    let indexing = Indexing {
        after_polls: 1,
        ..Indexing::IMMEDIATE
    };
    let mut network = Network::with(indexing, BreakerSettings::default(), no_limit).await;
    network.settings.discovery.deadline = Duration::from_millis(300);
    let fault = Fault::hold(VIBECHECK).about(network.person(0));
    network.simulator.fault(fault);
    let answer = tokio::time::timeout(Duration::from_secs(20), network.discover(CLIMATE));
    let answer = answer.await.expect("waits beyond its deadline").unwrap();
    let texts = syntheses(&answer);
    assert!(
        texts[0].is_empty() && texts[1].contains("climate"),
        "{answer}"
    );
}

#[tokio::test]
async fn texts_are_asked_for_a_few_at_a_time() {
    let mut network = crowded(9).await;
    network.settings.discovery.concurrency = 3;
    let held = Fault::hold(VIBECHECK).times(3);
    network.simulator.fault(held);
    let control = network.simulator.control();
    let release = async {
        control
            .wait_until(|requests| of(requests, VIBECHECK) >= 3)
            .await;
        control.release();
    };
    let (answer, ()) = tokio::join!(network.discover("Please bring me knitting."), release);
    let answer = answer.unwrap();
    assert!(
        syntheses(&answer)
            .iter()
            .all(|text| text.contains("knitting"))
    );
    assert_eq!(network.simulator.requests_to(VIBECHECK).len(), 9);
    assert_eq!(network.simulator.most_at_once(VIBECHECK), 3);
    let expected: Vec<_> = (0..9).map(|number| format!("Nr. {number}")).collect();
    assert_eq!(names(&answer), expected, "in the order of the API");
}

fn of(requests: &[countersign_protocol_simulator::LoggedRequest], path: &str) -> usize {
    requests
        .iter()
        .filter(|request| request.path == path)
        .count()
}

/// Leaves as soon as `held` is reached; what the API saw until its last request was given up.
async fn leave_during(held: &str) -> Vec<(String, Outcome)> {
    let mut network = crowded(9).await;
    network.settings.discovery.concurrency = 2;
    network.simulator.fault(Fault::hold(held).times(0));
    let message = call(
        "discover_connections",
        &json!({ "fullInputText": "Please bring me knitting." }),
    );
    let control = network.simulator.control();
    let expected = if held == VIBECHECK { 2 } else { 1 };
    tokio::select! {
        answer = network.exchange("ada", "", &message) => panic!("{answer:?}"),
        () = control.wait_until(|requests| of(requests, held) == expected) => {}
    }
    control
        .wait_until(|requests| {
            requests
                .iter()
                .all(|request| request.outcome != Outcome::Open)
        })
        .await;
    let requests = network.simulator.requests();
    requests
        .into_iter()
        .map(|request| (request.path, request.outcome))
        .collect()
}

#[tokio::test]
async fn a_client_that_goes_away_stops_the_work() {
    let new = |outcome| (NEW.to_owned(), outcome);
    let filter = |outcome| (FILTER.to_owned(), outcome);
    let vibecheck = (VIBECHECK.to_owned(), Outcome::Abandoned);
    let done = Outcome::Answered(200);
    assert_eq!(leave_during(NEW).await, [new(Outcome::Abandoned)]);
    assert_eq!(
        leave_during(FILTER).await,
        [new(done), filter(Outcome::Abandoned)]
    );
    // Nine people are found at the second question, and again at the third.
    let expected = [
        new(done),
        filter(done),
        filter(done),
        filter(done),
        vibecheck.clone(),
        vibecheck,
    ];
    assert_eq!(leave_during(VIBECHECK).await, expected);
}

#[tokio::test]
async fn the_number_of_people_is_1_to_50() {
    let network = crowded(60).await;
    for number in [json!(0), json!(51), json!(-1), json!("3"), json!(1.5)] {
        let arguments = json!({ "fullInputText": "knitting for all", "maxConnections": number });
        let refusal = network.call("ada", "discover_connections", arguments).await;
        assert!(refusal.unwrap_err().contains("maxConnections"), "{number}");
    }
    assert!(network.simulator.requests().is_empty());
    let arguments = json!({ "fullInputText": "knitting for all", "maxConnections": 50 });
    let answer = network.call("ada", "discover_connections", arguments).await;
    assert_eq!(answer.unwrap()["connectionsFound"], 50);
    let answer = network.discover("knitting for all").await.unwrap();
    assert_eq!(answer["connectionsFound"], 10, "unless said otherwise");
}
