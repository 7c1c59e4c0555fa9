//! Signing in with a local account.

use askama::Template;

use crate::{Brand, Form, PasskeyCeremony, shown::Shown};

/// The sign-in form: fields `username` and `password`.
#[derive(Debug, Template)]
#[template(path = "sign_in.html")]
pub struct SignInPage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand,
    /// Name of the client on whose behalf the person came; `None` when they came by themselves
    /// (`/account`).
    pub client: Option<&'a str>,
    /// Where the form is sent.
    pub sign_in: Form<'a>,
    /// What the form already knows: the name typed before an error, or empty.
    pub username: &'a str,
    /// Why the last attempt failed, as a sentence.
    pub error: Option<&'a str>,
    /// Address of the sign-up page (GET), when anyone may create an account.
    pub sign_up: Option<&'a str>,
    /// Signing in by passkey; the script reveals it where the browser can.
    pub passkey: Option<PasskeyCeremony<'a>>,
}

impl SignInPage<'_> {
    fn client(&self) -> Option<Shown<'_>> {
        self.client.map(Shown::name)
    }
}
