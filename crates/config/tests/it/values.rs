//! The rules of single values and of values together.

use crate::given::toml;

const CLIENT: &str =
    "[[clients]]\nid = 'a'\nname = 'A'\nredirect_uris = ['https://a.example/cb']\n";

#[track_caller]
fn refused(text: &str, expected: &str) {
    let problem = toml(text).problem();
    assert!(problem.contains(expected), "{problem}");
}

#[test]
fn http_outside_loopback_refuses_to_start() {
    refused(
        "public_url = 'http://mcp.example.com'",
        "1:1: public_url: http:// is for loopback hosts only",
    );
}

#[test]
fn a_public_url_with_a_trailing_slash_is_told_how_to_write_it() {
    refused(
        "public_url = 'https://mcp.example.com/'",
        "write \"https://mcp.example.com\"",
    );
}

#[test]
fn what_follows_from_a_wrong_public_url_is_not_reported() {
    let problems = toml("public_url = 'mcp.example.com'").problems();
    assert_eq!(problems.len(), 1, "{problems:#?}");
}

#[test]
fn listen_needs_an_address_and_a_port() {
    for listen in ["localhost:3002", "3002", "127.0.0.1", ":3002"] {
        refused(
            &format!("listen = '{listen}'"),
            "listen: not an address to listen on: write IP:PORT",
        );
    }
}

#[test]
fn an_unknown_choice_is_answered_with_the_known_ones() {
    refused(
        "[tokens]\nsigning_alg = 'HS256'",
        "unknown variant `HS256`, expected one of `RS256`, `ES256`, `EdDSA`",
    );
    refused(
        "[login]\nprovider = 'clerk'",
        "unknown variant `clerk`, expected `local` or `privy`",
    );
    refused(
        "[login]\nsign_up = 'closed'",
        "unknown variant `closed`, expected `open` or `invitation`",
    );
    refused(
        "[api]\ntoken = 'session'",
        "unknown variant `session`, expected one of `countersign`, `device`, `browser`",
    );
    refused("app = 'other'", "unknown variant `other`, expected `demo`");
    refused(
        "log_format = 'xml'",
        "unknown variant `xml`, expected `text` or `json`",
    );
}

#[test]
fn durations_outside_their_bounds_are_refused() {
    for (section, key, low, high) in [
        ("tokens", "access_ttl", "59s", "25h"),
        ("tokens", "code_ttl", "9s", "11m"),
        ("tokens", "refresh_grace", "-1", "61m"),
        ("tokens", "key_rotation", "1h", "3651d"),
        ("tokens", "jwks_max_age", "-1", "25h"),
        ("tokens", "refresh_ttl", "0", "3651d"),
        ("tokens", "grant_ttl", "0", "3651d"),
        ("login", "session_ttl", "1s", "401d"),
        ("login", "interaction_ttl", "1s", "61m"),
        ("api", "timeout", "0", "11m"),
        ("registration", "unused_ttl", "1m", "366d"),
        ("limits", "request_timeout", "0", "11m"),
    ] {
        for value in [low, high] {
            refused(
                &format!("[{section}]\n{key} = '{value}'"),
                &format!("{section}.{key}: "),
            );
        }
    }
    refused(
        "[tokens]\naccess_ttl = '25h'",
        "is 25h and must be between 1m and 1d",
    );
    refused("[tokens]\naccess_ttl = -5", "a duration cannot be negative");
}

#[test]
fn the_grace_must_be_shorter_than_an_access_token() {
    refused(
        "[tokens]\naccess_ttl = '60s'\nrefresh_grace = '60s'",
        "tokens.refresh_grace: must be shorter than tokens.access_ttl (1m)",
    );
}

#[test]
fn a_refresh_token_outlives_an_access_token_and_a_grant_both() {
    refused(
        "[tokens]\nrefresh_ttl = '1h'",
        "tokens.refresh_ttl: must be longer than tokens.access_ttl (1h)",
    );
    refused(
        "[tokens]\ngrant_ttl = '29d'",
        "tokens.grant_ttl: must not be shorter than tokens.refresh_ttl (30d)",
    );
}

#[test]
fn numbers_outside_their_bounds_are_refused() {
    for (section, key, value) in [
        ("limits", "body_bytes", "100"),
        ("limits", "body_bytes", "-1"),
        ("limits", "mcp_body_bytes", "1000000000"),
        ("limits", "argon2_parallel", "0"),
        ("limits", "sign_in_attempts_per_account_per_hour", "0"),
        (
            "limits",
            "sign_in_attempts_per_address_per_hour",
            "5000000000",
        ),
        ("api", "max_bytes", "1023"),
        ("api", "max_bytes", "67108865"),
        ("registration", "per_address_per_hour", "0"),
        ("registration", "total_unused", "0"),
    ] {
        refused(
            &format!("[{section}]\n{key} = {value}"),
            &format!("{section}.{key}: "),
        );
    }
}

