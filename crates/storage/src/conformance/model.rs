//! The life of a grant against a model of it, over random sequences of events.

use countersign_domain::{EndReason, Hashed, PlainRefreshToken, Timestamp};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::database::Database;
use super::given::{self, DAY, HOUR, Issued, MINUTE, NOW, SECOND};
use crate::Store;
use crate::commands::{
    CodeRedemption, EndGrant, FindGrant, MarkRefreshUsed, RedeemCode, RefreshRotation,
    RotateRefresh,
};

const GRACE: i64 = MINUTE;
const LEEWAY: i64 = 10 * SECOND;
const CODE_TTL: i64 = MINUTE;
const TOKEN_TTL: i64 = 30 * DAY;
const LONGEST_WAY: usize = 32;

#[derive(Clone, Debug)]
enum Step {
    Wait(i64),
    /// The code is presented.
    Redeem,
    /// One of the tokens issued so far is presented: the newest is 0.
    Rotate(usize),
    /// The newest access token is presented.
    UseAccessToken,
    /// The person disconnects the client.
    End,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => prop_oneof![
            0..2 * SECOND, Just(LEEWAY), Just(GRACE), 0..2 * GRACE, Just(HOUR), 0..40 * DAY
        ].prop_map(Step::Wait),
        2 => Just(Step::Redeem),
        6 => (0..6_usize).prop_map(Step::Rotate),
        2 => Just(Step::UseAccessToken),
        1 => prop_oneof![9 => Just(Step::Wait(0)), 1 => Just(Step::End)],
    ]
}

/// What a step comes to, as model and store both say it.
#[derive(Debug, PartialEq, Eq)]
enum Seen {
    Nothing,
    Issued,
    Leaf(usize),
    Replayed,
    Expired,
    Ended,
}

struct Token {
    expires_at: i64,
    rotated_at: Option<i64>,
    used: bool,
}

/// A grant as the rules describe it. Tokens form a chain: the successor of `n` is `n + 1`.
#[derive(Default)]
struct Model {
    now: i64,
    redeemed_at: Option<i64>,
    tokens: Vec<Token>,
    ended: bool,
}

impl Model {
    fn issue(&mut self) -> Seen {
        self.tokens.push(Token {
            expires_at: self.now + TOKEN_TTL,
            rotated_at: None,
            used: false,
        });
        Seen::Issued
    }

    fn end(&mut self, seen: Seen) -> Seen {
        self.ended = true;
        seen
    }

    fn redeem(&mut self) -> Seen {
        match self.redeemed_at {
            Some(at) if self.now - at > LEEWAY => self.end(Seen::Replayed),
            Some(_) => Seen::Replayed,
            None if self.now >= CODE_TTL => self.end(Seen::Expired),
            None => {
                self.redeemed_at = Some(self.now);
                if self.ended {
                    Seen::Ended
                } else {
                    self.issue()
                }
            }
        }
    }

    fn rotate(&mut self, number: usize) -> Seen {
        if self.ended {
            return Seen::Ended;
        }
        if self.now >= 365 * DAY {
            return self.end(Seen::Expired);
        }
        let now = self.now;
        let token = &mut self.tokens[number];
        let Some(rotated_at) = token.rotated_at else {
            if now >= token.expires_at {
                return self.end(Seen::Expired);
            }
            token.rotated_at = Some(now);
            return self.issue();
        };
        let successor = &self.tokens[number + 1];
        let evidence = successor.rotated_at.is_some() || successor.used;
        let leaf = self.tokens.len() - 1;
        if evidence && now - rotated_at > GRACE || leaf - number > LONGEST_WAY {
            self.end(Seen::Replayed)
        } else if now >= self.tokens[leaf].expires_at {
            self.end(Seen::Expired)
        } else {
            Seen::Leaf(leaf)
        }
    }
}

/// The store's side of the same grant.
struct Real<'s> {
    store: &'s Store,
    issued: Issued,
    tokens: Vec<Hashed<PlainRefreshToken>>,
    now: Timestamp,
}

