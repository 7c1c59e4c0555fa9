//! An Ethereum wallet, written from the specifications: EIP-55, EIP-191, EIP-4361.

use std::fmt::Write as _;

use k256::ecdsa::SigningKey;
use sha3::{Digest as _, Keccak256};

pub(crate) struct Wallet {
    key: SigningKey,
    pub(crate) address: String,
}

impl Wallet {
    pub(crate) fn new(seed: u8) -> Self {
        let key = SigningKey::from_slice(&[seed; 32]).unwrap();
        let point = key.verifying_key().to_sec1_point(false);
        let digest = Keccak256::digest(&point.as_bytes()[1..]);
        let lower = hex(&digest[12..]);
        let checksum = hex(&Keccak256::digest(lower.as_bytes()));
        let spelt: String = lower
            .chars()
            .zip(checksum.chars())
            .map(|(digit, sum)| {
                if sum >= '8' {
                    digit.to_ascii_uppercase()
                } else {
                    digit
                }
            })
            .collect();
        Self {
            key,
            address: format!("0x{spelt}"),
        }
    }

    /// `personal_sign`.
    pub(crate) fn sign(&self, message: &str) -> String {
        let text = format!("\x19Ethereum Signed Message:\n{}{message}", message.len());
        let digest = Keccak256::digest(text);
        let (signature, recovery) = self.key.sign_prehash_recoverable(&digest);
        let v = 27 + recovery.to_byte();
        format!("0x{}{v:02x}", hex(&signature.to_bytes()))
    }
}

/// As js-sdk-core writes it.
pub(crate) fn message(address: &str, origin: &str, nonce: &str) -> String {
    let domain = origin.split("://").nth(1).unwrap();
    format!(
        "{domain} wants you to sign in with your Ethereum account:\n{address}\n\n\
         By signing, you are proving you own this wallet and logging in. This does not initiate a \
         transaction or cost any fees.\n\nURI: {origin}\nVersion: 1\nChain ID: 1\nNonce: {nonce}\n\
         Issued At: 2027-01-15T08:00:00.000Z\nResources:\n- https://privy.io"
    )
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut digits, byte| {
        _ = write!(digits, "{byte:02x}");
        digits
    })
}
