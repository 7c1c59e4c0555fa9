//! `my_profile`, the tool that calls the product's API: what a client gets for a call of it.

use axum::body::Body;
use countersign_testkit::{Answer, PrivyServer, TestServer};
use http::Request;
use serde_json::{Value, json};

/// What a model reads when something behind the tool does not answer.
const TRY_AGAIN: &str = "The service cannot answer right now. Try again in a moment.";

/// The call as it stands in a request or a batch.
pub(super) fn message(id: usize) -> Value {
    json!({
        "jsonrpc": "2.0", "id": id, "method": "tools/call",
        "params": { "name": "my_profile", "arguments": {} },
    })
}

/// A request with this access token.
pub(super) fn request(access_token: &str, message: &Value) -> Request<Body> {
    let request = TestServer::mcp(access_token);
    request.body(message.to_string().into()).unwrap()
}

/// Calls it.
pub(super) async fn call(server: &PrivyServer, access_token: &str) -> Answer {
    server.send(request(access_token, &message(1))).await
}

/// What the API said: the claims of the token that it got.
#[track_caller]
pub(super) fn claims(answer: &Answer) -> Value {
    assert_eq!(answer.code(), 200, "{}", answer.text());
    let answer = answer.json();
    let profile = &answer["result"]["structuredContent"]["profile"];
    assert!(profile.is_object(), "{answer}");
    profile.clone()
}

/// Asserts that the client is told to try again, and nobody to sign in.
#[track_caller]
pub(super) fn is_to_be_tried_again(answer: &Answer) {
    assert_eq!(refusal(answer), TRY_AGAIN);
}

/// The sentence of a result that is an error and leads to no sign-in.
#[track_caller]
pub(super) fn refusal(answer: &Answer) -> String {
    assert_eq!(answer.code(), 200, "{}", answer.text());
    assert_eq!(answer.header("www-authenticate"), "");
    let answer = answer.json();
    let result = &answer["result"];
    assert_eq!(result["isError"], true, "{answer}");
    assert_eq!(result["_meta"], Value::Null, "{answer}");
    result["content"][0]["text"].as_str().unwrap().to_owned()
}

/// Asserts the challenge that leads to a sign-in.
#[track_caller]
pub(super) fn leads_to_a_sign_in(answer: &Answer) {
    assert_eq!(answer.code(), 401, "{}", answer.text());
    is_a_challenge(answer.header("www-authenticate"));
}

/// Asserts that this is the challenge of a session that is over.
#[track_caller]
pub(super) fn is_a_challenge(challenge: &str) {
    let expected = r#"Bearer error="invalid_token", error_description="the sign-in behind this connection has ended; sign in again", resource_metadata="#;
    assert!(challenge.starts_with(expected), "{challenge}");
}
