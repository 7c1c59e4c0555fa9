//! What hosts with a user interface read about a tool, beside what every client does.

use serde_json::{Value, json};

use super::{JsonObject, Tool};

/// ChatGPT shows no longer sentence (clients.md 1.2).
const STATUS_LENGTH: usize = 64;

/// Who may call a tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// The model. Buttons of a widget do not reach it.
    Model,
    /// The model, and widgets of this server.
    ModelAndWidgets,
    /// Widgets of this server. The model is not told of it.
    Widgets,
}

/// Nothing unless it was asked for, so that a tool for every client looks as it always did.
#[derive(Clone, Debug, Default)]
pub(crate) struct Presentation {
    pub(crate) widget: Option<String>,
    visibility: Option<Visibility>,
    status: Option<Status>,
}

#[derive(Clone, Debug)]
struct Status {
    invoking: String,
    invoked: String,
}

impl Tool {
    /// Shows the results of the tool in the [`Widget`](crate::Widget) of that name, which may call
    /// the tool again unless [`Tool::with_visibility`] says otherwise. The widget gets the
    /// structured content; hosts without widgets show the text, so that must say enough.
    #[must_use]
    pub fn with_widget(mut self, name: impl Into<String>) -> Self {
        self.presentation.show_in(name);
        self
    }

    /// Says who may call the tool. A hint to hosts and no protection: whoever has a token with the
    /// tool's scopes can call it. Without this, each host has its own default.
    #[must_use]
    pub const fn with_visibility(mut self, visibility: Visibility) -> Self {
        self.presentation.visibility = Some(visibility);
        self
    }

    /// What ChatGPT says while the tool runs and when it has run, 1 to 64 characters each:
    /// "Searching notes", "Notes found".
    #[must_use]
    pub fn with_status(mut self, invoking: impl Into<String>, invoked: impl Into<String>) -> Self {
        self.presentation.status = Some(Status {
            invoking: invoking.into(),
            invoked: invoked.into(),
        });
        self
    }
}

impl Presentation {
    pub(crate) fn show_in(&mut self, widget: impl Into<String>) {
        self.widget = Some(widget.into());
        self.visibility.get_or_insert(Visibility::ModelAndWidgets);
    }

    /// Whether ChatGPT can show the status.
    pub(crate) fn is_short(&self) -> bool {
        self.status.as_ref().is_none_or(|status| {
            [&status.invoking, &status.invoked]
                .into_iter()
                .all(|sentence| (1..=STATUS_LENGTH).contains(&sentence.chars().count()))
        })
    }

    /// Adds both families of keys to a tool's `_meta`; `uri` is the address of its widget.
    pub(crate) fn write(&self, uri: Option<&str>, meta: &mut JsonObject) {
        let mut set = |key: &str, value: Value| drop(meta.insert(key.to_owned(), value));
        let mut ui = JsonObject::new();
        if let Some(uri) = uri {
            ui.insert("resourceUri".to_owned(), json!(uri));
            // The name of the same before the specification was stable; its own library writes both.
            set("ui/resourceUri", json!(uri));
            set("openai/outputTemplate", json!(uri));
        }
        if let Some(visibility) = self.visibility {
            let (callers, accessible, public) = match visibility {
                Visibility::Model => (&["model"][..], false, "public"),
                Visibility::ModelAndWidgets => (&["model", "app"][..], true, "public"),
                Visibility::Widgets => (&["app"][..], true, "private"),
            };
            ui.insert("visibility".to_owned(), json!(callers));
            set("openai/widgetAccessible", json!(accessible));
            set("openai/visibility", json!(public));
        }
        if !ui.is_empty() {
            set("ui", Value::Object(ui));
        }
        if let Some(Status { invoking, invoked }) = &self.status {
            set("openai/toolInvocation/invoking", json!(invoking));
            set("openai/toolInvocation/invoked", json!(invoked));
        }
    }
}
