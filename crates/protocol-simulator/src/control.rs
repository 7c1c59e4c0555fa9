//! The control plane: what the API does not have.

mod routes;

use std::sync::Arc;

use uuid::Uuid;

pub(crate) use self::routes::routes;
use crate::caller::Caller;
use crate::clock::SimClock;
use crate::connection::Action;
use crate::core::Core;
use crate::fault::Fault;
use crate::log::LoggedRequest;
use crate::person::Person;
use crate::settings::Settings;

/// What `/sim/*` offers, for tests in the same process. Cheap to clone; every clone is the same.
#[derive(Clone)]
pub struct Control {
    pub(crate) core: Arc<Core>,
}

/// What was asked for cannot follow what happened last between the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this cannot follow what happened last between the two")]
pub struct Refused;

impl Control {
    /// Where the API is, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.core.url
    }

    /// Its time.
    pub fn clock(&self) -> &SimClock {
        &self.core.clock
    }

    /// Changes settings.
    pub fn configure(&self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.core.world().settings);
    }

    /// The people who can be found.
    pub fn people(&self) -> Vec<Person> {
        self.core.world().people.clone()
    }

    /// Adds somebody who can be found, in place of whoever has the same identifier.
    pub fn add_person(&self, person: Person) {
        let people = &mut self.core.world().people;
        people.retain(|other| other.id != person.id);
        people.push(person);
    }

    /// Takes away everybody who can be found.
    pub fn clear_people(&self) {
        self.core.world().people.clear();
    }

    /// The account of whoever has this subject at the login.
    pub fn account(&self, subject: &str) -> Uuid {
        Caller::of(subject).0
    }

    /// Gives whoever has this subject an intent. Answers its identifier.
    pub fn add_intent(&self, subject: &str, payload: &str) -> Uuid {
        let now = self.core.clock.now_ms();
        let owner = self.account(subject);
        let mut world = self.core.world();
        world.add_intent(owner, payload.to_owned(), None, now).id
    }

    /// Lets a person do something about whoever has this subject.
    pub fn act(&self, person: Uuid, action: Action, subject: &str) -> Result<(), Refused> {
        let now = self.core.clock.now_ms();
        let other = self.account(subject);
        let done = self.core.world().act(person, other, action, now);
        done.map(drop).map_err(|_| Refused)
    }

    /// Lets whoever has this subject do something about a person.
    pub fn act_as(&self, subject: &str, action: Action, person: Uuid) -> Result<(), Refused> {
        let now = self.core.clock.now_ms();
        let actor = self.account(subject);
        let done = self.core.world().act(actor, person, action, now);
        done.map(drop).map_err(|_| Refused)
    }

    /// Turns off the account of whoever has this subject.
    pub fn deactivate(&self, subject: &str) {
        let mut world = self.core.world();
        world.deactivated.insert(subject.to_owned());
    }

    /// Lets the next requests to a path fail or wait.
    pub fn fault(&self, fault: Fault) {
        self.core.world().faults.add(fault);
    }

    /// Takes back every fault that did not happen yet.
    pub fn clear_faults(&self) {
        self.core.world().faults.clear();
    }

    /// Lets every request go that is held.
    pub fn release(&self) {
        self.core.releases.send_modify(|count| *count += 1);
    }

    /// Every request since the start or the last clearing, oldest first.
    pub fn requests(&self) -> Vec<LoggedRequest> {
        self.core.world().log.entries().to_vec()
    }

    /// The requests to this path, oldest first.
    pub fn requests_to(&self, path: &str) -> Vec<LoggedRequest> {
        let mut requests = self.requests();
        requests.retain(|request| request.path == path);
        requests
    }

    /// Comes back when `holds` says so of the requests.
    pub async fn wait_until(&self, mut holds: impl FnMut(&[LoggedRequest]) -> bool) {
        let mut changes = self.core.changes.subscribe();
        while !holds(self.core.world().log.entries()) {
            // The sender lives as long as the core does.
            _ = changes.changed().await;
        }
    }

    /// The most requests to this path that were under way at once.
    pub fn most_at_once(&self, path: &str) -> usize {
        self.core.world().log.most_at_once(path)
    }

    /// Forgets every request.
    pub fn clear_log(&self) {
        self.core.world().log.clear();
    }
}
