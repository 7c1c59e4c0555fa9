//! A call that was let through and found that the person has to sign in.
//!
//! rmcp answers it with 200 like any other, and everybody but ChatGPT takes a 200 for an answer. So
//! the handler writes the result for ChatGPT always, and leaves the refusal for the others where
//! the guard finds it. Where the result can no longer be taken back, in a batch and in a stream
//! that has begun, it is complete as it is.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use http::{HeaderMap, HeaderValue};

use super::challenge::Challenges;
use super::client::{Wording, wording};
use super::envelope::Envelope;
use super::refusal::Refusal;
use crate::Principal;

/// What a client is told that calls a tool without anybody signed in.
pub(crate) const SIGN_IN: &str = "sign in to use this tool";

/// A sign-in that a call needs, in both wordings.
pub(crate) struct SignInNeeded {
    /// The challenge for a result.
    pub(crate) in_words: HeaderValue,
    /// What takes the place of the result.
    pub(crate) by_status: Refusal,
}

impl SignInNeeded {
    /// Asks whoever `caller` is to sign in again, or nobody to sign in at all.
    pub(crate) fn new(
        challenges: &Challenges,
        caller: Option<&Principal>,
        description: Cow<'static, str>,
    ) -> Self {
        match caller {
            Some(principal) => {
                let challenge = challenges.sign_in_again(&principal.scope, &description);
                Self {
                    in_words: challenge.clone(),
                    by_status: Refusal::InvalidToken {
                        challenge,
                        description,
                    },
                }
            }
            None => Self {
                in_words: challenges.sign_in(&description),
                by_status: Refusal::Unauthenticated {
                    challenge: challenges.unauthenticated(),
                },
            },
        }
    }
}

/// The way of a refusal from the handler back to the guard: part of the request, because nothing
/// else of ours goes through rmcp.
#[derive(Clone, Debug, Default)]
pub(crate) struct RefusalSlot(Arc<OnceLock<Refusal>>);

impl RefusalSlot {
    /// One for a call whose sender reads the status. `None` for everything else: what is in the
    /// result is right then.
    pub(crate) fn open(envelope: &Envelope<'_>, headers: &HeaderMap) -> Option<Self> {
        envelope.tool.as_ref()?;
        match wording(headers, || envelope.client_name()) {
            Wording::Status => Some(Self::default()),
            Wording::ToolResult => None,
        }
    }

    /// Puts the refusal there. The first one stays.
    pub(crate) fn fill(&self, refusal: Refusal) {
        drop(self.0.set(refusal));
    }

    /// The refusal, if the call came to one.
    pub(crate) fn refusal(&self) -> Option<Refusal> {
        self.0.get().cloned()
    }
}
