//! OAuth providers and their page.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_privy_simulator::IdentityProvider;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;

use crate::client::Answer;
use crate::world::World;

const RETURN: &str = "http://localhost:3002/sign-in/privy?keep=1";
const VERIFIER: &str = "a-verifier";
const STATE: &str = "a-state";

async fn init(world: &World, provider: &str) -> Answer {
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
    let body = json!({
        "provider": provider,
        "redirect_to": RETURN,
        "code_challenge": challenge,
        "state_code": STATE,
    });
    world
        .page("POST", "/api/v1/oauth/init")
        .json(body)
        .send()
        .await
}

/// The path and query of the provider's page.
async fn page(world: &World, provider: &str) -> String {
    let url = init(world, provider).await.ok()["url"]
        .as_str()
        .unwrap()
        .to_owned();
    url.strip_prefix(world.url()).unwrap().to_owned()
}

/// What the app's page finds in its address.
async fn come_back(world: &World, target: &str) -> Vec<(String, String)> {
    let answer = world.bare("GET", target).send().await;
    assert_eq!(answer.status, 302, "{}", answer.text);
    let url = Url::parse(answer.header("location").unwrap()).unwrap();
    assert_eq!(url.path(), "/sign-in/privy");
    url.query_pairs().into_owned().collect()
}

fn value<'a>(query: &'a [(String, String)], name: &str) -> &'a str {
    &query.iter().find(|(known, _)| known == name).unwrap().1
}

async fn authenticate(world: &World, code: &str, state: &str, verifier: &str) -> Answer {
    let body = json!({
        "authorization_code": code,
        "state_code": state,
        "code_verifier": verifier,
        "mode": "login-or-sign-up",
    });
    world
        .page("POST", "/api/v1/oauth/authenticate")
        .json(body)
        .send()
        .await
}

async fn code(world: &World, provider: &str) -> String {
    let target = format!(
        "{}&as=ada.lovelace@example.com",
        page(world, provider).await
    );
    let query = come_back(world, &target).await;
    value(&query, "privy_oauth_code").to_owned()
}

#[tokio::test]
async fn google_signs_in() {
    let world = World::start().await;
    let target = format!(
        "{}&as=ada.lovelace@example.com",
        page(&world, "google").await
    );
    let query = come_back(&world, &target).await;
    let names: Vec<_> = query.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "keep",
            "privy_oauth_state",
            "privy_oauth_provider",
            "privy_oauth_code"
        ]
    );
    assert_eq!(value(&query, "privy_oauth_state"), STATE);
    assert_eq!(value(&query, "privy_oauth_provider"), "google");
    let code = value(&query, "privy_oauth_code");
    let answer = authenticate(&world, code, STATE, VERIFIER).await.ok();
    let account = &answer["user"]["linked_accounts"][0];
    assert_eq!(account["type"], "google_oauth");
    assert_eq!(account["email"], "ada.lovelace@example.com");
    assert_eq!(account["name"], "Ada Lovelace");
    assert_eq!(answer.get("oauth_tokens"), None);
    let again = authenticate(&world, &self::code(&world, "google").await, STATE, VERIFIER).await;
    assert_eq!(again.ok()["user"]["id"], answer["user"]["id"]);
}

#[tokio::test]
async fn every_provider_signs_in_with_an_account_of_its_own() {
    let world = World::start().await;
    let mut people = Vec::new();
    for provider in [
        "google",
        "twitter",
        "discord",
        "github",
        "spotify",
        "instagram",
        "tiktok",
        "line",
        "twitch",
        "linkedin",
        "apple",
        "telegram",
    ] {
        let code = code(&world, provider).await;
        let answer = authenticate(&world, &code, STATE, VERIFIER).await.ok();
        let account = &answer["user"]["linked_accounts"][0];
        assert_eq!(account["type"], format!("{provider}_oauth"));
        assert!(account["subject"].is_string());
        people.push(answer["user"]["id"].as_str().unwrap().to_owned());
    }
    people.sort_unstable();
    people.dedup();
    assert_eq!(people.len(), 12);
}

#[tokio::test]
async fn a_code_is_good_once() {
    let world = World::start().await;
    let code = code(&world, "google").await;
    authenticate(&world, &code, STATE, VERIFIER).await.ok();
    let answer = authenticate(&world, &code, STATE, VERIFIER).await;
    assert_eq!(answer.refusal(), (422, "invalid_credentials".to_owned()));
}

