//! HTTP: routes, extractors, answers, cookies, headers and pages. The only place that knows
//! status codes; decides nothing that the use cases decide.
//!
//! One file per endpoint in `endpoint/`. [`router()`] is the whole origin: the authorization
//! server, its pages, and the MCP endpoint that is handed in.

mod answer;
mod cookie;
mod cors;
mod endpoint;
mod form;
mod forwarded;
mod headers;
mod news;
mod page;
mod peer;
mod router;
mod site;

pub use news::{News, WidgetNews};
pub use router::router;
pub use site::{Allow, AllowLine, OfferedTool, Playground, PlaygroundWidget, Site};
