//! Names and types: what is refused before any value is read.

use crate::given::{Given, toml, variable};

#[test]
fn an_unknown_key_is_refused_with_its_place_and_the_nearest_name() {
    assert_eq!(
        toml("log = 'info'\n[tokens]\n  acces_ttl = '1h'").problem(),
        "countersign.toml:3:3: tokens.acces_ttl: unknown key, did you mean \"access_ttl\"?",
    );
    assert_eq!(
        toml("[token]\naccess_ttl = '1h'").problem(),
        "countersign.toml:1:2: token: unknown key, did you mean \"tokens\"?",
    );
    assert_eq!(
        toml("[[clients]]\nid = 'a'\nname = 'A'\nredirect_uri = ['https://a.example/cb']")
            .problem(),
        "countersign.toml:4:1: clients[0].redirect_uri: unknown key, did you mean \"redirect_uris\"?",
    );
}

#[test]
fn a_key_under_the_wrong_header_is_told_where_it_belongs() {
    assert_eq!(
        toml("[tokens]\npublic_url = 'https://a.example'").problem(),
        "countersign.toml:2:1: tokens.public_url: unknown key here: \"public_url\" belongs at the top of the file, before the first [section]",
    );
    assert_eq!(
        toml("access_ttl = '1h'").problem(),
        "countersign.toml:1:1: access_ttl: unknown key here: \"access_ttl\" belongs in [tokens]",
    );
    assert_eq!(
        toml("[login]\nprovider = 'local'\napp_id = 'x'").problem(),
        "countersign.toml:3:1: login.app_id: unknown key here: \"app_id\" belongs in [login.privy]",
    );
}

#[test]
fn a_key_like_no_other_is_answered_with_the_known_ones() {
    assert_eq!(
        toml("[openid]\nbanana = 1").problem(),
        "countersign.toml:2:1: openid.banana: unknown key: remove it (the keys here are enabled)",
    );
}

#[test]
fn an_unknown_variable_is_refused_with_the_nearest_name() {
    assert_eq!(
        variable("COUNTERSIGN_TOKENS__ACCES_TTL", "1h").problem(),
        "COUNTERSIGN_TOKENS__ACCES_TTL: unknown variable, did you mean COUNTERSIGN_TOKENS__ACCESS_TTL?",
    );
    assert_eq!(
        variable("COUNTERSIGN_TOKENS_ACCESS_TTL", "1h").problem(),
        "COUNTERSIGN_TOKENS_ACCESS_TTL: unknown variable, did you mean COUNTERSIGN_TOKENS__ACCESS_TTL?",
    );
    assert_eq!(
        variable("COUNTERSIGN_ACCESS_TTL", "1h").problem(),
        "COUNTERSIGN_ACCESS_TTL: unknown variable, did you mean COUNTERSIGN_TOKENS__ACCESS_TTL?",
    );
    assert_eq!(
        variable("COUNTERSIGN_BANANA", "1").problem(),
        "COUNTERSIGN_BANANA: unknown variable: unset it (`countersign config reference` lists the known ones)",
    );
    assert_eq!(
        variable("COUNTERSIGN_PRIVY__APP_ID", "x").problem(),
        "COUNTERSIGN_PRIVY__APP_ID: unknown variable, did you mean COUNTERSIGN_LOGIN__PRIVY__APP_ID?",
    );
    assert!(
        variable("COUNTERSIGN_", "1")
            .problem()
            .contains("unknown variable")
    );
}

#[test]
fn a_syntax_error_has_line_and_column_and_does_not_quote_the_line() {
    let problem = toml("log = 'info'\nmaster_key = hunter2\n").problem();
    assert!(
        problem.starts_with("countersign.toml:2:14: not valid TOML: "),
        "{problem}"
    );
    assert!(!problem.contains("hunter2"), "{problem}");
}

#[test]
fn a_key_that_is_written_twice_is_a_syntax_error() {
    let problem = toml("log = 'a'\nlog = 'b'").problem();
    assert!(
        problem.starts_with("countersign.toml:2:1: not valid TOML: duplicate key"),
        "{problem}"
    );
}

#[test]
fn a_number_that_fits_nowhere_is_a_syntax_error_without_its_digits() {
    assert_eq!(
        toml("master_key = 918273918273918273918273918273").problem(),
        "countersign.toml:1:14: a number that is too large: write a smaller one, or quotes if it is text",
    );
}

#[test]
fn a_file_that_is_not_text_is_refused() {
    assert_eq!(
        Given::default()
            .file("countersign.toml", [0xff, 0xfe])
            .problem(),
        "countersign.toml: not UTF-8 text: save the file as UTF-8",
    );
}

