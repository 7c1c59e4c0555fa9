//! What becomes of a page.

use crate::site::{Site, html};

/// "x" in base64.
const X: &str = "data:image/png;base64,eA==";

#[test]
fn what_refers_to_nothing_stays_byte_for_byte() {
    let page = "<!DOCTYPE html>\n<HTML lang=en><title>A &amp; B</title><p class='x' >é<br/>\n\
                <a href=\"/elsewhere\">a</a><img alt=none><svg><use href=\"#a\"/></svg>";
    assert_eq!(html(page, &[]), page);
}

#[test]
fn vites_bundle_is_one_document() {
    let page = html(
        r#"<!doctype html>
<html>
  <head>
    <link rel="icon" type="image/svg+xml" href="/vite.svg" />
    <script type="module" crossorigin src="/assets/index-Bx1.js"></script>
    <link rel="modulepreload" crossorigin href="/assets/index-Bx1.js">
    <link rel="stylesheet" crossorigin href="/assets/index-Cy2.css">
  </head>
  <body><div id="root"></div></body>
</html>"#,
        &[
            ("assets/index-Bx1.js", "document.title=\"</script>\";"),
            (
                "assets/index-Cy2.css",
                "body{background:url(/assets/x.png)}",
            ),
            ("assets/x.png", "x"),
            ("vite.svg", "<svg/>"),
        ],
    );
    assert_eq!(
        page,
        format!(
            r#"<!doctype html>
<html>
  <head>
    <link rel="icon" type="image/svg+xml" href="data:image/svg+xml;base64,PHN2Zy8+" />
    <script type="module">document.title="<\/script>";</script>
    
    <style>body{{background:url("{X}")}}</style>
  </head>
  <body><div id="root"></div></body>
</html>"#
        )
    );
}

#[test]
fn one_html_file_is_a_bundle_with_what_lies_beside_it() {
    let mut site = Site::new(&[
        ("card.html", "<script src=card.js></script>"),
        ("card.js", "a()"),
    ]);
    site.bundle.path = site.file("card.html");
    assert_eq!(site.html(), "<script>a()</script>");
}

#[test]
fn a_script_that_waits_for_the_page_still_does() {
    let files = [("a.js", "a()"), ("b.js", "b()"), ("c.js", "c()")];
    let page = html(
        "<head><script src=a.js defer id=\"a\"></script><script async src=b.js></script>\
         <script src=c.js></script></head><body><p>page</p></body>",
        &files,
    );
    assert_eq!(
        page,
        "<head><script>c()</script></head><body><p>page</p></body>\
         <script id=\"a\">a()</script><script>b()</script>"
    );
}

#[test]
fn scripts_that_do_not_run_are_left_alone() {
    let page = r#"<script type="application/json" src="a.json">{"import":"./x"}</script>"#;
    assert_eq!(html(page, &[]), page);
    let page = r#"<script type="importmap">{"imports":{"a":"https://esm.example/a.js"}}</script><script type="module">import a from "a"</script>"#;
    assert_eq!(html(page, &[]), page);
}

#[test]
fn pictures_sounds_and_tracks_are_inside() {
    let mut site = Site::new(&[
        ("i/x.png", "x"),
        ("v.webm", "v"),
        ("a.vtt", "t"),
        ("a.mp3", "m"),
    ]);
    site.bundle.resource_domains = vec!["https://cdn.example".to_owned()];
    site.write(
        "index.html",
        r#"<img src="i/x.png?v=1" srcset="i/x.png 1x, https://cdn.example/y.png 2x, data:,z 3x">
<picture><source srcset="i/x.png"></picture>
<video poster=i/x.png src="v.webm#t=1"><track src=a.vtt></video><audio src=a.mp3></audio>
<svg><image href="i/x.png"/><image xlink:href="i/x.png"/></svg>"#,
    );
    let expected = format!(
        r#"<img src="{X}" srcset="{X} 1x, https://cdn.example/y.png 2x, data:,z 3x">
<picture><source srcset="{X}"></picture>
<video poster="{X}" src="data:video/webm;base64,dg==#t=1"><track src="data:text/vtt;base64,dA=="></video><audio src="data:audio/mpeg;base64,bQ=="></audio>
<svg><image href="{X}" /><image xlink:href="{X}" /></svg>"#
    );
    assert_eq!(site.html(), expected);
}

