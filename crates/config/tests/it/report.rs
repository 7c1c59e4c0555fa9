use countersign_config::Config;

use crate::given::{Given, toml};

#[test]
fn says_what_is_set_and_where_without_secrets() {
    let given = toml(
        "public_url = 'https://mcp.example.com'\nstorage.url = 'postgres://u:hunter2@db/app'\n[tokens]\naccess_ttl = '30m'\n[[clients]]\nid = 'a'\nname = 'A'\nredirect_uris = ['https://a.example/cb']\nsecret = 'hunter2hunter2hunter2hunter2'",
    )
    .variable("COUNTERSIGN_LIMITS__BODY_BYTES", "32768");
    let report = Config::check(None, &given).unwrap().to_string();
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
    "#);
}

#[test]
fn says_that_nothing_is_set() {
    let report = Config::check(None, &Given::default()).unwrap();
    insta::assert_snapshot!(report, @r"
    The configuration is good: http://localhost:3002 on 127.0.0.1:3002.
    Nothing is set; every key has its default (`countersign config reference`).
    ");
}
