//! The browser on the other side: what binds an interaction and a form to it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_domain::PlainSessionCookie;
use countersign_jose::hash::sha256;
use subtle::ConstantTimeEq as _;

/// The cookies a browser presents. Two, because the first exists before anybody has signed in
/// and must survive it, and the second must be new at every sign-in (session fixation).
#[derive(Debug, Default)]
pub struct Browser {
    /// Binds interactions and forms to this browser; proves nothing about who sits at it.
    pub binding: Option<PlainSessionCookie>,
    /// Who is signed in.
    pub session: Option<PlainSessionCookie>,
}

impl Browser {
    /// The token that a form shown to this browser must bring back.
    ///
    /// Derived from the cookie, which another site can neither read nor set (`__Host-`), so
    /// nothing has to be stored; `form` ties it to one form and, for consent, to one account, so
    /// that a decision cannot be replayed on another.
    pub fn csrf_token(&self, form: &str) -> Option<String> {
        let binding = self.binding.as_ref()?;
        let text = format!("csrf\0{}\0{form}", binding.expose());
        Some(URL_SAFE_NO_PAD.encode(sha256(text.as_bytes())))
    }

    /// Whether `presented` is the token of `form` at this browser.
    pub fn accepts_csrf_token(&self, form: &str, presented: &str) -> bool {
        self.csrf_token(form)
            .is_some_and(|expected| bool::from(expected.as_bytes().ct_eq(presented.as_bytes())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_domain::SystemEntropy;

    #[test]
    fn a_token_fits_one_browser_and_one_form() {
        let new = || Browser {
            binding: Some(PlainSessionCookie::generate(&SystemEntropy)),
            session: None,
        };
        let (one, other) = (new(), new());
        let token = one.csrf_token("consent").unwrap();
        assert!(one.accepts_csrf_token("consent", &token));
        assert!(!one.accepts_csrf_token("sign-in", &token));
        assert!(!other.accepts_csrf_token("consent", &token));
        assert!(!Browser::default().accepts_csrf_token("consent", &token));
    }
}
