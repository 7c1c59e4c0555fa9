//! What becomes of stylesheets.

use crate::site::{Site, html};

/// "x" as a picture.
const X: &str = "data:image/png;base64,eA==";

#[track_caller]
fn css(style: &str, files: &[(&str, &str)]) -> String {
    let page = html(&format!("<style>{style}</style>"), files);
    let style = page
        .strip_prefix("<style>")
        .and_then(|page| page.strip_suffix("</style>"));
    style.unwrap().to_owned()
}

#[test]
fn every_way_to_write_an_address_is_found_and_the_rest_stays() {
    for (style, expected) in [
        ("p{background:url(x.png)}", "p{background:url(\"{X}\")}"),
        (
            "p{background:URL( 'x.png' ) /* url(y) */}",
            "p{background:url(\"{X}\") /* url(y) */}",
        ),
        (
            "p{background:url(\"x\\.png\")no-repeat}",
            "p{background:url(\"{X}\")no-repeat}",
        ),
        (
            "@media print{@supports (a:b){p{mask:url(x.png#a)}}}",
            "@media print{@supports (a:b){p{mask:url(\"{X}#a\")}}}",
        ),
        (
            "p{background:image-set(\"x.png\" 1x type(\"image/png\"),url(x.png) 2x)}",
            "p{background:image-set(url(\"{X}\") 1x type(\"image/png\"),url(\"{X}\") 2x)}",
        ),
        (
            "p::after{content:\"url(x.png)\";color:red}",
            "p::after{content:\"url(x.png)\";color:red}",
        ),
        (
            "p{clip-path:url(#clip);background:url(data:,x)}",
            "p{clip-path:url(#clip);background:url(data:,x)}",
        ),
        (
            "@namespace svg url(http://www.w3.org/2000/svg);p{--a:url(x.png)}",
            "@namespace svg url(http://www.w3.org/2000/svg);p{--a:url(\"{X}\")}",
        ),
        ("p{a:url(x.png", "p{a:url(\"{X}\")"),
        ("}}p{a:b", "}}p{a:b"),
    ] {
        let expected = expected.replace("{X}", X);
        assert_eq!(css(style, &[("x.png", "x")]), expected, "{style}");
    }
}

#[test]
fn an_imported_stylesheet_takes_the_place_of_its_import() {
    let files = [
        ("css/a.css", "@import \"b.css\";a{background:url(../x.png)}"),
        ("css/b.css", "b{color:red}"),
        ("x.png", "x"),
    ];
    let expected = format!("b{{color:red}}a{{background:url(\"{X}\")}}c{{}}");
    assert_eq!(css("@import url(css/a.css);c{}", &files), expected);
    let media = css("@import 'css/b.css' screen and (width > 1px) ;c{}", &files);
    assert_eq!(media, "@media screen and (width > 1px){b{color:red}}c{}");
}

#[test]
fn imports_from_the_web_come_first_since_they_count_nowhere_else() {
    let mut site = Site::new(&[
        (
            "index.html",
            "<style>@import 'a.css';@import 'https://cdn.example/b.css' print;c{}</style>",
        ),
        ("a.css", "@import url(https://cdn.example/a.css);a{}"),
    ]);
    site.bundle.resource_domains = vec!["https://cdn.example".to_owned()];
    assert_eq!(
        site.html(),
        "<style>@import url(https://cdn.example/a.css);@import 'https://cdn.example/b.css' print;a{}c{}</style>"
    );
}

#[test]
fn what_only_a_bundler_can_resolve_is_refused() {
    for style in [
        "@import 'a.css' layer(x);",
        "@import 'a.css' LAYER;",
        "@import 'a.css' supports(a:b);",
    ] {
        let site = Site::new(&[("a.css", "a{}")]);
        site.write("index.html", format!("<style>{style}</style>"));
        let said = site.refusal().to_string();
        assert!(
            said.contains("with a layer or a condition"),
            "{style}: {said}"
        );
    }
}

#[test]
fn stylesheets_that_import_each_other_end() {
    let site = Site::new(&[
        ("index.html", "<style>@import 'a.css'</style>"),
        ("a.css", "@import 'a.css'"),
    ]);
    let said = site.refusal().to_string();
    assert!(said.contains("nested too deeply"), "{said}");
    site.write("a.css", "(".repeat(100_000));
    assert!(site.refusal().to_string().contains("nested too deeply"));
}

#[test]
fn a_stylesheet_cannot_end_its_element() {
    let page = html(
        "<link rel=stylesheet media=\"print\" href=a.css>",
        &[("a.css", "a{content:'</style>'}")],
    );
    assert_eq!(
        page,
        "<style media=\"print\">a{content:'<\\/style>'}</style>"
    );
}
