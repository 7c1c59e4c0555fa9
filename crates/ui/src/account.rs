//! What a person has connected, and how to end it.

use askama::Template;

use crate::{Brand, Form, PasskeyCeremony, When, shown::Shown};

/// Connected apps and passkeys of one person.
#[derive(Debug, Template)]
#[template(path = "account.html")]
pub struct AccountPage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand,
    /// Who is signed in.
    pub username: &'a str,
    /// What just happened, as a sentence ("ChatGPT was disconnected.").
    pub notice: Option<&'a str>,
    /// Live grants, newest first.
    pub apps: Vec<ConnectedApp<'a>>,
    /// Where Disconnect is sent, with the field `grant`.
    pub disconnect: Form<'a>,
    /// The passkeys of a local account.
    pub passkeys: Vec<RegisteredPasskey<'a>>,
    /// Adding a passkey; `None` where accounts are not local.
    pub add_passkey: Option<PasskeyCeremony<'a>>,
    /// Where Remove is sent, with the field `passkey`.
    pub remove_passkey: Form<'a>,
    /// Where "Sign out" is sent.
    pub sign_out: Form<'a>,
}

/// One live grant.
#[derive(Clone, Debug)]
pub struct ConnectedApp<'a> {
    /// The grant id: value of the field `grant`.
    pub grant: &'a str,
    /// The client's name.
    pub name: &'a str,
    /// Host that the client returns to.
    pub host: &'a str,
    /// What it may do, each in words.
    pub scopes: Vec<&'a str>,
    /// When consent was given.
    pub connected: When,
    /// When a token of this grant was last used; `None` if never.
    pub last_used: Option<When>,
}

/// One passkey.
#[derive(Clone, Copy, Debug)]
pub struct RegisteredPasskey<'a> {
    /// The passkey's id: value of the field `passkey`.
    pub id: &'a str,
    /// What the person or the authenticator calls it.
    pub name: &'a str,
    /// When it was added.
    pub added: When,
    /// When it last signed its owner in; `None` if never.
    pub last_used: Option<When>,
}

impl AccountPage<'_> {
    fn username(&self) -> Shown<'_> {
        Shown::name(self.username)
    }

    /// Whether the passkey section has anything to say.
    fn has_passkeys(&self) -> bool {
        self.add_passkey.is_some() || !self.passkeys.is_empty()
    }
}

impl ConnectedApp<'_> {
    fn shown_name(&self) -> Shown<'_> {
        Shown::name(self.name)
    }

    fn shown_host(&self) -> Shown<'_> {
        Shown::whole(self.host)
    }

    fn monogram(&self) -> String {
        Shown::monogram(self.name)
    }
}

impl RegisteredPasskey<'_> {
    fn shown_name(&self) -> Shown<'_> {
        Shown::name(self.name)
    }
}
