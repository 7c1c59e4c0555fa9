//! What the playground says of widgets: how a host would let them run, and who could let them do more.

use countersign_config::App;
use countersign_http::{Allow, AllowLine, PlaygroundWidget};
use countersign_mcp::ToolRegistry;

/// Every widget of the registry.
pub(crate) fn widgets(app: App, registry: &ToolRegistry) -> Vec<PlaygroundWidget> {
    let policies = registry.widget_policies();
    let shown = policies.map(|(name, csp)| PlaygroundWidget {
        name: name.to_owned(),
        policy: csp.policy(),
        allow: allow(app),
    });
    shown.collect()
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
            file: "countersign.toml".to_owned(),
            line: "[index_network]\navatar_domains = [\"{origin}\"]".to_owned(),
        },
    };
    Allow {
        connect: code("connect_domains"),
        resource,
        frame: code("frame_domains"),
    }
}
