//! Tools that act on the product's API: the token they get, and what a client hears when there is
//! none (clients.md 1.1 and section 2, "401 rules").

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use axum::body::Body;
use countersign_domain::{ClientId, Timestamp};
use countersign_mcp::{
    AccessError, Authenticate, McpConfig, OpenContext, Principal, SignIn, Tool, ToolContext,
    ToolError, ToolOutput, UpstreamToken, UpstreamTokenError,
};
use http::Method;
use http::request::Builder;
use serde_json::{Value, json};

use crate::eras::modern;
use crate::fixture::{
    Answer, METADATA, Nothing, PUBLIC_URL, Server, anonymous, call, definition, post, scopes,
};

const CHATGPT: (&str, &str) = ("user-agent", "openai-mcp/1.0.0");
/// How the token of a client begins.
const OWN_TOKEN: &str = "bearer-of-";
const OVER: &str = "the session at the product is over; sign in again";
const LEGACY: [Option<&str>; 4] = [
    None,
    Some("2025-03-26"),
    Some("2025-06-18"),
    Some("2025-11-25"),
];

/// Knows the token of everybody, who is named after what becomes of the upstream token. As in the
/// product, the grant of `dead` ends when that is found out.
#[derive(Default)]
struct Login {
    ended: AtomicBool,
    recovered: AtomicBool,
}

impl Authenticate for Login {
    async fn authenticate(&self, token: &str) -> Result<Arc<Principal>, AccessError> {
        let subject = token.strip_prefix(OWN_TOKEN).unwrap();
        if subject == "dead" && self.ended.load(Ordering::SeqCst) {
            return Err(AccessError::InvalidToken(
                "the grant behind the access token has ended",
            ));
        }
        Ok(Arc::new(Principal {
            subject: subject.to_owned(),
            user_id: None,
            client_id: ClientId::new("client"),
            scope: scopes("openid notes:read offline_access"),
            grant_id: None,
        }))
    }

    async fn upstream_token(
        &self,
        principal: &Principal,
    ) -> Result<UpstreamToken, UpstreamTokenError> {
        match principal.subject.as_str() {
            "dead" => {
                self.ended.store(true, Ordering::SeqCst);
                Err(UpstreamTokenError::SignInAgain(OVER))
            }
            "outage" if !self.recovered.swap(true, Ordering::SeqCst) => {
                Err(UpstreamTokenError::Unavailable)
            }
            "unconfigured" => Err(UpstreamTokenError::NotConfigured),
            subject => Ok(upstream_token(&format!("upstream-of-{subject}"))),
        }
    }

    async fn upstream_token_refused(
        &self,
        principal: &Principal,
        refused: &UpstreamToken,
    ) -> Result<UpstreamToken, UpstreamTokenError> {
        match principal.subject.as_str() {
            "ended" => Err(UpstreamTokenError::SignInAgain(OVER)),
            "wrong-audience" => Err(UpstreamTokenError::Unavailable),
            _ => Ok(upstream_token(&format!("not-{}", refused.expose()))),
        }
    }
}

fn upstream_token(text: &str) -> UpstreamToken {
    UpstreamToken::new(text, Timestamp::from_millis(0))
}

/// An authenticator whose tools call no API.
struct NoUpstream;

impl Authenticate for NoUpstream {
    async fn authenticate(&self, token: &str) -> Result<Arc<Principal>, AccessError> {
        Login::default().authenticate(token).await
    }
}

type Calls = Arc<AtomicUsize>;

