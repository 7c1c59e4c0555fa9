//! What an operator can change.

use std::time::Duration;

/// The settings of the tools.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How much of a text is sent.
    pub limits: Limits,
    /// How `discover_connections` spends its time.
    pub discovery: Discovery,
    /// Where people find the network's own pages, without a slash at the end.
    pub site_url: String,
    /// The origins that people's portraits come from, such as `https://images.example`; a widget
    /// shows initials instead of any other.
    pub avatar_domains: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            discovery: Discovery::default(),
            site_url: "https://index.network".to_owned(),
            avatar_domains: Vec::new(),
        }
    }
}

/// How many characters of a text are sent; the rest is cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Of `fullInputText`.
    pub instruction_chars: usize,
    /// Of each of the other texts.
    pub section_chars: usize,
}

impl Default for Limits {
    /// mcp2's.
    fn default() -> Self {
        Self {
            instruction_chars: 2_000,
            section_chars: 5_000,
        }
    }
}

/// How `discover_connections` spends its time. The API matches an intent some time after it was
/// made and does not say when, so it is asked again and again, ever more slowly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Discovery {
    /// The time before the first question; each next wait is twice as long.
    pub first_wait: Duration,
    /// The longest wait between two questions.
    pub longest_wait: Duration,
    /// When asking ends, counted from the moment that the intents were made.
    pub patience: Duration,
    /// When the tool answers with what it has, counted from its start. Less than the time that an
    /// MCP tool has, so that people without a text about them are better than none.
    pub deadline: Duration,
    /// How many texts about people are asked for at once.
    pub concurrency: usize,
    /// The most characters of such a text; the API's own choice if absent.
    pub synthesis_chars: Option<usize>,
}

impl Default for Discovery {
    fn default() -> Self {
        Self {
            first_wait: Duration::from_secs(1),
            longest_wait: Duration::from_secs(4),
            patience: Duration::from_secs(20),
            deadline: Duration::from_secs(45),
            concurrency: 4,
            synthesis_chars: None,
        }
    }
}
