//! What the playground says of widgets: how a host would let them run, and who could let them do more.

use countersign_config::{App, Config, Widget};
use countersign_http::{Allow, AllowLine, PlaygroundWidget};
use countersign_mcp::ToolRegistry;

/// Every widget of the registry.
pub(crate) fn widgets(config: &Config, registry: &ToolRegistry) -> Vec<PlaygroundWidget> {
    let policies = registry.widget_policies();
    let shown = policies.map(|(name, csp)| PlaygroundWidget {
        name: name.to_owned(),
        policy: csp.policy(),
        allow: match config.widgets.iter().find(|widget| widget.name == name) {
            Some(widget) => allow_configured(widget),
            None => allow(config.app),
        },
    });
    shown.collect()
}

/// The configuration, by the name that its file has by default.
const FILE: &str = "countersign.toml";

/// A widget of the configuration reaches what stands beside it, to which the origin is added.
fn allow_configured(widget: &Widget) -> Allow {
    let line = |list: &str, domains: &[String]| {
        let domains = domains.iter().map(String::as_str).chain(["{origin}"]);
        let domains: Vec<_> = domains.map(|domain| format!("\"{domain}\"")).collect();
        AllowLine {
            file: format!("{FILE}, in [[widgets]] with name = \"{}\"", widget.name),
            line: format!("{list} = [{}]", domains.join(", ")),
        }
    };
    Allow {
        connect: line("connect_domains", &widget.connect_domains),
        resource: line("resource_domains", &widget.resource_domains),
        frame: line("frame_domains", &widget.frame_domains),
    }
}

/// A widget of the app reaches what the app's code lists, and what the configuration adds to that.
fn allow(app: App) -> Allow {
    let code = |list: &str| AllowLine {
        file: "where the app declares the widget".to_owned(),
        line: format!("WidgetCsp {{ {list}: vec![\"{{origin}}\".to_owned()], .. }}"),
    };
    let resource = match app {
        App::Demo => code("resource_domains"),
        App::IndexNetwork => AllowLine {
            file: FILE.to_owned(),
            line: "[index_network]\navatar_domains = [\"{origin}\"]".to_owned(),
        },
    };
    Allow {
        connect: code("connect_domains"),
        resource,
        frame: code("frame_domains"),
    }
}
