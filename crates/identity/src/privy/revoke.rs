//! Ending a session at Privy that nobody needs any more.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;

use super::wire::{Credential, Failure};
use super::{Privy, PrivySecret, RefreshError};

#[derive(Deserialize)]
struct ReceivedGrants {
    data: Vec<ReceivedGrant>,
}

#[derive(Deserialize)]
struct ReceivedGrant {
    id: String,
    last_used_at: Value,
}

impl Privy {
    /// Ends what a refresh token keeps alive, as far as Privy lets it end.
    ///
    /// Privy revokes a grant by its id (`DELETE /api/oauth/v2/grants/{id}`), and tells the ids of a
    /// person's grants, but not whose refresh token belongs to which. So the token is refreshed
    /// twice, and the one grant whose last use moves between the two is its own; when there is not
    /// exactly one, none is revoked, because it may be another program's. The refresh token that
    /// comes last is forgotten, and the ones before do not work any more: whatever Privy says, no
    /// copy of them is worth anything from now on.
    ///
    /// A session of a browser has nothing to revoke: its access token expires by itself.
    pub async fn revoke(&self, refresh_token: &PrivySecret) -> Result<(), RefreshError> {
        let tokens = match self.refresh(refresh_token).await {
            Ok(tokens) => tokens,
            Err(RefreshError::Dead) => return Ok(()),
            Err(unavailable) => return Err(unavailable),
        };
        let Some(before) = self.grants(&tokens.access_token).await else {
            return Ok(());
        };
        let tokens = match self.refresh(&tokens.refresh_token).await {
            Ok(tokens) => tokens,
            Err(RefreshError::Dead) => return Ok(()),
            Err(unavailable) => return Err(unavailable),
        };
        let Some(after) = self.grants(&tokens.access_token).await else {
            return Ok(());
        };
        if let Some(id) = used_between(&before, &after) {
            let wire = &self.shared.wire;
            let url = wire.auth(&format!("/api/oauth/v2/grants/{id}"));
            let bearer = Credential::Bearer(&tokens.access_token);
            if let Err(failure) = wire.delete(&url, bearer).await {
                note(failure);
            }
        }
        Ok(())
    }

    /// When each of the person's grants was last used.
    async fn grants(&self, access_token: &PrivySecret) -> Option<HashMap<String, Value>> {
        let wire = &self.shared.wire;
        let url = wire.auth("/api/oauth/v2/grants");
        match wire.get(&url, Credential::Bearer(access_token)).await {
            Ok(ReceivedGrants { data }) => Some(
                data.into_iter()
                    .map(|grant| (grant.id, grant.last_used_at))
                    .collect(),
            ),
            Err(failure) => {
                note(failure);
                None
            }
        }
    }
}

/// The only grant that was used from one look at them to the next, if it can be named in an
/// address.
fn used_between<'a>(
    before: &HashMap<String, Value>,
    after: &'a HashMap<String, Value>,
) -> Option<&'a str> {
    let mut used = after
        .iter()
        .filter(|(id, last_used_at)| before.get(*id).is_some_and(|then| then != *last_used_at))
        .map(|(id, _)| id.as_str());
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    match (used.next(), used.next()) {
        (Some(id), None) if !id.is_empty() && id.bytes().all(unreserved) => Some(id),
        _ => None,
    }
}

fn note(failure: Failure) {
    let outage = match failure {
        Failure::Outage(outage) => outage,
        Failure::Refused(refusal) => refusal.not_understood(),
    };
    tracing::info!(reason = %outage, "a device grant was given up but not revoked at Privy");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grants(of: &[(&str, i64)]) -> HashMap<String, Value> {
        of.iter()
            .map(|(id, used)| ((*id).to_owned(), Value::from(*used)))
            .collect()
    }

    #[test]
    fn only_a_grant_that_is_surely_ours_is_revoked() {
        let before = grants(&[("ours", 1), ("cli", 2)]);
        let after = |of: &[(&str, i64)]| used_between(&before, &grants(of)).map(str::to_owned);
        assert_eq!(after(&[("ours", 3), ("cli", 2)]).as_deref(), Some("ours"));
        assert_eq!(
            after(&[("ours", 3), ("cli", 4)]),
            None,
            "the other was used too"
        );
        assert_eq!(
            after(&[("ours", 1), ("cli", 2)]),
            None,
            "too coarse a clock"
        );
        assert_eq!(after(&[("cli", 2), ("new", 9)]), None, "new in between");
        let before = grants(&[("a/../b", 1)]);
        assert_eq!(used_between(&before, &grants(&[("a/../b", 2)])), None);
    }
}
