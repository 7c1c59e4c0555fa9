//! The text that the API finds intents in.

use crate::Limits;

/// The texts of a call, as far as they are there.
#[derive(Debug, Default)]
pub(crate) struct Sections<'a> {
    pub(crate) instruction: &'a str,
    pub(crate) file: Option<&'a str>,
    pub(crate) conversation: Option<&'a str>,
    pub(crate) memory: Option<&'a str>,
}

impl Sections<'_> {
    /// One text, each part under mcp2's heading and cut at its limit.
    pub(crate) fn join(&self, limits: Limits) -> String {
        let mut text = cut(self.instruction, limits.instruction_chars).to_owned();
        let sections = [
            ("File Content", self.file),
            ("Conversation", self.conversation),
            ("Context", self.memory),
        ];
        for (heading, section) in sections {
            if let Some(section) = section.filter(|section| !section.trim().is_empty()) {
                text.push_str("\n\n=== ");
                text.push_str(heading);
                text.push_str(" ===\n");
                text.push_str(cut(section, limits.section_chars));
            }
        }
        text
    }
}

/// The first characters of `text`.
pub(crate) fn cut(text: &str, characters: usize) -> &str {
    let end = text.char_indices().nth(characters);
    end.and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_stands_under_its_heading() {
        let sections = Sections {
            instruction: "Find people",
            file: Some("a file"),
            conversation: Some("a talk"),
            memory: Some("a fact"),
        };
        assert_eq!(
            sections.join(Limits::default()),
            "Find people\n\n=== File Content ===\na file\n\n=== Conversation ===\na talk\n\n=== Context ===\na fact"
        );
    }

    #[test]
    fn a_section_without_text_has_no_heading() {
        let sections = Sections {
            instruction: "Find people",
            file: Some(" \n"),
            ..Sections::default()
        };
        assert_eq!(sections.join(Limits::default()), "Find people");
    }

    #[test]
    fn each_text_is_cut_at_its_limit_between_characters() {
        let limits = Limits {
            instruction_chars: 2,
            section_chars: 3,
        };
        let sections = Sections {
            instruction: "äöü",
            memory: Some("😀😀😀😀"),
            ..Sections::default()
        };
        assert_eq!(sections.join(limits), "äö\n\n=== Context ===\n😀😀😀");
    }
}
