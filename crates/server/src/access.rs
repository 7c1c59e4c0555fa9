//! Who stands behind an access token (RFC 6750, RFC 9068 section 4).

use std::sync::Arc;

use countersign_domain::{ClientId, GrantId, Timestamp, UserId};
use countersign_jose::access_token::{self, AccessTokenClaims, AccessTokenError, Expected};
use countersign_jose::hash::sha256;
use countersign_jose::legacy;
use countersign_oauth::scope::ScopeSet;
use countersign_storage::commands::{GrantLiveness, Liveness, MarkRefreshUsed};
use quick_cache::sync::Cache;

use crate::AuthorizationServer;
use crate::refusal::Unavailable;

/// Tokens whose signature was checked before. RS256 verification costs 17 µs and ES256 50 µs, a
/// look-up below one; 10,000 of them are about 10 MiB.
const VERIFIED_TOKENS: usize = 10_000;

/// Clock difference between replicas that is forgiven.
const LEEWAY_SECONDS: i64 = 30;

/// Who calls, established from an access token that was verified a moment ago.
#[derive(Clone, Debug)]
pub struct Principal {
    /// The subject: the person on whose behalf the client acts.
    pub subject: String,
    /// The account behind the subject; `None` only for a token that mcp2 minted before the switch.
    pub user_id: Option<UserId>,
    /// The client that presents the token.
    pub client_id: ClientId,
    /// What the token allows.
    pub scope: ScopeSet,
    /// The grant the token was issued from; `None` only for a token of mcp2.
    pub grant_id: Option<GrantId>,
}

/// Why an access token is not accepted.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// Malformed, expired, foreign, revoked: 401 `invalid_token` (RFC 6750 section 3.1). The text
    /// is for the operator and, being free of secrets, for `error_description`.
    #[error("{0}")]
    InvalidToken(&'static str),
    /// The store cannot answer right now: 503 with `Retry-After`, never 401, because a client
    /// would throw its tokens away.
    #[error("the token cannot be checked right now")]
    Unavailable,
}

impl From<Unavailable> for AccessError {
    fn from(_: Unavailable) -> Self {
        Self::Unavailable
    }
}

/// A token that was verified: what it says, so that only time and revocation remain to be asked.
#[derive(Clone)]
struct Verified {
    claims: Arc<AccessTokenClaims>,
    principal: Arc<Principal>,
}

/// Tokens verified before, by hash: a dump of the memory holds no bearer token of the cache.
pub(crate) struct VerifiedTokens(Cache<[u8; 32], Verified>);

impl VerifiedTokens {
    pub(crate) fn new() -> Self {
        Self(Cache::new(VERIFIED_TOKENS))
    }
}

impl AuthorizationServer {
    /// The principal behind an access token presented at the resource.
    ///
    /// Signature, type, issuer, audience and expiry are checked without the store, so that
    /// garbage costs no query; revocation is asked on every call, so that a disconnected app
    /// stops at once.
    pub async fn authenticate(&self, token: &str) -> Result<Arc<Principal>, AccessError> {
        let hash = sha256(token.as_bytes());
        if let Some(verified) = self.verified().0.get(&hash) {
            self.require_live(&verified.claims).await?;
            return Ok(verified.principal);
        }
        let claims = match self.verify_access_token(token).await {
            Ok(claims) => claims,
            Err(AccessError::InvalidToken(reason)) => {
                return self
                    .authenticate_mcp2(token)
                    .ok_or(AccessError::InvalidToken(reason));
            }
            Err(unavailable) => return Err(unavailable),
        };
        let principal = Arc::new(principal(&claims)?);
        self.require_live(&claims).await?;
        self.note_first_use(&principal, &claims).await;
        let verified = Verified {
            claims: Arc::new(claims),
            principal: Arc::clone(&principal),
        };
        self.verified().0.insert(hash, verified);
        Ok(principal)
    }

    /// The claims of an access token that is valid and whose grant lives.
    pub(crate) async fn live_access_token(
        &self,
        token: &str,
    ) -> Result<AccessTokenClaims, AccessError> {
        let claims = self.verify_access_token(token).await?;
        self.require_live(&claims).await?;
        Ok(claims)
    }

