//! The binary under test, with an account and clients in place.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use serde::Deserialize;
use tempfile::TempDir;

use crate::connection::Connection;
use crate::cores::Cores;
use crate::drive::drive;
use crate::figure::{Round, median};
use crate::fixed::{Fixed, call_tool, get, post, post_form};
use crate::person::{Person, REDIRECT_URI};
use crate::process::{Process, free_address};
use crate::refresh::Refresh;
use crate::sign_in::SignIn;

const USERNAME: &str = "ada";
const PASSWORD: &str = "a long walk beside the canal";
const RESOURCE_SERVER: &str = "resource-server";
const SECRET: &str = "0123456789abcdefghijklmnopqrstuvwxyz";

/// How access tokens are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Algorithm {
    Rs256,
    Es256,
}

impl fmt::Display for Algorithm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
        })
    }
}

/// What is asked of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Endpoint {
    SignIn,
    Refresh,
    Introspection,
    Jwks,
    ToolsCall,
}

impl Endpoint {
    pub(crate) const ALL: [Self; 5] = [
        Self::SignIn,
        Self::Refresh,
        Self::Introspection,
        Self::Jwks,
        Self::ToolsCall,
    ];
}

impl fmt::Display for Endpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::SignIn => "sign-in to token",
            Self::Refresh => "refresh, rotating",
            Self::Introspection => "introspection",
            Self::Jwks => "JWKS",
            Self::ToolsCall => "`tools/call whoami`",
        })
    }
}

/// The built binary, and how to start it.
pub(crate) struct Binary {
    path: PathBuf,
    cores: Cores,
}

impl Binary {
    /// The binary that `COUNTERSIGN_BIN` names, or the release build.
    pub(crate) fn find(cores: Cores) -> Result<Self> {
        let path = std::env::var_os("COUNTERSIGN_BIN").map_or_else(
            || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/release/countersign"),
            PathBuf::from,
        );
        if !path.is_file() {
            bail!(
                "{} is not there: build it with `cargo build --release -p countersign-cli`, \
                 or name another one in COUNTERSIGN_BIN",
                path.display()
            );
        }
        Ok(Self { path, cores })
    }

    /// Starts it in `directory`, on what earlier starts left there.
    pub(crate) async fn serve(
        &self,
        directory: &TempDir,
        algorithm: Algorithm,
        address: SocketAddr,
    ) -> Result<Process> {
        let mut command = self.command(directory, algorithm, address);
        command.arg("serve");
        let log = directory.path().join("log");
        Process::start(&mut command, address, "/health", &log, self.cores).await
    }

    fn command(&self, directory: &TempDir, algorithm: Algorithm, address: SocketAddr) -> Command {
        let mut command = Command::new(&self.path);
        // Only what it needs, so that no setting of the caller's shell is measured.
        command
            .env_clear()
            .current_dir(directory.path())
            .env("COUNTERSIGN_PUBLIC_URL", format!("http://{address}"))
            .env("COUNTERSIGN_DATA_DIR", directory.path().join("data"))
            .env("COUNTERSIGN_TOKENS__SIGNING_ALG", algorithm.to_string());
        command
    }
}

/// A running server with everything that its load needs: for each connection a registered client, a
/// signed-in browser and a grant of its own.
pub(crate) struct Subject {
    pub(crate) algorithm: Algorithm,
    process: Process,
    /// From a posted password to the signed-in browser, in milliseconds.
    pub(crate) password_ms: f64,
    /// In memory after the start, in MiB.
    pub(crate) idle: f64,
    sign_ins: Vec<SignIn>,
    refreshes: Vec<Refresh>,
    introspections: Vec<Fixed>,
    jwks: Vec<Fixed>,
    tool_calls: Vec<Fixed>,
    // Last, because it must outlive the process.
    _directory: TempDir,
}

#[derive(Deserialize)]
struct Registered {
    client_id: String,
}

