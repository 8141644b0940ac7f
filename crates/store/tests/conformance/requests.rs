//! Requests: the queue, and who is first.

use openvisit_core::access::Actor;
use openvisit_core::appointment::Kind;
use openvisit_core::ids::{OrganizationId, PersonId, RequestId};
use openvisit_core::person::Role;
use openvisit_core::request::{MAX_PENDING, Request, RequestDetails, Rules, State};
use openvisit_store::{Organization, Requests, SealedRequest, Store};
use openvisit_testkit::on_both_databases;
use tokio::task::JoinSet;

use crate::given::{at, parties, person, seed};

fn request_of(client: PersonId, minute: i64) -> SealedRequest {
    let wish = RequestDetails {
        organization_id: None,
        plan: None,
        kind: Kind::Video,
        metadata: serde_json::Map::new(),
    };
    let id = RequestId::new(openvisit_core::ids::Seed { now: at(minute), ..seed() });
    let request = Request::new(id, client, wish, at(minute), &Rules::default());
    SealedRequest { request, concern: vec![0, 159, 146, 150] }
}

async fn asked(store: &Store, client: PersonId, minute: i64) -> Request {
    let sealed = request_of(client, minute);
    let mut tx = store.begin().await.unwrap();
    assert!(tx.insert_request(&sealed).await.unwrap());
    tx.commit().await.unwrap();
    sealed.request
}

async fn save(store: &Store, request: &Request) -> bool {
    let mut tx = store.begin().await.unwrap();
    let saved = tx.save_request(request, at(0)).await.unwrap();
    tx.commit().await.unwrap();
    saved
}

async fn page(store: &Store, which: Requests, after: Option<&Request>, limit: u32) -> Vec<RequestId> {
    let mut tx = store.read().await.unwrap();
    let page = tx.requests(which, after.map(|request| request.id), limit).await.unwrap();
    page.into_iter().map(|sealed| sealed.request.id).collect()
}

on_both_databases! {
    async fn a_request_comes_back_whole(db: &TestDatabase) {
        let client = parties(&db.store).await.client;
        let organization = Organization { id: OrganizationId::new(seed()), name: "Workshop".to_owned() };
        let mut sealed = request_of(client, 0);
        sealed.request.wish = RequestDetails {
            organization_id: Some(organization.id),
            plan: Some("premium".to_owned()),
            kind: Kind::Diagnostic,
            metadata: [("car".to_owned(), serde_json::json!({ "doors": 5 }))].into_iter().collect(),
        };
        sealed.request.opens_at = Some(at(2));
        let mut tx = db.store.begin().await.unwrap();
        tx.insert_organization(&organization).await.unwrap();
        assert!(tx.insert_request(&sealed).await.unwrap());
        assert_eq!(tx.request(sealed.request.id).await.unwrap(), Some(sealed));
        assert_eq!(tx.request(RequestId::new(seed())).await.unwrap(), None);
    }

    async fn a_request_is_taken_once(db: &TestDatabase) {
        let parties = parties(&db.store).await;
        let pending = asked(&db.store, parties.client, 0).await;
        let accepted =
            Request { state: State::Accepted { at: at(1), by: parties.practitioner }, ..pending.clone() };
        assert!(save(&db.store, &accepted).await);
        let withdrawn = Request { state: State::Withdrawn { at: at(1), by: Actor::Client }, ..pending.clone() };
        assert!(!save(&db.store, &withdrawn).await);
        assert!(!save(&db.store, &Request { id: RequestId::new(seed()), ..pending }).await);
        let kept = db.store.read().await.unwrap().request(accepted.id).await.unwrap().unwrap();
        assert_eq!(kept.request, accepted);
    }

    async fn of_many_who_take_it_at_once_one_does(db: &TestDatabase) {
        let client = parties(&db.store).await.client;
        let pending = asked(&db.store, client, 0).await;
        let tries = (0..16).map(|_| {
            let (store, by) = (db.store.clone(), PersonId::new(seed()));
            let accepted = Request { state: State::Accepted { at: at(1), by }, ..pending.clone() };
            async move { save(&store, &accepted).await }
        });
        let won = tries.collect::<JoinSet<_>>().join_all().await;
        assert_eq!(won.into_iter().filter(|won| *won).count(), 1);
    }

    async fn a_client_has_only_so_many_pending(db: &TestDatabase) {
        let client = parties(&db.store).await.client;
        let tries = (0..3 * i64::from(MAX_PENDING)).map(|minute| {
            let store = db.store.clone();
            async move {
                let mut tx = store.begin().await.unwrap();
                let stored = tx.insert_request(&request_of(client, minute)).await.unwrap();
                tx.commit().await.unwrap();
                stored
            }
        });
        let stored = tries.collect::<JoinSet<_>>().join_all().await;
        assert_eq!(stored.into_iter().filter(|stored| *stored).count(), MAX_PENDING as usize);
        let other = person(&db.store, "Other", Role::Client).await;
        asked(&db.store, other, 0).await;

        // One that is over makes room for another.
        let mut tx = db.store.read().await.unwrap();
        let first = tx.requests(Requests::Of(client), None, 1).await.unwrap().remove(0).request;
        drop(tx);
        assert!(save(&db.store, &Request { state: State::Expired { at: at(1) }, ..first }).await);
        asked(&db.store, client, 50).await;
    }

    async fn lists_are_turned_page_by_page(db: &TestDatabase) {
        let parties = parties(&db.store).await;
        let other = person(&db.store, "Other", Role::Client).await;
        let mut asked_for = Vec::new();
        for minute in 0..4 {
            let client = if minute == 1 { other } else { parties.client };
            asked_for.push(asked(&db.store, client, minute).await);
        }
        let gone = Request { state: State::Expired { at: at(9) }, ..asked_for[2].clone() };
        assert!(save(&db.store, &gone).await);
        let ids: Vec<_> = asked_for.iter().map(|request| request.id).collect();
        let store = &db.store;
        assert_eq!(page(store, Requests::Pending, None, 2).await, [ids[0], ids[1]]);
        assert_eq!(page(store, Requests::Pending, Some(&asked_for[1]), 2).await, [ids[3]]);
        let own = Requests::Of(parties.client);
        assert_eq!(page(store, own, None, 2).await, [ids[3], ids[2]]);
        assert_eq!(page(store, own, Some(&asked_for[2]), 2).await, [ids[0]]);
        assert_eq!(page(store, Requests::Of(parties.practitioner), None, 9).await, []);
        assert_eq!(page(store, Requests::All, None, 9).await, [ids[3], ids[2], ids[1], ids[0]]);
        assert_eq!(page(store, Requests::All, Some(&asked_for[1]), 9).await, [ids[0]]);
    }

    async fn what_is_due_is_found(db: &TestDatabase) {
        let client = parties(&db.store).await.client;
        let late = asked(&db.store, client, 10).await;
        let soon = asked(&db.store, client, 0).await;
        let due = async |minute| {
            let found = db.store.read().await.unwrap().due_requests(at(minute), 9).await.unwrap();
            found.into_iter().map(|sealed| sealed.request.id).collect::<Vec<_>>()
        };
        assert_eq!(due(29).await, []);
        assert_eq!(due(30).await, [soon.id]);
        assert_eq!(due(40).await, [soon.id, late.id]);
        assert!(save(&db.store, &soon.clone().at(at(30))).await);
        assert_eq!(due(40).await, [late.id]);
    }
}
