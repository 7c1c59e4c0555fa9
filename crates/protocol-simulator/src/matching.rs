//! Who matches an intent: here whoever shares a word with it. The API asks language models.

use std::collections::BTreeSet;

use crate::person::Person;

/// Letters from which on a word says something.
const TELLING: usize = 5;

/// The first words that both look for, none if there are none.
pub(crate) fn shared(intent: &str, person: &Person) -> Vec<String> {
    let wanted = words(intent);
    let offered: BTreeSet<_> = person.intents.iter().flat_map(|text| words(text)).collect();
    wanted.intersection(&offered).cloned().collect()
}

fn words(text: &str) -> BTreeSet<String> {
    text.split(|character: char| !character.is_alphanumeric())
        .filter(|word| word.chars().count() >= TELLING)
        .map(str::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_words_make_a_match_whatever_their_case() {
        let person = Person::new("Mira", &["Privacy and learning"]);
        assert_eq!(
            shared("learning about PRIVACY, and more", &person),
            ["learning", "privacy"]
        );
        assert!(shared("and so on", &person).is_empty());
    }
}
