//! The four words, and that time and presence move them.

use openvisit_core::attendance::FactKind::Disconnected;
use serde_json::{Value, json};

use super::{canonical, path};
use crate::story::{Story, on_both};

async fn status(story: &Story, session: &Value) -> (Value, Value) {
    let seen = story.patient.fetch(&path(session)).await.expect(200);
    (seen["status"].clone(), seen["outcome"].clone())
}

on_both! {
    async fn the_status_moves_with_presence_by_itself(story: Story) {
        let made = story.open(0).await;
        let session = canonical(&made);
        story.patient.post(&format!("{session}/join"), json!({})).await.expect(200);
        assert_eq!(status(&story, &made).await, (json!("scheduled"), Value::Null), "one waits");
        let (doctor, patient) = story.call(&session).await;
        assert_eq!(status(&story, &made).await, (json!("in_progress"), Value::Null));
        story.advance(50).await;
        story.fact(&session, &doctor, Disconnected).await;
        story.fact(&session, &patient, Disconnected).await;
        story.advance(2).await;
        assert_eq!(status(&story, &made).await, (json!("completed"), json!("completed")));
        assert_eq!(story.see(&session).await["ended_at"], json!(story.at(-2)), "when they were gone");
    }

    async fn who_never_comes_makes_it_cancelled_with_outcome_no_show(story: Story) {
        let made = story.open(0).await;
        story.advance(74).await;
        assert_eq!(status(&story, &made).await, (json!("scheduled"), Value::Null));
        story.advance(1).await;
        assert_eq!(status(&story, &made).await, (json!("cancelled"), json!("no_show")));
        let past = format!("/api/users/{}/video-sessions?past=true", story.patient.id());
        assert_eq!(story.patient.fetch(&past).await.expect(200)[0]["outcome"], "no_show");
        story.doctor.update(&made, json!({ "status": "scheduled" })).await.problem(409, "not_allowed_now");
    }
}
