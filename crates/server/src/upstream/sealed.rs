//! What the store keeps of a session at the login: sealed, and bound to the one row it lies in.

use std::collections::VecDeque;

use countersign_domain::{Timestamp, UpstreamSessionId};
use countersign_identity::privy::{DeviceTokens, PrivySecret};
use countersign_jose::seal::MasterKey;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Purposes of the sealing (one key each).
const SESSION: &str = "upstream session";
const DEVICE_CODES: &str = "device codes";

/// Seals and opens. The database alone opens nothing, and a sealed value that is moved to another
/// row does not open there.
pub struct Vault(MasterKey);

/// A sealed value could not be made or read: another master key, or an altered row.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error(
    "the upstream session does not open under this master key: restore the key it was sealed with"
)]
pub(crate) struct Unopened;

/// The secrets of a session at the login.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub(crate) struct SessionSecrets {
    /// The token for the product's API.
    pub(crate) access_token: String,
    /// When the login gave it; long ago where an earlier release did not note it.
    #[serde(default = "long_ago")]
    #[zeroize(skip)]
    pub(crate) received_at: Timestamp,
    /// The lines that renew it, the next one first; none where nothing renews it.
    #[serde(default)]
    #[zeroize(skip)]
    lines: VecDeque<Line>,
}

const fn long_ago() -> Timestamp {
    Timestamp::from_millis(0)
}

/// A refresh token of a device grant.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(transparent)]
struct Line(String);

impl SessionSecrets {
    /// A token that nothing renews.
    pub(crate) fn lent(access_token: String, received_at: Timestamp) -> Self {
        Self::renewed_by(access_token, received_at, [])
    }

    /// A token and the lines that renew it.
    pub(crate) fn renewed_by(
        access_token: String,
        received_at: Timestamp,
        lines: impl IntoIterator<Item = PrivySecret>,
    ) -> Self {
        let lines = lines.into_iter();
        Self {
            access_token,
            received_at,
            lines: lines.map(|line| Line(line.expose().to_owned())).collect(),
        }
    }

    /// The refresh token that is due.
    pub(crate) fn due(&self) -> Option<PrivySecret> {
        self.lines().next()
    }

    /// The line that was due brought a new pair. It goes to the back, so that the lines take turns
    /// and none of them grows old.
    pub(crate) fn renew(&mut self, tokens: &DeviceTokens, now: Timestamp) {
        self.lines.pop_front();
        let refresh_token = tokens.refresh_token.expose();
        self.lines.push_back(Line(refresh_token.to_owned()));
        self.access_token.zeroize();
        let access_token = tokens.access_token.expose();
        access_token.clone_into(&mut self.access_token);
        self.received_at = now;
    }

    /// The line that was due is dead.
    pub(crate) fn drop_due(&mut self) {
        self.lines.pop_front();
    }

    /// The refresh tokens, to be revoked.
    pub(crate) fn lines(&self) -> impl Iterator<Item = PrivySecret> {
        self.lines
            .iter()
            .map(|line| PrivySecret::new(line.0.clone()))
    }
}

impl Vault {
    /// A vault under the operator's master key.
    pub const fn new(master_key: MasterKey) -> Self {
        Self(master_key)
    }

    pub(crate) fn seal(
        &self,
        id: UpstreamSessionId,
        secrets: &SessionSecrets,
    ) -> Result<Vec<u8>, Unopened> {
        let plain = serde_json::to_vec(secrets)
            .map(Zeroizing::new)
            .map_err(|_| Unopened)?;
        self.0
            .seal(SESSION, id.to_string().as_bytes(), &plain)
            .map_err(|_| Unopened)
    }

    pub(crate) fn open(
        &self,
        id: UpstreamSessionId,
        sealed: &[u8],
    ) -> Result<SessionSecrets, Unopened> {
        let plain = self
            .0
            .open(SESSION, id.to_string().as_bytes(), sealed)
            .map_err(|_| Unopened)?;
        serde_json::from_slice(&plain).map_err(|_| Unopened)
    }

    /// Device codes wait in the interaction that they were made for, and open in no other.
    pub(crate) fn seal_device_codes(
        &self,
        interaction: &str,
        codes: &[String],
    ) -> Result<Vec<u8>, Unopened> {
        let plain = serde_json::to_vec(codes)
            .map(Zeroizing::new)
            .map_err(|_| Unopened)?;
        self.0
            .seal(DEVICE_CODES, interaction.as_bytes(), &plain)
            .map_err(|_| Unopened)
    }

    pub(crate) fn open_device_codes(
        &self,
        interaction: &str,
        sealed: &[u8],
    ) -> Result<Vec<String>, Unopened> {
        let plain = self
            .0
            .open(DEVICE_CODES, interaction.as_bytes(), sealed)
            .map_err(|_| Unopened)?;
        serde_json::from_slice(&plain).map_err(|_| Unopened)
    }
}

#[cfg(test)]
mod tests {
    use countersign_domain::SystemEntropy;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn secret(text: &str) -> PrivySecret {
        PrivySecret::new(text.to_owned())
    }

    fn due(secrets: &SessionSecrets) -> Option<String> {
        secrets.due().map(|line| line.expose().to_owned())
    }

    fn id() -> UpstreamSessionId {
        UpstreamSessionId::generate(Timestamp::from_millis(0), &SystemEntropy)
    }

    #[test]
    fn a_session_opens_in_its_own_row_only() {
        let vault = Vault::new(MasterKey::generate().unwrap());
        let (own, other) = (id(), id());
        let secrets = SessionSecrets::renewed_by("at".to_owned(), NOW, [secret("r1")]);
        let sealed = vault.seal(own, &secrets).unwrap();
        assert!(!sealed.windows(2).any(|bytes| bytes == b"r1"));
        assert_eq!(
            due(&vault.open(own, &sealed).unwrap()),
            Some("r1".to_owned())
        );
        assert!(vault.open(other, &sealed).is_err());
        let foreign = Vault::new(MasterKey::generate().unwrap());
        assert!(foreign.open(own, &sealed).is_err());
    }

    #[test]
    fn opens_what_an_earlier_release_sealed() {
        let earlier = r#"{"access_token":"a0","lines":["r1","s1"]}"#;
        let secrets: SessionSecrets = serde_json::from_str(earlier).unwrap();
        assert_eq!(secrets.received_at, long_ago());
        assert_eq!(due(&secrets), Some("r1".to_owned()));
    }

    #[test]
    fn lines_take_turns_and_a_dead_one_leaves() {
        let lines = [secret("r1"), secret("s1")];
        let mut secrets = SessionSecrets::renewed_by("a0".to_owned(), NOW, lines);
        let tokens = DeviceTokens {
            access_token: secret("a1"),
            expires_at: NOW,
            refresh_token: secret("r2"),
        };
        secrets.renew(&tokens, NOW);
        assert_eq!(due(&secrets), Some("s1".to_owned()));
        secrets.drop_due();
        assert_eq!(due(&secrets), Some("r2".to_owned()));
        assert_eq!(secrets.access_token, "a1");
        secrets.drop_due();
        assert_eq!(due(&secrets), None);
    }
}
