use countersign_config::{Config, StorageUrl};

use crate::given::{Given, toml, variable};

const KEY: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
const PRIVATE: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQA=\n-----END PRIVATE KEY-----\n";
const PUBLIC: &str = "-----BEGIN PUBLIC KEY-----\nMCowBQ==\n-----END PUBLIC KEY-----\n";

fn master_key(config: &Config) -> [u8; 32] {
    *config.master_key.as_ref().unwrap().expose()
}

#[test]
fn a_secret_comes_by_value_or_by_file_from_either_place() {
    for given in [
        toml(&format!("master_key = '{KEY}'")),
        variable("COUNTERSIGN_MASTER_KEY", KEY),
        toml("master_key_file = 'k'").file("k", format!("{KEY}\n")),
        variable("COUNTERSIGN_MASTER_KEY_FILE", "k").file("k", format!("{KEY}\r\n")),
    ] {
        assert_eq!(master_key(&given.config()), [1; 32]);
    }
}

#[test]
fn a_secret_and_its_file_in_one_place_are_refused() {
    assert_eq!(
        toml(&format!("master_key = '{KEY}'\nmaster_key_file = 'k'"))
            .file("k", KEY)
            .problem(),
        "countersign.toml:2:1: master_key_file: \"master_key\" is set too: remove one of the two",
    );
}

#[test]
fn a_secret_in_a_higher_place_replaces_the_file_of_a_lower_one_and_the_reverse() {
    let by_value = toml("master_key_file = 'missing'").variable("COUNTERSIGN_MASTER_KEY", KEY);
    assert_eq!(master_key(&by_value.config()), [1; 32]);
    let by_file = toml("master_key = 'wrong'")
        .variable("COUNTERSIGN_MASTER_KEY_FILE", "k")
        .file("k", KEY);
    assert_eq!(master_key(&by_file.config()), [1; 32]);
}

#[test]
fn a_secret_file_that_cannot_be_used_is_named() {
    let given = |contents: Option<&[u8]>| {
        let given = toml("[storage]\nurl_file = '/run/db'");
        contents.map_or_else(
            || toml("[storage]\nurl_file = '/run/db'"),
            |contents| given.file("/run/db", contents),
        )
    };
    for (contents, message) in [
        (
            None,
            "cannot read /run/db: No such file or directory; correct the path (it counts from the working directory) or make the file readable",
        ),
        (
            Some(&b"\n"[..]),
            "/run/db is empty: write the secret into it",
        ),
        (
            Some(&[0xff][..]),
            "/run/db is not UTF-8 text: it is the wrong file",
        ),
        (
            Some(vec![b'x'; 65_537].as_slice()),
            "/run/db is larger than 64 KiB: it is the wrong file",
        ),
    ] {
        assert_eq!(
            given(contents).problem(),
            format!("countersign.toml:2:1: storage.url_file: {message}")
        );
    }
}

#[test]
fn a_wrong_secret_from_a_file_is_placed_where_the_file_was_named() {
    assert_eq!(
        variable("COUNTERSIGN_MASTER_KEY_FILE", "k")
            .file("k", "hunter2")
            .problem(),
        "COUNTERSIGN_MASTER_KEY_FILE: master_key: not a master key: it is 32 random bytes in base64; make one with `openssl rand -base64 32`",
    );
}

#[test]
fn a_client_secret_is_read_from_its_own_file() {
    let config = toml("[[clients]]\nid = 'a'\nname = 'A'\nredirect_uris = ['https://a.example/cb']\nsecret_file = 's'")
        .file("s", "0123456789abcdef0123456789abcdef\n")
        .config();
    let client = config.clients.first().unwrap();
    assert_eq!(
        client.secret.as_ref().unwrap().expose(),
        "0123456789abcdef0123456789abcdef"
    );
}

#[test]
fn a_client_secret_that_can_be_guessed_is_refused() {
    for secret in [
        "hunter2",
        "0123456789abcdef0123é",
        "with space with space with space",
    ] {
        let problem = toml(&format!(
            "[[clients]]\nid = 'a'\nname = 'A'\nredirect_uris = ['https://a.example/cb']\nsecret = '{secret}'"
        ))
        .problem();
        assert!(
            problem.starts_with("countersign.toml:5:1: clients[0].secret: too easy to guess"),
            "{problem}"
        );
    }
}

