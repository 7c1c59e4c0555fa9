//! Accepting an invitation.

use askama::Template;

use crate::{Brand, Form, shown::Shown};

/// An invited person chooses a password: field `password`.
#[derive(Debug, Template)]
#[template(path = "invitation.html")]
pub struct InvitationPage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand,
    /// The name that the operator gave the account.
    pub username: &'a str,
    /// Where the form is sent.
    pub accept: Form<'a>,
    /// What a password must be, in words.
    pub password_rules: &'a str,
    /// Why the last attempt failed, as a sentence.
    pub error: Option<&'a str>,
}

impl InvitationPage<'_> {
    fn username(&self) -> Shown<'_> {
        Shown::name(self.username)
    }
}
