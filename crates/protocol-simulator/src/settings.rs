//! What a test can change while the simulator runs.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Every switch. `POST /sim/config` replaces some of its members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// When an intent is matched.
    pub indexing: Indexing,
    /// How many intents one text gives at most.
    pub max_intents: usize,
    /// Whether somebody who asked for nothing can be skipped. The API refuses it.
    pub skip_unasked: bool,
    /// What somebody finds who comes for the first time.
    pub newcomers: Newcomers,
}

/// What somebody finds who comes for the first time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Newcomers {
    /// Nothing, as at the API.
    #[default]
    Empty,
    /// A few intents, and a connection in every state.
    Settled,
}

/// When an intent is matched. The API does it after it has answered, in a queue; all that is seen
/// from outside is that nobody is found for a while, and then more and more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Indexing {
    /// How many questions for matches find nobody before the first person is found.
    pub after_polls: u32,
    /// How many milliseconds have to pass as well.
    pub after_ms: i64,
    /// How many further questions each next person needs; 0 finds them all at once.
    pub polls_per_person: u32,
}

impl Indexing {
    /// Everybody is found at once.
    pub const IMMEDIATE: Self = Self {
        after_polls: 0,
        after_ms: 0,
        polls_per_person: 0,
    };

    /// How many people are found of an intent of this age, by the question that comes after so
    /// many others.
    pub(crate) fn people(self, age_ms: i64, polls: u32) -> usize {
        if age_ms < self.after_ms || polls < self.after_polls {
            return 0;
        }
        match (polls - self.after_polls).checked_div(self.polls_per_person) {
            None => usize::MAX,
            Some(steps) => usize::try_from(steps).map_or(usize::MAX, |steps| steps + 1),
        }
    }
}

impl Default for Indexing {
    /// Everybody is found at the third question.
    fn default() -> Self {
        Self {
            after_polls: 2,
            ..Self::IMMEDIATE
        }
    }
}

impl Settings {
    /// The settings with other members.
    ///
    /// Errors name the member that does not exist or does not fit.
    pub fn with(&self, members: Map<String, Value>) -> Result<Self, serde_json::Error> {
        let mut value = serde_json::to_value(self)?;
        if let Some(all) = value.as_object_mut() {
            all.extend(members);
        }
        serde_json::from_value(value)
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            indexing: Indexing::default(),
            max_intents: 5,
            skip_unasked: false,
            newcomers: Newcomers::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_found_after_polls_and_time_and_then_step_by_step() {
        let indexing = Indexing {
            after_polls: 1,
            after_ms: 10,
            polls_per_person: 2,
        };
        let found = |age, polls| indexing.people(age, polls);
        assert_eq!(found(9, 5), 0);
        assert_eq!(found(10, 0), 0);
        assert_eq!([found(10, 1), found(10, 2), found(10, 3)], [1, 1, 2]);
        assert_eq!(Indexing::IMMEDIATE.people(0, 0), usize::MAX);
    }
}