#[test]
fn a_database_address_is_secret_and_may_come_from_a_file() {
    let config = variable("COUNTERSIGN_STORAGE__URL_FILE", "db")
        .file("db", "postgres://u:hunter2@db/app\n")
        .config();
    assert!(
        matches!(&config.storage.url, StorageUrl::Postgres(url) if url.expose() == "postgres://u:hunter2@db/app")
    );
    assert!(!format!("{config:?}").contains("hunter2"));
}

#[test]
fn mcp2_keys_are_base64_of_pem() {
    // `base64 -w0` of the constants above.
    let config = variable(
        "JWT_PRIVATE_KEY",
        "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCk1DNENBUUE9Ci0tLS0tRU5EIFBSSVZBVEUgS0VZLS0tLS0K",
    )
    .variable(
        "JWT_PUBLIC_KEY",
        "LS0tLS1CRUdJTiBQVUJMSUMgS0VZLS0tLS0KTUNvd0JRPT0KLS0tLS1FTkQgUFVCTElDIEtFWS0tLS0tCg==",
    )
    .config();
    assert_eq!(config.tokens.import_private_key.unwrap().expose(), PRIVATE);
    assert_eq!(config.tokens.import_public_key.unwrap(), PUBLIC);
}

#[test]
fn an_mcp2_key_that_is_none_is_refused_without_showing_it() {
    for name in ["JWT_PRIVATE_KEY", "JWT_PUBLIC_KEY"] {
        let problem = variable(name, "hunter2!").problem();
        assert_eq!(
            problem,
            format!(
                "{name}: not base64 of a PEM file: make it with `base64 -w0 key.pem`, or unset it"
            )
        );
    }
    assert!(
        variable("JWT_PRIVATE_KEY", "aHVudGVyMg==")
            .problem()
            .starts_with("JWT_PRIVATE_KEY: tokens.import_private_key: not a private key in PEM")
    );
}

#[test]
fn an_imported_key_must_be_unencrypted_pem_of_its_kind() {
    for text in [
        PUBLIC,
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMC4=\n-----END ENCRYPTED PRIVATE KEY-----",
        "MC4CAQA=",
    ] {
        assert!(
            variable("COUNTERSIGN_TOKENS__IMPORT_PRIVATE_KEY", text)
                .problem()
                .contains("not a private key in PEM")
        );
    }
    assert!(
        variable("COUNTERSIGN_TOKENS__IMPORT_PUBLIC_KEY", PRIVATE)
            .problem()
            .contains("not a public key in PEM")
    );
    let rsa = "-----BEGIN RSA PRIVATE KEY-----\nMC4=\n-----END RSA PRIVATE KEY-----";
    let config = Given::default()
        .variable("COUNTERSIGN_TOKENS__IMPORT_PRIVATE_KEY_FILE", "k")
        .file("k", rsa)
        .config();
    assert_eq!(config.tokens.import_private_key.unwrap().expose(), rsa);
}

#[test]
fn no_problem_shows_a_secret_wherever_it_stands() {
    for text in [
        "master_key = 'hunter2'",
        "master_key = [ 'hunter2' ]",
        "master_key = hunter2",
        "master_key = 'hunter2",
        "storage.url = 'mysql://u:hunter2@db/app'",
        "storage.url = 'postgres://u:hunter2@:x/app'",
        "storage = 'hunter2'",
        "clients = 'hunter2'",
        "clients = ['hunter2']",
        "[[clients]]\nsecret = 'hunter2'",
        "[[clients]]\nsecrt = 'hunter2'",
        "[[clients]]\nid = 'a'\nname = 'A'\nredirect_uris = []\nsecret = 'hunter2'",
        "[tokens]\nimport_private_key = 'hunter2'",
    ] {
        let problems = toml(text).problems().join("\n");
        assert!(!problems.contains("hunter2"), "{text}: {problems}");
    }
    let numbers = toml("master_key = 918273\nstorage.url = 918273")
        .problems()
        .join("\n");
    assert!(!numbers.contains("918273"), "{numbers}");
}
