//! An API that fails again and again is left alone.

use std::time::Duration;

use countersign_index_network::BreakerSettings;
use countersign_protocol_simulator::{Fault, Indexing};
use serde_json::json;

use crate::fixture::{NEW, Network, UNAVAILABLE};

async fn network(rest: Duration) -> Network {
    let breaker = BreakerSettings { failures: 3, rest };
    Network::with(Indexing::IMMEDIATE, breaker, Duration::from_secs(30)).await
}

async fn extract(network: &Network) -> Result<(), String> {
    let arguments = json!({ "fullInputText": "x" });
    let answer = network.call("ada", "extract_intent", arguments).await;
    answer.map(drop)
}

#[tokio::test]
async fn is_left_alone_after_failures_in_a_row() {
    for failing in [Fault::status(NEW, 500, "no"), Fault::lost(NEW)] {
        let network = network(Duration::from_mins(10)).await;
        network.simulator.fault(failing.times(0));
        for _ in 0..5 {
            assert_eq!(extract(&network).await.unwrap_err(), UNAVAILABLE);
        }
        assert_eq!(network.simulator.requests().len(), 3);
        network.simulator.clear_faults();
        assert!(extract(&network).await.is_err(), "it rests");
    }
}

#[tokio::test]
async fn is_tried_again_after_its_rest() {
    let network = network(Duration::ZERO).await;
    let failing = Fault::status(NEW, 500, "no").times(3);
    network.simulator.fault(failing);
    for _ in 0..3 {
        assert!(extract(&network).await.is_err());
    }
    extract(&network).await.unwrap();
}

#[tokio::test]
async fn a_refusal_is_an_answer() {
    let network = network(Duration::from_mins(10)).await;
    let refusing = Fault::status(NEW, 400, "no").times(9);
    network.simulator.fault(refusing);
    for _ in 0..9 {
        assert!(extract(&network).await.is_err());
    }
    extract(&network).await.unwrap();
}
