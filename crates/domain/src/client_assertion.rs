//! Client assertions: each is used once.

use sha2::{Digest as _, Sha256};

use crate::{ClientId, Hashed};

/// One assertion of one client (RFC 7523 section 3, RFC 7519 section 4.1.7): its `jti` is unique
/// only among those of the same issuer.
#[derive(Debug)]
pub struct ClientAssertion;

impl ClientAssertion {
    /// What is remembered of it: of a fixed length, whatever length of `jti` the client chose.
    pub fn hash(client: &ClientId, jti: &str) -> Hashed<Self> {
        let client_digest = Sha256::digest(client.as_str());
        let digest = Sha256::new().chain_update(client_digest).chain_update(jti);
        Hashed::from_digest(digest.finalize().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_client_cannot_use_up_the_assertions_of_another() {
        let hash = |client: &str, jti: &str| ClientAssertion::hash(&ClientId::new(client), jti);
        assert_eq!(hash("a", "bc"), hash("a", "bc"));
        assert_ne!(hash("a", "bc"), hash("ab", "c"));
        assert_ne!(hash("a", "bc"), hash("b", "bc"));
    }
}
