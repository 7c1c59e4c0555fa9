//! The host of a client's metadata document.

use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr};

use countersign_config::Config;
use countersign_testnet::{Answer as Scripted, Authority, DnsServer, TlsHost};
use serde_json::{Value, json};
use tempfile::NamedTempFile;

/// `client.example`: a name server and a TLS host on loopback, which the server is told to reach.
pub struct DocumentHost {
    /// Says where `client.example` is.
    pub dns: DnsServer,
    /// Serves documents and keys.
    pub host: TlsHost,
    roots: NamedTempFile,
}

impl DocumentHost {
    /// Its name.
    pub const NAME: &'static str = "client.example";

    /// Its address.
    pub const ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    /// Starts it; it has nothing to serve yet.
    pub async fn start() -> Self {
        let authority = Authority::new();
        let host = TlsHost::start(&authority, &[Self::NAME]).await;
        let dns = DnsServer::start().await;
        dns.answer(Self::NAME, &[Self::ADDRESS]);
        let mut roots = NamedTempFile::new().unwrap();
        roots.write_all(authority.pem().as_bytes()).unwrap();
        Self { dns, host, roots }
    }

    /// Tells a server how to reach it. Other addresses that are not public stay out of reach.
    pub fn configure(&self, config: &mut Config) {
        config.egress.nameservers = vec![self.dns.address()];
        config.egress.ca_file = Some(self.roots.path().to_owned());
        config.egress.allowed_networks = vec!["127.0.0.1".parse().unwrap()];
    }

    /// The URL of something there.
    pub fn url(&self, path: &str) -> String {
        format!("https://{}:{}{path}", Self::NAME, self.host.port())
    }

    /// A good document for the client at `path`, with `changes` on top.
    pub fn document(&self, path: &str, changes: &Value) -> Value {
        let mut document = json!({
            "client_id": self.url(path),
            "client_name": "Example client",
            "redirect_uris": ["https://client.example/callback"],
            "grant_types": ["authorization_code", "refresh_token"],
        });
        for (name, value) in changes.as_object().unwrap() {
            document[name] = value.clone();
        }
        document
    }

    /// Serves that document; answers its URL.
    pub fn serve(&self, path: &str, changes: &Value) -> String {
        let document = self.document(path, changes).to_string();
        self.host.answer(path, Scripted::json(document));
        self.url(path)
    }
}
