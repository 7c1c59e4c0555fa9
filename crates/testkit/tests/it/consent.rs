//! Consent: A19 to A28 and A32 of the catalogue.

use axum::body::Body;
use countersign_domain::{Clock as _, Username};
use countersign_storage::commands::{DisableUser, FindUser};
use countersign_testkit::{Authorization, Browser, TestServer, on_both};
use http::Method;

/// Somebody who has signed in and is asked.
pub(crate) async fn at_consent(server: &TestServer) -> (Browser<'_>, String) {
    let request = Authorization::public(server).await;
    let mut browser = Browser::new(server);
    let interaction = browser.begin(&request.target()).await;
    browser.sign_up(&interaction, "ada").await;
    (browser, interaction)
}

on_both! {
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
