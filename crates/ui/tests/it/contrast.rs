//! The stylesheet's own colours, by WCAG 2.2, 1.4.3 and 1.4.11. The operator's are checked beside
//! the code that derives them.

use std::collections::HashMap;

use countersign_ui::{Color, assets};

/// The colours of both schemes: what the dark one does not set is as in the light one.
fn schemes() -> [HashMap<String, Color>; 2] {
    let css = assets()
        .iter()
        .find(|asset| asset.content_type.starts_with("text/css"))
        .unwrap();
    let css = std::str::from_utf8(&css.bytes).unwrap();
    let mut roots = css
        .split(":root {")
        .skip(1)
        .map(|block| block.split('}').next().unwrap());
    let mut colors = HashMap::new();
    [roots.next().unwrap(), roots.next().unwrap()].map(|block| {
        for declaration in block.split(';') {
            if let Some((name, value)) = declaration.trim().split_once(": ")
                && let Some(color) = Color::parse(value)
            {
                colors.insert(name.to_owned(), color);
            }
        }
        colors.clone()
    })
}

#[test]
fn text_is_readable_on_every_background() {
    for colors in schemes() {
        let contrast = |a: &str, b: &str| colors[a].contrast(colors[b]);
        for ground in ["--page", "--surface", "--sunken"] {
            for text in ["--ink", "--muted"] {
                assert!(contrast(text, ground) >= 4.5, "{text} on {ground}");
            }
        }
        for (text, ground) in [
            ("--danger", "--danger-soft"),
            ("--warn", "--warn-soft"),
            ("--warn", "--surface"),
        ] {
            assert!(contrast(text, ground) >= 4.5, "{text} on {ground}");
        }
    }
}

#[test]
fn fields_are_visible_on_every_background() {
    for colors in schemes() {
        for ground in ["--page", "--surface"] {
            assert!(
                colors["--field"].contrast(colors[ground]) >= 3.0,
                "{ground}"
            );
        }
        assert!(colors["--danger"].contrast(colors["--surface"]) >= 3.0);
    }
}

#[test]
fn brand_colours_are_derived_for_these_backgrounds() {
    // `brand.rs` derives text colours for these two; any other background gives more contrast.
    let [light, dark] = schemes();
    assert_eq!(light["--page"].to_string(), "#f6f5f2");
    assert_eq!(dark["--surface"].to_string(), "#1b1c1a");
    for (colors, worst, goal) in [(light, "--page", "#000000"), (dark, "--surface", "#ffffff")] {
        let goal = Color::parse(goal).unwrap();
        for ground in ["--page", "--surface", "--sunken"] {
            assert!(
                colors[ground].contrast(goal) >= colors[worst].contrast(goal),
                "{ground}"
            );
        }
    }
}
