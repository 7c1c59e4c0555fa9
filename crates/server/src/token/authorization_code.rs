//! `grant_type=authorization_code` (RFC 6749 section 4.1.3).

use countersign_domain::{
    Client, EndReason, EventKind, Milliseconds, PlainAuthorizationCode, PlainRefreshToken,
};
use countersign_oauth::client_metadata::GrantType;
use countersign_oauth::pkce::CodeVerifier;
use countersign_oauth::scope::ScopeSet;
use countersign_storage::commands::{
    CodeRedemption, FindCode, FirstRefreshToken, FoundCode, RedeemCode,
};

use super::{TokenAnswer, TokenError};
use crate::AuthorizationServer;
use crate::refusal::Unavailable;
use crate::server::Subject;

/// How long after its redemption a code coming back is taken for the client's own retry and only
/// refused. Concurrent redemptions are not theft: the winner's tokens must live on.
const RETRY_LEEWAY: Milliseconds = 10_000;

/// What a client presents for tokens.
pub(super) struct Presented {
    pub(super) code: String,
    pub(super) redirect_uri: Option<String>,
    pub(super) code_verifier: CodeVerifier,
    pub(super) resource: Vec<String>,
    pub(super) scope: Option<ScopeSet>,
}

impl AuthorizationServer {
    /// Redeems an authorization code.
    pub(super) async fn redeem(
        &self,
        client: &Client,
        presented: &Presented,
    ) -> Result<TokenAnswer, TokenError> {
        Self::require_grant_type(client, GrantType::AuthorizationCode)?;
        let code = PlainAuthorizationCode::parse(&presented.code).ok_or(TokenError::Unknown)?;
        let found = self
            .store()
            .read(FindCode { hash: code.hash() })
            .await
            .map_err(Unavailable::from)?
            .ok_or(TokenError::Unknown)?;
        check_binding(&found, client, presented)?;
        self.require_resource(&presented.resource)?;

        let now = self.now();
        let refreshes = client
            .metadata
            .grant_types
            .contains(&GrantType::RefreshToken);
        let refresh_token = refreshes.then(|| PlainRefreshToken::generate(self.entropy()));
        let redeem = RedeemCode {
            hash: code.hash(),
            client_id: client.id.clone(),
            redirect_uri: presented.redirect_uri.clone(),
            leeway: RETRY_LEEWAY,
            now,
            refresh_token: refresh_token.as_ref().map(|token| FirstRefreshToken {
                hash: token.hash(),
                expires_at: now.plus(self.settings().lifetimes.refresh_token),
            }),
        };
        let grant = match self
            .store()
            .execute(redeem)
            .await
            .map_err(Unavailable::from)?
        {
            CodeRedemption::Redeemed { grant } => grant,
            CodeRedemption::Replayed {
                within_leeway: true,
                ..
            } => {
                return Err(TokenError::AlreadyRedeemed);
            }
            CodeRedemption::Replayed {
                within_leeway: false,
                grant_id,
            } => {
                let subject = Subject {
                    client: Some(&client.id),
                    user: None,
                    grant: Some(grant_id),
                };
                self.record(
                    EventKind::GrantEnded,
                    subject,
                    EndReason::CodeReplayed.as_str(),
                )
                .await;
                return Err(TokenError::Replayed);
            }
            CodeRedemption::Expired => return Err(TokenError::Expired),
            CodeRedemption::GrantEnded => return Err(TokenError::GrantEnded),
            CodeRedemption::RedirectUriMismatch => return Err(TokenError::RedirectUriMismatch),
            CodeRedemption::WrongClient => return Err(TokenError::WrongClient),
            CodeRedemption::Unknown => return Err(TokenError::Unknown),
        };
        self.issue(
            &grant,
            grant.scope.clone(),
            refresh_token,
            found.code.nonce.as_deref(),
        )
        .await
    }
}

/// What the code is bound to, checked before it is consumed, so that a guess by somebody else
/// costs its owner nothing.
fn check_binding(
    FoundCode { code, grant }: &FoundCode,
    client: &Client,
    presented: &Presented,
) -> Result<(), TokenError> {
    if code.client_id != client.id {
        return Err(TokenError::WrongClient);
    }
    // OAuth 2.1 section 10.2: a client may leave it out; one that sends it sends the same.
    if presented
        .redirect_uri
        .as_deref()
        .is_some_and(|sent| sent != code.redirect_uri.as_str())
    {
        return Err(TokenError::RedirectUriMismatch);
    }
    if !code.code_challenge.verify(&presented.code_verifier) {
        return Err(TokenError::PkceVerifierMismatch);
    }
    // Some clients repeat `scope` here; it cannot widen what was consented to.
    if presented
        .scope
        .as_ref()
        .is_some_and(|scope| !scope.is_subset(&grant.scope))
    {
        return Err(TokenError::ScopeExceedsGrant);
    }
    Ok(())
}
