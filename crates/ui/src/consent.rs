//! The question that everything turns on: who may do what, as whom.

use askama::Template;

use crate::{Brand, Form, When, shown::Shown};

/// The consent form: buttons `decision=approve` and `decision=deny`, and one `scope` field for
/// each optional scope left ticked. Required scopes are not sent; the server knows them.
#[derive(Debug, Template)]
#[template(path = "consent.html")]
pub struct ConsentPage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand,
    /// Who asks.
    pub client: RequestingClient<'a>,
    /// What is asked for, in the order shown.
    pub scopes: Vec<RequestedScope<'a>>,
    /// Who is signed in.
    pub username: &'a str,
    /// Where the decision is sent.
    pub consent: Form<'a>,
    /// Where "Switch account" is sent: the sign-out of this interaction.
    pub switch_account: Form<'a>,
}

/// The client of an authorization request, as a person should judge it.
#[derive(Clone, Copy, Debug)]
pub struct RequestingClient<'a> {
    /// `client_name` (RFC 7591, section 2): chosen by the client, so trusted for nothing.
    pub name: &'a str,
    /// What is known about where the client comes from.
    pub origin: Origin<'a>,
    /// Where approving leads.
    pub redirect: RedirectTarget<'a>,
}

/// How far a client's name can be believed.
#[derive(Clone, Copy, Debug)]
pub enum Origin<'a> {
    /// The operator named the client in the configuration.
    Configured,
    /// The client is described by a client id metadata document at this host.
    Document {
        /// Host of the client id.
        host: &'a str,
        /// When the copy was taken that stands in for the document; `None` for the document itself.
        copied: Option<When>,
    },
    /// The client registered itself (RFC 7591): unverified.
    Registered,
}

/// The kinds of redirect URI (RFC 8252, section 7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RedirectTarget<'a> {
    /// An `https` site.
    Web {
        /// Its host, with a port if it has one.
        host: &'a str,
    },
    /// A program listening on this computer (section 7.3).
    Loopback {
        /// The host as registered (`localhost`, `127.0.0.1`, `[::1]`), with the port asked for.
        host: &'a str,
    },
    /// A program that claims a private-use scheme (section 7.1).
    PrivateUse {
        /// The scheme, without the colon.
        scheme: &'a str,
    },
}

/// One scope of an authorization request.
#[derive(Clone, Copy, Debug)]
pub struct RequestedScope<'a> {
    /// The scope token (RFC 6749, section 3.3): value of the field `scope`.
    pub name: &'a str,
    /// What it allows, in words that continue "This allows it to…"; the name if empty.
    pub description: &'a str,
    /// Whether approving without it makes no sense: shown as given, not as a choice.
    pub required: bool,
}

impl RequestedScope<'_> {
    fn words(&self) -> &str {
        if self.description.is_empty() {
            self.name
        } else {
            self.description
        }
    }
}

impl ConsentPage<'_> {
    fn name(&self) -> Shown<'_> {
        Shown::name(self.client.name)
    }

    fn monogram(&self) -> String {
        Shown::monogram(self.client.name)
    }

    fn username(&self) -> Shown<'_> {
        Shown::name(self.username)
    }

    /// Whether answers go to whoever is described. On the person's own device any program can take
    /// the place of the app, so that a description vouches for nothing there.
    fn is_web(&self) -> bool {
        matches!(self.client.redirect, RedirectTarget::Web { .. })
    }

    fn has_choice(&self) -> bool {
        self.scopes.iter().any(|scope| !scope.required)
    }
}
