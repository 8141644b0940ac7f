//! What is said in a session's chat.

use openvisit_core::Timestamp;
use openvisit_core::ids::{MessageId, ParticipantId, SessionId};
use openvisit_store::{
    ChatContent, ChatFile, ChatFileLimits, ChatMessage, ChatSoFar, NewChatFile, NewChatMessage, Store,
};
use openvisit_testkit::on_both_databases;

use crate::chat_files::session_under_way;
use crate::given::{at, booked, parties, seed, slot};

pub fn text(session: SessionId, participant: ParticipantId, minute: i64) -> NewChatMessage {
    let id = MessageId::new(seed());
    NewChatMessage {
        id,
        session,
        participant,
        at: at(minute),
        taken_at: at(minute),
        sealed: Some(vec![1, 2]),
    }
}

async fn say(store: &Store, message: &NewChatMessage, most: u32) {
    let mut tx = store.begin().await.unwrap();
    tx.lock_session(message.session).await.unwrap();
    tx.add_chat_message(message, most).await.unwrap();
    tx.commit().await.unwrap();
}

async fn ids(store: &Store, session: SessionId, since: Option<Timestamp>) -> Vec<MessageId> {
    store.chat_messages(session, since).await.unwrap().into_iter().map(|message| message.id).collect()
}

/// As [`text`], a file that is all there.
async fn file(store: &Store, session: SessionId, minute: i64) -> NewChatMessage {
    let message = NewChatMessage { sealed: None, ..text(session, ParticipantId::new(seed()), minute) };
    let NewChatMessage { id, participant, .. } = message;
    let file = NewChatFile { id, session, participant, sealed_name: vec![3], size: 10, at: at(minute) };
    let limits = ChatFileLimits { bytes_of_session: 10, bytes_of_participant: 10, files_of_participant: 1 };
    let mut tx = store.begin().await.unwrap();
    assert!(tx.begin_chat_file(&file, limits).await.unwrap());
    tx.send_chat_file(id, "image/png", at(minute)).await.unwrap();
    tx.add_chat_message(&message, 200).await.unwrap();
    tx.commit().await.unwrap();
    message
}

