//! Where the server is and how to speak to it.

use std::sync::Arc;
use std::time::Duration;

use rustls::{ClientConfig, RootCertStore};
use tokio::time::timeout;
use tokio_postgres::config::{SslMode, TargetSessionAttrs};
use tokio_postgres::{Client, Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{CONNECTION_TIMEOUT, unavailable};
use crate::{OpenError, StorageError};

/// A parsed connection string.
pub(super) struct Endpoint {
    pub(super) config: Config,
    /// Present when the URL says `sslmode=require`: then the server's certificate is verified
    /// against the machine's roots, which is more than libpq does for the same word.
    pub(super) tls: Option<MakeRustlsConnect>,
}

impl Endpoint {
    pub(super) fn parse(url: &str) -> Result<Self, OpenError> {
        let mut config: Config = url
            .parse()
            .map_err(|error: tokio_postgres::Error| OpenError::PostgresUrl(super::text(&error)))?;
        if config.get_application_name().is_none() {
            config.application_name("countersign");
        }
        config.connect_timeout(CONNECTION_TIMEOUT);
        // A standby lags behind, and would still know a code that was redeemed.
        config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        // A server that vanished without closing is noticed while a connection idles.
        config.keepalives_idle(Duration::from_secs(30));
        let tls = match config.get_ssl_mode() {
            SslMode::Disable | SslMode::Prefer => None,
            _ => Some(MakeRustlsConnect::new(verifying()?)),
        };
        Ok(Self { config, tls })
    }

    /// A connection outside the pool.
    pub(super) async fn connect(self) -> Result<Client, StorageError> {
        let connecting = async {
            if let Some(tls) = self.tls {
                let (client, connection) = self.config.connect(tls).await?;
                tokio::spawn(connection);
                Ok(client)
            } else {
                let (client, connection) = self.config.connect(NoTls).await?;
                tokio::spawn(connection);
                Ok(client)
            }
        };
        match timeout(CONNECTION_TIMEOUT, connecting).await {
            Ok(connected) => connected.map_err(|error| unavailable(&error)),
            Err(_) => Err(StorageError::Unavailable(
                "the server did not answer in time".to_owned(),
            )),
        }
    }
}

fn verifying() -> Result<ClientConfig, StorageError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| StorageError::Backend(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth())
}