impl Subject {
    /// Starts the server and lets `clients` in.
    pub(crate) async fn prepare(
        binary: &Binary,
        algorithm: Algorithm,
        clients: usize,
    ) -> Result<Self> {
        let directory = TempDir::new()?;
        let configuration = format!(
            "[[clients]]\nid = \"{RESOURCE_SERVER}\"\nname = \"Resource server\"\n\
             redirect_uris = [\"{REDIRECT_URI}\"]\nsecret = \"{SECRET}\"\n"
        );
        std::fs::write(directory.path().join("countersign.toml"), configuration)?;
        std::fs::write(directory.path().join("password"), PASSWORD)?;
        let address = free_address()?;
        let process = binary.serve(&directory, algorithm, address).await?;
        let idle = process.resident()?;
        let added = binary
            .command(&directory, algorithm, address)
            .args(["users", "add", USERNAME, "--password-file", "password"])
            .output()?;
        ensure!(
            added.status.success(),
            "users add: {}",
            String::from_utf8_lossy(&added.stderr)
        );

        let mut subject = Self {
            algorithm,
            process,
            password_ms: 0.0,
            idle,
            sign_ins: Vec::new(),
            refreshes: Vec::new(),
            introspections: Vec::new(),
            jwks: Vec::new(),
            tool_calls: Vec::new(),
            _directory: directory,
        };
        let mut connection = Connection::open(address).await?;
        let mut password_ms = Vec::new();
        for _ in 0..clients {
            let took = subject.let_in(&mut connection).await?;
            password_ms.push(took.as_secs_f64() * 1e3);
        }
        subject.password_ms = median(password_ms);
        Ok(subject)
    }

    /// Lets one more client in, in a browser of its own. Answers how long the password took.
    async fn let_in(&mut self, connection: &mut Connection) -> Result<Duration> {
        let host = self.process.address;
        let client_id = register(host, connection, self.sign_ins.len()).await?;
        let mut person = Person::new(host, &client_id);
        let interaction = person.begin(connection).await?;
        let page = person.open(connection, &interaction).await?;
        let action = format!("{interaction}/sign-in");
        let credentials = [("username", USERNAME), ("password", PASSWORD)];
        let start = Instant::now();
        let interaction = person
            .submit(connection, &page, &action, &credentials)
            .await?;
        let took = start.elapsed();
        let code = person.approve(connection, &interaction).await?;
        let sign_in = SignIn {
            person,
            host,
            client_id: client_id.clone(),
        };
        let tokens = sign_in.redeem(connection, &code).await?;

        let introspection = post_form(
            host,
            "/token/introspect",
            "",
            &[
                ("token", &tokens.access_token),
                ("client_id", RESOURCE_SERVER),
                ("client_secret", SECRET),
            ],
        );
        let call = call_tool(host, &tokens.access_token, "whoami", "{}");
        let jwks = get(host, "/.well-known/jwks.json", "");
        let introspection = Fixed::proven(introspection, host, "\"active\":true").await?;
        self.introspections.push(introspection);
        self.tool_calls
            .push(Fixed::proven(call, host, USERNAME).await?);
        self.jwks.push(Fixed::proven(jwks, host, "\"kid\"").await?);
        self.sign_ins.push(sign_in);
        self.refreshes.push(Refresh {
            host,
            client_id,
            leaf: tokens.refresh_token,
        });
        Ok(took)
    }

    /// One round of one endpoint.
    pub(crate) async fn round(
        &mut self,
        endpoint: Endpoint,
        connections: usize,
        window: Duration,
    ) -> Result<Round> {
        let to = self.process.address;
        let round = match endpoint {
            Endpoint::SignIn => drive(to, &mut self.sign_ins, connections, window).await,
            Endpoint::Refresh => drive(to, &mut self.refreshes, connections, window).await,
            Endpoint::Introspection => {
                drive(to, &mut self.introspections, connections, window).await
            }
            Endpoint::Jwks => drive(to, &mut self.jwks, connections, window).await,
            Endpoint::ToolsCall => drive(to, &mut self.tool_calls, connections, window).await,
        };
        round.with_context(|| format!("{endpoint} over {connections} connections"))
    }

    /// In memory now, in MiB.
    pub(crate) fn resident(&self) -> Result<f64> {
        self.process.resident()
    }
}

/// Clients that register the same are one client, and would crowd out each other's codes.
async fn register(host: SocketAddr, connection: &mut Connection, number: usize) -> Result<String> {
    let metadata = serde_json::json!({
        "client_name": format!("Benchmark {number}"),
        "redirect_uris": [REDIRECT_URI],
        "grant_types": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_method": "none",
    });
    let body = metadata.to_string();
    let request = post(host, "/register", "", "application/json", &body);
    let answer = connection.exchange(&request).await?;
    let registered: Registered = serde_json::from_slice(answer.success()?)
        .context("the registration's answer names no client")?;
    Ok(registered.client_id)
}
