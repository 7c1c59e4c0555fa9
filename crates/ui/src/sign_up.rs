//! Creating a local account.

use askama::Template;

use crate::{Brand, Form, shown::Shown};

/// The sign-up form: fields `username` and `password`.
#[derive(Debug, Template)]
#[template(path = "sign_up.html")]
pub struct SignUpPage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand,
    /// Name of the client on whose behalf the person came, if any.
    pub client: Option<&'a str>,
    /// Where the form is sent.
    pub sign_up: Form<'a>,
    /// The name typed before an error, or empty.
    pub username: &'a str,
    /// What a username may be, in words.
    pub username_rules: &'a str,
    /// What a password must be, in words.
    pub password_rules: &'a str,
    /// Why the last attempt failed, as a sentence.
    pub error: Option<&'a str>,
    /// Address of the sign-in page (GET).
    pub sign_in: &'a str,
}

impl SignUpPage<'_> {
    fn client(&self) -> Option<Shown<'_>> {
        self.client.map(Shown::name)
    }
}
