//! What two people have to do with each other: the last event between them.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What one person does about another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Action {
    /// Asks to be connected.
    Request,
    /// Passes over a request.
    Skip,
    /// Takes back an own request.
    Cancel,
    /// Agrees to a request.
    Accept,
    /// Refuses a request.
    Decline,
}

impl Action {
    /// The word of the API.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Request => "REQUEST",
            Self::Skip => "SKIP",
            Self::Cancel => "CANCEL",
            Self::Accept => "ACCEPT",
            Self::Decline => "DECLINE",
        }
    }

    pub(crate) fn parse(word: &str) -> Option<Self> {
        [
            Self::Request,
            Self::Skip,
            Self::Cancel,
            Self::Accept,
            Self::Decline,
        ]
        .into_iter()
        .find(|action| action.word() == word)
    }

    /// Whether `actor` may do it after `last`.
    pub(crate) fn may_follow(self, last: Option<&Event>, actor: Uuid, skip_unasked: bool) -> bool {
        let open = last.filter(|event| event.action == Self::Request);
        match self {
            Self::Request => last.is_none_or(|event| {
                matches!(event.action, Self::Decline | Self::Skip | Self::Cancel)
            }),
            Self::Skip if last.is_none() => skip_unasked,
            Self::Skip | Self::Accept | Self::Decline => {
                open.is_some_and(|event| event.receiver == actor)
            }
            Self::Cancel => open.is_some_and(|event| event.initiator == actor),
        }
    }
}

/// Something that one person did about another.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) id: Uuid,
    pub(crate) initiator: Uuid,
    pub(crate) receiver: Uuid,
    pub(crate) action: Action,
    pub(crate) at: i64,
}

impl Event {
    pub(crate) fn is_between(&self, one: Uuid, other: Uuid) -> bool {
        (self.initiator, self.receiver) == (one, other)
            || (self.initiator, self.receiver) == (other, one)
    }

    /// The person at the other end, if `one` is at this end.
    pub(crate) fn other_than(&self, one: Uuid) -> Option<Uuid> {
        if self.initiator == one {
            Some(self.receiver)
        } else {
            (self.receiver == one).then_some(self.initiator)
        }
    }
}
