//! `countersign dev privy`.

use std::process::Command;

use crate::running::{Running, free_port, get};

const PRIVY: [&str; 3] = ["privy", "--listen", "127.0.0.1:0"];

#[test]
fn serves_with_the_simulator_as_the_login_and_keeps_nothing() {
    let port = free_port();
    let toml = format!("public_url = 'http://localhost:{port}'");
    let running = Running::start(&toml, &PRIVY, &[], "/sim/inbox");
    let (server, privy) = (format!("localhost:{port}"), running.address_after(""));

    let page = get(&server, "/account");
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    assert!(page.contains(&format!("http://{privy}")), "{page}");
    let settings = get(&privy, "/sim/config");
    assert!(
        settings.contains(&format!(r#""origins":["http://{server}"]"#)),
        "{settings}"
    );
    assert!(get(&privy, "/sim/inbox").contains("No code was sent yet."));

    assert_eq!(running.left(), ["countersign.toml"]);
}

/// The simulator shows everything that it is asked, so it must not be asked with anything real.
#[test]
fn the_real_app_of_the_configuration_stays_out_of_it() {
    let port = free_port();
    let toml = format!(
        "public_url = 'http://localhost:{port}'\n\
         [login]\n\
         provider = 'privy'\n\
         [login.privy]\n\
         app_id = 'clreal0000000000000000000'\n\
         app_secret_file = '/nowhere/the-secret'\n\
         client_id = 'client-real'\n\
         verification_key = \"-----BEGIN PUBLIC KEY-----\\nAAAA\\n-----END PUBLIC KEY-----\"\n"
    );
    let variables = [("COUNTERSIGN_LOGIN__PRIVY__APP_SECRET_FILE", "/nowhere/else")];
    let running = Running::start(&toml, &PRIVY, &variables, "/sim/inbox");
    let asked = get(&running.address_after(""), "/sim/log");
    assert!(
        asked.contains("/api/v1/apps/clsimulator"),
        "the check at start: {asked}"
    );
    assert!(!asked.contains("real"), "{asked}");
}

#[test]
fn plays_privy_alone_and_says_how_to_reach_it() {
    let origin = "http://localhost:4181";
    let arguments = [&PRIVY[..], &["--simulator-only", "--origin", origin]].concat();
    let running = Running::start("", &arguments, &[], "app_id");
    let line: serde_json::Value = serde_json::from_str(&running.said).unwrap();
    assert_eq!(line["url"], format!("http://{}", running.address_after("")));
    let path = format!("/v1/apps/{}/jwks.json", line["app_id"].as_str().unwrap());
    assert!(get(&running.address_after(""), &path).contains("P-256"));
    assert!(get(&running.address_after(""), "/sim/config").contains(origin));
}

#[test]
fn does_not_play_privy_for_the_network() {
    let output = Command::new(env!("CARGO_BIN_EXE_countersign"))
        .args(["dev", "privy", "--listen", "0.0.0.0:0"])
        .env_clear()
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert!(said.contains("listen on a loopback address"), "{said}");
}
