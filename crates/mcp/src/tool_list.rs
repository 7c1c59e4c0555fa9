//! The answer to `tools/list`.
//!
//! ChatGPT reads `securitySchemes` beside a tool's name as well as in its `_meta`, and rmcp's type
//! for a tool has no place for the former. So rmcp answers with an empty list, and the finished
//! one, written when the server started, takes its place. That is also less work than letting
//! every request copy and write every schema.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};

use crate::widget::ServedWidget;
use crate::{JsonObject, SignIn, Tool, ToolRegistry};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed<'a> {
    #[serde(flatten)]
    descriptor: &'a rmcp::model::Tool,
    security_schemes: Value,
    #[serde(rename = "_meta")]
    meta: JsonObject,
}

impl<'a> Listed<'a> {
    fn new(tool: &'a Tool, registry: &ToolRegistry, sign_in: SignIn) -> Self {
        let security_schemes = security_schemes(tool, sign_in);
        let mut meta = JsonObject::new();
        meta.insert("securitySchemes".to_owned(), security_schemes.clone());
        let uri = registry.widget_of(tool).map(ServedWidget::uri);
        tool.presentation.write(uri, &mut meta);
        Self {
            descriptor: &tool.descriptor,
            security_schemes,
            meta,
        }
    }
}

/// What ChatGPT reads to know whether a tool needs a sign-in, and for what (clients.md 1.1).
///
/// `noauth` is said only where it is true. An open tool takes a token too, hence its `oauth2`.
fn security_schemes(tool: &Tool, sign_in: SignIn) -> Value {
    let scopes: Vec<_> = tool.scope().into_iter().flatten().collect();
    let oauth = json!({ "type": "oauth2", "scopes": scopes });
    if tool.scope().is_none() && sign_in == SignIn::WhenNeeded {
        json!([{ "type": "noauth" }, oauth])
    } else {
        json!([oauth])
    }
}

/// Writes the list: the same for everybody, signed in or not.
pub(crate) fn write(
    registry: &ToolRegistry,
    sign_in: SignIn,
) -> Result<Box<RawValue>, serde_json::Error> {
    let listed: Vec<_> = registry
        .tools()
        .iter()
        .map(|tool| Listed::new(tool, registry, sign_in))
        .collect();
    to_raw_value(&listed)
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
