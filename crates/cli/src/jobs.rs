//! What the server does by itself while it runs.

use std::time::Duration;

use countersign_server::AuthorizationServer;
use tokio::time::{MissedTickBehavior, interval};

/// How soon a rotation by the command line or another replica is noticed without a request.
const KEYS: Duration = Duration::from_secs(5);

/// How often expired rows are deleted and due keys rotated.
const CLEAN: Duration = Duration::from_mins(1);

/// Runs the jobs until the task is dropped.
pub async fn run(server: AuthorizationServer) {
    if let Err(error) = server.keys().publish_next(server.now()).await {
        tracing::warn!(%error, "the next signing key could not be published yet");
    }
    let mut keys = interval(KEYS);
    let mut clean = interval(CLEAN);
    keys.set_missed_tick_behavior(MissedTickBehavior::Delay);
    clean.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = keys.tick() => reload_keys(&server).await,
            _ = clean.tick() => tidy(&server).await,
        }
    }
}

async fn reload_keys(server: &AuthorizationServer) {
    if let Err(error) = server.keys().reload(server.now()).await {
        tracing::warn!(%error, "the signing keys could not be reloaded; the known ones stay in use");
    }
}

async fn tidy(server: &AuthorizationServer) {
    match server.delete_expired().await {
        Ok(0) | Err(_) => {}
        Ok(rows) => tracing::debug!(rows, "expired rows deleted"),
    }
    // After that, because it also ends the grants that expired.
    match server.end_upstream_sessions().await {
        Ok(0) | Err(_) => {}
        Ok(sessions) => tracing::info!(sessions, "upstream sessions of ended grants deleted"),
    }
    let lifetimes = &server.settings().lifetimes;
    let rotated = server
        .keys()
        .rotate_when_due(
            server.now(),
            lifetimes.signing_key,
            lifetimes.jwks_max_age,
            lifetimes.access_token,
        )
        .await;
    match rotated {
        Ok(true) => tracing::info!("signing keys rotated"),
        Ok(false) => {}
        Err(error) => tracing::warn!(%error, "the signing keys could not be rotated"),
    }
}
