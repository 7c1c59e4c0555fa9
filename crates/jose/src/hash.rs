//! Digests.

use aws_lc_rs::digest::{SHA256, digest};

/// SHA-256 of `data` (FIPS 180-4).
pub fn sha256(data: &[u8]) -> [u8; 32] {
    let mut output = [0; 32];
    output.copy_from_slice(digest(&SHA256, data).as_ref());
    output
}

#[cfg(test)]
mod tests {
    use super::sha256;

    #[test]
    fn matches_the_published_vector() {
        // FIPS 180-4 example: SHA-256("abc").
        assert_eq!(
            sha256(b"abc")[..8],
            [0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea]
        );
    }
}
