//! What cannot be opened, since a key was lost or a row was tampered with: it is shown as such, costs nobody the rest, and
//! nothing is written in its place.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use openvisit_app::passcodes::Passcodes;
use openvisit_app::seal::{DataKey, Of, Sealer};
use openvisit_app::sessions::doorway::UNREADABLE;
use openvisit_core::doorway::Doorway;
use openvisit_core::ids::{MessageId, SessionId};
use openvisit_store::{ChatFileLimits, NewChatFile, NewChatMessage};
use serde_json::{Value, json};

use crate::common::Listener;
use crate::story::{MINUTE, Story, on_both, session_path};

fn id_of(session: &str) -> SessionId {
    session.rsplit('/').next().unwrap().parse().unwrap()
}

/// Seals with a key that is gone.
fn lost() -> Sealer {
    Sealer::new(&[DataKey { id: 7, bytes: [7; 32], opens_unnamed: false }]).unwrap()
}

/// Notes of a session that were sealed with a key that is gone.
async fn lose_notes(story: &Story, session: &str) -> Vec<u8> {
    let id = id_of(session);
    let sealed = lost().seal(Of::Notes(id), "sleeps badly").unwrap();
    let mut tx = story.server.app.store.begin().await.unwrap();
    tx.set_notes(id, &sealed, story.server.now()).await.unwrap();
    tx.commit().await.unwrap();
    sealed
}

async fn kept_notes(story: &Story, session: &str) -> Vec<u8> {
    story.server.app.store.read().await.unwrap().notes(id_of(session)).await.unwrap().unwrap()
}

/// What was said to and by whoever waits is of a key that is gone.
async fn lose_doorway(story: &Story, session: &str) -> Doorway {
    let id = id_of(session);
    let sealed = || STANDARD_NO_PAD.encode(lost().seal(Of::Doorway(id), "sleeps badly").unwrap());
    let mut tx = story.server.app.store.begin().await.unwrap();
    let mut session = tx.session(id).await.unwrap().unwrap();
    for message in &mut session.doorway.messages {
        message.sealed_text = sealed();
    }
    session.doorway.word.as_mut().unwrap().sealed_text = Some(sealed());
    tx.save(&mut session, None).await.unwrap();
    tx.commit().await.unwrap();
    session.doorway
}

async fn kept_doorway(story: &Story, session: &str) -> Doorway {
    let mut tx = story.server.app.store.read().await.unwrap();
    tx.session(id_of(session)).await.unwrap().unwrap().doorway
}

