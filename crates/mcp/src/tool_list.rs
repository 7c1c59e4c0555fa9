//! The answer to `tools/list`.
//!
//! ChatGPT reads `securitySchemes` beside a tool's name as well as in its `_meta`, and rmcp's type
//! for a tool has no place for the former. So rmcp answers with an empty list, and the finished
//! one, written when the server started, takes its place. That is also less work than letting
//! every request copy and write every schema.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use crate::Tool;
use crate::tool::security_schemes;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed<'a> {
    #[serde(flatten)]
    descriptor: &'a rmcp::model::Tool,
    security_schemes: Value,
}

impl<'a> From<&'a Tool> for Listed<'a> {
    fn from(tool: &'a Tool) -> Self {
        Self {
            descriptor: &tool.descriptor,
            security_schemes: security_schemes(&tool.definition.scope),
        }
    }
}

/// Writes the list.
pub(crate) fn write(tools: &[Tool]) -> Result<Box<RawValue>, serde_json::Error> {
    to_raw_value(&tools.iter().map(Listed::from).collect::<Vec<_>>())
}

/// A successful answer, its values untouched.
#[derive(Serialize, Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    jsonrpc: &'a RawValue,
    #[serde(borrow)]
    id: &'a RawValue,
    #[serde(borrow)]
    result: BTreeMap<&'a str, &'a RawValue>,
}

/// Puts `list` into rmcp's answer. `None` if the answer is an error, which stays as it is.
pub(crate) fn insert(list: &RawValue, answer: &[u8]) -> Option<Vec<u8>> {
    let mut answer: Answer<'_> = serde_json::from_slice(answer).ok()?;
    answer.result.insert("tools", list);
    serde_json::to_vec(&answer).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_everything_but_the_tools() {
        let list = to_raw_value(&["a tool"]).unwrap();
        let answer = br#"{"jsonrpc":"2.0","id":"\"tools\":[]","result":{"tools":[],"ttlMs":0}}"#;
        let filled = insert(&list, answer).unwrap();
        assert_eq!(
            String::from_utf8(filled).unwrap(),
            r#"{"jsonrpc":"2.0","id":"\"tools\":[]","result":{"tools":["a tool"],"ttlMs":0}}"#
        );
    }

    #[test]
    fn an_error_stays_as_it_is() {
        let list = to_raw_value(&["a tool"]).unwrap();
        let answer = br#"{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"x"}}"#;
        assert!(insert(&list, answer).is_none());
    }
}