fn tools(calls: Calls) -> Vec<Tool> {
    let act = Tool::new(
        definition("act"),
        scopes("notes:read"),
        move |context: ToolContext, _: Nothing| {
            calls.fetch_add(1, Ordering::SeqCst);
            async move {
                let known = format!("{context:?}");
                let token = context.upstream_token().await?;
                Ok(ToolOutput::new(
                    json!({ "token": token.expose(), "known": known }),
                ))
            }
        },
    );
    let open = Tool::open(
        definition("open_act"),
        |context: OpenContext, _: Nothing| async move {
            let token = context.upstream_token().await?;
            Ok(ToolOutput::new(json!({ "token": token.expose() })))
        },
    );
    let own = Tool::new(
        definition("own_words"),
        scopes("notes:read"),
        |_, _: Nothing| async {
            Err::<ToolOutput, _>(ToolError::sign_in_again(
                "Bitte \"neu\" anmelden\r\nX-Injected: für immer",
            ))
        },
    );
    let refused = Tool::new(
        definition("refused_act"),
        scopes("notes:read"),
        |context: ToolContext, _: Nothing| async move {
            let token = context.upstream_token().await?;
            let another = context.upstream_token_refused(&token).await?;
            Ok(ToolOutput::new(json!({ "token": another.expose() })))
        },
    );
    let open_refused = Tool::open(
        definition("open_refused_act"),
        |context: OpenContext, _: Nothing| async move {
            let token = upstream_token("upstream");
            let another = context.upstream_token_refused(&token).await?;
            Ok(ToolOutput::new(json!({ "token": another.expose() })))
        },
    );
    vec![act, open, own, refused, open_refused]
}

fn server(sign_in: SignIn, tokens: impl Authenticate) -> (Server, Calls) {
    let mut config = McpConfig::new(PUBLIC_URL, scopes("notes:read notes:write"));
    config.sign_in = sign_in;
    let calls = Calls::default();
    let server = Server::of(config, Arc::new(tokens), tools(Arc::clone(&calls)));
    (server, calls)
}

fn endpoint() -> Server {
    server(SignIn::Always, Login::default()).0
}

/// A request of the client of `person`.
fn of(person: &str) -> Builder {
    post(&format!("{OWN_TOKEN}{person}"))
}

fn legacy(person: &str, version: Option<&str>) -> Builder {
    let request = of(person);
    match version {
        Some(version) => request.header("mcp-protocol-version", version),
        None => request,
    }
}

/// The request of a 2026-07-28 client of `person`.
fn modern_call(person: &str, tool: &str, client: &str) -> (Builder, Value) {
    let (mut request, body) = modern("tools/call", json!({ "name": tool, "arguments": {} }));
    let authorization = format!("Bearer {OWN_TOKEN}{person}").parse().unwrap();
    request
        .headers_mut()
        .unwrap()
        .insert("authorization", authorization);
    let mut body: Value = serde_json::from_str(&body).unwrap();
    body["params"]["_meta"]["io.modelcontextprotocol/clientInfo"]["name"] = json!(client);
    (request, body)
}

async fn send(server: &Server, request: Builder, body: &Value) -> Answer {
    let body = Body::from(body.to_string());
    server.send(request.body(body).unwrap()).await
}

/// What the token has and what every client is asked for, without `offline_access`.
fn challenge(description: &str) -> String {
    format!(
        r#"Bearer error="invalid_token", error_description="{description}", resource_metadata="{METADATA}", scope="openid notes:read notes:write""#
    )
}

fn assert_refused_by_status(answer: &Answer) {
    assert_eq!(answer.status, 401, "{answer:?}");
    assert_eq!(answer.header("www-authenticate"), challenge(OVER));
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(
        answer.json(),
        json!({ "error": "invalid_token", "error_description": OVER })
    );
}

fn words() -> Value {
    json!({
        "content": [{ "type": "text", "text": OVER }],
        "isError": true,
        "_meta": { "mcp/www_authenticate": [challenge(OVER)] },
    })
}

#[tokio::test]
async fn a_tool_gets_a_token_of_the_person_and_never_the_clients_own() {
    let answer = send(&endpoint(), of("ada"), &call("act", &json!({}))).await;
    let content = &answer.json()["result"]["structuredContent"];
    assert_eq!(content["token"], "upstream-of-ada");
    let known = content["known"].as_str().unwrap();
    assert!(
        known.contains("ada") && !known.contains(OWN_TOKEN),
        "{known}"
    );
    assert!(!known.contains("upstream-of-"), "{known}");
}

#[tokio::test]
async fn a_dead_session_is_401_in_every_legacy_version() {
    for version in LEGACY {
        let answer = send(
            &endpoint(),
            legacy("dead", version),
            &call("act", &json!({})),
        )
        .await;
        assert_refused_by_status(&answer);
        assert_eq!(answer.header("access-control-allow-origin"), "*");
    }
}

