//! Whether the login works: asked at start, so that a wrong value is not found by the first person
//! who signs in.

use std::time::Duration;

use anyhow::bail;
use countersign_identity::privy::PrivyFault;
use countersign_server::AuthorizationServer;
use tokio::time::timeout;

/// How long a start waits for the login.
const PATIENCE: Duration = Duration::from_secs(5);

/// Asks the login whether it knows this server. A login that does not answer stops nothing: whoever
/// is signed in goes on, and a restart in its outage must not be an outage of ours.
pub async fn check(server: &AuthorizationServer) -> anyhow::Result<()> {
    let Some(privy) = server.privy() else {
        return Ok(());
    };
    let check = privy.check(server.keeps_device_session());
    match timeout(PATIENCE, check).await {
        Ok(Ok(())) => Ok(()),
        Err(_) | Ok(Err(PrivyFault::Unreachable(_))) => {
            tracing::warn!(
                "Privy does not answer: nobody can sign in until it does, and whether its settings are right was not checked"
            );
            Ok(())
        }
        Ok(Err(fault)) => bail!("{fault}"),
    }
}
