//! A widget as a resource.
//!
//! Hosts keep a page for as long as its address stays the same, some for good. So the address
//! changes with everything that is in the answer. They also keep the list of tools, and ask for an
//! address that it once named: every version of a name is therefore answered with the page of today.

use rmcp::model::{MetaObject, ProtocolVersion, ReadResourceResult, Resource, ResourceContents};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::csp::check_origin;
use super::{InvalidWidget, Widget, WidgetCsp};
use crate::JsonObject;

const MIME_TYPE: &str = "text/html;profile=mcp-app";
const PREFIX: &str = "ui://widget/";
const SUFFIX: &str = ".html";
/// Hexadecimal digits: enough that no two versions of one page meet.
const VERSION_LENGTH: usize = 16;
const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// A widget, checked, with everything written that does not depend on the request.
#[derive(Debug)]
pub(crate) struct ServedWidget {
    name: String,
    csp: WidgetCsp,
    html: String,
    meta: MetaObject,
    /// What `resources/list` says.
    pub(crate) entry: Resource,
}

impl ServedWidget {
    pub(crate) fn new(widget: Widget) -> Result<Self, InvalidWidget> {
        if !is_name(&widget.name) {
            return Err(InvalidWidget::Name);
        }
        widget.csp.check()?;
        if let Some(domain) = &widget.openai_domain {
            check_origin("openai_domain", domain, &["https"])?;
        }
        let meta = meta(&widget);
        let html = String::from_utf8(widget.html.into()).map_err(|_| InvalidWidget::Html)?;
        if html.trim().is_empty() {
            return Err(InvalidWidget::Html);
        }
        let meta = MetaObject(meta);
        let entry = Resource::new(address(&widget.name, &version(&meta, &html)), &widget.name)
            .with_title(widget.title)
            .with_description(widget.description)
            .with_mime_type(MIME_TYPE)
            .with_size(html.len().try_into().unwrap_or(u64::MAX))
            .with_meta(meta.clone());
        Ok(Self {
            name: widget.name,
            csp: widget.csp,
            html,
            meta,
            entry,
        })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn csp(&self) -> &WidgetCsp {
        &self.csp
    }

    /// The address of this version.
    pub(crate) fn uri(&self) -> &str {
        &self.entry.uri
    }

    /// The answer to `resources/read` of `uri`, which [`name_in`] found to be this widget's. It
    /// says the address that was asked for, because hosts look it up in the answer; `client` is
    /// the version that it speaks.
    pub(crate) fn read(&self, uri: String, client: Option<&ProtocolVersion>) -> ReadResourceResult {
        // Older clients know no such hint, and rmcp says for the others that there is no time.
        let keeps = uri == self.uri() && client >= Some(&ProtocolVersion::V_2026_07_28);
        let contents = ResourceContents::text(&*self.html, uri)
            .with_mime_type(MIME_TYPE)
            .with_meta(self.meta.clone());
        let mut result = ReadResourceResult::new(vec![contents]);
        result.ttl_ms = keeps.then_some(DAY_MS);
        result
    }
}

/// The name of the widget at `uri`, whatever its version. An address without one is what servers
/// give out that do not change it.
pub(crate) fn name_in(uri: &str) -> Option<&str> {
    let path = uri.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?;
    match path.split_once('.') {
        None => Some(path),
        Some((name, version)) => is_version(version).then_some(name),
    }
}

fn is_name(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

fn is_version(version: &str) -> bool {
    version.len() == VERSION_LENGTH
        && version
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn address(name: &str, version: &str) -> String {
    format!("{PREFIX}{name}.{version}{SUFFIX}")
}

/// A host that keeps the page keeps its policy too, so both make the version.
fn version(meta: &MetaObject, html: &str) -> String {
    let digest = Sha256::new()
        .chain_update(json!(meta).to_string())
        .chain_update([0])
        .chain_update(html)
        .finalize();
    let start = digest
        .iter()
        .take(VERSION_LENGTH / 2)
        .fold(0_u64, |start, &byte| (start << 8) | u64::from(byte));
    format!("{start:0VERSION_LENGTH$x}")
}

/// Everything in both families of keys (ext-apps "migrate from OpenAI Apps"). The domain has no
/// standard value: each host has a form of its own and may refuse to show a page with another.
fn meta(widget: &Widget) -> JsonObject {
    let mut meta = JsonObject::new();
    let mut set = |key: &str, value| drop(meta.insert(key.to_owned(), value));
    set(
        "ui",
        json!({ "csp": widget.csp.standard(), "prefersBorder": widget.prefers_border }),
    );
    set("openai/widgetCSP", widget.csp.openai());
    set("openai/widgetDescription", json!(widget.description));
    set("openai/widgetPrefersBorder", json!(widget.prefers_border));
    if let Some(domain) = &widget.openai_domain {
        set("openai/widgetDomain", json!(domain));
    }
    meta
}

#[cfg(test)]
mod tests {
    use super::*;

    fn widget(html: &'static str) -> Widget {
        Widget {
            name: "card".to_owned(),
            title: "A card".to_owned(),
            description: "Shows a card.".to_owned(),
            html: html.into(),
            csp: WidgetCsp::default(),
            prefers_border: true,
            openai_domain: None,
        }
    }

    fn uri(widget: Widget) -> String {
        ServedWidget::new(widget).unwrap().uri().to_owned()
    }

    #[test]
    fn the_address_changes_with_the_page_and_with_its_policy() {
        let first = uri(widget("<p>"));
        assert_eq!(first, uri(widget("<p>")));
        assert_eq!(name_in(&first), Some("card"));
        assert_ne!(first, uri(widget("<b>")));
        let mut reaching = widget("<p>");
        reaching.csp.connect_domains = vec!["https://api.example".to_owned()];
        assert_ne!(first, uri(reaching));
    }

    #[test]
    fn an_address_is_a_name_with_or_without_a_version() {
        assert_eq!(name_in("ui://widget/card.html"), Some("card"));
        assert_eq!(
            name_in("ui://widget/card.0123456789abcdef.html"),
            Some("card")
        );
        for other in [
            "",
            "card",
            "ui://widget/card",
            "ui://widgets/card.html",
            "UI://widget/card.html",
            "ui://widget/card.1.html",
            "ui://widget/card.0123456789ABCDEF.html",
            "ui://widget/card.0123456789abcdef.0123456789abcdef.html",
            "ui://widget/card.0123456789abcdef.html?x",
        ] {
            assert_eq!(name_in(other), None, "{other}");
        }
    }

    #[test]
    fn a_page_is_text() {
        let refused = |widget| ServedWidget::new(widget).err();
        assert_eq!(refused(widget(" \n")), Some(InvalidWidget::Html));
        let mut binary = widget("");
        binary.html = (&[0xff, 0xfe][..]).into();
        assert_eq!(refused(binary), Some(InvalidWidget::Html));
    }
}
