//! The page with everything that it loads inside.

use std::cell::{Cell, RefCell};
use std::fmt::Write as _;

use lol_html::errors::RewritingError;
use lol_html::html_content::{ContentType, Element, TextChunk};
use lol_html::{HandlerResult, Settings, element, end, rewrite_str, text};

use crate::BundleError;
use crate::directory::Directory;
use crate::domains::Domains;
use crate::reference::{self, Reference};
use crate::{script, srcset, stylesheet};

/// Puts scripts, stylesheets, images and whatever else is in the bundle into `html`, which is `file`.
pub(crate) fn embed(
    html: &str,
    file: &str,
    directory: &Directory,
    domains: &Domains<'_>,
) -> Result<String, BundleError> {
    let page = Embedding {
        file,
        directory,
        domains,
        inline: Cell::new(Inline::Data),
        text: RefCell::default(),
        deferred: RefCell::default(),
    };
    let settings = Settings::new()
        .append_element_content_handler(element!("*", |element| page.element(element)))
        .append_element_content_handler(text!("style", |chunk| page.style(chunk)))
        .append_element_content_handler(text!("script", |chunk| page.script_text(chunk)))
        .append_document_content_handler(end!(|end| {
            end.append(&page.deferred.borrow(), ContentType::Html);
            Ok(())
        }));
    rewrite_str(html, settings).map_err(|error| ours(error, file))
}

fn ours(error: RewritingError, file: &str) -> BundleError {
    let html = |message: String| BundleError::Html {
        file: file.to_owned(),
        message,
    };
    match error {
        RewritingError::ContentHandlerError(error) => match error.downcast::<BundleError>() {
            Ok(error) => *error,
            Err(other) => html(other.to_string()),
        },
        other => html(other.to_string()),
    }
}

/// What the text of the script at hand is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Inline {
    Code,
    /// Not run, or put there by us.
    Data,
}

struct Embedding<'a> {
    file: &'a str,
    directory: &'a Directory,
    domains: &'a Domains<'a>,
    inline: Cell<Inline>,
    /// The text of the element at hand, as far as it was read.
    text: RefCell<String>,
    /// Scripts that wait until the page is read, which only those with an address can.
    deferred: RefCell<String>,
}

