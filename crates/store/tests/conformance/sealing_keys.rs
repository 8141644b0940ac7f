//! The keys that texts are sealed with, and by what keys are known again.

use openvisit_core::delivery::Interest;
use openvisit_core::ids::ParticipantId;
use openvisit_store::{SealedSamples, SealingKey};
use openvisit_testkit::on_both_databases;

use crate::chat_files::session_under_way;
use crate::chat_messages::text;
use crate::given::{at, booked, parties, seed, slot};
use crate::webhooks::webhook;

fn key(id: i64, master: &str) -> SealingKey {
    let sealed = format!("key {id} by {master}").into_bytes();
    SealingKey { id, sealed, master: master.to_owned(), opens_unnamed: id == 1, created_at: at(id) }
}

on_both_databases! {
    async fn keys_are_kept_in_order_the_first_of_an_id_stays_and_all_can_be_sealed_anew(db: &TestDatabase) {
        let mut tx = db.store.begin().await.unwrap();
        assert_eq!(tx.sealing_keys().await.unwrap(), vec![]);
        for key in [key(2, "a"), key(1, "a"), key(2, "b")] {
            tx.insert_sealing_key(&key).await.unwrap();
        }
        assert_eq!(tx.sealing_keys().await.unwrap(), vec![key(1, "a"), key(2, "a")]);
        tx.reseal_key(1, &key(1, "b").sealed, "b").await.unwrap();
        assert_eq!(tx.sealing_keys().await.unwrap(), vec![key(1, "b"), key(2, "a")]);
        tx.commit().await.unwrap();
    }

    async fn whether_anything_was_sealed_is_told_with_the_latest_of_each_kind(db: &TestDatabase) {
        let session = booked(&db.store, parties(&db.store).await, slot(0, 30)).await;
        let later = booked(&db.store, parties(&db.store).await, slot(0, 30)).await;
        let mut tx = db.store.begin().await.unwrap();
        assert!(!tx.holds_sealed().await.unwrap());
        assert_eq!(tx.sealed_samples().await.unwrap(), SealedSamples::default());
        tx.set_notes(later.id, b"later", at(9)).await.unwrap();
        tx.set_notes(session.id, b"earlier", at(8)).await.unwrap();
        let webhook = webhook(Interest::default());
        tx.insert_webhook(&webhook).await.unwrap();
        assert!(tx.holds_sealed().await.unwrap());
        let samples = SealedSamples {
            notes: Some((later.id, b"later".to_vec())),
            concern: None,
            webhook_secret: Some((webhook.id, webhook.sealed_secret)),
        };
        assert_eq!(tx.sealed_samples().await.unwrap(), samples);
        tx.commit().await.unwrap();
    }

    async fn what_was_said_in_a_chat_was_sealed(db: &TestDatabase) {
        let session = session_under_way(&db.store).await;
        let mut tx = db.store.begin().await.unwrap();
        assert!(!tx.holds_sealed().await.unwrap());
        tx.add_chat_message(&text(session, ParticipantId::new(seed()), 1), 200).await.unwrap();
        assert!(tx.holds_sealed().await.unwrap());
        tx.commit().await.unwrap();
    }

    async fn what_a_key_is_known_by_is_replaced(db: &TestDatabase) {
        let mut tx = db.store.begin().await.unwrap();
        assert_eq!(tx.key_check("pepper").await.unwrap(), None);
        for check in ["one", "two"] {
            tx.set_key_check("pepper", check).await.unwrap();
            assert_eq!(tx.key_check("pepper").await.unwrap().as_deref(), Some(check));
        }
        assert_eq!(tx.key_check("another").await.unwrap(), None);
        tx.commit().await.unwrap();
    }
}
