//! The question that everything turns on: who may do what, as whom.

use askama::Template;

use crate::{
    Brand, Form,
    client::{Origin, RedirectTarget, RequestingClient},
    shown::Shown,
};

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
    pub(crate) fn words(&self) -> &str {
        if self.description.is_empty() {
            self.name
        } else {
            self.description
        }
    }
}

impl ConsentPage<'_> {
    fn username(&self) -> Shown<'_> {
        Shown::name(self.username)
    }

    fn has_choice(&self) -> bool {
        self.scopes.iter().any(|scope| !scope.required)
    }
}
