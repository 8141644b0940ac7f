//! The rooms that media providers opened are kept until they are closed.

use openvisit_core::appointment::MediaProvider;
use openvisit_core::ids::SessionId;
use openvisit_store::{Meeting, Store};
use openvisit_testkit::on_both_databases;
use serde_json::json;

use crate::given::{at, booked, parties, slot};

async fn session(store: &Store) -> SessionId {
    booked(store, parties(store).await, slot(0, 30)).await.id
}

async fn kept(store: &Store, session_id: SessionId, provider: MediaProvider) -> Meeting {
    let handle = json!({ "sid": provider.name() });
    let meeting = Meeting { session_id, provider, handle, opened_at: at(0) };
    let mut tx = store.begin().await.unwrap();
    tx.save_meeting(&meeting).await.unwrap();
    tx.commit().await.unwrap();
    meeting
}

async fn to_close(store: &Store, minute: i64) -> Vec<Meeting> {
    let mut tx = store.begin().await.unwrap();
    // Dropped: it stays to be closed.
    tx.take_meetings_to_close(at(minute), at(1_000), 10).await.unwrap()
}

async fn take(store: &Store, minute: i64, until: i64) -> Vec<Meeting> {
    let mut tx = store.begin().await.unwrap();
    let taken = tx.take_meetings_to_close(at(minute), at(until), 10).await.unwrap();
    tx.commit().await.unwrap();
    taken
}

async fn unwant(store: &Store, session: SessionId, kept: Option<MediaProvider>, minute: i64) {
    let mut tx = store.begin().await.unwrap();
    tx.release_meetings(session, kept, at(minute)).await.unwrap();
    tx.commit().await.unwrap();
}

on_both_databases! {
    async fn a_meeting_comes_back_as_it_was_last_kept(db: &TestDatabase) {
        let session = session(&db.store).await;
        let first = kept(&db.store, session, MediaProvider::LiveKit).await;
        let other = kept(&db.store, session, MediaProvider::Chime).await;
        let second = Meeting { handle: json!({ "sid": "anew" }), opened_at: at(1), ..first };
        let mut tx = db.store.begin().await.unwrap();
        tx.save_meeting(&second).await.unwrap();
        assert_eq!(tx.meeting(session, MediaProvider::LiveKit).await.unwrap(), Some(second));
        assert_eq!(tx.meeting(session, MediaProvider::Chime).await.unwrap(), Some(other));
        assert_eq!(tx.meeting(session, MediaProvider::Twilio).await.unwrap(), None);
    }

    async fn rooms_that_nobody_wants_are_closed_but_for_the_one_that_carries_on(db: &TestDatabase) {
        let session = session(&db.store).await;
        let livekit = kept(&db.store, session, MediaProvider::LiveKit).await;
        let chime = kept(&db.store, session, MediaProvider::Chime).await;
        assert_eq!(to_close(&db.store, 10).await, []);
        unwant(&db.store, session, Some(MediaProvider::Chime), 5).await;
        assert_eq!(to_close(&db.store, 4).await, []);
        assert_eq!(to_close(&db.store, 5).await, [livekit]);
        unwant(&db.store, session, None, 6).await;
        let mut both = to_close(&db.store, 6).await;
        both.sort_by_key(|meeting| meeting.provider.name());
        assert_eq!(both[0], chime);
        assert_eq!(both.len(), 2);
    }

    async fn what_is_closed_is_left_alone_until_somebody_opens_it_again(db: &TestDatabase) {
        let session = session(&db.store).await;
        let meeting = kept(&db.store, session, MediaProvider::Twilio).await;
        unwant(&db.store, session, None, 5).await;
        let mut tx = db.store.begin().await.unwrap();
        tx.close_meeting_later(&meeting, at(7)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(to_close(&db.store, 6).await, []);
        assert_eq!(take(&db.store, 7, 20).await, std::slice::from_ref(&meeting));
        assert_eq!(take(&db.store, 19, 40).await, [], "another one has it");
        // While it was being closed, somebody came by an old token.
        unwant(&db.store, session, None, 9).await;
        assert_eq!(take(&db.store, 10, 30).await.len(), 1);
        for (until, left) in [(20, 1), (30, 0)] {
            let mut tx = db.store.begin().await.unwrap();
            tx.meeting_closed(&meeting, at(until), at(until)).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(to_close(&db.store, 60).await.len(), left);
        }
        unwant(&db.store, session, None, 10).await;
        assert_eq!(to_close(&db.store, 10).await.len(), 1, "closed once more");
    }

    async fn a_room_that_is_wanted_again_is_not_closed(db: &TestDatabase) {
        let session = session(&db.store).await;
        let meeting = kept(&db.store, session, MediaProvider::LiveKit).await;
        unwant(&db.store, session, None, 5).await;
        kept(&db.store, session, MediaProvider::LiveKit).await;
        assert_eq!(to_close(&db.store, 60).await, []);
        let mut tx = db.store.begin().await.unwrap();
        tx.close_meeting_later(&meeting, at(7)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(to_close(&db.store, 60).await, []);
    }
}
