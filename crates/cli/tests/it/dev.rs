//! `countersign dev`.

use std::process::Command;

use serde_json::Value;

use crate::running::{Running, exchange, free_port, get};

const ANY_PORTS: [&str; 4] = ["--privy", "127.0.0.1:0", "--api", "127.0.0.1:0"];
/// The end of what it says, and what comes before the addresses that it says.
const SIGN: &str = "nothing is kept";
const PRIVY: &str = "Privy  ";
const API: &str = "API  ";

/// What a configuration for another product may hold.
const OTHER: &str = "[[scopes]]\nname = 'notes:read'\ndescription = 'Read your notes'\n";

/// A token of the simulated Privy, as a page would get it.
fn token(privy: &str) -> String {
    let headers = [("content-type", "application/json")];
    let body = r#"{"user":"ada@example.com"}"#;
    let answer = exchange(privy, "POST", "/sim/sign-in", &headers, body);
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    let tokens: Value = serde_json::from_str(body).unwrap();
    let token = tokens.get("access_token").unwrap();
    token.as_str().unwrap().to_owned()
}

fn intents(api: &str, token: &str) -> String {
    let bearer = format!("Bearer {token}");
    exchange(api, "GET", "/intents", &[("authorization", &bearer)], "")
}

#[test]
fn plays_everything_in_one_process_and_keeps_nothing() {
    let port = free_port();
    let toml = format!(
        "public_url = 'http://localhost:{port}'\napp = 'demo'\nplayground = false\n{OTHER}"
    );
    let running = Running::start(&toml, &ANY_PORTS, &[], SIGN);
    let privy = running.address_after(PRIVY);
    let api = running.address_after(API);

    let pages = get(&format!("localhost:{port}"), "/");
    assert!(pages.contains("discover_connections"), "{pages}");
    let account = get(&format!("localhost:{port}"), "/account");
    assert!(account.contains(&format!("http://{privy}")), "{account}");

    let playground = get(&format!("localhost:{port}"), "/playground");
    assert!(playground.starts_with("HTTP/1.1 200"), "{playground}");
    let scopes = get(
        &format!("localhost:{port}"),
        "/.well-known/oauth-protected-resource",
    );
    assert!(scopes.contains(r#""read","write""#), "{scopes}");

    // Privy's token is the one that is sent unless somebody decides otherwise.
    let found = intents(&api, &token(&privy));
    assert!(found.starts_with("HTTP/1.1 200"), "{found}");
    assert!(found.contains("climate data company"), "{found}");
    let forged = intents(&api, "forged");
    assert!(forged.starts_with("HTTP/1.1 403"), "{forged}");
    assert_eq!(running.left(), ["countersign.toml"]);
}

#[test]
fn the_api_takes_the_tokens_that_it_is_sent_and_no_others() {
    let port = free_port();
    let toml = format!("public_url = 'http://localhost:{port}'\n[api]\ntoken = 'countersign'\n");
    let running = Running::start(&toml, &ANY_PORTS, &[], SIGN);
    let privy = running.address_after(PRIVY);
    let api = running.address_after(API);
    let refused = intents(&api, &token(&privy));
    assert!(refused.starts_with("HTTP/1.1 403"), "{refused}");
}

#[test]
fn plays_the_two_services_alone_and_says_how_to_reach_them() {
    let origin = "http://localhost:4181";
    let only = ["--simulators-only", "--origin", origin];
    let running = Running::start("", &[&ANY_PORTS[..], &only].concat(), &[], "app_id");
    let line: Value = serde_json::from_str(&running.said).unwrap();
    let address = |name: &str| {
        let url = line[name]["url"].as_str().unwrap();
        url.strip_prefix("http://").unwrap().to_owned()
    };
    assert!(get(&address("privy"), "/sim/config").contains(origin));
    let found = intents(&address("api"), &token(&address("privy")));
    assert!(found.contains(r#""intents":[]"#), "{found}");
}

#[test]
fn plays_nothing_for_the_network() {
    let (here, everywhere) = ("127.0.0.1:0", "0.0.0.0:0");
    for (privy, api) in [(everywhere, here), (here, everywhere)] {
        let output = Command::new(env!("CARGO_BIN_EXE_countersign"))
            .args(["dev", "--privy", privy, "--api", api])
            .env_clear()
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success());
        assert!(said.contains("listen on a loopback address"), "{said}");
    }
}

#[test]
fn a_login_that_lets_everybody_in_is_for_this_machine_only() {
    let directory = tempfile::TempDir::new().unwrap();
    let toml = "public_url = 'https://mcp.example.com'\n";
    std::fs::write(directory.path().join("countersign.toml"), toml).unwrap();
    for command in [&["dev"][..], &["dev", "privy"]] {
        let ports: &[&str] = if command.len() == 1 {
            &ANY_PORTS
        } else {
            &["--listen", "127.0.0.1:0"]
        };
        let ended = Command::new(env!("CARGO_BIN_EXE_countersign"))
            .args(command)
            .args(ports)
            .current_dir(directory.path())
            .env_clear()
            .output()
            .unwrap();
        let complaint = String::from_utf8_lossy(&ended.stderr);
        assert!(!ended.status.success());
        assert!(
            complaint.contains("COUNTERSIGN_PUBLIC_URL=http://localhost:3002"),
            "{complaint}"
        );
    }
}
