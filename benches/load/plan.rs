//! What is measured, in which order, for how long.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;

use crate::baseline::{BaselineServer, Commit, Signature};
use crate::cores::Cores;
use crate::figure::Figure;
use crate::report::{Footprint, Report};
use crate::start::Starts;
use crate::subject::{Algorithm, Binary, Endpoint, Subject};

/// Connections at a time: one to see the latency, many to see what one core can do.
pub(crate) const CONNECTIONS: [usize; 2] = [1, 32];

const MOST_CONNECTIONS: usize = 32;

/// One thing to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Thing {
    /// A bare axum answer.
    Hello,
    /// A bare rmcp tool.
    Echo,
    /// A bare group-committed write.
    Commit,
    /// A bare signature.
    Signature(Algorithm),
    /// The product.
    Endpoint(Algorithm, Endpoint),
}

/// Every figure, by what was measured over how many connections.
pub(crate) type Figures = BTreeMap<(Thing, usize), Figure>;

/// How long to measure.
pub(crate) struct Plan {
    rounds: usize,
    window: Duration,
    starts: usize,
}

impl Plan {
    /// Good figures, in about four minutes.
    pub(crate) fn full() -> Self {
        Self {
            rounds: 5,
            window: Duration::from_millis(1300),
            starts: 7,
        }
    }

    /// No good figures, but proof that everything runs.
    pub(crate) fn quick() -> Self {
        Self {
            rounds: 1,
            window: Duration::from_millis(200),
            starts: 1,
        }
    }

    /// Measures everything.
    #[expect(clippy::print_stderr, reason = "a sign of life for a person who waits")]
    pub(crate) async fn run(&self, cores: Cores) -> Result<Report> {
        let binary = Binary::find(cores)?;
        let algorithms = [Algorithm::Rs256, Algorithm::Es256];
        let mut footprints = Vec::new();
        for algorithm in algorithms {
            eprintln!("starts with {algorithm}");
            let starts = Starts::measure(&binary, algorithm, self.starts).await?;
            footprints.push(Footprint::new(algorithm, starts));
        }
        let mut bench = Bench {
            window: self.window,
            figures: Figures::new(),
            server: BaselineServer::start(cores, MOST_CONNECTIONS).await?,
            commit: Commit::new(cores)?,
            signed: Vec::new(),
        };
        for algorithm in algorithms {
            let subject = Subject::prepare(&binary, algorithm, MOST_CONNECTIONS).await?;
            bench
                .signed
                .push((subject, Signature::new(algorithm, cores)?));
        }
        for round in 1..=self.rounds {
            eprintln!("round {round} of {}", self.rounds);
            for connections in CONNECTIONS {
                bench.round(connections).await?;
            }
        }
        for (footprint, (subject, _)) in footprints.iter_mut().zip(&bench.signed) {
            footprint.observe(subject)?;
        }
        Ok(Report {
            rounds: self.rounds,
            window: self.window,
            shared_core: cores.are_shared(),
            figures: bench.figures,
            footprints,
        })
    }
}

struct Bench {
    window: Duration,
    figures: Figures,
    server: BaselineServer,
    commit: Commit,
    signed: Vec<(Subject, Signature)>,
}

impl Bench {
    /// One window of everything.
    async fn round(&mut self, connections: usize) -> Result<()> {
        let window = self.window;
        let figures = &mut self.figures;
        let mut note = |thing, round| {
            let figure: &mut Figure = figures.entry((thing, connections)).or_default();
            figure.push(round);
        };
        note(Thing::Hello, self.server.hello(connections, window).await?);
        note(Thing::Echo, self.server.echo(connections, window).await?);
        note(Thing::Commit, self.commit.round(connections, window)?);
        for (subject, signature) in &mut self.signed {
            let algorithm = subject.algorithm;
            note(Thing::Signature(algorithm), signature.round(window)?);
            for endpoint in Endpoint::ALL {
                let round = subject.round(endpoint, connections, window).await?;
                note(Thing::Endpoint(algorithm, endpoint), round);
            }
        }
        Ok(())
    }
}
