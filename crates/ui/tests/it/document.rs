//! Rules that a document keeps so that the policy of design 5.7, assistive technology and a
//! browser without JavaScript can rely on it.

use countersign_ui::{Brand, assets};

use crate::samples;

/// A start tag.
struct Tag {
    name: String,
    attributes: Vec<(String, Option<String>)>,
}

impl Tag {
    /// An attribute's value; empty if it has none.
    fn value(&self, attribute: &str) -> Option<&str> {
        let (_, value) = self.attributes.iter().find(|(name, _)| name == attribute)?;
        Some(value.as_deref().unwrap_or_default())
    }
}

/// Start tags of a document, in order. Enough of a parser
/// for documents whose every attribute value is quoted and escaped, which is checked on the way.
fn tags(page: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap();
        let name = rest[..end].to_owned();
        rest = &rest[end..];
        let mut attributes = Vec::new();
        loop {
            rest = rest.trim_start();
            if let Some(after) = rest.strip_prefix('>') {
                rest = after;
                break;
            }
            if let Some(after) = rest.strip_prefix("/>") {
                rest = after;
                break;
            }
            let end = rest
                .find(|c: char| c == '=' || c == '>' || c.is_whitespace())
                .unwrap();
            let attribute = rest[..end].to_owned();
            rest = &rest[end..];
            let value = rest.strip_prefix('=').map(|quoted| {
                let quoted = quoted.strip_prefix('"').expect("every value is quoted");
                let (value, after) = quoted.split_once('"').expect("every value ends");
                rest = after;
                value.to_owned()
            });
            attributes.push((attribute, value));
        }
        tags.push(Tag { name, attributes });
    }
    tags
}

/// Calls `check` with each sample's name, its document, and each tag in it.
fn every_tag(mut check: impl FnMut(&str, &str, &Tag)) {
    for brand in [Brand::default(), samples::acme()] {
        for (name, page) in samples::pages(&brand) {
            for tag in tags(&page) {
                check(name, &page, &tag);
            }
        }
    }
}

#[test]
fn no_inline_script_style_or_handler() {
    every_tag(|page, _, tag| {
        assert_ne!(tag.name, "style", "{page}");
        if tag.name == "script" {
            assert!(
                tag.value("src")
                    .is_some_and(|src| src.starts_with("/assets/")),
                "{page}"
            );
        }
        for (name, value) in &tag.attributes {
            assert!(
                name != "style" && !name.starts_with("on"),
                "{page}: {} {name}",
                tag.name
            );
            let value = value
                .as_deref()
                .unwrap_or_default()
                .trim_start()
                .to_ascii_lowercase();
            assert!(
                !value.starts_with("javascript:"),
                "{page}: {} {name}",
                tag.name
            );
        }
    });
}

#[test]
fn loads_nothing_from_elsewhere() {
    every_tag(|page, _, tag| {
        let address = match tag.name.as_str() {
            "link" | "a" => tag.value("href"),
            "script" | "img" => tag.value("src"),
            "form" => tag.value("action"),
            _ => None,
        };
        let Some(address) = address else { return };
        // The two editors' install links leave the page by an explicit click.
        let install = tag.name == "a"
            && (address.starts_with("vscode:mcp/") || address.starts_with("cursor://"));
        assert!(
            install || (address.starts_with('/') && !address.starts_with("//")),
            "{page}: {address}"
        );
    });
}

#[test]
fn every_asset_that_a_page_names_is_served() {
    for brand in [Brand::default(), samples::acme()] {
        let served: Vec<_> = assets()
            .iter()
            .cloned()
            .chain(brand.assets())
            .map(|a| a.path)
            .collect();
        for (name, page) in samples::pages(&brand) {
            for tag in tags(&page) {
                let address = match tag.name.as_str() {
                    "link" => tag.value("href"),
                    "script" => tag.value("src"),
                    _ => None,
                };
                if let Some(address) = address.filter(|a| Some(*a) != samples::LOGO) {
                    assert!(
                        served.iter().any(|path| path == address),
                        "{name}: {address}"
                    );
                }
            }
        }
    }
}

