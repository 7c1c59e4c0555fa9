//! Privy as the login, and the token for the product's API.

mod acting;
mod browser_mode;
mod dead_session;
mod device_mode;
mod exchange;
mod hand_over;
mod index_network;
mod minted;
mod outage;
mod person;
mod profile;
mod refused_token;
mod steps;

use countersign_config::{ApiToken, Config};
use countersign_testkit::{Authorization, Browser, Database, PrivyServer};

/// Where the login's token goes on to the API.
fn with(token: ApiToken) -> impl FnOnce(&mut Config) {
    move |config| config.api.token = token
}

async fn start() -> PrivyServer {
    PrivyServer::start(Database::sqlite(), |_| {}).await
}

/// A browser that has just come from a client.
async fn begun(server: &PrivyServer) -> (Browser<'_>, String) {
    let mut browser = Browser::new(server);
    let target = Authorization::public(server).await.target();
    let interaction = browser.begin(&target).await;
    (browser, interaction)
}

/// One rule on SQLite and on PostgreSQL, with a Privy of its own.
macro_rules! on_both {
    ($($(#[$meta:meta])* async fn $name:ident($server:ident, $token:expr) $body:block)+) => {
        $(
            $(#[$meta])*
            mod $name {
                use super::*;

                async fn rule($server: &countersign_testkit::PrivyServer) $body

                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn sqlite() {
                    let database = countersign_testkit::Database::sqlite();
                    let server = countersign_testkit::PrivyServer::start(database, super::super::with($token)).await;
                    rule(&server).await;
                }

                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn postgres() {
                    if let Some(database) = countersign_testkit::Database::postgres().await {
                        let server = countersign_testkit::PrivyServer::start(database, super::super::with($token)).await;
                        rule(&server).await;
                    }
                }
            }
        )+
    };
}
use on_both;
