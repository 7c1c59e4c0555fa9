//! Who the user is: a local account with a password or a passkey, or a person who signed in with
//! the product's Privy app.
//!
//! Each way of knowing a person is a module of its own: [`local`] keeps accounts, [`privy`] asks
//! Privy. What a browser session, a grant or a page makes of the person is decided above.
//!
//! This crate serves no HTTP and knows no cookies, no pages and no SQL. It speaks HTTP in one
//! direction only: [`privy`] is a client of Privy's, by way of `egress`.

pub mod local;
pub mod privy;
