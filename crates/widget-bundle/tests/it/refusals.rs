//! What cannot be put into a page, each with the file, the reference and the way out.

use countersign_widget_bundle::BundleError;

use crate::site::Site;

#[track_caller]
fn refused(index: &str, files: &[(&str, &str)]) -> String {
    let site = Site::new(files);
    site.write("index.html", index);
    site.refusal().to_string()
}

#[test]
fn what_is_not_there_is_named() {
    for index in [
        "<script src=lost.js></script>",
        "<link rel=stylesheet href=lost.js>",
        "<img src=lost.js>",
        "<img srcset='lost.js 2x'>",
        "<style>p{background:url(lost.js)}</style>",
        "<p style='background:url(lost.js)'>",
    ] {
        let said = refused(index, &[]);
        let expected = r#"index.html refers to "lost.js", which is not in the bundle; build the widget anew, or correct the reference"#;
        assert_eq!(said, expected, "{index}");
    }
    let said = refused(
        "<link rel=stylesheet href=a/b.css>",
        &[("a/b.css", "p{background:url(lost.png)}")],
    );
    assert!(said.starts_with("a/b.css refers to \"lost.png\""), "{said}");
}

#[test]
fn a_directory_is_no_file() {
    let said = refused("<img src=assets>", &[("assets/a.png", "x")]);
    assert!(said.contains("not in the bundle"), "{said}");
}

#[test]
fn what_lies_outside_is_not_taken_in() {
    let site = Site::new(&[("secret.png", "secret"), ("dist/index.html", "")]);
    let mut bundle = site.bundle.clone();
    bundle.path = site.file("dist");
    for reference in [
        "../secret.png",
        "..%2fsecret.png",
        "a/../../secret.png",
        "linked.png",
        "linked/secret.png",
    ] {
        site.write("dist/index.html", format!("<img src=\"{reference}\">"));
        _ = std::os::unix::fs::symlink(site.file("secret.png"), site.file("dist/linked.png"));
        _ = std::os::unix::fs::symlink(site.path(), site.file("dist/linked"));
        let refused = bundle.read();
        assert!(
            matches!(refused, Err(BundleError::Outside { .. })),
            "{reference}: {refused:?}"
        );
    }
    // A link that stays inside is as good as a file.
    site.write("dist/x.png", "x");
    _ = std::os::unix::fs::symlink(site.file("dist/x.png"), site.file("dist/inner.png"));
    site.write("dist/index.html", "<img src=inner.png>");
    assert!(bundle.read().is_ok());
}

#[test]
fn a_script_that_imports_a_file_is_told_how_to_be_one() {
    for (index, file) in [
        ("<script type=module src=a.js></script>", "a.js"),
        ("<script type=module>import './b.js'</script>", "index.html"),
        ("<script>import('./b.js')</script>", "index.html"),
    ] {
        let said = refused(index, &[("a.js", "import{x}from'./b.js'"), ("b.js", "")]);
        let expected = format!("{file} imports \"./b.js\", and a page of one piece");
        assert!(said.starts_with(&expected), "{said}");
        assert!(said.contains("vite-plugin-singlefile"), "{said}");
    }
}

#[test]
fn what_a_host_would_refuse_is_refused_here_with_the_line_to_write() {
    for (index, list) in [
        (
            "<script src=https://cdn.example/a></script>",
            "resource_domains",
        ),
        (
            "<script type=module>import 'https://cdn.example/a'</script>",
            "resource_domains",
        ),
        (
            "<link rel=stylesheet href=//cdn.example/a>",
            "resource_domains",
        ),
        ("<img src=https://cdn.example/a>", "resource_domains"),
        (
            "<style>@import url(https://cdn.example/a)</style>",
            "resource_domains",
        ),
        (
            "<style>p{background:url('https://cdn.example/a')}</style>",
            "resource_domains",
        ),
        (
            "<iframe src=https://cdn.example/a></iframe>",
            "frame_domains",
        ),
    ] {
        let said = refused(index, &[]);
        let expected = format!("add \"https://cdn.example\" to {list}");
        assert!(said.contains(&expected), "{index}: {said}");
    }
}

#[test]
fn elements_that_no_page_can_bring_along_are_refused() {
    for index in [
        "<iframe src=a.svg></iframe>",
        "<embed src=a.svg>",
        "<object data=a.svg></object>",
        "<object data=https://cdn.example/a></object>",
        "<svg><use href=a.svg#b></use></svg>",
        "<svg><use xlink:href=a.svg#b></use></svg>",
    ] {
        let said = refused(index, &[("a.svg", "<svg/>")]);
        assert!(
            said.contains("cannot be put into the page"),
            "{index}: {said}"
        );
    }
    let said = refused("<base href=/app/>", &[]);
    assert!(said.contains("<base href=\"/app/\">"), "{said}");
}

#[test]
fn a_bundle_is_there_and_has_a_page_of_text() {
    let mut site = Site::new(&[("a.html", "")]);
    assert!(matches!(site.refusal(), BundleError::NoPage(_)));
    site.bundle.path = site.file("lost");
    let said = site.refusal().to_string();
    assert!(
        said.contains("lost cannot be read") && said.contains("build the widget"),
        "{said}"
    );
    site.bundle.path = site.file("a.html");
    assert!(matches!(site.refusal(), BundleError::Empty(_)));
    site.write("a.html", [0xff, 0xfe]);
    assert!(matches!(site.refusal(), BundleError::NotText(_)));
}

#[test]
fn what_is_too_large_is_not_even_read() {
    let site = Site::new(&[("index.html", "<img src=a.png>")]);
    let file = std::fs::File::create(site.file("a.png")).unwrap();
    file.set_len(1 << 40).unwrap();
    let said = site.refusal().to_string();
    assert!(
        said.contains("with a.png inside, the page has more than 2048 KiB"),
        "{said}"
    );
    // What fits by itself and not when it is written out.
    file.set_len(1_900_000).unwrap();
    assert!(matches!(site.refusal(), BundleError::TooLarge(_)));
}
