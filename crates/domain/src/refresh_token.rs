//! Refresh tokens: a chain per grant, each link replaced by the next (RFC 9700 section 4.14.2).

use crate::{GrantId, Hashed, Milliseconds, PlainRefreshToken, Timestamp};

/// Where a refresh token stands in its family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefreshTokenState {
    /// The live leaf: the one that can be rotated.
    Leaf,
    /// Replaced at this moment.
    Rotated {
        /// When.
        at: Timestamp,
    },
}

/// A refresh token as it is stored.
#[derive(Clone, Debug)]
pub struct RefreshToken {
    /// Hash of the token.
    pub hash: Hashed<PlainRefreshToken>,
    /// The family it belongs to, which is the grant.
    pub grant_id: GrantId,
    /// Where it stands.
    pub state: RefreshTokenState,
    /// When it stops working.
    pub expires_at: Timestamp,
}

/// What presenting a rotated token means: an answer lost on the way, or theft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replay {
    /// The client never got, or shares, what came after it: it gets the live leaf.
    Retry,
    /// Two parties hold the family: it ends.
    Theft,
}

impl Replay {
    /// Judges a token that was rotated at `rotated_at` and comes back at `now`.
    ///
    /// Clients race their own refreshes and retry after timeouts (retries were seen 33 to 76
    /// seconds late), so inside `grace` it is a retry, also when another window of the same client
    /// has rotated the successor meanwhile: of eight processes of mcp-remote that share a store,
    /// one reads the new token and refreshes again before the last has sent the old one. Later it is
    /// a retry only while nobody has used the successor in any way.
    ///
    /// A clock that went back further than `grace` revives nothing.
    pub fn judge(
        rotated_at: Timestamp,
        successor_rotated: bool,
        successor_used: bool,
        now: Timestamp,
        grace: Milliseconds,
    ) -> Self {
        let is_recent = now.since(rotated_at).abs() <= grace;
        if is_recent || !(successor_rotated || successor_used) {
            Self::Retry
        } else {
            Self::Theft
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRACE: Milliseconds = 60_000;
    const ROTATED: Timestamp = Timestamp::from_millis(1_000_000);

    fn judge(rotated: bool, used: bool, later: Milliseconds) -> Replay {
        Replay::judge(ROTATED, rotated, used, ROTATED.plus(later), GRACE)
    }

    #[test]
    fn a_retry_inside_the_grace_gets_the_same_successor() {
        assert_eq!(judge(false, false, 0), Replay::Retry);
        assert_eq!(judge(false, true, GRACE), Replay::Retry);
    }

    #[test]
    fn after_the_grace_only_an_unused_successor_is_given_again() {
        assert_eq!(judge(false, false, GRACE + 1), Replay::Retry);
        assert_eq!(judge(false, true, GRACE + 1), Replay::Theft);
    }

    #[test]
    fn a_grandparent_is_a_race_inside_the_grace_and_theft_after_it() {
        assert_eq!(judge(true, true, GRACE), Replay::Retry);
        assert_eq!(judge(true, false, GRACE), Replay::Retry);
        assert_eq!(judge(true, false, GRACE + 1), Replay::Theft);
    }

    #[test]
    fn a_clock_that_goes_back_revives_nothing() {
        assert_eq!(judge(true, true, -GRACE - 1), Replay::Theft);
        assert_eq!(judge(false, true, -GRACE - 1), Replay::Theft);
        assert_eq!(
            judge(false, true, -1),
            Replay::Retry,
            "replicas differ a little"
        );
    }
}
