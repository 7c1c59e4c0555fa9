//! A person's browser: keeps cookies, follows nothing by itself, fills in the forms it was shown.

use std::collections::BTreeMap;

use axum::body::Body;
use http::{Method, Request};

use crate::server::encode;
use crate::{Answer, TestServer};

/// A browser.
pub struct Browser<'s> {
    server: &'s TestServer,
    cookies: BTreeMap<String, String>,
}

/// The password of every account here.
const PASSWORD: &str = "a long enough password";

impl<'s> Browser<'s> {
    /// A browser that has never been here.
    pub fn new(server: &'s TestServer) -> Self {
        Self {
            server,
            cookies: BTreeMap::new(),
        }
    }

    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    /// Replaces a cookie, as an attacker might.
    pub fn plant(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    /// Opens an address.
    pub async fn open(&mut self, target: &str) -> Answer {
        let request = TestServer::request(Method::GET, target).header("cookie", self.sent());
        let answer = self.server.send(request.body(Body::empty()).unwrap()).await;
        self.keep(&answer);
        answer
    }

    /// Sends a form as this page would, with these headers on top.
    pub async fn post_with(
        &mut self,
        target: &str,
        fields: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Answer {
        let request = self.form(target, fields, headers);
        self.send(request).await
    }

    /// Sends a request of this browser.
    pub async fn send(&mut self, request: Request<Body>) -> Answer {
        let answer = self.server.send(request).await;
        self.keep(&answer);
        answer
    }

    /// The request that sends a form.
    pub fn form(
        &self,
        target: &str,
        fields: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Request<Body> {
        let mut request = TestServer::request(Method::POST, target)
            .header("cookie", self.sent())
            .header("content-type", "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(encode(fields).into()).unwrap()
    }

    /// Sends a form from a page of this server.
    pub async fn post(&mut self, target: &str, fields: &[(&str, &str)]) -> Answer {
        let headers = [
            ("origin", TestServer::URL),
            ("sec-fetch-site", "same-origin"),
        ];
        self.post_with(target, fields, &headers).await
    }

    /// Opens the page `target` and sends its form `action` with the token that it holds.
    pub async fn submit(&mut self, target: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
        let page = self.open(target).await;
        let csrf = page.csrf(action);
        let mut all = vec![("csrf", csrf.as_str())];
        all.extend_from_slice(fields);
        self.post(action, &all).await
    }

    /// Begins an authorization; answers the address of its pages.
    pub async fn begin(&mut self, target: &str) -> String {
        let answer = self.open(target).await;
        let location = answer.location().to_owned();
        assert!(location.starts_with("/authorize/"), "{location}");
        location
    }

    /// Makes an account and signs in with it, on the way to consent.
    pub async fn sign_up(&mut self, interaction: &str, username: &str) {
        let action = format!("{interaction}/sign-up");
        let answer = self
            .submit(
                &action,
                &action,
                &[("username", username), ("password", PASSWORD)],
            )
            .await;
        assert_eq!(answer.location(), interaction);
    }

    /// Signs in with an account, on the way to consent.
    pub async fn sign_in(&mut self, interaction: &str, username: &str) -> Answer {
        let action = format!("{interaction}/sign-in");
        self.submit(
            interaction,
            &action,
            &[("username", username), ("password", PASSWORD)],
        )
        .await
    }

    /// Approves with every scope that the page offers.
    pub async fn approve(&mut self, interaction: &str) -> Answer {
        let page = self.open(interaction).await;
        self.decide(interaction, &page, "approve").await
    }

    /// Denies.
    pub async fn deny(&mut self, interaction: &str) -> Answer {
        let page = self.open(interaction).await;
        self.decide(interaction, &page, "deny").await
    }

    /// Sends the decision of a consent page that is already open.
    pub async fn decide(&mut self, interaction: &str, page: &Answer, decision: &str) -> Answer {
        let action = format!("{interaction}/consent");
        let csrf = page.csrf(&action);
        let scopes = ticked(page);
        let mut fields = vec![("csrf", csrf.as_str()), ("decision", decision)];
        fields.extend(scopes.iter().map(|scope| ("scope", scope.as_str())));
        self.post(&action, &fields).await
    }

    pub(crate) fn sent(&self) -> String {
        let pairs: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    fn keep(&mut self, answer: &Answer) {
        for cookie in answer.headers.get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            let (name, rest) = cookie.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if cookie.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

/// The optional scopes that the page has ticked.
fn ticked(page: &Answer) -> Vec<String> {
    page.text()
        .split("<input")
        .filter(|input| input.split('>').next().unwrap().contains("name=\"scope\""))
        .filter_map(|input| input.split_once("value=\""))
        .map(|(_, rest)| rest.split('"').next().unwrap().to_owned())
        .collect()
}
