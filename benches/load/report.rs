//! The tables of `docs/performance.md`.

use std::fmt::{self, Formatter};
use std::time::Duration;

use anyhow::Result;

use crate::aim;
use crate::figure::Figure;
use crate::plan::{CONNECTIONS, Figures, Thing};
use crate::start::Starts;
use crate::subject::{Algorithm, Endpoint, Subject};

/// Start and memory of a server with one algorithm.
pub(crate) struct Footprint {
    pub(crate) algorithm: Algorithm,
    pub(crate) starts: Starts,
    /// In memory after the start, in MiB.
    pub(crate) idle: f64,
    /// In memory after everything, in MiB.
    loaded: f64,
    password_ms: f64,
}

impl Footprint {
    pub(crate) fn new(algorithm: Algorithm, starts: Starts) -> Self {
        Self {
            algorithm,
            starts,
            idle: 0.0,
            loaded: 0.0,
            password_ms: 0.0,
        }
    }

    /// Adds what the server under load says, after everything was measured.
    pub(crate) fn observe(&mut self, subject: &Subject) -> Result<()> {
        self.idle = subject.idle;
        self.loaded = subject.resident()?;
        self.password_ms = subject.password_ms;
        Ok(())
    }
}

/// Everything that was measured.
pub(crate) struct Report {
    pub(crate) rounds: usize,
    pub(crate) window: Duration,
    pub(crate) shared_core: bool,
    pub(crate) figures: Figures,
    pub(crate) footprints: Vec<Footprint>,
}

impl Report {
    /// Times per second.
    pub(crate) fn rate(&self, thing: Thing, connections: usize) -> f64 {
        self.figures
            .get(&(thing, connections))
            .map_or(f64::NAN, Figure::rate)
    }

    /// What one signature and `commits` grouped commits allow per second on one core, if nothing
    /// else had to be done and one waited for the other: `1 / (1/signature + commits/commit)`.
    pub(crate) fn ceiling(&self, algorithm: Algorithm, commits: f64, connections: usize) -> f64 {
        let signature = self.rate(Thing::Signature(algorithm), connections);
        let commit = self.rate(Thing::Commit, connections);
        (signature.recip() + commits / commit).recip()
    }

    fn baselines(&self, to: &mut Formatter<'_>) -> fmt::Result {
        writeln!(to, "### Baselines\n")?;
        writeln!(
            to,
            "| | connections | per second | p50 µs | p99 µs | spread |"
        )?;
        writeln!(to, "| --- | ---: | ---: | ---: | ---: | ---: |")?;
        let signatures = self
            .footprints
            .iter()
            .map(|footprint| Thing::Signature(footprint.algorithm));
        let bare = [Thing::Hello, Thing::Echo, Thing::Commit];
        for thing in bare.into_iter().chain(signatures) {
            for connections in CONNECTIONS {
                self.row(to, thing, connections)?;
                writeln!(to)?;
            }
        }
        writeln!(to)
    }

    fn endpoints(&self, to: &mut Formatter<'_>, algorithm: Algorithm) -> fmt::Result {
        writeln!(to, "### {algorithm}\n")?;
        writeln!(
            to,
            "| | connections | per second | p50 µs | p99 µs | spread | of hello | of a signature | of a commit | of a ceiling |"
        )?;
        writeln!(
            to,
            "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
        )?;
        for endpoint in Endpoint::ALL {
            for connections in CONNECTIONS {
                let thing = Thing::Endpoint(algorithm, endpoint);
                let rate = self.rate(thing, connections);
                self.row(to, thing, connections)?;
                for bare in [Thing::Hello, Thing::Signature(algorithm), Thing::Commit] {
                    write!(to, " {} |", share(rate / self.rate(bare, connections)))?;
                }
                match self.ceiling_of(algorithm, endpoint, connections) {
                    Some(ceiling) => writeln!(to, " {} |", share(rate / ceiling))?,
                    None => writeln!(to, " – |")?,
                }
            }
        }
        writeln!(to)
    }

    /// What an endpoint cannot be faster than.
    fn ceiling_of(
        &self,
        algorithm: Algorithm,
        endpoint: Endpoint,
        connections: usize,
    ) -> Option<f64> {
        match endpoint {
            Endpoint::Refresh => Some(self.ceiling(algorithm, 1.0, connections)),
            // The request, the consent and the redemption have to survive a crash one by one.
            Endpoint::SignIn => Some(self.ceiling(algorithm, 3.0, connections)),
            Endpoint::ToolsCall => Some(self.rate(Thing::Echo, connections)),
            Endpoint::Jwks => Some(self.rate(Thing::Hello, connections)),
            Endpoint::Introspection => None,
        }
    }

    fn row(&self, to: &mut Formatter<'_>, thing: Thing, connections: usize) -> fmt::Result {
        let Some(figure) = self.figures.get(&(thing, connections)) else {
            return Ok(());
        };
        write!(
            to,
            "| {thing} | {connections} | {:.0} | {:.0} | {:.0} | ±{} |",
            figure.rate(),
            figure.p50(),
            figure.p99(),
            share(figure.spread())
        )
    }

    fn footprints(&self, to: &mut Formatter<'_>) -> fmt::Result {
        writeln!(to, "### Start, memory, password\n")?;
        writeln!(
            to,
            "| | first start, ms | next start, ms | idle, MiB | after the load, MiB | password, ms |"
        )?;
        writeln!(to, "| --- | ---: | ---: | ---: | ---: | ---: |")?;
        for footprint in &self.footprints {
            writeln!(
                to,
                "| {} | {:.1} | {:.1} | {:.1} | {:.1} | {:.1} |",
                footprint.algorithm,
                footprint.starts.first,
                footprint.starts.second,
                footprint.idle,
                footprint.loaded,
                footprint.password_ms
            )?;
        }
        writeln!(to)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, to: &mut Formatter<'_>) -> fmt::Result {
        writeln!(
            to,
            "Medians of {} alternating rounds of {} ms each.",
            self.rounds,
            self.window.as_millis()
        )?;
        if self.shared_core {
            writeln!(to, "One core only: the driver took time from the server.")?;
        }
        writeln!(to)?;
        self.baselines(to)?;
        for footprint in &self.footprints {
            self.endpoints(to, footprint.algorithm)?;
        }
        self.footprints(to)?;
        aim::table(self, to)
    }
}

impl fmt::Display for Thing {
    fn fmt(&self, to: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hello => to.write_str("bare axum hello"),
            Self::Echo => to.write_str("bare rmcp echo"),
            Self::Commit => to.write_str("bare grouped commit"),
            Self::Signature(algorithm) => write!(to, "bare {algorithm} signature"),
            Self::Endpoint(_, endpoint) => endpoint.fmt(to),
        }
    }
}

/// A ratio in percent.
pub(crate) fn share(ratio: f64) -> String {
    let percent = ratio * 100.0;
    if percent < 9.95 {
        format!("{percent:.1} %")
    } else {
        format!("{percent:.0} %")
    }
}
