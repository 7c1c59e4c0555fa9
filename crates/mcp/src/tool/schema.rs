//! JSON Schemas (2020-12, the dialect MCP assumes) from Rust types.

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde_json::{Value, json};

use super::JsonObject;

/// What `A` accepts.
pub(super) fn input<A: JsonSchema>() -> JsonObject {
    object_schema::<A>(SchemaSettings::draft2020_12())
}

/// What `O` writes.
pub(super) fn output<O: JsonSchema>() -> JsonObject {
    object_schema::<O>(SchemaSettings::draft2020_12().for_serialize())
}

fn object_schema<T: JsonSchema>(mut settings: SchemaSettings) -> JsonObject {
    // Several clients hand schemas to models without following `$ref`.
    settings.inline_subschemas = true;
    let settings = settings.with_transform(RecursiveTransform(without_number_formats));
    let schema = settings.into_generator().into_root_schema_for::<T>();
    let mut members = match schema.to_value() {
        Value::Object(members) => members,
        _ => JsonObject::new(),
    };
    // The name and the comment of a Rust type tell a model nothing; the dialect is the default.
    for noise in ["$schema", "title", "description"] {
        members.remove(noise);
    }
    // Clients that translate tools into function calls insist on both.
    members.entry("type").or_insert_with(|| json!("object"));
    members.entry("properties").or_insert_with(|| json!({}));
    members
}

/// JSON Schema has formats for strings only; validators of clients warn of `uint64` and the like.
fn without_number_formats(schema: &mut Schema) {
    let names = |kind: &Value| kind == "integer" || kind == "number";
    let is_number = schema.get("type").is_some_and(|kind| match kind {
        Value::Array(kinds) => kinds.iter().any(names),
        kind => names(kind),
    });
    if is_number {
        schema.remove("format");
    }
}
