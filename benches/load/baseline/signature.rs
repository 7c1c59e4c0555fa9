//! One signature after the other, with the product's crypto library.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};

use crate::cores::Cores;
use crate::figure::Round;
use crate::subject::Algorithm;

/// As many bytes as the product signs for an access token.
const MESSAGE: [u8; 600] = [b'a'; 600];

enum Key {
    Rs256(Box<RsaKeyPair>),
    Es256(Box<EcdsaKeyPair>),
}

/// A key of one algorithm.
pub(crate) struct Signature {
    key: Key,
    cores: Cores,
}

impl Signature {
    pub(crate) fn new(algorithm: Algorithm, cores: Cores) -> Result<Self> {
        let refused = |_| anyhow!("the crypto library made no key");
        let key = match algorithm {
            Algorithm::Rs256 => Key::Rs256(Box::new(
                RsaKeyPair::generate(KeySize::Rsa2048).map_err(refused)?,
            )),
            Algorithm::Es256 => Key::Es256(Box::new(
                EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(refused)?,
            )),
        };
        Ok(Self { key, cores })
    }

    /// One round on the server's core.
    pub(crate) fn round(&self, window: Duration) -> Result<Round> {
        thread::scope(|scope| scope.spawn(|| self.sign_for(window)).join())
            .map_err(|_| anyhow!("the signing thread panicked"))?
    }

    fn sign_for(&self, window: Duration) -> Result<Round> {
        self.cores.pin_server()?;
        let start = Instant::now();
        let mut latencies = Vec::new();
        let mut before = start;
        while before.duration_since(start) < window {
            self.sign()?;
            let after = Instant::now();
            latencies.push(after.duration_since(before));
            before = after;
        }
        Ok(Round::new(start.elapsed(), latencies))
    }

    fn sign(&self) -> Result<()> {
        let random = SystemRandom::new();
        let refused = |_| anyhow!("the crypto library did not sign");
        match &self.key {
            Key::Rs256(pair) => {
                let mut signature = [0; 256];
                pair.sign(&RSA_PKCS1_SHA256, &random, &MESSAGE, &mut signature)
                    .map_err(refused)
            }
            Key::Es256(pair) => pair.sign(&random, &MESSAGE).map(drop).map_err(refused),
        }
    }
}
