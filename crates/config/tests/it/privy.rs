//! `[login.privy]`.

use countersign_config::{Duration, Provider, SignUp};

use crate::given::{Given, toml, variable};

pub(crate) const APP_ID: &str = "clsimulator0000000000aaaa";
pub(crate) const APP_SECRET: &str = "5hTz0mVwXq8pL2rK9yBd4sNf7gJc1aEu";
const PEM: &str = "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQ==\n-----END PUBLIC KEY-----\n";

/// A good login by Privy with this below it.
pub(crate) fn with(rest: &str) -> String {
    format!(
        "[login]\nprovider = 'privy'\n[login.privy]\napp_id = '{APP_ID}'\napp_secret = '{APP_SECRET}'\n{rest}"
    )
}

#[track_caller]
fn refused(rest: &str, expected: &str) {
    assert_eq!(
        toml(&with(rest)).problem(),
        format!("countersign.toml:6:1: login.privy.{expected}")
    );
}

#[test]
fn privy_is_the_login_with_an_id_and_a_secret() {
    let config = toml(&with("")).config();
    let privy = config.login.privy().unwrap();
    assert_eq!(
        (privy.app_id, privy.app_secret.expose()),
        (APP_ID, APP_SECRET)
    );
    assert_eq!(privy.settings.api_url.as_str(), "https://api.privy.io");
    assert_eq!(privy.settings.auth_url.as_str(), "https://auth.privy.io");
    assert_eq!(privy.settings.user_check, Duration::from_mins(15));
    assert!(!format!("{config:?}").contains(APP_SECRET));
}

#[test]
fn local_accounts_have_no_privy() {
    let local = toml(&with("").replace("'privy'", "'local'")).config();
    assert_eq!(local.login.provider, Provider::Local);
    assert!(local.login.privy().is_none());
}

#[test]
fn every_key_is_a_variable_too() {
    let config = variable("COUNTERSIGN_LOGIN__PROVIDER", "privy")
        .variable("COUNTERSIGN_LOGIN__PRIVY__APP_ID", APP_ID)
        .variable("COUNTERSIGN_LOGIN__PRIVY__APP_SECRET_FILE", "s")
        .variable("COUNTERSIGN_LOGIN__PRIVY__CLIENT_ID", "client-1")
        .variable("COUNTERSIGN_LOGIN__PRIVY__VERIFICATION_KEY_FILE", "k")
        .variable(
            "COUNTERSIGN_LOGIN__PRIVY__API_URL",
            "http://localhost:3003/",
        )
        .variable(
            "COUNTERSIGN_LOGIN__PRIVY__AUTH_URL",
            "http://localhost:3003",
        )
        .variable("COUNTERSIGN_LOGIN__PRIVY__USER_CHECK", "1m")
        .file("s", format!("{APP_SECRET}\n"))
        .file("k", PEM)
        .config();
    let privy = config.login.privy().unwrap();
    assert_eq!(privy.app_secret.expose(), APP_SECRET);
    assert_eq!(privy.settings.client_id.as_deref(), Some("client-1"));
    assert_eq!(
        privy.settings.verification_key.as_deref(),
        Some(PEM.trim_end())
    );
    assert_eq!(privy.settings.api_url.as_str(), "http://localhost:3003");
    assert_eq!(privy.settings.user_check, Duration::from_mins(1));
}

#[test]
fn what_is_missing_is_named_with_where_to_find_it() {
    assert_eq!(
        toml("[login]\nprovider = 'privy'").problems(),
        [
            "countersign.toml:1:2: login.privy.app_id: missing, and login.provider = \"privy\" needs it: copy the App ID from Privy's dashboard (Configuration, App settings, Basics) into it or into PRIVY_APP_ID",
            "countersign.toml:1:2: login.privy.app_secret: missing, and login.provider = \"privy\" needs it: copy the app secret from Privy's dashboard (Configuration, App settings, Basics) into it or into PRIVY_APP_SECRET",
        ],
    );
}

#[test]
fn an_app_id_is_a_cuid_of_25_characters() {
    for id in [
        "",
        "your-privy-app-id-here",
        "clsimulator0000000000aaa",
        "clsimulator0000000000aaaaa",
        "dlsimulator0000000000aaaa",
        "clSimulator0000000000aaaa",
        "clsimulator0000000000aaa\u{e9}",
        APP_SECRET,
    ] {
        let text = with("").replace(APP_ID, id);
        assert_eq!(
            toml(&text).problem(),
            "countersign.toml:4:1: login.privy.app_id: not an App ID, which is 25 characters, a \"c\" and then lower-case letters and digits: copy it from Privy's dashboard (Configuration, App settings, Basics)",
            "{id}"
        );
    }
}

#[test]
fn a_secret_that_is_an_app_id_is_told_apart() {
    assert_eq!(
        toml(&with("").replace(APP_SECRET, APP_ID)).problem(),
        "countersign.toml:5:1: login.privy.app_secret: an App ID, not the secret: copy the app secret from Privy's dashboard (Configuration, App settings, Basics), or make a new one there, since a lost one is shown nowhere",
    );
}

#[test]
fn a_secret_is_one_word() {
    for secret in ["", "two words", "caf\u{e9}", "line\\nbreak"] {
        let text = with("").replace(&format!("'{APP_SECRET}'"), &format!("\"{secret}\""));
        assert_eq!(
            toml(&text).problem(),
            "countersign.toml:5:1: login.privy.app_secret: empty, or has characters that no app secret has, such as spaces and line breaks: copy it again from where it was kept, or make a new one in Privy's dashboard (Configuration, App settings, Basics)",
        );
    }
}