#[test]
fn every_visible_input_has_a_label() {
    every_tag(|page, document, tag| {
        if tag.name == "input" && tag.value("type") != Some("hidden") {
            let id = tag.value("id").expect("an id");
            assert!(
                document.contains(&format!("for=\"{id}\"")),
                "{page}: {id} has no label"
            );
        }
    });
}

#[test]
fn every_reference_to_an_id_finds_it() {
    every_tag(|page, document, tag| {
        for name in ["for", "aria-describedby", "aria-labelledby"] {
            for id in tag.value(name).unwrap_or_default().split_whitespace() {
                assert_eq!(
                    document.matches(&format!(" id=\"{id}\"")).count(),
                    1,
                    "{page}: {name}={id}"
                );
            }
        }
    });
}

#[test]
fn every_form_posts_a_csrf_token() {
    for (name, page) in samples::pages(&Brand::default()) {
        for form in page.split("<form ").skip(1) {
            let form = form.split("</form>").next().unwrap();
            // Belongs to a script, and goes nowhere without it (HTML, form submission: "dialog").
            if form.starts_with("method=\"dialog\"") {
                continue;
            }
            assert!(form.contains("method=\"post\""), "{name}");
            assert!(
                form.contains("<input type=\"hidden\" name=\"csrf\" value=\"csrf-token\">"),
                "{name}"
            );
            assert!(
                form.contains("type=\"submit\""),
                "{name}: unusable without JavaScript"
            );
        }
    }
}

#[test]
fn every_page_has_a_language_a_title_and_one_heading() {
    for (name, page) in samples::pages(&Brand::default()) {
        assert!(
            page.starts_with("<!doctype html>\n<html lang=\"en\" dir=\"ltr\">"),
            "{name}"
        );
        assert_eq!(page.matches("<title>").count(), 1, "{name}");
        assert_eq!(page.matches("<h1").count(), 1, "{name}");
        assert_eq!(page.matches("<main>").count(), 1, "{name}");
    }
}

/// One sample of our own brand.
fn page(name: &str) -> String {
    let mut pages = samples::pages(&Brand::default()).into_iter();
    pages.find(|(sample, _)| *sample == name).unwrap().1
}

#[test]
fn agreeing_is_never_the_default() {
    for (name, yes) in [("consent", "approve"), ("ask", "continue")] {
        let page = page(name);
        let position = |value: &str| {
            page.find(&format!("name=\"decision\" value=\"{value}\""))
                .unwrap()
        };
        // HTML, implicit submission: Enter presses the form's first submit button.
        assert!(position("deny") < position(yes), "{name}");
    }
}

#[test]
fn scopes_are_no_choice_before_the_sign_in() {
    let page = page("ask");
    assert!(page.contains("Add notes in your name") && !page.contains("name=\"scope\""));
}

#[test]
fn a_form_that_needs_its_script_is_hidden_and_explained_without_it() {
    for name in ["privy-sign-in", "privy-sign-in-account"] {
        let page = page(name);
        let root = page.split("<div class=\"privy\"").nth(1).unwrap();
        assert!(
            root.split('>').next().unwrap().ends_with(" hidden"),
            "{name}"
        );
        assert!(
            !page
                .split("<div class=\"privy\"")
                .next()
                .unwrap()
                .contains("<form")
        );
        assert!(page.contains("<noscript><p class=\"note\">"), "{name}");
    }
}

#[test]
fn only_ways_that_are_on_are_in_the_page() {
    let all = page("privy-sign-in");
    let few = page("privy-sign-in-account");
    for way in ["sms", "wallet", "passkey"] {
        let button = format!("data-privy-do=\"{way}\"");
        assert!(all.contains(&button) && !few.contains(&button), "{way}");
    }
    assert!(few.contains("data-privy-part=\"email\"") && few.contains("data-provider=\"google\""));
    assert!(!few.contains("data-captcha") && !few.contains("data-device"));
    let nothing = page("privy-sign-in-nothing");
    assert!(nothing.contains("No way to sign in") && !nothing.contains("<button"));
}

#[test]
fn only_optional_scopes_are_a_choice() {
    let page = page("consent");
    assert!(page.contains("name=\"scope\" value=\"notes:write\" checked"));
    assert!(page.contains("Read your notes") && !page.contains("value=\"notes:read\""));
}
