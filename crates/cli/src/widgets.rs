//! The widgets of the configuration: read once, and in development followed while the server runs.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use countersign_config::{Config, Widget as Configured};
use countersign_http::{News, WidgetNews};
use countersign_mcp::{InvalidRegistry, LiveRegistry, ToolRegistry, Widget, WidgetCsp};
use countersign_widget_bundle::{Build, BuildState, Bundle, Change, Page, follow};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How long files must have been left alone: longer than a build needs between two of them, and shorter
/// than a person notices.
const QUIET: Duration = Duration::from_millis(100);

/// Shown while the first build runs.
const UNBUILT: &str = "<!doctype html>\n<meta charset=\"utf-8\">\n<title>Not built yet</title>\n\
    <p>This widget is not built yet. The server's log says how its build goes.</p>\n";

/// The widgets of the configuration beside what they were made from.
pub(crate) struct Placed {
    widgets: Vec<PlacedWidget>,
    /// What the operator should know of them, one sentence each.
    pub(crate) notices: Vec<String>,
}

struct PlacedWidget {
    widget: Widget,
    bundle: Bundle,
    /// `None` while it is not built.
    page: Option<Page>,
    build: Option<Build>,
}

/// Reads the widgets and puts them in the places of the app's.
pub(crate) fn place(
    config: &Config,
    mut registry: ToolRegistry,
) -> anyhow::Result<(ToolRegistry, Placed)> {
    let mut placed = Placed {
        widgets: Vec::new(),
        notices: Vec::new(),
    };
    for (index, configured) in config.widgets.iter().enumerate() {
        let key = format!("widgets[{index}]");
        let bundle = Bundle {
            path: configured.path.clone(),
            resource_domains: configured.resource_domains.clone(),
            frame_domains: configured.frame_domains.clone(),
        };
        let builds = configured.build.is_some();
        let page = match bundle.read() {
            Ok(page) => Some(page),
            Err(error) if builds && is_live(config) => {
                let notice = format!("{key}.path: {error}. It is built when the server starts");
                placed.notices.push(notice);
                None
            }
            Err(error) if builds => {
                return Err(error).with_context(|| {
                    format!(
                        "{key}.path (its `build` runs on a loopback public_url only: run it before the server starts)"
                    )
                });
            }
            Err(error) => return Err(error).with_context(|| format!("{key}.path")),
        };
        let notices = page.iter().flat_map(|page| &page.notices);
        placed
            .notices
            .extend(notices.map(|notice| format!("{key}.path: {notice}")));
        let widget = widget(configured, page.as_ref());
        let tools = configured.tools.iter().map(String::as_str);
        registry = registry
            .with_widget(widget.clone(), tools)
            .map_err(|error| match error {
                error @ InvalidRegistry::UnknownTool { .. } => {
                    anyhow::Error::new(error).context(format!("{key}.tools"))
                }
                error => anyhow::Error::new(error).context(key),
            })?;
        placed.widgets.push(PlacedWidget {
            widget,
            bundle,
            page,
            build: build(configured),
        });
    }
    Ok((registry, placed))
}

/// Whether widgets are followed: where the developer is the only user.
fn is_live(config: &Config) -> bool {
    config.public_url.is_loopback()
}

fn widget(configured: &Configured, page: Option<&Page>) -> Widget {
    let html = page.map_or_else(|| UNBUILT.to_owned(), |page| page.html.clone());
    Widget {
        name: configured.name.clone(),
        title: configured.title.clone(),
        description: configured.description.clone(),
        html: html.into(),
        csp: WidgetCsp {
            connect_domains: configured.connect_domains.clone(),
            resource_domains: configured.resource_domains.clone(),
            frame_domains: configured.frame_domains.clone(),
            redirect_domains: configured.redirect_domains.clone(),
        },
        prefers_border: configured.prefers_border,
        openai_domain: configured.openai_domain.clone(),
    }
}

fn build(configured: &Configured) -> Option<Build> {
    let here = || match configured.directory.as_os_str() {
        nothing if nothing.is_empty() => PathBuf::from("."),
        directory => directory.into(),
    };
    let directory = match &configured.sources {
        Some(sources) if sources.is_file() => sources.parent().map_or_else(here, PathBuf::from),
        Some(sources) => sources.clone(),
        None => here(),
    };
    Some(Build {
        command: configured.build.clone()?,
        directory,
        sources: configured.sources.clone(),
        made: Vec::new(),
    })
}

/// Widgets that follow their files.
pub struct LiveWidgets {
    widgets: Vec<PlacedWidget>,
    registry: Arc<LiveRegistry>,
    news: News,
}

impl LiveWidgets {
    /// Those of this configuration; `None` if there is nothing to follow, and always in production.
    pub(crate) fn new(
        config: &Config,
        placed: Placed,
        registry: LiveRegistry,
        news: News,
    ) -> Option<Self> {
        (is_live(config) && !placed.widgets.is_empty()).then(|| Self {
            widgets: placed.widgets,
            registry: Arc::new(registry),
            news,
        })
    }

    /// Builds what has to be built and serves every page that comes of it, until the task is dropped.
    pub async fn run(self) {
        let mut tasks = JoinSet::new();
        let states = start(&self.widgets, &mut tasks);
        for placed in self.widgets {
            let state = placed.build.and_then(|build| states.get(&build).cloned());
            let serving = Serving {
                widget: placed.widget,
                registry: Arc::clone(&self.registry),
                news: self.news.clone(),
            };
            let report = move |change| serving.report(change);
            tasks.spawn(follow(placed.bundle, state, placed.page, QUIET, report));
        }
        drop(states);
        tasks.join_all().await;
    }
}

/// Starts each build once, however many widgets come of it.
fn start(
    widgets: &[PlacedWidget],
    tasks: &mut JoinSet<()>,
) -> HashMap<Build, watch::Receiver<BuildState>> {
    let mut made: HashMap<&Build, Vec<PathBuf>> = HashMap::new();
    for placed in widgets {
        if let Some(build) = &placed.build {
            let bundle = placed.bundle.path.clone();
            made.entry(build).or_default().push(bundle);
        }
    }
    let mut states = HashMap::new();
    for (build, made) in made {
        let (sender, state) = watch::channel(BuildState::Running);
        let running = Build {
            made,
            ..build.clone()
        };
        tasks.spawn(running.run(QUIET, sender));
        states.insert(build.clone(), state);
    }
    states
}

/// Where the changes of one widget go.
struct Serving {
    widget: Widget,
    registry: Arc<LiveRegistry>,
    news: News,
}

impl Serving {
    fn report(&self, change: Change) {
        let name = &self.widget.name;
        let mut problem = change.problem;
        if let Some(page) = change.page {
            for notice in &page.notices {
                tracing::warn!(widget = name, "{notice}");
            }
            let widget = Widget {
                html: page.html.into(),
                ..self.widget.clone()
            };
            let change = |registry: ToolRegistry| registry.with_widget(widget, []);
            if let Err(error) = self.registry.update(change) {
                problem = Some(error.to_string());
            }
        }
        match &problem {
            None => tracing::info!(widget = name, "the widget was read anew"),
            Some(problem) => tracing::warn!(widget = name, "the widget has a problem: {problem}"),
        }
        self.news.tell(WidgetNews {
            name: name.clone(),
            problem,
        });
    }
}
