//! A widget: a page that a host shows with a tool's result (MCP Apps 2026-01-26, and ChatGPT under
//! older names).

mod csp;
mod served;

use bytes::Bytes;

pub use self::csp::WidgetCsp;
pub(crate) use self::served::{ServedWidget, name_in};

/// A widget, ready to be registered. Its page is the same for everybody and gets what it shows from
/// the host, so nothing that is not for everybody may be in it.
#[derive(Clone, Debug)]
pub struct Widget {
    /// The name by which tools refer to it, part of its address: 1 to 64 letters, digits, `-`
    /// and `_`.
    pub name: String,
    /// The name that people see.
    pub title: String,
    /// What it shows, for a model, which then need not repeat it in words.
    pub description: String,
    /// The page: one HTML document with its scripts and styles inside, in UTF-8.
    pub html: Bytes,
    /// What the page may reach on the network. The default is nothing.
    pub csp: WidgetCsp,
    /// Whether the host draws a border around it.
    pub prefers_border: bool,
    /// The origin that ChatGPT wants to know a published widget by, e.g. `https://app.example`.
    /// `None` while it is not published.
    pub openai_domain: Option<String>,
}

/// Why a widget cannot be registered.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum InvalidWidget {
    /// The name does not fit into an address.
    #[error("the name has 1 to 64 letters, digits, `-` and `_`")]
    Name,
    /// There is no page, or it is not text.
    #[error("the page is not an HTML document in UTF-8")]
    Html,
    /// A domain is more or less than an exact web origin. Wildcards let in what nobody has read.
    #[error(
        "{domain:?} in {list} is not an exact origin; write scheme, host and port like https://api.example, without a path, a wildcard or a slash at the end"
    )]
    Domain {
        /// The list of [`WidgetCsp`], or `openai_domain`.
        list: &'static str,
        /// What it says.
        domain: String,
    },
}