#[test]
fn styles_in_attributes_are_read_as_a_browser_reads_them() {
    let page = html(
        "<p style=\"background:url(&quot;x.png&quot;)\"></p><p style='color:red'></p>",
        &[("x.png", "x")],
    );
    let expected =
        format!("<p style=\"background:url(&quot;{X}&quot;)\"></p><p style=\"color:red\"></p>");
    assert_eq!(page, expected);
}

#[test]
fn what_only_makes_loading_faster_is_gone_and_hosts_may_be_named() {
    let page = html(
        "<link rel=preload href=x.png as=image><link rel=prefetch href=x.png>\
         <link rel=preconnect href=https://cdn.example><link rel=manifest href=a.webmanifest>\
         <link rel=canonical href=https://app.example/>",
        &[("x.png", "x")],
    );
    assert_eq!(
        page,
        "<link rel=preconnect href=https://cdn.example><link rel=canonical href=https://app.example/>"
    );
}

#[test]
fn what_the_policy_allows_stays_where_it_is() {
    let mut site = Site::new(&[(
        "index.html",
        "<script src=https://cdn.example/a.js></script><iframe src=https://video.example/1></iframe>\
         <style>@import 'https://cdn.example/a.css';p{background:url(https://cdn.example/a.png)}</style>\
         <script type=module>import 'https://cdn.example/a.js'</script>",
    )]);
    site.bundle.resource_domains = vec!["https://cdn.example".to_owned()];
    site.bundle.frame_domains = vec!["https://video.example".to_owned()];
    assert_eq!(
        site.html(),
        std::fs::read_to_string(site.file("index.html")).unwrap()
    );
}

#[test]
fn angulars_base_changes_nothing_and_goes() {
    assert_eq!(
        html(
            "<base href=\"/\"><script src=a.js></script>",
            &[("a.js", "a()")]
        ),
        "<base><script>a()</script>"
    );
}

#[test]
fn a_byte_order_mark_is_no_content() {
    assert_eq!(
        html(
            "\u{feff}<script src=a.js></script>",
            &[("a.js", "\u{feff}a()")]
        ),
        "<script>a()</script>"
    );
}

#[test]
fn a_large_page_is_served_with_a_notice() {
    let script = "x".repeat(600_000);
    let site = Site::new(&[
        ("index.html", "<script src=a.js></script>"),
        ("a.js", &script),
    ]);
    let notices = site.page().notices;
    assert_eq!(notices.len(), 1);
    assert!(notices.concat().contains("has 600 kB"), "{notices:?}");
}

#[test]
fn files_that_only_a_script_can_mean_are_named() {
    let site = Site::new(&[
        ("index.html", "<img src=x.png>"),
        ("x.png", "x"),
        ("assets/logo.png", "x"),
        ("assets/index.js.map", "{}"),
        ("LICENSE.txt", "MIT"),
        (".DS_Store", ""),
        ("node_modules/a/a.js", ""),
    ]);
    let notices = site.page().notices;
    assert_eq!(notices.len(), 1);
    assert!(
        notices.concat().starts_with("assets/logo.png are not part"),
        "{notices:?}"
    );
}

/// Large scripts of real build tools, in which nothing may be taken for what it is not.
#[test]
fn the_products_own_scripts_and_widgets_are_pages_as_they_are() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let read = |name: &str| std::fs::read_to_string(root.join(name)).unwrap();
    for name in ["intent-display", "discover-connections"] {
        let page = read(&format!("apps/index-network/widgets/{name}.html"));
        assert_eq!(html(&page, &[]), page, "{name}");
    }
    for name in ["playground.js", "privy.js"] {
        let script = read(&format!("crates/ui/static/{name}"));
        let page = html(
            "<script type=module src=a.js></script>",
            &[("a.js", &script)],
        );
        assert!(page.len() >= script.len(), "{name}");
    }
}
