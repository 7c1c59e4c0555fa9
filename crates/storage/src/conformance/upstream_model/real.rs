//! What the store makes of it.

use countersign_domain::{
    ClientId, EndReason, GrantId, Interaction, InteractionState, LeaseId, SystemEntropy, Timestamp,
    UserId,
};

use super::{HOLDERS, LEASE, Seen, Stage, Step, TOKENS};
use crate::Store;
use crate::commands::{
    AgreeInteraction, ApproveInteraction, DenyInteraction, EndGrant, HandOver, HandOverOutcome,
    InteractionApproval, InteractionStep, LeaseUpstreamSession, ReleaseUpstreamSession,
    ReturnInteractionToSignIn, StoreUpstreamSession, TakeEndedUpstreamSessions, UpstreamNeed,
};
use crate::conformance::given::{self, HOUR, NOW};
use crate::conformance::given_upstream;

/// The store's side of the same.
pub(super) struct Real<'s> {
    store: &'s Store,
    interaction: Interaction,
    user_id: UserId,
    tokens: [[u8; 32]; TOKENS],
    holders: [LeaseId; HOLDERS],
    pub(super) grant_id: GrantId,
    pub(super) now: Timestamp,
}

impl<'s> Real<'s> {
    pub(super) async fn begin(store: &'s Store, client_id: &ClientId) -> Self {
        let interaction = given_upstream::sign_in(store, client_id).await;
        let subject = format!("did:privy:{}", interaction.id);
        let account = HandOver {
            interaction: None,
            session: None,
            ..given_upstream::hand_over(&interaction, &subject)
        };
        let user_id = given_upstream::accepted(store.execute(account).await.unwrap()).id;
        Self {
            store,
            user_id,
            tokens: std::array::from_fn(|_| given_upstream::token()),
            holders: std::array::from_fn(|_| LeaseId::generate(NOW, &SystemEntropy)),
            grant_id: GrantId::generate(NOW, &SystemEntropy),
            now: NOW,
            interaction,
        }
    }

    /// Unlike what is sealed in any other life.
    fn sealed(&self, number: usize) -> Vec<u8> {
        format!("{} {number}", self.user_id).into_bytes()
    }

    /// The number that was sealed, if it was in this life.
    pub(super) fn number(&self, sealed: &[u8]) -> Option<usize> {
        let text = str::from_utf8(sealed).ok()?;
        text.strip_prefix(&format!("{} ", self.user_id))?
            .parse()
            .ok()
    }

    async fn hand_over(&self, token: usize, sealed: Option<usize>) -> Seen {
        let subject = format!("did:privy:{}", self.interaction.id);
        let mut hand_over = given_upstream::hand_over(&self.interaction, &subject);
        hand_over.token = self.tokens[token];
        hand_over.now = self.now;
        hand_over.session = hand_over.session.zip(sealed).map(|(mut session, number)| {
            session.sealed = self.sealed(number);
            session
        });
        match self.store.execute(hand_over).await.unwrap() {
            HandOverOutcome::Accepted { user, new } => {
                assert_eq!((user.id, new), (self.user_id, false));
                Seen::Accepted
            }
            HandOverOutcome::TokenUsed => Seen::TokenUsed,
            HandOverOutcome::NotAgreed => Seen::Step(InteractionStep::OutOfTurn),
            HandOverOutcome::AlreadyCompleted => Seen::Step(InteractionStep::AlreadyCompleted),
            HandOverOutcome::Expired => Seen::Step(InteractionStep::Expired),
            other => panic!("{other:?}"),
        }
    }

    async fn approve(&mut self, needs_session: bool) -> Seen {
        let approval = ApproveInteraction {
            upstream: if needs_session {
                UpstreamNeed::Session
            } else {
                UpstreamNeed::None
            },
            ..given::approval(&self.interaction, self.user_id, self.now)
        };
        let grant_id = approval.grant.id;
        let outcome = self.store.execute(approval).await.unwrap();
        if matches!(outcome, InteractionApproval::Approved { .. }) {
            self.grant_id = grant_id;
        }
        Seen::Approval(outcome)
    }

    async fn take(&self) -> Seen {
        let take = TakeEndedUpstreamSessions {
            limit: 100,
            now: self.now,
        };
        let taken = self.store.execute(take).await.unwrap();
        let numbers = taken
            .iter()
            .filter_map(|session| self.number(&session.sealed));
        Seen::Taken(numbers.collect())
    }

    pub(super) async fn take_step(&mut self, step: &Step, generation: i64, number: usize) -> Seen {
        let (id, browser, now) = (self.interaction.id, self.interaction.browser, self.now);
        let (store, grant_id) = (self.store, self.grant_id);
        match *step {
            Step::Wait(span) => {
                self.now = now.plus(span);
                Seen::Nothing
            }
            Step::Agree => {
                let agree = AgreeInteraction { id, browser, now };
                Seen::Step(store.execute(agree).await.unwrap())
            }
            Step::HandOver(token, session) => {
                self.hand_over(token, session.then_some(number)).await
            }
            Step::Return => {
                let back = ReturnInteractionToSignIn { id, browser, now };
                Seen::Step(store.execute(back).await.unwrap())
            }
            Step::Deny => {
                let deny = DenyInteraction { id, browser, now };
                Seen::Step(store.execute(deny).await.unwrap())
            }
            Step::Approve(needs_session) => self.approve(needs_session).await,
            Step::Lease(holder, _) => {
                let lease = LeaseUpstreamSession {
                    grant_id,
                    generation,
                    holder: self.holders[holder],
                    until: now.plus(LEASE),
                    now,
                };
                Seen::Lease(store.execute(lease).await.unwrap())
            }
            Step::Store(holder, keep) => {
                let refreshed = StoreUpstreamSession {
                    grant_id,
                    holder: self.holders[holder],
                    sealed: self.sealed(number),
                    expires_at: now.plus(HOUR),
                    keep_lease_until: keep.then(|| now.plus(LEASE)),
                    now,
                };
                Seen::Store(store.execute(refreshed).await.unwrap())
            }
            Step::Release(holder) => {
                let holder = self.holders[holder];
                let release = ReleaseUpstreamSession { grant_id, holder };
                store.execute(release).await.unwrap();
                Seen::Nothing
            }
            Step::End => {
                let reason = EndReason::UpstreamEnded;
                let end = EndGrant {
                    id: grant_id,
                    of: None,
                    reason,
                    now,
                };
                store.execute(end).await.unwrap();
                Seen::Nothing
            }
            Step::Take => self.take().await,
        }
    }

    pub(super) async fn stage(&self) -> Stage {
        match given_upstream::state(self.store, &self.interaction).await {
            InteractionState::PendingSignIn => Stage::SignIn,
            InteractionState::PendingHandOver => Stage::HandOver,
            InteractionState::PendingConsent { .. } => Stage::Consent,
            InteractionState::Approved { .. } => Stage::Approved,
            InteractionState::Denied => Stage::Denied,
        }
    }
}
