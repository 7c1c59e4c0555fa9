//! A JSON-RPC message means to the guard what it means to whoever runs it: otherwise a request
//! would be let through as one thing and run as another.
#![no_main]

// The parser's own file and not its crate, which brings two databases and a web server along.
#[path = "../../crates/mcp/src/guard/envelope.rs"]
#[allow(dead_code)]
mod envelope;

use envelope::Envelope;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|body: &[u8]| {
    let Ok(envelope) = Envelope::read(body) else {
        return;
    };
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
    if let Some(tool) = envelope.tool {
        assert_eq!(message["params"]["name"], *tool);
    }
});
