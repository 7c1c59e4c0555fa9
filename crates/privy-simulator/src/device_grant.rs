//! Privy's OAuth 2.0 device authorization grant (RFC 8628), which its dashboard calls "CLI and
//! agent access".

use std::collections::HashMap;

use countersign_domain::Entropy;
use http::StatusCode;

use crate::failure::OAuthFailure;
use crate::random;
use crate::settings::Device;

/// What became of a device code.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Decision {
    Pending,
    Approved { did: String },
    Denied,
    Redeemed,
}

/// One device that waits for a person.
#[derive(Clone, Debug)]
pub(crate) struct Authorization {
    pub(crate) device_code: String,
    pub(crate) user_code: String,
    expires_at: i64,
    /// Seconds between polls; grows when the device polls too fast.
    interval: i64,
    last_poll_ms: Option<i64>,
    decision: Decision,
}

/// What a device was granted.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    /// Also `sid` of its access tokens.
    pub(crate) id: String,
    pub(crate) did: String,
    pub(crate) created_at_ms: i64,
    /// Greater at every use, so that the last one shows even where time stands still.
    pub(crate) last_used_at_ms: i64,
    refresh_token: String,
    refresh_expires_at: i64,
}

impl Grant {
    pub(crate) fn refresh_token(&self) -> &str {
        &self.refresh_token
    }
}

/// Why a user code could not be decided on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoSuchUserCode;

/// Devices that wait, and grants.
#[derive(Debug, Default)]
pub(crate) struct Devices {
    authorizations: Vec<Authorization>,
    grants: HashMap<String, Grant>,
    /// Refresh token to grant, the used ones included.
    owners: HashMap<String, String>,
    /// Access token to grant: Privy knows its own tokens, whatever their claims are.
    bearers: HashMap<String, String>,
}

impl Devices {
    pub(crate) fn begin(
        &mut self,
        settings: &Device,
        now: i64,
        entropy: &dyn Entropy,
    ) -> Authorization {
        let authorization = Authorization {
            device_code: random::token(entropy, 32),
            user_code: random::user_code(entropy),
            expires_at: now.saturating_add(settings.code_ttl),
            interval: settings.interval,
            last_poll_ms: None,
            decision: Decision::Pending,
        };
        self.authorizations.push(authorization.clone());
        authorization
    }

    /// Approves (with a DID) or denies what stands behind a user code, whose hyphen and case do
    /// not matter (RFC 8628 section 6.1).
    pub(crate) fn decide(
        &mut self,
        user_code: &str,
        approved_by: Option<&str>,
        now: i64,
    ) -> Result<(), NoSuchUserCode> {
        let letters = |code: &str| {
            code.chars()
                .filter(char::is_ascii_alphabetic)
                .map(|letter| letter.to_ascii_uppercase())
                .collect::<String>()
        };
        let wanted = letters(user_code);
        let authorization = self
            .authorizations
            .iter_mut()
            .find(|authorization| {
                letters(&authorization.user_code) == wanted
                    && authorization.decision == Decision::Pending
                    && now < authorization.expires_at
            })
            .ok_or(NoSuchUserCode)?;
        authorization.decision = match approved_by {
            Some(did) => Decision::Approved {
                did: did.to_owned(),
            },
            None => Decision::Denied,
        };
        Ok(())
    }

    /// One poll of a device.
    pub(crate) fn redeem(
        &mut self,
        device_code: &str,
        settings: &Device,
        now_ms: i64,
        entropy: &dyn Entropy,
    ) -> Result<Grant, OAuthFailure> {
        let now = now_ms.div_euclid(1000);
        let authorization = self
            .authorizations
            .iter_mut()
            .find(|authorization| authorization.device_code == device_code)
            .ok_or(OAuthFailure::bad_request(
                "invalid_grant",
                "The device code is unknown.",
            ))?;
        if authorization.decision == Decision::Redeemed {
            return Err(OAuthFailure::bad_request(
                "invalid_grant",
                "The device code was used before.",
            ));
        }
        if now >= authorization.expires_at {
            return Err(OAuthFailure::bad_request(
                "expired_token",
                "The device code has expired.",
            ));
        }
        match authorization.decision.clone() {
            Decision::Pending => Err(authorization.pending(now_ms)),
            Decision::Denied => Err(OAuthFailure::bad_request(
                "access_denied",
                "The user denied the request.",
            )),
            Decision::Approved { did } => {
                authorization.decision = Decision::Redeemed;
                Ok(self.grant(did, settings, now_ms, entropy))
            }
            Decision::Redeemed => Err(OAuthFailure::bad_request(
                "invalid_grant",
                "The device code was used before.",
            )),
        }
    }

