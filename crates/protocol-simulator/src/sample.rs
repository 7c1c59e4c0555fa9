//! People, intents and connections to try things with.

use uuid::Uuid;

use crate::connection::Action;
use crate::core::World;
use crate::extract;
use crate::person::Person;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

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

/// Who acts on whom.
#[derive(Clone, Copy)]
enum By {
    /// The acquaintance on the newcomer.
    Them,
    /// The newcomer on the acquaintance.
    Me,
}

/// What happened between a newcomer and an acquaintance.
type Story = &'static [(By, Action)];

/// Somebody for every state that a connection can be in, and what happened.
fn acquaintances() -> Vec<(Person, Story)> {
    use Action::{Accept, Cancel, Decline, Request, Skip};
    use By::{Me, Them};
    let person = |name, intent: &str, intro| Person::new(name, &[intent]).with_intro(intro);
    vec![
        (
            person(
                "Ines Carvalho",
                "Meet people who teach programming to adults",
                "Runs an evening school.",
            ),
            &[(Me, Request), (Me, Cancel)],
        ),
        (
            person(
                "Haruka Mori",
                "Trade notes about hardware keys",
                "Solders at weekends.",
            ),
            &[(Them, Request), (Me, Skip)],
        ),
        (
            person(
                "Mateo Ibáñez",
                "Hire a designer for a museum",
                "Builds exhibitions.",
            ),
            &[(Me, Request), (Them, Decline)],
        ),
        (
            person(
                "Lena Brandt",
                "Start a reading group about distributed systems",
                "Writes databases, reads novels.",
            ),
            &[(Them, Request), (Me, Accept)],
        ),
        (
            person(
                "Priya Raman",
                "Find advisers for a climate fund",
                "Raises money for patient companies.",
            ),
            &[(Me, Request)],
        ),
        (
            person(
                "Oluwaseun Adeyemi",
                "Meet maintainers of open source developer tools",
                "Packages software for half a distribution.",
            ),
            &[(Them, Request)],
        ),
    ]
}

const INTENTS: [&str; 3] = [
    "Find a co-founder for a climate data company.",
    "Meet researchers who work on privacy preserving machine learning.",
    "Talk to people who maintain open source developer tools about how they pay for their time, and \
     what they would do differently if they began again today.",
];

/// Gives a newcomer intents, and a connection in every state; the last ones are the youngest.
pub(crate) fn settle(world: &mut World, newcomer: Uuid, now: i64) {
    let mut ago = DAY_MS * 30;
    for payload in INTENTS {
        let summary = extract::summary(payload);
        world.add_intent(newcomer, payload.to_owned(), summary, now - ago);
        ago -= DAY_MS;
    }
    for (person, story) in acquaintances() {
        for (by, action) in story {
            ago -= DAY_MS;
            let (actor, other) = match by {
                By::Them => (person.id, newcomer),
                By::Me => (newcomer, person.id),
            };
            // Nothing happened between the two before, so that each may follow.
            _ = world.act(actor, other, *action, now - ago);
        }
        if world.person(person.id).is_none() {
            world.people.push(person);
        }
    }
}
