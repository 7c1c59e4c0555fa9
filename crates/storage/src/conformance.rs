//! The rules of the store, each proved on both databases.

mod account;
mod agreement;
mod client;
mod client_assertion;
mod code;
pub(crate) mod database;
mod expiry;
mod fixture;
mod given;
mod given_upstream;
mod grant;
mod hand_over;
mod interaction;
mod invitation;
mod key;
mod migration;
mod model;
mod passkey_ceremony;
mod rate;
mod recorder;
mod refresh;
mod schema;
mod statement;
mod upstream_approval;
mod upstream_end;
mod upstream_identity;
mod upstream_model;

mod upstream_session;

/// Declares tests that run on both databases, each as `name::sqlite` and `name::postgres`.
macro_rules! on_both {
    ($($(#[$meta:meta])* async fn $name:ident($db:ident) $body:block)+) => {
        $(
            $(#[$meta])*
            mod $name {
                use super::*;

                async fn rule($db: &crate::conformance::database::Database) $body

                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn sqlite() {
                    rule(&crate::conformance::database::Database::sqlite()).await;
                }

                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn postgres() {
                    if let Some(db) = crate::conformance::database::Database::postgres().await {
                        rule(&db).await;
                    }
                }
            }
        )+
    };
}
use on_both;
