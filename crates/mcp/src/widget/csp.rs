//! What a widget may reach on the network.

use serde_json::{Value, json};
use url::{Host, Url};

use super::InvalidWidget;
use crate::guard::origin::is_loopback;

/// The exact web origins that a widget's page may use, e.g. `https://api.example`. `http` is for
/// the developer's own machine. Everything is forbidden that is not listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WidgetCsp {
    /// Where scripts may send requests to, `wss` included.
    pub connect_domains: Vec<String>,
    /// Where images, fonts, styles and scripts may come from.
    pub resource_domains: Vec<String>,
    /// What may be shown in frames. ChatGPT reviews a widget that has any more closely.
    pub frame_domains: Vec<String>,
    /// Where ChatGPT lets the widget lead people without asking them. MCP Apps has no such list.
    pub redirect_domains: Vec<String>,
}

impl WidgetCsp {
    pub(super) fn check(&self) -> Result<(), InvalidWidget> {
        for (list, domains, schemes) in [
            (
                "connect_domains",
                &self.connect_domains,
                &["https", "wss"][..],
            ),
            ("resource_domains", &self.resource_domains, &["https"]),
            ("frame_domains", &self.frame_domains, &["https"]),
            ("redirect_domains", &self.redirect_domains, &["https"]),
        ] {
            for domain in domains {
                check_origin(list, domain, schemes)?;
            }
        }
        Ok(())
    }

    /// `csp` of MCP Apps. Always with the first two lists, because a host may take the absence of
    /// one for its own default.
    pub(super) fn standard(&self) -> Value {
        let mut csp = json!({
            "connectDomains": self.connect_domains,
            "resourceDomains": self.resource_domains,
        });
        add(&mut csp, "frameDomains", &self.frame_domains);
        csp
    }

    /// The `Content-Security-Policy` that a host lays over the page (MCP Apps 2026-01-26, "Host
    /// behavior"): what is in the page runs, what is listed is reached, and nothing else. With
    /// `sandbox` the page has no origin, wherever it comes from.
    pub fn policy(&self) -> String {
        let resources = sources(&self.resource_domains);
        let listed = |domains: &[String]| match sources(domains) {
            none if none.is_empty() => " 'none'".to_owned(),
            some => some,
        };
        format!(
            "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'{resources}; \
             style-src 'unsafe-inline'{resources}; img-src data: blob:{resources}; \
             font-src data:{resources}; media-src data: blob:{resources}; connect-src{connect}; \
             frame-src{frame}; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
            connect = listed(&self.connect_domains),
            frame = listed(&self.frame_domains),
        )
    }

    /// `openai/widgetCSP`.
    pub(super) fn openai(&self) -> Value {
        let mut csp = json!({
            "connect_domains": self.connect_domains,
            "resource_domains": self.resource_domains,
        });
        add(&mut csp, "frame_domains", &self.frame_domains);
        add(&mut csp, "redirect_domains", &self.redirect_domains);
        csp
    }
}

/// The origins, each after a space.
fn sources(domains: &[String]) -> String {
    domains.iter().flat_map(|domain| [" ", domain]).collect()
}

fn add(csp: &mut Value, list: &str, domains: &[String]) {
    if let (Value::Object(members), false) = (csp, domains.is_empty()) {
        members.insert(list.to_owned(), json!(domains));
    }
}

/// Accepts what is written exactly as a browser writes it, and so cannot mean anything else in the
/// header that a host makes of it.
pub(super) fn check_origin(
    list: &'static str,
    domain: &str,
    schemes: &[&str],
) -> Result<(), InvalidWidget> {
    let exact = Url::parse(domain).is_ok_and(|url| {
        let safe = match url.host() {
            // A URL may have `;`, `*` and quotes in its host. A policy may not.
            Some(Host::Domain(name)) => name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte)),
            Some(Host::Ipv4(_)) => true,
            // There is no way to write one in a policy (CSP3 section 2.3.1).
            Some(Host::Ipv6(_)) | None => false,
        };
        let local = url.host().is_some_and(|host| is_loopback(&host));
        let allowed = schemes
            .iter()
            .any(|&scheme| match (scheme, url.scheme(), local) {
                ("https", "http", true) | ("wss", "ws", true) => true,
                (scheme, actual, _) => scheme == actual,
            });
        safe && allowed && url.origin().ascii_serialization() == domain
    });
    if exact {
        Ok(())
    } else {
        Err(InvalidWidget::Domain {
            list,
            domain: domain.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exact_origin_is_accepted() {
        for domain in [
            "https://api.example",
            "https://api.example:8443",
            "https://192.0.2.1",
            "https://xn--bcher-kva.example",
            "http://localhost:3000",
            "http://127.0.0.1:3000",
        ] {
            assert_eq!(check_origin("x", domain, &["https"]), Ok(()), "{domain}");
        }
        assert_eq!(
            check_origin("x", "wss://api.example", &["https", "wss"]),
            Ok(())
        );
        assert_eq!(
            check_origin("x", "ws://localhost:3000", &["https", "wss"]),
            Ok(())
        );
    }

    #[test]
    fn a_page_reaches_what_is_listed_and_nothing_else() {
        let closed = WidgetCsp::default().policy();
        assert!(closed.starts_with("sandbox allow-scripts; default-src 'none'; "));
        for directive in [
            "script-src 'unsafe-inline';",
            "connect-src 'none';",
            "frame-src 'none';",
            "img-src data: blob:;",
        ] {
            assert!(closed.contains(directive), "{directive} in {closed}");
        }
        let csp = WidgetCsp {
            connect_domains: vec!["https://api.example".to_owned()],
            resource_domains: vec![
                "https://a.example".to_owned(),
                "https://b.example".to_owned(),
            ],
            ..WidgetCsp::default()
        };
        let open = csp.policy();
        for directive in [
            "connect-src https://api.example;",
            "img-src data: blob: https://a.example https://b.example;",
            "script-src 'unsafe-inline' https://a.example https://b.example;",
            "frame-src 'none';",
        ] {
            assert!(open.contains(directive), "{directive} in {open}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for domain in [
            "",
            "*",
            "https:",
            "'self'",
            "api.example",
            "https://*.example",
            "https://*",
            "http://api.example",
            "wss://api.example",
            "ws://localhost",
            "data:text/html,x",
            "https://api.example/",
            "https://api.example/v1",
            "https://api.example?x",
            "https://api.example#x",
            "https://user@api.example",
            "https://api.example:443",
            "https://API.example",
            "https://bücher.example",
            "https://[2001:db8::1]",
            "https://api.example;script-src",
            "https://api.example'",
            "https://api.example,https://b.example",
            "https://api.example https://b.example",
            " https://api.example",
        ] {
            let refused = check_origin("x", domain, &["https"]);
            assert!(refused.is_err(), "{domain:?}");
        }
    }
}
