//! Who is on the other side.

use std::io;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{CertificateError, ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio::sync::OnceCell;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::{FetchError, InvalidEgress};

/// Verifies hosts against the machine's certificate authorities and configured ones.
pub(crate) struct Tls {
    extra_roots: Vec<CertificateDer<'static>>,
    /// Made by the first fetch: reading the machine's authorities takes longer than all else that
    /// happens when the server starts.
    connector: OnceCell<TlsConnector>,
}

impl Tls {
    pub(crate) fn new(extra_roots: &[u8]) -> Result<Self, InvalidEgress> {
        let extra_roots = CertificateDer::pem_slice_iter(extra_roots)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|_| InvalidEgress::ExtraRoots)?;
        let mut store = RootCertStore::empty();
        if store
            .add_parsable_certificates(extra_roots.iter().cloned())
            .1
            > 0
        {
            return Err(InvalidEgress::ExtraRoots);
        }
        Ok(Self {
            extra_roots,
            connector: OnceCell::new(),
        })
    }

    pub(crate) async fn connect(
        &self,
        name: ServerName<'static>,
        stream: TcpStream,
    ) -> Result<TlsStream<TcpStream>, FetchError> {
        let connector = self.connector.get_or_try_init(|| self.connector()).await?;
        connector
            .connect(name, stream)
            .await
            .map_err(|error| refusal(&error))
    }

    async fn connector(&self) -> Result<TlsConnector, FetchError> {
        let native = tokio::task::spawn_blocking(rustls_native_certs::load_native_certs).await;
        let native = native.map(|found| found.certs).unwrap_or_default();
        trusting(native.into_iter().chain(self.extra_roots.iter().cloned()))
    }
}

fn trusting(
    authorities: impl Iterator<Item = CertificateDer<'static>>,
) -> Result<TlsConnector, FetchError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(authorities);
    if roots.is_empty() {
        return Err(FetchError::NoRoots);
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| FetchError::Tls)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsConnector::from(Arc::new(config)))
}

/// What went wrong, in our words: the library's quote the certificate, which is a stranger's text.
fn refusal(error: &io::Error) -> FetchError {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
    let Some(rustls::Error::InvalidCertificate(reason)) = inner else {
        return match inner {
            Some(_) => FetchError::Tls,
            None => FetchError::Interrupted,
        };
    };
    FetchError::Certificate(match reason {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "has expired",
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "is not valid yet"
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "is for another name"
        }
        CertificateError::UnknownIssuer => "is from an authority that this server does not trust",
        CertificateError::Revoked => "is revoked",
        _ => "is not valid",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_when_this_machine_trusts_no_authority() {
        let refused = trusting(std::iter::empty()).err();
        assert_eq!(refused, Some(FetchError::NoRoots));
    }
}