on_both_databases! {
    async fn what_is_said_is_there_in_its_order_for_its_session(db: &TestDatabase) {
        let (session, other) = (session_under_way(&db.store).await, session_under_way(&db.store).await);
        let one = ParticipantId::new(seed());
        let (second, first) = (text(session, one, 2), text(session, one, 1));
        say(&db.store, &second, 200).await;
        say(&db.store, &first, 200).await;
        say(&db.store, &text(other, one, 1), 200).await;
        let said = ChatContent::Text { sealed: vec![1, 2] };
        let expected = [&first, &second].map(|message| {
            ChatMessage { id: message.id, participant: one, at: message.at, said: said.clone() }
        });
        assert_eq!(db.store.chat_messages(session, None).await.unwrap(), expected);
        assert_eq!(ids(&db.store, session, Some(at(1))).await, [second.id], "after an instant");
        assert_eq!(ids(&db.store, session, Some(at(2))).await, []);
    }

    async fn a_file_is_a_message_with_its_name_as_long_as_it_is_there(db: &TestDatabase) {
        let session = session_under_way(&db.store).await;
        let sent = file(&db.store, session, 1).await;
        let said = ChatContent::File(ChatFile {
            id: sent.id,
            sealed_name: vec![3],
            size: 10,
            kind: "image/png".to_owned(),
            sent_at: at(1),
        });
        let expected = ChatMessage { id: sent.id, participant: sent.participant, at: at(1), said };
        assert_eq!(db.store.chat_messages(session, None).await.unwrap(), [expected]);
        let mut tx = db.store.begin().await.unwrap();
        tx.drop_chat_file(sent.id).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(ids(&db.store, session, None).await, []);
    }

    async fn the_newest_are_kept_of_each_session(db: &TestDatabase) {
        let (session, other) = (session_under_way(&db.store).await, session_under_way(&db.store).await);
        let one = ParticipantId::new(seed());
        let elsewhere = text(other, one, 0);
        say(&db.store, &elsewhere, 3).await;
        let mut said = vec![];
        for minute in 1..=5 {
            let message = text(session, one, minute);
            say(&db.store, &message, 3).await;
            said.push(message.id);
        }
        assert_eq!(ids(&db.store, session, None).await, said[2..]);
        assert_eq!(ids(&db.store, other, None).await, [elsewhere.id]);
    }

    async fn how_much_was_said_lately_is_counted_by_the_clock_that_took_it(db: &TestDatabase) {
        let session = session_under_way(&db.store).await;
        let [one, other] = [ParticipantId::new(seed()), ParticipantId::new(seed())];
        let so_far = async |participant, since, now| {
            let mut tx = db.store.begin().await.unwrap();
            tx.chat_so_far(session, participant, at(since), at(now)).await.unwrap()
        };
        assert_eq!(so_far(one, 0, 9).await, ChatSoFar::default());
        for (participant, minute, taken) in [(one, 1, 1), (one, 2, 2), (other, 3, 2), (one, 9, 3)] {
            let message = NewChatMessage { taken_at: at(taken), ..text(session, participant, minute) };
            say(&db.store, &message, 200).await;
        }
        let last = Some(at(9));
        assert_eq!(so_far(one, 0, 3).await, ChatSoFar { last, lately: 3 });
        assert_eq!(so_far(one, 1, 2).await, ChatSoFar { last, lately: 1 }, "after the first, until the second");
        assert_eq!(so_far(other, 0, 3).await, ChatSoFar { last, lately: 1 });
        assert_eq!(so_far(one, 3, 9).await, ChatSoFar { last, lately: 0 });
    }

    async fn what_is_old_or_of_a_session_that_is_over_is_gone(db: &TestDatabase) {
        assert!(!db.store.has_chat(None).await.unwrap());
        let session = session_under_way(&db.store).await;
        let one = ParticipantId::new(seed());
        let (old, young) = (text(session, one, 1), text(session, one, 2));
        say(&db.store, &old, 200).await;
        say(&db.store, &young, 200).await;
        let over = booked(&db.store, parties(&db.store).await, slot(0, 30)).await.id;
        say(&db.store, &text(over, one, 9), 200).await;
        let sweep = async |oldest| {
            let mut tx = db.store.begin().await.unwrap();
            let swept = tx.drop_old_chat_messages(at(oldest)).await.unwrap();
            tx.commit().await.unwrap();
            swept
        };
        assert!(db.store.has_chat(Some(over)).await.unwrap());
        assert_eq!(sweep(1).await, 1);
        assert!(!db.store.has_chat(Some(over)).await.unwrap());
        assert_eq!(sweep(2).await, 1);
        assert_eq!(ids(&db.store, session, None).await, [young.id]);
        let mut tx = db.store.begin().await.unwrap();
        tx.drop_chat_messages_of(session).await.unwrap();
        tx.commit().await.unwrap();
        assert!(!db.store.has_chat(Some(session)).await.unwrap() && !db.store.has_chat(None).await.unwrap());
    }

    async fn whoever_locks_a_session_waits_for_whoever_holds_it(db: &TestDatabase) {
        let session = session_under_way(&db.store).await;
        let one = ParticipantId::new(seed());
        let mut first = db.store.begin().await.unwrap();
        first.lock_session(session).await.unwrap();
        let store = db.store.clone();
        let second = tokio::spawn(async move {
            let mut tx = store.begin().await.unwrap();
            tx.lock_session(session).await.unwrap();
            tx.chat_so_far(session, one, at(0), at(9)).await.unwrap()
        });
        first.add_chat_message(&text(session, one, 1), 200).await.unwrap();
        first.commit().await.unwrap();
        assert_eq!(second.await.unwrap(), ChatSoFar { last: Some(at(1)), lately: 1 });
    }
}
