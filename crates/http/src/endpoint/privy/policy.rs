//! What the Privy page may load beside its own: Privy itself, and the captcha where the app demands it.

use axum::http::HeaderMap;
use axum::http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use countersign_identity::privy::PrivyApp;

/// Cloudflare's Turnstile: a script and the frame that it opens.
const TURNSTILE: &str = "https://challenges.cloudflare.com";

/// Widens the policy of a page by the hosts of this Privy app and no other.
pub(crate) fn allow_privy(headers: &mut HeaderMap, auth_url: &str, app: &PrivyApp) {
    let captcha = app.captcha.as_ref().map(|_| TURNSTILE);
    let connect = [Some(auth_url), app.custom_api_url.as_deref()];
    let connect = sources(connect.into_iter().flatten());
    let script = sources(captcha);
    let frame = captcha.map_or_else(String::new, |source| format!("; frame-src {source}"));
    let policy = format!(
        "default-src 'none'; style-src 'self'; script-src 'self'{script}; img-src 'self' data:; \
         font-src 'self'; connect-src 'self'{connect}; base-uri 'none'; frame-ancestors 'none'{frame}"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
}

/// Origins as sources, each after a space. What is no plain origin would be a directive of its own and
/// is left out: the page then says that Privy cannot be reached.
fn sources<'a>(urls: impl IntoIterator<Item = &'a str>) -> String {
    urls.into_iter()
        .filter_map(|url| {
            let (scheme, rest) = url.split_once("://")?;
            let authority = rest.split(['/', '?', '#']).next()?;
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
            let is_origin = matches!(scheme, "https" | "http")
                && !authority.is_empty()
                && authority.bytes().all(plain);
            is_origin.then(|| format!(" {scheme}://{authority}"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_origins_become_sources() {
        assert_eq!(
            sources([
                "https://auth.privy.io",
                "http://127.0.0.1:3003/x",
                "https://a.example; script-src *",
                "javascript:alert(1)",
                "https://",
            ]),
            " https://auth.privy.io http://127.0.0.1:3003"
        );
    }
}
