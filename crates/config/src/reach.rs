//! Who can reach the server, as far as the configuration alone can tell. Hosted clients call from
//! their own data centres, and most of what keeps them out leaves no line in any log.

use url::Host;

use crate::Config;

/// Hosts of tunnels, on which claude.ai has been seen to fail.
const TUNNELS: [&str; 6] = [
    "ts.net",
    "trycloudflare.com",
    "ngrok-free.app",
    "ngrok-free.dev",
    "ngrok.app",
    "ngrok.io",
];

/// What an operator should know before a hosted client is tried, each with what to do about it.
/// None of it stops the server: a network of one's own may be all that is wanted.
pub(crate) fn notes(config: &Config) -> Vec<String> {
    let url = &config.public_url;
    if url.is_loopback() {
        return vec![format!(
            "Only programs on this machine reach {url}; ChatGPT, Claude on the web and other hosted \
             clients need a public https address: set public_url to it"
        )];
    }
    let mut notes = Vec::new();
    if url.port() != 443 {
        notes.push(format!(
            "Claude reaches port 443 only and gives up without a word on port {}: let the proxy \
             listen on 443, and leave the port out of public_url",
            url.port()
        ));
    }
    match url.host() {
        Host::Domain(name) if is_tunnel(name) => notes.push(format!(
            "{name} is the host of a tunnel, on which claude.ai has been seen to fail: use a domain \
             of your own for anything but tests"
        )),
        Host::Domain(_) => {}
        Host::Ipv4(_) | Host::Ipv6(_) => notes.push(format!(
            "{} is an address and not a name. Hosted clients want a certificate that they know, and \
             those are issued for names: give the server a domain name with a public A record",
            url.host()
        )),
    }
    if config.trusted_proxies.is_empty() {
        notes.push(
            "TLS ends at a proxy that trusted_proxies does not name, so every request counts as the \
             proxy's own and all clients share one address's limits: add the proxy's address, for \
             example trusted_proxies = [\"127.0.0.1\"]"
                .to_owned(),
        );
    }
    notes
}

fn is_tunnel(host: &str) -> bool {
    TUNNELS.iter().any(|tunnel| {
        host.strip_suffix(tunnel)
            .is_some_and(|name| name.ends_with('.'))
    })
}
