//! The rules.

use countersign_domain::Timestamp;

use super::{LEASE, Seen, Stage, Step, TOKENS};
use crate::commands::{InteractionApproval, InteractionStep, UpstreamLease, UpstreamStore};
use crate::conformance::given::{MINUTE, NOW};

/// What is stored of a session, with who has it on lease and until when.
#[derive(Clone, Copy)]
pub(super) struct Session {
    pub(super) sealed: usize,
    pub(super) generation: i64,
    pub(super) lease: Option<(usize, Timestamp)>,
}

/// One interaction and the grant that comes of it, as the rules describe them.
pub(super) struct Model {
    now: Timestamp,
    pub(super) stage: Stage,
    used: [bool; TOKENS],
    /// The session under the interaction.
    kept: Option<usize>,
    /// The session of the grant.
    pub(super) session: Option<Session>,
    ended: bool,
}

impl Model {
    pub(super) fn begin() -> Self {
        Self {
            now: NOW,
            stage: Stage::SignIn,
            used: [false; TOKENS],
            kept: None,
            session: None,
            ended: false,
        }
    }

    /// Why the interaction takes no step that starts from `stages`.
    fn refusal(&self, stages: &[Stage]) -> Option<InteractionStep> {
        if matches!(self.stage, Stage::Approved | Stage::Denied) {
            Some(InteractionStep::AlreadyCompleted)
        } else if self.now >= NOW.plus(10 * MINUTE) {
            Some(InteractionStep::Expired)
        } else if stages.contains(&self.stage) {
            None
        } else {
            Some(InteractionStep::OutOfTurn)
        }
    }

    fn go(&mut self, from: &[Stage], to: Stage) -> Seen {
        let refusal = self.refusal(from);
        if refusal.is_none() {
            self.stage = to;
        }
        Seen::Step(refusal.unwrap_or(InteractionStep::Done))
    }

    fn hand_over(&mut self, token: usize, sealed: Option<usize>) -> Seen {
        if self.used[token] {
            return Seen::TokenUsed;
        }
        if let Some(refusal) = self.refusal(&[Stage::HandOver]) {
            return Seen::Step(refusal);
        }
        self.used[token] = true;
        self.stage = Stage::Consent;
        self.kept = sealed;
        Seen::Accepted
    }

    fn approve(&mut self, needs_session: bool) -> Seen {
        Seen::Approval(match self.refusal(&[Stage::Consent]) {
            Some(InteractionStep::AlreadyCompleted) => InteractionApproval::AlreadyCompleted,
            Some(InteractionStep::Expired) => InteractionApproval::Expired,
            Some(_) => InteractionApproval::AnotherUser,
            None if needs_session && self.kept.is_none() => {
                self.stage = Stage::HandOver;
                InteractionApproval::UpstreamMissing
            }
            None => {
                self.stage = Stage::Approved;
                if needs_session {
                    self.session = self.kept.take().map(|sealed| Session {
                        sealed,
                        generation: 0,
                        lease: None,
                    });
                }
                InteractionApproval::Approved { remembered: false }
            }
        })
    }

    /// The session, if its grant lives.
    pub(super) fn live(&mut self) -> Option<&mut Session> {
        self.session.as_mut().filter(|_| !self.ended)
    }

    fn lease(&mut self, holder: usize, generation: i64) -> UpstreamLease {
        let now = self.now;
        let Some(session) = self.live() else {
            return UpstreamLease::Gone;
        };
        match session.lease {
            _ if session.generation != generation => UpstreamLease::Moved,
            Some((_, until)) if until > now => UpstreamLease::Held { until },
            _ => {
                session.lease = Some((holder, now.plus(LEASE)));
                UpstreamLease::Leased
            }
        }
    }

    fn store(&mut self, holder: usize, keep: bool, sealed: usize) -> UpstreamStore {
        let (now, ended) = (self.now, self.ended);
        let Some(session) = &mut self.session else {
            return UpstreamStore::Gone;
        };
        let held = session.lease.is_some_and(|(by, _)| by == holder);
        if held {
            session.sealed = sealed;
            session.generation += 1;
            session.lease = keep.then(|| (holder, now.plus(LEASE)));
        }
        match held {
            _ if ended => UpstreamStore::Gone,
            true => UpstreamStore::Stored {
                generation: session.generation,
            },
            false => UpstreamStore::LeaseLost,
        }
    }

    fn take(&mut self) -> Seen {
        let mut taken = Vec::new();
        let is_free = |session: &Session| session.lease.is_none_or(|(_, until)| until <= self.now);
        if self.ended && self.session.as_ref().is_some_and(is_free) {
            taken.extend(self.session.take().map(|session| session.sealed));
        }
        let open = [Stage::SignIn, Stage::HandOver, Stage::Consent];
        if self.refusal(&open).is_some() {
            taken.extend(self.kept.take());
        }
        Seen::Taken(taken)
    }

    pub(super) fn take_step(&mut self, step: &Step, generation: i64, number: usize) -> Seen {
        let open = [Stage::SignIn, Stage::HandOver, Stage::Consent];
        match *step {
            Step::Wait(span) => {
                self.now = self.now.plus(span);
                Seen::Nothing
            }
            Step::Agree => self.go(&[Stage::SignIn, Stage::HandOver], Stage::HandOver),
            Step::HandOver(token, session) => self.hand_over(token, session.then_some(number)),
            Step::Return => {
                let seen = self.go(&open, Stage::SignIn);
                if seen == Seen::Step(InteractionStep::Done) {
                    self.kept = None;
                }
                seen
            }
            Step::Deny => self.go(&open, Stage::Denied),
            Step::Approve(needs_session) => self.approve(needs_session),
            Step::Lease(holder, _) => Seen::Lease(self.lease(holder, generation)),
            Step::Store(holder, keep) => Seen::Store(self.store(holder, keep, number)),
            Step::Release(holder) => {
                if let Some(session) = &mut self.session {
                    session.lease = session.lease.filter(|(by, _)| *by != holder);
                }
                Seen::Nothing
            }
            Step::End => {
                self.ended |= self.stage == Stage::Approved;
                Seen::Nothing
            }
            Step::Take => self.take(),
        }
    }
}
