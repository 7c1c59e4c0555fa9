//! `[index_network]`

use schemars::JsonSchema;
use serde::Deserialize;

use crate::findings::Findings;
use crate::key_path::KeyPath;
use crate::values::web_origin::check_origin;
use crate::{App, Duration};

/// What the tools of `app = "index-network"` send, and how they spend their time.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct IndexNetwork {
    /// How many characters of what the person says are sent. mcp2's
    /// `EXTRACT_INTENT_INSTRUCTION_CHAR_LIMIT` lands here.
    pub instruction_chars: usize,
    /// How many characters of each other text are sent. mcp2's `EXTRACT_INTENT_SECTION_CHAR_LIMIT`
    /// lands here.
    pub section_chars: usize,
    /// How long `discover_connections` waits for people who match: 1 to 40 seconds.
    pub patience: Duration,
    /// How many texts about people it asks for at once.
    pub concurrency: usize,
    /// How many characters such a text may have; the API's own choice when it is not set.
    pub synthesis_chars: Option<usize>,
    /// How many calls in a row must fail before the API is left alone for a while; 0 for never.
    pub breaker_failures: u32,
    /// For how long.
    pub breaker_rest: Duration,
    /// The origins that portraits come from, for example `["https://images.example.com"]`; a widget
    /// shows initials in place of any other.
    pub avatar_domains: Vec<String>,
}

impl Default for IndexNetwork {
    fn default() -> Self {
        Self {
            instruction_chars: 2_000,
            section_chars: 5_000,
            patience: Duration::from_secs(20),
            concurrency: 4,
            synthesis_chars: None,
            breaker_failures: 10,
            breaker_rest: Duration::from_secs(10),
            avatar_domains: Vec::new(),
        }
    }
}

const SECTION: &str = "index_network";

impl IndexNetwork {
    pub(crate) fn check(&self, findings: &mut Findings) {
        for (key, chars) in [
            ("instruction_chars", self.instruction_chars),
            ("section_chars", self.section_chars),
        ] {
            findings.within([SECTION, key], chars, 100, 100_000);
        }
        if let Some(chars) = self.synthesis_chars {
            findings.within([SECTION, "synthesis_chars"], chars, 50, 10_000);
        }
        // A tool has 50 seconds, and the texts come after the people.
        let second = Duration::from_secs;
        findings.within([SECTION, "patience"], self.patience, second(1), second(40));
        findings.within([SECTION, "concurrency"], self.concurrency, 1, 32);
        findings.within(
            [SECTION, "breaker_rest"],
            self.breaker_rest,
            second(1),
            Duration::from_mins(10),
        );
        for (index, domain) in self.avatar_domains.iter().enumerate() {
            let at = KeyPath::from([SECTION, "avatar_domains"]).index(index);
            check_origin(at, domain, &["https"], findings);
        }
    }

    /// The rules between keys, for values that are each good by themselves.
    pub(crate) fn relate(app: App, has_api: bool, findings: &mut Findings) {
        if app == App::IndexNetwork && !has_api {
            findings.refuse(
                ["api", "url"],
                "missing: app = \"index-network\" calls the Protocol API, so write where it is",
            );
        }
    }
}