#[test]
fn private_schemes_are_schemes_that_no_browser_acts_on() {
    for scheme in ["Cursor", "cursor://", "cursor:", "1a", "", "a b"] {
        refused(
            &format!("[registration]\nprivate_schemes = ['{scheme}']"),
            "registration.private_schemes[0]: not a URI scheme",
        );
    }
    for scheme in ["javascript", "data", "http", "https", "file"] {
        refused(
            &format!("[registration]\nprivate_schemes = ['ok', '{scheme}']"),
            "registration.private_schemes[1]: ",
        );
    }
}

#[test]
fn scope_names_follow_the_grammar_and_leave_openid_its_own() {
    for name in ["", "a b", "a\"b", "é"] {
        refused(
            &format!("[[scopes]]\nname = '{name}'\ndescription = 'x'"),
            "scopes[0].name: not a scope name",
        );
    }
    for name in ["openid", "offline_access", "profile", "email"] {
        refused(
            &format!("[[scopes]]\nname = '{name}'\ndescription = 'x'"),
            "belongs to OpenID Connect",
        );
    }
}

#[test]
fn a_second_scope_of_one_name_is_refused() {
    refused(
        "[[scopes]]\nname = 'a'\ndescription = 'x'\n[[scopes]]\nname = 'a'\ndescription = 'y'",
        "countersign.toml:5:1: scopes[1].name: a second scope is called \"a\"",
    );
}

#[test]
fn some_scope_must_be_in_the_default_set() {
    refused("scopes = []", "scopes: no scope is in the default set");
    refused(
        "[[scopes]]\nname = 'a'\ndescription = 'x'\ndefault = false",
        "scopes: no scope is in the default set",
    );
}

#[test]
fn shown_text_is_one_honest_line() {
    refused("[brand]\nname = ' '", "brand.name: empty");
    refused(
        "[brand]\nname = \"a\\nb\"",
        "brand.name: has line breaks or invisible characters",
    );
    refused(
        "[brand]\nname = \"a\\u202Eb\"",
        "brand.name: has line breaks or invisible characters",
    );
    refused(
        &format!("[brand]\nname = '{}'", "a".repeat(61)),
        "brand.name: longer than 60 characters",
    );
    refused(
        "[[scopes]]\nname = 'a'\ndescription = ''",
        "scopes[0].description: empty",
    );
}

#[test]
fn two_clients_share_neither_id_nor_name() {
    let second = |id: &str, name: &str| {
        format!(
            "{CLIENT}[[clients]]\nid = '{id}'\nname = '{name}'\nredirect_uris = ['https://b.example/cb']"
        )
    };
    refused(
        &second("a", "B"),
        "countersign.toml:6:1: clients[1].id: a second client has the id \"a\"",
    );
    refused(
        &second("b", "A"),
        "countersign.toml:7:1: clients[1].name: a second client is called \"A\"",
    );
}

#[test]
fn a_client_id_is_a_plain_name() {
    for id in ["", "a b", "é"] {
        refused(
            &CLIENT.replace("'a'", &format!("'{id}'")),
            "clients[0].id: not a client id",
        );
    }
    refused(
        &CLIENT.replace("'a'", "'https://a.example/client'"),
        "client id metadata document",
    );
}

#[test]
fn redirect_uris_of_a_client_follow_the_rules_of_registration() {
    let with = |uris: &str| CLIENT.replace("['https://a.example/cb']", uris);
    for uri in [
        "http://a.example/cb",
        "https://a.example/cb#x",
        "https://u@a.example/cb",
        "/cb",
        "javascript:alert(1)",
    ] {
        refused(
            &with(&format!("['https://a.example/cb', '{uri}']")),
            "countersign.toml:4:42: clients[0].redirect_uris[1]: ",
        );
    }
    refused(&with("[]"), "clients[0].redirect_uris: empty");
    refused(&with("['myapp://cb']"), "private_schemes of [registration]");
    let listed = format!(
        "registration.private_schemes = ['myapp']\n{}",
        with("['myapp://cb', 'http://127.0.0.1/cb']")
    );
    assert_eq!(toml(&listed).config().clients.len(), 1);
}