/// A file of the chat whose name and bytes were sealed with these.
async fn put_file(
    story: &Story,
    session: &str,
    participant: &Value,
    name: &Sealer,
    bytes: &Sealer,
) -> MessageId {
    let app = &story.server.app;
    let (id, at) = (MessageId::new(app.seed()), story.server.now());
    let file = NewChatFile {
        id,
        session: id_of(session),
        participant: serde_json::from_value(participant.clone()).unwrap(),
        sealed_name: name.seal(Of::FileName(id), "a.pdf").unwrap(),
        size: 8,
        at,
    };
    let most = ChatFileLimits { bytes_of_session: 100, bytes_of_participant: 100, files_of_participant: 10 };
    let sealed = bytes.seal(Of::FilePart { file: id, part: 0 }, "%PDF-1.7").unwrap();
    let mut tx = app.store.begin().await.unwrap();
    assert!(tx.begin_chat_file(&file, most).await.unwrap());
    tx.add_chat_file_part(id, 0, &sealed).await.unwrap();
    tx.send_chat_file(id, "application/pdf", at).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// A message of the chat that was sealed with this.
async fn put_message(story: &Story, session: &str, participant: &Value, sealer: &Sealer, minute: usize) {
    let id = MessageId::new(story.server.app.seed());
    let sealed = sealer.seal(Of::ChatMessage(id), "sleeps badly").unwrap();
    put_message_of(story, session, participant, id, Some(sealed), minute).await;
}

async fn put_message_of(
    story: &Story,
    session: &str,
    participant: &Value,
    id: MessageId,
    sealed: Option<Vec<u8>>,
    minute: usize,
) {
    let (session, participant) = (id_of(session), participant.as_str().unwrap().parse().unwrap());
    let taken_at = story.server.now();
    let at = taken_at + MINUTE * i32::try_from(minute).unwrap();
    let mut tx = story.server.app.store.begin().await.unwrap();
    let message = NewChatMessage { id, session, participant, at, taken_at, sealed };
    tx.add_chat_message(&message, 200).await.unwrap();
    tx.commit().await.unwrap();
}

on_both! {
    async fn notes_that_cannot_be_read_are_shown_as_such_and_nothing_is_written_over_them(story: Story) {
        let session = story.now().await;
        story.call(&session).await;
        let sealed = lose_notes(&story, &session).await;
        let seen = story.see(&session).await;
        assert_eq!((&seen["notes"], &seen["notes_unreadable"]), (&Value::Null, &json!(true)));
        let listed = story.doctor.get("/sessions").await.expect(200);
        assert_eq!(listed["items"].as_array().unwrap().len(), 1);
        assert!(story.patient.get(&session).await.expect(200).get("notes_unreadable").is_none());
        let notes = json!({ "notes": "sleeps well" });
        let refused = story.doctor.put(&format!("{session}/notes"), notes.clone()).await.problem(409, "conflict");
        assert!(refused["detail"].as_str().unwrap().contains("cannot be read"), "{refused}");
        story.doctor.post(&format!("{session}/end"), notes).await.problem(409, "conflict");
        story.doctor.put(&format!("{session}/notes"), json!({ "quality_rating": 4 })).await.expect(200);
        story.doctor.post(&format!("{session}/end"), json!({})).await.expect(200);
        assert_eq!(kept_notes(&story, &session).await, sealed);
    }

    async fn notes_that_can_be_read_say_nothing_of_it_and_outlive_a_restart(story: Story) {
        let mut story = story;
        let session = story.now().await;
        story.call(&session).await;
        story.doctor.put(&format!("{session}/notes"), json!({ "notes": "sleeps well" })).await.expect(200);
        story.server.restart().await;
        let seen = story.doctor.at(story.server.address).get(&session).await.expect(200);
        assert_eq!(seen["notes"], "sleeps well");
        assert!(seen.get("notes_unreadable").is_none());
    }

    async fn what_was_said_at_the_door_and_cannot_be_read_says_so_and_costs_nobody_the_rest(story: Story) {
        let session = story.now().await;
        story.patient.post(&format!("{session}/join"), json!({})).await.expect(200);
        let (word, chat) = (format!("{session}/word"), format!("{session}/door-chat"));
        story.doctor.put(&word, json!({ "late_minutes": 5, "text": "sleeps badly" })).await.expect(200);
        story.doctor.put(&chat, json!({ "open": true })).await.expect(200);
        story.patient.post(&chat, json!({ "text": "sleeps badly" })).await.expect(200);
        let lost = lose_doorway(&story, &session).await;
        story.doctor.post(&chat, json!({ "text": "Then by sound" })).await.expect(200);
        for party in [&story.doctor, &story.patient] {
            let seen = party.get(&session).await.expect(200)["doorway"].clone();
            assert_eq!((&seen["word"]["late_minutes"], &seen["word"]["text"]), (&json!(5), &json!(UNREADABLE)));
            let texts: Vec<_> = seen["messages"].as_array().unwrap().iter().map(|it| &it["text"]).collect();
            assert_eq!(texts, [UNREADABLE, "Then by sound"]);
        }
        let listed = story.doctor.get("/sessions").await.expect(200);
        assert_eq!(listed["items"].as_array().unwrap().len(), 1);
        let kept = kept_doorway(&story, &session).await;
        assert_eq!((&kept.word, &kept.messages[..1]), (&lost.word, &lost.messages[..]));
    }

    async fn a_file_of_the_chat_that_cannot_be_read_is_gone_for_whoever_asks_and_the_others_stay(story: Story) {
        let session = story.now().await;
        let (doctor, _) = story.call(&session).await;
        let (own, lost) = (&story.server.app.sealer, &lost());
        let mut files = vec![];
        for (name, bytes) in [(own, own), (lost, own), (own, lost)] {
            files.push(put_file(&story, &session, &doctor, name, bytes).await);
        }
        let statuses = async |files: &[MessageId]| {
            let mut statuses = vec![];
            for file in files {
                let answer = story.patient.get(&format!("{session}/files/{file}")).await;
                assert!(answer.status == 200 || !answer.body.contains("%PDF"), "{}", answer.body);
                statuses.push(answer.status);
            }
            statuses
        };
        assert_eq!(statuses(&files).await, [200, 404, 404]);
        assert!(story.server.log().contains("could not decrypt a file of a chat"));
        // Nobody writes in its place, and what is sent now can be read.
        let app = &story.server.app;
        for file in &files {
            assert!(app.store.chat_file_part(*file, 0).await.unwrap().is_some());
        }
        files.push(put_file(&story, &session, &doctor, own, own).await);
        assert_eq!(statuses(&files).await, [200, 404, 404, 200]);
    }

    async fn a_message_of_the_chat_that_cannot_be_read_says_so_and_the_others_stay(story: Story) {
        let session = story.now().await;
        let (doctor, _) = story.call(&session).await;
        let own = &story.server.app.sealer;
        for (minute, sealer) in [own, &lost(), own].into_iter().enumerate() {
            put_message(&story, &session, &doctor, sealer, minute).await;
        }
        let file = put_file(&story, &session, &doctor, &lost(), own).await;
        put_message_of(&story, &session, &doctor, file, None, 3).await;
        let mut patient = Listener::of(&story.patient).await;
        for text in ["sleeps badly", UNREADABLE, "sleeps badly", UNREADABLE] {
            let message = patient.hear("chat").await;
            assert_eq!((&message["text"], message.get("file")), (&json!(text), None));
        }
        assert!(story.server.log().contains("could not decrypt a message of a chat"));
        assert_eq!(story.server.app.store.chat_messages(id_of(&session), None).await.unwrap().len(), 4);
    }

    async fn a_passcode_of_another_pepper_is_wrong_and_another_is_right_at_once(story: Story) {
        let mut body = story.booking(0, 30);
        body["passcode"] = json!(true);
        let session = session_path(&story.doctor.post("/appointments", body).await.expect(201));
        let other = Passcodes::new([7; 32]).hash(id_of(&session), "123456").await.unwrap();
        let mut tx = story.server.app.store.begin().await.unwrap();
        tx.set_passcode(id_of(&session), &other, story.server.now()).await.unwrap();
        tx.commit().await.unwrap();
        let join = format!("{session}/join");
        story.patient.post(&join, json!({ "passcode": "123456" })).await.problem(403, "passcode_wrong");
        assert_eq!(story.doctor.get("/sessions").await.expect(200)["items"].as_array().unwrap().len(), 1);
        let renewed = story.doctor.post(&format!("{session}/passcode"), json!({})).await.expect(200);
        story.patient.post(&join, json!({ "passcode": renewed["passcode"] })).await.expect(200);
    }
}