    /// The claims of an access token of this server for its own resource, revoked or not.
    pub(crate) async fn verify_access_token(
        &self,
        token: &str,
    ) -> Result<AccessTokenClaims, AccessError> {
        match self.verify_with_known_keys(token) {
            // Another replica or the command line may have rotated a moment ago.
            Err(AccessTokenError::UnknownKey) if self.keys().reload_once(self.now()).await? => self
                .verify_with_known_keys(token)
                .map_err(|error| AccessError::InvalidToken(explain(error))),
            outcome => outcome.map_err(|error| AccessError::InvalidToken(explain(error))),
        }
    }

    fn verify_with_known_keys(&self, token: &str) -> Result<AccessTokenClaims, AccessTokenError> {
        let keys = self.keys().current();
        let expected = Expected {
            issuer: &self.settings().issuer,
            audience: self.settings().resource.canonical.as_str(),
            now_seconds: self.now().as_seconds(),
            leeway_seconds: LEEWAY_SECONDS,
        };
        access_token::verify(token, |kid| keys.verifying(kid), &expected)
    }

    /// Time and revocation, asked on every call.
    async fn require_live(&self, claims: &AccessTokenClaims) -> Result<(), AccessError> {
        let now = self.now();
        if claims.exp.saturating_add(LEEWAY_SECONDS) <= now.as_seconds() {
            return Err(AccessError::InvalidToken("the access token has expired"));
        }
        let grant_id = claims
            .grant_id
            .parse::<GrantId>()
            .map_err(|_| AccessError::InvalidToken("the access token names no grant"))?;
        let jti = claims
            .jti
            .parse()
            .map_err(|_| AccessError::InvalidToken("the access token has no usable jti"))?;
        let query = GrantLiveness { grant_id, jti, now };
        match self.store().read(query).await.map_err(Unavailable::from)? {
            Liveness::Live { .. } => Ok(()),
            Liveness::Ended => Err(AccessError::InvalidToken(
                "the grant behind the access token has ended",
            )),
        }
    }

    /// Evidence that the answer of the last rotation arrived: from now on its predecessor coming
    /// back late is theft. Best effort, because forgetting it only makes the judgement milder.
    async fn note_first_use(&self, principal: &Principal, claims: &AccessTokenClaims) {
        if let Some(grant_id) = principal.grant_id {
            // The last millisecond of the second that `iat` names: a refresh token issued beside
            // it in that second must not seem younger.
            let issued_at =
                Timestamp::from_millis(claims.iat.saturating_mul(1000).saturating_add(999));
            let mark = MarkRefreshUsed {
                grant_id,
                issued_at,
                now: self.now(),
            };
            if let Err(fault) = self.store().execute(mark).await {
                tracing::warn!(error = %fault, "the first use of an access token was not noted");
            }
        }
    }

    /// A token that mcp2 minted with the imported key before the switch. It has no grant, so it
    /// cannot be revoked; it dies within mcp2's own hour.
    fn authenticate_mcp2(&self, token: &str) -> Option<Arc<Principal>> {
        let keys = self.keys().current();
        let imported = keys.imported()?;
        let canonical = self.settings().resource.canonical.as_str();
        let claims = legacy::verify_mcp2(
            token,
            &imported.key,
            &self.settings().issuer,
            &[&self.settings().issuer, canonical],
            self.now().as_seconds(),
            imported.at.as_seconds(),
        )
        .ok()?;
        Some(Arc::new(Principal {
            subject: claims.sub,
            user_id: None,
            client_id: ClientId::new(claims.client_id),
            scope: ScopeSet::parse(&claims.scope).ok()?,
            grant_id: None,
        }))
    }
}

fn principal(claims: &AccessTokenClaims) -> Result<Principal, AccessError> {
    let malformed = |_| AccessError::InvalidToken("the access token is malformed");
    Ok(Principal {
        subject: claims.sub.clone(),
        user_id: Some(claims.sub.parse().map_err(malformed)?),
        client_id: ClientId::new(claims.client_id.clone()),
        scope: ScopeSet::parse(&claims.scope)
            .map_err(|_| AccessError::InvalidToken("the access token is malformed"))?,
        grant_id: Some(claims.grant_id.parse().map_err(malformed)?),
    })
}

/// Words for the challenge: what to do next is the same for each, so they stay short.
fn explain(error: AccessTokenError) -> &'static str {
    match error {
        AccessTokenError::Expired => "the access token has expired",
        AccessTokenError::WrongAudience => "the access token is for another resource",
        AccessTokenError::WrongIssuer => "the access token is from another issuer",
        AccessTokenError::WrongType => "this is not an access token",
        AccessTokenError::UnknownKey => "the access token is signed with an unknown key",
        _ => "the access token is malformed or its signature is wrong",
    }
}
