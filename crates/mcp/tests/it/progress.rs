//! A tool that says how far it has come, to those who asked.

use std::future::IntoFuture as _;
use std::sync::Arc;
use std::time::Duration;

use countersign_mcp::{McpConfig, OpenContext, SignIn, Tool, ToolContext, ToolError, ToolOutput};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use crate::eras::modern;
use crate::fixture::{
    Answer, METADATA, Nothing, PUBLIC_URL, Server, Tokens, anonymous, call, definition, post,
    scopes,
};

const LEGACY: [&str; 4] = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"];

fn server() -> Server {
    server_with(Arc::default(), |_| {})
}

struct NotifyOnDrop(Arc<Notify>);

impl Drop for NotifyOnDrop {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

/// One that notifies `stopped` when the tool `hang` ends.
fn server_with(stopped: Arc<Notify>, set: impl FnOnce(&mut McpConfig)) -> Server {
    let read = scopes("notes:read");
    let steps = Tool::new(
        definition("steps"),
        read.clone(),
        |context: ToolContext, _: Nothing| async move {
            context.progress(0, Some(3), "Starting").await;
            context.progress(1, Some(3), "").await;
            // Two parts of a tool that run side by side may come to the same number.
            context.progress(1, Some(3), "too late").await;
            context.progress(0, Some(3), "too late").await;
            context.clone().progress(3, None, "Done").await;
            Ok(ToolOutput::new(json!({ "done": true })))
        },
    );
    let sign_in = Tool::new(
        definition("sign_in"),
        read.clone(),
        |context: ToolContext, _: Nothing| async move {
            context.progress(1, None, "").await;
            Err::<ToolOutput, _>(ToolError::sign_in_again("sign in again"))
        },
    );
    let hang = Tool::new(
        definition("hang"),
        read,
        move |context: ToolContext, _: Nothing| {
            let stopped = Arc::clone(&stopped);
            async move {
                let _guard = NotifyOnDrop(stopped);
                context.progress(1, None, "").await;
                std::future::pending::<()>().await;
                Ok(ToolOutput::new(Value::Null))
            }
        },
    );
    let open = Tool::open(
        definition("open"),
        |context: OpenContext, _: Nothing| async move {
            context.progress(1, None, "").await;
            Ok(ToolOutput::new(json!({})))
        },
    );
    let mut config = McpConfig::new(PUBLIC_URL, scopes("notes:read"));
    config.sign_in = SignIn::WhenNeeded;
    set(&mut config);
    Server::of(config, Tokens, vec![steps, sign_in, hang, open])
}

fn asking(tool: &str, token: &Value) -> Value {
    let mut message = call(tool, &json!({}));
    message["params"]["_meta"] = json!({ "progressToken": token });
    message
}

fn request(message: &Value) -> http::Request<axum::body::Body> {
    post("reader").body(message.to_string().into()).unwrap()
}

/// The request of a 2026-07-28 client that wants to know.
fn modern_asking(tool: &str) -> http::Request<axum::body::Body> {
    let (request, body) = modern("tools/call", json!({ "name": tool, "arguments": {} }));
    let mut message: Value = serde_json::from_str(&body).unwrap();
    message["params"]["_meta"]["progressToken"] = json!("p");
    request.body(message.to_string().into()).unwrap()
}

fn messages(answer: &Answer) -> Vec<Value> {
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("content-type"), "text/event-stream");
    // A proxy that buffers would keep the words until there is no use for them.
    assert_eq!(answer.header("x-accel-buffering"), "no");
    answer
        .text
        .lines()
        .filter_map(|line| serde_json::from_str(line.strip_prefix("data: ")?).ok())
        .collect()
}

fn assert_steps(answer: &Answer, token: &Value) {
    let messages = messages(answer);
    let [start, one, done, result] = &messages[..] else {
        panic!("{messages:?}");
    };
    for message in [start, one, done] {
        assert_eq!(message["method"], "notifications/progress");
        assert!(message.get("id").is_none());
    }
    assert_eq!(
        start["params"],
        json!({ "progressToken": token, "progress": 0.0, "total": 3.0, "message": "Starting" })
    );
    assert_eq!(
        one["params"],
        json!({ "progressToken": token, "progress": 1.0, "total": 3.0 })
    );
    assert_eq!(
        done["params"],
        json!({ "progressToken": token, "progress": 3.0, "message": "Done" })
    );
    assert_eq!(result["id"], 1);
    assert_eq!(
        result["result"]["structuredContent"],
        json!({ "done": true })
    );
}

#[tokio::test]
async fn every_legacy_client_that_asks_hears_of_the_steps() {
    for (version, token) in LEGACY
        .into_iter()
        .zip([json!(7), json!("a"), json!(0), json!("")])
    {
        let body = asking("steps", &token).to_string();
        let request = post("reader").header("mcp-protocol-version", version);
        let answer = server().send(request.body(body.into()).unwrap()).await;
        assert_steps(&answer, &token);
    }
}

