//! The server as its clients will find it, before the first of them does.
//!
//! Walks the assembled router in process, from the refusal at `/mcp` to the keys, and compares every
//! address with `public_url`: clients compare byte for byte, and say "could not connect" for whatever
//! does not match. (That `public_url` itself is an https or a loopback origin is seen to by its type.)

mod address;
mod authorization_server;
mod key_set;
mod probe;
mod resource;

use anyhow::bail;
use countersign_config::PublicUrl;
use tracing::Dispatch;
use tracing::instrument::WithSubscriber as _;

use self::probe::Probe;
use crate::assemble::Assembly;

/// Fails with everything that a client would refuse, each with the way out.
pub async fn run(assembly: &Assembly, public_url: &PublicUrl) -> anyhow::Result<()> {
    let mut probe = Probe::new(&assembly.router, public_url);
    let keys = assembly.server.keys().current();
    let walk = async {
        resource::check(&mut probe).await;
        authorization_server::check(&mut probe).await;
        key_set::check(&mut probe, keys.active()).await;
    };
    // Nobody sent these requests: their refusals would puzzle whoever reads the log.
    walk.with_subscriber(Dispatch::none()).await;
    let problems = probe.into_problems();
    if problems.is_empty() {
        return Ok(());
    }
    bail!(
        "the self-test found what clients would refuse:\n  {}",
        problems.join("\n  ")
    )
}

#[cfg(test)]
mod tests;
