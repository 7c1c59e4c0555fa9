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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_page_carries_the_licenses_of_what_is_in_it() {
        for Widget { name, html, .. } in all(&Settings::default()) {
            let html = String::from_utf8_lossy(&html);
            let (_, end) = html.rsplit_once("</html>\n<!--\n").unwrap();
            for part in [
                "@modelcontextprotocol/client 2.",
                "END OF TERMS AND CONDITIONS",
                "Copyright (c) 2015-present Jason Miller",
                "Copyright (c) 2015 Douglas Christopher Wilson",
                "Copyright (c) 2025 Colin McDonnell",
                "Permission is hereby granted, free of charge",
            ] {
                assert!(end.contains(part), "{name}: {part}");
            }
            assert_eq!(end.find("-->"), Some(end.len() - 4), "{name}");
        }
    }
}
