//! The pages that people see: home, sign-in, sign-up, invitation, consent, account and error,
//! with the stylesheet, the scripts and the operator's brand.
//!
//! A page is a plain struct of texts and addresses; [`Page::render`] makes it a document. Every
//! value is escaped by the template engine, and what a stranger chose (a client's name, above
//! all) also loses the characters that reorder or hide text. No page contains an inline script
//! or style, so that the strictest `Content-Security-Policy` can stand. Every form works without
//! JavaScript, except the sign-in with Privy, whose protocol lives in the browser, and the
//! playground, which is an MCP client: they say so.
//!
//! This crate must not know axum, status codes, the store or the clock: addresses, CSRF tokens
//! and times are handed in, and nothing here can fail.

mod account;
mod ask;
mod asset;
mod brand;
mod client;
mod color;
mod consent;
mod error;
mod form;
mod home;
mod invitation;
mod page;
mod playground;
mod privy;
mod shown;
mod sign_in;
mod sign_up;
mod when;

pub use account::{AccountPage, ConnectedApp, RegisteredPasskey};
pub use ask::AskPage;
pub use asset::{Asset, assets};
pub use brand::{Brand, BrandError};
pub use client::{Origin, RedirectTarget, RequestingClient};
pub use color::Color;
pub use consent::{ConsentPage, RequestedScope};
pub use error::{ErrorPage, Link};
pub use form::{Form, PasskeyCeremony};
pub use home::{HomePage, OfferedTool};
pub use invitation::InvitationPage;
pub use page::Page;
pub use playground::{PlaygroundPage, playground_frame};
pub use privy::{PrivyCaptcha, PrivyMethods, PrivyReturnPage, PrivySignInPage};
pub use sign_in::SignInPage;
pub use sign_up::SignUpPage;
pub use when::When;
