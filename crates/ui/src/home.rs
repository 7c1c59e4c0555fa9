//! The first thing that anybody sees.

use std::net::IpAddr;

use askama::Template;
use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::Brand;

/// What this server is and how to connect each client to it.
#[derive(Debug, Template)]
#[template(path = "home.html")]
pub struct HomePage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand,
    /// The issuer, byte for byte: no trailing slash, no path.
    pub public_url: &'a str,
    /// The tools that the MCP endpoint lists.
    pub tools: Vec<OfferedTool<'a>>,
    /// Whether to show the operator how to add a login and an API: on while the server is being
    /// set up, off where a product's users come by.
    pub operator_guide: bool,
    /// Whether `/playground` is there.
    pub playground: bool,
}

/// One tool, as `tools/list` describes it.
#[derive(Clone, Copy, Debug)]
pub struct OfferedTool<'a> {
    /// Its name on the wire.
    pub name: &'a str,
    /// Its title for people; the name if empty.
    pub title: &'a str,
    /// What it does.
    pub description: &'a str,
    /// The scope it needs; `None` if any token will do.
    pub scope: Option<&'a str>,
}

impl OfferedTool<'_> {
    fn heading(&self) -> &str {
        if self.title.is_empty() {
            self.name
        } else {
            self.title
        }
    }
}

impl HomePage<'_> {
    /// The MCP endpoint, which is also the resource (RFC 8707).
    fn resource(&self) -> String {
        format!("{}/mcp", self.public_url)
    }

    /// What VS Code's `--add-mcp` and its install link take.
    fn vscode_json(&self) -> String {
        format!(
            r#"{{"name":"{}","type":"http","url":"{}"}}"#,
            self.brand.slug(),
            self.resource()
        )
    }

    /// Cursor's install link: the server's entry of `mcp.json` in base64.
    fn cursor_link(&self) -> String {
        let entry = STANDARD.encode(format!(r#"{{"url":"{}"}}"#, self.resource()));
        // `+` and `=` mean something else in a query.
        let entry = entry.replace('+', "%2B").replace('=', "%3D");
        format!(
            "cursor://anysphere.cursor-deeplink/mcp/install?name={}&config={entry}",
            self.brand.slug()
        )
    }

    /// Whether only programs on this computer can reach the server: then the hosted clients
    /// cannot.
    fn is_loopback(&self) -> bool {
        let rest = self
            .public_url
            .split_once("://")
            .map_or(self.public_url, |(_, rest)| rest);
        let host = match rest.strip_prefix('[').and_then(|v6| v6.split_once(']')) {
            Some((v6, _)) => v6,
            None => rest.split([':', '/']).next().unwrap_or_default(),
        };
        host == "localhost"
            || host.ends_with(".localhost")
            || host
                .parse::<IpAddr>()
                .is_ok_and(|address| address.is_loopback())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_addresses_that_hosted_clients_cannot_reach() {
        let brand = Brand::default();
        let loopback = |public_url| {
            HomePage {
                brand: &brand,
                public_url,
                tools: Vec::new(),
                operator_guide: true,
                playground: true,
            }
            .is_loopback()
        };
        for url in [
            "http://localhost:3002",
            "http://127.0.0.1",
            "http://127.8.9.1:80",
            "http://[::1]:3002",
            "https://app.localhost",
        ] {
            assert!(loopback(url), "{url}");
        }
        for url in [
            "https://mcp.example.com",
            "https://localhost.example.com",
            "https://[2001:db8::1]",
            "https://127.0.0.1.example",
        ] {
            assert!(!loopback(url), "{url}");
        }
    }
}
