//! Events are stored with their change, in order per session.

use openvisit_core::event::Event;
use openvisit_store::StoreError;
use openvisit_testkit::on_both_databases;
use tokio::task::JoinSet;

use crate::given::{booked, load, moved, parties, row, session, slot};

on_both_databases! {
    async fn events_keep_their_order_per_session(db: &TestDatabase) {
        let parties = parties(&db.store).await;
        let first = booked(&db.store, parties, slot(0, 30)).await;
        let second = booked(&db.store, parties, slot(30, 60)).await;
        let rows = [
            row(&first, &Event::Booked),
            row(&second, &Event::Booked),
            row(&first, &moved()),
            row(&first, &Event::NoShow { absent: None }),
        ];
        let mut tx = db.store.begin().await.unwrap();
        for row in &rows {
            tx.enqueue(row).await.unwrap();
        }
        tx.commit().await.unwrap();
        let mut tx = db.store.read().await.unwrap();
        assert_eq!(tx.events(first.id).await.unwrap(), [rows[0].clone(), rows[2].clone(), rows[3].clone()]);
        assert_eq!(tx.events(second.id).await.unwrap(), [rows[1].clone()]);
        // An event is no save.
        assert_eq!(load(&db.store, first.id).await, first);
    }

    async fn an_event_without_its_change_is_not_there(db: &TestDatabase) {
        let session = session(parties(&db.store).await, slot(0, 30));
        let mut tx = db.store.begin().await.unwrap();
        tx.insert(&session, None).await.unwrap();
        tx.enqueue(&row(&session, &Event::Booked)).await.unwrap();
        drop(tx);
        assert_eq!(db.store.read().await.unwrap().events(session.id).await.unwrap(), []);
        let mut tx = db.store.begin().await.unwrap();
        let refused = tx.enqueue(&row(&session, &Event::Booked)).await;
        assert!(matches!(refused, Err(StoreError::Internal(_))), "{refused:?}");
    }

    async fn events_at_the_same_moment_all_get_a_place(db: &TestDatabase) {
        let session = booked(&db.store, parties(&db.store).await, slot(0, 30)).await;
        let writers = (0..20).map(|_| {
            let (store, row) = (db.store.clone(), row(&session, &Event::Changed));
            async move {
                let mut tx = store.begin().await?;
                tx.enqueue(&row).await?;
                tx.commit().await
            }
        });
        for outcome in writers.collect::<JoinSet<_>>().join_all().await {
            outcome.unwrap();
        }
        assert_eq!(db.store.read().await.unwrap().events(session.id).await.unwrap().len(), 20);
    }
}
