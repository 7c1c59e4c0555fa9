//! A session at the login that is over: each client is led to a sign-in, once, in its own way.

use countersign_config::ApiToken;
use countersign_testkit::{Authorization, PrivyServer, Tokens};
use serde_json::{Value, json};

use super::{on_both, profile};

const MINUTE: i64 = 60_000;

/// A connection whose next call finds out.
struct Dead {
    authorization: Authorization,
    tokens: Tokens,
}

async fn connections(server: &PrivyServer) -> [Dead; 3] {
    let connect = async || {
        let authorization = Authorization::public(server).await;
        let tokens = server.connect_as(&authorization, "ada@example.com").await;
        Dead {
            authorization,
            tokens,
        }
    };
    [connect().await, connect().await, connect().await]
}

/// Asserts that the grant is over: the gate refuses, nothing comes near the tool, and refreshing
/// brings nothing.
async fn is_over(server: &PrivyServer, dead: &Dead) {
    let Dead {
        authorization,
        tokens,
    } = dead;
    server.rejects(&tokens.access).await;
    let answer = profile::call(server, &tokens.access).await;
    assert_eq!(answer.code(), 401);
    let challenge = answer.header("www-authenticate");
    assert!(challenge.contains("the grant behind"), "{challenge}");
    let answer = authorization.rotate(server, &tokens.refresh).await;
    answer.refuses(400, "invalid_grant");
}

fn words(result: &Value) {
    assert_eq!(result["isError"], true, "{result}");
    assert_eq!(
        result["content"][0]["text"],
        "the sign-in behind this connection has ended; sign in again"
    );
    let challenge = &result["_meta"]["mcp/www_authenticate"][0];
    profile::is_a_challenge(challenge.as_str().unwrap());
}

async fn each_client_is_told(server: &PrivyServer, [plain, chatgpt, batch]: [Dead; 3]) {
    // Whoever takes a 200 for an answer gets a 401.
    profile::leads_to_a_sign_in(&profile::call(server, &plain.tokens.access).await);

    // ChatGPT shows its card for a result.
    let mut request = profile::request(&chatgpt.tokens.access, &profile::message(1));
    let agent = "openai-mcp/1.0.0".parse().unwrap();
    request.headers_mut().insert("user-agent", agent);
    let answer = server.send(request).await;
    assert_eq!(answer.code(), 200, "{}", answer.text());
    assert_eq!(answer.header("www-authenticate"), "");
    words(&answer.json()["result"]);

    // In a batch the others have their answers.
    let ping = json!({ "jsonrpc": "2.0", "id": 2, "method": "ping" });
    let messages = json!([profile::message(1), ping]);
    let request = profile::request(&batch.tokens.access, &messages);
    let answer = server.send(request).await;
    assert_eq!(answer.code(), 200, "{}", answer.text());
    let answers = answer.json();
    words(&answers[0]["result"]);
    assert_eq!(answers[1]["result"], json!({}));

    for dead in [&plain, &chatgpt, &batch] {
        is_over(server, dead).await;
    }
    assert_eq!(server.api.calls().len(), 0);
}

on_both! {
    async fn one_that_privy_ended(server, ApiToken::Device) {
        let connections = connections(server).await;
        server.privy.revoke("ada@example.com").unwrap();
        server.wait(15 * MINUTE);
        each_client_is_told(server, connections).await;
    }

    async fn one_whose_token_has_run_out(server, ApiToken::Browser) {
        server.privy.configure(|settings| settings.access_token_ttl = 600);
        let connections = connections(server).await;
        // Our own token, which ends with it, is forgiven half a minute.
        server.wait(9 * MINUTE + 1_000);
        each_client_is_told(server, connections).await;
    }
}
