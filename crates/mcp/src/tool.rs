//! A tool: what a model reads about it, what a token must allow, and the code behind it.

mod error;
mod handler;
mod output;
mod schema;

use std::fmt;
use std::sync::Arc;

use countersign_oauth::scope::ScopeSet;
use rmcp::model::{MetaObject, ToolAnnotations};
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

pub use self::error::ToolError;
pub use self::handler::{Handler, ToolContext, ToolFuture};
pub use self::output::ToolOutput;

/// The members of a JSON object.
pub type JsonObject = serde_json::Map<String, serde_json::Value>;

/// What a tool says about itself. Everything here is read by models and by reviewers of plugin
/// directories, who refuse a tool without title or annotations.
#[derive(Clone, Debug)]
pub struct Definition {
    /// The name that is called: 1 to 128 of letters, digits, `_`, `-`, `.` and `/`.
    pub name: String,
    /// The name that people see.
    pub title: String,
    /// What the tool does and when to use it, for a model.
    pub description: String,
    /// How it behaves.
    pub annotations: Annotations,
    /// The scopes that a token must have, all of them.
    pub scope: ScopeSet,
}

/// How a tool behaves (MCP "Tool Annotations"). Hints to a client, and therefore true.
#[expect(
    clippy::struct_excessive_bools,
    reason = "the four hints of the specification"
)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Annotations {
    /// Changes nothing, not even a log that somebody reads.
    pub read_only: bool,
    /// May overwrite or delete; says nothing when `read_only`.
    pub destructive: bool,
    /// A second call with the same arguments changes nothing more.
    pub idempotent: bool,
    /// Reaches beyond the product: the web, other people.
    pub open_world: bool,
}

/// A tool, ready to be registered.
pub struct Tool {
    pub(crate) definition: Definition,
    pub(crate) descriptor: rmcp::model::Tool,
    pub(crate) handler: Box<dyn Handler>,
}

impl Tool {
    /// A tool written in Rust: the schemas are those of the types, arguments arrive checked
    /// against `A`, and `O` must serialize to an object.
    pub fn new<A, O, F, R>(definition: Definition, function: F) -> Self
    where
        A: DeserializeOwned + JsonSchema + Send + 'static,
        O: Serialize + JsonSchema + 'static,
        F: Fn(ToolContext, A) -> R + Send + Sync + 'static,
        R: Future<Output = Result<ToolOutput<O>, ToolError>> + Send + 'static,
    {
        let handler = handler::Typed::new(function);
        Self::from_handler(
            definition,
            schema::input::<A>(),
            Some(schema::output::<O>()),
            handler,
        )
    }

    /// A tool whose schemas come from elsewhere; the handler checks the arguments itself.
    pub fn from_handler(
        definition: Definition,
        input_schema: JsonObject,
        output_schema: Option<JsonObject>,
        handler: impl Handler,
    ) -> Self {
        let mut meta = MetaObject::new();
        meta.0.insert(
            "securitySchemes".to_owned(),
            security_schemes(&definition.scope),
        );
        let Definition {
            name,
            title,
            description,
            ..
        } = definition.clone();
        let mut descriptor = rmcp::model::Tool::new(name, description, Arc::new(input_schema))
            .with_title(title)
            .with_annotations(definition.annotations.into())
            .with_meta(meta);
        descriptor.output_schema = output_schema.map(Arc::new);
        Self {
            definition,
            descriptor,
            handler: Box::new(handler),
        }
    }

    /// What the tool says about itself.
    pub const fn definition(&self) -> &Definition {
        &self.definition
    }
}

impl fmt::Debug for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tool")
            .field("definition", &self.definition)
            .finish_non_exhaustive()
    }
}

impl From<Annotations> for ToolAnnotations {
    fn from(annotations: Annotations) -> Self {
        Self::new()
            .read_only(annotations.read_only)
            .destructive(annotations.destructive)
            .idempotent(annotations.idempotent)
            .open_world(annotations.open_world)
    }
}

/// What ChatGPT reads to know that a tool needs a sign-in, and for what (clients.md 1.1).
pub(crate) fn security_schemes(scope: &ScopeSet) -> serde_json::Value {
    json!([{ "type": "oauth2", "scopes": scope.iter().collect::<Vec<_>>() }])
}