impl Embedding<'_> {
    fn element(&self, element: &mut Element<'_, '_>) -> HandlerResult {
        match &*element.tag_name() {
            "base" => self.base(element)?,
            "script" => self.script(element)?,
            "link" => self.link(element)?,
            "img" | "source" => {
                self.attribute(element, "src")?;
                self.srcset(element)?;
            }
            "video" => {
                self.attribute(element, "src")?;
                self.attribute(element, "poster")?;
            }
            "audio" | "track" | "input" => self.attribute(element, "src")?,
            "image" | "feimage" => {
                self.attribute(element, "href")?;
                self.attribute(element, "xlink:href")?;
            }
            "iframe" => self.frame(element)?,
            "embed" => self.nothing_inside(element, "src")?,
            "object" => self.nothing_inside(element, "data")?,
            "use" => {
                self.nothing_inside(element, "href")?;
                self.nothing_inside(element, "xlink:href")?;
            }
            _ => {}
        }
        if let Some(style) = attribute(element, "style") {
            let style = stylesheet::embed(&style, self.file, self.directory, self.domains)?;
            set(element, "style", &style.into_text())?;
        }
        Ok(())
    }

    /// Angular writes `<base href="/">`, which changes nothing about a bundle that is its own site.
    fn base(&self, element: &mut Element<'_, '_>) -> Result<(), BundleError> {
        let Some(href) = attribute(element, "href") else {
            return Ok(());
        };
        if !matches!(href.trim(), "" | "/" | "./" | ".") {
            return Err(BundleError::Base {
                file: self.file.to_owned(),
                reference: href,
            });
        }
        element.remove_attribute("href");
        Ok(())
    }

    fn script(&self, element: &mut Element<'_, '_>) -> HandlerResult {
        let kind = attribute(element, "type").unwrap_or_default();
        let kind = kind.trim().to_ascii_lowercase();
        let module = kind == "module";
        let runs = module
            || kind.is_empty()
            || kind.ends_with("/javascript")
            || kind.ends_with("/ecmascript");
        self.inline
            .set(if runs { Inline::Code } else { Inline::Data });
        let Some(src) = attribute(element, "src").filter(|_| runs) else {
            return Ok(());
        };
        self.inline.set(Inline::Data);
        let Some((path, _)) = self.inside(&src)? else {
            return Ok(());
        };
        let source = self.directory.text(&path, self.file, &src)?;
        script::check(&source, &path, self.domains)?;
        let source = script::escape(&source);
        let waits = !module && (element.has_attribute("defer") || element.has_attribute("async"));
        for gone in [
            "src",
            "crossorigin",
            "integrity",
            "charset",
            "fetchpriority",
            "referrerpolicy",
        ] {
            element.remove_attribute(gone);
        }
        if waits {
            element.remove_attribute("defer");
            element.remove_attribute("async");
            let mut deferred = self.deferred.borrow_mut();
            deferred.push_str("<script");
            for attribute in element.attributes() {
                write!(
                    deferred,
                    " {}=\"{}\"",
                    attribute.name(),
                    attribute.value().replace('"', "&quot;")
                )?;
            }
            write!(deferred, ">{source}</script>")?;
            element.remove();
        } else {
            element.set_inner_content(&source, ContentType::Html);
        }
        Ok(())
    }

    fn script_text(&self, chunk: &mut TextChunk<'_>) -> HandlerResult {
        if self.inline.get() == Inline::Code
            && let Some(source) = self.whole(chunk)
        {
            script::check(&source, self.file, self.domains)?;
            chunk.replace(&source, ContentType::Html);
        }
        Ok(())
    }

    fn style(&self, chunk: &mut TextChunk<'_>) -> HandlerResult {
        if let Some(css) = self.whole(chunk) {
            let css = stylesheet::embed(&css, self.file, self.directory, self.domains)?.into_text();
            chunk.replace(&script::escape_style(&css), ContentType::Html);
        }
        Ok(())
    }

    /// The whole text once its last chunk is there. Until then its chunks are taken out.
    fn whole(&self, chunk: &mut TextChunk<'_>) -> Option<String> {
        self.text.borrow_mut().push_str(chunk.as_str());
        if chunk.last_in_text_node() {
            return Some(self.text.take());
        }
        chunk.remove();
        None
    }

    fn link(&self, element: &mut Element<'_, '_>) -> HandlerResult {
        let rel = attribute(element, "rel")
            .unwrap_or_default()
            .to_ascii_lowercase();
        let is = |name: &str| rel.split_ascii_whitespace().any(|token| token == name);
        let Some(href) = attribute(element, "href") else {
            return Ok(());
        };
        if is("stylesheet") && !is("alternate") {
            return self.stylesheet(element, &href);
        }
        if is("icon") || is("apple-touch-icon") || is("mask-icon") {
            return Ok(self.attribute(element, "href")?);
        }
        // What only makes loading faster, and what a page in a frame has no use for.
        let hints = [
            "modulepreload",
            "preload",
            "prefetch",
            "manifest",
            "stylesheet",
        ];
        if hints.into_iter().any(is) && self.inside(&href)?.is_some() {
            element.remove();
        }
        Ok(())
    }

    fn stylesheet(&self, element: &mut Element<'_, '_>, href: &str) -> HandlerResult {
        let Some((path, _)) = self.inside(href)? else {
            return Ok(());
        };
        let css = self.directory.text(&path, self.file, href)?;
        let css = stylesheet::embed(&css, &path, self.directory, self.domains)?.into_text();
        let css = script::escape_style(&css);
        let media = element.get_attribute("media");
        let media = media.map_or_else(String::new, |media| {
            format!(" media=\"{}\"", media.replace('"', "&quot;"))
        });
        element.replace(&format!("<style{media}>{css}</style>"), ContentType::Html);
        Ok(())
    }

    /// Puts what an attribute refers to into it.
    fn attribute(&self, element: &mut Element<'_, '_>, name: &str) -> Result<(), BundleError> {
        if let Some(reference) = attribute(element, name)
            && let Some(data) = self.data(&reference)?
        {
            set(element, name, &data)?;
        }
        Ok(())
    }

    fn srcset(&self, element: &mut Element<'_, '_>) -> Result<(), BundleError> {
        if let Some(text) = attribute(element, "srcset") {
            let text = srcset::rewrite(&text, |reference| self.data(reference))?;
            set(element, "srcset", &text)?;
        }
        Ok(())
    }

    fn frame(&self, element: &Element<'_, '_>) -> Result<(), BundleError> {
        let Some(src) = attribute(element, "src") else {
            return Ok(());
        };
        match reference::read(self.file, &src)? {
            Reference::Web { origin } => self.domains.check_frame(self.file, &src, origin),
            Reference::Nowhere => Ok(()),
            Reference::Inside { .. } => Err(self.impossible(element, src)),
        }
    }

    /// Refuses what no policy lets in and no address can hold.
    fn nothing_inside(&self, element: &Element<'_, '_>, name: &str) -> Result<(), BundleError> {
        match attribute(element, name) {
            Some(reference) if reference::read(self.file, &reference)? != Reference::Nowhere => {
                Err(self.impossible(element, reference))
            }
            _ => Ok(()),
        }
    }

    fn impossible(&self, element: &Element<'_, '_>, reference: String) -> BundleError {
        BundleError::Element {
            file: self.file.to_owned(),
            element: element.tag_name(),
            reference,
        }
    }

    fn data(&self, reference: &str) -> Result<Option<String>, BundleError> {
        self.inside(reference)?
            .map(|(path, fragment)| {
                let data = self.directory.data_url(&path, self.file, reference)?;
                Ok(data + &fragment)
            })
            .transpose()
    }

    /// The path and fragment of a reference to a file of the bundle; `None` for what may stay.
    fn inside(&self, reference: &str) -> Result<Option<(String, String)>, BundleError> {
        match reference::read(self.file, reference)? {
            Reference::Inside { path, fragment } => Ok(Some((path, fragment))),
            Reference::Web { origin } => {
                self.domains.check_resource(self.file, reference, origin)?;
                Ok(None)
            }
            Reference::Nowhere => Ok(None),
        }
    }
}

/// An attribute as a browser reads it, as far as addresses and styles need it.
fn attribute(element: &Element<'_, '_>, name: &str) -> Option<String> {
    let value = element.get_attribute(name)?;
    if !value.contains('&') {
        return Some(value);
    }
    let quotes = value.replace("&quot;", "\"").replace("&#34;", "\"");
    let quotes = quotes.replace("&apos;", "'").replace("&#39;", "'");
    Some(
        quotes
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&"),
    )
}

fn set(element: &mut Element<'_, '_>, name: &str, value: &str) -> Result<(), BundleError> {
    // The name was in the document; the library writes quotes as they have to be.
    let value = value.replace('&', "&amp;");
    element
        .set_attribute(name, &value)
        .map_err(|error| BundleError::Html {
            file: name.to_owned(),
            message: error.to_string(),
        })
}