    fn grant(
        &mut self,
        did: String,
        settings: &Device,
        now_ms: i64,
        entropy: &dyn Entropy,
    ) -> Grant {
        let grant = Grant {
            id: random::cuid(entropy),
            did,
            created_at_ms: now_ms,
            last_used_at_ms: now_ms,
            refresh_token: random::token(entropy, 48),
            refresh_expires_at: now_ms.div_euclid(1000) + settings.refresh_token_ttl,
        };
        self.owners
            .insert(grant.refresh_token.clone(), grant.id.clone());
        self.grants.insert(grant.id.clone(), grant.clone());
        grant
    }

    /// Rotates a refresh token. One that was used before ends its grant.
    pub(crate) fn refresh(
        &mut self,
        refresh_token: &str,
        settings: &Device,
        now_ms: i64,
        entropy: &dyn Entropy,
    ) -> Result<Grant, OAuthFailure> {
        const DEAD: OAuthFailure = OAuthFailure {
            status: StatusCode::UNAUTHORIZED,
            error: "invalid_grant",
            description: "The refresh token is invalid or expired.",
            interval: None,
        };
        let now = now_ms.div_euclid(1000);
        let id = self.owners.get(refresh_token).cloned().ok_or(DEAD)?;
        let grant = self.grants.get_mut(&id).ok_or(DEAD)?;
        if grant.refresh_token != refresh_token {
            self.grants.remove(&id);
            return Err(DEAD);
        }
        if now >= grant.refresh_expires_at {
            return Err(DEAD);
        }
        grant.refresh_token = random::token(entropy, 48);
        grant.refresh_expires_at = now.saturating_add(settings.refresh_token_ttl);
        grant.last_used_at_ms = now_ms.max(grant.last_used_at_ms + 1);
        self.owners.insert(grant.refresh_token.clone(), id);
        Ok(grant.clone())
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Grant> {
        self.grants.get(id)
    }

    /// Remembers an access token of a grant.
    pub(crate) fn issued(&mut self, access_token: &str, id: &str) {
        self.bearers.insert(access_token.to_owned(), id.to_owned());
    }

    /// The grant that an access token was issued for, while it lives.
    pub(crate) fn find(&self, access_token: &str) -> Option<&Grant> {
        self.grants.get(self.bearers.get(access_token)?)
    }

    /// A person's grants, oldest first.
    pub(crate) fn list(&self, did: &str) -> Vec<&Grant> {
        let mut grants: Vec<_> = self
            .grants
            .values()
            .filter(|grant| grant.did == did)
            .collect();
        grants.sort_by(|a, b| (a.created_at_ms, &a.id).cmp(&(b.created_at_ms, &b.id)));
        grants
    }

    /// Ends a person's grant. Answers whether there was one.
    pub(crate) fn revoke(&mut self, id: &str, did: &str) -> bool {
        let owned = self.grants.get(id).is_some_and(|grant| grant.did == did);
        if owned {
            self.grants.remove(id);
        }
        owned
    }

    /// Ends every grant of a person. Answers how many there were.
    pub(crate) fn revoke_all(&mut self, did: &str) -> usize {
        let before = self.grants.len();
        self.grants.retain(|_, grant| grant.did != did);
        before - self.grants.len()
    }
}

impl Authorization {
    /// RFC 8628 section 3.5: too early a poll is slowed down for good.
    fn pending(&mut self, now_ms: i64) -> OAuthFailure {
        const SLOWER_BY: i64 = 5;
        let early = self
            .last_poll_ms
            .is_some_and(|last| now_ms - last < self.interval * 1000);
        self.last_poll_ms = Some(now_ms);
        let (error, description) = if early {
            self.interval += SLOWER_BY;
            ("slow_down", "The device polls too fast.")
        } else {
            ("authorization_pending", "The user has not decided yet.")
        };
        OAuthFailure {
            interval: Some(self.interval),
            ..OAuthFailure::bad_request(error, description)
        }
    }
}
