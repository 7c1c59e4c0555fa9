//! Ed25519 public keys that any signature can be forged for.

/// Whether `point` encodes a point of order 1, 2, 4 or 8.
///
/// The crypto library accepts them, as RFC 8032 section 5.1.7 allows, but for such a key one
/// signature is valid for (almost) any message, so that it proves possession of nothing. The sign
/// bit plays no part: `P` and `-P` have the same order.
pub(super) fn is_small_order(point: &[u8]) -> bool {
    let Some((last, rest)) = point.split_last() else {
        return true;
    };
    let unsigned = last & 0x7f;
    SMALL_ORDER_Y
        .iter()
        .any(|y| y.split_last() == Some((&unsigned, rest)))
}

/// The y coordinates of all such points, little endian, with both spellings of 0 and 1 modulo
/// p = 2^255 - 19 that fit into 255 bits.
const SMALL_ORDER_Y: [[u8; 32]; 7] = [
    // 0 (order 4) and 1 (order 1).
    with_ends(0x00, 0x00, 0x00),
    with_ends(0x01, 0x00, 0x00),
    // Order 8.
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98,
        0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53,
        0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67,
        0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac,
        0x03, 0x7a,
    ],
    // p - 1 (order 2), then p and p + 1, which are 0 and 1 again.
    with_ends(0xec, 0xff, 0x7f),
    with_ends(0xed, 0xff, 0x7f),
    with_ends(0xee, 0xff, 0x7f),
];

const fn with_ends(first: u8, middle: u8, last: u8) -> [u8; 32] {
    let mut bytes = [middle; 32];
    bytes[0] = first;
    bytes[31] = last;
    bytes
}