#[test]
fn a_wrong_type_is_told_what_it_must_be() {
    for (text, message) in [
        ("log = 1", "log: must be a string in quotes, not a number"),
        (
            "tokens = 'x'",
            "tokens: must be a section with keys of its own, not a string",
        ),
        ("clients = 'x'", "clients: must be a list, not a string"),
        (
            "clients = ['x']",
            "clients[0]: must be a section with keys of its own, not a string",
        ),
        (
            "[openid]\nenabled = 'yes'",
            "openid.enabled: must be true or false, not a string",
        ),
        (
            "[limits]\nbody_bytes = 1.5",
            "limits.body_bytes: must be a whole number, not a fraction",
        ),
        (
            "[mcp]\nallowed_origins = [1]",
            "mcp.allowed_origins[0]: must be a string in quotes, not a number",
        ),
        (
            "[tokens]\naccess_ttl = 2026-01-01",
            "tokens.access_ttl: must be a string in quotes, not a date",
        ),
    ] {
        let problem = toml(text).problem();
        assert!(problem.ends_with(message), "{problem}");
    }
}

#[test]
fn a_missing_key_of_a_list_entry_is_named() {
    assert_eq!(
        toml("[[scopes]]\nname = 'a'\n[[scopes]]\nname = 'b'").problems(),
        [
            "countersign.toml:1:1: scopes[0]: has no \"description\": add it",
            "countersign.toml:3:1: scopes[1]: has no \"description\": add it",
        ],
    );
}

#[test]
fn numbers_booleans_and_lists_are_read_from_variables() {
    let config = variable("COUNTERSIGN_LIMITS__BODY_BYTES", "32768")
        .variable("COUNTERSIGN_OPENID__ENABLED", "true")
        .variable("COUNTERSIGN_TOKENS__ACCESS_TTL", "900")
        .variable("COUNTERSIGN_MCP__ALLOWED_ORIGINS", "['https://a.example']")
        .variable(
            "COUNTERSIGN_SCOPES",
            r#"[{"name":"a","description":"A","default":true}]"#,
        )
        .variable(
            "COUNTERSIGN_CLIENTS",
            r#"[{id="c", name="C", redirect_uris=["https://c.example/cb"]}]"#,
        )
        .config();
    assert_eq!(config.limits.body_bytes, 32768);
    assert!(config.openid.enabled);
    assert_eq!(config.tokens.access_ttl.as_secs(), 900);
    assert_eq!(config.mcp.allowed_origins, ["https://a.example"]);
    assert_eq!(config.scopes.first().unwrap().name, "a");
    assert_eq!(config.clients.first().unwrap().id, "c");
}

#[test]
fn a_variable_of_the_wrong_type_is_refused() {
    assert_eq!(
        variable("COUNTERSIGN_LIMITS__BODY_BYTES", "lots").problem(),
        "COUNTERSIGN_LIMITS__BODY_BYTES: limits.body_bytes: must be a whole number",
    );
    assert_eq!(
        variable("COUNTERSIGN_OPENID__ENABLED", "yes").problem(),
        "COUNTERSIGN_OPENID__ENABLED: openid.enabled: must be true or false",
    );
    let list = variable("COUNTERSIGN_CLIENTS", "hunter2").problem();
    assert!(
        list.starts_with("COUNTERSIGN_CLIENTS: clients: not a list: ") && !list.contains("hunter2"),
        "{list}"
    );
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_text_is_refused() {
    use std::os::unix::ffi::OsStringExt as _;

    let value = std::ffi::OsString::from_vec(vec![0xff]);
    assert_eq!(
        Given::default()
            .variable("COUNTERSIGN_LOG", value)
            .problem(),
        "COUNTERSIGN_LOG: log: not UTF-8 text: set it anew",
    );
}

#[test]
fn all_problems_are_found_in_one_run() {
    let given = toml(
        "lgo = 'x'\nlisten = 'localhost'\n[tokens]\nsigning_alg = 'HS256'\naccess_ttl = 'soon'\ncode_ttl = '1h'\n[brand]\ncolor = 'red'\n[[scopes]]\nname = 'openid'\ndescription = 'x'",
    )
    .variable("COUNTERSIGN_LOGG", "x");
    let problems = given.problems();
    let keys = [
        "COUNTERSIGN_LOGG",
        "lgo",
        "brand.color",
        "listen",
        "tokens.access_ttl",
        "tokens.signing_alg",
        "tokens.code_ttl",
        "scopes[0].name",
    ];
    for key in keys {
        assert!(
            problems.iter().any(|problem| problem.contains(key)),
            "{key} in {problems:#?}"
        );
    }
    assert_eq!(problems.len(), keys.len(), "{problems:#?}");
}

#[test]
fn the_whole_message_is_readable() {
    let given = toml("lgo = 'x'\n[tokens]\nsigning_alg = 'HS256'\naccess_ttl = 'soon'")
        .variable("COUNTERSIGN_LOGG", "x");
    insta::assert_snapshot!(given.load().unwrap_err(), @r#"
    the configuration has 4 problems:
      COUNTERSIGN_LOGG: unknown variable, did you mean COUNTERSIGN_LOG?
      countersign.toml:1:1: lgo: unknown key, did you mean "log"?
      countersign.toml:3:1: tokens.signing_alg: unknown variant `HS256`, expected one of `RS256`, `ES256`, `EdDSA`
      countersign.toml:4:1: tokens.access_ttl: not a duration: write a whole number and s, m, h or d, for example "60s", "10m", "1h" or "30d"
    "#);
}
