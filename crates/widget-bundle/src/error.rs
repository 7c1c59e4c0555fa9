//! Why a bundle is no page.

use std::io;
use std::path::PathBuf;

use crate::bundle::LARGEST;

/// Why a bundle cannot be made into one document. `file` is where a reference stands, `reference`
/// how it is written there.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// There is no such directory or file.
    #[error("{} cannot be read: {reason}; build the widget, or correct the path", path.display())]
    Unreadable {
        /// What was to be read.
        path: PathBuf,
        /// Why it was not.
        reason: io::Error,
    },
    /// A directory without the file that a bundle begins with.
    #[error("{} has no index.html; build the widget, or write the path of its HTML file", .0.display())]
    NoPage(PathBuf),
    /// A file of text that is none.
    #[error("{0} is not text in UTF-8; save it as UTF-8")]
    NotText(String),
    /// The page has nothing in it.
    #[error("{0} is empty; build the widget")]
    Empty(String),
    /// An address that is none.
    #[error("{file} refers to {reference:?}, which is no address; correct it")]
    NoAddress {
        /// Where it stands.
        file: String,
        /// What it says.
        reference: String,
    },
    /// A file that is not there.
    #[error(
        "{file} refers to {reference:?}, which is not in the bundle; build the widget anew, or correct the reference"
    )]
    Missing {
        /// Where it stands.
        file: String,
        /// What it says.
        reference: String,
    },
    /// A file beyond the directory, by its path or by a symbolic link.
    #[error(
        "{file} refers to {reference:?}, which lies outside the bundle's directory; put the file itself into the directory"
    )]
    Outside {
        /// Where it stands.
        file: String,
        /// What it says.
        reference: String,
    },
    /// Something on the network that the widget's policy forbids.
    #[error(
        "{file} loads {reference:?}, which a host would refuse; put the file into the bundle, or add {origin:?} to {list}"
    )]
    Forbidden {
        /// Where it stands.
        file: String,
        /// What it says.
        reference: String,
        /// The origin that would have to be allowed.
        origin: String,
        /// The list that would have to allow it.
        list: &'static str,
    },
    /// A script that imports a file.
    #[error(
        "{file} imports {reference:?}, and a page of one piece has no files to import; build one script (Vite: the plugin vite-plugin-singlefile, or build.rollupOptions.output.inlineDynamicImports; esbuild: --bundle without --splitting)"
    )]
    Import {
        /// Where it stands.
        file: String,
        /// What it says.
        reference: String,
    },
    /// A stylesheet that imports another one under a condition.
    #[error(
        "{file} imports {reference:?} with a layer or a condition; let your build put that stylesheet into this one"
    )]
    ConditionalImport {
        /// Where it stands.
        file: String,
        /// What it says.
        reference: String,
    },
    /// An element whose content no page can bring along.
    #[error(
        "{file} has <{element}> with {reference:?}, which cannot be put into the page; use an image or a script, or show a page of an origin in frame_domains in an <iframe>"
    )]
    Element {
        /// Where it stands.
        file: String,
        /// The element.
        element: String,
        /// What it refers to.
        reference: String,
    },
    /// A `<base>` that moves every address.
    #[error("{file} has <base href={reference:?}>, which a host would refuse; remove it")]
    Base {
        /// Where it stands.
        file: String,
        /// What it says.
        reference: String,
    },
    /// Blocks in blocks, or stylesheets that import each other.
    #[error("{0} is nested too deeply; do its stylesheets import each other?")]
    Nested(String),
    /// More than is served.
    #[error(
        "with {0} inside, the page has more than {largest} KiB; make scripts and images smaller, or let large ones come from an origin in resource_domains",
        largest = LARGEST / 1024
    )]
    TooLarge(String),
    /// HTML that cannot be read without guessing.
    #[error("{file} cannot be read as HTML: {message}")]
    Html {
        /// The file.
        file: String,
        /// Why not.
        message: String,
    },
}
