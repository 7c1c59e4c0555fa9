//! What a person looks for.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::clock::iso;

#[derive(Clone, Debug)]
pub(crate) struct Intent {
    pub(crate) id: Uuid,
    pub(crate) owner: Uuid,
    pub(crate) payload: String,
    pub(crate) summary: Option<String>,
    pub(crate) created_at: i64,
    /// How many questions for matches have named it.
    pub(crate) polls: u32,
}

impl Intent {
    /// The members that the answers of all routes share.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "payload": self.payload,
            "summary": self.summary,
            "createdAt": iso(self.created_at),
        })
    }
}
