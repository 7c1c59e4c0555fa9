use std::path::Path;

use countersign_config::{Config, Duration, SignUp, StorageUrl};

use crate::given::{Given, toml, variable};

fn database(config: &Config) -> &Path {
    match &config.storage.url {
        StorageUrl::Sqlite(path) => path,
        StorageUrl::Postgres(_) => panic!("not SQLite"),
    }
}

#[test]
fn without_anything_set_every_key_has_its_default() {
    let (loaded, default) = (Given::default().config(), Config::default());
    assert_eq!(format!("{loaded:?}"), format!("{default:?}"));
    assert_eq!(loaded.public_url.as_str(), "http://localhost:3002");
    assert_eq!(loaded.listen.to_string(), "127.0.0.1:3002");
    assert_eq!(loaded.login.sign_up, SignUp::Open);
    assert_eq!(database(&loaded), Path::new("./data/countersign.db"));
    assert_eq!(
        loaded.default_master_key_file(),
        Path::new("./data/master.key")
    );
    assert_eq!(
        loaded
            .scopes
            .iter()
            .map(|scope| scope.name.as_str())
            .collect::<Vec<_>>(),
        ["notes:read", "notes:write"]
    );
}

#[test]
fn a_variable_wins_over_the_file_and_the_file_over_mcp2() {
    let mcp2 = variable("SERVER_BASE_URL", "https://mcp2.example");
    assert_eq!(mcp2.config().public_url.as_str(), "https://mcp2.example");
    let file = mcp2.file("countersign.toml", "public_url = 'https://file.example'");
    assert_eq!(file.config().public_url.as_str(), "https://file.example");
    let variable = file.variable("COUNTERSIGN_PUBLIC_URL", "https://variable.example");
    assert_eq!(
        variable.config().public_url.as_str(),
        "https://variable.example"
    );
}

#[test]
fn sections_merge_key_by_key_and_lists_are_replaced() {
    let config = toml("[tokens]\naccess_ttl = '10m'\ncode_ttl = '2m'\n[registration]\nprivate_schemes = ['a', 'b']")
        .variable("COUNTERSIGN_TOKENS__ACCESS_TTL", "20m")
        .variable("COUNTERSIGN_REGISTRATION__PRIVATE_SCHEMES", "[\"c\"]")
        .config();
    assert_eq!(config.tokens.access_ttl, Duration::from_mins(20));
    assert_eq!(config.tokens.code_ttl, Duration::from_mins(2));
    assert_eq!(config.registration.private_schemes, ["c"]);
}

#[test]
fn a_public_address_listens_on_every_interface_and_closes_sign_up_and_playground() {
    let config = toml("public_url = 'https://mcp.example.com'").config();
    assert_eq!(config.listen.to_string(), "0.0.0.0:3002");
    assert_eq!(config.login.sign_up, SignUp::Invitation);
    assert!(!config.playground);
    assert!(
        toml("public_url = 'http://127.0.0.1:1'")
            .config()
            .playground
    );
    let shown = toml("public_url = 'https://mcp.example.com'\nplayground = true");
    assert!(shown.config().playground);
    let opened = toml("public_url = 'https://mcp.example.com'\n[login]\nsign_up = 'open'").config();
    assert_eq!(opened.login.sign_up, SignUp::Open);
}

#[test]
fn a_loopback_address_is_listened_on_at_its_own_port() {
    for (public_url, listen) in [
        ("http://localhost:4000", "127.0.0.1:4000"),
        ("http://127.0.0.2:4000", "127.0.0.2:4000"),
        ("http://[::1]:4000", "[::1]:4000"),
        // TLS ends in front of the server, so that port is taken.
        ("https://localhost:8443", "127.0.0.1:3002"),
    ] {
        let config = variable("COUNTERSIGN_PUBLIC_URL", public_url).config();
        assert_eq!(config.listen.to_string(), listen, "{public_url}");
    }
}

#[test]
fn port_sets_the_port_and_the_default_address() {
    let config = variable("PORT", "8080").config();
    assert_eq!(config.public_url.as_str(), "http://localhost:8080");
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    let public = variable("PORT", "8080")
        .variable("SERVER_BASE_URL", "https://mcp.example.com")
        .config();
    assert_eq!(public.listen.to_string(), "0.0.0.0:8080");
    let fixed = variable("PORT", "8080")
        .file("countersign.toml", "listen = '127.0.0.1:1'")
        .config();
    assert_eq!(fixed.listen.to_string(), "127.0.0.1:1");
}

#[test]
fn a_port_that_is_none_is_refused() {
    for port in ["0", "65536", "http", "-1"] {
        assert_eq!(
            variable("PORT", port).problem(),
            "PORT: must be a port from 1 to 65535"
        );
    }
}

#[test]
fn the_database_follows_data_dir_until_it_is_set() {
    assert_eq!(
        database(&toml("data_dir = '/srv'").config()),
        Path::new("/srv/countersign.db")
    );
    let config = toml("data_dir = '/srv'\nstorage.url = 'sqlite:here.db'").config();
    assert_eq!(database(&config), Path::new("here.db"));
}

#[test]
fn an_empty_variable_counts_as_not_set() {
    let config = variable("COUNTERSIGN_TOKENS__ACCESS_TTL", "")
        .variable("PORT", "")
        .variable("COUNTERSIGN_CONFIG", "")
        .config();
    assert_eq!(config.tokens.access_ttl, Duration::from_hours(1));
}

#[test]
fn countersign_config_names_the_file_and_the_argument_wins() {
    let given = variable("COUNTERSIGN_CONFIG", "/etc/c.toml")
        .file("/etc/c.toml", "log = 'debug'")
        .file("other.toml", "log = 'trace'")
        .file("countersign.toml", "log = 'error'");
    assert_eq!(given.config().log, "debug");
    assert_eq!(
        Config::load(Some(Path::new("other.toml")), &given)
            .unwrap()
            .log,
        "trace"
    );
}

#[test]
fn a_named_file_must_be_there() {
    assert_eq!(
        variable("COUNTERSIGN_CONFIG", "/etc/c.toml").problem(),
        "/etc/c.toml: cannot read the configuration file: No such file or directory; correct the path, or start without it: every key has a default",
    );
}

#[test]
fn variables_of_other_programs_are_left_alone() {
    let given = variable("COUNTERSIGN_PORT", "tcp://10.0.0.1:3002")
        .variable("COUNTERSIGN_PORT_3002_TCP_ADDR", "10.0.0.1")
        .variable("COUNTERSIGN_SERVICE_HOST", "10.0.0.1")
        .variable("COUNTERSIGN_SERVICE_PORT_HTTP", "3002")
        .variable("COUNTERSIGN_TEST_POSTGRES", "postgres://localhost/test")
        .variable("NODE_ENV", "production");
    assert_eq!(given.config().listen.to_string(), "127.0.0.1:3002");
}
