//! The people who can be found.

use serde::Serialize;
use uuid::Uuid;

use crate::ids;

/// Somebody else on the network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Person {
    /// The identifier.
    pub id: Uuid,
    /// The name.
    pub name: String,
    /// The address of a picture.
    pub avatar: Option<String>,
    /// What the person says about themselves.
    pub intro: Option<String>,
    /// What the person looks for. Words that an intent shares with these make a match.
    pub intents: Vec<String>,
}

impl Person {
    /// Somebody with this name and these intents.
    pub fn new(name: &str, intents: &[&str]) -> Self {
        Self {
            id: ids::id("person", name),
            name: name.to_owned(),
            avatar: None,
            intro: None,
            intents: intents.iter().map(|&intent| intent.to_owned()).collect(),
        }
    }

    pub(crate) fn with_intro(self, intro: &str) -> Self {
        Self {
            intro: Some(intro.to_owned()),
            ..self
        }
    }
}
