use countersign_oauth::metadata::{
    AuthorizationServer, AuthorizationServerMetadata, ProtectedResourceMetadata,
};
use countersign_oauth::resource::ResourceRule;
use countersign_oauth::scope::ScopeSet;

const ISSUER: &str = "https://h.example";

fn scopes() -> ScopeSet {
    ScopeSet::parse("notes:read notes:write offline_access openid").unwrap()
}

#[test]
fn authorization_server_advertises_what_works() {
    let metadata = AuthorizationServerMetadata::new(AuthorizationServer {
        issuer: ISSUER,
        scopes: &scopes(),
        registration: true,
        token_exchange: false,
        assertion_algorithms: &["RS256", "ES256"],
        client_id_metadata_documents: false,
        openid: None,
        service_documentation: None,
    });
    insta::assert_json_snapshot!(metadata);
}

#[test]
fn openid_connect_is_advertised_only_where_it_is_enabled() {
    let metadata = AuthorizationServerMetadata::new(AuthorizationServer {
        issuer: ISSUER,
        scopes: &scopes(),
        registration: false,
        token_exchange: true,
        assertion_algorithms: &["RS256", "ES256"],
        client_id_metadata_documents: true,
        openid: Some(&["RS256"]),
        service_documentation: Some("https://h.example/"),
    });
    insta::assert_json_snapshot!(metadata);
}

#[test]
fn protected_resource_lists_the_product_scopes_only() {
    let resource = ResourceRule::for_origin(ISSUER, "/mcp").canonical;
    let metadata = ProtectedResourceMetadata::new(resource, ISSUER, &scopes())
        .with_name(" Müller's \u{202e}notes ");
    insta::assert_json_snapshot!(metadata);
    let json = serde_json::to_string(&metadata).unwrap();
    assert_eq!(
        serde_json::from_str::<ProtectedResourceMetadata>(&json).unwrap(),
        metadata
    );
}
