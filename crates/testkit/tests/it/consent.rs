//! Sign-in and consent: A17 to A32 of the catalogue.

use axum::body::Body;
use countersign_domain::{Clock as _, Username};
use countersign_storage::commands::{DisableUser, FindUser};
use countersign_testkit::{Authorization, Browser, Database, TestServer, on_both};
use http::Method;

async fn at_consent(server: &TestServer) -> (Browser<'_>, String) {
    let request = Authorization::public(server).await;
    let mut browser = Browser::new(server);
    let interaction = browser.begin(&request.target()).await;
    browser.sign_up(&interaction, "ada").await;
    (browser, interaction)
}

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

    /// A19
    async fn a_decision_comes_from_our_own_page(server) {
        let (mut browser, interaction) = at_consent(server).await;
        let page = browser.open(&interaction).await;
        let action = format!("{interaction}/consent");
        let csrf = page.csrf(&action);
        let own = [("origin", TestServer::URL)];
        let with = |token| vec![("csrf", token), ("decision", "approve"), ("scope", "notes:read")];
        for token in ["", "x", &csrf[1..]] {
            browser.post_with(&action, &with(token), &own).await.is_page(403);
        }
        browser.post_with(&action, &[("decision", "approve")], &own).await.is_page(403);
        for headers in [
            [("origin", "https://evil.example")],
            [("sec-fetch-site", "cross-site")],
            [("sec-fetch-site", "same-site")],
            [("origin", "null")],
        ] {
            browser.post_with(&action, &with(&csrf), &headers).await.is_page(403);
        }
        let honest = browser.post_with(&action, &with(&csrf), &own).await;
        assert!(honest.sent("code").is_some());
    }

    /// A19: a token of another browser, of another interaction or of another form is none.
    async fn a_decision_needs_the_token_of_this_very_form(server) {
        let (mut browser, interaction) = at_consent(server).await;
        let action = format!("{interaction}/consent");
        let page = browser.open(&interaction).await;
        let request = Authorization::public(server).await;
        let second = browser.begin(&request.target()).await;
        let of_another = browser.open(&second).await.csrf(&format!("{second}/consent"));
        let of_sign_out = page.csrf(&format!("{interaction}/sign-out"));
        let of_account = browser.open("/account").await.csrf("/account/sign-out");
        let mut attacker = Browser::new(server);
        let own = attacker.begin(&request.target()).await;
        attacker.sign_in(&own, "ada").await;
        let of_attacker = attacker.open(&own).await.csrf(&format!("{own}/consent"));
        for foreign in [&of_another, &of_sign_out, &of_account, &of_attacker] {
            let fields = [("csrf", foreign.as_str()), ("decision", "approve"), ("scope", "notes:read")];
            browser.post(&action, &fields).await.is_page(403);
        }
        assert!(browser.decide(&interaction, &page, "approve").await.sent("code").is_some());
    }

    /// A20
    async fn a_decision_is_posted(server) {
        let (mut browser, interaction) = at_consent(server).await;
        let page = browser.open(&interaction).await;
        let target = format!("{interaction}/consent?decision=approve&csrf={}", page.csrf(&format!("{interaction}/consent")));
        assert_eq!(browser.open(&target).await.code(), 405);
        let head = TestServer::request(Method::HEAD, &target).body(Body::empty()).unwrap();
        assert_eq!(server.send(head).await.code(), 405);
        assert_eq!(browser.open(&interaction).await.code(), 200, "nothing was decided");
    }

    /// A21
    async fn the_form_can_only_narrow(server) {
        let (mut browser, interaction) = at_consent(server).await;
        let page = browser.open(&interaction).await;
        let action = format!("{interaction}/consent");
        let token = page.csrf(&action);
        let widened = browser
            .post(&action, &[("csrf", &token), ("decision", "approve"), ("scope", "admin")])
            .await;
        widened.is_page(400);
        let answer = browser
            .post(&action, &[
                ("csrf", &token),
                ("decision", "approve"),
                ("scope", "notes:read"),
                ("redirect_uri", "https://evil.example/"),
                ("client_id", "evil"),
                ("resource", "https://evil.example/"),
            ])
            .await;
        assert!(answer.location().starts_with(Authorization::REDIRECT_URI));
    }

    /// A21
    async fn unticked_scopes_are_not_granted(server) {
        let request = Authorization::public(server).await;
        let mut browser = Browser::new(server);
        let interaction = browser.begin(&request.target()).await;
        browser.sign_up(&interaction, "ada").await;
        let page = browser.open(&interaction).await;
        let fields = [("csrf", page.csrf(&format!("{interaction}/consent"))), ("decision", "approve".to_owned()), ("scope", "notes:read".to_owned())];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = browser.post(&format!("{interaction}/consent"), &fields).await;
        let code = answer.sent("code").unwrap();
        assert_eq!(request.redeem(server, &code).await.json()["scope"], "notes:read");
    }

    /// A22
    async fn a_double_submit_makes_one_code(server) {
        let (mut browser, interaction) = at_consent(server).await;
        let page = browser.open(&interaction).await;
        assert!(browser.decide(&interaction, &page, "approve").await.sent("code").is_some());
        browser.decide(&interaction, &page, "approve").await.is_page(400);
        browser.decide(&interaction, &page, "deny").await.is_page(400);
        browser.open(&interaction).await.is_page(400);
    }

    /// A22: 32 clicks at two replicas.
    async fn of_32_approvals_one_makes_a_code(server) {
        let (mut browser, interaction) = at_consent(server).await;
        let page = browser.open(&interaction).await;
        let action = format!("{interaction}/consent");
        let csrf = page.csrf(&action);
        let fields = [("csrf", csrf.as_str()), ("decision", "approve"), ("scope", "notes:read")];
        let own = [("origin", TestServer::URL)];
        let answers = server.race(32, || browser.form(&action, &fields, &own)).await;
        let (codes, others): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.code() == 303);
        assert_eq!((codes.len(), others.len()), (1, 31));
        assert!(codes[0].sent("code").is_some());
        for other in others {
            other.is_page(400);
        }
    }

    /// A23
    async fn an_interaction_stays_at_the_browser_that_began_it(server) {
        let request = Authorization::public(server).await;
        let mut attacker = Browser::new(server);
        let interaction = attacker.begin(&request.target()).await;
        let mut victim = Browser::new(server);
        victim.open(&interaction).await.is_page(403);
        let other = victim.begin(&request.target()).await;
        victim.sign_up(&other, "victim").await;
        victim.open(&interaction).await.is_page(403);
        let own = victim.open(&other).await.csrf(&format!("{other}/consent"));
        attacker.sign_up(&interaction, "attacker").await;
        let attackers = attacker.open(&interaction).await.csrf(&format!("{interaction}/consent"));
        for csrf in [&own, &attackers] {
            let fields = [("csrf", csrf.as_str()), ("decision", "approve"), ("scope", "notes:read")];
            victim.post(&format!("{interaction}/consent"), &fields).await.is_page(403);
        }
    }

    /// A24
    async fn somebody_who_is_signed_in_still_consents_to_each_client(server) {
        let (mut browser, interaction) = at_consent(server).await;
        browser.approve(&interaction).await;
        let other = Authorization::public(server).await;
        let next = browser.begin(&other.target()).await;
        assert!(browser.open(&next).await.text().contains("value=\"approve\""));
    }

    /// A26
    async fn consent_is_asked_again_for_the_same_client(server) {
        let request = Authorization::public(server).await;
        let mut browser = Browser::new(server);
        let first = browser.begin(&request.target()).await;
        browser.sign_up(&first, "ada").await;
        browser.approve(&first).await;
        let second = browser.begin(&request.target()).await;
        assert!(browser.open(&second).await.text().contains("value=\"approve\""));
    }

    /// A28
    async fn a_denial_is_told_to_the_client(server) {
        let (mut browser, interaction) = at_consent(server).await;
        let answer = browser.deny(&interaction).await;
        assert_eq!(answer.sent("error").as_deref(), Some("access_denied"));
        assert_eq!(answer.sent("state").as_deref(), Some("the state"));
        assert_eq!(answer.sent("iss").as_deref(), Some(TestServer::URL));
    }

    /// A29
    async fn the_session_is_new_at_every_sign_in(server) {
        let request = Authorization::public(server).await;
        let mut browser = Browser::new(server);
        browser.plant("countersign", "cs_bs_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
        let interaction = browser.begin(&request.target()).await;
        browser.sign_up(&interaction, "ada").await;
        let first = browser.cookie("countersign").unwrap().to_owned();
        assert!(!first.contains("aaaaaaaa"));
        server.wait(1000);
        let again = browser.begin(&request.with("prompt", "login").target()).await;
        browser.sign_in(&again, "ada").await;
        assert_ne!(browser.cookie("countersign").unwrap(), first);
        browser.plant("countersign", &first);
        assert!(browser.open("/account").await.text().contains("name=\"password\""), "the old one is dead");
    }

    /// A31
    async fn a_sign_in_comes_from_our_own_page(server) {
        let request = Authorization::public(server).await;
        let mut browser = Browser::new(server);
        let interaction = browser.begin(&request.target()).await;
        browser.sign_up(&interaction, "ada").await;
        let fields = [("username", "ada"), ("password", "a long enough password")];
        for action in [format!("{interaction}/sign-in"), "/account/sign-in".to_owned()] {
            browser.post(&action, &fields).await.is_page(403);
        }
        let evil = [("origin", "https://evil.example")];
        browser.post_with("/account/sign-in", &fields, &evil).await.is_page(403);
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

    /// A32
    async fn an_account_disabled_before_consent_denies(server) {
        let (mut browser, interaction) = at_consent(server).await;
        let page = browser.open(&interaction).await;
        let name = Username::parse("ada").unwrap();
        let user = server.server.store().read(FindUser::ByName(name)).await.unwrap().unwrap();
        server.server.store().execute(DisableUser { id: user.id, now: server.clock.now() }).await.unwrap();
        let answer = browser.decide(&interaction, &page, "approve").await;
        assert_eq!(answer.sent("error").as_deref(), Some("access_denied"));
    }

    /// Switching the account on the consent page leads back to sign-in, and the decision belongs to
    /// whoever is signed in then.
    async fn a_decision_is_never_carried_out_as_another_account(server) {
        let (mut browser, interaction) = at_consent(server).await;
        let adas_page = browser.open(&interaction).await;
        let out = format!("{interaction}/sign-out");
        assert_eq!(browser.submit(&interaction, &out, &[]).await.location(), interaction);
        browser.sign_up(&interaction, "ben").await;
        browser.decide(&interaction, &adas_page, "approve").await.is_page(403);
        assert!(browser.open(&interaction).await.text().contains("ben"));
        assert!(browser.approve(&interaction).await.sent("code").is_some());
    }

    /// A wrong password says nothing about who has an account.
    async fn a_failed_sign_in_does_not_tell_who_has_an_account(server) {
        let (mut browser, interaction) = at_consent(server).await;
        let out = format!("{interaction}/sign-out");
        browser.submit(&interaction, &out, &[]).await;
        let action = format!("{interaction}/sign-in");
        let mut pages = Vec::new();
        for name in ["ada", "nobody"] {
            let answer = browser
                .submit(&interaction, &action, &[("username", name), ("password", "wrong password")])
                .await;
            assert_eq!(answer.code(), 401);
            pages.push(answer.text().replace(name, "NAME"));
        }
        assert_eq!(pages[0], pages[1]);
    }

    /// Disconnecting on the account page ends the grant and nobody else's.
    async fn a_person_disconnects_only_their_own_apps(server) {
        let request = Authorization::public(server).await;
        let mut ada = Browser::new(server);
        let interaction = ada.begin(&request.target()).await;
        ada.sign_up(&interaction, "ada").await;
        let code = ada.approve(&interaction).await.sent("code").unwrap();
        let tokens = countersign_testkit::Tokens::of(&request.redeem(server, &code).await);
        let page = ada.open("/account").await;
        let (_, rest) = page.text().split_once("name=\"grant\" value=\"").unwrap();
        let grant = rest.split('"').next().unwrap().to_owned();

        let mut ben = Browser::new(server);
        let other = ben.begin(&request.target()).await;
        ben.sign_up(&other, "ben").await;
        ben.approve(&other).await;
        ben.submit("/account", "/account/disconnect", &[("grant", &grant)]).await;
        server.accepts(&tokens.access).await;

        ada.submit("/account", "/account/disconnect", &[("grant", &grant)]).await;
        server.rejects(&tokens.access).await;
        request.rotate(server, &tokens.refresh).await.refuses(400, "invalid_grant");
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

/// Sign-up is closed where strangers can reach it.
#[tokio::test]
async fn sign_up_can_be_closed() {
    let server = TestServer::configured(Database::sqlite(), |config| {
        config.login.sign_up = countersign_config::SignUp::Invitation;
    })
    .await;
    let request = Authorization::public(&server).await;
    let mut browser = Browser::new(&server);
    let interaction = browser.begin(&request.target()).await;
    assert!(!browser.open(&interaction).await.text().contains("sign-up"));
    let target = format!("{interaction}/sign-up");
    browser.open(&target).await.is_page(404);
}

/// T18: an address has five tries at an account, and all addresses share the configured ones; then
/// the answer says when to come back, and whoever knows the password gets in by then.
#[tokio::test]
async fn guessing_a_password_has_to_wait() {
    let server = TestServer::configured(Database::sqlite(), |config| {
        config.limits.sign_in_attempts_per_account_per_hour = 2;
    })
    .await;
    let (mut browser, interaction) = at_consent(&server).await;
    let sign_out = format!("{interaction}/sign-out");
    browser.submit(&interaction, &sign_out, &[]).await;
    let mut attempt = async |password: &str| {
        let fields = [("username", "ada"), ("password", password)];
        browser
            .submit("/account", "/account/sign-in", &fields)
            .await
    };
    for _ in 0..7 {
        assert_eq!(attempt("wrong password").await.code(), 401);
    }
    let refused = attempt("a long enough password").await;
    refused.is_page(429);
    let seconds = refused.header("retry-after");
    assert_eq!(seconds, "600", "its own tries come back first");
    server.wait(600 * 1000);
    let right = attempt("a long enough password").await;
    assert_eq!(right.code(), 303, "{}", right.text());
}
