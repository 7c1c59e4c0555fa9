//! The tools and widgets of a server, by name.

use std::collections::HashMap;
use std::sync::Arc;

use countersign_oauth::scope::{InvalidScope, ScopeSet};

use crate::widget::{ServedWidget, name_in};
use crate::{InvalidWidget, Tool, Widget, WidgetCsp};

/// Why tools and widgets cannot be registered together.
#[derive(Debug, thiserror::Error)]
pub enum InvalidRegistry {
    /// Two tools have the same name.
    #[error("two tools are called {0:?}")]
    Duplicate(String),
    /// The name breaks the grammar that MCP recommends and clients enforce.
    #[error("{0:?} is not a tool name: 1 to 128 letters, digits, `_`, `-`, `.` or `/`")]
    Name(String),
    /// ChatGPT could not show the status of a tool.
    #[error("the two sentences of the status of the tool {0:?} have 1 to 64 characters each")]
    Status(String),
    /// A tool has a widget that is not there.
    #[error("the tool {tool:?} has the widget {widget:?}, which is not registered")]
    UnknownWidget {
        /// The tool.
        tool: String,
        /// What it calls its widget.
        widget: String,
    },
    /// A widget cannot be served.
    #[error("the widget {0:?} cannot be served")]
    Widget(String, #[source] InvalidWidget),
    /// A widget is to show the results of a tool that is not there.
    #[error("there is no tool {tool:?} for the widget {widget:?}; the tools are {}", tools.join(", "))]
    UnknownTool {
        /// The tool.
        tool: String,
        /// The widget.
        widget: String,
        /// Every tool that there is.
        tools: Vec<String>,
    },
    /// Two widgets have the same name.
    #[error("two widgets are called {0:?}")]
    DuplicateWidget(String),
    /// A tool asks for something that is no scope.
    #[error(transparent)]
    Scope(#[from] InvalidScope),
}

/// The tools and widgets of a server, in the order in which they are listed.
#[derive(Clone, Debug, Default)]
pub struct ToolRegistry {
    tools: Vec<Tool>,
    positions: HashMap<String, usize>,
    widgets: Vec<Arc<ServedWidget>>,
}

impl ToolRegistry {
    /// Registers `tools`; they are listed in this order.
    pub fn new(tools: Vec<Tool>) -> Result<Self, InvalidRegistry> {
        Self::with_widgets(tools, Vec::new())
    }

    /// Registers `tools` and the `widgets` that they show their results in.
    pub fn with_widgets(tools: Vec<Tool>, widgets: Vec<Widget>) -> Result<Self, InvalidRegistry> {
        let widgets = serve_all(widgets)?;
        let mut positions = HashMap::with_capacity(tools.len());
        for (position, tool) in tools.iter().enumerate() {
            let name = tool.definition.name.as_ref();
            if !is_tool_name(name) {
                return Err(InvalidRegistry::Name(name.to_owned()));
            }
            if positions.insert(name.to_owned(), position).is_some() {
                return Err(InvalidRegistry::Duplicate(name.to_owned()));
            }
            if !tool.presentation.is_short() {
                return Err(InvalidRegistry::Status(name.to_owned()));
            }
            if let Some(widget) = &tool.presentation.widget
                && find(&widgets, widget).is_none()
            {
                return Err(InvalidRegistry::UnknownWidget {
                    tool: name.to_owned(),
                    widget: widget.clone(),
                });
            }
        }
        Ok(Self {
            tools,
            positions,
            widgets,
        })
    }

    /// Shows the results of `tools` in `widget`, in place of the widgets that they had. A widget of
    /// the same name is replaced, for every tool that has it; the others stay, because hosts that
    /// keep an old list of tools go on asking for them.
    pub fn with_widget<'a>(
        mut self,
        widget: Widget,
        tools: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, InvalidRegistry> {
        let name = widget.name.clone();
        for tool in tools {
            let shown = self
                .positions
                .get(tool)
                .and_then(|&position| self.tools.get_mut(position));
            let Some(shown) = shown else {
                return Err(InvalidRegistry::UnknownTool {
                    tool: tool.to_owned(),
                    widget: name,
                    tools: self
                        .tools
                        .into_iter()
                        .map(|tool| tool.definition.name)
                        .collect(),
                });
            };
            shown.presentation.show_in(&name);
        }
        let served = Arc::new(serve(widget)?);
        match self.widgets.iter_mut().find(|known| known.name() == name) {
            Some(known) => *known = served,
            None => self.widgets.push(served),
        }
        Ok(self)
    }

    /// The tools, in the order in which they are listed.
    pub fn tools(&self) -> &[Tool] {
        &self.tools
    }

    /// The name of each widget, and what its page may reach.
    pub fn widget_policies(&self) -> impl Iterator<Item = (&str, &WidgetCsp)> {
        self.widgets
            .iter()
            .map(|widget| (widget.name(), widget.csp()))
    }

    /// Every scope that any tool needs.
    pub fn scopes(&self) -> ScopeSet {
        self.tools
            .iter()
            .filter_map(Tool::scope)
            .flatten()
            .cloned()
            .collect()
    }

    /// Whether no tool is registered, so that the list of the handler stands as it is.
    pub(crate) fn is_empty(&self) -> bool {
        self.tools.is_empty()
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Tool> {
        self.positions
            .get(name)
            .and_then(|&position| self.tools.get(position))
    }

    pub(crate) fn widgets(&self) -> &[Arc<ServedWidget>] {
        &self.widgets
    }

    /// The widget that `tool` shows its results in.
    pub(crate) fn widget_of(&self, tool: &Tool) -> Option<&ServedWidget> {
        find(&self.widgets, tool.presentation.widget.as_ref()?)
    }

    /// The widget at an address, whatever the version in it.
    pub(crate) fn widget_at(&self, uri: &str) -> Option<&ServedWidget> {
        find(&self.widgets, name_in(uri)?)
    }
}

fn serve_all(widgets: Vec<Widget>) -> Result<Vec<Arc<ServedWidget>>, InvalidRegistry> {
    let mut served = Vec::with_capacity(widgets.len());
    for widget in widgets {
        if find(&served, &widget.name).is_some() {
            return Err(InvalidRegistry::DuplicateWidget(widget.name));
        }
        served.push(Arc::new(serve(widget)?));
    }
    Ok(served)
}

fn serve(widget: Widget) -> Result<ServedWidget, InvalidRegistry> {
    let name = widget.name.clone();
    ServedWidget::new(widget).map_err(|error| InvalidRegistry::Widget(name, error))
}

/// There are a handful.
fn find<'a>(widgets: &'a [Arc<ServedWidget>], name: &str) -> Option<&'a ServedWidget> {
    let found = widgets.iter().find(|widget| widget.name() == name);
    found.map(AsRef::as_ref)
}

fn is_tool_name(name: &str) -> bool {
    (1..=128).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-./".contains(&byte))
}
