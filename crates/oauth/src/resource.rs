//! Resource indicators (RFC 8707): which spellings name the protected resource, and the one that is
//! bound to the grant.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a `resource` parameter names nothing that this server issues tokens for. All of them answer
/// `invalid_target` (RFC 8707 §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTarget {
    /// Not an absolute URI.
    #[error("resource is not an absolute URI")]
    Relative,
    /// Has a fragment, even an empty one.
    #[error("resource has a fragment")]
    Fragment,
    /// Another server's.
    #[error("resource is not one that this server protects")]
    Foreign,
    /// Different values in one request; a grant is bound to one resource.
    #[error("resource was sent with several different values")]
    Several,
}

/// The canonical identifier of a protected resource, as it stands in metadata and in `aud`.
///
/// Only a [`ResourceRule`] makes one from what a client sent, so that a client's spelling never
/// becomes an audience.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Resource(String);

impl Resource {
    /// The identifier, byte for byte.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Resource {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The protected resource of an origin and the spellings of it that clients send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceRule {
    /// What every accepted spelling resolves to.
    pub canonical: Resource,
    /// The accepted spellings, the canonical one first.
    pub accepted: Vec<Resource>,
}

impl ResourceRule {
    /// The resource at `path` (with its leading slash) of a public URL (without a trailing one).
    ///
    /// Besides the canonical string three spellings are in use by real clients: with a trailing
    /// slash, and the bare origin with and without one, which users type and older clients derive.
    /// One origin has one protected resource here, so that none of them is ambiguous.
    pub fn for_origin(public_url: &str, path: &str) -> Self {
        let canonical = Resource(format!("{public_url}{path}"));
        let accepted = vec![
            canonical.clone(),
            Resource(format!("{public_url}{path}/")),
            Resource(public_url.to_owned()),
            Resource(format!("{public_url}/")),
        ];
        Self {
            canonical,
            accepted,
        }
    }

    /// The resource that the values of a request's `resource` parameters name: the canonical one,
    /// also when there are none. Equal duplicates are accepted, because some clients send them.
    pub fn resolve(&self, presented: &[&str]) -> Result<Resource, InvalidTarget> {
        let mut values = presented.iter();
        if let Some(first) = values.next() {
            if values.any(|value| value != first) {
                return Err(InvalidTarget::Several);
            }
            self.accept(first)?;
        }
        Ok(self.canonical.clone())
    }

    fn accept(&self, presented: &str) -> Result<(), InvalidTarget> {
        if presented.contains('#') {
            return Err(InvalidTarget::Fragment);
        }
        let folded = fold_origin(presented).ok_or(InvalidTarget::Relative)?;
        let is_ours =
            |ours: &Resource| fold_origin(ours.as_str()).is_some_and(|ours| ours == folded);
        if self.accepted.iter().any(is_ours) {
            Ok(())
        } else {
            Err(InvalidTarget::Foreign)
        }
    }
}

/// The URI with scheme and authority in lower case, the only parts whose case means nothing
/// (RFC 3986 §6.2.2.1). `None` without an authority.
fn fold_origin(uri: &str) -> Option<String> {
    let (scheme, rest) = uri
        .split_once("://")
        .filter(|(scheme, _)| !scheme.is_empty())?;
    let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let is_scheme = scheme
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    (is_scheme && !authority.is_empty()).then(|| {
        format!(
            "{}://{}{path}",
            scheme.to_ascii_lowercase(),
            authority.to_ascii_lowercase()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::{InvalidTarget, ResourceRule};

    fn rule() -> ResourceRule {
        ResourceRule::for_origin("https://h.example", "/mcp")
    }

    #[test]
    fn omitted_resource_is_the_canonical_one() {
        assert_eq!(
            rule().resolve(&[]).unwrap().as_str(),
            "https://h.example/mcp"
        );
    }

    #[test]
    fn every_spelling_in_use_resolves_to_the_canonical_one() {
        for presented in [
            "https://h.example/mcp",
            "https://h.example/mcp/",
            "https://h.example",
            "https://h.example/",
            "HTTPS://H.Example/mcp",
        ] {
            assert_eq!(
                rule().resolve(&[presented]).unwrap(),
                rule().canonical,
                "{presented}"
            );
        }
    }

    #[test]
    fn equal_duplicates_are_one() {
        let twice = ["https://h.example/mcp", "https://h.example/mcp"];
        assert_eq!(rule().resolve(&twice).unwrap(), rule().canonical);
    }

    #[test]
    fn several_different_values_are_refused() {
        let two = ["https://h.example/mcp", "https://h.example/"];
        assert_eq!(rule().resolve(&two), Err(InvalidTarget::Several));
    }

    #[test]
    fn foreign_resources_are_refused() {
        for foreign in [
            "https://evil.example/mcp",
            "https://h.example.evil/mcp",
            "http://h.example/mcp",
            "https://h.example:8443/mcp",
            "https://h.example/MCP",
            "https://h.example/mcp//",
            "https://h.example/mcp/x",
            "https://h.example/mcp?x=1",
            "https://user@h.example/mcp",
            "https://h.example/%6dcp",
        ] {
            assert_eq!(
                rule().resolve(&[foreign]),
                Err(InvalidTarget::Foreign),
                "{foreign}"
            );
        }
    }

    #[test]
    fn relative_values_and_fragments_are_refused() {
        for relative in [
            "/mcp",
            "mcp",
            "h.example/mcp",
            "://h.example/mcp",
            "https:///mcp",
            "https:h.example",
            "{}",
        ] {
            assert_eq!(
                rule().resolve(&[relative]),
                Err(InvalidTarget::Relative),
                "{relative}"
            );
        }
        for fragment in ["https://h.example/mcp#", "https://h.example/mcp#x", "#"] {
            assert_eq!(
                rule().resolve(&[fragment]),
                Err(InvalidTarget::Fragment),
                "{fragment}"
            );
        }
    }
}
