//! Text that a stranger chose, made safe to look at.

use std::fmt::{self, Write as _};

/// Longest name shown, in characters; a registration may carry far more than a card can hold.
const NAME_LIMIT: usize = 64;

/// Displays a text with every character that reorders, hides or fakes other text replaced by
/// U+FFFD. Escaping is the template's work; this is about what the reader's eye is told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shown<'a> {
    text: &'a str,
    limit: usize,
}

impl<'a> Shown<'a> {
    /// A name: cut at [`NAME_LIMIT`].
    pub(crate) fn name(text: &'a str) -> Self {
        Self {
            text,
            limit: NAME_LIMIT,
        }
    }

    /// A host or an address, never cut: the end of a host is the part that says whose it is.
    pub(crate) fn whole(text: &'a str) -> Self {
        Self {
            text,
            limit: usize::MAX,
        }
    }

    /// The letter on the tile that stands for a name.
    pub(crate) fn monogram(text: &str) -> String {
        text.chars()
            .find(|c| c.is_alphanumeric())
            .map_or_else(|| "?".to_owned(), |c| c.to_uppercase().collect())
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut characters = self.text.trim().chars();
        for c in characters.by_ref().take(self.limit) {
            f.write_char(if deceives(c) {
                char::REPLACEMENT_CHARACTER
            } else {
                c
            })?;
        }
        if characters.next().is_some() {
            f.write_char('…')?;
        }
        Ok(())
    }
}

/// Whether a character is invisible or moves its neighbours. U+200C and U+200D stay: Persian,
/// Indic scripts and emoji cannot be written without them.
fn deceives(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}'
            | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_characters_that_reorder_text() {
        assert_eq!(
            Shown::name("Chat\u{202e}TPG\u{2066}").to_string(),
            "Chat\u{fffd}TPG\u{fffd}"
        );
        assert_eq!(
            Shown::name("a\0b\nc\u{200b}d").to_string(),
            "a\u{fffd}b\u{fffd}c\u{fffd}d"
        );
    }

    #[test]
    fn keeps_what_languages_need() {
        for name in ["می\u{200c}خواهم", "👩\u{200d}🚀", "Zoë’s app", "日本語"] {
            assert_eq!(Shown::name(name).to_string(), name);
        }
    }

    #[test]
    fn cuts_a_long_name_but_never_a_host() {
        let long = "x".repeat(500);
        assert_eq!(
            Shown::name(&long).to_string().chars().count(),
            NAME_LIMIT + 1
        );
        assert_eq!(Shown::whole(&long).to_string(), long);
    }

    #[test]
    fn a_monogram_is_a_letter_whatever_the_name() {
        assert_eq!(Shown::monogram("  <b>"), "B");
        assert_eq!(Shown::monogram("\u{202e}!"), "?");
        assert_eq!(Shown::monogram(""), "?");
    }
}
