use countersign_domain::{LinkedAccount, UpstreamProfile};

use super::given::{self, MINUTE, NOW};
use super::given_upstream::{self, ADA, accepted};
use super::on_both;
use crate::commands::{
    FindUpstreamIdentity, FindUpstreamUser, HandOver, ListUsers, NoteUpstreamProfile,
};

on_both! {
    async fn a_profile_reads_back_as_the_login_told_it(db) {
        let client_id = given::registered(&db.store).await;
        let interaction = given_upstream::agreed(&db.store, &client_id).await;
        let mut hand_over = given_upstream::hand_over(&interaction, ADA);
        hand_over.identity.profile.accounts = vec![
            LinkedAccount { kind: "email".to_owned(), label: Some("Grüße\0'$1".to_owned()) },
            LinkedAccount { kind: "passkey".to_owned(), label: None },
        ];
        let expected = hand_over.identity.clone();
        let user_id = accepted(db.store.execute(hand_over).await.unwrap()).id;
        let found = db.replica.read(FindUpstreamIdentity { user_id }).await.unwrap();
        assert_eq!(found, Some(expected));
    }

    async fn an_older_answer_of_the_login_changes_nothing(db) {
        let client_id = given::registered(&db.store).await;
        let user_id = given_upstream::connected(&db.store, &client_id, ADA).await.user_id;
        let note = |name: &str, now| NoteUpstreamProfile {
            user_id,
            profile: UpstreamProfile { name: Some(name.to_owned()), ..UpstreamProfile::default() },
            now,
        };
        db.store.execute(note("new", NOW.plus(MINUTE))).await.unwrap();
        db.store.execute(note("old", NOW)).await.unwrap();
        let found = db.store.read(FindUpstreamIdentity { user_id }).await.unwrap().unwrap();
        assert_eq!(found.profile.name.as_deref(), Some("new"));
        assert_eq!(found.checked_at, NOW.plus(MINUTE));
    }

    async fn a_local_account_has_no_upstream_identity(db) {
        let user_id = given::user(&db.store, ADA).await;
        let found = db.store.read(FindUpstreamIdentity { user_id }).await.unwrap();
        assert_eq!(found, None);
        let profile = UpstreamProfile::default();
        let note = NoteUpstreamProfile { user_id, profile, now: NOW };
        db.store.execute(note).await.unwrap();
        assert_eq!(db.store.read(FindUpstreamIdentity { user_id }).await.unwrap(), None);
        let find = FindUpstreamUser { issuer: "privy:app".to_owned(), subject: ADA.to_owned() };
        assert!(db.store.read(find).await.unwrap().is_none());
    }

    async fn the_same_subject_of_another_login_is_another_person(db) {
        let client_id = given::registered(&db.store).await;
        let ada = given_upstream::connected(&db.store, &client_id, ADA).await.user_id;
        let interaction = given_upstream::agreed(&db.store, &client_id).await;
        let mut elsewhere: HandOver = given_upstream::hand_over(&interaction, ADA);
        elsewhere.identity.issuer = "privy:other".to_owned();
        let other = accepted(db.store.execute(elsewhere).await.unwrap());
        assert_ne!(other.id, ada);
        assert_eq!(other.username.to_string(), other.id.to_string(), "the name is taken");
    }

    async fn people_are_listed_with_what_the_login_calls_them(db) {
        given::user(&db.store, "Zoe").await;
        let client_id = given::registered(&db.store).await;
        given_upstream::connected(&db.store, &client_id, ADA).await;
        let listed = db.store.read(ListUsers { after: None, limit: 10 }).await.unwrap();
        let called: Vec<_> = listed
            .iter()
            .map(|listed| listed.profile.as_ref().and_then(UpstreamProfile::display))
            .collect();
        assert_eq!(called, [Some("did:privy:ada@example.com"), None]);
    }
}
