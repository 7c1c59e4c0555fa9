//! The pages that hosts show beside the tools' answers, built from `web/widgets`.

use bytes::Bytes;
use countersign_mcp::{Widget, WidgetCsp};

use crate::Settings;

/// Shows what `extract_intent` found.
pub(crate) const INTENTS: &str = "intent-display";
/// Shows what `discover_connections` found.
pub(crate) const CONNECTIONS: &str = "discover-connections";

pub(crate) fn all(settings: &Settings) -> Vec<Widget> {
    let widget = |name: &str, title: &str, description: &str, html: &'static [u8]| Widget {
        name: name.to_owned(),
        title: title.to_owned(),
        description: description.to_owned(),
        html: Bytes::from_static(html),
        csp: WidgetCsp {
            resource_domains: settings.avatar_domains.clone(),
            ..WidgetCsp::default()
        },
        prefers_border: true,
        openai_domain: None,
    };
    vec![
        widget(
            INTENTS,
            "Intents",
            "Shows the intents, each with its summary and its date.",
            include_bytes!("../widgets/intent-display.html"),
        ),
        widget(
            CONNECTIONS,
            "Connections",
            "Shows the people who match, what connects them, and buttons to act on each.",
            include_bytes!("../widgets/discover-connections.html"),
        ),
    ]
}
