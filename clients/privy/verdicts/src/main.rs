//! What the server thinks of Privy's tokens: reads one a line and answers each with a line, `ok` and
//! the DID, or `refused` and why.
//!
//! Its arguments are the app's ID, the address of Privy, and a file with the app's verification key if
//! that is to be used instead of the published keys.

use std::sync::Arc;
use std::time::Duration;

use anyhow::bail;
use countersign_domain::SystemClock;
use countersign_egress::{Egress, EgressConfig, Limits};
use countersign_identity::privy::{Privy, PrivyConfig, PrivySecret};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some(app_id), Some(url)) = (arguments.next(), arguments.next()) else {
        bail!("usage: countersign-client-privy-verdicts APP_ID URL [VERIFICATION_KEY_FILE]");
    };
    let verification_key = arguments.next().map(std::fs::read_to_string).transpose()?;
    let privy = privy(app_id, url, verification_key)?;

    let mut tokens = BufReader::new(tokio::io::stdin()).lines();
    let mut verdicts = tokio::io::stdout();
    while let Some(token) = tokens.next_line().await? {
        let verdict = match privy.verify(&token).await {
            Ok(accepted) => format!("ok {}\n", accepted.did),
            Err(refusal) if refusal.is_transient() => bail!("no verdict: {refusal}"),
            Err(refusal) => format!("refused {refusal}\n"),
        };
        verdicts.write_all(verdict.as_bytes()).await?;
        verdicts.flush().await?;
    }
    Ok(())
}

fn privy(app_id: String, url: String, verification_key: Option<String>) -> anyhow::Result<Privy> {
    let limits = Limits {
        timeout: Duration::from_secs(5),
        bytes: 65_536,
    };
    let config = EgressConfig {
        nameservers: Vec::new(),
        extra_roots: Vec::new(),
        allowed_networks: Vec::new(),
        concurrency: 1,
    };
    let api = Egress::new(config)?.api(limits);
    let config = PrivyConfig {
        app_id,
        // Verifying needs none.
        app_secret: PrivySecret::new("unused".to_owned()),
        client_id: None,
        verification_key,
        api_url: url.clone(),
        auth_url: url,
        origin: "http://localhost".to_owned(),
    };
    Ok(Privy::new(config, api, Arc::new(SystemClock))?)
}
