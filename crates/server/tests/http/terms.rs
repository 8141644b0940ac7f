//! The terms of an appointment: for how many it is, and whether clients need a passcode.

use openvisit_testkit::vendors::chime::FakeChime;
use openvisit_testkit::vendors::{Vendor, VendorBehaviour};
use serde_json::{Value, json};

use crate::common::Party;
use crate::story::{Story, appointment_path, on_both, session_path};

/// Somebody who came by an invitation of this appointment.
async fn guest(story: &Story, appointment: &Value) -> Party {
    let path = format!("{}/invitations", appointment_path(appointment));
    let link = story.doctor.post(&path, json!({ "role": "guest" })).await.expect(201);
    let secret = link["url"].as_str().unwrap().rsplit('#').next().unwrap();
    let body = json!({ "token": secret, "name": "Guest" });
    let redeemed = story.server.anonymous().post("/invitations/redeem", body).await.expect(200);
    story.server.bearer(redeemed["access_token"].as_str().unwrap())
}

fn message(problem: &Value) -> (&str, &str) {
    let error = &problem["errors"][0];
    (error["field"].as_str().unwrap(), error["message"].as_str().unwrap())
}

on_both! {
    async fn eight_take_part_and_a_ninth_is_refused(story: Story) {
        let mut body = story.booking(0, 30);
        body["max_participants"] = json!(8);
        let booked = story.doctor.post("/appointments", body).await.expect(201);
        assert_eq!(booked["max_participants"], 8);
        let join = format!("{}/join", session_path(&booked));
        for party in [&story.doctor, &story.patient] {
            party.post(&join, json!({})).await.expect(200);
        }
        for _ in 0..6 {
            guest(&story, &booked).await.post(&join, json!({})).await.expect(200);
        }
        guest(&story, &booked).await.post(&join, json!({})).await.problem(409, "full");
        let seen = story.see(&session_path(&booked)).await;
        assert_eq!(seen["participants"].as_array().unwrap().len(), 8);
    }

    async fn the_passcode_is_switched_on_and_off(story: Story) {
        let booked = story.book(0, 30).await;
        let (path, join) = (appointment_path(&booked), format!("{}/join", session_path(&booked)));
        let on = story.doctor.patch(&path, json!({ "passcode": true, "title": "New" })).await.expect(200);
        assert_eq!((&on["passcode_enabled"], &on["title"]), (&json!(true), &json!("New")));
        let code = on["passcode"].as_str().unwrap();
        assert_eq!(code.len(), 6);
        story.patient.post(&join, json!({})).await.problem(403, "passcode_required");
        story.patient.post(&join, json!({ "passcode": code })).await.expect(200);

        let same = story.doctor.patch(&path, json!({ "passcode": true })).await.expect(200);
        assert_eq!(same["passcode"], Value::Null, "it is on, and stays as it is");
        let untouched = story.doctor.patch(&path, json!({ "title": "Other" })).await.expect(200);
        assert_eq!((&untouched["passcode"], &untouched["passcode_enabled"]), (&Value::Null, &json!(true)));

        let off = story.doctor.patch(&path, json!({ "passcode": false })).await.expect(200);
        assert_eq!((&off["passcode"], &off["passcode_enabled"]), (&Value::Null, &json!(false)));
        guest(&story, &booked).await.post(&join, json!({})).await.expect(200);
        let again = story.doctor.patch(&path, json!({ "passcode": true })).await.expect(200);
        assert!(again["passcode"].is_string());
        story.patient.patch(&path, json!({ "passcode": false })).await.problem(403, "forbidden");
    }
}

#[tokio::test]
async fn who_has_no_call_or_is_over_has_no_passcode_to_switch_on() {
    let story = Story::new().await;
    let mut body = story.booking(60, 30);
    body["kind"] = json!("in_person");
    let booked = story.doctor.post("/appointments", body).await.expect(201);
    story.doctor.patch(&appointment_path(&booked), json!({ "passcode": true })).await.problem(409, "no_call");
    let ended = story.book(0, 30).await;
    story.doctor.post(&format!("{}/end", session_path(&ended)), json!({})).await.expect(200);
    story.doctor.patch(&appointment_path(&ended), json!({ "passcode": true })).await.problem(409, "ended");
}

