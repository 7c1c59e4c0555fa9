//! Nineteen tokens that tell a right verifier from a wrong one.

use countersign_jose::key::SignError;
use serde::Serialize;
use serde_json::{Value, json};

use self::Verdict::{Accepted, AcceptedWithPem, Rejected};
use crate::core::{Core, World};
use crate::mint::{Mint, MintKey};
use crate::token::PRIVY_AUDIENCE;

/// What Privy's own server SDK says of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// An access token of the app.
    Accepted,
    /// Not one.
    Rejected,
    /// Accepted where the key is configured, rejected where it is looked up by its name.
    AcceptedWithPem,
}

/// One token.
#[derive(Clone, Debug, Serialize)]
pub struct Vector {
    /// What is special about it.
    pub name: &'static str,
    /// The token.
    pub token: String,
    /// What must become of it.
    pub verdict: Verdict,
}

impl Core {
    /// The nineteen vectors, made now.
    pub(crate) fn vectors(&self, world: &World) -> Result<Vec<Vector>, SignError> {
        let now = self.clock.now();
        let claims = |claims: Value| Mint::default().claims(claims);
        let header = |header: Value| Mint::default().header(header);
        let key = |key| Mint::default().key(key);
        let tampered = Mint {
            tamper: true,
            ..Mint::default()
        };
        let identity = json!({ "cr": now.to_string(), "linked_accounts": "[]", "sid": null });
        let privy = json!({ "aud": PRIVY_AUDIENCE, "att": "pat" });
        let several = json!({ "aud": [self.app.id] });
        let old = json!({ "iat": now - 7200, "exp": now - 3600 });
        let recipes = [
            ("good", Mint::default(), Accepted),
            ("no_kid", header(json!({ "kid": null })), Accepted),
            ("expired", claims(old), Rejected),
            (
                "wrong_aud",
                claims(json!({ "aud": "clsimulator0000000000bbbb" })),
                Rejected,
            ),
            (
                "wrong_iss",
                claims(json!({ "iss": "https://privy.io" })),
                Rejected,
            ),
            ("identity_token", claims(identity), Rejected),
            ("privy_access_token", claims(privy), Rejected),
            ("wrong_key", key(MintKey::Other), Rejected),
            ("no_typ", header(json!({ "typ": null })), Rejected),
            ("typ_at_jwt", header(json!({ "typ": "at+jwt" })), Rejected),
            ("no_exp", claims(json!({ "exp": null })), Rejected),
            ("no_sub", claims(json!({ "sub": null })), Rejected),
            ("future_nbf", claims(json!({ "nbf": now + 3600 })), Rejected),
            ("alg_none", key(MintKey::None), Rejected),
            ("hs256_with_pem", key(MintKey::Hs256Pem), Rejected),
            ("tampered_signature", tampered, Rejected),
            ("aud_array", claims(several), Rejected),
            (
                "unknown_kid",
                header(json!({ "kid": "unknown" })),
                AcceptedWithPem,
            ),
        ];
        let garbage = Vector {
            name: "garbage",
            token: "not.a.token".to_owned(),
            verdict: Rejected,
        };
        recipes
            .into_iter()
            .map(|(name, mint, verdict)| {
                Ok(Vector {
                    name,
                    token: self.mint(world, &mint)?,
                    verdict,
                })
            })
            .chain([Ok(garbage)])
            .collect()
    }
}
