//! Bundles that change while they are followed.

use std::time::Duration;

use countersign_widget_bundle::{BuildState, Bundle, Change, Page, follow};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio::time::timeout;

use crate::site::Site;

/// Far shorter than a person's, far longer than a write takes.
pub(crate) const QUIET: Duration = Duration::from_millis(20);

/// What is told of a bundle, until this is dropped.
pub(crate) struct News {
    changes: UnboundedReceiver<Change>,
    follower: AbortHandle,
}

impl Drop for News {
    fn drop(&mut self) {
        self.follower.abort();
    }
}

impl News {
    pub(crate) fn of(
        bundle: &Bundle,
        build: Option<watch::Receiver<BuildState>>,
        known: Option<Page>,
    ) -> Self {
        let (sender, changes) = unbounded_channel();
        let report = move |change| _ = sender.send(change);
        let follower = tokio::spawn(follow(bundle.clone(), build, known, QUIET, report));
        Self {
            changes,
            follower: follower.abort_handle(),
        }
    }

    pub(crate) async fn next(&mut self) -> Change {
        let next = timeout(Duration::from_mins(1), self.changes.recv()).await;
        next.expect("nothing was told").expect("the follower ended")
    }

    /// The next page, which nothing is wrong with.
    pub(crate) async fn page(&mut self) -> String {
        let change = self.next().await;
        assert_eq!(change.problem, None);
        change.page.expect("there is no other page").html
    }

    /// What is wrong next; the page stays.
    pub(crate) async fn problem(&mut self) -> String {
        let change = self.next().await;
        assert_eq!(change.page, None);
        change.problem.expect("nothing is wrong")
    }
}

#[tokio::test]
async fn every_change_of_its_files_makes_another_page() {
    let site = Site::new(&[
        ("index.html", "<script src=a/b/c.js></script>"),
        ("a/b/c.js", "1"),
    ]);
    let mut news = News::of(&site.bundle, None, None);
    assert_eq!(news.page().await, "<script>1</script>");
    site.write("a/b/c.js", "2");
    assert_eq!(news.page().await, "<script>2</script>");
    // As editors save.
    site.write("a/b/c.js.new", "3");
    std::fs::rename(site.file("a/b/c.js.new"), site.file("a/b/c.js")).unwrap();
    assert_eq!(news.page().await, "<script>3</script>");
    // In a directory that was not there.
    site.write("d/e.js", "4");
    site.write("index.html", "<script src=d/e.js></script>");
    loop {
        // The old script is no part of it any more, which is a notice less or more on the way.
        if news.page().await == "<script>4</script>" {
            break;
        }
    }
    site.write("d/e.js", "5");
    assert_eq!(news.page().await, "<script>5</script>");
}

#[tokio::test]
async fn what_was_known_is_no_news_and_what_changed_before_is() {
    let site = Site::new(&[("index.html", "1")]);
    let known = site.page();
    let mut news = News::of(&site.bundle, None, Some(known.clone()));
    site.write("index.html", "1");
    site.write("index.html", "2");
    assert_eq!(news.page().await, "2");
    let mut news = News::of(&site.bundle, None, Some(known));
    assert_eq!(news.page().await, "2");
}

#[tokio::test]
async fn a_broken_change_is_a_problem_until_it_is_mended() {
    let site = Site::new(&[("index.html", "1")]);
    let mut news = News::of(&site.bundle, None, Some(site.page()));
    site.write("index.html", "<img src=lost.png>");
    assert!(news.problem().await.contains("lost.png"));
    site.write("index.html", "1");
    let mended = Change {
        page: None,
        problem: None,
    };
    assert_eq!(news.next().await, mended);
    site.write("index.html", "<img src=lost.png>");
    assert!(news.problem().await.contains("lost.png"));
    site.write("lost.png", "x");
    assert!(news.page().await.contains("data:image/png"));
}

#[tokio::test]
async fn a_directory_that_is_removed_and_made_anew_is_followed_still() {
    let mut site = Site::new(&[("a/b/dist/index.html", "1")]);
    site.bundle.path = site.file("a/b/dist");
    let mut news = News::of(&site.bundle, None, Some(site.page()));
    for round in 2..5 {
        std::fs::remove_dir_all(site.file("a")).unwrap();
        assert!(news.problem().await.contains("cannot be read"));
        site.write("a/b/dist/index.html", round.to_string());
        let mut change = news.next().await;
        while change.page.is_none() {
            // In between it may have been seen without its page.
            change = news.next().await;
        }
        assert_eq!(change.page.unwrap().html, round.to_string());
    }
}

#[tokio::test]
async fn one_file_is_followed_with_what_lies_beside_it() {
    let mut site = Site::new(&[
        ("card.html", "<script src=card.js></script>"),
        ("card.js", "1"),
    ]);
    site.bundle.path = site.file("card.html");
    let mut news = News::of(&site.bundle, None, None);
    assert_eq!(news.page().await, "<script>1</script>");
    site.write("card.js", "2");
    assert_eq!(news.page().await, "<script>2</script>");
    site.write("card.html.new", "3");
    std::fs::rename(site.file("card.html.new"), site.file("card.html")).unwrap();
    assert_eq!(news.page().await, "3");
}
