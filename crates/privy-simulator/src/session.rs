//! Login sessions: what a refresh token continues.

use std::collections::HashMap;

use countersign_domain::Entropy;

use crate::random;

/// A login session of one browser.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    /// `sid` of its access tokens.
    pub(crate) id: String,
    pub(crate) did: String,
    /// The app client it began with; a refresh must name the same one.
    pub(crate) client_id: Option<String>,
    refresh_token: String,
    refresh_expires_at: i64,
}

/// Why a refresh token continues nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dead {
    /// Never issued, of a session that ended, or too old.
    Unknown,
    /// Used before; its session has ended with that.
    Replayed,
}

/// Every login session, and every refresh token there ever was.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    by_id: HashMap<String, Session>,
    /// Refresh token to session, the used ones included.
    owners: HashMap<String, String>,
}

impl Sessions {
    /// A new session.
    pub(crate) fn open(
        &mut self,
        did: &str,
        client_id: Option<String>,
        refresh_expires_at: i64,
        entropy: &dyn Entropy,
    ) -> Session {
        let session = Session {
            id: random::cuid(entropy),
            did: did.to_owned(),
            client_id,
            refresh_token: random::token(entropy, 48),
            refresh_expires_at,
        };
        self.owners
            .insert(session.refresh_token.clone(), session.id.clone());
        self.by_id.insert(session.id.clone(), session.clone());
        session
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Session> {
        self.by_id.get(id)
    }

    /// The session that a refresh token continues. A token that was used before ends it: two
    /// parties hold the token, and which of them stole it nobody knows.
    pub(crate) fn find(&mut self, refresh_token: &str, now: i64) -> Result<Session, Dead> {
        let id = self.owners.get(refresh_token).ok_or(Dead::Unknown)?;
        let session = self.by_id.get(id).cloned().ok_or(Dead::Unknown)?;
        if session.refresh_token != refresh_token {
            self.close(&session.id);
            return Err(Dead::Replayed);
        }
        if now >= session.refresh_expires_at {
            return Err(Dead::Unknown);
        }
        Ok(session)
    }

    /// The same session with a new refresh token.
    pub(crate) fn rotate(
        &mut self,
        id: &str,
        refresh_expires_at: i64,
        entropy: &dyn Entropy,
    ) -> Option<Session> {
        let session = self.by_id.get_mut(id)?;
        session.refresh_token = random::token(entropy, 48);
        session.refresh_expires_at = refresh_expires_at;
        self.owners
            .insert(session.refresh_token.clone(), session.id.clone());
        Some(session.clone())
    }

    pub(crate) fn close(&mut self, id: &str) {
        self.by_id.remove(id);
    }

    /// Ends every session of a person. Answers how many there were.
    pub(crate) fn close_all(&mut self, did: &str) -> usize {
        let before = self.by_id.len();
        self.by_id.retain(|_, session| session.did != did);
        before - self.by_id.len()
    }
}

impl Session {
    pub(crate) fn refresh_token(&self) -> &str {
        &self.refresh_token
    }
}
