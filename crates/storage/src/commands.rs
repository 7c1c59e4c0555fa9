//! The operations, by entity: a struct each, with its outcome, its SQL and its one body.

mod access_token;
mod agreement;
mod approval;
mod authorization_code;
mod client;
mod client_assertion;
mod event;
mod expiry;
mod grant;
mod hand_over;
mod interaction;
mod invitation;
mod note;
mod passkey;
mod passkey_ceremony;
mod password;
mod rate;
mod refresh_rotation;
mod refresh_token;
mod session;
mod signing_key;
mod upstream_end;
mod upstream_identity;
mod upstream_session;
mod user;

pub use access_token::{GrantLiveness, Liveness, RevokeAccessToken};
pub use agreement::{AgreeInteraction, FindDeviceCodes, KeepDeviceCodes};
pub use approval::{ApproveInteraction, InteractionApproval, UpstreamNeed};
pub use authorization_code::{CodeRedemption, FindCode, FirstRefreshToken, FoundCode, RedeemCode};
pub use client::{
    ClientRegistration, ClientRevocation, FindClient, ListClients, RegisterClient, RememberClient,
    RevokeClient,
};
pub use client_assertion::{AssertionUse, UseAssertion};
pub use event::{FindEvent, ListEvents, RecordEvent};
pub use expiry::{DeleteExpired, Deleted};
pub use grant::{EndGrant, FindGrant, GrantEnd, ListGrants, UserOrClient};
pub use hand_over::{HandOver, HandOverInteraction, HandOverOutcome};
pub use interaction::{
    AuthenticateInteraction, DenyInteraction, FindInteraction, InteractionStart, InteractionStep,
    ReturnInteractionToSignIn, StartInteraction,
};
pub use invitation::{CreateInvitation, FindInvitation, InvitationRedemption, RedeemInvitation};
pub use note::{AddNote, ListNotes, Note, NoteAddition};
pub use passkey::{
    AddPasskey, FindPasskey, ListPasskeys, Passkey, PasskeyAddition, RemovePasskey, UpdatePasskey,
};
pub use passkey_ceremony::{StartCeremony, TakeCeremony};
pub use password::{Credentials, FindCredentials, RehashPassword, SetPassword};
pub use rate::{RateToken, ReturnRateToken, TakeRateToken};
pub use refresh_rotation::{RefreshRotation, RotateRefresh};
pub use refresh_token::{FindRefreshToken, FoundRefreshToken, MarkRefreshUsed, RevokeRefreshToken};
pub use session::{EndSession, FindSession, SessionStart, SignedIn, StartSession};
pub use signing_key::{AdvanceSigningKeys, ImportSigningKey, KeyAdvance, LoadSigningKeys};
pub use upstream_end::TakeEndedUpstreamSessions;
pub use upstream_identity::{FindUpstreamIdentity, FindUpstreamUser, NoteUpstreamProfile};
pub use upstream_session::{
    FindUpstreamSession, LeaseUpstreamSession, NewUpstreamSession, ReleaseUpstreamSession,
    StoreUpstreamSession, StoredUpstreamSession, UpstreamLease, UpstreamStore,
};
pub use user::{
    AccountChange, AddUser, DisableUser, EnableUser, FindUser, ListUsers, ListedUser, UserAddition,
};

/// Every statement of every operation.
#[cfg(test)]
pub(crate) fn statements() -> impl Iterator<Item = &'static crate::sql::Sql> {
    [
        access_token::STATEMENTS,
        agreement::STATEMENTS,
        approval::STATEMENTS,
        authorization_code::STATEMENTS,
        client::STATEMENTS,
        client_assertion::STATEMENTS,
        event::STATEMENTS,
        expiry::STATEMENTS,
        grant::STATEMENTS,
        hand_over::STATEMENTS,
        interaction::STATEMENTS,
        invitation::STATEMENTS,
        note::STATEMENTS,
        passkey::STATEMENTS,
        passkey_ceremony::STATEMENTS,
        password::STATEMENTS,
        rate::STATEMENTS,
        refresh_rotation::STATEMENTS,
        refresh_token::STATEMENTS,
        session::STATEMENTS,
        signing_key::STATEMENTS,
        upstream_end::STATEMENTS,
        upstream_identity::STATEMENTS,
        upstream_session::STATEMENTS,
        user::STATEMENTS,
    ]
    .into_iter()
    .flatten()
    .copied()
}
