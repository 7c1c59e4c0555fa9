//! Who the user is: local accounts, with a password or a passkey.
//!
//! Each way of knowing a person is a module of its own; [`local`] is the first. What they share is
//! the outcome, a [`User`](countersign_domain::User) who has just proved who they are; what a
//! browser session, a grant or a page makes of it is decided above.
//!
//! This crate must not know HTTP, cookies or pages, nor the SQL of its state.

pub mod local;
