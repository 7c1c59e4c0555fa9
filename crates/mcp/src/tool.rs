//! A tool: what a model reads about it, what a token must allow, and the code behind it.

mod error;
mod handler;
mod output;
mod presentation;
mod progress;
mod schema;
mod upstream;

use std::fmt;
use std::sync::Arc;

use countersign_oauth::scope::ScopeSet;
use rmcp::model::ToolAnnotations;
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use self::error::ToolError;
pub use self::handler::{Handler, OpenContext, ToolContext, ToolFuture};
pub use self::output::ToolOutput;
pub(crate) use self::presentation::Presentation;
pub use self::presentation::Visibility;
pub(crate) use self::progress::{MayStream, Progress};
pub(crate) use self::upstream::Upstream;

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

/// A tool, ready to be registered. Its code is shared by its clones.
#[derive(Clone)]
pub struct Tool {
    pub(crate) definition: Definition,
    pub(crate) descriptor: rmcp::model::Tool,
    pub(crate) access: Access,
    pub(crate) presentation: Presentation,
}

/// Who may run a tool, and the code that runs then. One value, so that the code of a tool that
/// acts for a person cannot be reached without one.
#[derive(Clone)]
pub(crate) enum Access {
    /// Whoever signed in, with a token that has all these scopes.
    SignIn {
        scope: ScopeSet,
        handler: Arc<dyn Handler>,
    },
    /// Anybody, where the endpoint answers without a token at all.
    Open(Arc<dyn Handler<OpenContext>>),
}

impl Tool {
    /// A tool written in Rust that acts for a person, whose token must have all of `scope`: the
    /// schemas are those of the types, arguments arrive checked against `A`, and `O` must
    /// serialize to an object.
    pub fn new<A, O, F, R>(definition: Definition, scope: ScopeSet, function: F) -> Self
    where
        A: DeserializeOwned + JsonSchema + Send + 'static,
        O: Serialize + JsonSchema + 'static,
        F: Fn(ToolContext, A) -> R + Send + Sync + 'static,
        R: Future<Output = Result<ToolOutput<O>, ToolError>> + Send + 'static,
    {
        Self::from_handler(
            definition,
            scope,
            schema::input::<A>(),
            Some(schema::output::<O>()),
            handler::Typed::new(function),
        )
    }

    /// A tool like [`Tool::new`] that needs nobody: it runs without a token where
    /// [`SignIn::WhenNeeded`](crate::SignIn::WhenNeeded) lets it, and must reveal nothing that is
    /// not for everybody.
    pub fn open<A, O, F, R>(definition: Definition, function: F) -> Self
    where
        A: DeserializeOwned + JsonSchema + Send + 'static,
        O: Serialize + JsonSchema + 'static,
        F: Fn(OpenContext, A) -> R + Send + Sync + 'static,
        R: Future<Output = Result<ToolOutput<O>, ToolError>> + Send + 'static,
    {
        Self::with_access(
            definition,
            schema::input::<A>(),
            Some(schema::output::<O>()),
            Access::Open(Arc::new(handler::Typed::new(function))),
        )
    }

    /// A tool whose schemas come from elsewhere; the handler checks the arguments itself.
    pub fn from_handler(
        definition: Definition,
        scope: ScopeSet,
        input_schema: JsonObject,
        output_schema: Option<JsonObject>,
        handler: impl Handler,
    ) -> Self {
        let handler = Arc::new(handler);
        let access = Access::SignIn { scope, handler };
        Self::with_access(definition, input_schema, output_schema, access)
    }

    fn with_access(
        definition: Definition,
        input_schema: JsonObject,
        output_schema: Option<JsonObject>,
        access: Access,
    ) -> Self {
        let Definition {
            name,
            title,
            description,
            ..
        } = definition.clone();
        let mut descriptor = rmcp::model::Tool::new(name, description, Arc::new(input_schema))
            .with_title(title)
            .with_annotations(definition.annotations.into());
        descriptor.output_schema = output_schema.map(Arc::new);
        Self {
            definition,
            descriptor,
            access,
            presentation: Presentation::default(),
        }
    }

    /// What the tool says about itself.
    pub const fn definition(&self) -> &Definition {
        &self.definition
    }

    /// The scopes that a token must have, all of them; `None` for a tool that needs no token.
    pub const fn scope(&self) -> Option<&ScopeSet> {
        match &self.access {
            Access::SignIn { scope, .. } => Some(scope),
            Access::Open(_) => None,
        }
    }
}

impl fmt::Debug for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tool")
            .field("definition", &self.definition)
            .field("scope", &self.scope())
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
