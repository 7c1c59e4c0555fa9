//! Typed access to the members of a registration request.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use url::Url;

use super::register::RegistrationError;
use crate::redirect_uri::MAX_BYTES;

/// The most entries of a list that is not `redirect_uris`. Generous, since unknown grant types are
/// dropped afterwards.
const MAX_ENTRIES: usize = 32;

/// The members of a private or symmetric JWK (RFC 7518 §6.2.2, §6.3.2, §6.4.1).
const SECRET_JWK_MEMBERS: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// The request's object. An absent member is `None`, a member of another type an error; `null` is
/// another type.
pub(super) struct Members<'a> {
    object: &'a Map<String, Value>,
    max_text_chars: usize,
}

impl<'a> Members<'a> {
    pub(super) fn new(object: &'a Map<String, Value>, max_text_chars: usize) -> Self {
        Self {
            object,
            max_text_chars,
        }
    }

    pub(super) fn string(
        &self,
        member: &'static str,
    ) -> Result<Option<&'a str>, RegistrationError> {
        match self.object.get(member) {
            None => Ok(None),
            Some(Value::String(value)) => Ok(Some(value)),
            Some(_) => Err(RegistrationError::WrongType {
                member,
                expected: "a string",
            }),
        }
    }

    pub(super) fn strings(
        &self,
        member: &'static str,
    ) -> Result<Option<Vec<&'a str>>, RegistrationError> {
        let wrong_type = || RegistrationError::WrongType {
            member,
            expected: "an array of strings",
        };
        match self.object.get(member) {
            None => Ok(None),
            Some(Value::Array(values)) => values
                .iter()
                .map(|value| value.as_str().ok_or_else(wrong_type))
                .collect::<Result<_, _>>()
                .map(Some),
            Some(_) => Err(wrong_type()),
        }
    }

    /// Text for people, within the policy's length. Empty text counts as absent, which is how
    /// form-driven clients send what was not filled in.
    pub(super) fn text(&self, member: &'static str) -> Result<Option<String>, RegistrationError> {
        let text = self.string(member)?.filter(|text| !text.is_empty());
        text.map(|text| self.bounded(member, text)).transpose()
    }

    pub(super) fn texts(&self, member: &'static str) -> Result<Vec<String>, RegistrationError> {
        let texts = self.strings(member)?.unwrap_or_default();
        if texts.len() > MAX_ENTRIES {
            return Err(RegistrationError::TooLarge {
                member,
                limit: format!("{MAX_ENTRIES} entries"),
            });
        }
        texts
            .into_iter()
            .map(|text| self.bounded(member, text))
            .collect()
    }

    fn bounded(&self, member: &'static str, text: &str) -> Result<String, RegistrationError> {
        if text.chars().count() > self.max_text_chars {
            return Err(RegistrationError::TooLarge {
                member,
                limit: format!("{} characters", self.max_text_chars),
            });
        }
        Ok(text.to_owned())
    }

    /// The address of something for people or keys. Only ever shown as a link or fetched by a
    /// guarded client, and both need `https`.
    pub(super) fn https_url(
        &self,
        member: &'static str,
    ) -> Result<Option<String>, RegistrationError> {
        let Some(url) = self.string(member)?.filter(|url| !url.is_empty()) else {
            return Ok(None);
        };
        if url.len() > MAX_BYTES {
            return Err(RegistrationError::TooLarge {
                member,
                limit: format!("{MAX_BYTES} bytes"),
            });
        }
        // URL parsers strip and rewrite what they dislike; a link must be what it looks like.
        let plain = url
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        let https = url
            .get(..8)
            .is_some_and(|start| start.eq_ignore_ascii_case("https://"));
        let host = Url::parse(url).is_ok_and(|url| {
            url.has_host() && url.username().is_empty() && url.password().is_none()
        });
        if plain && https && host {
            Ok(Some(url.to_owned()))
        } else {
            Err(RegistrationError::NotHttps(member))
        }
    }

    /// A JWK set without secrets. A private key in a registration was leaked by being sent; to keep
    /// it would spread it further.
    pub(super) fn public_jwks(&self) -> Result<Option<Value>, RegistrationError> {
        let Some(jwks) = self.object.get("jwks") else {
            return Ok(None);
        };
        let keys = jwks
            .get("keys")
            .and_then(Value::as_array)
            .ok_or(RegistrationError::Jwks)?;
        let is_public = |key: &Value| {
            key.as_object().is_some_and(|key| {
                key.get("kty")
                    .and_then(Value::as_str)
                    .is_some_and(|kty| kty != "oct")
                    && !SECRET_JWK_MEMBERS
                        .iter()
                        .any(|member| key.contains_key(*member))
            })
        };
        if keys.is_empty() || keys.len() > MAX_ENTRIES || !keys.iter().all(is_public) {
            return Err(RegistrationError::Jwks);
        }
        Ok(Some(jwks.clone()))
    }

    /// No issuer of software statements is trusted here, so that a signed one is ignored (RFC 7591
    /// §2.3). One that is not even signed is refused, so that its sender learns that it proves
    /// nothing.
    pub(super) fn check_software_statement(&self) -> Result<(), RegistrationError> {
        let statement = match self.object.get("software_statement") {
            None => return Ok(()),
            Some(statement) => statement
                .as_str()
                .ok_or(RegistrationError::SoftwareStatement)?,
        };
        if is_signed_jwt(statement) {
            Ok(())
        } else {
            Err(RegistrationError::SoftwareStatement)
        }
    }
}

fn is_signed_jwt(jwt: &str) -> bool {
    let segments: Vec<_> = jwt.split('.').collect();
    let [header, payload, signature] = segments.as_slice() else {
        return false;
    };
    let decode = |segment: &str| {
        URL_SAFE_NO_PAD
            .decode(segment)
            .ok()
            .filter(|bytes| !bytes.is_empty())
    };
    let algorithm = decode(header)
        .and_then(|header| serde_json::from_slice::<Value>(&header).ok())
        .and_then(|header| header.get("alg")?.as_str().map(str::to_ascii_lowercase));
    algorithm.is_some_and(|algorithm| algorithm != "none")
        && decode(payload).is_some()
        && decode(signature).is_some()
}
