//! How a JWK stands in JSON: written exactly, read warily.

use std::collections::BTreeMap;

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error as _, IgnoredAny},
};

use super::{Jwk, JwkError, PublicMembers};
use crate::{algorithm::Algorithm, base64url};

#[derive(Serialize)]
pub(super) struct Written {
    #[serde(flatten)]
    members: WrittenMembers,
    #[serde(rename = "use")]
    usage: &'static str,
    alg: Algorithm,
    kid: String,
}

#[derive(Serialize)]
#[serde(tag = "kty")]
enum WrittenMembers {
    #[serde(rename = "RSA")]
    Rsa { n: String, e: String },
    #[serde(rename = "EC")]
    Ec {
        crv: &'static str,
        x: String,
        y: String,
    },
    #[serde(rename = "OKP")]
    Okp { crv: &'static str, x: String },
}

impl From<Jwk> for Written {
    fn from(jwk: Jwk) -> Self {
        Self {
            alg: jwk.algorithm(),
            usage: "sig",
            kid: jwk.kid,
            members: match jwk.members {
                PublicMembers::Rsa { n, e } => WrittenMembers::Rsa { n, e },
                PublicMembers::P256 { x, y } => WrittenMembers::Ec { crv: "P-256", x, y },
                PublicMembers::Ed25519 { x } => WrittenMembers::Okp { crv: "Ed25519", x },
            },
        }
    }
}

/// Members as someone else wrote them. Unknown ones are ignored (RFC 7517 section 4).
#[derive(Deserialize)]
pub(super) struct Read {
    kty: String,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    alg: Option<String>,
    kid: Option<String>,
    #[expect(
        clippy::zero_sized_map_values,
        reason = "serde flattens into maps only"
    )]
    #[serde(flatten)]
    others: BTreeMap<String, IgnoredAny>,
}

/// Members that only a private or symmetric key has (RFC 7518 sections 6.2.2, 6.3.2 and 6.4).
const PRIVATE_MEMBERS: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

impl TryFrom<Read> for Jwk {
    type Error = JwkError;

    fn try_from(read: Read) -> Result<Self, JwkError> {
        if PRIVATE_MEMBERS
            .iter()
            .any(|name| read.others.contains_key(*name))
        {
            return Err(JwkError::PrivateMember);
        }
        let required = |member: Option<String>| {
            let member = member.ok_or(JwkError::MissingMember)?;
            base64url::decode(&member).map_err(|_| JwkError::NotBase64url)?;
            Ok(member)
        };
        let members = match (read.kty.as_str(), read.crv.as_deref()) {
            ("RSA", _) => PublicMembers::Rsa {
                n: required(read.n)?,
                e: required(read.e)?,
            },
            ("EC", Some("P-256")) => PublicMembers::P256 {
                x: required(read.x)?,
                y: required(read.y)?,
            },
            ("OKP", Some("Ed25519")) => PublicMembers::Ed25519 {
                x: required(read.x)?,
            },
            _ => return Err(JwkError::Unsupported),
        };
        let fits = read
            .alg
            .is_none_or(|name| name.parse() == Ok(members.algorithm()))
            && read.usage.is_none_or(|usage| usage == "sig");
        if !fits {
            return Err(JwkError::Unsupported);
        }
        let jwk = Self::new(members);
        Ok(match read.kid {
            Some(kid) => jwk.with_kid(kid),
            None => jwk,
        })
    }
}

pub(super) fn read_keys<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Jwk>, D::Error> {
    let mut keys = Vec::new();
    for read in Vec::<Read>::deserialize(deserializer)? {
        match Jwk::try_from(read) {
            Ok(key) => keys.push(key),
            Err(JwkError::PrivateMember) => {
                return Err(D::Error::custom(JwkError::PrivateMember));
            }
            Err(JwkError::Unsupported | JwkError::MissingMember | JwkError::NotBase64url) => {}
        }
    }
    Ok(keys)
}
