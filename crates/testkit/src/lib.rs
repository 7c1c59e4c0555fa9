//! The whole server in a test: the real router over a real database, with a clock that stands
//! still and seeded randomness; a browser that keeps cookies and fills in forms; a client that
//! goes from registration to tokens; an API that the tools call.
//!
//! Never in the release graph.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "only tests call it, and an unexpected value there is a failure"
)]

mod answer;
mod authorization;
mod browser;
mod clock;
mod database;
mod document_host;
mod entropy;
mod events;
mod privy;
mod product_api;
mod server;

pub use answer::Answer;
pub use authorization::{Authorization, Tokens};
pub use browser::Browser;
pub use clock::ManualClock;
pub use database::Database;
pub use document_host::DocumentHost;
pub use entropy::SeededEntropy;
pub use events::Events;
pub use privy::PrivyServer;
pub use product_api::{ApiCall, ProductApi, Trust};
pub use server::TestServer;

/// Runs each rule on SQLite and on PostgreSQL, as two tests. Without a PostgreSQL server the second
/// says so past the harness's capture, and fails in CI.
#[macro_export]
macro_rules! on_both {
    ($($(#[$meta:meta])* async fn $name:ident($server:ident) $body:block)+) => {
        $(
            $(#[$meta])*
            mod $name {
                use super::*;

                async fn rule($server: &$crate::TestServer) $body

                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn sqlite() {
                    rule(&$crate::TestServer::start($crate::Database::sqlite()).await).await;
                }

                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn postgres() {
                    if let Some(database) = $crate::Database::postgres().await {
                        rule(&$crate::TestServer::start(database).await).await;
                    }
                }
            }
        )+
    };
}
