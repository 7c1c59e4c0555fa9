//! What the fuzzer holds the guard to; not part of any other build.

use serde_json::Value;

use crate::guard::envelope::Envelope;

/// What the guard reads of a message is what everybody else reads of it: otherwise a request would
/// be let through as one thing and run as another.
pub fn the_guard_reads_what_is_dispatched(body: &[u8]) {
    let Ok(envelope) = Envelope::read(body) else {
        return;
    };
    let message: Value = serde_json::from_slice(body).expect("the guard let it through as JSON");
    assert_eq!(message["jsonrpc"], "2.0");
    assert_eq!(message["method"], *envelope.method);
    let id = envelope
        .id
        .map(|id| serde_json::from_str::<Value>(id.get()).expect("an id is JSON"));
    assert_eq!(message.get("id"), id.as_ref());
    if let Some(tool) = envelope.tool {
        assert_eq!(message["params"]["name"], *tool);
    }
}
