//! Serving: accept, answer, drain.

use std::future::{Future, IntoFuture as _};
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;
use tokio::time::sleep;

/// Binds the address that the configuration names.
pub async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!(
            "cannot listen on {address}: is another server running there? Set `listen` to change it"
        )
    })
}

/// How long requests that are under way may take after the signal; then they are cut off, because
/// whatever started this process will not wait for ever.
const DRAIN: Duration = Duration::from_secs(25);

/// Serves until `stop`, then finishes the requests that are under way.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let (stopping, stopped) = oneshot::channel();
    let serving = axum::serve(listener, service).with_graceful_shutdown(async move {
        stop.await;
        _ = stopping.send(());
    });
    let overdue = async {
        if stopped.await.is_ok() {
            sleep(DRAIN).await;
        }
    };
    tokio::select! {
        served = serving.into_future() => served?,
        () = overdue => tracing::warn!("some requests did not finish in time and were cut off"),
    }
    Ok(())
}

/// Waits for SIGTERM or SIGINT.
pub async fn stopped() -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}
