//! `[[widgets]]`

use std::path::Path;

use countersign_config::Config;

use crate::given::{Given, toml, variable};

const CARD: &str = "[[widgets]]\nname = 'card'\ntitle = 'Card'\ndescription = 'Shows a card.'\n\
                    path = 'widgets/card'\ntools = ['get_card']\n";

/// The widget with one more line, or another one for a key that it has.
fn with(line: &str) -> Given {
    let key = line.split(' ').next().unwrap();
    let kept = CARD.lines().filter(|kept| !kept.starts_with(key));
    let lines: Vec<_> = kept.chain([line]).collect();
    toml(&lines.join("\n"))
}

#[test]
fn a_widget_needs_a_name_a_place_and_a_tool_and_reaches_nothing() {
    let config = toml(CARD).config();
    let [widget] = &*config.widgets else {
        panic!("{:?}", config.widgets);
    };
    assert_eq!(widget.name, "card");
    assert_eq!(widget.tools, ["get_card"]);
    assert!(widget.prefers_border);
    assert_eq!(widget.connect_domains, [""; 0]);
    assert!(widget.build.is_none() && widget.sources.is_none() && widget.openai_domain.is_none());
    assert!(toml("").config().widgets.is_empty());
    for key in ["name", "title", "description", "path", "tools"] {
        let kept = CARD.lines().filter(|line| !line.starts_with(key));
        let problem = toml(&kept.collect::<Vec<_>>().join("\n")).problem();
        assert!(problem.contains(&format!("has no \"{key}\"")), "{problem}");
    }
}

#[test]
fn its_paths_count_from_the_file_that_they_are_written_in() {
    let text = format!("{CARD}build = 'make'\nsources = '../shared/card'\n");
    let given = Given::default().file("/etc/countersign/countersign.toml", text);
    let config =
        Config::load(Some(Path::new("/etc/countersign/countersign.toml")), &given).unwrap();
    let widget = config.widgets.first().unwrap();
    assert_eq!(widget.directory, Path::new("/etc/countersign"));
    assert_eq!(widget.path, Path::new("/etc/countersign/widgets/card"));
    let sources = Path::new("/etc/countersign/../shared/card");
    assert_eq!(widget.sources.as_deref(), Some(sources));

    let absolute = with("path = '/srv/card.html'").config();
    assert_eq!(
        absolute.widgets.first().unwrap().path,
        Path::new("/srv/card.html")
    );
    let list = r#"[{"name": "card", "title": "Card", "description": "A card.", "path": "widgets/card", "tools": ["a"]}]"#;
    let given = variable("COUNTERSIGN_WIDGETS", list).file("/etc/countersign.toml", CARD);
    let config = Config::load(Some(Path::new("/etc/countersign.toml")), &given).unwrap();
    assert_eq!(
        config.widgets.first().unwrap().path,
        Path::new("widgets/card")
    );
}

#[test]
fn what_is_wrong_is_named_with_its_key() {
    for (line, key) in [
        ("name = 'order card'", "name"),
        ("name = ''", "name"),
        ("title = ' '", "title"),
        ("description = ''", "description"),
        ("path = ''", "path"),
        ("tools = []", "tools"),
        ("tools = ['a', 'a']", "tools[1]"),
        ("build = ' '", "build"),
        ("sources = 'src'", "sources"),
        ("openai_domain = 'https://app.example/'", "openai_domain"),
    ] {
        let problem = with(line).problem();
        assert!(
            problem.contains(&format!(" widgets[0].{key}: ")),
            "{line}: {problem}"
        );
    }
}

#[test]
fn domains_are_exact_origins() {
    let lists = [
        "connect_domains",
        "resource_domains",
        "frame_domains",
        "redirect_domains",
    ];
    for domain in [
        "https://*.example",
        "https://a.example/",
        "https://a.example/v1",
        "https://a.example:443",
        "https://A.example",
        "https://a.example;x",
        "https://[2001:db8::1]",
        "http://a.example",
        "ws://a.example",
        "a.example",
        "",
    ] {
        for list in lists {
            let problem = with(&format!("{list} = ['https://good.example', '{domain}']")).problem();
            let expected = format!("widgets[0].{list}[1]: not an exact origin");
            assert!(problem.contains(&expected), "{domain}: {problem}");
        }
    }
    for domain in [
        "https://a.example",
        "https://a.example:8443",
        "http://localhost:5173",
    ] {
        for list in lists {
            with(&format!("{list} = ['{domain}']")).config();
        }
    }
    with("connect_domains = ['wss://a.example', 'ws://localhost:5173']").config();
    assert!(
        with("resource_domains = ['wss://a.example']")
            .problem()
            .contains("not an exact origin")
    );
}

#[test]
fn a_name_and_a_tool_belong_to_one_widget() {
    let twice = toml(&format!("{CARD}{}", CARD.replace("get_card", "get_cards"))).problem();
    assert!(
        twice.contains("widgets[1].name: a second widget is called \"card\""),
        "{twice}"
    );
    let shared = toml(&format!("{CARD}{}", CARD.replace("'card'", "'other'"))).problem();
    assert!(
        shared.contains("widgets[1].tools[0]: \"get_card\" is named twice"),
        "{shared}"
    );
}
