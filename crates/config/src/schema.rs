//! The JSON schema: generated from the structs, and then the one list of what may be written.

use schemars::Schema;
use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use serde_json::{Map, Value};

use crate::Config;

/// The schema of the file, without references, so that it can be walked.
pub(crate) fn generate() -> Value {
    let settings = SchemaSettings::draft2020_12()
        .with(|settings| settings.inline_subschemas = true)
        .with_transform(RecursiveTransform(without_null));
    let mut schema = settings.into_generator().into_root_schema_for::<Config>();
    schema.insert("title".to_owned(), "countersign.toml".into());
    schema.insert(
        "description".to_owned(),
        "The configuration of countersign.".into(),
    );
    schema.to_value()
}

/// TOML has no null: a key that may be absent is simply not required.
fn without_null(schema: &mut Schema) {
    let null = Value::String("null".to_owned());
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|kind| *kind != null);
        if let [only] = types.as_slice() {
            let only = only.clone();
            schema.insert("type".to_owned(), only);
        }
    }
    if schema.get("default") == Some(&Value::Null) {
        schema.remove("default");
    }
}

/// A part of the schema: what one value may be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node<'a>(&'a Value);

impl<'a> Node<'a> {
    pub(crate) fn new(schema: &'a Value) -> Self {
        Self(schema)
    }

    /// The keys of a table, by name.
    pub(crate) fn properties(self) -> impl Iterator<Item = (&'a str, Self)> {
        let properties = self.0.get("properties").and_then(Value::as_object);
        properties
            .into_iter()
            .flat_map(Map::iter)
            .map(|(key, node)| (key.as_str(), Self(node)))
    }

    pub(crate) fn property(self, key: &str) -> Option<Self> {
        self.0.get("properties")?.get(key).map(Self)
    }

    /// What each item of a list may be.
    pub(crate) fn items(self) -> Option<Self> {
        self.0.get("items").map(Self)
    }

    /// The keys that a table must have.
    pub(crate) fn required(self) -> impl Iterator<Item = &'a str> {
        let required = self.0.get("required").and_then(Value::as_array);
        required.into_iter().flatten().filter_map(Value::as_str)
    }

    /// Whether a JSON type is one of those allowed. A choice of words is a string.
    pub(crate) fn allows(self, kind: &str) -> bool {
        match self.0.get("type") {
            Some(Value::String(only)) => only == kind,
            Some(Value::Array(kinds)) => kinds.iter().any(|allowed| allowed == kind),
            _ => kind == "string",
        }
    }

    pub(crate) fn is_table(self) -> bool {
        self.allows("object")
    }

    /// Whether the value is of an allowed type.
    pub(crate) fn accepts(self, value: &toml::Value) -> bool {
        self.allows(match value {
            toml::Value::String(_) => "string",
            toml::Value::Integer(_) => "integer",
            toml::Value::Boolean(_) => "boolean",
            toml::Value::Array(_) => "array",
            toml::Value::Table(_) => "object",
            toml::Value::Float(_) | toml::Value::Datetime(_) => "",
        })
    }

    /// Whether the value must not be shown.
    pub(crate) fn is_secret(self) -> bool {
        self.0.get("writeOnly") == Some(&Value::Bool(true))
    }

    pub(crate) fn default(self) -> Option<&'a Value> {
        self.0.get("default")
    }

    /// The doc comment, on one line.
    pub(crate) fn description(self) -> String {
        let text = self
            .0
            .get("description")
            .and_then(Value::as_str)
            .unwrap_or_default();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}
