//! What a test of the product's login starts from.

use countersign_domain::{
    ClientId, GrantId, Interaction, InteractionState, PlainSessionCookie, SystemEntropy, Timestamp,
    UpstreamIdentity, UpstreamProfile, UpstreamSessionId, User, UserId,
};

use super::given::{self, HOUR, NOW};
use crate::Store;
use crate::commands::{
    AgreeInteraction, FindInteraction, FindUpstreamSession, HandOver, HandOverInteraction,
    HandOverOutcome, InteractionApproval, InteractionStep, NewUpstreamSession,
    StoredUpstreamSession, UpstreamNeed,
};

pub(crate) const ADA: &str = "did:privy:ada";

/// What is sealed in a session that was just handed over.
pub(crate) const SEALED: &[u8] = b"handed over";

pub(crate) fn identity(subject: &str) -> UpstreamIdentity {
    UpstreamIdentity {
        issuer: "privy:app".to_owned(),
        subject: subject.to_owned(),
        profile: UpstreamProfile {
            email: Some(format!("{subject}@example.com")),
            ..UpstreamProfile::default()
        },
        checked_at: NOW,
    }
}

/// An interaction that waits for sign-in.
pub(crate) async fn sign_in(store: &Store, client_id: &ClientId) -> Interaction {
    let nobody = UserId::generate(NOW, &SystemEntropy);
    let interaction = Interaction {
        state: InteractionState::PendingSignIn,
        ..given::consent(client_id, nobody, NOW)
    };
    given::start(store, &interaction).await;
    interaction
}

pub(crate) fn agreement(interaction: &Interaction) -> AgreeInteraction {
    AgreeInteraction {
        id: interaction.id,
        browser: interaction.browser,
        now: NOW,
    }
}

/// An interaction that waits for the hand-over.
pub(crate) async fn agreed(store: &Store, client_id: &ClientId) -> Interaction {
    let interaction = sign_in(store, client_id).await;
    let step = store.execute(agreement(&interaction)).await.unwrap();
    assert_eq!(step, InteractionStep::Done);
    interaction
}

/// A token that was never handed over.
pub(crate) fn token() -> [u8; 32] {
    *given::hash::<PlainSessionCookie>().digest()
}

/// The hand-over of `subject`, with a session of an hour, for `interaction`.
pub(crate) fn hand_over(interaction: &Interaction, subject: &str) -> HandOver {
    HandOver {
        interaction: Some(HandOverInteraction {
            id: interaction.id,
            browser: interaction.browser,
        }),
        token: token(),
        token_expires_at: NOW.plus(HOUR),
        identity: identity(subject),
        user_id: UserId::generate(NOW, &SystemEntropy),
        session: Some(NewUpstreamSession {
            id: UpstreamSessionId::generate(NOW, &SystemEntropy),
            sealed: SEALED.to_vec(),
            expires_at: NOW.plus(HOUR),
        }),
        authenticated_at: NOW,
        now: NOW,
    }
}

/// Whose account the hand-over came to.
#[track_caller]
pub(crate) fn accepted(outcome: HandOverOutcome) -> User {
    match outcome {
        HandOverOutcome::Accepted { user, .. } => user,
        other => panic!("{other:?}"),
    }
}

pub(crate) async fn state(store: &Store, interaction: &Interaction) -> InteractionState {
    let find = FindInteraction { id: interaction.id };
    store.read(find).await.unwrap().unwrap().state
}

/// The session of a grant that lives at `now`.
pub(crate) async fn session(
    store: &Store,
    grant_id: GrantId,
    now: Timestamp,
) -> Option<StoredUpstreamSession> {
    store
        .read(FindUpstreamSession { grant_id, now })
        .await
        .unwrap()
}

/// A grant with a session of its own.
pub(crate) struct Connected {
    pub(crate) user_id: UserId,
    pub(crate) grant_id: GrantId,
    pub(crate) session: UpstreamSessionId,
}

/// Connects `client_id` for `subject`.
pub(crate) async fn connected(store: &Store, client_id: &ClientId, subject: &str) -> Connected {
    let interaction = agreed(store, client_id).await;
    let hand_over = hand_over(&interaction, subject);
    let session = hand_over.session.as_ref().unwrap().id;
    let user_id = accepted(store.execute(hand_over).await.unwrap()).id;
    let mut approval = given::approval(&interaction, user_id, NOW);
    approval.upstream = UpstreamNeed::Session;
    let grant_id = approval.grant.id;
    let approved = store.execute(approval).await.unwrap();
    assert!(matches!(approved, InteractionApproval::Approved { .. }));
    Connected {
        user_id,
        grant_id,
        session,
    }
}
