//! The life of an upstream session, from agreement to its end, against a model of it.

mod real;
mod rules;

use countersign_domain::ClientId;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use self::real::Real;
use self::rules::Model;
use super::database::Database;
use super::given::{self, DAY, MINUTE, SECOND};
use super::given_upstream;
use crate::Store;
use crate::commands::{InteractionApproval, InteractionStep, UpstreamLease, UpstreamStore};

const LEASE: i64 = 20 * SECOND;
const TOKENS: usize = 3;
const HOLDERS: usize = 2;

#[derive(Clone, Debug)]
enum Step {
    Wait(i64),
    Agree,
    /// One of a few tokens is handed over, with or without a session.
    HandOver(usize, bool),
    Return,
    Deny,
    /// The person consents; the grant needs a session or none.
    Approve(bool),
    /// One of two replicas wants the lease, for the newest generation or the one before.
    Lease(usize, bool),
    /// One of them stores, and keeps the lease or gives it back.
    Store(usize, bool),
    Release(usize),
    End,
    Take,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => prop_oneof![4 => Just(SECOND), 4 => Just(LEASE), 1 => Just(10 * MINUTE)]
            .prop_map(Step::Wait),
        4 => Just(Step::Agree),
        6 => (0..TOKENS, any::<bool>()).prop_map(|(token, session)| Step::HandOver(token, session)),
        1 => Just(Step::Return),
        1 => prop_oneof![9 => Just(Step::Agree), 1 => Just(Step::Deny)],
        5 => prop_oneof![4 => Just(true), 1 => Just(false)].prop_map(Step::Approve),
        5 => (0..HOLDERS, prop_oneof![1 => Just(true), 3 => Just(false)])
            .prop_map(|(holder, stale)| Step::Lease(holder, stale)),
        4 => (0..HOLDERS, any::<bool>()).prop_map(|(holder, keep)| Step::Store(holder, keep)),
        1 => (0..HOLDERS).prop_map(Step::Release),
        1 => prop_oneof![2 => Just(Step::Take), 1 => Just(Step::End)],
        1 => Just(Step::Take),
    ]
}

/// Steps; half of the lives have come to a grant with a session before them.
fn life() -> impl Strategy<Value = Vec<Step>> {
    let connected = [Step::Agree, Step::HandOver(0, true), Step::Approve(true)];
    let begun = prop_oneof![Just(Vec::new()), Just(connected.to_vec())];
    (begun, prop::collection::vec(step(), 1..40)).prop_map(|(mut steps, more)| {
        steps.extend(more);
        steps
    })
}

/// What a step comes to, as model and store both say it.
#[derive(Debug, PartialEq, Eq)]
enum Seen {
    Nothing,
    Step(InteractionStep),
    Accepted,
    TokenUsed,
    Approval(InteractionApproval),
    Lease(UpstreamLease),
    Store(UpstreamStore),
    /// The numbers of what was sealed in the sessions.
    Taken(Vec<usize>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    SignIn,
    HandOver,
    Consent,
    Approved,
    Denied,
}

async fn live_through(store: &Store, client_id: &ClientId, steps: &[Step]) {
    let mut real = Real::begin(store, client_id).await;
    let mut model = Model::begin();
    // At last, everything that is over is given out, and nothing else.
    let last = [Step::Wait(DAY), Step::Take];
    for (number, step) in steps.iter().chain(&last).enumerate() {
        let newest = model.session.map_or(0, |session| session.generation);
        let stale = matches!(step, Step::Lease(_, true));
        let generation = newest - i64::from(stale);
        let expected = model.take_step(step, generation, number);
        let seen = real.take_step(step, generation, number).await;
        assert_eq!(expected, seen, "step {number} of {steps:?}");
        assert_eq!(
            model.stage,
            real.stage().await,
            "after step {number} of {steps:?}"
        );
        let expected = model.live().map(|session| {
            let until = session.lease.map(|(_, until)| until);
            (Some(session.sealed), session.generation, until)
        });
        let found = given_upstream::session(store, real.grant_id, real.now).await;
        let found = found.map(|session| {
            (
                real.number(&session.sealed),
                session.generation,
                session.leased_until,
            )
        });
        assert_eq!(expected, found, "after step {number} of {steps:?}");
    }
}

/// Runs `cases` random lives in one database, all at one client.
async fn many_lives(store: Store, cases: u32) {
    let client_id = given::registered(&store).await;
    let runtime = tokio::runtime::Handle::current();
    let lives = tokio::task::spawn_blocking(move || {
        let config = Config {
            cases,
            failure_persistence: None,
            ..Config::default()
        };
        TestRunner::new(config).run(&life(), |steps| {
            runtime.block_on(live_through(&store, &client_id, &steps));
            Ok(())
        })
    });
    lives.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upstream_session_lives_as_its_model_on_sqlite() {
    many_lives(Store::in_memory().unwrap(), 256).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upstream_session_lives_as_its_model_on_postgres() {
    if let Some(db) = Database::postgres().await {
        many_lives(db.store.clone(), 32).await;
    }
}
