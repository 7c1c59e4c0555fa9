//! What an operator should know although nothing is wrong.

use url::Host;

use crate::{ApiToken, Config, Provider};

pub(crate) fn notices(config: &Config) -> Vec<String> {
    [
        browser_tokens(config),
        mcp2_endpoint(config),
        readable_api(config),
        unused_privy(config),
        loopback_address(config),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn browser_tokens(config: &Config) -> Option<String> {
    (config.api.token == ApiToken::Browser).then(|| {
        format!(
            "The API gets Privy's tokens as the browser brought them (api.token = \"browser\"): each \
             connection ends when its token does, an hour after sign-in unless Privy's dashboard says \
             otherwise, and the user signs in again. With api.token = \"device\" this server renews \
             them: in Privy's dashboard (User management, Authentication, Advanced) switch on \"CLI \
             and agent access\" and write {} as Verification URI",
            config.public_url
        )
    })
}

fn mcp2_endpoint(config: &Config) -> Option<String> {
    let exchanging = config.clients.iter().filter(|client| client.token_exchange);
    let ids: Vec<_> = exchanging.map(|client| client.id.as_str()).collect();
    config.token_exchange.mcp2_endpoint.then(|| {
        format!(
            "/token/privy/access-token hands users' tokens to {} in mcp2's way \
             (token_exchange.mcp2_endpoint): let them exchange tokens at /token (RFC 8693), then \
             remove the key",
            ids.join(", ")
        )
    })
}

fn readable_api(config: &Config) -> Option<String> {
    let url = config.api.url.as_ref().filter(|url| !url.is_private())?;
    Some(format!(
        "Users' tokens travel readable to {url} (api.url): use https, unless the network between \
         belongs to you alone"
    ))
}

fn unused_privy(config: &Config) -> Option<String> {
    let privy = &config.login.privy;
    let named = privy.app_id.is_some() || privy.app_secret.is_some();
    (named && config.login.provider == Provider::Local).then(|| {
        "An app at Privy is configured and signs nobody in, because login.provider is \"local\": set \
         it to \"privy\", or remove the app"
            .to_owned()
    })
}

/// Privy's dashboard takes `http://localhost:PORT` as an origin; addresses are not mentioned there.
fn loopback_address(config: &Config) -> Option<String> {
    let real = config.login.privy()?.settings;
    let url = &config.public_url;
    let by_address = url.is_loopback() && !matches!(url.host(), Host::Domain(_));
    (by_address && !real.auth_url.is_loopback()).then(|| {
        format!(
            "Privy's dashboard takes http://localhost:{port} as an allowed origin and may not take \
             {url}: set public_url to \"http://localhost:{port}\"",
            port = url.port()
        )
    })
}
