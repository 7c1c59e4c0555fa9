//! A widget's bundle: from the files that a build leaves to the one HTML document that hosts take,
//! and word of every change to them.
//!
//! [`Bundle::read`] puts scripts, stylesheets, images and fonts into the page. What it cannot put
//! there is an error with a remedy, because a page that lacks a part fails in the host, where
//! nobody sees why. [`follow()`] reads the bundle again whenever its files change, and [`Build`] makes
//! them anew whenever their sources do.
//!
//! What this crate must not know: HTTP, MCP, the configuration.

mod build;
mod bundle;
mod directory;
mod document;
mod domains;
mod error;
mod follow;
mod imports;
mod media_type;
mod reference;
mod script;
mod srcset;
mod stylesheet;
mod tree;
mod watch;

pub use build::{Build, BuildState};
pub use bundle::{Bundle, Page};
pub use error::BundleError;
pub use follow::{Change, follow};
