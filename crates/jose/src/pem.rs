//! PEM (RFC 7468), as far as importing one key needs it.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use zeroize::Zeroizing;

/// One PEM block.
pub(crate) struct Block<'a> {
    /// What stands after `BEGIN`, for example `PRIVATE KEY`.
    pub(crate) label: &'a str,
    /// The decoded body. Zeroized, because it may be a private key.
    pub(crate) der: Zeroizing<Vec<u8>>,
}

/// Reads the one block that `text` holds.
///
/// An environment variable often carries a PEM on one line with the two characters `\n` for each
/// line break, so those count as white space.
pub(crate) fn decode(text: &str) -> Option<Block<'_>> {
    let (label, rest) = text
        .trim_ascii()
        .strip_prefix("-----BEGIN ")?
        .split_once("-----")?;
    let (body, footer) = rest.split_once("-----END ")?;
    let footer = footer.trim_end_matches("\\n");
    if footer.strip_suffix("-----")? != label {
        return None;
    }
    // Reserved in full, so that no outgrown buffer is left behind with a part of the key in it.
    let mut base64 = Zeroizing::new(String::with_capacity(body.len()));
    for piece in body.split("\\n").flat_map(str::split_ascii_whitespace) {
        base64.push_str(piece);
    }
    let der = STANDARD.decode(base64.as_bytes()).ok()?;
    Some(Block {
        label,
        der: Zeroizing::new(der),
    })
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn reads_a_block_with_any_line_break() {
        for text in [
            "-----BEGIN X Y-----\nAQID\nBA==\n-----END X Y-----\n",
            "-----BEGIN X Y-----\r\nAQID\r\nBA==\r\n-----END X Y-----",
            r"-----BEGIN X Y-----\nAQID\nBA==\n-----END X Y-----\n",
        ] {
            let block = decode(text).unwrap();
            assert_eq!(block.label, "X Y");
            assert_eq!(*block.der, [1, 2, 3, 4]);
        }
    }

    #[test]
    fn refuses_a_broken_frame() {
        for text in [
            "",
            "AQID",
            "-----BEGIN X-----\nAQID\n",
            "-----BEGIN X-----\nAQID\n-----END Y-----",
            "-----BEGIN X-----\n!!!!\n-----END X-----",
            "-----BEGIN X-----\nAQID\n-----END X-----\n-----BEGIN X-----\nAQID\n-----END X-----",
            "-----BEGIN X-----\nProc-Type: 4,ENCRYPTED\n\nAQID\n-----END X-----",
        ] {
            assert!(decode(text).is_none(), "{text}");
        }
    }
}
