//! `about`: what this server offers, for whoever asks.

use countersign_mcp::{Annotations, Definition, OpenContext, Tool, ToolOutput};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NoArguments {}

#[derive(Serialize, JsonSchema)]
struct About {
    /// What this server is for.
    purpose: &'static str,
    /// Whether this connection acts for a person already.
    signed_in: bool,
    /// The tools that act for a person, who signs in for them.
    tools: Vec<Offered>,
}

#[derive(Clone, Serialize, JsonSchema)]
struct Offered {
    /// The name to call it by.
    name: String,
    /// What it does.
    description: String,
}

impl From<&Tool> for Offered {
    fn from(tool: &Tool) -> Self {
        let definition = tool.definition();
        Self {
            name: definition.name.clone(),
            description: definition.description.clone(),
        }
    }
}

pub(crate) fn tool(others: &[Tool]) -> Tool {
    let definition = Definition {
        name: "about".to_owned(),
        title: "About this server".to_owned(),
        description: "Tells what this server is for and what it can do once a person has signed in. Use it when the person asks what is possible here.".to_owned(),
        annotations: Annotations {
            read_only: true,
            destructive: false,
            idempotent: true,
            open_world: false,
        },
    };
    let tools: Vec<_> = others.iter().map(Offered::from).collect();
    Tool::open(definition, move |context: OpenContext, NoArguments {}| {
        let about = About {
            purpose: "Keeps a person's notes: it writes them down and finds them again, for that person alone.",
            signed_in: context.principal.is_some(),
            tools: tools.clone(),
        };
        async move { Ok(ToolOutput::new(about)) }
    })
}
