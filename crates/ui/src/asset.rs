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

static ASSETS: LazyLock<[Asset; 2]> = LazyLock::new(|| {
    let css: &[u8] = include_bytes!("../static/app.css");
    let script: &[u8] = include_bytes!("../static/passkey.js");
    [
        Asset::hashed("app", "css", "text/css; charset=utf-8", css),
        Asset::hashed("passkey", "js", "text/javascript; charset=utf-8", script),
    ]
});

/// The files that every brand shares: the stylesheet and the passkey script. The brand adds its
/// own ([`Brand::assets`](crate::Brand::assets)).
pub fn assets() -> &'static [Asset] {
    ASSETS.as_slice()
}

/// Address of the stylesheet.
pub(crate) fn stylesheet() -> &'static str {
    let [stylesheet, _] = &*ASSETS;
    &stylesheet.path
}

/// Address of the passkey script.
pub(crate) fn passkey_script() -> &'static str {
    let [_, script] = &*ASSETS;
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
    fn the_script_stays_small() {
        let script = assets()
            .iter()
            .find(|asset| asset.path == passkey_script())
            .unwrap();
        assert!(script.bytes.len() < 4096, "{} bytes", script.bytes.len());
    }
}
