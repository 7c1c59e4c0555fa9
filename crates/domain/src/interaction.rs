//! One visit to sign-in and consent, from `/authorize` until the answer.

use countersign_oauth::authorization_request::AuthorizationRequest;

use crate::{ClientId, GrantId, Hashed, InteractionId, PlainSessionCookie, Timestamp, UserId};

/// Where an interaction stands. Each state carries only what is true in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InteractionState {
    /// Nobody has signed in for it yet.
    PendingSignIn,
    /// The person has agreed to sign in for this client at the product's login, which hands its
    /// session over. Only here is one accepted, so that it stands behind a consent.
    PendingHandOver,
    /// `user_id` is signed in and has to decide.
    PendingConsent {
        /// Who decides.
        user_id: UserId,
        /// When they proved who they are.
        authenticated_at: Timestamp,
    },
    /// Approved: this grant came of it.
    Approved {
        /// The grant.
        grant_id: GrantId,
    },
    /// Denied by the person.
    Denied,
}

/// A transition that the state does not allow.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the interaction is not in a state that allows this")]
pub struct InvalidTransition;

impl InteractionState {
    /// The person agreed that the product's login hands its session over; agreeing twice is
    /// agreeing.
    pub fn agree(self) -> Result<Self, InvalidTransition> {
        match self {
            Self::PendingSignIn | Self::PendingHandOver => Ok(Self::PendingHandOver),
            Self::PendingConsent { .. } | Self::Approved { .. } | Self::Denied => {
                Err(InvalidTransition)
            }
        }
    }

    /// Somebody signed in; also replaces who signed in before, until they decide.
    pub fn authenticate(
        self,
        user_id: UserId,
        authenticated_at: Timestamp,
    ) -> Result<Self, InvalidTransition> {
        match self {
            Self::PendingSignIn | Self::PendingHandOver | Self::PendingConsent { .. } => {
                Ok(Self::PendingConsent {
                    user_id,
                    authenticated_at,
                })
            }
            Self::Approved { .. } | Self::Denied => Err(InvalidTransition),
        }
    }

    /// Whether it is decided, and therefore over.
    pub fn is_complete(&self) -> bool {
        matches!(self, Self::Approved { .. } | Self::Denied)
    }
}

/// An interaction: a validated authorization request, bound to one browser.
#[derive(Clone, Debug)]
pub struct Interaction {
    /// Its identifier, in the address of its pages; no secret, because it is bound to the browser.
    pub id: InteractionId,
    /// Hash of the cookie of the browser that began it. Another browser is refused, so that
    /// nobody can be led into a consent that somebody else began.
    pub browser: Hashed<PlainSessionCookie>,
    /// Who asks.
    pub client_id: ClientId,
    /// What is asked; forms can only narrow it.
    pub request: AuthorizationRequest,
    /// Where it stands.
    pub state: InteractionState,
    /// When it began.
    pub created_at: Timestamp,
    /// When it is over, decided or not.
    pub expires_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SystemEntropy;

    #[test]
    fn nobody_takes_up_what_is_decided() {
        let now = Timestamp::from_millis(0);
        let user = UserId::generate(now, &SystemEntropy);
        let grant_id = GrantId::generate(now, &SystemEntropy);
        for decided in [
            InteractionState::Approved { grant_id },
            InteractionState::Denied,
        ] {
            assert!(decided.is_complete());
            assert_eq!(decided.clone().agree(), Err(InvalidTransition));
            assert_eq!(decided.authenticate(user, now), Err(InvalidTransition));
        }
    }

    #[test]
    fn another_account_can_take_it_up_until_then() {
        let now = Timestamp::from_millis(0);
        let (ada, ben) = (
            UserId::generate(now, &SystemEntropy),
            UserId::generate(now, &SystemEntropy),
        );
        let state = InteractionState::PendingSignIn
            .authenticate(ada, now)
            .unwrap();
        let expected = InteractionState::PendingConsent {
            user_id: ben,
            authenticated_at: now,
        };
        assert_eq!(state.authenticate(ben, now), Ok(expected));
    }

    #[test]
    fn agreeing_twice_is_agreeing() {
        let agreed = InteractionState::PendingSignIn.agree().unwrap();
        assert_eq!(agreed, InteractionState::PendingHandOver);
        assert_eq!(agreed.agree(), Ok(InteractionState::PendingHandOver));
    }

    #[test]
    fn nobody_agrees_after_the_hand_over() {
        let now = Timestamp::from_millis(0);
        let user = UserId::generate(now, &SystemEntropy);
        let handed_over = InteractionState::PendingHandOver
            .authenticate(user, now)
            .unwrap();
        assert_eq!(handed_over.agree(), Err(InvalidTransition));
    }
}
