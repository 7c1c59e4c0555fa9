//! What real clients send to `/register` and what they do next: F31 to F37, F43, F45 and F50 of the
//! catalogue of failures.

use countersign_testkit::{Authorization, Database, TestServer, Tokens, on_both};
use serde_json::{Value, json};

const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";
const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// The bodies, each with the redirect URIs that the client then asks with.
fn bodies() -> Vec<(Value, Vec<&'static str>)> {
    let code_and_refresh = json!(["authorization_code", "refresh_token"]);
    vec![
        (
            json!({
                "client_name": "Cursor",
                "redirect_uris": ["http://localhost:8787/callback", "https://www.cursor.com/agents/mcp/oauth/callback", "cursor://anysphere.cursor-mcp/oauth/callback"],
                "grant_types": code_and_refresh, "response_types": ["code"], "token_endpoint_auth_method": "none",
            }),
            vec![
                "http://localhost:8787/callback",
                "https://www.cursor.com/agents/mcp/oauth/callback",
                "cursor://anysphere.cursor-mcp/oauth/callback",
            ],
        ),
        (
            json!({
                "client_name": "Visual Studio Code", "client_uri": "https://code.visualstudio.com",
                "redirect_uris": ["https://insiders.vscode.dev/redirect", "https://vscode.dev/redirect", "http://127.0.0.1/", "http://127.0.0.1:33418/"],
                "grant_types": ["authorization_code", "refresh_token", DEVICE_CODE], "response_types": ["code"],
                "token_endpoint_auth_method": "none", "application_type": "native",
            }),
            vec![
                "http://127.0.0.1:33418/",
                "http://127.0.0.1:50123/",
                "https://vscode.dev/redirect",
            ],
        ),
        (
            json!({
                "client_name": "Codex", "redirect_uris": ["http://127.0.0.1:1455/callback/8c1f"],
                "grant_types": code_and_refresh, "response_types": ["code"],
                "token_endpoint_auth_method": "none", "application_type": "native",
            }),
            vec![
                "http://127.0.0.1:1455/callback/8c1f",
                "http://127.0.0.1:61000/callback/8c1f",
            ],
        ),
        (
            json!({
                "client_name": "Claude Code", "redirect_uris": ["http://localhost/callback"],
                "grant_types": code_and_refresh, "response_types": ["code"], "token_endpoint_auth_method": "none",
            }),
            vec![
                "http://localhost:49152/callback",
                "http://localhost/callback",
            ],
        ),
        (
            json!({
                "client_name": "Claude", "redirect_uris": ["https://claude.ai/api/mcp/auth_callback"],
                "grant_types": ["authorization_code", "refresh_token", JWT_BEARER], "response_types": ["code"],
                "token_endpoint_auth_method": "none", "scope": "notes:read offline_access",
            }),
            vec!["https://claude.ai/api/mcp/auth_callback"],
        ),
        (
            json!({
                "client_name": "ChatGPT", "redirect_uris": ["https://chatgpt.com/connector_platform_oauth_redirect"],
                "grant_types": code_and_refresh, "response_types": ["code"], "token_endpoint_auth_method": "none",
            }),
            vec!["https://chatgpt.com/connector_platform_oauth_redirect"],
        ),
        (
            json!({
                "client_name": "ChatGPT", "redirect_uris": ["https://chatgpt.com/connector/oauth/aBc-123_x"],
                "grant_types": code_and_refresh, "response_types": ["code"], "token_endpoint_auth_method": "none",
            }),
            vec!["https://chatgpt.com/connector/oauth/aBc-123_x"],
        ),
        (
            json!({
                "client_name": "goose", "redirect_uris": ["http://127.0.0.1:51000/oauth_callback", "http://[::1]:51000/oauth_callback"],
                "grant_types": code_and_refresh, "response_types": ["code"], "token_endpoint_auth_method": "none",
            }),
            vec![
                "http://127.0.0.1:7/oauth_callback",
                "http://[::1]:65535/oauth_callback",
            ],
        ),
        (
            json!({
                "client_name": "Gemini CLI MCP Client", "redirect_uris": ["http://localhost:40123/oauth/callback"],
                "grant_types": code_and_refresh, "response_types": ["code"], "token_endpoint_auth_method": "none", "scope": "",
            }),
            vec![
                "http://localhost:40123/oauth/callback",
                "http://localhost:40124/oauth/callback",
            ],
        ),
        (
            json!({
                "client_name": "Cline", "redirect_uris": ["http://127.0.0.1:1456/mcp/oauth/callback"],
                "grant_types": code_and_refresh, "response_types": ["code"], "token_endpoint_auth_method": "none",
            }),
            vec!["http://127.0.0.1:1461/mcp/oauth/callback"],
        ),
        (
            json!({
                "client_name": "LibreChat MCP Client", "redirect_uris": ["https://chat.example/api/mcp/notes/oauth/callback"],
                "grant_types": code_and_refresh, "response_types": ["code"], "token_endpoint_auth_method": "none",
            }),
            vec!["https://chat.example/api/mcp/notes/oauth/callback"],
        ),
        (
            json!({
                "client_name": "n8n", "client_uri": "https://n8n.io/", "redirect_uris": ["https://n8n.example/rest/oauth2-credential/callback"],
                "grant_types": code_and_refresh, "response_types": ["code"], "token_endpoint_auth_method": "none",
            }),
            vec!["https://n8n.example/rest/oauth2-credential/callback"],
        ),
        (
            json!({
                "client_name": "MCP CLI Client", "client_uri": "https://github.com/modelcontextprotocol/mcp-cli",
                "redirect_uris": ["http://localhost:23842/oauth/callback"],
                "grant_types": code_and_refresh, "response_types": ["code"], "token_endpoint_auth_method": "none",
                "software_id": "2e6dc280-f3c3-4e01-99a7-8181dbd1d23d", "software_version": "0.8.2",
            }),
            vec!["http://localhost:23842/oauth/callback"],
        ),
        (
            json!({
                "client_name": "MCP Inspector", "redirect_uris": ["http://127.0.0.1:6274/oauth/callback"],
                "grant_types": code_and_refresh, "response_types": ["code"],
                "token_endpoint_auth_method": "none", "application_type": "native",
            }),
            vec![
                "http://127.0.0.1:6274/oauth/callback",
                "http://127.0.0.1:6276/oauth/callback",
            ],
        ),
    ]
}

