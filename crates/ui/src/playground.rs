//! Tools and widgets as hosts show them, for whoever makes them.

use askama::Template;

use crate::Brand;

/// The playground: a page that its script fills, since all that it shows comes through MCP. The
/// policy of its answer has to allow frames of this origin.
#[derive(Debug, Template)]
#[template(path = "playground.html")]
pub struct PlaygroundPage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand,
    /// The issuer, byte for byte: no trailing slash, no path.
    pub public_url: &'a str,
    /// A JSON list of `{"name": …, "frame": …, "allow": {"connect": {"file": …, "line": …},
    /// "resource": …, "frame": …}}`: each widget, the address of a frame with its policy, and the
    /// line that would let the page reach `{origin}`, and where to write it.
    pub widgets: &'a str,
}

/// The document of a frame, which waits for a message with the page to become. Its answer needs the
/// widget's policy; whatever that policy forbids, it forbids the page.
pub fn playground_frame() -> &'static str {
    include_str!("../static/playground_frame.html")
}
