//! Whose tokens the simulated API takes: the ones that the server is configured to send, verified as
//! the product's own backend would.

use std::sync::{Arc, OnceLock};

use countersign_jose::access_token;
use countersign_jose::privy_token::{self, AppKeys};
use countersign_privy_simulator::Control as Privy;
use countersign_protocol_simulator::Verify;
use countersign_server::AuthorizationServer;
use countersign_server::upstream::ApiToken;

/// A server that the API hears of later, because it starts with the API's address.
pub(super) type Introduced = Arc<OnceLock<AuthorizationServer>>;

/// Takes Privy's tokens, as its SDK does; and in their place those of a server that mints its own,
/// once it is introduced.
pub(super) fn verify(privy: Privy, server: Introduced) -> Verify {
    Arc::new(move |token| match server.get() {
        Some(server) => match &server.settings().api_token {
            ApiToken::Countersign { audience } => minted(server, audience.as_deref()?, token),
            ApiToken::Device | ApiToken::Browser => privys(&privy, token),
        },
        None => privys(&privy, token),
    })
}

fn privys(privy: &Privy, token: &str) -> Option<String> {
    let expected = privy_token::Expected {
        app_id: &privy.app().id,
        now_seconds: privy.clock().now(),
    };
    let keys = AppKeys::published(&privy.jwks());
    let token = privy_token::verify(token, &keys, &expected).ok()?;
    Some(token.did)
}

fn minted(server: &AuthorizationServer, audience: &str, token: &str) -> Option<String> {
    let expected = access_token::Expected {
        issuer: &server.settings().issuer,
        audience,
        now_seconds: server.now().as_seconds(),
        leeway_seconds: 0,
    };
    let keys = server.keys().current();
    let claims = access_token::verify(token, |kid| keys.verifying(kid), &expected).ok()?;
    Some(claims.sub)
}
