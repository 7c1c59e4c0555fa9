//! Codes that were sent to an e-mail address or a telephone.

use std::collections::HashMap;

/// Where a code goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Channel {
    Email,
    Phone,
}

impl Channel {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
        }
    }
}

/// One message that was sent.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) channel: Channel,
    pub(crate) address: String,
    pub(crate) code: String,
    pub(crate) sent_at: i64,
    pub(crate) expires_at: i64,
    used: bool,
}

impl Message {
    /// What a person reading the inbox wants to know of a code.
    pub(crate) fn state(&self, now: i64) -> &'static str {
        if self.used {
            "used"
        } else if now >= self.expires_at {
            "expired"
        } else {
            "good"
        }
    }
}

/// Every message, oldest first. Only the last one to an address counts.
#[derive(Debug, Default)]
pub(crate) struct Outbox(Vec<Message>);

impl Outbox {
    pub(crate) fn send(
        &mut self,
        channel: Channel,
        address: &str,
        code: String,
        sent_at: i64,
        ttl: i64,
    ) {
        self.0.push(Message {
            channel,
            address: address.to_owned(),
            code,
            sent_at,
            expires_at: sent_at.saturating_add(ttl),
            used: false,
        });
    }

    /// The last message to an address.
    pub(crate) fn last(&self, channel: Channel, address: &str) -> Option<&Message> {
        self.0
            .iter()
            .rev()
            .find(|message| message.channel == channel && message.address == address)
    }

    /// Takes the code that was last sent to an address. Answers whether it was this one, still
    /// good and not used before.
    pub(crate) fn redeem(&mut self, channel: Channel, address: &str, code: &str, now: i64) -> bool {
        let last = self
            .0
            .iter_mut()
            .rev()
            .find(|message| message.channel == channel && message.address == address);
        match last {
            Some(message) if message.state(now) == "good" && message.code == code => {
                message.used = true;
                true
            }
            _ => false,
        }
    }

    /// Newest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Message> {
        self.0.iter().rev()
    }
}

/// Counts requests by key in a window that slides.
#[derive(Debug, Default)]
pub(crate) struct Counter(HashMap<String, Vec<i64>>);

impl Counter {
    /// Notes a request. Answers the seconds to wait if there were `limit` in the last `window`
    /// seconds already.
    pub(crate) fn hit(&mut self, key: &str, limit: usize, window: i64, now: i64) -> Option<i64> {
        let hits = self.0.entry(key.to_owned()).or_default();
        hits.retain(|at| *at > now - window);
        if hits.len() >= limit {
            return hits.first().map(|first| (first + window - now).max(1));
        }
        hits.push(now);
        None
    }
}
