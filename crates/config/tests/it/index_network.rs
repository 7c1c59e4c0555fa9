//! `app = "index-network"` and its section.

use countersign_config::App;

use crate::given::toml;

const APP: &str = "app = 'index-network'\n[api]\nurl = 'https://protocol.example'\n";

#[test]
fn the_app_brings_mcp2s_scopes_unless_others_are_written() {
    let config = toml(APP).config();
    assert_eq!(config.app, App::IndexNetwork);
    let names = |config: &countersign_config::Config| -> Vec<String> {
        config
            .scopes
            .iter()
            .map(|scope| scope.name.clone())
            .collect()
    };
    assert_eq!(names(&config), ["read", "write"]);
    let written = format!("{APP}[[scopes]]\nname = 'people'\ndescription = 'Find people'\n");
    assert_eq!(names(&toml(&written).config()), ["people"]);
    assert_eq!(names(&toml("").config()), ["notes:read", "notes:write"]);
}

#[test]
fn the_app_needs_an_api() {
    let problem = toml("app = 'index-network'").problem();
    assert!(
        problem.contains("api.url: missing: app = \"index-network\" calls the Protocol API"),
        "{problem}"
    );
}

#[test]
fn portraits_come_from_exact_origins() {
    let with = |domain: &str| format!("{APP}[index_network]\navatar_domains = ['{domain}']\n");
    for domain in [
        "https://images.example/",
        "http://images.example",
        "images.example",
        "https://*.example",
        "https://images.example;script-src",
    ] {
        let problem = toml(&with(domain)).problem();
        assert!(
            problem.contains("avatar_domains[0]: not an exact origin"),
            "{domain}: {problem}"
        );
    }
    let config = toml(&with("https://images.example")).config();
    assert_eq!(
        config.index_network.avatar_domains,
        ["https://images.example"]
    );
}

#[test]
fn its_numbers_have_bounds() {
    for line in [
        "instruction_chars = 99",
        "section_chars = 100001",
        "patience = '41s'",
        "concurrency = 0",
        "synthesis_chars = 49",
        "breaker_rest = '0s'",
    ] {
        let key = line.split(' ').next().unwrap();
        let problem = toml(&format!("{APP}[index_network]\n{line}\n")).problem();
        assert!(
            problem.contains(&format!("index_network.{key}")),
            "{problem}"
        );
    }
}
