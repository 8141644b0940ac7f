//! The ledger: repeats and wrong order do not matter, heartbeats move only what is open.

use openvisit_core::attendance::{Interval, Key};
use openvisit_core::ids::ParticipantId;
use openvisit_core::session::Session;
use openvisit_store::{OpenInterval, Store};
use openvisit_testkit::on_both_databases;

use crate::given::{at, booked, connection, interval, load, parties, seed, slot};

async fn record(store: &Store, session: &Session, key: &Key, interval: &Interval) {
    let mut tx = store.begin().await.unwrap();
    tx.record(session.id, [(key, interval)]).await.unwrap();
    tx.commit().await.unwrap();
}

async fn stored(store: &Store, session: &Session, key: &Key) -> Interval {
    *load(store, session.id).await.attendance.interval(key).unwrap()
}

fn a_connection() -> Key {
    connection(ParticipantId::new(seed()))
}

on_both_databases! {
    async fn intervals_merge_in_any_order(db: &TestDatabase) {
        let session = booked(&db.store, parties(&db.store).await, slot(0, 30)).await;
        let facts = [
            interval(None, Some(20), Some(20)),
            interval(Some(5), None, Some(5)),
            interval(Some(3), Some(25), Some(25)),
            interval(None, None, Some(8)),
            Interval::default(),
        ];
        for shift in 0..facts.len() {
            let key = a_connection();
            for step in 0..facts.len() {
                record(&db.store, &session, &key, &facts[(shift + step) % facts.len()]).await;
                record(&db.store, &session, &key, &facts[shift]).await;
            }
            let expected = interval(Some(3), Some(20), Some(25));
            assert_eq!(stored(&db.store, &session, &key).await, expected, "shifted by {shift}");
        }
    }

    async fn many_rows_are_recorded_at_once(db: &TestDatabase) {
        let session = booked(&db.store, parties(&db.store).await, slot(0, 30)).await;
        let rows: Vec<_> =
            (0..50).map(|minute| (a_connection(), interval(Some(minute), None, Some(minute)))).collect();
        let mut tx = db.store.begin().await.unwrap();
        tx.record(session.id, []).await.unwrap();
        tx.record(session.id, rows.iter().map(|(key, interval)| (key, interval))).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(load(&db.store, session.id).await.attendance, rows.into_iter().collect());
    }

    async fn a_heartbeat_moves_what_is_open(db: &TestDatabase) {
        let session = booked(&db.store, parties(&db.store).await, slot(0, 30)).await;
        let [open, closed, later, unknown] = [(); 4].map(|()| a_connection());
        record(&db.store, &session, &open, &interval(Some(0), None, Some(0))).await;
        record(&db.store, &session, &closed, &interval(Some(0), Some(5), Some(5))).await;
        record(&db.store, &session, &later, &interval(Some(0), None, Some(9))).await;
        db.store.heartbeat(&[], at(7)).await.unwrap();
        let here = [open, closed, later, unknown].map(|key| OpenInterval { key, session: session.id, epoch: None });
        db.store.heartbeat(&here, at(7)).await.unwrap();
        let seen = async |key: &Key| stored(&db.store, &session, key).await.last_seen_at;
        assert_eq!(seen(&open).await, Some(at(7)));
        assert_eq!(seen(&closed).await, Some(at(5)));
        assert_eq!(seen(&later).await, Some(at(9)));
        assert_eq!(load(&db.store, session.id).await.attendance.intervals().count(), 3);
    }
}
