//! Intents from a text. The API asks a language model; here every sentence of three words or more
//! is one, so that a test can say what it expects.

/// Characters from which on an intent has a summary.
const LONG: usize = 80;

/// The intents in `text`, at most so many. Lines that are headings say nothing.
pub(crate) fn intents(text: &str, at_most: usize) -> Vec<String> {
    let is_heading = |line: &&str| line.starts_with("===");
    text.lines()
        .map(str::trim)
        .filter(|line| !is_heading(line))
        .flat_map(|line| line.split_inclusive(['.', '!', '?', '。', '؟']))
        .map(str::trim)
        .filter(|sentence| sentence.split_whitespace().count() >= 3)
        .take(at_most)
        .map(str::to_owned)
        .collect()
}

/// The beginning of a long intent.
pub(crate) fn summary(intent: &str) -> Option<String> {
    let (end, _) = intent.char_indices().nth(LONG)?;
    intent
        .get(..end)
        .map(|start| format!("{}…", start.trim_end()))
}

/// How many links `text` names.
pub(crate) fn links(text: &str) -> usize {
    text.split_whitespace()
        .filter(|word| word.starts_with("https://") || word.starts_with("http://"))
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sentence_is_an_intent_and_no_heading_is() {
        let text = "Find a designer. Hi.\n\n=== File Content ===\nMeet people in Oslo!";
        assert_eq!(
            intents(text, 5),
            ["Find a designer.", "Meet people in Oslo!"]
        );
        assert_eq!(intents(text, 1).len(), 1);
    }

    #[test]
    fn a_long_intent_has_a_summary_that_ends_between_characters() {
        assert_eq!(summary(&"ä".repeat(80)), None);
        assert_eq!(
            summary(&"ä".repeat(81)),
            Some(format!("{}…", "ä".repeat(80)))
        );
    }
}
