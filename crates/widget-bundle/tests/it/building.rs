//! Bundles that are made anew when their sources change.

use std::time::Duration;

use countersign_widget_bundle::{Build, BuildState, Change};
use tokio::sync::watch;
use tokio::time::timeout;

use crate::following::{News, QUIET};
use crate::site::Site;

fn build(site: &Site, command: &str) -> Build {
    Build {
        command: command.to_owned(),
        directory: site.path().to_owned(),
        sources: Some(site.path().to_owned()),
        made: vec![site.file("dist")],
    }
}

fn run(build: Build) -> watch::Receiver<BuildState> {
    let (sender, state) = watch::channel(BuildState::Running);
    tokio::spawn(build.run(QUIET, sender));
    state
}

fn built(files: &[(&str, &str)]) -> Site {
    let mut site = Site::new(files);
    site.bundle.path = site.file("dist");
    site
}

#[tokio::test]
async fn it_is_made_at_the_beginning_and_whenever_its_sources_change() {
    let site = built(&[("src/page.html", "1")]);
    let build = build(&site, "mkdir -p dist && cp src/page.html dist/index.html");
    let mut news = News::of(&site.bundle, Some(run(build)), None);
    assert_eq!(news.page().await, "1");
    for round in ["2", "3"] {
        site.write("src/page.html", round);
        assert_eq!(news.page().await, round);
    }
    site.write("src/new/part.html", "4");
    site.write("src/page.html", "5");
    assert_eq!(news.page().await, "5");
}

#[tokio::test]
async fn a_failed_build_keeps_the_page_and_says_why_until_it_is_mended() {
    let site = built(&[("src/page.html", "1"), ("dist/index.html", "1")]);
    let command = "grep -q error src/page.html && { echo first; echo 'no good' >&2; exit 3; }; \
                   cp src/page.html dist/index.html";
    let mut news = News::of(
        &site.bundle,
        Some(run(build(&site, command))),
        Some(site.page()),
    );
    site.write("src/page.html", "error");
    let problem = news.problem().await;
    let expected = format!("`{command}` failed: exit status: 3\nfirst\nno good");
    assert_eq!(problem, expected);
    site.write("src/page.html", "1");
    let mended = Change {
        page: None,
        problem: None,
    };
    assert_eq!(news.next().await, mended);
    site.write("src/page.html", "2");
    assert_eq!(news.page().await, "2");
}

#[tokio::test]
async fn what_a_build_has_half_written_is_no_problem() {
    let site = built(&[("src/page.html", "1"), ("dist/index.html", "0")]);
    let made = std::process::Command::new("mkfifo")
        .arg(site.file(".gate"))
        .status();
    assert!(made.unwrap().success());
    let command = "rm -f dist/index.html; cat .gate >/dev/null; cp src/page.html dist/index.html";
    let mut onlooker = News::of(&site.bundle, None, Some(site.page()));
    let mut news = News::of(
        &site.bundle,
        Some(run(build(&site, command))),
        Some(site.page()),
    );
    assert!(onlooker.problem().await.contains("index.html"));
    let gate = site.file(".gate");
    tokio::task::spawn_blocking(move || std::fs::write(gate, ""))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(news.page().await, "1");
}

#[tokio::test]
async fn a_command_that_goes_on_for_ever_may_write_the_page_itself() {
    let site = built(&[("dist/index.html", "1")]);
    let command = "echo 2 > dist/index.html; while true; do sleep 1; done";
    let mut news = News::of(&site.bundle, Some(run(build(&site, command))), None);
    loop {
        if news.page().await == "2\n" {
            break;
        }
    }
    site.write("dist/index.html", "3");
    assert_eq!(news.page().await, "3");
}

#[tokio::test]
async fn a_build_without_sources_is_made_once_and_one_that_cannot_run_says_so() {
    let site = built(&[]);
    let once = Build {
        sources: None,
        ..build(&site, "mkdir dist && echo 1 > dist/index.html")
    };
    let mut state = run(once);
    let ended = |state: &BuildState| *state != BuildState::Running;
    let outcome = timeout(Duration::from_mins(1), state.wait_for(ended)).await;
    assert_eq!(*outcome.unwrap().unwrap(), BuildState::Succeeded);
    let nowhere = Build {
        directory: site.file("lost"),
        sources: None,
        ..build(&site, "true")
    };
    let mut state = run(nowhere);
    let outcome = timeout(Duration::from_mins(1), state.wait_for(ended)).await;
    let BuildState::Failed(why) = outcome.unwrap().unwrap().clone() else {
        panic!("it ran");
    };
    assert!(why.contains("it cannot be run in"), "{why}");
}
