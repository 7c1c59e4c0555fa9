//! The files that pages load.

use std::{borrow::Cow, sync::LazyLock};

/// A file to serve at `path`, with GET and HEAD.
#[derive(Clone, Debug)]
pub struct Asset {
    /// Absolute path on this origin.
    pub path: String,
    /// Value of `Content-Type`.
    pub content_type: &'static str,
    /// The body.
    pub bytes: Cow<'static, [u8]>,
    /// Whether the path names the content, so that
    /// `Cache-Control: public, max-age=31536000, immutable` is right (RFC 8246). Otherwise
    /// revalidate.
    pub immutable: bool,
}

impl Asset {
    pub(crate) fn hashed(
        stem: &str,
        extension: &str,
        content_type: &'static str,
        bytes: impl Into<Cow<'static, [u8]>>,
    ) -> Self {
        let bytes = bytes.into();
        let path = format!("/assets/{stem}.{:016x}.{extension}", fnv1a(&bytes));
        Self {
            path,
            content_type,
            bytes,
            immutable: true,
        }
    }

    pub(crate) fn plain(
        path: &str,
        content_type: &'static str,
        bytes: impl Into<Cow<'static, [u8]>>,
    ) -> Self {
        Self {
            path: path.to_owned(),
            content_type,
            bytes: bytes.into(),
            immutable: false,
        }
    }
}

/// FNV-1a, 64 bits. The name only has to change when the content does; nobody gains by a
/// collision in files that we ship ourselves, so no cryptography is asked for.
const fn fnv1a(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325;
    let mut rest = bytes;
    while let [first, tail @ ..] = rest {
        hash = (hash ^ *first as u64).wrapping_mul(0x0100_0000_01b3);
        rest = tail;
    }
    hash
}

static ASSETS: LazyLock<[Asset; 7]> = LazyLock::new(|| {
    const SCRIPT: &str = "text/javascript; charset=utf-8";
    const CSS: &str = "text/css; charset=utf-8";
    const TEXT: &str = "text/plain; charset=utf-8";
    let css: &[u8] = include_bytes!("../static/app.css");
    let passkey: &[u8] = include_bytes!("../static/passkey.js");
    let privy: &[u8] = include_bytes!("../static/privy.js");
    let licenses: &[u8] = include_bytes!("../static/privy_licenses.txt");
    let playground_css: &[u8] = include_bytes!("../static/playground.css");
    let playground: &[u8] = include_bytes!("../static/playground.js");
    let playground_licenses: &[u8] = include_bytes!("../static/playground_licenses.txt");
    [
        Asset::hashed("app", "css", CSS, css),
        Asset::hashed("passkey", "js", SCRIPT, passkey),
        Asset::hashed("privy", "js", SCRIPT, privy),
        Asset::hashed("playground", "css", CSS, playground_css),
        Asset::hashed("playground", "js", SCRIPT, playground),
        // The scripts name these paths, so they cannot follow the content.
        Asset::plain("/assets/privy-licenses.txt", TEXT, licenses),
        Asset::plain("/assets/playground-licenses.txt", TEXT, playground_licenses),
    ]
});

/// The files that every brand shares: the stylesheets, the scripts, and the licenses of what the
/// scripts contain. The brand adds its own ([`Brand::assets`](crate::Brand::assets)).
pub fn assets() -> &'static [Asset] {
    ASSETS.as_slice()
}

/// Address of the stylesheet.
pub(crate) fn stylesheet() -> &'static str {
    let [stylesheet, ..] = &*ASSETS;
    &stylesheet.path
}

/// Address of the passkey script.
pub(crate) fn passkey_script() -> &'static str {
    let [_, script, ..] = &*ASSETS;
    &script.path
}

/// Address of the script of the Privy sign-in (built from `web/privy`).
pub(crate) fn privy_script() -> &'static str {
    let [_, _, script, ..] = &*ASSETS;
    &script.path
}

/// Address of the playground's own stylesheet (built from `web/playground`).
pub(crate) fn playground_stylesheet() -> &'static str {
    let [_, _, _, stylesheet, ..] = &*ASSETS;
    &stylesheet.path
}

/// Address of the playground's script (built from `web/playground`).
pub(crate) fn playground_script() -> &'static str {
    let [_, _, _, _, script, ..] = &*ASSETS;
    &script.path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_published_hash() {
        // Test vectors of the FNV reference.
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn the_passkey_script_stays_small() {
        let script = assets()
            .iter()
            .find(|asset| asset.path == passkey_script())
            .unwrap();
        assert!(script.bytes.len() < 4096, "{} bytes", script.bytes.len());
    }

    #[test]
    fn the_privy_script_says_where_its_licenses_are() {
        let find = |path: &str| assets().iter().find(|asset| asset.path == path);
        let script = find(privy_script()).unwrap();
        let licenses = "/assets/privy-licenses.txt";
        let head = String::from_utf8_lossy(&script.bytes[..300]);
        assert!(head.contains(licenses), "{head}");
        let text = String::from_utf8_lossy(&find(licenses).unwrap().bytes);
        for package in [
            "@privy-io/js-sdk-core 0.76.2, Apache-2.0",
            "jose",
            "eventemitter3",
        ] {
            assert!(text.contains(package), "{package}");
        }
    }
}
