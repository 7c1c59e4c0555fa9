//! Several messages in one body, which MCP 2025-03-26 makes a server take and no other version
//! knows (JSON-RPC 2.0 section 6).

use serde_json::value::RawValue;

use super::envelope::{Envelope, InvalidMessage};

/// No client is known to send more than a handful, and each may be a tool call.
const MAX_MESSAGES: usize = 32;

/// One message of a batch.
#[derive(Debug)]
pub(crate) struct Element<'a> {
    /// The message as it was sent.
    pub(crate) json: &'a str,
    pub(crate) envelope: Envelope<'a>,
}

/// Takes a body apart that [`Envelope::read`] found to be a batch, and so within its bounds.
///
/// One message that is none refuses all of them: nothing of a request runs that is not
/// understood as a whole.
pub(crate) fn read(body: &[u8]) -> Result<Vec<Element<'_>>, InvalidMessage> {
    let messages: Vec<&RawValue> =
        serde_json::from_slice(body).map_err(|_| InvalidMessage::Json)?;
    match messages.len() {
        0 => return Err(InvalidMessage::EmptyBatch),
        1..=MAX_MESSAGES => {}
        _ => return Err(InvalidMessage::LongBatch),
    }
    messages.into_iter().map(element).collect()
}

fn element(message: &RawValue) -> Result<Element<'_>, InvalidMessage> {
    let json = message.get();
    let envelope = Envelope::read(json.as_bytes())?;
    if envelope.method == "initialize" {
        return Err(InvalidMessage::InitializeInBatch);
    }
    Ok(Element { json, envelope })
}

/// Puts the answers into one array. Each is a JSON text already.
pub(crate) fn join(answers: &[impl AsRef<[u8]>]) -> Vec<u8> {
    let length: usize = answers.iter().map(|answer| answer.as_ref().len() + 1).sum();
    let mut joined = Vec::with_capacity(length + 1);
    for (position, answer) in answers.iter().enumerate() {
        joined.push(if position == 0 { b'[' } else { b',' });
        joined.extend_from_slice(answer.as_ref());
    }
    joined.push(b']');
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    const PING: &str = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;

    fn refused(body: &str) -> InvalidMessage {
        read(body.as_bytes()).unwrap_err()
    }

    #[test]
    fn takes_messages_apart_in_their_order() {
        let body = format!(r#" [ {PING} , {{"jsonrpc":"2.0","method":"notifications/x"}} ] "#);
        let elements = read(body.as_bytes()).unwrap();
        assert_eq!(elements.len(), 2);
        assert_eq!(elements[0].json, PING);
        assert_eq!(elements[1].envelope.method, "notifications/x");
    }

    #[test]
    fn a_batch_has_1_to_32_messages() {
        let of = |count: usize| format!("[{}]", vec![PING; count].join(","));
        assert!(read(of(32).as_bytes()).is_ok());
        assert_eq!(refused(&of(33)), InvalidMessage::LongBatch);
        assert_eq!(refused("[]"), InvalidMessage::EmptyBatch);
    }

    #[test]
    fn one_bad_message_refuses_all() {
        for (bad, expected) in [
            ("1", InvalidMessage::NotARequest),
            ("[]", InvalidMessage::Batch),
            (
                r#"{"jsonrpc":"2.0","id":1,"method":"initialize"}"#,
                InvalidMessage::InitializeInBatch,
            ),
            (
                r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#,
                InvalidMessage::Id,
            ),
            (
                r#"{"jsonrpc":"2.0","id":1,"result":{}}"#,
                InvalidMessage::NotARequest,
            ),
        ] {
            assert_eq!(refused(&format!("[{PING},{bad}]")), expected, "{bad}");
        }
        assert_eq!(refused(&format!("[{PING}")), InvalidMessage::Json);
    }
}