#[tokio::test]
async fn a_modern_client_that_asks_hears_of_the_steps() {
    let answer = server().send(modern_asking("steps")).await;
    assert_steps(&answer, &json!("p"));
    let result = messages(&answer).pop().unwrap();
    assert_eq!(result["result"]["resultType"], "complete");
}

#[tokio::test]
async fn nobody_hears_who_did_not_ask() {
    let message = call("steps", &json!({}));
    let answer = server().send(request(&message)).await;
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.json()["result"]["structuredContent"]["done"], true);
    let (request, body) = modern("tools/call", json!({ "name": "steps", "arguments": {} }));
    let answer = server().send(request.body(body.into()).unwrap()).await;
    assert_eq!(answer.header("content-type"), "application/json");
}

#[tokio::test]
async fn nobody_hears_who_does_not_read_streams() {
    for accept in [
        "application/json",
        "*/*",
        "application/json, text/event-stream;q=0",
    ] {
        let mut request = request(&asking("steps", &json!(1)));
        request
            .headers_mut()
            .insert("accept", accept.parse().unwrap());
        let answer = server().send(request).await;
        assert_eq!(
            answer.header("content-type"),
            "application/json",
            "{accept}"
        );
        assert_eq!(answer.json()["result"]["structuredContent"]["done"], true);
    }
}

#[tokio::test]
async fn a_batch_is_answered_without_words_in_between() {
    let messages = json!([asking("steps", &json!(1)), asking("steps", &json!(2))]);
    let answer = server().send(request(&messages)).await;
    assert_eq!(answer.header("content-type"), "application/json");
    for answer in answer.json().as_array().unwrap() {
        assert_eq!(answer["result"]["structuredContent"]["done"], true);
    }
}

#[tokio::test]
async fn an_open_tool_tells_strangers_too() {
    let body = asking("open", &json!(1)).to_string();
    let request = anonymous(http::Method::POST).body(body.into()).unwrap();
    assert_eq!(messages(&server().send(request).await).len(), 2);
}

#[tokio::test]
async fn a_refusal_before_the_tool_is_no_stream() {
    let body = asking("steps", &json!(1)).to_string();
    let request = anonymous(http::Method::POST).body(body.into()).unwrap();
    let answer = server().send(request).await;
    assert_eq!(answer.status, 401);
    assert!(answer.header("www-authenticate").contains(METADATA));
}

#[tokio::test]
async fn a_sign_in_that_is_needed_after_a_word_is_in_the_result() {
    let legacy = request(&asking("sign_in", &json!(1)));
    for request in [legacy, modern_asking("sign_in")] {
        let messages = messages(&server().send(request).await);
        let result = &messages[1]["result"];
        assert_eq!(result["isError"], true, "{messages:?}");
        let challenge = result["_meta"]["mcp/www_authenticate"][0].as_str().unwrap();
        assert!(challenge.contains(METADATA), "{challenge}");
    }
    // To a client that is answered in one piece it is what it always was.
    let quiet = request(&call("sign_in", &json!({})));
    assert_eq!(server().send(quiet).await.status, 401);
}

#[tokio::test]
async fn a_stream_ends_when_the_time_is_up() {
    let stopped = Arc::new(Notify::new());
    let server = server_with(Arc::clone(&stopped), |config| {
        config.tool_timeout = Duration::from_millis(100);
    });
    let messages = messages(&server.send(request(&asking("hang", &json!(1)))).await);
    let sentence = &messages.last().unwrap()["result"]["content"][0]["text"];
    let sentence = sentence.as_str().unwrap();
    assert!(sentence.starts_with("The tool took too long"), "{sentence}");
    stopped.notified().await;
}

#[tokio::test]
async fn m10_a_connection_that_is_closed_stops_the_tool() {
    let legacy = request(&asking("hang", &json!(1)));
    for request in [legacy, modern_asking("hang")] {
        let stopped = Arc::new(Notify::new());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap())
            .await
            .unwrap();
        let router = server_with(Arc::clone(&stopped), |_| {}).into_router();
        let server = tokio::spawn(axum::serve(listener, router).into_future());
        client.write_all(&on_the_wire(request).await).await.unwrap();
        let mut heard = Vec::new();
        // The word is there while the tool still runs.
        while !String::from_utf8_lossy(&heard).contains("notifications/progress") {
            assert_ne!(client.read_buf(&mut heard).await.unwrap(), 0);
        }
        drop(client);
        tokio::time::timeout(Duration::from_secs(20), stopped.notified())
            .await
            .expect("the tool ran on without its client");
        server.abort();
    }
}

async fn on_the_wire(request: http::Request<axum::body::Body>) -> Vec<u8> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let length = format!("content-length: {}\r\n\r\n", body.len());
    let mut wire = b"POST /mcp HTTP/1.1\r\n".to_vec();
    for (name, value) in &parts.headers {
        wire.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    wire.extend([length.as_bytes(), &body].concat());
    wire
}