#[test]
fn a_client_id_is_not_the_app_id() {
    refused(
        &format!("client_id = '{APP_ID}'"),
        "client_id: an App ID, not that of an app client: copy the client's ID from Privy's dashboard (Configuration, App settings, Clients), or remove the key",
    );
    for id in ["", "client 1"] {
        refused(
            &format!("client_id = '{id}'"),
            "client_id: empty, or has characters that no client ID has, such as spaces: copy it again from Privy's dashboard (Configuration, App settings, Clients), or remove the key",
        );
    }
}

#[test]
fn a_verification_key_is_a_pem_block_of_several_lines() {
    assert!(
        toml(&with(&format!("verification_key = '''{PEM}'''")))
            .load()
            .is_ok()
    );
    for key in [
        String::new(),
        "MFkwEwYHKoZIzj0CAQ==".to_owned(),
        PEM.replace('\n', "\\\\n"),
        PEM.replace('\n', " "),
        PEM.replace("PUBLIC", "PRIVATE").replace('\n', "\\n"),
        "-----BEGIN PUBLIC KEY-----\\n-----END PUBLIC KEY-----".to_owned(),
    ] {
        refused(
            &format!("verification_key = \"{key}\""),
            "verification_key: not a public key in PEM, which is several lines from \"-----BEGIN PUBLIC KEY-----\" to \"-----END PUBLIC KEY-----\": copy it from Privy's dashboard (Configuration, App settings) into a file and name that in verification_key_file, or remove the key, and it is fetched",
        );
    }
}

#[test]
fn http_is_for_loopback_hosts_only() {
    for key in ["api_url", "auth_url"] {
        refused(
            &format!("{key} = 'http://privy.example.com/'"),
            &format!(
                "{key}: http:// is for loopback hosts only (localhost, 127.0.0.1, [::1]), because secrets and tokens would travel readable: write \"https://privy.example.com\""
            ),
        );
        for url in [
            "http://localhost:3003",
            "http://127.0.0.1:3003",
            "http://[::1]:3003",
            "https://privy.example.com",
        ] {
            let text = with(&format!("{key} = '{url}'"));
            assert!(toml(&text).load().is_ok(), "{text}");
        }
    }
}

#[test]
fn the_two_addresses_of_privy_are_not_mixed_up() {
    refused(
        "api_url = 'https://auth.privy.io'",
        "api_url: the address of Privy's other API: write \"https://api.privy.io\", or remove the key, since that is the default",
    );
    refused(
        "auth_url = 'https://api.privy.io/'",
        "auth_url: the address of Privy's other API: write \"https://auth.privy.io\", or remove the key, since that is the default",
    );
}

#[test]
fn an_address_is_refused_without_its_password() {
    refused(
        "api_url = 'https://u:hunter2@privy.example.com'",
        "api_url: must not contain a user name or password: remove them",
    );
    refused(
        "auth_url = 'privy.example.com'",
        "auth_url: not a URL: write scheme and host, for example \"https://api.example.com\"",
    );
}

#[test]
fn the_user_is_checked_every_minute_to_every_day() {
    refused(
        "user_check = '59s'",
        "user_check: is 59s and must be between 1m and 1d",
    );
    refused(
        "user_check = '25h'",
        "user_check: is 25h and must be between 1m and 1d",
    );
}

#[test]
fn an_invitation_keeps_nobody_out_of_privy() {
    let text = with("").replace("'privy'\n", "'privy'\nsign_up = 'invitation'\n");
    assert_eq!(
        toml(&text).problem(),
        "countersign.toml:3:1: login.sign_up: \"invitation\" is about accounts of this server, and with Privy it would keep nobody out: remove the key, and say in Privy's dashboard who may have an account",
    );
    let public = format!("public_url = 'https://mcp.example.com'\n{}", with(""));
    assert_eq!(toml(&public).config().login.sign_up, SignUp::Open);
}

#[test]
fn no_problem_shows_the_secret_wherever_it_was_written() {
    for text in [
        with("").replace(APP_ID, "hunter2"),
        with("").replace(APP_SECRET, "hunter2 hunter2"),
        with("client_id = 'hunter2 hunter2'"),
        with("verification_key = 'hunter2'"),
        with("api_url = 'hunter2'"),
        with("auth_url = 'ftp://hunter2'"),
        "[login.privy]\napp_secret = ['hunter2']".to_owned(),
        "[login.privy]\napp_secrt = 'hunter2'".to_owned(),
        "[login]\nprivy = 'hunter2'".to_owned(),
        "[login]\nprovider = 'privy'\napp_secret = 'hunter2'".to_owned(),
    ] {
        let problems = toml(&text).problems().join("\n");
        assert!(!problems.contains("hunter2"), "{text}: {problems}");
    }
    let report = countersign_config::Config::check(None, &toml(&with("")))
        .unwrap()
        .1
        .to_string();
    assert!(!report.contains(APP_SECRET), "{report}");
}

#[test]
fn with_local_accounts_nothing_of_privy_is_judged() {
    let config = Given::default()
        .file("countersign.toml", "[login]\nprovider = 'local'")
        .variable("PRIVY_APP_ID", "your-privy-app-id-here")
        .config();
    assert_eq!(config.login.provider, Provider::Local);
}