#[tokio::test]
async fn a_dead_session_is_401_in_the_modern_era() {
    let (request, body) = modern_call("dead", "act", "Anthropic");
    assert_refused_by_status(&send(&endpoint(), request, &body).await);
}

#[tokio::test]
async fn chatgpt_is_told_of_a_dead_session_in_the_result() {
    for version in LEGACY {
        let request = legacy("dead", version).header(CHATGPT.0, CHATGPT.1);
        let answer = send(&endpoint(), request, &call("act", &json!({}))).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.header("www-authenticate"), "");
        assert_eq!(
            answer.json(),
            json!({ "jsonrpc": "2.0", "id": 1, "result": words() })
        );
    }
}

#[tokio::test]
async fn chatgpt_is_told_of_a_dead_session_in_the_modern_result() {
    let by_agent = modern_call("dead", "act", "test");
    let by_agent = (by_agent.0.header(CHATGPT.0, CHATGPT.1), by_agent.1);
    for (request, body) in [by_agent, modern_call("dead", "act", "openai-mcp")] {
        let answer = send(&endpoint(), request, &body).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let result = &answer.json()["result"];
        assert_eq!(result["resultType"], "complete");
        for (member, value) in words().as_object().unwrap() {
            assert_eq!(&result[member], value, "{member}");
        }
    }
}

#[tokio::test]
async fn in_a_batch_only_the_call_is_told() {
    let numbered = |id: u32, tool| {
        let mut message = call(tool, &json!({}));
        message["id"] = json!(id);
        message
    };
    let body = json!([
        numbered(1, "act"),
        { "jsonrpc": "2.0", "id": 2, "method": "ping" },
        numbered(3, "own_words"),
    ]);
    for agent in ["Claude-User", CHATGPT.1] {
        let request = of("dead").header("user-agent", agent);
        let answer = send(&endpoint(), request, &body).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.header("www-authenticate"), "");
        let answers = answer.json();
        assert_eq!(answers[0]["result"], words(), "{agent}");
        assert_eq!(answers[1]["result"], json!({}));
        assert_eq!(answers[2]["result"]["isError"], true);
    }
}

