use super::*;

/// Every colour on a coarse grid, black and white included.
fn palette() -> impl Iterator<Item = Color> {
    let channel = || (0..=255).step_by(15).map(|c: u16| u8::try_from(c).unwrap());
    channel()
        .flat_map(move |r| channel().flat_map(move |g| channel().map(move |b| Color::rgb(r, g, b))))
}

#[test]
fn every_brand_colour_yields_readable_pages() {
    for color in palette() {
        for (accent, ground) in [
            (Accent::light(color), GROUND_LIGHT),
            (Accent::dark(color), GROUND_DARK),
        ] {
            assert!(
                accent.fill.contrast(accent.on_fill) >= 4.5,
                "label on {color}"
            );
            assert!(
                accent.hover.contrast(accent.on_fill) >= 4.5,
                "hovered label on {color}"
            );
            assert!(accent.edge.contrast(ground) >= CONTROL, "edge of {color}");
            assert!(accent.text.contrast(ground) >= TEXT, "text in {color}");
        }
    }
}

#[test]
fn keeps_the_operators_colour_where_it_is_readable() {
    let color = Color::rgb(0xff, 0xd4, 0x00);
    assert_eq!(Accent::light(color).fill, color);
    assert_eq!(Accent::dark(color).fill, color);
}

#[test]
fn stylesheet_is_named_by_its_content() {
    let ours = Brand::default();
    let other = Brand::new("countersign", None, Color::BLACK).unwrap();
    assert_ne!(ours.stylesheet(), other.stylesheet());
    assert!(ours.stylesheet().starts_with("/assets/brand."));
}

#[test]
fn refuses_a_logo_from_elsewhere() {
    for logo in [
        "https://cdn.example/logo.svg",
        "//cdn.example/logo.svg",
        "logo.svg",
        "data:text/html,x",
        "javascript:1",
    ] {
        assert_eq!(
            Brand::new("Acme", Some(logo), Color::BLACK).unwrap_err(),
            BrandError::Logo,
            "{logo}"
        );
    }
    for logo in ["/assets/logo.svg", "data:image/svg+xml;base64,PHN2Zy8+"] {
        assert!(
            Brand::new("Acme", Some(logo), Color::BLACK).is_ok(),
            "{logo}"
        );
    }
}

#[test]
fn refuses_a_blank_or_endless_name() {
    for name in ["", "  ", &"x".repeat(61)] {
        assert_eq!(
            Brand::new(name, None, Color::BLACK).unwrap_err(),
            BrandError::Name
        );
    }
}

#[test]
fn slug_is_safe_in_a_shell_and_in_json() {
    let slug = |name: &str| Brand::new(name, None, Color::BLACK).unwrap().slug();
    assert_eq!(slug("Acme & Söhne, Inc."), "acme-s-hne-inc");
    assert_eq!(slug("日本"), "countersign");
    assert_eq!(slug("$(rm -rf)"), "rm-rf");
}

#[test]
fn favicon_shows_the_mark_in_the_brands_colour() {
    let svg = String::from_utf8(favicon(Color::rgb(0xff, 0xd4, 0x00))).unwrap();
    assert!(svg.starts_with("<svg xmlns="), "{svg}");
    assert!(
        svg.contains("fill=\"#ffd400\"")
            && svg.contains("#000000")
            && !svg.contains("currentColor"),
        "{svg}"
    );
}
