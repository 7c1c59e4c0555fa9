//! Tokens that Privy would never issue.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_jose::key::SignError;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::core::{Core, World};
use crate::random;
use crate::token;

/// A token to be made: an access token as Privy would issue it now, with changes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mint {
    /// Whose it is: a DID or the name of an account. Without one, somebody's who does not exist.
    pub user: Option<String>,
    /// Members of the header to replace; `null` takes one away.
    pub header: Map<String, Value>,
    /// Claims to replace; `null` takes one away.
    pub claims: Map<String, Value>,
    /// Starts from no claims at all.
    pub bare: bool,
    /// What signs it.
    pub key: MintKey,
    /// Spoils the signature afterwards.
    pub tamper: bool,
}

/// What signs a token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MintKey {
    /// The app's key.
    #[default]
    App,
    /// Another P-256 key, under the name of the app's.
    Other,
    /// HMAC with the published PEM as the secret: the classic confusion of algorithms.
    Hs256Pem,
    /// Nothing: `alg` is `none` and the signature empty.
    None,
}

impl Mint {
    /// With other claims; `claims` is an object.
    #[must_use]
    pub fn claims(self, claims: Value) -> Self {
        Self {
            claims: object(claims),
            ..self
        }
    }

    /// With other members of the header; `header` is an object.
    #[must_use]
    pub fn header(self, header: Value) -> Self {
        Self {
            header: object(header),
            ..self
        }
    }

    /// Signed by something else.
    #[must_use]
    pub fn key(self, key: MintKey) -> Self {
        Self { key, ..self }
    }
}

impl Core {
    /// Makes the token.
    pub(crate) fn mint(&self, world: &World, mint: &Mint) -> Result<String, SignError> {
        let mut header = json!({
            "alg": match mint.key {
                MintKey::App | MintKey::Other => "ES256",
                MintKey::Hs256Pem => "HS256",
                MintKey::None => "none",
            },
            "typ": "JWT",
            "kid": world.keys.current().kid(),
        });
        token::overlay(&mut header, &mint.header);
        let mut claims = if mint.bare {
            json!({})
        } else {
            let named = mint.user.as_deref();
            let user = named.and_then(|name| world.users.find_by_anything(name));
            let did = match (user, named) {
                (Some(user), _) => user.did.clone(),
                (None, Some(name)) => name.to_owned(),
                (None, None) => format!("did:privy:{}", random::cuid(&*self.entropy)),
            };
            let sid = random::cuid(&*self.entropy);
            let life = self.life(world.settings.access_token_ttl);
            token::access_claims(&self.app.id, &did, &sid, life)
        };
        token::overlay(&mut claims, &mint.claims);
        let input = format!(
            "{}.{}",
            encode(header.to_string()),
            encode(claims.to_string())
        );
        let mut signature = match mint.key {
            MintKey::App => world.keys.current().sign_bytes(input.as_bytes())?,
            MintKey::Other => world.keys.stranger().sign_bytes(input.as_bytes())?,
            MintKey::Hs256Pem => {
                let secret = world.keys.verification_key();
                hmac_sha256(secret.as_bytes(), input.as_bytes()).to_vec()
            }
            MintKey::None => Vec::new(),
        };
        if let (true, Some(byte)) = (mint.tamper, signature.last_mut()) {
            *byte ^= 1;
        }
        Ok(format!("{input}.{}", encode(signature)))
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// RFC 2104.
fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    const BLOCK: usize = 64;
    let mut block = [0; BLOCK];
    let digest = Sha256::digest(key);
    let key = if key.len() > BLOCK { &digest[..] } else { key };
    for (target, byte) in block.iter_mut().zip(key) {
        *target = *byte;
    }
    let inner = Sha256::new()
        .chain_update(block.map(|byte| byte ^ 0x36))
        .chain_update(message)
        .finalize();
    Sha256::new()
        .chain_update(block.map(|byte| byte ^ 0x5c))
        .chain_update(inner)
        .finalize()
        .into()
}

#[cfg(test)]
mod tests {
    use super::hmac_sha256;

    /// RFC 4231 sections 4.3 and 4.7.
    #[test]
    fn matches_the_published_vectors() {
        let mac = hmac_sha256(b"Jefe", b"what do ya want for nothing?");
        assert_eq!(mac[..4], [0x5b, 0xdc, 0xc1, 0x46]);
        let long = [0xaa; 131];
        let text = b"Test Using Larger Than Block-Size Key - Hash Key First";
        assert_eq!(hmac_sha256(&long, text)[..4], [0x60, 0xe4, 0x31, 0x59]);
    }
}