on_both! {
    async fn every_client_is_registered_as_it_asked_and_gets_to_sign_in(server) {
        for (body, redirects) in bodies() {
            let answer = server.register(&body).await;
            assert_eq!(answer.code(), 201, "{body}: {}", answer.text());
            let answer = answer.json();
            for member in ["client_name", "client_uri", "redirect_uris", "response_types", "token_endpoint_auth_method", "application_type", "software_id", "software_version"] {
                assert_eq!(answer.get(member), body.get(member), "{member} of {body}");
            }
            assert_eq!(answer["grant_types"], json!(["authorization_code", "refresh_token"]));
            let scope = match &body["scope"] {
                Value::String(scope) if !scope.is_empty() => scope,
                _ => "notes:read notes:write offline_access",
            };
            assert_eq!(answer["scope"], scope, "{body}");
            assert!(answer["client_id_issued_at"].is_u64());
            assert!(answer.get("client_secret").is_none(), "F33: {answer}");
            assert!(answer.get("client_secret_expires_at").is_none());
            let id = answer["client_id"].as_str().unwrap();
            assert!(id.len() < 300, "{} of {body}", id.len());
            for redirect in redirects {
                let asked = Authorization::of(id, redirect).with("scope", scope).ask(server).await;
                assert!(asked.location().starts_with("/authorize/"), "{redirect}: {}", asked.text());
            }
        }
    }

    /// F35: Copilot keeps a secret, and must be given one to keep.
    async fn a_client_that_asks_for_a_secret_gets_one_and_needs_it(server) {
        let redirect = "https://teams.microsoft.com/api/platform/v1.0/oAuthRedirect";
        let answer = server.register(&json!({
            "client_name": "Microsoft 365 Copilot", "redirect_uris": [redirect],
            "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
            "token_endpoint_auth_method": "client_secret_post",
        })).await;
        assert_eq!(answer.code(), 201, "{}", answer.text());
        let answer = answer.json();
        let text = |member: &str| answer[member].as_str().unwrap().to_owned();
        let (id, secret) = (text("client_id"), text("client_secret"));
        assert_eq!(answer["client_secret_expires_at"], 0);
        assert!(id.len() < 300, "{}", id.len());
        let authorization = Authorization::of(&id, redirect);
        let code = authorization.code(server, "ada").await;
        authorization.redeem(server, &code).await.refuses(401, "invalid_client");
        let mut fields = authorization.redemption(&code);
        fields.push(("client_secret", &secret));
        Tokens::of(&server.post("/token", &fields).await);
    }

    /// F32, F43, F45: any port or none on the host that was registered, whatever the client says of
    /// its type; never on another one, since another program may listen there.
    async fn loopback_hosts_have_any_port_and_never_cross(server) {
        let hosts = ["localhost", "127.0.0.1", "127.0.0.5", "[::1]"];
        let ports = ["", ":1", ":8080", ":49152", ":65535"];
        for (number, registered) in hosts.into_iter().enumerate() {
            let port = ports[number];
            let id = server.public_client(&format!("http://{registered}{port}/callback")).await;
            for asked in hosts {
                for port in ports {
                    let uri = format!("http://{asked}{port}/callback");
                    let answer = Authorization::of(&id, &uri).ask(server).await;
                    let expected = if asked == registered { 303 } else { 400 };
                    assert_eq!(answer.code(), expected, "{uri} for {registered}");
                }
            }
        }
    }

    /// F43
    async fn the_application_type_is_kept_and_decides_nothing(server) {
        for (sent, kept) in [(json!("native"), json!("native")), (json!("web"), json!("web")), (json!("service"), json!(null))] {
            let body = json!({
                "redirect_uris": ["http://127.0.0.1:7777/cb", "https://client.example/cb"],
                "token_endpoint_auth_method": "none", "application_type": sent,
            });
            let answer = server.register(&body).await;
            assert_eq!(answer.code(), 201, "{sent}: {}", answer.text());
            assert_eq!(answer.json()["application_type"], kept);
        }
    }
}

/// F31: which programs may be sent a code by their own scheme is the operator's decision.
#[tokio::test]
async fn the_operator_lists_the_private_schemes() {
    let server = TestServer::configured(Database::sqlite(), |config| {
        config.registration.private_schemes = vec!["com.example.app".to_owned()];
    })
    .await;
    let body = |uri: &str| json!({"redirect_uris": [uri], "token_endpoint_auth_method": "none"});
    let listed = server.register(&body("com.example.app:/callback")).await;
    assert_eq!(listed.code(), 201, "{}", listed.text());
    let id = listed.json()["client_id"].as_str().unwrap().to_owned();
    let asked = Authorization::of(&id, "com.example.app:/callback")
        .ask(&server)
        .await;
    assert_eq!(asked.code(), 303, "{}", asked.text());
    let unlisted = "cursor://anysphere.cursor-mcp/oauth/callback";
    server
        .register(&body(unlisted))
        .await
        .refuses(400, "invalid_redirect_uri");
}
