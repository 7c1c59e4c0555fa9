//! What every page can do.

use askama::Template;

/// A page that can be sent: a complete HTML document, `text/html; charset=utf-8`.
///
/// Implemented by every page of this crate and by nothing else that is public.
pub trait Page {
    /// The document. Never fails: all that a page shows is already in memory.
    fn render(&self) -> String;
}

impl<T: Template> Page for T {
    fn render(&self) -> String {
        let mut document = String::with_capacity(T::SIZE_HINT);
        // Rendering fails only when a value's `Display` does; texts and our own types never do,
        // and writing to a `String` cannot.
        _ = self.render_into(&mut document);
        document
    }
}
