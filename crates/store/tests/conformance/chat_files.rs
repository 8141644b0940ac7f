//! Files of a session's chat.

use openvisit_core::access::Actor;
use openvisit_core::ids::{MessageId, ParticipantId, SessionId};
use openvisit_core::session::State;
use openvisit_store::{ChatFile, ChatFileLimits, NewChatFile, Store, StoreError};
use openvisit_testkit::on_both_databases;

use crate::given::{at, booked, parties, seed, slot};

const LIMITS: ChatFileLimits =
    ChatFileLimits { bytes_of_session: 100, bytes_of_participant: 60, files_of_participant: 3 };

pub async fn session_under_way(store: &Store) -> SessionId {
    let mut session = booked(store, parties(store).await, slot(0, 30)).await;
    session.state = State::InProgress { since: at(0), by: Actor::System };
    let mut tx = store.begin().await.unwrap();
    tx.save(&mut session, None).await.unwrap();
    tx.commit().await.unwrap();
    session.id
}

fn file(session: SessionId, participant: ParticipantId, size: i64) -> NewChatFile {
    let id = MessageId::new(seed());
    NewChatFile { id, session, participant, sealed_name: vec![1, 2], size, at: at(0) }
}

async fn begin(store: &Store, file: &NewChatFile) -> bool {
    let mut tx = store.begin().await.unwrap();
    let begun = tx.begin_chat_file(file, LIMITS).await.unwrap();
    tx.commit().await.unwrap();
    begun
}

/// Of two parts, sent a minute after the beginning.
async fn sent(store: &Store, session: SessionId) -> NewChatFile {
    let file = file(session, ParticipantId::new(seed()), 10);
    assert!(begin(store, &file).await);
    let mut tx = store.begin().await.unwrap();
    tx.add_chat_file_part(file.id, 0, b"first").await.unwrap();
    tx.add_chat_file_part(file.id, 1, b"last").await.unwrap();
    tx.send_chat_file(file.id, "image/png", at(1)).await.unwrap();
    tx.commit().await.unwrap();
    file
}

async fn is_there(store: &Store, file: &NewChatFile) -> bool {
    let there = store.chat_file(file.session, file.id).await.unwrap().is_some();
    let part = store.chat_file_part(file.id, 0).await.unwrap().is_some();
    assert_eq!(there, part, "with all of its parts");
    there
}

on_both_databases! {
    async fn a_file_is_there_once_all_of_it_is_sent(db: &TestDatabase) {
        let session = session_under_way(&db.store).await;
        let begun = file(session, ParticipantId::new(seed()), 10);
        assert!(begin(&db.store, &begun).await);
        assert_eq!(db.store.chat_file(session, begun.id).await.unwrap(), None);
        let file = sent(&db.store, session).await;
        let expected = ChatFile {
            id: file.id,
            sealed_name: vec![1, 2],
            size: 10,
            kind: "image/png".to_owned(),
            sent_at: at(1),
        };
        assert_eq!(db.store.chat_file(session, file.id).await.unwrap(), Some(expected));
        assert_eq!(db.store.chat_file_part(file.id, 1).await.unwrap(), Some(b"last".to_vec()));
        assert_eq!(db.store.chat_file_part(file.id, 2).await.unwrap(), None);
        let other = SessionId::new(seed());
        assert_eq!(db.store.chat_file(other, file.id).await.unwrap(), None, "of another session");
        let mut tx = db.store.begin().await.unwrap();
        let twice = tx.send_chat_file(file.id, "image/png", at(2)).await;
        assert_eq!(twice.unwrap_err(), StoreError::Conflict);
    }

    async fn there_is_room_for_so_many_bytes_and_files(db: &TestDatabase) {
        let session = session_under_way(&db.store).await;
        let [one, other] = [ParticipantId::new(seed()), ParticipantId::new(seed())];
        assert!(begin(&db.store, &file(session, one, 50)).await);
        assert!(!begin(&db.store, &file(session, one, 11)).await, "of one person");
        assert!(begin(&db.store, &file(session, other, 49)).await);
        assert!(!begin(&db.store, &file(session, other, 2)).await, "of the session");
        assert!(begin(&db.store, &file(session, other, 1)).await);
        let elsewhere = session_under_way(&db.store).await;
        for _ in 0..3 {
            assert!(begin(&db.store, &file(elsewhere, one, 1)).await);
        }
        assert!(!begin(&db.store, &file(elsewhere, one, 1)).await, "so many");
    }

    async fn what_is_deleted_takes_its_parts_along(db: &TestDatabase) {
        let session = session_under_way(&db.store).await;
        let [one, other] = [sent(&db.store, session).await, sent(&db.store, session).await];
        let kept = sent(&db.store, session_under_way(&db.store).await).await;
        let mut tx = db.store.begin().await.unwrap();
        tx.drop_chat_file(one.id).await.unwrap();
        tx.commit().await.unwrap();
        assert!(!is_there(&db.store, &one).await && is_there(&db.store, &other).await);
        let mut tx = db.store.begin().await.unwrap();
        tx.drop_chat_files_of(session).await.unwrap();
        tx.commit().await.unwrap();
        assert!(!is_there(&db.store, &other).await && is_there(&db.store, &kept).await);
        let mut tx = db.store.begin().await.unwrap();
        assert_eq!(tx.add_chat_file_part(one.id, 2, b"late").await.unwrap_err(), StoreError::Conflict);
    }

    async fn what_is_old_unfinished_or_of_an_ended_session_is_swept(db: &TestDatabase) {
        assert!(!db.store.has_chat(None).await.unwrap());
        let session = session_under_way(&db.store).await;
        let kept = sent(&db.store, session).await;
        let unfinished = file(session, ParticipantId::new(seed()), 10);
        assert!(begin(&db.store, &unfinished).await);
        let of_none_under_way = sent(&db.store, booked(&db.store, parties(&db.store).await, slot(0, 30)).await.id).await;
        let sweep = async |oldest, unfinished| {
            let mut tx = db.store.begin().await.unwrap();
            let swept = tx.drop_old_chat_files(at(oldest), at(unfinished)).await.unwrap();
            tx.commit().await.unwrap();
            swept
        };
        assert_eq!(sweep(-60, 0).await, 1);
        assert!(!is_there(&db.store, &of_none_under_way).await && is_there(&db.store, &kept).await);
        assert_eq!(sweep(-60, 1).await, 1, "that was never all sent");
        assert!(is_there(&db.store, &kept).await);
        assert_eq!(sweep(1, 1).await, 1);
        assert!(!db.store.has_chat(None).await.unwrap());
    }
}
