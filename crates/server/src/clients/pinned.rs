//! Copies of well-known vendors' documents, for servers whose network the vendors' hosts turn away
//! (clients.md F40). A live document always counts for more.
//!
//! Each holds what the vendor published at its date, as far as it matters here: name, redirect URIs,
//! authentication, grant types. An app whose redirect URIs are not known to the letter has no copy,
//! because a guess would only fail later.

use countersign_domain::Timestamp;
use countersign_oauth::client_id_url::ClientIdUrl;
use countersign_oauth::client_metadata::{ClientMetadata, RegistrationPolicy};

struct Pinned {
    url: &'static str,
    /// When the vendor was seen to publish it so, in milliseconds since 1970.
    at: i64,
    document: &'static str,
}

/// 2026-09-08.
const SEPTEMBER: i64 = 1_788_825_600_000;
/// 2026-10-05.
const OCTOBER: i64 = 1_791_158_400_000;

const PINNED: [Pinned; 6] = [
    Pinned {
        url: "https://chatgpt.com/oauth/client.json",
        at: SEPTEMBER,
        document: include_str!("pinned/chatgpt.json"),
    },
    Pinned {
        url: "https://claude.ai/oauth/mcp-oauth-client-metadata",
        at: OCTOBER,
        document: include_str!("pinned/claude.json"),
    },
    Pinned {
        url: "https://claude.ai/oauth/claude-code-client-metadata",
        at: OCTOBER,
        document: include_str!("pinned/claude-code.json"),
    },
    Pinned {
        url: "https://vscode.dev/oauth/client-metadata.json",
        at: OCTOBER,
        document: include_str!("pinned/vscode.json"),
    },
    Pinned {
        url: "https://goose-docs.ai/oauth/client-metadata.json",
        at: OCTOBER,
        document: include_str!("pinned/goose.json"),
    },
    Pinned {
        url: "https://slack.com/.well-known/oauth-client-metadata",
        at: OCTOBER,
        document: include_str!("pinned/slack.json"),
    },
];

/// The copy of the document at `url`, and its date.
pub(super) fn find(
    url: &ClientIdUrl,
    policy: &RegistrationPolicy,
) -> Option<(ClientMetadata, Timestamp)> {
    let pinned = PINNED.iter().find(|pinned| pinned.url == url.as_str())?;
    let document = pinned.document.as_bytes();
    let metadata = ClientMetadata::from_document(document, url, policy).ok()?;
    Some((metadata, Timestamp::from_millis(pinned.at)))
}

#[cfg(test)]
mod tests {
    use countersign_oauth::client_metadata::TokenEndpointAuthMethod;
    use countersign_oauth::redirect_uri::RedirectUriPolicy;
    use countersign_oauth::scope::ScopeSet;

    use super::*;

    fn policy() -> RegistrationPolicy {
        let catalogue = ScopeSet::parse("notes:read").unwrap();
        RegistrationPolicy::new(RedirectUriPolicy::default(), catalogue)
    }

    #[test]
    fn every_copy_describes_its_client() {
        for Pinned { url, document, .. } in PINNED {
            let id = ClientIdUrl::parse(url).unwrap();
            let read = ClientMetadata::from_document(document.as_bytes(), &id, &policy());
            let metadata = read.unwrap_or_else(|error| panic!("{url}: {error}"));
            assert!(metadata.client_name.is_some(), "{url}");
            assert!(find(&id, &policy()).is_some(), "{url}");
        }
    }

    #[test]
    fn chatgpt_may_be_public_or_hold_a_key() {
        let url = ClientIdUrl::parse("https://chatgpt.com/oauth/client.json").unwrap();
        let (metadata, _) = find(&url, &policy()).unwrap();
        for method in [
            TokenEndpointAuthMethod::None,
            TokenEndpointAuthMethod::PrivateKeyJwt,
        ] {
            assert!(metadata.authenticates_with(method));
        }
    }

    #[test]
    fn another_spelling_has_no_copy() {
        for url in [
            "https://chatgpt.com/oauth/Client.json",
            "https://chatgpt.com/oauth/client.json?x",
        ] {
            assert!(find(&ClientIdUrl::parse(url).unwrap(), &policy()).is_none());
        }
    }
}
