//! A software authenticator together with its browser: what `navigator.credentials` would do.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;
const ATTESTED_CREDENTIAL: u8 = 0x40;

/// One discoverable P-256 credential. Its fields are public so that a test can make it lie.
pub(crate) struct Authenticator {
    key: EcdsaKeyPair,
    pub(crate) credential_id: Vec<u8>,
    pub(crate) origin: String,
    pub(crate) verifies_user: bool,
    /// The last signature counter; an authenticator without one always says 0.
    pub(crate) counter: u32,
    pub(crate) user_handle: Vec<u8>,
}

impl Authenticator {
    pub(crate) fn new() -> Self {
        let mut credential_id = vec![0; 32];
        aws_lc_rs::rand::fill(&mut credential_id).unwrap();
        Self {
            key: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap(),
            credential_id,
            origin: "http://localhost:3002".to_owned(),
            verifies_user: true,
            counter: 0,
            user_handle: Vec::new(),
        }
    }

    /// `navigator.credentials.create`.
    pub(crate) fn create(&mut self, options: &str) -> String {
        let options: Value = serde_json::from_str(options).unwrap();
        let options = &options["publicKey"];
        self.user_handle = decode(&options["user"]["id"]);
        let client_data = self.client_data("webauthn.create", options);
        let authenticator_data = self.attested(options["rp"]["id"].as_str().unwrap());
        let mut attestation = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59".to_vec();
        attestation.extend(
            u16::try_from(authenticator_data.len())
                .unwrap()
                .to_be_bytes(),
        );
        attestation.extend(authenticator_data);
        self.credential(&json!({
            "clientDataJSON": encode(client_data),
            "attestationObject": encode(attestation),
            "transports": ["internal"],
        }))
    }

    /// `navigator.credentials.get`.
    pub(crate) fn get(&self, options: &str) -> String {
        let options: Value = serde_json::from_str(options).unwrap();
        let options = &options["publicKey"];
        let client_data = self.client_data("webauthn.get", options);
        let data = self.data(options["rpId"].as_str().unwrap(), 0);
        let mut signed = data.clone();
        signed.extend(Sha256::digest(&client_data));
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        self.credential(&json!({
            "clientDataJSON": encode(client_data),
            "authenticatorData": encode(data),
            "signature": encode(signature),
            "userHandle": encode(&self.user_handle),
        }))
    }

    /// As `PublicKeyCredential.toJSON` writes it (WebAuthn section 5.1).
    fn credential(&self, response: &Value) -> String {
        json!({
            "id": encode(&self.credential_id),
            "rawId": encode(&self.credential_id),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": response,
        })
        .to_string()
    }

    fn client_data(&self, kind: &str, options: &Value) -> String {
        let challenge = &options["challenge"];
        json!({ "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false })
            .to_string()
    }

    /// WebAuthn section 6.1.
    fn data(&self, rp_id: &str, more: u8) -> Vec<u8> {
        let verified = if self.verifies_user { USER_VERIFIED } else { 0 };
        let mut data = Sha256::digest(rp_id).to_vec();
        data.push(USER_PRESENT | verified | more);
        data.extend(self.counter.to_be_bytes());
        data
    }

    /// WebAuthn section 6.5.1, with the key in COSE (RFC 9053 section 7.1.1).
    fn attested(&self, rp_id: &str) -> Vec<u8> {
        let mut data = self.data(rp_id, ATTESTED_CREDENTIAL);
        data.extend([0; 16]);
        data.extend(
            u16::try_from(self.credential_id.len())
                .unwrap()
                .to_be_bytes(),
        );
        data.extend(&self.credential_id);
        let (x, y) = self.key.public_key().as_ref()[1..].split_at(32);
        data.extend(b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20");
        data.extend(x);
        data.extend(b"\x22\x58\x20");
        data.extend(y);
        data
    }
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn decode(text: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text.as_str().unwrap()).unwrap()
}
