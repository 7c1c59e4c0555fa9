use countersign_config::{Config, SignUp, SigningAlg};

use crate::given::toml;

const EXAMPLE: &str = include_str!("../../../../docs/countersign.example.toml");

fn load() -> Config {
    toml(EXAMPLE).config()
}

#[test]
fn the_example_is_a_good_configuration() {
    let config = load();
    assert_eq!(config.public_url.as_str(), "https://mcp.example.com");
    assert_eq!(config.login.sign_up, SignUp::Invitation);
    assert_eq!(config.tokens.signing_alg, SigningAlg::Es256);
    assert_eq!(config.scopes.len(), 2);
    assert_eq!(config.clients.first().unwrap().id, "chatgpt-connector");
}

#[test]
fn the_example_becomes_one_of_privy_as_its_comment_says() {
    let text = EXAMPLE
        .replace(
            "provider = \"local\"\nsign_up = \"invitation\"\n",
            "provider = \"privy\"\n",
        )
        .replace("# [login.privy]", "[login.privy]")
        .replace("# app_", "app_");
    let config = toml(&text)
        .file("/run/secrets/privy-app-secret", "secret-of-the-app")
        .config();
    assert_eq!(config.login.privy().unwrap().app_id.len(), 25);
    assert_eq!(config.notices(), [""; 0]);
}

#[test]
fn the_commented_lines_of_the_example_are_good_too() {
    // A line that is `# key = …` or `# [section]` is meant to be uncommented.
    let uncommented = |line: &str| {
        let bare = line.strip_prefix("# ").filter(|bare| {
            bare.starts_with('[')
                || bare
                    .split_once(" = ")
                    .is_some_and(|(key, _)| !key.contains(' '))
        });
        bare.unwrap_or(line).to_owned()
    };
    let text: Vec<_> = EXAMPLE.lines().map(uncommented).collect();
    let config = toml(&text.join("\n"))
        .file(
            "/run/secrets/database-url",
            "postgres://u:p@db/countersign\n",
        )
        .file(
            "/run/secrets/chatgpt-connector",
            "0123456789abcdef0123456789abcdef",
        )
        .file("/run/secrets/privy-app-secret", "secret-of-the-app")
        .file("/run/secrets/reports", "fedcba9876543210fedcba9876543210")
        .file(
            "/etc/countersign/logo.svg",
            "<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
        )
        .config();
    assert!(config.clients.first().unwrap().secret.is_some());
    assert!(config.clients.last().unwrap().token_exchange);
    assert_eq!(config.brand.logo_image.unwrap().media_type, "image/svg+xml");
}

#[test]
fn the_guide_to_widgets_writes_a_good_configuration() {
    let guide = include_str!("../../../../docs/mcp.md");
    let block = guide.split("```toml\n").nth(1);
    let block = block.and_then(|rest| rest.split("```").next()).unwrap();
    let config = toml(block).config();
    let widget = config.widgets.first().unwrap();
    assert_eq!(widget.tools, ["get_order"]);
    assert_eq!(widget.build.as_deref(), Some("npm run build"));
}

#[test]
fn the_guide_to_privy_writes_a_good_configuration() {
    let guide = include_str!("../../../../docs/privy.md");
    let text: String = guide
        .split("```toml\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .map(|block| block.to_owned() + "\n")
        .collect();
    let config = toml(&text)
        .file("/run/secrets/privy-app-secret", "secret-of-the-app")
        .file("/run/secrets/reports", "fedcba9876543210fedcba9876543210")
        .config();
    assert!(config.login.privy().is_some());
    assert_eq!(config.api.audience(), Some("https://api.example.com"));
    let ids: Vec<_> = config
        .clients
        .iter()
        .map(|client| client.id.as_str())
        .collect();
    assert_eq!(ids, ["reports", "chatgpt-connector"]);
}
