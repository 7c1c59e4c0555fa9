//! What all pages and forms have in common: A17 to A19 and A30 of the catalogue.

use countersign_testkit::{Authorization, Browser, Database, TestServer, on_both};

use crate::consent::at_consent;

on_both! {
    /// A17
    async fn answers_to_posts_are_303(server) {
        let request = Authorization::public(server).await;
        let fields: Vec<(&str, &str)> =
            request.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let mut browser = Browser::new(server);
        let begun = browser.post("/authorize", &fields).await;
        assert_eq!(begun.code(), 303);
        let interaction = begun.location().to_owned();
        browser.sign_up(&interaction, "ada").await;
        let sign_out = format!("{interaction}/sign-out");
        assert_eq!(browser.submit(&interaction, &sign_out, &[]).await.code(), 303);
        assert_eq!(browser.sign_in(&interaction, "ada").await.code(), 303);
        assert_eq!(browser.approve(&interaction).await.code(), 303);
        let another = browser.begin(&request.target()).await;
        assert_eq!(browser.deny(&another).await.code(), 303);
        assert_eq!(browser.submit("/account", "/account/sign-out", &[]).await.code(), 303);
    }

    /// A18
    async fn pages_cannot_be_framed_cached_or_scripted(server) {
        let (mut browser, consent) = at_consent(server).await;
        let mut stranger = Browser::new(server);
        let sign_in = stranger.begin(&Authorization::public(server).await.target()).await;
        let sign_up = format!("{sign_in}/sign-up");
        let wrong = [("username", "ada"), ("password", "wrong password")];
        let mut pages = vec![
            ("a failed sign-in", stranger.submit(&sign_in, &format!("{sign_in}/sign-in"), &wrong).await),
            ("a foreign form", stranger.post(&format!("{sign_in}/sign-in"), &wrong).await),
            ("another browser's", stranger.open(&consent).await),
        ];
        for target in [sign_in.as_str(), &sign_up, "/account", "/account/sign-up"] {
            pages.push((target, stranger.open(target).await));
        }
        for target in [consent.as_str(), "/account", "/", "/authorize?client_id=nobody", "/authorize/int_none", "/invite/none"] {
            pages.push((target, browser.open(target).await));
        }
        for (target, page) in pages {
            assert!(page.header("content-type").starts_with("text/html"), "{target}");
            let policy = page.header("content-security-policy").to_owned();
            assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{target}");
            assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"), "{target}");
            assert!(!policy.contains("form-action"), "{target}: it would forbid the redirect after consent");
            assert_eq!(page.header("x-frame-options"), "DENY", "{target}");
            assert_eq!(page.header("referrer-policy"), "no-referrer", "{target}");
            assert_eq!(page.header("x-content-type-options"), "nosniff", "{target}");
            assert_eq!(page.header("cache-control"), "no-store", "{target}");
            for script in page.text().split("<script").skip(1) {
                assert!(script.split('>').next().unwrap().contains("src=\""), "{target}: an inline script");
            }
            for inline in ["<style", " style=", " onclick=", " onload=", " onsubmit=", "javascript:"] {
                assert!(!page.text().contains(inline), "{target}: {inline}");
            }
        }
    }

    /// A19, A31: the same holds for every form there is.
    async fn no_form_is_taken_from_elsewhere(server) {
        let (mut browser, interaction) = at_consent(server).await;
        let own = [("origin", TestServer::URL), ("sec-fetch-site", "same-origin")];
        let evil = [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")];
        let steps = ["sign-in", "sign-up", "sign-out", "consent", "passkey/options", "passkey/finish"];
        let account = ["sign-in", "sign-up", "sign-out", "disconnect", "passkey/options", "passkey/finish", "passkey/add/options", "passkey/add/finish", "passkey/remove"];
        let targets = steps
            .map(|step| format!("{interaction}/{step}"))
            .into_iter()
            .chain(account.map(|step| format!("/account/{step}")));
        for target in targets {
            let fields = [("decision", "approve"), ("username", "ada"), ("password", "a long enough password")];
            let tokenless = browser.post_with(&target, &fields, &own).await;
            assert_eq!(tokenless.code(), 403, "{target} without a token");
            let foreign = browser.post_with(&target, &fields, &evil).await;
            assert_eq!(foreign.code(), 403, "{target} from another site");
            assert_eq!(foreign.header("set-cookie"), "", "{target}");
        }
        browser.post_with("/invite/none", &[], &evil).await.is_page(403);
        assert!(browser.open(&interaction).await.text().contains("value=\"approve\""), "nothing has changed");
    }
}

/// A30: on https with the prefix that pins a cookie to its host, on loopback without.
#[tokio::test]
async fn cookies_are_bound_to_the_host() {
    for (url, prefix) in [
        ("https://countersign.example", "__Host-"),
        (TestServer::URL, ""),
    ] {
        let server = TestServer::configured(Database::sqlite(), |config| {
            config.public_url = url.parse().unwrap();
        })
        .await;
        let request = Authorization::public(&server).await.without("resource");
        let mut browser = Browser::new(&server);
        let begun = browser.open(&request.target()).await;
        let interaction = begun.location().to_owned();
        let action = format!("{interaction}/sign-up");
        let fields = [("username", "ada"), ("password", "a long enough password")];
        let signed_in = browser.submit(&action, &action, &fields).await;
        for (answer, name) in [(begun, "countersign-browser"), (signed_in, "countersign")] {
            let cookie = answer.header("set-cookie");
            assert!(cookie.starts_with(&format!("{prefix}{name}=")), "{cookie}");
            for attribute in ["; HttpOnly", "; SameSite=Lax", "; Path=/"] {
                assert!(cookie.contains(attribute), "{cookie}");
            }
            assert_eq!(cookie.contains("; Secure"), !prefix.is_empty(), "{cookie}");
            assert!(!cookie.contains("Domain"), "{cookie}");
        }
    }
}

/// A30: without the prefix a cookie is not ours, on https.
#[tokio::test]
async fn a_cookie_that_a_neighbour_planted_is_not_read() {
    let server = TestServer::configured(Database::sqlite(), |config| {
        config.public_url = "https://countersign.example".parse().unwrap();
    })
    .await;
    let request = Authorization::public(&server).await.without("resource");
    let mut attacker = Browser::new(&server);
    let interaction = attacker.begin(&request.target()).await;
    let planted = attacker.cookie("__Host-countersign-browser").unwrap();
    let mut victim = Browser::new(&server);
    victim.plant("countersign-browser", planted);
    victim.open(&interaction).await.is_page(403);
}
