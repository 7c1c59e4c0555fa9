//! The state behind the routes.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use uuid::Uuid;

use crate::caller::Verify;
use crate::clock::SimClock;
use crate::connection::{Action, Event};
use crate::failure::Failure;
use crate::fault::Faults;
use crate::ids;
use crate::intent::Intent;
use crate::log::Log;
use crate::person::Person;
use crate::sample;
use crate::settings::{Newcomers, Settings};

/// What every route shares.
pub(crate) struct Core {
    pub(crate) url: String,
    pub(crate) clock: SimClock,
    pub(crate) verify: Verify,
    /// Counts what was logged or answered, for whoever waits for it.
    pub(crate) changes: watch::Sender<u64>,
    /// Counts how often held requests were let go.
    pub(crate) releases: watch::Sender<u64>,
    world: Mutex<World>,
}

/// What changes.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) settings: Settings,
    pub(crate) people: Vec<Person>,
    pub(crate) intents: Vec<Intent>,
    pub(crate) events: Vec<Event>,
    /// Everybody who ever came with a good token.
    pub(crate) accounts: HashSet<Uuid>,
    pub(crate) deactivated: HashSet<String>,
    pub(crate) faults: Faults,
    pub(crate) log: Log,
}

impl Core {
    pub(crate) fn new(
        url: String,
        clock: SimClock,
        verify: Verify,
        settings: Settings,
        people: Vec<Person>,
    ) -> Arc<Self> {
        Arc::new(Self {
            url,
            clock,
            verify,
            changes: watch::Sender::default(),
            releases: watch::Sender::default(),
            world: Mutex::new(World {
                settings,
                people,
                intents: Vec::new(),
                events: Vec::new(),
                accounts: HashSet::new(),
                deactivated: HashSet::new(),
                faults: Faults::default(),
                log: Log::default(),
            }),
        })
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells whoever waits that something happened.
    pub(crate) fn changed(&self) {
        self.changes.send_modify(|count| *count += 1);
    }
}

impl World {
    /// Notes that somebody came, who may be new.
    pub(crate) fn meet(&mut self, account: Uuid, now: i64) {
        let is_new = self.accounts.insert(account);
        if is_new && self.settings.newcomers == Newcomers::Settled {
            sample::settle(self, account, now);
        }
    }

    pub(crate) fn person(&self, id: Uuid) -> Option<&Person> {
        self.people.iter().find(|person| person.id == id)
    }

    /// Keeps a new intent. Answers it.
    pub(crate) fn add_intent(
        &mut self,
        owner: Uuid,
        payload: String,
        summary: Option<String>,
        now: i64,
    ) -> Intent {
        let intent = Intent {
            id: ids::id("intent", &self.intents.len().to_string()),
            owner,
            payload,
            summary,
            created_at: now,
            polls: 0,
        };
        self.intents.push(intent.clone());
        intent
    }

    /// The last thing that happened between two people.
    pub(crate) fn last_event(&self, one: Uuid, other: Uuid) -> Option<&Event> {
        let mut latest_first = self.events.iter().rev();
        latest_first.find(|event| event.is_between(one, other))
    }

    /// Lets `actor` do something about `other`, if it may follow what happened last.
    pub(crate) fn act(
        &mut self,
        actor: Uuid,
        other: Uuid,
        action: Action,
        now: i64,
    ) -> Result<Event, Failure> {
        let last = self.last_event(actor, other);
        if !action.may_follow(last, actor, self.settings.skip_unasked) {
            let state = last.map_or("undefined", |event| event.action.word());
            let word = action.word().to_lowercase();
            return Err(Failure::bad_request(format!(
                "Cannot {word} in current state: {state}"
            )));
        }
        let event = Event {
            id: ids::id("event", &self.events.len().to_string()),
            initiator: actor,
            receiver: other,
            action,
            at: now,
        };
        self.events.push(event.clone());
        Ok(event)
    }
}
