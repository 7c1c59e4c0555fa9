//! What rounds come to.

use std::time::Duration;

/// One round of one thing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Round {
    /// Times per second.
    pub(crate) rate: f64,
    /// Median latency in microseconds.
    p50: f64,
    /// The latency in microseconds that one in a hundred exceeds.
    p99: f64,
}

impl Round {
    pub(crate) fn new(elapsed: Duration, mut latencies: Vec<Duration>) -> Self {
        latencies.sort_unstable();
        let count = u32::try_from(latencies.len()).unwrap_or(u32::MAX);
        let at = |percent: usize| {
            let index = latencies.len() * percent / 100;
            let latency = latencies.get(index).copied().unwrap_or_default();
            latency.as_secs_f64() * 1e6
        };
        Self {
            rate: f64::from(count) / elapsed.as_secs_f64(),
            p50: at(50),
            p99: at(99),
        }
    }
}

/// The rounds of one thing, in the order they were run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Figure {
    rounds: Vec<Round>,
}

impl Figure {
    pub(crate) fn push(&mut self, round: Round) {
        self.rounds.push(round);
    }

    /// Median rate per second.
    pub(crate) fn rate(&self) -> f64 {
        self.median_of(|round| round.rate)
    }

    /// Median of the rounds' median latencies, in microseconds.
    pub(crate) fn p50(&self) -> f64 {
        self.median_of(|round| round.p50)
    }

    /// Median of the rounds' 99th percentiles, in microseconds.
    pub(crate) fn p99(&self) -> f64 {
        self.median_of(|round| round.p99)
    }

    /// Half of the distance between the fastest and the slowest round, as a share of the median:
    /// how far a single figure is to be trusted.
    pub(crate) fn spread(&self) -> f64 {
        let rates = || self.rounds.iter().map(|round| round.rate);
        let (slowest, fastest) = (
            rates().fold(f64::MAX, f64::min),
            rates().fold(0.0, f64::max),
        );
        (fastest - slowest) / 2.0 / self.rate()
    }

    fn median_of(&self, part: impl Fn(&Round) -> f64) -> f64 {
        median(self.rounds.iter().map(part).collect())
    }
}

/// The middle of `values`; 0 of none.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
