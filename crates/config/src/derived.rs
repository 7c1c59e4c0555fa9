//! Defaults that follow from other keys: the lowest layer.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;

use toml::Value;
use url::Host;

use crate::layer::Layer;
use crate::problem::Origin;
use crate::{App, PublicUrl, mcp2};

const PORT: u16 = 3002;

/// Sets what the other layers left open and what does not simply have the default of its struct.
pub(crate) fn fill(settings: Layer, port: Option<u16>) -> Layer {
    let value = |section: &str, key: &str| settings.table.get(section)?.get(key);
    let text = |key: &str| settings.table.get(key).and_then(Value::as_str);
    let port_origin = if port.is_some() {
        Origin::Variable("PORT".to_owned())
    } else {
        Origin::Default
    };
    let mut derived = Layer::default();

    let written = text("public_url").map(str::parse::<PublicUrl>);
    let public_url = match written {
        Some(Ok(url)) => url,
        // A wrong one is reported where it is read; what follows from it would only confuse.
        Some(Err(_)) => return settings,
        None => PublicUrl::on_localhost(port.unwrap_or(PORT)),
    };
    derived.set(&["public_url"], public_url.as_str(), port_origin.clone());
    derived.set(
        &["listen"],
        listen(&public_url, port).to_string(),
        port_origin,
    );
    let privy = value("login", "provider").and_then(Value::as_str) == Some("privy");
    // With Privy the key means nothing, so that a closed door is one that somebody wrote.
    let sign_up = if privy || public_url.is_loopback() {
        "open"
    } else {
        "invitation"
    };
    derived.set(&["login", "sign_up"], sign_up, Origin::Default);
    derived.set(&["playground"], public_url.is_loopback(), Origin::Default);
    // mcp2's API knows Privy's tokens and no others.
    let provider = settings.origin(&["login", "provider"].into());
    if privy && provider == Origin::Variable(mcp2::PRIVY_APP_ID.to_owned()) {
        derived.set(&["api", "token"], "browser", Origin::Default);
    }
    if text("app") == Some("index-network")
        && !settings.table.contains_key("scopes")
        && let Ok(scopes) = Value::try_from(App::IndexNetwork.scopes())
    {
        derived.set(&["scopes"], scopes, Origin::Default);
    }
    if let Some(data_dir) = text("data_dir") {
        let database = Path::new(data_dir).join("countersign.db");
        derived.set(
            &["storage", "url"],
            format!("sqlite:{}", database.display()),
            Origin::Default,
        );
    }
    settings.over(derived)
}

/// Loopback stays loopback: a server that is not meant for the network is not on it.
fn listen(public_url: &PublicUrl, port: Option<u16>) -> SocketAddr {
    let address = match public_url.host() {
        Host::Ipv4(address) if address.is_loopback() => IpAddr::V4(*address),
        Host::Ipv6(address) if address.is_loopback() => IpAddr::V6(*address),
        _ if public_url.is_loopback() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        _ => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
    };
    // The port of an https address is that of the proxy that ends TLS in front of this server.
    let own = (public_url.is_loopback() && !public_url.is_https()).then(|| public_url.port());
    SocketAddr::new(address, port.or(own).unwrap_or(PORT))
}
