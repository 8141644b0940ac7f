//! `GET /api/video-sessions/{id}`, and a partner's and a user's lists.

use openvisit_core::ids::{AppointmentId, SessionId};
use reqwest::Method;
use serde_json::{Value, json};

use super::{SESSIONS, canonical, path};
use crate::common::Party;
use crate::story::{MINUTE, Story, on_both};

fn list(kind: &str, who: &Party) -> String {
    format!("/api/{kind}/{}/video-sessions", who.id())
}

fn titles(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|session| session["title"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn both_see_the_details_and_nobody_else_does() {
    let story = Story::new().await;
    let made = story.schedule(60).await;
    let seen = story.patient.fetch(&path(&made)).await.expect(200);
    assert_eq!((&seen["notes"], seen.get("password")), (&json!("bring the diary"), None));
    assert_eq!((&seen["partner_name"], &seen["user_name"]), (&json!("Dr. Ada"), &json!("Sam")));
    story.server.admin().await.fetch(&path(&made)).await.expect(200);
    for stranger in [story.server.client("Kim").await, story.server.practitioner("Dr. Eve").await] {
        stranger.fetch(&path(&made)).await.problem(404, "not_found");
    }
    story.server.anonymous().fetch(&path(&made)).await.problem(401, "unauthorized");
    for unknown in ["019ac000-0000-7000-8000-000000000000", "no-id"] {
        story.doctor.fetch(&format!("{SESSIONS}/{unknown}")).await.problem(404, "not_found");
    }
}

/// One of each: over, cancelled, now, later.
async fn four(story: &Story) {
    for (title, from) in [("over", 0), ("called off", 60), ("now", 120), ("later", 180)] {
        let mut form = story.form(from);
        (form["title"], form["password_enabled"]) = (json!(title), json!(false));
        let made = story.doctor.create(&form).await.expect(201);
        match title {
            "over" => {
                story.call(&canonical(&made)).await;
                story.doctor.post(&format!("{}/end", canonical(&made)), json!({})).await.expect(200);
            }
            "called off" => {
                story.doctor.update(&made, json!({ "status": "cancelled" })).await.expect(200);
            }
            _ => {}
        }
    }
    story.advance(120).await;
    let upcoming = story.doctor.fetch(&format!("{}?upcoming", list("partners", &story.doctor))).await;
    story.call(&canonical(&upcoming.expect(200)[0])).await;
}

#[tokio::test]
async fn the_lists_hold_names_and_upcoming_and_past_can_be_asked_for() {
    let story = Story::new().await;
    four(&story).await;
    for (kind, who) in [("partners", &story.doctor), ("users", &story.patient)] {
        let path = list(kind, who);
        let ask = async |query: &str| who.fetch(&format!("{path}{query}")).await.expect(200);
        let all = ask("").await;
        assert_eq!(titles(&all), ["later", "now", "called off", "over"]);
        for session in all.as_array().unwrap() {
            assert_eq!((&session["partner_name"], &session["user_name"]), (&json!("Dr. Ada"), &json!("Sam")));
            assert_eq!(session.get("password"), None);
        }
        for (query, expected) in [
            ("?upcoming=true", &["now", "later"][..]),
            ("?upcoming", &["now", "later"]),
            ("?filter=upcoming", &["now", "later"]),
            ("?past=1", &["called off", "over"]),
            ("?status=past", &["called off", "over"]),
            ("?status=scheduled", &["later"]),
            ("?status=in_progress", &["now"]),
            ("?status=completed", &["over"]),
            ("?status=cancelled", &["called off"]),
            ("?upcoming=true&past=true", &["later", "now", "called off", "over"]),
            ("?upcoming=false", &["later", "now", "called off", "over"]),
            ("?limit=2", &["later", "now"]),
            ("?limit=2&offset=2", &["called off", "over"]),
            ("?past=true&offset=9", &[]),
        ] {
            assert_eq!(titles(&ask(query).await), expected, "{query}");
        }
        for wrong in ["?limit=0", "?offset=-1", "?upcoming=perhaps", "?status=paid"] {
            who.fetch(&format!("{path}{wrong}")).await.problem(422, "invalid");
        }
    }
}

#[tokio::test]
async fn a_list_is_for_its_owner_and_administrators() {
    let story = Story::new().await;
    story.schedule(60).await;
    let admin = story.server.admin().await;
    for (kind, owner, other) in
        [("partners", &story.doctor, &story.patient), ("users", &story.patient, &story.doctor)]
    {
        let path = list(kind, owner);
        assert_eq!(admin.fetch(&path).await.expect(200).as_array().unwrap().len(), 1);
        other.fetch(&path).await.problem(404, "not_found");
        story.server.practitioner("Dr. Eve").await.fetch(&path).await.problem(404, "not_found");
        story.server.anonymous().fetch(&path).await.problem(401, "unauthorized");
    }
    assert_eq!(story.doctor.fetch(&list("users", &story.doctor)).await.expect(200), json!([]));
    admin.fetch("/api/users/nobody/video-sessions").await.problem(404, "not_found");
}

/// The doctor's sessions, an hour apart, all with these notes; the first's id.
async fn a_thousand_and_one(story: &Story, notes: &str) -> String {
    let mut form = story.form(60);
    form["password_enabled"] = json!(false);
    let made = story.doctor.create(&form).await.expect(201);
    let app = &story.server.app;
    let id = made["id"].as_str().unwrap();
    let first = app.store.read().await.unwrap().session(id.parse().unwrap()).await.unwrap().unwrap();
    let mut tx = app.store.begin().await.unwrap();
    for number in 1..1_001 {
        let mut next = first.clone();
        next.id = SessionId::new(app.seed());
        next.room_name = next.id.to_string();
        next.appointment.id = AppointmentId::new(app.seed());
        next.appointment.session_id = next.id;
        next.appointment.notes = Some(notes.to_owned());
        let (slot, later) = (&mut next.appointment.slot, MINUTE * (60 * number));
        (slot.starts_at, slot.ends_at) = (slot.starts_at + later, slot.ends_at + later);
        tx.insert(&next, None).await.unwrap();
    }
    tx.commit().await.unwrap();
    id.to_owned()
}

on_both! {
    async fn a_list_of_which_no_part_is_asked_for_holds_all(story: Story) {
        for number in 0..103 {
            let mut form = story.form(60 + 60 * number);
            form["password_enabled"] = json!(false);
            story.doctor.create(&form).await.expect(201);
        }
        let (partners, users) = (list("partners", &story.doctor), list("users", &story.patient));
        let all = story.doctor.fetch(&partners).await.expect(200);
        assert_eq!(all.as_array().unwrap().len(), 103);
        let all = story.patient.fetch(&format!("{users}?upcoming=True")).await.expect(200);
        assert_eq!(all.as_array().unwrap().len(), 103);
    }

    async fn a_list_that_is_read_in_several_parts_is_one_list(story: Story) {
        a_thousand_and_one(&story, "bring the diary").await;
        let path = list("partners", &story.doctor);
        let dates = async |query: &str| {
            let list = story.doctor.fetch(&format!("{path}{query}")).await.expect(200);
            let dates = list.as_array().unwrap().iter().map(|it| it["session_date"].as_str().unwrap().to_owned());
            dates.collect::<Vec<_>>()
        };
        let all = dates("").await;
        assert_eq!(all.len(), 1_001);
        assert!(all.is_sorted_by(|one, next| one > next), "the latest first, none twice");
        let mut upcoming = dates("?upcoming=true").await;
        upcoming.reverse();
        assert_eq!(upcoming, all);
        for (query, part) in [
            ("?limit=700", 0..700),
            ("?limit=500&offset=1", 1..501),
            ("?limit=501&offset=499", 499..1_000),
            ("?limit=1000&offset=1", 1..1_001),
            ("?offset=600", 600..1_001),
            ("?offset=1001", 0..0),
        ] {
            assert_eq!(dates(query).await, all[part], "{query}");
        }
    }

    async fn slow_readers_of_a_long_list_hold_up_nobody(story: Story) {
        // More than a network holds for somebody who does not read.
        let first = a_thousand_and_one(&story, &"x".repeat(10_000)).await;
        let mut slow = vec![];
        // More of them than there are connections to the database.
        let readers = if story.server.app.store.kind() == "postgres" { 17 } else { 5 };
        for _ in 0..readers {
            let mut answer = story.doctor.raw(Method::GET, &list("partners", &story.doctor)).send().await.unwrap();
            let begun = answer.chunk().await.unwrap().unwrap();
            slow.push((answer, begun.to_vec()));
        }
        story.server.client("Kim").await.get("/me").await.expect(200);
        let made = json!({ "id": first });
        story.doctor.fetch(&path(&made)).await.expect(200);
        story.doctor.update(&made, json!({ "title": "told only now" })).await.expect(200);
        // What a slow one had not got yet was not read for them either.
        let (mut answer, mut list) = slow.swap_remove(0);
        while let Some(more) = answer.chunk().await.unwrap() {
            list.extend_from_slice(&more);
        }
        let list: Value = serde_json::from_slice(&list).unwrap();
        assert_eq!(list.as_array().unwrap().len(), 1_001);
        assert_eq!(list[1_000]["title"], "told only now");
    }
}
