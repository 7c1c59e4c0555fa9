//! Whether the person behind a grant still exists at the login.

use std::sync::atomic::{AtomicI64, Ordering};

use countersign_domain::{EventKind, Milliseconds, Timestamp, UserId};
use countersign_identity::privy::UserError;
use countersign_storage::commands::{DisableUser, FindUpstreamIdentity, NoteUpstreamProfile};

use crate::AuthorizationServer;
use crate::refusal::Unavailable;
use crate::server::Subject;

/// How long the login is left alone after it did not answer, so that its outage slows nobody down.
const REST: Milliseconds = 60_000;

/// When the login may be asked about people again.
#[derive(Default)]
pub(crate) struct PersonChecks(AtomicI64);

impl PersonChecks {
    fn rest(&self, now: Timestamp) {
        self.0.store(now.plus(REST).as_millis(), Ordering::Relaxed);
    }

    fn is_resting(&self, now: Timestamp) -> bool {
        self.0.load(Ordering::Relaxed) > now.as_millis()
    }
}

impl AuthorizationServer {
    /// Whether `user_id` may go on: asks the login once in [`Settings::person_check`]. Somebody who
    /// was deleted there is disabled here, with every grant; somebody of another app than the one that
    /// is configured now has to sign in again. A login that does not answer changes nothing for who is
    /// signed in.
    ///
    /// [`Settings::person_check`]: crate::settings::Settings::person_check
    pub(crate) async fn still_exists(&self, user_id: UserId) -> Result<bool, Unavailable> {
        let Some(privy) = self.privy() else {
            return Ok(true);
        };
        let now = self.now();
        let found = self.store().read(FindUpstreamIdentity { user_id }).await?;
        let Some(identity) = found else {
            return Ok(true);
        };
        if identity.issuer != privy.issuer() {
            // Another app would not know them, and that would say nothing about them.
            tracing::info!(user.id = %user_id, "a person of another Privy app than the configured one was refused");
            return Ok(false);
        }
        let due = identity.checked_at.plus(self.settings().person_check);
        if now < due || self.person_checks().is_resting(now) {
            return Ok(true);
        }
        match privy.user(&identity.subject).await {
            Ok(profile) => {
                let note = NoteUpstreamProfile {
                    user_id,
                    profile,
                    now,
                };
                self.store().execute(note).await?;
                Ok(true)
            }
            Err(UserError::Gone) => {
                self.store()
                    .execute(DisableUser { id: user_id, now })
                    .await?;
                let subject = Subject {
                    user: Some(user_id),
                    ..Subject::default()
                };
                self.record(
                    EventKind::UpstreamEnded,
                    subject,
                    "the login no longer knows the person; the account was disabled",
                )
                .await;
                Ok(false)
            }
            Err(fault) => {
                tracing::warn!(error = %fault, "the login could not be asked whether a person still exists");
                self.person_checks().rest(now);
                Ok(true)
            }
        }
    }
}
