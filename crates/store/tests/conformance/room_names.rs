//! What rooms are called: one name for each session, looked up by it, also of sessions from before they had one.

use openvisit_core::appointment::MediaProvider;
use openvisit_core::session::Session;
use openvisit_store::{Meeting, Store, StoreError};
use openvisit_testkit::on_both_databases;
use serde_json::json;
use sqlx::{Connection, PgConnection, SqliteConnection};

use crate::given::{booked, load, parties, session, slot};

async fn by_room(store: &Store, name: &str) -> Option<openvisit_core::ids::SessionId> {
    store.read().await.unwrap().session_by_room(name).await.unwrap()
}

async fn run_sql(url: &str, sql: &'static str) {
    if url.starts_with("sqlite:") {
        sqlx::raw_sql(sql).execute(&mut SqliteConnection::connect(url).await.unwrap()).await.unwrap();
    } else {
        sqlx::raw_sql(sql).execute(&mut PgConnection::connect(url).await.unwrap()).await.unwrap();
    }
}

/// As it was shown before it was written down.
fn shown_before(session: &Session) -> String {
    let appointment = &session.appointment;
    let (partner, user) = (appointment.practitioner_id, appointment.client_id);
    let (millisecond, apart) =
        (appointment.created_at.as_millisecond(), session.id.0.as_u128() % 1_000_000_000);
    format!("therapy-{partner}-{user}-{millisecond}{apart:09}")
}

on_both_databases! {
    async fn a_session_is_found_by_its_room_and_no_other_has_that_name(db: &TestDatabase) {
        let parties = parties(&db.store).await;
        let named = |minute, name: &str| Session { room_name: name.to_owned(), ..session(parties, slot(minute, minute + 30)) };
        let first = named(0, "therapy-7-42-1");
        let mut tx = db.store.begin().await.unwrap();
        tx.insert(&first, None).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(load(&db.store, first.id).await.room_name, "therapy-7-42-1");
        assert_eq!(by_room(&db.store, "therapy-7-42-1").await, Some(first.id));
        assert_eq!(by_room(&db.store, "therapy-7-42-2").await, None);
        let twice = db.store.begin().await.unwrap().insert(&named(60, "therapy-7-42-1"), None).await;
        assert_eq!(twice, Err(StoreError::NotUnique { what: "room_name" }));
    }

    async fn before_rooms_had_names_they_were_called_as_they_were_shown_or_as_jitsi_was_told(db: &TestDatabase) {
        let parties = parties(&db.store).await;
        let (shown, running) = (booked(&db.store, parties, slot(0, 30)).await, booked(&db.store, parties, slot(60, 90)).await);
        let handle = json!({ "domain": "meet.test", "room": running.id, "url": format!("https://meet.test/{}", running.id) });
        let opened_at = running.appointment.created_at;
        let meeting = Meeting { session_id: running.id, provider: MediaProvider::Jitsi, handle, opened_at };
        let mut tx = db.store.begin().await.unwrap();
        tx.save_meeting(&meeting).await.unwrap();
        tx.commit().await.unwrap();
        db.store.close().await;
        let undo = "drop index session_room_name; alter table session drop column room_name; \
                    delete from _sqlx_migrations where version = 13";
        run_sql(&db.url, undo).await;

        let store = Store::open(&db.url).await.unwrap();
        assert_eq!(load(&store, shown.id).await.room_name, shown_before(&shown));
        assert_eq!(by_room(&store, &shown_before(&shown)).await, Some(shown.id));
        assert_eq!(load(&store, running.id).await.room_name, running.id.to_string());
        store.close().await;
    }
}
