//! `extract_intent`: makes intents of what a person says.

use countersign_mcp::{Annotations, Definition, Tool, ToolContext, ToolError, ToolOutput};
use countersign_oauth::scope::ScopeSet;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::protocol::{Discovered, ProtocolApi, Session, discover_new};
use crate::sections::Sections;
use crate::settings::Limits;
use crate::widgets;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Arguments {
    /// What the person says they are looking for, in their own words.
    #[schemars(length(min = 1))]
    full_input_text: String,
    /// The text of a file that belongs to it.
    raw_text: Option<String>,
    /// What was said before, as far as it matters.
    conversation_history: Option<String>,
    /// What is known about the person, as far as it matters.
    user_memory: Option<String>,
}

pub(crate) fn tool(scope: ScopeSet, api: ProtocolApi, limits: Limits) -> Tool {
    let definition = Definition {
        name: "extract_intent".to_owned(),
        title: "Extract intents".to_owned(),
        description: "Finds out what the person is looking for and keeps it as intents on Index Network, where others can match them. Use it when the person describes a goal, a need or a search and wants it on the network.".to_owned(),
        annotations: Annotations {
            read_only: false,
            destructive: false,
            idempotent: false,
            open_world: true,
        },
    };
    Tool::new(definition, scope, move |context, arguments| {
        extract(api.clone(), limits, context, arguments)
    })
    .with_widget(widgets::INTENTS)
    .with_status("Looking for intents…", "Found the intents")
}

async fn extract(
    api: ProtocolApi,
    limits: Limits,
    context: ToolContext,
    arguments: Arguments,
) -> Result<ToolOutput<Discovered>, ToolError> {
    require_words(&arguments.full_input_text)?;
    let sections = Sections {
        instruction: &arguments.full_input_text,
        file: arguments.raw_text.as_deref(),
        conversation: arguments.conversation_history.as_deref(),
        memory: arguments.user_memory.as_deref(),
    };
    let session = Session::begin(&api, &context).await?;
    let discovered = discover_new(&session, &sections.join(limits)).await?;
    Ok(ToolOutput::new(discovered))
}

/// The API would answer the same, after a call.
pub(crate) fn require_words(text: &str) -> Result<(), ToolError> {
    if text.trim().is_empty() {
        return Err(ToolError::refused(
            "`fullInputText` is empty. Write into it what the person is looking for.",
        ));
    }
    Ok(())
}
