//! The flight recorder: what happened, in words that an operator understands.

use crate::{ClientId, EventId, GrantId, Timestamp, UserId};

/// What kind of thing happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// A client registered.
    ClientRegistered,
    /// A person consented.
    GrantApproved,
    /// A person declined.
    GrantDenied,
    /// A code was redeemed.
    CodeRedeemed,
    /// A grant ended, whatever the reason.
    GrantEnded,
    /// A person signed in.
    SignedIn,
    /// A sign-in failed.
    SignInFailed,
    /// A person signed in at the product's login.
    UpstreamSignedIn,
    /// An upstream session got a new access token.
    UpstreamRefreshed,
    /// An upstream session ended, and its grant with it.
    UpstreamEnded,
    /// A token was exchanged (RFC 8693).
    TokenExchanged,
    /// A signing key changed its state.
    KeysAdvanced,
    /// A request was refused.
    Refused,
}

impl EventKind {
    const ALL: [Self; 13] = [
        Self::ClientRegistered,
        Self::GrantApproved,
        Self::GrantDenied,
        Self::CodeRedeemed,
        Self::GrantEnded,
        Self::SignedIn,
        Self::SignInFailed,
        Self::UpstreamSignedIn,
        Self::UpstreamRefreshed,
        Self::UpstreamEnded,
        Self::TokenExchanged,
        Self::KeysAdvanced,
        Self::Refused,
    ];

    /// The stored form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClientRegistered => "client_registered",
            Self::GrantApproved => "grant_approved",
            Self::GrantDenied => "grant_denied",
            Self::CodeRedeemed => "code_redeemed",
            Self::GrantEnded => "grant_ended",
            Self::SignedIn => "signed_in",
            Self::SignInFailed => "sign_in_failed",
            Self::UpstreamSignedIn => "upstream_signed_in",
            Self::UpstreamRefreshed => "upstream_refreshed",
            Self::UpstreamEnded => "upstream_ended",
            Self::TokenExchanged => "token_exchanged",
            Self::KeysAdvanced => "keys_advanced",
            Self::Refused => "refused",
        }
    }

    /// From the stored form.
    pub fn from_stored(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// One entry of the flight recorder. Never holds a secret.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its identifier; also the short reference that an error page shows.
    pub id: EventId,
    /// When.
    pub at: Timestamp,
    /// What kind.
    pub kind: EventKind,
    /// The client it concerns.
    pub client_id: Option<ClientId>,
    /// The person it concerns.
    pub user_id: Option<UserId>,
    /// The grant it concerns.
    pub grant_id: Option<GrantId>,
    /// What happened, in a sentence.
    pub detail: String,
}