#[tokio::test]
async fn state_and_verifier_must_be_those_of_the_beginning() {
    let world = World::start().await;
    let code = code(&world, "google").await;
    let answer = authenticate(&world, &code, "other", VERIFIER).await;
    assert_eq!(answer.refusal(), (400, "oauth_state_mismatch".to_owned()));
    let answer = authenticate(&world, &code, STATE, VERIFIER).await;
    assert_eq!(answer.status, 422, "a code that was shown is spent");
    let code = self::code(&world, "google").await;
    let answer = authenticate(&world, &code, STATE, "other").await;
    assert_eq!(
        answer.refusal(),
        (400, "invalid_pkce_parameters".to_owned())
    );
    let code = self::code(&world, "google").await;
    world.pass(600);
    assert_eq!(
        authenticate(&world, &code, STATE, VERIFIER).await.status,
        422
    );
}

#[tokio::test]
async fn who_denies_comes_back_with_the_word_react_auth_compares_with() {
    let world = World::start().await;
    let target = format!("{}&decision=deny", page(&world, "google").await);
    let query = come_back(&world, &target).await;
    assert_eq!(value(&query, "privy_oauth_code"), "undefined");
    assert_eq!(value(&query, "privy_oauth_state"), STATE);
    let answer = authenticate(&world, "undefined", STATE, VERIFIER).await;
    assert_eq!(answer.refusal(), (422, "invalid_credentials".to_owned()));
}

#[tokio::test]
async fn the_page_asks_a_person_and_is_gone_afterwards() {
    let world = World::start().await;
    let target = page(&world, "github").await;
    let answer = world.bare("GET", &target).send().await;
    assert_eq!(answer.status, 200);
    for text in [
        "github",
        "Continue as ada@example.com",
        "Deny",
        "http://localhost:3002",
    ] {
        assert!(answer.text.contains(text), "{text}");
    }
    let wrong = world
        .bare("GET", &format!("{target}&as=nobody"))
        .send()
        .await;
    assert_eq!(wrong.status, 400);
    assert!(wrong.text.contains("not an e-mail address"));
    come_back(
        &world,
        &format!("{target}&as=ada@example.com&name=Countess"),
    )
    .await;
    assert_eq!(world.bare("GET", &target).send().await.status, 400);
}

#[tokio::test]
async fn the_page_can_answer_by_itself() {
    let world = World::start().await;
    world.configure(|settings| {
        settings.identity_provider = IdentityProvider::Approve("bob@example.com".to_owned());
    });
    let target = page(&world, "google").await;
    let query = come_back(&world, &target).await;
    let code = value(&query, "privy_oauth_code");
    let answer = authenticate(&world, code, STATE, VERIFIER).await.ok();
    assert_eq!(
        answer["user"]["linked_accounts"][0]["email"],
        "bob@example.com"
    );
    world
        .patch(&json!({ "identity_provider": "deny" }))
        .unwrap();
    let target = page(&world, "google").await;
    let query = come_back(&world, &target).await;
    assert_eq!(value(&query, "privy_oauth_code"), "undefined");
}

#[tokio::test]
async fn only_listed_redirects_and_providers_begin() {
    let world = World::start().await;
    world
        .patch(&json!({ "redirect_urls": ["http://localhost:3002/other"] }))
        .unwrap();
    let answer = init(&world, "google").await;
    assert_eq!(answer.refusal(), (400, "invalid_data".to_owned()));
    world
        .patch(&json!({ "redirect_urls": [RETURN], "app": { "github_oauth": false } }))
        .unwrap();
    init(&world, "google").await.ok();
    let answer = init(&world, "github").await;
    assert_eq!(
        answer.refusal(),
        (403, "disallowed_login_method".to_owned())
    );
    let answer = init(&world, "unheard-of").await;
    assert_eq!(
        answer.refusal(),
        (403, "disallowed_login_method".to_owned())
    );
}

#[tokio::test]
async fn an_app_can_get_the_provider_s_tokens() {
    let world = World::start().await;
    world.configure(|settings| settings.oauth_tokens = true);
    let code = code(&world, "google").await;
    let answer = authenticate(&world, &code, STATE, VERIFIER).await.ok();
    assert_eq!(answer["oauth_tokens"]["provider"], "google");
    assert!(matches!(
        answer["oauth_tokens"]["access_token"],
        Value::String(_)
    ));
}
