//! The people who can be found.

use uuid::Uuid;

use crate::ids;

/// Somebody else on the network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The identifier.
    pub id: Uuid,
    /// The name.
    pub name: String,
    /// The address of a picture.
    pub avatar: Option<String>,
    /// What the person says about themselves.
    pub intro: Option<String>,
    /// What the person looks for. Words that an intent shares with these make a match.
    pub intents: Vec<String>,
}

impl Person {
    /// Somebody with this name and these intents.
    pub fn new(name: &str, intents: &[&str]) -> Self {
        Self {
            id: ids::id("person", name),
            name: name.to_owned(),
            avatar: None,
            intro: None,
            intents: intents.iter().map(|&intent| intent.to_owned()).collect(),
        }
    }

    fn with_intro(self, intro: &str) -> Self {
        Self {
            intro: Some(intro.to_owned()),
            ..self
        }
    }
}

/// People to try things with: enough of them for a page, one without an introduction and one with a
/// long name that is written from right to left.
pub fn sample_people() -> Vec<Person> {
    vec![
        Person::new(
            "Mira Halvorsen",
            &[
                "Find researchers who work on privacy preserving machine learning",
                "Meet founders of climate startups",
            ],
        )
        .with_intro("Works on federated learning; used to sail for a living."),
        Person::new(
            "Tobias Lindqvist",
            &["Help early startups with their first product and its design"],
        )
        .with_intro("Designer, two products in, looking for the third."),
        Person::new(
            "Adaeze Okonkwo",
            &[
                "Invest in open source developer tools",
                "Meet engineers who build agents and protocols",
            ],
        )
        .with_intro("Invests in tools that developers ask for by name."),
        Person::new(
            "Jun Watanabe",
            &["Collaborate on Rust libraries for identity and privacy"],
        ),
        Person::new(
            "عبد الرحمن بن عبد العزيز الخوارزمي",
            &["Teach machine learning to people who write music"],
        )
        .with_intro("ملحن ومدرس"),
        Person::new(
            "Camille Fournier-Dubois",
            &["Find a co-founder for a climate data company"],
        )
        .with_intro("Ten years of satellite data."),
    ]
}
