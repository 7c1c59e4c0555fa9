//! The JWTs Privy issues.

use countersign_jose::key::SignError;
use serde_json::{Map, Value, json};

use crate::keys::KeyRing;
use crate::user::User;

/// `iss` of every token of Privy: no scheme.
pub(crate) const ISSUER: &str = "privy.io";

/// `aud` of a token that only Privy itself should take.
pub(crate) const PRIVY_AUDIENCE: &str = "auth.privy.io";

/// When a token was issued and for how long it is good, in seconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Life {
    pub(crate) issued_at: i64,
    pub(crate) ttl: i64,
}

impl Life {
    fn expires_at(self) -> i64 {
        self.issued_at.saturating_add(self.ttl)
    }
}

/// The claims of an access token: the only ones with a `sid`.
pub(crate) fn access_claims(app_id: &str, did: &str, sid: &str, life: Life) -> Value {
    json!({
        "sid": sid,
        "iss": ISSUER,
        "iat": life.issued_at,
        "aud": app_id,
        "sub": did,
        "exp": life.expires_at(),
    })
}

/// The claims of a Privy access token, which the SDK sends to Privy and to nobody else.
pub(crate) fn privy_access_claims(did: &str, sid: &str, life: Life) -> Value {
    let mut claims = access_claims(PRIVY_AUDIENCE, did, sid, life);
    if let Some(members) = claims.as_object_mut() {
        members.insert("att".to_owned(), "pat".into());
    }
    claims
}

/// The claims of an identity token.
pub(crate) fn identity_claims(app_id: &str, user: &User, life: Life) -> Value {
    json!({
        "cr": user.created_at.to_string(),
        "linked_accounts": user.light_accounts(),
        "iss": ISSUER,
        "iat": life.issued_at,
        "aud": app_id,
        "sub": user.did,
        "exp": life.expires_at(),
    })
}

/// Replaces claims; `null` takes one away.
pub(crate) fn overlay(claims: &mut Value, changes: &Map<String, Value>) {
    let Some(members) = claims.as_object_mut() else {
        return;
    };
    for (name, value) in changes {
        if value.is_null() {
            members.remove(name);
        } else {
            members.insert(name.clone(), value.clone());
        }
    }
}

/// A token signed by the app's key, with the header Privy writes.
pub(crate) fn sign(keys: &KeyRing, claims: &Value) -> Result<String, SignError> {
    keys.current().sign("JWT", claims)
}
