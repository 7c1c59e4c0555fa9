use countersign_config::Config;

use crate::given::{Given, toml};

#[test]
fn says_what_is_set_and_where_without_secrets() {
    let given = toml(
        "public_url = 'https://mcp.example.com'\nstorage.url = 'postgres://u:hunter2@db/app'\n[tokens]\naccess_ttl = '30m'\n[[clients]]\nid = 'a'\nname = 'A'\nredirect_uris = ['https://a.example/cb']\nsecret = 'hunter2hunter2hunter2hunter2'",
    )
    .variable("COUNTERSIGN_LIMITS__BODY_BYTES", "32768");
    let report = Config::check(None, &given).unwrap().1.to_string();
    assert!(!report.contains("hunter2"), "{report}");
    insta::assert_snapshot!(report, @r#"
    The configuration is good: https://mcp.example.com on 0.0.0.0:3002.
      clients[0].id             "a"                        countersign.toml:6:1
      clients[0].name           "A"                        countersign.toml:7:1
      clients[0].redirect_uris  ["https://a.example/cb"]   countersign.toml:8:1
      clients[0].secret         (secret)                   countersign.toml:9:1
      limits.body_bytes         32768                      COUNTERSIGN_LIMITS__BODY_BYTES
      public_url                "https://mcp.example.com"  countersign.toml:1:1
      storage.url               (secret)                   countersign.toml:2:9
      tokens.access_ttl         "30m"                      countersign.toml:4:1
    Every other key has its default (`countersign config reference`).

    Note:
      TLS ends at a proxy that trusted_proxies does not name, so every request counts as the proxy's own and all clients share one address's limits: add the proxy's address, for example trusted_proxies = ["127.0.0.1"].
    "#);
}

#[test]
fn a_text_of_several_lines_is_shown_by_its_first() {
    let given = toml("[mcp]\ninstructions = \"One.\\nTwo.\\n\"");
    let (_, report) = Config::check(None, &given).unwrap();
    assert_eq!(report.settings.first().unwrap().value, "\"One. …\"");
}

#[test]
fn says_that_nothing_is_set() {
    let (_, report) = Config::check(None, &Given::default()).unwrap();
    insta::assert_snapshot!(report, @r"
    The configuration is good: http://localhost:3002 on 127.0.0.1:3002.
    Nothing is set; every key has its default (`countersign config reference`).

    Note:
      Only programs on this machine reach http://localhost:3002; ChatGPT, Claude on the web and other hosted clients need a public https address: set public_url to it.
    ");
}

#[track_caller]
fn notes(text: &str) -> Vec<String> {
    Config::check(None, &toml(text)).unwrap().1.notes
}

#[track_caller]
fn notes_one(public_url: &str, expected: &str) {
    let notes = notes(&format!(
        "public_url = '{public_url}'\ntrusted_proxies = ['127.0.0.1']"
    ));
    assert_eq!(notes.len(), 1, "{public_url}: {notes:#?}");
    assert!(notes.concat().contains(expected), "{notes:#?}");
}

/// F02, F05
#[test]
fn says_what_keeps_hosted_clients_out() {
    notes_one("http://localhost:3002", "Only programs on this machine");
    notes_one("https://127.0.0.1", "Only programs on this machine");
    notes_one("https://mcp.example.com:8443", "port 443 only");
    for tunnel in ["a.ts.net", "a-b.trycloudflare.com", "a.ngrok-free.app"] {
        notes_one(&format!("https://{tunnel}"), "a tunnel");
    }
    for address in ["192.0.2.1", "[2001:db8::1]"] {
        notes_one(&format!("https://{address}"), "an address and not a name");
    }
}

#[test]
fn a_proxy_that_nobody_named_is_noted() {
    let notes = notes("public_url = 'https://mcp.example.com'").concat();
    assert!(notes.contains("trusted_proxies does not name"), "{notes}");
}

#[test]
fn a_public_server_behind_a_named_proxy_has_nothing_to_note() {
    for host in ["mcp.example.com", "notts.net", "ts.net.example.com"] {
        let named = format!("public_url = 'https://{host}'\ntrusted_proxies = ['10.0.0.0/8']");
        assert_eq!(notes(&named), [""; 0], "{host}");
    }
}
