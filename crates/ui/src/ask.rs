//! The question before the sign-in: whether to go on with this app at all.

use askama::Template;

use crate::{
    Brand, Form,
    client::{Origin, RedirectTarget, RequestingClient},
    consent::RequestedScope,
};

/// Who asks for what, before anybody signs in: buttons `decision=continue` and `decision=deny`.
///
/// The sign-in that follows happens at the product's own login; whoever signs in there must know
/// for whom. What is given is decided on the [`ConsentPage`](crate::ConsentPage) afterwards, so
/// the scopes are shown without a choice.
#[derive(Debug, Template)]
#[template(path = "ask.html")]
pub struct AskPage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand,
    /// Who asks.
    pub client: RequestingClient<'a>,
    /// What is asked for, in the order shown.
    pub scopes: Vec<RequestedScope<'a>>,
    /// Where the decision is sent.
    pub agree: Form<'a>,
}
