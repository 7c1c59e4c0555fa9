//! Text of other people's, for people to read.

/// Longest text that is kept, in characters.
const LONGEST: usize = 256;

/// The text on one line, without what hides or reorders its neighbours, cut at [`LONGEST`]
/// characters; `None` when nothing is left.
///
/// It is stored and goes to pages, logs and clients alike, so what is wrong with it is taken out
/// once, here.
pub(super) fn legible(text: &str) -> Option<String> {
    let visible: String = text
        .chars()
        .filter(|character| !deceives(*character))
        .take(LONGEST)
        .collect();
    let visible = visible.trim();
    (!visible.is_empty()).then(|| visible.to_owned())
}

/// Whether a character is invisible or moves its neighbours. U+200C and U+200D stay: Persian,
/// Indic scripts and emoji cannot be written without them.
fn deceives(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}'
            | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drops_what_hides_or_reorders_text() {
        assert_eq!(
            legible(" Ada\u{202e}\u{2066}\n Love\0lace\u{200b} ").as_deref(),
            Some("Ada Lovelace")
        );
        assert_eq!(legible("\u{202e}\t \u{feff}"), None);
        assert_eq!(
            legible("می\u{200c}خواهم").as_deref(),
            Some("می\u{200c}خواهم")
        );
    }

    #[test]
    fn is_not_longer_than_256_characters() {
        assert_eq!(legible(&"é".repeat(300)).unwrap().chars().count(), 256);
    }
}
