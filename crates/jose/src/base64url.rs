//! base64url as JOSE writes it: no padding, and one spelling per value (RFC 7515 section 2).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

/// Not base64url, padded, or with bits set behind the last byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotCanonical;

pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Appends the encoding of `bytes` to `output`.
pub(crate) fn encode_onto(bytes: impl AsRef<[u8]>, output: &mut String) {
    URL_SAFE_NO_PAD.encode_string(bytes, output);
}

/// Only the one spelling that [`encode`] would have produced is accepted: were non-zero tail bits
/// ignored, one signature would have up to sixteen spellings.
pub(crate) fn decode(text: &str) -> Result<Vec<u8>, NotCanonical> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| NotCanonical)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn refuses_padding_whitespace_tail_bits_and_the_other_alphabet() {
        assert_eq!(decode("Zg"), Ok(b"f".to_vec()));
        for text in ["Zg==", "Zh", "Zg ", " Zg", "Zg\n", "Z", "+/+/", "Zg.", "é"] {
            assert_eq!(decode(text), Err(NotCanonical), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_accepted_text_is_the_only_spelling(text in "[A-Za-z0-9_=+/-]{0,24}") {
            if let Ok(bytes) = decode(&text) {
                prop_assert_eq!(encode(bytes), text);
            }
        }
    }
}
