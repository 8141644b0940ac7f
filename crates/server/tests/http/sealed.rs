//! What cannot be opened, since a key was lost or a row was tampered with: it is shown as such, costs nobody the rest, and
//! nothing is written in its place.

use openvisit_app::seal::{DataKey, Of, Sealer};
use openvisit_core::ids::SessionId;
use serde_json::{Value, json};

use crate::story::{Story, on_both};

/// Notes of a session that were sealed with a key that is gone.
async fn lose_notes(story: &Story, session: &str) -> Vec<u8> {
    let id: SessionId = session.rsplit('/').next().unwrap().parse().unwrap();
    let lost = Sealer::new(&[DataKey { id: 7, bytes: [7; 32], opens_unnamed: false }]).unwrap();
    let sealed = lost.seal(Of::Notes(id), "sleeps badly").unwrap();
    let mut tx = story.server.app.store.begin().await.unwrap();
    tx.set_notes(id, &sealed, story.server.now()).await.unwrap();
    tx.commit().await.unwrap();
    sealed
}

async fn kept_notes(story: &Story, session: &str) -> Vec<u8> {
    let id: SessionId = session.rsplit('/').next().unwrap().parse().unwrap();
    story.server.app.store.read().await.unwrap().notes(id).await.unwrap().unwrap()
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
}