#[tokio::test]
async fn the_second_call_is_refused_before_it_runs() {
    for (name, value) in [("user-agent", "Claude-User"), CHATGPT] {
        let (server, calls) = server(SignIn::Always, Login::default());
        let request = || of("dead").header(name, value);
        send(&server, request(), &call("act", &json!({}))).await;
        for body in [
            call("act", &json!({})),
            json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" }),
        ] {
            let answer = send(&server, request(), &body).await;
            assert_eq!(answer.status, 401, "{value}: {answer:?}");
            assert!(
                answer
                    .header("www-authenticate")
                    .contains(r#"error="invalid_token", error_description="the grant"#)
            );
        }
        assert_eq!(calls.load(Ordering::SeqCst), 1, "{value}");
    }
}

#[tokio::test]
async fn an_outage_is_not_a_sign_in_and_passes() {
    let server = endpoint();
    let body = call("act", &json!({}));
    let (request, modern_body) = modern_call("outage", "act", "Anthropic");
    let answer = send(&server, of("outage"), &body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("www-authenticate"), "");
    let result = &answer.json()["result"];
    assert_eq!(result["isError"], true);
    assert_eq!(
        result["content"][0]["text"],
        "The service cannot answer right now. Try again in a moment."
    );
    assert!(result.get("_meta").is_none(), "{result}");
    let answer = send(&server, request, &modern_body).await;
    assert_eq!(answer.json()["result"]["isError"], false, "{answer:?}");
}

#[tokio::test]
async fn a_refused_token_is_replaced_or_ends_the_call_like_a_missing_one() {
    let server = endpoint();
    for (tool, token) in [
        ("refused_act", "not-upstream-of-ada"),
        ("open_refused_act", "not-upstream"),
    ] {
        let body = call(tool, &json!({}));
        let answer = send(&server, of("ada"), &body).await.json();
        assert_eq!(answer["result"]["structuredContent"]["token"], token);
        assert_refused_by_status(&send(&server, of("ended"), &body).await);
        let answer = send(&server, of("wrong-audience"), &body).await;
        assert_eq!(answer.header("www-authenticate"), "");
        let result = &answer.json()["result"];
        assert_eq!(
            result["content"][0]["text"],
            "The service cannot answer right now. Try again in a moment."
        );
        assert!(result.get("_meta").is_none(), "{result}");
    }
    let open = self::server(SignIn::WhenNeeded, Login::default()).0;
    let body = call("open_refused_act", &json!({}));
    let answer = send(&open, anonymous(Method::POST), &body).await;
    assert_eq!(answer.status, 401, "{answer:?}");
}

#[tokio::test]
async fn what_is_not_configured_is_said_to_the_operator() {
    let without = server(SignIn::Always, NoUpstream).0;
    for (server, person) in [(endpoint(), "unconfigured"), (without, "anybody")] {
        let answer = send(&server, of(person), &call("act", &json!({}))).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let result = &answer.json()["result"];
        assert_eq!(result["isError"], true);
        let sentence = result["content"][0]["text"].as_str().unwrap();
        assert!(sentence.starts_with("No upstream token is configured"));
        assert!(sentence.contains("api.url"), "{sentence}");
        assert!(result.get("_meta").is_none(), "{result}");
    }
}

#[tokio::test]
async fn a_sentence_of_a_tool_cannot_leave_its_quotes_or_the_header() {
    let body = call("own_words", &json!({}));
    let expected = challenge("Bitte 'neu' anmelden??X-Injected: f?r immer");
    let answer = send(&endpoint(), of("ada"), &body).await;
    assert_eq!(answer.status, 401, "{answer:?}");
    assert_eq!(answer.header("www-authenticate"), expected);
    assert_eq!(answer.header("x-injected"), "");
    let request = of("ada").header(CHATGPT.0, CHATGPT.1);
    let result = &send(&endpoint(), request, &body).await.json()["result"];
    assert_eq!(result["_meta"]["mcp/www_authenticate"], json!([expected]));
    assert!(
        result["content"][0]["text"]
            .as_str()
            .unwrap()
            .contains("für"),
        "people read the sentence as it was written"
    );
}

#[tokio::test]
async fn an_open_tool_acts_for_whoever_signed_in() {
    let server = server(SignIn::WhenNeeded, Login::default()).0;
    let body = call("open_act", &json!({}));
    let answer = send(&server, of("ada"), &body).await.json();
    assert_eq!(
        answer["result"]["structuredContent"]["token"],
        "upstream-of-ada"
    );
    assert_refused_by_status(&send(&server, of("dead"), &body).await);
}

#[tokio::test]
async fn an_open_tool_asks_nobody_to_sign_in_as_the_gate_does() {
    let server = server(SignIn::WhenNeeded, Login::default()).0;
    let ask = async |tool: &str, header: (&str, &str)| {
        let request = anonymous(Method::POST).header(header.0, header.1);
        send(&server, request, &call(tool, &json!({}))).await
    };
    for header in [("user-agent", "Claude-User"), CHATGPT] {
        let (open, gated) = (ask("open_act", header).await, ask("act", header).await);
        assert_eq!(open.status, gated.status);
        assert_eq!(
            open.header("www-authenticate"),
            gated.header("www-authenticate")
        );
        if header == CHATGPT {
            assert_eq!(open.json(), gated.json());
            assert_eq!(open.json()["result"]["isError"], true);
        } else {
            assert_eq!(open.status, 401);
            assert_eq!(open.text, gated.text);
        }
    }
}

#[tokio::test]
async fn a_call_without_an_id_runs_no_tool() {
    let (server, calls) = server(SignIn::Always, Login::default());
    let mut body = call("act", &json!({}));
    body.as_object_mut().unwrap().remove("id");
    let answer = send(&server, of("dead"), &body).await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (202, ""));
    assert_eq!(calls.load(Ordering::SeqCst), 0);
}