#[test]
fn a_client_asks_only_for_scopes_that_exist() {
    let with = |scope: &str| format!("{CLIENT}scope = '{scope}'");
    refused(
        &with("notes:read notes:delete"),
        "clients[0].scope: unknown scope \"notes:delete\": the scopes are \"notes:read notes:write offline_access\"",
    );
    refused(&with("openid"), "unknown scope \"openid\"");
    refused(&with(" "), "clients[0].scope: names no scope");
    refused(&with("é"), "clients[0].scope: not a list of scopes");
    assert!(
        toml(&format!(
            "openid.enabled = true\n{}",
            with("openid profile notes:read")
        ))
        .load()
        .is_ok()
    );
}

#[test]
fn a_logo_is_a_small_svg_or_png() {
    let given = |bytes: &[u8]| toml("[brand]\nlogo = 'logo'").file("logo", bytes);
    for (bytes, media_type) in [
        (&b"\x89PNG\r\n\x1a\n rest"[..], "image/png"),
        (b"<svg/>", "image/svg+xml"),
        (b"<?xml version='1.0'?>\n<svg/>", "image/svg+xml"),
    ] {
        let logo = given(bytes).config().brand.logo_image.unwrap();
        assert_eq!(
            (logo.media_type, logo.bytes.as_slice()),
            (media_type, bytes)
        );
    }
    for bytes in [&b"GIF89a"[..], b"<html><svg/></html>", b"", &[0xff, 0xd8]] {
        assert_eq!(
            given(bytes).problem(),
            "countersign.toml:2:1: brand.logo: neither SVG nor PNG: convert it"
        );
    }
    assert!(
        given(&vec![b'x'; 65_537])
            .problem()
            .contains("larger than 64 KiB")
    );
    assert!(
        toml("[brand]\nlogo = 'logo'")
            .problem()
            .contains("cannot read logo: No such file or directory")
    );
}

#[test]
fn a_colour_is_six_hex_digits() {
    refused(
        "[brand]\ncolor = 'red'",
        "brand.color: not a colour: write # and six hex digits",
    );
}

#[test]
fn an_allowed_origin_is_written_as_a_browser_sends_it() {
    for (origin, canonical) in [
        ("https://a.example/", "https://a.example"),
        ("https://A.example", "https://a.example"),
        ("https://a.example:443", "https://a.example"),
        ("https://a.example/x", "https://a.example"),
    ] {
        refused(
            &format!("[mcp]\nallowed_origins = ['{origin}']"),
            &format!("mcp.allowed_origins[0]: not as a browser sends it: write \"{canonical}\""),
        );
    }
    for origin in ["*", "null", "a.example", "file:///x"] {
        refused(
            &format!("[mcp]\nallowed_origins = ['{origin}']"),
            "mcp.allowed_origins[0]: not an origin",
        );
    }
}

#[test]
fn a_trusted_proxy_is_an_address_or_a_network() {
    let config = toml("trusted_proxies = ['127.0.0.1', '10.0.0.0/8', 'fd00::/8']").config();
    let nets: Vec<_> = config
        .trusted_proxies
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(nets, ["127.0.0.1/32", "10.0.0.0/8", "fd00::/8"]);
    for (written, expected) in [
        ("proxy.example.com", "not a network: write an IP address"),
        (
            "10.1.2.3/8",
            "an address inside a network, not the network: write \"10.0.0.0/8\"",
        ),
        ("::ffff:10.0.0.0/104", "IPv4 in the clothes of IPv6"),
        ("0.0.0.0/0", "names every address"),
    ] {
        refused(
            &format!("trusted_proxies = ['::1', '{written}']"),
            &format!("trusted_proxies[1]: {expected}"),
        );
    }
}

#[test]
fn instructions_are_bounded() {
    refused(
        &format!("[mcp]\ninstructions = '{}'", "a".repeat(8193)),
        "mcp.instructions: longer than 8 KiB",
    );
}

#[test]
fn a_log_filter_is_not_empty() {
    refused("log = ''", "log: empty");
}

#[test]
fn hosts_of_documents_are_names_and_nothing_else() {
    for host in [
        "https://chatgpt.com",
        "ChatGPT.com",
        "chatgpt.com:443",
        "chatgpt.com/",
        "",
    ] {
        refused(
            &format!("[client_documents]\nallowed_hosts = ['{host}']"),
            "client_documents.allowed_hosts[0]: not the name of a host",
        );
    }
    let config = toml("[client_documents]\ndenied_hosts = ['chatgpt.com']").config();
    assert_eq!(config.client_documents.denied_hosts, ["chatgpt.com"]);
}

#[test]
fn networks_are_written_in_cidr_notation() {
    refused(
        "[egress]\nallowed_networks = ['10.1.2.3/16']",
        "write \"10.1.0.0/16\"",
    );
    refused("[egress]\nallowed_networks = ['intranet']", "not a network");
    refused(
        "[egress]\nnameservers = ['9.9.9.9']",
        "egress.nameservers: not the address of a DNS server",
    );
}
