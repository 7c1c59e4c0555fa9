//! A software authenticator together with its browser, in the spelling of Privy's SDK.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const USER_PRESENT_AND_VERIFIED: u8 = 0x05;
const ATTESTED_CREDENTIAL: u8 = 0x40;

/// One discoverable P-256 credential. Its fields are public so that a test can make it lie.
pub(crate) struct Authenticator {
    key: EcdsaKeyPair,
    credential_id: Vec<u8>,
    user_handle: Vec<u8>,
    pub(crate) origin: String,
    pub(crate) rp_id: Option<String>,
}

impl Authenticator {
    pub(crate) fn new(origin: &str) -> Self {
        let mut credential_id = vec![0; 32];
        aws_lc_rs::rand::fill(&mut credential_id).unwrap();
        Self {
            key: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap(),
            credential_id,
            user_handle: Vec::new(),
            origin: origin.to_owned(),
            rp_id: None,
        }
    }

    /// `navigator.credentials.create`.
    pub(crate) fn create(&mut self, options: &Value) -> Value {
        self.user_handle = decode(&options["user"]["id"]);
        let client_data = self.client_data("webauthn.create", &options["challenge"]);
        let rp_id = options["rp"]["id"].as_str().unwrap();
        let data = self.attested(self.rp_id.as_deref().unwrap_or(rp_id));
        let mut attestation = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59".to_vec();
        attestation.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        attestation.extend(data);
        self.credential(&json!({
            "client_data_json": encode(client_data),
            "attestation_object": encode(attestation),
            "transports": ["internal"],
        }))
    }

    /// `navigator.credentials.get`.
    pub(crate) fn get(&self, options: &Value) -> Value {
        let client_data = self.client_data("webauthn.get", &options["challenge"]);
        let rp_id = options["rp_id"].as_str().unwrap();
        let data = data(self.rp_id.as_deref().unwrap_or(rp_id), 0);
        let signed = [data.as_slice(), &Sha256::digest(&client_data)].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        self.credential(&json!({
            "client_data_json": encode(client_data),
            "authenticator_data": encode(data),
            "signature": encode(signature),
            "user_handle": encode(&self.user_handle),
        }))
    }

    fn credential(&self, response: &Value) -> Value {
        json!({
            "id": encode(&self.credential_id),
            "raw_id": encode(&self.credential_id),
            "type": "public-key",
            "authenticator_attachment": "platform",
            "client_extension_results": {},
            "response": response,
        })
    }

    fn client_data(&self, kind: &str, challenge: &Value) -> String {
        json!({ "type": kind, "challenge": challenge, "origin": self.origin }).to_string()
    }

    /// WebAuthn section 6.5.1, with the key in COSE (RFC 9053 section 7.1.1).
    fn attested(&self, rp_id: &str) -> Vec<u8> {
        let mut data = data(rp_id, ATTESTED_CREDENTIAL);
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

/// WebAuthn section 6.1; an authenticator without a counter says 0.
fn data(rp_id: &str, more: u8) -> Vec<u8> {
    let mut data = Sha256::digest(rp_id).to_vec();
    data.push(USER_PRESENT_AND_VERIFIED | more);
    data.extend([0; 4]);
    data
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn decode(text: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text.as_str().unwrap()).unwrap()
}
