use proptest::prelude::*;

use super::*;

fn read(body: &str) -> Result<Envelope<'_>, InvalidMessage> {
    Envelope::read(body.as_bytes())
}

#[track_caller]
fn refused(body: &str) -> InvalidMessage {
    read(body).unwrap_err()
}

#[test]
fn reads_the_tool_of_a_call() {
    let body = r#"{"jsonrpc":"2.0","id":"a\"b","method":"tools/call","params":{"arguments":{"name":"x"},"name":"add_note"}}"#;
    let envelope = read(body).unwrap();
    assert_eq!(envelope.method, "tools/call");
    assert_eq!(envelope.tool.as_deref(), Some("add_note"));
    assert_eq!(envelope.id.map(RawValue::get), Some(r#""a\"b""#));
}

#[test]
fn escapes_do_not_hide_a_tool() {
    let body = r#"{"jsonrpc":"2.0","id":1,"m\u0065thod":"tools\/call","params":{"n\u0061me":"add\u005fnote"}}"#;
    assert_eq!(read(body).unwrap().tool.as_deref(), Some("add_note"));
}

#[test]
fn repeated_members_are_refused() {
    for body in [
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","method":"tools/call","params":{"name":"add_note"}}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{},"params":{}}"#,
    ] {
        assert_eq!(refused(body), InvalidMessage::NotARequest, "{body}");
    }
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","name":"b"}}"#;
    assert_eq!(refused(body), InvalidMessage::ToolName);
}

#[test]
fn a_call_names_its_tool_by_name() {
    for params in [
        "",
        r#","params":{}"#,
        r#","params":["add_note"]"#,
        r#","params":{"name":1}"#,
        r#","params":null"#,
    ] {
        let body = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call"{params}}}"#);
        assert_eq!(refused(&body), InvalidMessage::ToolName, "{params}");
    }
}

#[test]
fn an_id_is_an_integer_or_a_short_string() {
    let message = |id: &str| format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"ping"}}"#);
    for id in ["0", "-1", "9223372036854775807", r#""""#, r#""8b5c""#] {
        assert!(read(&message(id)).is_ok(), "{id}");
    }
    let long = format!("\"{}\"", "x".repeat(10_240));
    for id in [
        "null",
        "1.5",
        "1e3",
        "true",
        "{}",
        "[1]",
        "9223372036854775808",
        &long,
    ] {
        assert_eq!(refused(&message(id)), InvalidMessage::Id, "{id}");
    }
}

#[test]
fn a_notification_has_no_id() {
    let envelope = read(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#).unwrap();
    assert!(envelope.id.is_none());
}

#[test]
fn batches_are_refused() {
    assert_eq!(
        refused(r#" [{"jsonrpc":"2.0","id":1,"method":"ping"}]"#),
        InvalidMessage::Batch
    );
}

#[test]
fn other_json_is_not_a_request() {
    for body in [
        "1",
        r#""ping""#,
        "{}",
        r#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":7}"#,
        r#"{"jsonrpc":"2.0","id":1,"result":{}}"#,
    ] {
        assert_eq!(refused(body), InvalidMessage::NotARequest, "{body}");
    }
}

#[test]
fn what_is_not_json_is_a_parse_error() {
    for body in [
        "",
        "{",
        "nonsense",
        r#"{"jsonrpc":"2.0","id":1,"method":"ping"}x"#,
    ] {
        assert_eq!(refused(body), InvalidMessage::Json, "{body}");
    }
    assert_eq!(
        Envelope::read(b"{\"a\":\"\xff\"}").unwrap_err(),
        InvalidMessage::Json
    );
}

#[test]
fn depth_and_width_are_bounded_before_parsing() {
    let within = |inner: String| {
        format!(r#"{{"jsonrpc":"2.0","id":1,"method":"x","params":{{"a":{inner}}}}}"#)
    };
    assert_eq!(
        refused(&within("[".repeat(100_000))),
        InvalidMessage::Oversized
    );
    assert_eq!(
        refused(&within("{\"a\":".repeat(100_000))),
        InvalidMessage::Oversized
    );
    assert_eq!(
        refused(&within(format!("[{}1]", "1,".repeat(1_000_000)))),
        InvalidMessage::Oversized
    );
    // Brackets and commas inside a string are text.
    assert!(read(&within(format!("\"{}\"", "[,\\\"".repeat(200_000)))).is_ok());
}

proptest! {
    #[test]
    fn never_panics(body in prop::collection::vec(any::<u8>(), 0..256)) {
        drop(Envelope::read(&body));
    }

    #[test]
    fn agrees_with_a_full_parse(tool in ".*", id in any::<i64>()) {
        let message = serde_json::json!({
            "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": { "name": tool.clone() },
        });
        let body = message.to_string();
        let envelope = read(&body).unwrap();
        prop_assert_eq!(envelope.tool.as_deref(), Some(tool.as_str()));
    }
}
