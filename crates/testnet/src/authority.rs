//! A certificate authority that no machine trusts by itself.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;

/// Which certificate a host shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certificate {
    /// From the authority, for the host's names.
    Valid,
    /// From the authority, for the host's names, until 2001.
    Expired,
    /// From the authority, for a name that is not the host's.
    OtherName,
    /// For the host's names, signed by itself.
    SelfSigned,
}

/// A certificate authority.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
    }
}

impl Authority {
    /// A new one, with a key of its own.
    pub fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        params
            .distinguished_name
            .push(DnType::CommonName, "countersign test authority");
        let key = KeyPair::generate().expect("a key is made");
        let issuer = CertifiedIssuer::self_signed(params, key).expect("an authority is made");
        Self { issuer }
    }

    /// Its certificate, for who is to trust it.
    pub fn pem(&self) -> String {
        self.issuer.pem()
    }

    /// What a host with these names (or addresses) needs to serve TLS.
    pub(crate) fn server_config(&self, names: &[&str], which: Certificate) -> Arc<ServerConfig> {
        let names = match which {
            Certificate::OtherName => vec!["somebody.else.example".to_owned()],
            _ => names.iter().map(|name| (*name).to_owned()).collect(),
        };
        let mut params = CertificateParams::new(names).expect("the names are names");
        params
            .distinguished_name
            .push(DnType::CommonName, "countersign test host");
        if which == Certificate::Expired {
            params.not_before = date_time_ymd(2000, 1, 1);
            params.not_after = date_time_ymd(2001, 1, 1);
        }
        let key = KeyPair::generate().expect("a key is made");
        let certificate = if which == Certificate::SelfSigned {
            params.self_signed(&key)
        } else {
            params.signed_by(&key, &self.issuer)
        }
        .expect("a certificate is signed");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let key = PrivateKeyDer::try_from(key.serialize_der()).expect("the key is PKCS #8");
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("the provider speaks TLS")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.into()], key)
            .expect("the key belongs to the certificate");
        Arc::new(config)
    }
}
