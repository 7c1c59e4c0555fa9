//! Ethereum's addresses and signatures.

use std::fmt::Write as _;

use k256::ecdsa::{RecoveryId, Signature, VerifyingKey};
use sha3::{Digest as _, Keccak256};

/// An address of 20 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Address([u8; 20]);

impl Address {
    /// Reads `0x` and 40 hexadecimal digits of any case.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        bytes(text).map(Self)
    }

    /// Whether `text` is this address in the one spelling whose capitals are a checksum
    /// (EIP-55).
    pub(crate) fn is_spelt(self, text: &str) -> bool {
        self.checksummed() == text
    }

    /// EIP-55: a digit is a capital where the digest of the lower-case digits has its high bit.
    pub(crate) fn checksummed(self) -> String {
        let digits = self.0.iter().fold(String::new(), |mut digits, byte| {
            _ = write!(digits, "{byte:02x}");
            digits
        });
        let digest = Keccak256::digest(digits.as_bytes());
        let nibbles = digest.iter().flat_map(|byte| [byte >> 4, byte & 0x0f]);
        let capital = |(digit, nibble): (char, u8)| {
            if nibble >= 8 {
                digit.to_ascii_uppercase()
            } else {
                digit
            }
        };
        let spelt: String = digits.chars().zip(nibbles).map(capital).collect();
        format!("0x{spelt}")
    }

    /// Who signed `message` with `personal_sign` (EIP-191 version 0x45); `signature` is `0x` and
    /// 65 bytes in hexadecimal: r, s, v.
    pub(crate) fn recover(message: &str, signature: &str) -> Option<Self> {
        let signature: [u8; 65] = bytes(signature)?;
        let (r_s, v) = signature.split_at(64);
        // 27 and 28 since Bitcoin, 0 and 1 from hardware wallets.
        let recovery = match v {
            [0 | 27] => 0,
            [1 | 28] => 1,
            _ => return None,
        };
        let key = VerifyingKey::recover_from_prehash(
            &personal_message_digest(message),
            &Signature::from_slice(r_s).ok()?,
            RecoveryId::from_byte(recovery)?,
        )
        .ok()?;
        Self::of(&key)
    }

    /// The last 20 bytes of the digest of the point, without its tag.
    pub(crate) fn of(key: &VerifyingKey) -> Option<Self> {
        let point = key.to_sec1_point(false);
        let digest = Keccak256::digest(point.as_bytes().get(1..)?);
        digest.get(12..)?.try_into().ok().map(Self)
    }
}

/// What is signed for `message` (EIP-191).
pub(crate) fn personal_message_digest(message: &str) -> [u8; 32] {
    let mut hasher = Keccak256::new();
    hasher.update(format!("\x19Ethereum Signed Message:\n{}", message.len()));
    hasher.update(message);
    hasher.finalize().into()
}

fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = text.strip_prefix("0x")?;
    if digits.len() != 2 * N || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0; N];
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(digits.get(2 * index..2 * index + 2)?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spells_the_addresses_of_eip_55() {
        for spelt in [
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
            "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
            "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
        ] {
            let address = Address::parse(&spelt.to_lowercase()).unwrap();
            assert_eq!(address.checksummed(), spelt);
            assert!(!address.is_spelt(&spelt.to_lowercase()));
        }
    }

    /// The worked example in web3.js's documentation of `eth.accounts.sign`.
    #[test]
    fn recovers_who_signed() {
        let signature = "0xb91467e570a6466aa9e9876cbcd013baba02900b8979d43fe208a4a4f339f5fd\
                         6007e74cd82e037b800186422fc2da167c747ef045e5d18a5f5d4300f8e1a0291c";
        let address = Address::recover("Some data", signature).unwrap();
        assert_eq!(
            address.checksummed(),
            "0x2c7536E3605D9C16a7a3D7b1898e529396a65c23"
        );
        assert_ne!(Address::recover("Some date", signature), Some(address));
    }

    #[test]
    fn refuses_what_is_not_a_signature() {
        for signature in ["", "0x", "0x00", &format!("0x{}", "0".repeat(130)), "é"] {
            assert_eq!(Address::recover("x", signature), None, "{signature}");
        }
    }
}
