//! Webhooks are kept, changed and forgotten.

use openvisit_core::delivery::Interest;
use openvisit_core::event::Event;
use openvisit_core::ids::{OrganizationId, WebhookId};
use openvisit_store::{Deliveries, OldSecret, Organization, Store, StoreError, Target, Webhook};
use openvisit_testkit::on_both_databases;

use crate::given::{at, booked, moved, parties, row, seed, slot};

pub fn webhook(interest: Interest) -> Webhook {
    Webhook {
        id: WebhookId::new(seed()),
        url: "https://example.org/hook".to_owned(),
        interest,
        sealed_secret: vec![7, 0, 9],
        old_secret: None,
        wants_metadata: false,
        disabled: false,
        created_at: at(-1),
    }
}

pub async fn kept(store: &Store, interest: Interest) -> Webhook {
    let webhook = webhook(interest);
    let mut tx = store.begin().await.unwrap();
    tx.insert_webhook(&webhook).await.unwrap();
    tx.commit().await.unwrap();
    webhook
}

async fn events_for(store: &Store, webhook: &Webhook) -> Vec<String> {
    let page = Deliveries { target: Target::Webhook(webhook.id), before: None, state: None, limit: 100 };
    let mut types: Vec<_> = store
        .read()
        .await
        .unwrap()
        .deliveries(&page)
        .await
        .unwrap()
        .into_iter()
        .map(|d| d.event_type)
        .collect();
    types.reverse();
    types
}

on_both_databases! {
    async fn a_webhook_comes_back_as_it_was_kept_and_changed(db: &TestDatabase) {
        let organization = Organization { id: OrganizationId::new(seed()), name: "Clinic".to_owned() };
        let mut tx = db.store.begin().await.unwrap();
        tx.insert_organization(&organization).await.unwrap();
        tx.commit().await.unwrap();
        let mut webhook = kept(&db.store, Interest {
            events: Some(vec!["appointment.booked".to_owned()]),
            organization_id: Some(organization.id),
        }).await;
        let other = kept(&db.store, Interest::default()).await;
        let mut tx = db.store.begin().await.unwrap();
        assert_eq!(tx.webhook(webhook.id).await.unwrap().as_ref(), Some(&webhook));
        assert_eq!(tx.webhooks(None, 10).await.unwrap(), [webhook.clone(), other.clone()]);
        assert_eq!(tx.webhooks(None, 1).await.unwrap(), [webhook.clone()]);
        assert_eq!(tx.webhooks(Some(webhook.id), 10).await.unwrap(), std::slice::from_ref(&other));
        webhook.url = "https://example.org/other".to_owned();
        webhook.interest = Interest::default();
        webhook.disabled = true;
        tx.update_webhook(&webhook).await.unwrap();
        assert_eq!(tx.webhook(webhook.id).await.unwrap().as_ref(), Some(&webhook));
        assert!(tx.delete_webhook(other.id).await.unwrap());
        assert!(!tx.delete_webhook(other.id).await.unwrap());
        assert_eq!(tx.webhook(other.id).await.unwrap(), None);
        assert_eq!(tx.update_webhook(&other).await, Err(StoreError::Conflict));
    }

    async fn an_event_goes_to_the_webhooks_that_want_it(db: &TestDatabase) {
        let session = booked(&db.store, parties(&db.store).await, slot(0, 30)).await;
        let all = kept(&db.store, Interest::default()).await;
        let moves = Interest { events: Some(vec!["appointment.moved".to_owned()]), ..Interest::default() };
        let moves = kept(&db.store, moves).await;
        let organization = Organization { id: OrganizationId::new(seed()), name: "Clinic".to_owned() };
        let mut tx = db.store.begin().await.unwrap();
        tx.insert_organization(&organization).await.unwrap();
        tx.commit().await.unwrap();
        let of_one = Interest { organization_id: Some(organization.id), ..Interest::default() };
        let of_one = kept(&db.store, of_one).await;
        let off = kept(&db.store, Interest::default()).await;
        let mut tx = db.store.begin().await.unwrap();
        tx.update_webhook(&Webhook { disabled: true, ..off.clone() }).await.unwrap();
        tx.enqueue(&row(&session, &Event::Booked)).await.unwrap();
        tx.enqueue(&row(&session, &moved())).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(events_for(&db.store, &all).await, ["appointment.booked", "appointment.moved"]);
        assert_eq!(events_for(&db.store, &moves).await, ["appointment.moved"]);
        assert!(events_for(&db.store, &of_one).await.is_empty());
        let off = events_for(&db.store, &off).await;
        assert_eq!(off, ["appointment.booked", "appointment.moved"], "they wait until it is enabled");
    }

    async fn a_deleted_webhook_takes_its_deliveries_along(db: &TestDatabase) {
        let session = booked(&db.store, parties(&db.store).await, slot(0, 30)).await;
        let (gone, stays) =
            (kept(&db.store, Interest::default()).await, kept(&db.store, Interest::default()).await);
        let mut tx = db.store.begin().await.unwrap();
        tx.enqueue(&row(&session, &Event::Booked)).await.unwrap();
        assert_eq!(tx.due_webhooks(at(2)).await.unwrap(), [gone.clone(), stays.clone()]);
        assert!(tx.delete_webhook(gone.id).await.unwrap());
        assert!(!tx.has_due(Target::Webhook(gone.id), at(2)).await.unwrap());
        assert_eq!(tx.due_webhooks(at(2)).await.unwrap(), std::slice::from_ref(&stays));
        tx.update_webhook(&Webhook { disabled: true, ..stays }).await.unwrap();
        assert_eq!(tx.due_webhooks(at(2)).await.unwrap(), []);
    }

    async fn a_secret_is_replaced_and_the_one_before_kept_for_a_while(db: &TestDatabase) {
        let webhook = kept(&db.store, Interest::default()).await;
        let mut tx = db.store.begin().await.unwrap();
        tx.rotate_secret(webhook.id, &[1, 2], at(5)).await.unwrap();
        let old = OldSecret { sealed: webhook.sealed_secret.clone(), until: at(5) };
        let rotated = Webhook { sealed_secret: vec![1, 2], old_secret: Some(old), ..webhook };
        assert_eq!(tx.webhook(rotated.id).await.unwrap(), Some(rotated.clone()));
        tx.rotate_secret(rotated.id, &[3], at(9)).await.unwrap();
        let old = OldSecret { sealed: vec![1, 2], until: at(9) };
        assert_eq!(tx.webhook(rotated.id).await.unwrap().unwrap().old_secret, Some(old));
        let nobody = WebhookId::new(seed());
        assert!(matches!(tx.rotate_secret(nobody, &[3], at(9)).await, Err(StoreError::Conflict)));
    }
}
