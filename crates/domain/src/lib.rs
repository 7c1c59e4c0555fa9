//! What countersign is about: grants and what hangs on them, as state enums whose transitions
//! consume the old state, so that an impossible sequence does not compile.
//!
//! Knows the OAuth vocabulary and nothing else: no I/O, no async, no HTTP, no SQL. Time and
//! randomness are parameters ([`Clock`], [`Entropy`]).

mod authorization_code;
mod client;
mod client_assertion;
mod entropy;
mod event;
mod grant;
mod id;
mod interaction;
mod refresh_token;
mod secret;
mod session;
mod signing_key;
mod time;
mod upstream;
mod user;

pub use authorization_code::AuthorizationCode;
pub use client::{Client, ClientKind, ClientState, DocumentCopy, StatelessRegistration};
pub use client_assertion::ClientAssertion;
pub use entropy::{Entropy, SystemEntropy};
pub use event::{Event, EventKind};
pub use grant::{EndReason, Grant, GrantState};
pub use id::{
    ClientId, EventId, GrantId, InteractionId, InvalidId, LeaseId, NoteId, SessionId, TokenId,
    UpstreamSessionId, UserId,
};
pub use interaction::{Interaction, InteractionState, InvalidTransition};
pub use refresh_token::{RefreshToken, RefreshTokenState, Replay};
pub use secret::{
    Hashed, PlainAuthorizationCode, PlainClientSecret, PlainInvitation, PlainPasskeyCeremony,
    PlainRefreshToken, PlainSessionCookie,
};
pub use session::BrowserSession;
pub use signing_key::{KeyState, SigningKeyRecord};
pub use time::{Clock, Milliseconds, SystemClock, Timestamp};
pub use upstream::{LinkedAccount, UpstreamIdentity, UpstreamProfile};
pub use user::{InvalidUsername, Invitation, User, UserState, Username};
