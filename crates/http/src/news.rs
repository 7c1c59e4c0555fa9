//! What open pages of the playground are told while they are open.

use futures::Stream;
use futures::stream::unfold;
use serde::Serialize;
use tokio::sync::{broadcast, watch};

/// As many as come while a page is busy; a page that missed some asks for everything anyway.
const BACKLOG: usize = 16;

/// A widget is another one now, or should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WidgetNews {
    /// The widget.
    pub name: String,
    /// Why it is still the one from before, in words for its developer; `None` if it is new.
    pub problem: Option<String>,
}

/// Where news is told. Every clone is the same place.
#[derive(Clone, Debug)]
pub struct News {
    widgets: broadcast::Sender<WidgetNews>,
    closed: watch::Sender<bool>,
}

impl Default for News {
    fn default() -> Self {
        Self {
            widgets: broadcast::Sender::new(BACKLOG),
            closed: watch::Sender::new(false),
        }
    }
}

impl News {
    /// Tells every open page. Without one it is not news.
    pub fn tell(&self, news: WidgetNews) {
        _ = self.widgets.send(news);
    }

    /// Ends what is told to every page, so that none of them keeps the server from stopping.
    pub fn close(&self) {
        self.closed.send_replace(true);
    }

    /// What is told from now on, until it is closed.
    pub(crate) fn subscribe(&self) -> impl Stream<Item = WidgetNews> + use<> {
        let listening = (self.widgets.subscribe(), self.closed.subscribe());
        unfold(listening, async |(mut widgets, mut closed)| {
            loop {
                let told = tokio::select! {
                    _ = closed.wait_for(|closed| *closed) => return None,
                    told = widgets.recv() => told,
                };
                match told {
                    Ok(news) => return Some((news, (widgets, closed))),
                    Err(broadcast::error::RecvError::Lagged(_)) => {}
                    Err(broadcast::error::RecvError::Closed) => return None,
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use futures::{FutureExt as _, StreamExt as _};

    use super::*;

    fn news(name: &str) -> WidgetNews {
        WidgetNews {
            name: name.to_owned(),
            problem: None,
        }
    }

    #[test]
    fn a_page_hears_what_is_told_while_it_is_open() {
        let told = News::default();
        told.tell(news("early"));
        let mut page = std::pin::pin!(told.subscribe());
        told.tell(news("card"));
        assert_eq!(page.next().now_or_never(), Some(Some(news("card"))));
        told.clone().close();
        assert_eq!(page.next().now_or_never(), Some(None));
    }

    #[test]
    fn what_was_missed_does_not_end_it() {
        let told = News::default();
        let mut page = std::pin::pin!(told.subscribe());
        for _ in 0..=BACKLOG {
            told.tell(news("card"));
        }
        assert_eq!(page.next().now_or_never(), Some(Some(news("card"))));
    }
}
