use countersign_domain::{BrowserSession, SystemEntropy, UserId, UserState};

use super::given::{self, HOUR, NOW, username};
use super::on_both;
use crate::commands::{
    AccountChange, AddPasskey, AddUser, DisableUser, EnableUser, EndSession, FindCredentials,
    FindPasskey, FindSession, FindUser, ListGrants, ListPasskeys, ListUsers, Passkey,
    PasskeyAddition, RehashPassword, RemovePasskey, SessionStart, SetPassword, StartSession,
    UpdatePasskey, UserAddition, UserOrClient,
};

fn session(user_id: UserId) -> StartSession {
    StartSession {
        session: BrowserSession {
            cookie: given::hash(),
            user_id,
            authenticated_at: NOW,
            expires_at: NOW.plus(HOUR),
        },
        replaces: None,
        now: NOW,
    }
}

fn passkey(user_id: UserId, credential_id: &[u8]) -> AddPasskey {
    AddPasskey {
        passkey: Passkey {
            credential_id: credential_id.to_vec(),
            user_id,
            name: "Laptop".to_owned(),
            credential: "{\"counter\":0}".to_owned(),
            created_at: NOW,
            last_used_at: None,
        },
        cap: 2,
    }
}

on_both! {
    async fn a_name_is_taken_whatever_its_case(db) {
        let id = given::user(&db.store, "Ada").await;
        let again = AddUser {
            id: UserId::generate(NOW, &SystemEntropy),
            username: username("ADA"),
            password: Some("phc".to_owned()),
            now: NOW,
        };
        assert_eq!(db.store.execute(again).await.unwrap(), UserAddition::UsernameTaken);
        let found = db.store.read(FindUser::ByName(username("aDa"))).await.unwrap().unwrap();
        assert_eq!((found.id, found.username), (id, username("Ada")));
        let credentials = FindCredentials { username: username("ada") };
        assert_eq!(db.store.read(credentials).await.unwrap().unwrap().phc, None);
    }

    async fn of_32_sign_ups_under_one_name_one_wins(db) {
        let added = db
            .race(|store, number| async move {
                let add = AddUser {
                    id: UserId::generate(NOW, &SystemEntropy),
                    username: username("Ada"),
                    password: Some(format!("phc {number}")),
                    now: NOW,
                };
                store.execute(add).await
            })
            .await;
        let winners = added.into_iter().filter(|added| *added == UserAddition::Added);
        assert_eq!(winners.count(), 1);
        assert_eq!(db.store.read(ListUsers { after: None, limit: 10 }).await.unwrap().len(), 1);
    }

    async fn people_are_listed_by_name_in_pages(db) {
        for name in ["Cleo", "ada", "Bob"] {
            given::user(&db.store, name).await;
        }
        let names = async |after: Option<&str>| {
            let list = ListUsers { after: after.map(username), limit: 2 };
            let found = db.store.read(list).await.unwrap();
            found.into_iter().map(|listed| listed.user.username.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(names(None).await, ["ada", "Bob"]);
        assert_eq!(names(Some("Bob")).await, ["Cleo"]);
    }

    async fn disabling_ends_sessions_and_grants(db) {
        let family = given::family(&db.store).await;
        let id = family.issued.user_id;
        let session = session(id);
        let cookie = session.session.cookie;
        db.store.execute(session.clone()).await.unwrap();
        let find = FindSession { cookie, now: NOW };
        assert_eq!(db.store.read(find).await.unwrap().unwrap().user.id, id);

        let disable = DisableUser { id, now: NOW };
        let changed = db.store.execute(disable).await.unwrap();
        assert_eq!(changed, AccountChange::Changed { grants: 1 });
        assert_eq!(db.store.execute(disable).await.unwrap(), AccountChange::Unchanged);
        assert!(db.store.read(find).await.unwrap().is_none());
        assert_eq!(db.store.execute(session).await.unwrap(), SessionStart::UserDisabled);
        let found = db.store.read(FindUser::ById(id)).await.unwrap().unwrap();
        assert_eq!(found.state, UserState::Disabled { at: NOW });

        let enable = EnableUser { id };
        let changed = db.store.execute(enable).await.unwrap();
        assert_eq!(changed, AccountChange::Changed { grants: 0 });
        assert_eq!(db.store.execute(enable).await.unwrap(), AccountChange::Unchanged);
        assert!(db.store.read(find).await.unwrap().is_none(), "it stays ended");
        let nobody = UserId::generate(NOW, &SystemEntropy);
        let unknown = db.store.execute(DisableUser { id: nobody, now: NOW }).await.unwrap();
        assert_eq!(unknown, AccountChange::Unknown);
    }

    async fn nobody_stays_active_when_disabling_races_with_consent(db) {
        let client_id = given::registered(&db.store).await;
        let user_id = given::user(&db.store, "Ada").await;
        let interactions = (0..32).map(|_| given::consent(&client_id, user_id, NOW));
        let interactions: Vec<_> = interactions.collect();
        for interaction in &interactions {
            given::start(&db.store, interaction).await;
        }
        db.race(|store, number| {
            let approval = given::approval(&interactions[number], user_id, NOW);
            async move {
                if number == 16 {
                    store.execute(DisableUser { id: user_id, now: NOW }).await.map(drop)
                } else {
                    store.execute(approval).await.map(drop)
                }
            }
        })
        .await;
        db.store.execute(EnableUser { id: user_id }).await.unwrap();
        let live = ListGrants {
            whom: UserOrClient::User(user_id),
            after: None,
            limit: 1,
            now: NOW,
        };
        let live = db.store.read(live).await.unwrap();
        assert!(live.is_empty(), "no grant outlived the disabling");
    }

    async fn a_password_change_ends_sessions_and_grants_if_asked(db) {
        let family = given::family(&db.store).await;
        let user_id = family.issued.user_id;
        let session = session(user_id);
        let find = FindSession { cookie: session.session.cookie, now: NOW };
        db.store.execute(session).await.unwrap();
        let set = SetPassword {
            user_id,
            phc: "first".to_owned(),
            end_grants: false,
            now: NOW,
        };
        assert_eq!(db.store.execute(set.clone()).await.unwrap(), Some(0));
        assert!(db.store.read(find).await.unwrap().is_none());
        let set = SetPassword { phc: "second".to_owned(), end_grants: true, ..set };
        assert_eq!(db.store.execute(set.clone()).await.unwrap(), Some(1));
        let credentials = FindCredentials { username: username("ada") };
        let found = db.store.read(credentials.clone()).await.unwrap().unwrap();
        assert_eq!(found.phc.as_deref(), Some("second"));
        let nobody = SetPassword { user_id: UserId::generate(NOW, &SystemEntropy), ..set };
        assert_eq!(db.store.execute(nobody).await.unwrap(), None);

        let rehash = RehashPassword {
            user_id,
            verified: "second".to_owned(),
            phc: "third".to_owned(),
        };
        assert!(db.store.execute(rehash.clone()).await.unwrap());
        assert!(!db.store.execute(rehash).await.unwrap(), "the verified one is gone");
        let found = db.store.read(credentials).await.unwrap().unwrap();
        assert_eq!(found.phc.as_deref(), Some("third"));
    }

    async fn a_session_ends_at_its_end_and_at_sign_out(db) {
        let user_id = given::user(&db.store, "Ada").await;
        let session = session(user_id);
        let cookie = session.session.cookie;
        assert_eq!(db.store.execute(session).await.unwrap(), SessionStart::Started);
        let late = FindSession { cookie, now: NOW.plus(HOUR) };
        assert!(db.store.read(late).await.unwrap().is_none());
        assert!(db.store.execute(EndSession { cookie }).await.unwrap());
        assert!(!db.store.execute(EndSession { cookie }).await.unwrap());
        assert!(db.store.read(FindSession { cookie, now: NOW }).await.unwrap().is_none());
    }

    async fn signing_in_replaces_the_cookie(db) {
        let user_id = given::user(&db.store, "Ada").await;
        let first = session(user_id);
        let old = first.session.cookie;
        db.store.execute(first).await.unwrap();
        let second = StartSession { replaces: Some(old), ..session(user_id) };
        let new = second.session.cookie;
        db.store.execute(second).await.unwrap();
        assert!(db.store.read(FindSession { cookie: old, now: NOW }).await.unwrap().is_none());
        assert!(db.store.read(FindSession { cookie: new, now: NOW }).await.unwrap().is_some());
    }

    async fn a_passkey_belongs_to_one_person(db) {
        let ada = given::user(&db.store, "Ada").await;
        let bob = given::user(&db.store, "Bob").await;
        let added = db.store.execute(passkey(ada, b"one")).await.unwrap();
        assert_eq!(added, PasskeyAddition::Added);
        let again = db.store.execute(passkey(bob, b"one")).await.unwrap();
        assert_eq!(again, PasskeyAddition::AlreadyRegistered);
        db.store.execute(passkey(ada, b"two")).await.unwrap();
        let third = db.store.execute(passkey(ada, b"three")).await.unwrap();
        assert_eq!(third, PasskeyAddition::TooMany);
        let listed = db.store.read(ListPasskeys { user_id: ada }).await.unwrap();
        assert_eq!(listed.len(), 2);

        let credential_id = b"one".to_vec();
        let remove = RemovePasskey { credential_id: credential_id.clone(), user_id: bob };
        assert!(!db.store.execute(remove.clone()).await.unwrap());
        assert!(db.store.execute(RemovePasskey { user_id: ada, ..remove }).await.unwrap());
        assert!(db.store.read(FindPasskey { credential_id }).await.unwrap().is_none());
    }

    async fn of_32_uses_of_one_passkey_counter_one_wins(db) {
        let user_id = given::user(&db.store, "Ada").await;
        db.store.execute(passkey(user_id, b"one")).await.unwrap();
        let used = db
            .race(|store, number| async move {
                let update = UpdatePasskey {
                    credential_id: b"one".to_vec(),
                    verified: "{\"counter\":0}".to_owned(),
                    credential: format!("{{\"counter\":{}}}", number + 1),
                    now: NOW,
                };
                store.execute(update).await
            })
            .await;
        assert_eq!(used.into_iter().filter(|used| *used).count(), 1);
        let find = FindPasskey { credential_id: b"one".to_vec() };
        let found = db.store.read(find).await.unwrap().unwrap();
        assert_eq!((found.user_id, found.last_used_at), (user_id, Some(NOW)));
    }
}
