//! A script inside a page.

use std::borrow::Cow;

use crate::BundleError;
use crate::domains::Domains;
use crate::imports::imports;
use crate::reference::{self, Reference};

/// Refuses a script that imports what it could not find: a file of the bundle, or an origin that the
/// policy shuts out. Bare names are left to an import map.
pub(crate) fn check(source: &str, file: &str, domains: &Domains<'_>) -> Result<(), BundleError> {
    for specifier in imports(source) {
        match reference::read(file, specifier) {
            Ok(Reference::Web { origin }) => domains.check_resource(file, specifier, origin)?,
            Ok(Reference::Nowhere) => {}
            _ if !specifier.starts_with(['.', '/']) => {}
            _ => {
                return Err(BundleError::Import {
                    file: file.to_owned(),
                    reference: specifier.to_owned(),
                });
            }
        }
    }
    Ok(())
}

/// The same script with nothing in it that would end its element early (HTML section 4.12.1.3). Both
/// sequences mean the same in strings, templates and regular expressions, and nothing elsewhere.
pub(crate) fn escape(source: &str) -> String {
    let escaped = end_tags(source, "script");
    escaped.replace("<!--", r"\x3C!--")
}

/// The same stylesheet with nothing in it that would end its element early.
pub(crate) fn escape_style(source: &str) -> Cow<'_, str> {
    end_tags(source, "style")
}

fn end_tags<'a>(source: &'a str, name: &str) -> Cow<'a, str> {
    let mut escaped = String::new();
    let mut copied = 0;
    for (at, _) in source.match_indices("</") {
        let behind = source.get(at + 2..at + 2 + name.len());
        if behind.is_some_and(|behind| behind.eq_ignore_ascii_case(name)) {
            escaped.push_str(source.get(copied..=at).unwrap_or_default());
            escaped.push('\\');
            copied = at + 1;
        }
    }
    if copied == 0 {
        return Cow::Borrowed(source);
    }
    escaped.push_str(source.get(copied..).unwrap_or_default());
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_script_ends_its_element() {
        let source = r#"a = "</script>", b = "</SCRIPT x", c = "<!-- <script>", d = 1</style/"#;
        let expected =
            r#"a = "<\/script>", b = "<\/SCRIPT x", c = "\x3C!-- <script>", d = 1</style/"#;
        assert_eq!(escape(source), expected);
        assert_eq!(
            escape_style("a::after{content:'</Style>'}"),
            "a::after{content:'<\\/Style>'}"
        );
        assert_eq!(escape("a</ü"), "a</ü");
    }

    #[test]
    fn a_script_imports_what_an_import_map_or_the_policy_brings_and_nothing_else() {
        let allowed = ["https://esm.example".to_owned()];
        let domains = Domains {
            resource: &allowed,
            frame: &[],
        };
        for good in [
            "react",
            "react/jsx-runtime",
            "https://esm.example/a.js",
            "data:text/javascript,",
        ] {
            assert!(
                check(&format!("import '{good}'"), "a.js", &domains).is_ok(),
                "{good}"
            );
        }
        for file in ["./b.js", "../b.js", "/b.js", "../../b.js"] {
            let refused = check(&format!("import '{file}'"), "a.js", &domains);
            assert!(matches!(refused, Err(BundleError::Import { .. })), "{file}");
        }
        for web in ["https://other.example/a.js", "//other.example/a.js"] {
            let refused = check(&format!("import '{web}'"), "a.js", &domains);
            assert!(
                matches!(refused, Err(BundleError::Forbidden { .. })),
                "{web}"
            );
        }
    }
}
