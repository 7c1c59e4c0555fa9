use countersign_domain::{Client, ClientId, ClientKind, ClientState, DocumentCopy, UserId};
use countersign_oauth::client_metadata::ClientMetadata;

use super::given::{self, NOW};
use super::on_both;
use crate::Store;
use crate::commands::{
    ApproveInteraction, ClientRegistration, ClientRevocation, FindClient, InteractionApproval,
    ListClients, RegisterClient, RememberClient, RevokeClient,
};

fn other_metadata() -> ClientMetadata {
    ClientMetadata {
        client_name: Some("Another name".to_owned()),
        ..given::client().metadata
    }
}

/// Lets a person consent to a client that may have no row; answers whether it was remembered.
async fn approve(store: &Store, user_id: UserId, client: &Client) -> bool {
    let interaction = given::consent(&client.id, user_id, NOW);
    given::start(store, &interaction).await;
    let approval = ApproveInteraction {
        client: Some(client.clone()),
        ..given::approval(&interaction, user_id, NOW)
    };
    match store.execute(approval).await.unwrap() {
        InteractionApproval::Approved { remembered } => remembered,
        other => panic!("{other:?}"),
    }
}

on_both! {
    async fn a_client_reads_back_as_it_registered(db) {
        let client = Client { secret: Some(given::hash()), ..given::client() };
        let register = RegisterClient { client: client.clone(), unused_cap: 10 };
        db.store.execute(register).await.unwrap();
        let find = FindClient { id: client.id.clone() };
        let found = db.replica.read(find).await.unwrap().unwrap();
        assert_eq!(found.metadata, client.metadata);
        assert_eq!(found.secret, client.secret);
        assert_eq!(found.kind, ClientKind::Registered);
        assert_eq!(found.created_at, NOW);
        assert!(found.is_active());
        let unknown = FindClient { id: ClientId::new("cli_nobody") };
        assert!(db.store.read(unknown).await.unwrap().is_none());
    }

    async fn consent_remembers_a_client_that_had_no_row(db) {
        let user_id = given::user(&db.store, "Ada").await;
        let client = given::client();
        assert!(approve(&db.store, user_id, &client).await);
        let find = FindClient { id: client.id.clone() };
        let found = db.replica.read(find.clone()).await.unwrap().unwrap();
        assert_eq!(found.metadata, client.metadata);
        let later = Client { created_at: NOW.plus(1), metadata: other_metadata(), ..client.clone() };
        assert!(!approve(&db.store, user_id, &later).await);
        let found = db.replica.read(find).await.unwrap().unwrap();
        assert_eq!(found.metadata, client.metadata, "a registration does not change");
    }

    async fn of_a_document_the_younger_copy_is_remembered(db) {
        let user_id = given::user(&db.store, "Ada").await;
        let document = Client { kind: ClientKind::Document(DocumentCopy::Live), ..given::client() };
        approve(&db.store, user_id, &document).await;
        let find = FindClient { id: document.id.clone() };
        let older = Client { created_at: NOW.minus(1), metadata: other_metadata(), ..document.clone() };
        approve(&db.store, user_id, &older).await;
        let found = db.store.read(find.clone()).await.unwrap().unwrap();
        assert_eq!(found.metadata, document.metadata);
        assert_eq!(found.kind, ClientKind::Document(DocumentCopy::LastGood));
        let younger = Client { created_at: NOW.plus(1), metadata: other_metadata(), ..document };
        approve(&db.store, user_id, &younger).await;
        let found = db.store.read(find).await.unwrap().unwrap();
        assert_eq!(found.metadata, other_metadata());
        assert_eq!(found.created_at, NOW.plus(1));
    }

    async fn only_so_many_unused_clients_are_registered(db) {
        let issued = given::code(&db.store).await;
        let register = || RegisterClient { client: given::client(), unused_cap: 2 };
        let second = db.store.execute(register()).await.unwrap();
        assert_eq!(second, ClientRegistration::Registered);
        assert_eq!(db.store.execute(register()).await.unwrap(), ClientRegistration::TooMany);
        db.store.execute(issued.redeem(NOW)).await.unwrap();
        let after_use = db.store.execute(register()).await.unwrap();
        assert_eq!(after_use, ClientRegistration::Registered, "a used one does not count");
    }

    async fn revoking_a_client_ends_its_grants_and_stays(db) {
        let family = given::family(&db.store).await;
        let id = family.issued.client_id.clone();
        let revoke = RevokeClient { id: id.clone(), now: NOW };
        let revoked = db.store.execute(revoke.clone()).await.unwrap();
        assert_eq!(revoked, ClientRevocation::Revoked { grants: 1 });
        let again = db.store.execute(revoke).await.unwrap();
        assert_eq!(again, ClientRevocation::AlreadyRevoked);
        let unknown = RevokeClient { id: ClientId::new("cli_nobody"), now: NOW };
        assert_eq!(db.store.execute(unknown).await.unwrap(), ClientRevocation::Unknown);
        let found = db.store.read(FindClient { id }).await.unwrap().unwrap();
        assert_eq!(found.state, ClientState::Revoked { at: NOW });
        assert!(!found.is_active());
    }

    async fn consent_does_not_revive_a_revoked_client(db) {
        let user_id = given::user(&db.store, "Ada").await;
        let client = given::client();
        let id = client.id.clone();
        let remember = RememberClient { client: client.clone() };
        db.store.execute(remember.clone()).await.unwrap();
        let revoke = RevokeClient { id: id.clone(), now: NOW };
        let revoked = db.store.execute(revoke).await.unwrap();
        assert_eq!(revoked, ClientRevocation::Revoked { grants: 0 });
        assert!(!approve(&db.store, user_id, &client).await);
        db.replica.execute(remember).await.unwrap();
        let found = db.replica.read(FindClient { id }).await.unwrap().unwrap();
        assert_eq!(found.state, ClientState::Revoked { at: NOW });
    }

    async fn clients_are_listed_in_pages(db) {
        let mut ids = Vec::new();
        for _ in 0..5 {
            ids.push(given::registered(&db.store).await);
        }
        ids.sort();
        let mut listed: Vec<ClientId> = Vec::new();
        loop {
            let page = ListClients { after: listed.last().cloned(), limit: 2 };
            let page = db.store.read(page).await.unwrap();
            if page.is_empty() {
                break;
            }
            listed.extend(page.into_iter().map(|client| client.id));
        }
        assert_eq!(listed, ids);
    }
}