impl Real<'_> {
    async fn redeem(&mut self) -> Seen {
        let redeem = RedeemCode {
            leeway: LEEWAY,
            ..self.issued.redeem(self.now)
        };
        let token = redeem.refresh_token.unwrap().hash;
        match self.store.execute(redeem).await.unwrap() {
            CodeRedemption::Redeemed { .. } => {
                self.tokens.push(token);
                Seen::Issued
            }
            CodeRedemption::Replayed { .. } => Seen::Replayed,
            CodeRedemption::Expired => Seen::Expired,
            CodeRedemption::GrantEnded => Seen::Ended,
            other => panic!("{other:?}"),
        }
    }

    async fn rotate(&mut self, number: usize) -> Seen {
        let successor: Hashed<PlainRefreshToken> = given::hash();
        let rotate = RotateRefresh {
            hash: self.tokens[number],
            client_id: self.issued.client_id.clone(),
            grace: GRACE,
            successor,
            successor_sealed: successor.digest().to_vec(),
            successor_expires_at: self.now.plus(TOKEN_TTL),
            now: self.now,
        };
        match self.store.execute(rotate).await.unwrap() {
            RefreshRotation::Rotated { .. } => {
                self.tokens.push(successor);
                Seen::Issued
            }
            RefreshRotation::Retried {
                successors_sealed, ..
            } => {
                let leaf = successors_sealed.last().unwrap();
                let same = |hash: &Hashed<_>| hash.digest().as_slice() == leaf;
                Seen::Leaf(self.tokens.iter().position(same).unwrap())
            }
            RefreshRotation::Reused { .. } => Seen::Replayed,
            RefreshRotation::Expired { .. } => Seen::Expired,
            RefreshRotation::GrantEnded => Seen::Ended,
            other => panic!("{other:?}"),
        }
    }

    async fn is_live(&self) -> bool {
        let find = FindGrant {
            id: self.issued.grant_id,
        };
        let grant = self.store.read(find).await.unwrap().unwrap();
        grant.state == countersign_domain::GrantState::Live
    }
}

async fn live_through(store: &Store, issued: Issued, steps: &[Step]) {
    let mut model = Model::default();
    let mut real = Real {
        store,
        issued,
        tokens: Vec::new(),
        now: NOW,
    };
    for (number, step) in steps.iter().enumerate() {
        let (expected, seen) = match step {
            Step::Wait(span) => {
                model.now += span;
                real.now = real.now.plus(*span);
                (Seen::Nothing, Seen::Nothing)
            }
            Step::Redeem => (model.redeem(), real.redeem().await),
            Step::Rotate(_) if model.tokens.is_empty() => (Seen::Nothing, Seen::Nothing),
            Step::Rotate(age) => {
                let token = model.tokens.len().saturating_sub(1 + age);
                (model.rotate(token), real.rotate(token).await)
            }
            Step::UseAccessToken => {
                if let Some(leaf) = model.tokens.last_mut() {
                    leaf.used = true;
                }
                let mark = MarkRefreshUsed {
                    grant_id: real.issued.grant_id,
                    issued_at: real.now,
                    now: real.now,
                };
                store.execute(mark).await.unwrap();
                (Seen::Nothing, Seen::Nothing)
            }
            Step::End => {
                model.ended = true;
                let end = EndGrant {
                    id: real.issued.grant_id,
                    of: None,
                    reason: EndReason::Disconnected,
                    now: real.now,
                };
                store.execute(end).await.unwrap();
                (Seen::Nothing, Seen::Nothing)
            }
        };
        assert_eq!(expected, seen, "step {number} of {steps:?}");
        assert_eq!(
            !model.ended,
            real.is_live().await,
            "after step {number} of {steps:?}"
        );
    }
}

/// Runs `cases` random lives in one database, all of one person and one client.
async fn many_lives(store: Store, cases: u32) {
    let user_id = given::user(&store, "Ada").await;
    let client_id = given::registered(&store).await;
    let runtime = tokio::runtime::Handle::current();
    let lives = tokio::task::spawn_blocking(move || {
        let config = Config {
            cases,
            failure_persistence: None,
            ..Config::default()
        };
        TestRunner::new(config).run(&prop::collection::vec(step(), 1..24), |steps| {
            runtime.block_on(async {
                let issued = given::code_for(&store, user_id, &client_id, NOW).await;
                live_through(&store, issued, &steps).await;
            });
            Ok(())
        })
    });
    lives.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_grant_lives_as_its_model_on_sqlite() {
    many_lives(Store::in_memory().unwrap(), 256).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_grant_lives_as_its_model_on_postgres() {
    if let Some(db) = Database::postgres().await {
        many_lives(db.store.clone(), 32).await;
    }
}
