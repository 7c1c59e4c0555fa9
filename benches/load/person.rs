//! A person at a browser who lets a client in, form by form.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use anyhow::{Context as _, Result};

use crate::connection::Connection;
use crate::fixed::{form, get, post_form};

/// The pair of RFC 7636 appendix B: the server's work is the same for any.
pub(crate) const CODE_VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CODE_CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// Where the client waits for its code; nobody listens, because the driver reads the redirect.
pub(crate) const REDIRECT_URI: &str = "http://127.0.0.1:1/callback";

/// A browser with its cookies.
#[derive(Clone)]
pub(crate) struct Person {
    host: SocketAddr,
    cookies: BTreeMap<String, String>,
    authorize: Vec<(&'static str, String)>,
}

impl Person {
    /// Somebody with an empty browser, about to let `client_id` in.
    pub(crate) fn new(host: SocketAddr, client_id: &str) -> Self {
        let authorize = vec![
            ("response_type", "code".to_owned()),
            ("client_id", client_id.to_owned()),
            ("redirect_uri", REDIRECT_URI.to_owned()),
            ("code_challenge", CODE_CHALLENGE.to_owned()),
            ("code_challenge_method", "S256".to_owned()),
            ("resource", format!("http://{host}/mcp")),
            ("scope", "notes:read notes:write".to_owned()),
            ("state", "Zm9yIHRoZSBiZW5jaG1hcms".to_owned()),
        ];
        Self {
            host,
            cookies: BTreeMap::new(),
            authorize,
        }
    }

    /// Begins an authorization request; answers with the address of its page.
    pub(crate) async fn begin(&mut self, connection: &mut Connection) -> Result<String> {
        let fields: Vec<_> = self
            .authorize
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let path = format!("/authorize?{}", form(&fields));
        let request = get(self.host, &path, &self.headers());
        self.follow(connection, &request).await
    }

    /// Opens a page.
    pub(crate) async fn open(&mut self, connection: &mut Connection, path: &str) -> Result<String> {
        let request = get(self.host, path, &self.headers());
        let answer = connection.exchange(&request).await?;
        Ok(answer.text()?.to_owned())
    }

    /// Sends the form of `page` that posts to `action`; answers where that leads.
    pub(crate) async fn submit(
        &mut self,
        connection: &mut Connection,
        page: &str,
        action: &str,
        fields: &[(&str, &str)],
    ) -> Result<String> {
        let csrf = csrf(page, action).with_context(|| format!("no form for {action}"))?;
        let mut fields = fields.to_vec();
        fields.push(("csrf", csrf));
        let headers = format!("{}origin: http://{}\r\n", self.headers(), self.host);
        let request = post_form(self.host, action, &headers, &fields);
        self.follow(connection, &request).await
    }

    /// Allows everything that the consent page lists; answers with the authorization code.
    pub(crate) async fn approve(
        &mut self,
        connection: &mut Connection,
        interaction: &str,
    ) -> Result<String> {
        let page = self.open(connection, interaction).await?;
        let action = format!("{interaction}/consent");
        let mut fields = vec![("decision", "approve")];
        fields.extend(ticked(&page).map(|scope| ("scope", scope)));
        let back = self.submit(connection, &page, &action, &fields).await?;
        let code = between(&back, "code=", "&").with_context(|| format!("no code in {back}"))?;
        Ok(code.to_owned())
    }

    async fn follow(&mut self, connection: &mut Connection, request: &[u8]) -> Result<String> {
        let answer = connection.exchange(request).await?;
        for cookie in answer.headers("set-cookie") {
            if let Some((name, value)) = cookie.split(';').next().and_then(|c| c.split_once('=')) {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Ok(answer.location()?.to_owned())
    }

    fn headers(&self) -> String {
        if self.cookies.is_empty() {
            return String::new();
        }
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        format!("cookie: {}\r\n", cookies.join("; "))
    }
}

fn csrf<'p>(page: &'p str, action: &str) -> Option<&'p str> {
    let (_, form) = page.split_once(&format!("action=\"{action}\""))?;
    between(form, "name=\"csrf\" value=\"", "\"")
}

fn ticked(page: &str) -> impl Iterator<Item = &str> {
    page.split("name=\"scope\" value=\"")
        .skip(1)
        .filter_map(|rest| rest.split_once('"'))
        .map(|(scope, _)| scope)
}

fn between<'t>(text: &'t str, start: &str, end: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(start)?;
    Some(rest.split_once(end).map_or(rest, |(found, _)| found))
}
