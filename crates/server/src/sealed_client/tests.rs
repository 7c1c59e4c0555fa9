use countersign_domain::PlainClientSecret;
use countersign_oauth::client_metadata::{ClientMetadata, RegistrationPolicy};
use countersign_oauth::redirect_uri::RedirectUriPolicy;
use countersign_oauth::scope::ScopeSet;
use serde_json::{Value, json};

use super::*;

const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

fn clients(master_key: &str) -> SealedClients {
    SealedClients::new(&MasterKey::from_base64(master_key).unwrap()).unwrap()
}

fn ours() -> SealedClients {
    clients("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
}

fn registration(document: &Value) -> StatelessRegistration {
    let policy = RegistrationPolicy::new(RedirectUriPolicy::default(), ScopeSet::empty());
    StatelessRegistration {
        metadata: ClientMetadata::register(document.to_string().as_bytes(), &policy).unwrap(),
        secret: None,
        edition: 0,
    }
}

fn cursor() -> StatelessRegistration {
    registration(&json!({
        "client_name": "Cursor",
        "redirect_uris": [
            "http://localhost:8787/callback",
            "https://www.cursor.com/agents/mcp/oauth/callback",
            "cursor://anysphere.cursor-mcp/oauth/callback",
        ],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "none",
    }))
}

/// Programs have their identifier built in or kept in a file for years: this one opens for ever.
#[test]
fn opens_an_identifier_of_an_earlier_release() {
    let id = ClientId::new(CURSOR);
    assert_eq!(ours().seal(&cursor()), Some(id.clone()));
    let client = ours().open(&id, NOW).unwrap();
    assert_eq!(client.metadata, cursor().metadata);
    assert_eq!((client.id, client.kind), (id, ClientKind::Registered));
    assert_eq!(client.created_at, NOW);
    assert!(client.secret.is_none() && client.last_used_at.is_none());
}

const CURSOR: &str = "cli_AZKTyBDlum-d_jkMpDh20bqaJPa3B1FY-72pK6F8wjLSyZa5e82UjI4JoT_DxyTW599kz7U0Y-4NmlsurGpIPTU1CYIhWb3IepUyTY7A6J7V_vLkWWvlgJow0ZkL0Oge7jG73vjJT7NfTTWSmIVn1m4VQJKZ5FXDTWSxSaBexQ4YAk4pz4y9UPol_K-WeCKF4U9VSZIpasJaSdQ-nuQgNX6yQJRwTzM_sGaHqA";

#[test]
fn keeps_the_hash_of_a_secret() {
    let secret = Some(PlainClientSecret::hash_presented("secret"));
    let confidential = StatelessRegistration { secret, ..cursor() };
    let id = ours().seal(&confidential).unwrap();
    assert!(ours().open(&id, NOW).unwrap().secret == secret);
    assert_ne!(Some(id), ours().seal(&cursor()));
}

#[test]
fn opens_nothing_that_was_altered_cut_or_sealed_by_another() {
    let id = ours().seal(&cursor()).unwrap();
    let opens = |text: &str| ours().open(&ClientId::new(text), NOW).is_some();
    assert!(opens(id.as_str()));
    for (position, letter) in id.as_str().char_indices() {
        let other = if letter == 'A' { "B" } else { "A" };
        let mut altered = id.as_str().to_owned();
        altered.replace_range(position..=position, other);
        assert!(!opens(&altered), "{altered}");
        assert!(!opens(&id.as_str()[..position]));
    }
    for suffix in ["A", "=", "==", " ", "\n", "\0"] {
        assert!(!opens(&format!("{id}{suffix}")), "{suffix:?}");
    }
    let foreign = clients("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHiA=");
    assert!(foreign.open(&id, NOW).is_none());
    assert!(!opens(&format!("cli_{}", "A".repeat(1 << 20))));
}

#[test]
fn what_is_too_long_gets_no_identifier() {
    let long = |count: usize| {
        let uri = format!("https://app.example/{}", "a".repeat(count));
        ours().seal(&registration(&json!({"redirect_uris": [uri]})))
    };
    let longest = (0..2000).map_while(long).last().unwrap();
    assert!((1020..=MAX_LENGTH).contains(&longest.as_str().len()));
    assert!(ours().open(&longest, NOW).is_some());
}

/// What the real clients register, as the reference has it; the longest of them decides how much
/// room there has to be.
#[test]
fn real_clients_get_short_identifiers() {
    let documents = [
        ("Cursor", cursor()),
        (
            "VS Code",
            registration(&json!({
                "client_name": "Visual Studio Code", "client_uri": "https://code.visualstudio.com",
                "grant_types": ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"],
                "response_types": ["code"],
                "redirect_uris": ["https://insiders.vscode.dev/redirect", "https://vscode.dev/redirect", "http://127.0.0.1/", "http://127.0.0.1:33418/"],
                "token_endpoint_auth_method": "none", "application_type": "native",
            })),
        ),
        (
            "Claude",
            registration(&json!({
                "client_name": "Claude", "redirect_uris": ["https://claude.ai/api/mcp/auth_callback"],
                "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
                "token_endpoint_auth_method": "none", "scope": "notes:read notes:write offline_access",
            })),
        ),
        (
            "ChatGPT",
            registration(&json!({
                "client_name": "ChatGPT", "redirect_uris": ["https://chatgpt.com/connector_platform_oauth_redirect"],
                "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
                "token_endpoint_auth_method": "none",
            })),
        ),
        (
            "mcp-remote",
            registration(&json!({
                "client_name": "MCP CLI Client", "client_uri": "https://github.com/modelcontextprotocol/mcp-cli",
                "redirect_uris": ["http://localhost:23842/oauth/callback"],
                "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
                "token_endpoint_auth_method": "none",
                "software_id": "2e6dc280-f3c3-4e01-99a7-8181dbd1d23d", "software_version": "0.8.2",
            })),
        ),
    ];
    let lengths = documents.map(|(name, registration)| {
        let id = ours().seal(&registration).unwrap();
        assert!(ours().open(&id, NOW).is_some());
        (name, id.as_str().len())
    });
    assert_eq!(
        lengths,
        [
            ("Cursor", 234),
            ("VS Code", 267),
            ("Claude", 120),
            ("ChatGPT", 140),
            ("mcp-remote", 250)
        ]
    );
}
