//! A JSON-RPC message means to the guard what it means to whoever runs it: otherwise a request
//! would be let through as one thing and run as another. So does every message of a batch.
#![no_main]

// The parser's own files and not their crate, which brings two databases and a web server along.
#[path = "../../crates/mcp/src/guard/batch.rs"]
#[allow(dead_code)]
mod batch;
#[path = "../../crates/mcp/src/guard/envelope.rs"]
#[allow(dead_code)]
mod envelope;

use envelope::{Envelope, InvalidMessage};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|body: &[u8]| match Envelope::read(body) {
    Ok(envelope) => means_the_same(body, &envelope),
    Err(InvalidMessage::Batch) => means_the_same_in_a_batch(body),
    Err(_) => {}
});

fn means_the_same_in_a_batch(body: &[u8]) {
    let Ok(elements) = batch::read(body) else {
        return;
    };
    for element in &elements {
        assert_ne!(element.envelope.method, "initialize");
        means_the_same(element.json.as_bytes(), &element.envelope);
    }
    if let Ok(messages) = serde_json::from_slice::<Vec<Value>>(body) {
        assert_eq!(messages.len(), elements.len());
        for (message, element) in messages.iter().zip(&elements) {
            assert_eq!(message["method"], *element.envelope.method);
        }
    }
}

fn means_the_same(body: &[u8], envelope: &Envelope<'_>) {
    // A number that fits nowhere (`1e999`) passes the guard, which reads no arguments; whoever runs
    // the message refuses it, so nothing runs.
    let Ok(message) = serde_json::from_slice::<Value>(body) else {
        return;
    };
    assert_eq!(message["jsonrpc"], "2.0");
    assert_eq!(message["method"], *envelope.method);
    let id = envelope
        .id
        .map(|id| serde_json::from_str::<Value>(id.get()).expect("an id is JSON"));
    assert_eq!(message.get("id"), id.as_ref());
    if let Some(tool) = &envelope.tool {
        assert_eq!(message["params"]["name"], **tool);
    }
    let _ = envelope.client_name();
}
