//! The grant: the pivot that everything issued hangs on.

use countersign_oauth::redirect_uri::RedirectUri;
use countersign_oauth::resource::Resource;
use countersign_oauth::scope::ScopeSet;

use crate::{ClientId, GrantId, Timestamp, UserId};

/// Why a grant ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndReason {
    /// The person disconnected the app.
    Disconnected,
    /// The client revoked its refresh token (RFC 7009 section 2.1).
    RevokedByClient,
    /// The operator revoked it.
    RevokedByOperator,
    /// A code was redeemed twice (RFC 6749 section 4.1.2).
    CodeReplayed,
    /// A rotated refresh token came back (RFC 9700 section 4.14.2).
    RefreshTokenReplayed,
    /// Its refresh token, or the grant itself, reached its end.
    Expired,
    /// The person's account was disabled, or its password changed.
    AccountChanged,
    /// The client was revoked.
    ClientRevoked,
    /// Its session at the product's login is over, so that it can call the product's API no more.
    UpstreamEnded,
}

impl EndReason {
    const ALL: [Self; 9] = [
        Self::Disconnected,
        Self::RevokedByClient,
        Self::RevokedByOperator,
        Self::CodeReplayed,
        Self::RefreshTokenReplayed,
        Self::Expired,
        Self::AccountChanged,
        Self::ClientRevoked,
        Self::UpstreamEnded,
    ];

    /// The stored form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Disconnected => "disconnected",
            Self::RevokedByClient => "revoked_by_client",
            Self::RevokedByOperator => "revoked_by_operator",
            Self::CodeReplayed => "code_replayed",
            Self::RefreshTokenReplayed => "refresh_token_replayed",
            Self::Expired => "expired",
            Self::AccountChanged => "account_changed",
            Self::ClientRevoked => "client_revoked",
            Self::UpstreamEnded => "upstream_ended",
        }
    }

    /// From the stored form.
    pub fn from_stored(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text)
    }
}

/// Whether a grant lives. Nothing brings an ended one back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantState {
    /// Codes can be redeemed, tokens rotated and used.
    Live,
    /// Everything issued from it is dead.
    Ended {
        /// When.
        at: Timestamp,
        /// Why.
        reason: EndReason,
    },
}

/// One authorization: a person's consent for one client at one resource. Not one per (user,
/// client) pair, because installations share client ids, and disconnecting one device must not
/// disconnect the others.
#[derive(Clone, Debug)]
pub struct Grant {
    /// Its identifier, carried by everything issued from it.
    pub id: GrantId,
    /// Who consented.
    pub user_id: UserId,
    /// Who was given it.
    pub client_id: ClientId,
    /// What was consented to.
    pub scope: ScopeSet,
    /// Where it is valid: the audience of its access tokens (RFC 8707).
    pub resource: Resource,
    /// Where the code was sent.
    pub redirect_uri: RedirectUri,
    /// When the person proved who they are.
    pub authenticated_at: Timestamp,
    /// When the person consented.
    pub created_at: Timestamp,
    /// When something was last issued from it.
    pub last_used_at: Timestamp,
    /// When it ends by itself, however often it is refreshed.
    pub expires_at: Timestamp,
    /// Whether it lives.
    pub state: GrantState,
}

impl Grant {
    /// Whether something can still be issued from it and used.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.state == GrantState::Live && self.expires_at > now
    }
}
