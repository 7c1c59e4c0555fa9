//! mcp2's `.env` as it is.

use countersign_config::{ApiToken, App, Config, Duration, Provider};

use crate::given::{Given, variable};
use crate::privy::{APP_ID, APP_SECRET};

/// Every variable of mcp2's `.env.example`, and those that only its code knows.
fn env() -> Given {
    [
        ("VITE_PRIVY_APP_ID", APP_ID),
        ("PRIVY_APP_ID", APP_ID),
        ("PRIVY_APP_SECRET", APP_SECRET),
        ("SERVER_BASE_URL", "https://mcp2.example"),
        ("PORT", "8080"),
        ("NODE_ENV", "production"),
        // `base64` of a PEM file.
        (
            "JWT_PRIVATE_KEY",
            "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCk1DNENBUUE9Ci0tLS0tRU5EIFBSSVZBVEUgS0VZLS0tLS0K",
        ),
        (
            "JWT_PUBLIC_KEY",
            "LS0tLS1CRUdJTiBQVUJMSUMgS0VZLS0tLS0KTUNvd0JRPT0KLS0tLS1FTkQgUFVCTElDIEtFWS0tLS0tCg==",
        ),
        ("PROTOCOL_API_URL", "http://protocol:3000/api/"),
        ("PROTOCOL_API_TIMEOUT_MS", "60000"),
        ("PRIVY_TOKEN_EXCHANGE_TIMEOUT_MS", "10000"),
        ("EXTRACT_INTENT_SECTION_CHAR_LIMIT", "5000"),
        ("EXTRACT_INTENT_INSTRUCTION_CHAR_LIMIT", "10000"),
        ("DISCOVER_FILTER_MAX_ATTEMPTS", "8"),
    ]
    .into_iter()
    .fold(Given::default(), |given, (name, value)| {
        given.variable(name, value)
    })
}

#[test]
fn the_env_alone_signs_in_with_privy_and_hands_on_the_browsers_token() {
    let config = env().config();
    let privy = config.login.privy().unwrap();
    assert_eq!(
        (privy.app_id, privy.app_secret.expose()),
        (APP_ID, APP_SECRET)
    );
    assert_eq!(config.public_url.as_str(), "https://mcp2.example");
    assert_eq!(config.listen.to_string(), "0.0.0.0:8080");
    assert!(
        config.tokens.import_private_key.is_some() && config.tokens.import_public_key.is_some()
    );
    assert_eq!(
        config.api.url.as_ref().unwrap().as_str(),
        "http://protocol:3000/api"
    );
    assert_eq!(config.app, App::IndexNetwork);
    assert_eq!(config.api.timeout, Duration::from_secs(60));
    let chars = &config.index_network;
    assert_eq!(
        (chars.instruction_chars, chars.section_chars),
        (10_000, 5_000)
    );
    assert_eq!(config.api.token, ApiToken::Browser);
    let notices = config.notices();
    assert!(
        notices.concat().contains("api.token = \"device\""),
        "{notices:#?}"
    );
}

#[test]
fn whoever_says_more_than_mcp2_could_chooses_the_token() {
    let token = |given: Given| given.config().api.token;
    assert_eq!(
        token(env().variable("COUNTERSIGN_API__TOKEN", "device")),
        ApiToken::Device
    );
    assert_eq!(
        token(env().file("countersign.toml", "[api]\ntoken = 'countersign'")),
        ApiToken::Countersign
    );
    assert_eq!(
        token(env().file("countersign.toml", "[login]\nprovider = 'privy'")),
        ApiToken::Countersign
    );
    // Anything else beside the variables leaves mcp2's way in place.
    assert_eq!(
        token(env().file("countersign.toml", "[login.privy]\nclient_id = 'client-1'")),
        ApiToken::Browser
    );
}

#[test]
fn a_provider_that_is_named_elsewhere_stays() {
    let config = env()
        .file("countersign.toml", "[login]\nprovider = 'local'")
        .config();
    assert_eq!(config.login.provider, Provider::Local);
    assert_eq!(config.api.token, ApiToken::Countersign);
}

