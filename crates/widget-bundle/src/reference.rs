//! What a reference in a file of the bundle means.

use percent_encoding::percent_decode_str;
use url::{ParseError, Url};

use crate::BundleError;

/// Where a reference leads.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Reference {
    /// To a file of the bundle, by its path from the top, with the fragment behind it.
    Inside { path: String, fragment: String },
    /// To this web origin.
    Web { origin: String },
    /// To nothing that is fetched: `data:`, `#id`, `about:blank`.
    Nowhere,
}

/// Stands for the top of the bundle, so that a path that climbs out of it can be told.
const TOP: &str = "https://bundle.invalid/-/";

/// Reads `text` as it stands in `file`, whose own path counts from the top.
pub(crate) fn read(file: &str, text: &str) -> Result<Reference, BundleError> {
    let trimmed = text.trim();
    if trimmed.is_empty() || trimmed.starts_with('#') {
        return Ok(Reference::Nowhere);
    }
    match Url::parse(trimmed) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(Reference::Web {
            origin: url.origin().ascii_serialization(),
        }),
        Ok(url) if url.scheme() == "file" => Err(outside(file, text)),
        Ok(_) => Ok(Reference::Nowhere),
        Err(ParseError::RelativeUrlWithoutBase) => relative(file, text, trimmed),
        Err(_) => Err(no_address(file, text)),
    }
}

fn relative(file: &str, text: &str, trimmed: &str) -> Result<Reference, BundleError> {
    let url = Url::parse(TOP)
        .and_then(|top| top.join(file))
        .and_then(|base| base.join(trimmed))
        .map_err(|_| no_address(file, text))?;
    if url.host_str() != Some("bundle.invalid") {
        return Ok(Reference::Web {
            origin: url.origin().ascii_serialization(),
        });
    }
    // What build tools write with a base of "/": the bundle is its own site.
    let path = if trimmed.starts_with(['/', '\\']) {
        url.path().strip_prefix('/')
    } else {
        url.path().strip_prefix("/-/")
    };
    let path = path.ok_or_else(|| outside(file, text))?;
    let path = percent_decode_str(path)
        .decode_utf8()
        .map_err(|_| no_address(file, text))?;
    let climbs = |segment: &str| segment == ".." || segment.contains(['\\', '\0']);
    if path.split('/').any(climbs) {
        return Err(outside(file, text));
    }
    Ok(Reference::Inside {
        path: path.into_owned(),
        fragment: url
            .fragment()
            .map_or_else(String::new, |fragment| format!("#{fragment}")),
    })
}

fn outside(file: &str, reference: &str) -> BundleError {
    BundleError::Outside {
        file: file.to_owned(),
        reference: reference.to_owned(),
    }
}

fn no_address(file: &str, reference: &str) -> BundleError {
    BundleError::NoAddress {
        file: file.to_owned(),
        reference: reference.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relative_reference_counts_from_its_file_and_one_with_a_slash_from_the_top() {
        for (file, text, path, fragment) in [
            ("index.html", "a.js", "a.js", ""),
            ("index.html", " ./a.js ", "a.js", ""),
            ("index.html", "/assets/a.js", "assets/a.js", ""),
            ("css/main.css", "../img/a.png", "img/a.png", ""),
            ("css/main.css", "/img/a.png", "img/a.png", ""),
            ("css/main.css", "a%20b.png?v=1", "css/a b.png", ""),
            ("index.html", "icons.svg#star", "icons.svg", "#star"),
            ("index.html", "font.eot?#iefix", "font.eot", "#iefix"),
        ] {
            let expected = Reference::Inside {
                path: path.to_owned(),
                fragment: fragment.to_owned(),
            };
            assert_eq!(read(file, text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn what_climbs_out_of_the_bundle_is_refused() {
        for text in [
            "../a.js",
            "a/../../a.js",
            "%2e%2e/a.js",
            "..%2fa.js",
            "a/..%5c..%5cb.js",
            "..\\a.js",
            "file:///etc/passwd",
            "a%00.js",
        ] {
            let refused = read("index.html", text);
            assert!(
                matches!(refused, Err(BundleError::Outside { .. })),
                "{text}: {refused:?}"
            );
        }
        assert!(read("css/main.css", "../../a.js").is_err());
    }

    #[test]
    fn an_address_on_the_web_is_its_origin_and_the_rest_is_not_fetched() {
        for (text, origin) in [
            ("https://cdn.example/a.js", "https://cdn.example"),
            ("http://localhost:5173/a.js", "http://localhost:5173"),
            ("//cdn.example/a.js", "https://cdn.example"),
            ("/\\cdn.example/a.js", "https://cdn.example"),
        ] {
            let web = Reference::Web {
                origin: origin.to_owned(),
            };
            assert_eq!(read("index.html", text).unwrap(), web, "{text}");
        }
        for text in [
            "",
            "#id",
            "data:image/png;base64,AA==",
            "about:blank",
            "blob:x",
        ] {
            assert_eq!(read("index.html", text).unwrap(), Reference::Nowhere);
        }
        for text in ["https://", "//:x", "https://a:b:c/"] {
            assert!(matches!(
                read("index.html", text),
                Err(BundleError::NoAddress { .. })
            ));
        }
    }
}
