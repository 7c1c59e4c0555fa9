//! Index Network's Protocol API as far as countersign's tools meet it, on loopback: intents from a
//! text, people who match them, a text about each of them, and connections.
//!
//! It is a test tool: it keeps every bearer token readable in its log, forgets everything when it
//! stops, and must be reachable from nowhere but this machine. Whose request it is, a function says
//! that whoever starts it brings along, so that it takes the tokens of any login.
//!
//! `/sim/*` is its control plane; [`Control`] is the same for tests in the same process. As in the API itself, an intent
//! is not matched when it is made but some time later ([`Indexing`]). Where the API's behaviour is
//! not documented, the choice is this simulator's and says so.

mod caller;
mod clock;
mod connection;
mod control;
mod core;
mod extract;
mod failure;
mod fault;
mod ids;
mod intent;
mod log;
mod matching;
mod observe;
mod person;
mod routes;
mod sample;
mod serve;
mod settings;
mod validate;

pub use self::caller::Verify;
pub use self::clock::{Now, SimClock};
pub use self::connection::Action;
pub use self::control::{Control, Refused};
pub use self::fault::Fault;
pub use self::log::{LoggedRequest, Outcome};
pub use self::person::Person;
pub use self::sample::sample_people;
pub use self::serve::{Simulator, SimulatorConfig, StartError};
pub use self::settings::{Indexing, Newcomers, Settings};