#[test]
fn the_address_of_the_api_alone_chooses_its_tools_unless_others_are_chosen() {
    let api = || variable("PROTOCOL_API_URL", "https://protocol.example");
    let config = api().config();
    assert_eq!(config.app, App::IndexNetwork);
    let names = config.scopes.iter().map(|scope| scope.name.as_str());
    assert_eq!(names.collect::<Vec<_>>(), ["read", "write"]);
    assert_eq!(config.login.provider, Provider::Local);

    let demo = |given: Given| {
        let config = given.config();
        assert_eq!(config.app, App::Demo);
        let url = config.api.url.unwrap();
        assert_eq!(url.as_str(), "https://protocol.example");
        assert_eq!(config.scopes, App::Demo.scopes());
    };
    demo(api().variable("COUNTERSIGN_APP", "demo"));
    demo(api().file("countersign.toml", "app = 'demo'"));
    // An empty one is not set.
    let nothing = variable("PROTOCOL_API_URL", " ").config();
    assert_eq!(nothing.app, App::Demo);
}

#[test]
fn without_an_app_id_nothing_changes() {
    let config = variable("PRIVY_APP_SECRET", APP_SECRET)
        .variable("VITE_PRIVY_APP_ID", APP_ID)
        .variable("PRIVY_APP_ID", " ")
        .config();
    assert_eq!(config.login.provider, Provider::Local);
}

#[test]
fn a_missing_secret_is_named() {
    assert_eq!(
        variable("PRIVY_APP_ID", APP_ID).problem(),
        "login.privy.app_secret: missing, and login.provider = \"privy\" needs it: copy the app secret from Privy's dashboard (Configuration, App settings, Basics) into it or into PRIVY_APP_SECRET",
    );
}

#[test]
fn what_the_example_holds_is_refused_by_its_variable() {
    assert_eq!(
        variable("PRIVY_APP_ID", "your-privy-app-id-here")
            .variable("PRIVY_APP_SECRET", APP_SECRET)
            .problem(),
        "PRIVY_APP_ID: login.privy.app_id: not an App ID, which is 25 characters, a \"c\" and then lower-case letters and digits: copy it from Privy's dashboard (Configuration, App settings, Basics)",
    );
}

#[test]
fn the_pages_app_must_be_the_servers_app() {
    assert_eq!(
        variable("PRIVY_APP_ID", APP_ID)
            .variable("PRIVY_APP_SECRET", APP_SECRET)
            .variable("VITE_PRIVY_APP_ID", "clsimulator0000000000bbbb")
            .problem(),
        "VITE_PRIVY_APP_ID: differs from PRIVY_APP_ID, and both name the app at Privy: correct one, or unset this one, which is not needed here",
    );
}

#[test]
fn privys_addresses_come_from_their_variables() {
    let config = env()
        .variable("PRIVY_API_URL", "http://localhost:3003/")
        .variable("PRIVY_AUTH_URL", "http://localhost:3004")
        .config();
    let privy = config.login.privy().unwrap();
    assert_eq!(privy.settings.api_url.as_str(), "http://localhost:3003");
    assert_eq!(privy.settings.auth_url.as_str(), "http://localhost:3004");
}

#[test]
fn a_timeout_is_rounded_up_to_seconds() {
    let timeout = |value| {
        variable("PROTOCOL_API_TIMEOUT_MS", value)
            .config()
            .api
            .timeout
    };
    assert_eq!(timeout("1"), Duration::from_secs(1));
    assert_eq!(timeout("1500"), Duration::from_secs(2));
    for value in ["60s", "-1", "1.5"] {
        assert_eq!(
            variable("PROTOCOL_API_TIMEOUT_MS", value).problem(),
            "PROTOCOL_API_TIMEOUT_MS: must be a whole number of milliseconds",
        );
    }
    assert_eq!(
        variable("PROTOCOL_API_TIMEOUT_MS", "0").problem(),
        "PROTOCOL_API_TIMEOUT_MS: api.timeout: is 0s and must be between 1s and 10m",
    );
}

#[test]
fn a_secret_by_file_replaces_mcp2s() {
    let config = env()
        .file("countersign.toml", "[login.privy]\napp_secret_file = 's'")
        .file("s", "another-secret\n")
        .config();
    assert_eq!(
        config.login.privy().unwrap().app_secret.expose(),
        "another-secret"
    );
}

#[test]
fn the_report_says_which_variable_did_it() {
    let report = Config::check(None, &env()).unwrap().1.to_string();
    assert!(report.contains("login.provider"), "{report}");
    assert!(report.contains("  PRIVY_APP_ID\n"), "{report}");
    let app = report
        .lines()
        .find(|line| line.trim().starts_with("app "))
        .unwrap();
    assert!(app.ends_with("  PROTOCOL_API_URL"), "{report}");
    assert!(!report.contains(APP_SECRET), "{report}");
}