#[tokio::test]
async fn a_count_is_refused_with_the_limit_and_whose_it_is() {
    let chime = FakeChime::start().await;
    let story = Story::with(&format!("public_url = 'https://openvisit.test'\n{}", chime.toml())).await;
    let most = [("embedded", 8, "the embedded media server"), ("chime", 250, "Amazon Chime")];
    for (start, (provider, most, name)) in (1..).zip(most) {
        let mut body = story.booking(start * 60, 30);
        body["media_provider"] = json!(provider);
        for wrong in [-1, 0, 1, most + 1, 70_000, i64::MAX] {
            body["max_participants"] = json!(wrong);
            let problem = story.doctor.post("/appointments", body.clone()).await.problem(422, "invalid");
            let said = format!("a whole number from 2 to {most}, which is what {name} has room for");
            assert_eq!(message(&problem), ("max_participants", said.as_str()));
        }
        body["max_participants"] = json!(most);
        let booked = story.doctor.post("/appointments", body).await.expect(201);
        assert_eq!(booked["max_participants"], most);
        let changed = json!({ "max_participants": most + 1 });
        story.doctor.patch(&appointment_path(&booked), changed).await.problem(422, "invalid");
    }
}

#[tokio::test]
async fn a_provider_with_less_room_takes_over_what_fits() {
    let chime = FakeChime::start().await;
    let story = Story::with(&format!("public_url = 'https://openvisit.test'\n{}", chime.toml())).await;
    let mut body = story.booking(60, 30);
    body["media_provider"] = json!("chime");
    body["max_participants"] = json!(20);
    let path = appointment_path(&story.doctor.post("/appointments", body).await.expect(201));
    let refused = story.doctor.patch(&path, json!({ "media_provider": "embedded" })).await;
    let said = "the embedded media server has room for 8, and the appointment is for up to 20: lower \
                max_participants with it";
    assert_eq!(message(&refused.problem(422, "invalid")), ("media_provider", said));
    let both = json!({ "media_provider": "embedded", "max_participants": 8 });
    let moved = story.doctor.patch(&path, both).await.expect(200);
    assert_eq!((&moved["media_provider"], &moved["max_participants"]), (&json!("embedded"), &json!(8)));
    let back = json!({ "media_provider": "chime", "max_participants": 250 });
    assert_eq!(story.doctor.patch(&path, back).await.expect(200)["max_participants"], 250);
}

/// Nobody loses their place by it; those who come later find the embedded server's.
#[tokio::test]
async fn what_the_embedded_server_has_no_room_for_does_not_fall_back() {
    let chime = FakeChime::start().await;
    let settings =
        format!("public_url = 'https://openvisit.test'\nmedia.fallback = 'embedded'\n{}", chime.toml());
    let story = Story::with(&settings).await;
    for (guests, falls_back) in [(6, true), (7, false)] {
        chime.fake().behave_as(VendorBehaviour::Well);
        let mut body = story.booking(0, 30);
        body["media_provider"] = json!("chime");
        body["max_participants"] = json!(20);
        let booked = story.doctor.post("/appointments", body).await.expect(201);
        let join = format!("{}/join", session_path(&booked));
        for _ in 0..guests {
            guest(&story, &booked).await.post(&join, json!({})).await.expect(200);
        }
        let late = guest(&story, &booked).await;
        chime.fake().behave_as(VendorBehaviour::Broken);
        let joined = story.doctor.post(&join, json!({})).await;
        if falls_back {
            assert_eq!(joined.expect(200)["media"]["provider"], "embedded");
            late.post(&join, json!({})).await.problem(409, "full");
        } else {
            joined.problem(503, "media_unavailable");
        }
        story.doctor.post(&format!("{}/end", session_path(&booked)), json!({})).await.expect(200);
    }
}
