//! `POST /api/video-sessions/{id}/verify-password`.

use serde_json::json;

use super::{canonical, other_than, password, path};
use crate::common::send;
use crate::story::Story;

#[tokio::test]
async fn the_right_password_lets_in_and_is_asked_by_no_route_again() {
    let story = Story::new().await;
    let made = story.schedule(10).await;
    let join = format!("{}/join", canonical(&made));
    story.patient.post(&join, json!({})).await.problem(403, "passcode_required");
    let yes = story.patient.verify(&made, password(&made)).await.expect(200);
    assert_eq!(yes["valid"], true);
    assert_eq!(yes["meeting_link"], made["meeting_link"]);
    assert_eq!(yes["meeting_room_id"], made["meeting_room_id"]);
    assert_eq!((&yes["session"]["id"], yes["session"].get("password")), (&made["id"], None));
    assert_eq!(story.see(&canonical(&made)).await["status"], "scheduled", "to ask is not to come");
    story.patient.verify(&made, other_than(password(&made))).await.expect(200);
    story.patient.post(&join, json!({})).await.expect(200);
}

#[tokio::test]
async fn who_verified_but_did_not_come_is_asked_for_the_new_password() {
    let story = Story::new().await;
    let made = story.schedule(10).await;
    story.patient.verify(&made, password(&made)).await.expect(200);
    story.doctor.update(&made, json!({ "regenerate_password": true })).await.expect(200);
    let join = format!("{}/join", canonical(&made));
    story.patient.post(&join, json!({})).await.problem(403, "passcode_required");
}

#[tokio::test]
async fn before_the_door_opens_the_refusal_says_when_and_no_guess_counts() {
    let story = Story::new().await;
    let made = story.schedule(60).await;
    for _ in 0..12 {
        let early = story.patient.verify(&made, other_than(password(&made))).await.problem(409, "too_early");
        assert_eq!((&early["opens_at"], &early["seconds_left"]), (&json!(story.at(45)), &json!(45 * 60)));
        assert_eq!((&early["valid"], &made["join_opens_at"]), (&json!(false), &early["opens_at"]));
    }
    story.patient.verify(&made, password(&made)).await.problem(409, "too_early");
    story.advance(45).await;
    let wrong = story.patient.verify(&made, other_than(password(&made))).await.problem(403, "passcode_wrong");
    assert_eq!(wrong["tries_left"], 9);
}

#[tokio::test]
async fn the_opening_time_is_configurable() {
    let story = Story::with("join_window_seconds = 3600").await;
    let made = story.schedule(60).await;
    story.patient.verify(&made, password(&made)).await.expect(200);
}

#[tokio::test]
async fn wrong_guesses_tell_the_tries_left_then_lock_until_it_is_regenerated() {
    let story = Story::new().await;
    let made = story.schedule(0).await;
    for left in (0..10).rev() {
        let wrong = story.patient.verify(&made, other_than(password(&made))).await;
        let wrong = wrong.problem(403, "passcode_wrong");
        assert_eq!((&wrong["tries_left"], &wrong["valid"]), (&json!(left), &json!(false)));
    }
    let locked = story.patient.verify(&made, password(&made)).await.problem(429, "locked");
    assert_eq!(locked["valid"], false);
    let new = story.doctor.update(&made, json!({ "regenerate_password": true })).await.expect(200);
    story.patient.verify(&made, password(&new)).await.expect(200);
}

#[tokio::test]
async fn what_cannot_be_a_password_is_no_guess() {
    let story = Story::new().await;
    let made = story.schedule(0).await;
    for no_guess in
        [json!("12345"), json!("1234567"), json!("12a456"), json!("١٢٣٤٥٦"), json!(123_456), json!("")]
    {
        let refused = story.patient.verify(&made, no_guess.clone()).await.problem(422, "invalid");
        assert_eq!(refused["errors"][0]["field"], "password", "{no_guess}");
    }
    story.patient.verify(&made, json!(null)).await.problem(403, "passcode_required");
    let nothing = story.patient.raw(reqwest::Method::POST, &format!("{}/verify-password", path(&made)));
    send(nothing).await.problem(403, "passcode_required");
    let wrong = story.patient.verify(&made, other_than(password(&made))).await.problem(403, "passcode_wrong");
    assert_eq!(wrong["tries_left"], 9);
}

#[tokio::test]
async fn the_partner_is_not_asked_and_strangers_find_nothing() {
    let story = Story::new().await;
    let (made, free) = (story.schedule(0).await, story.open(60).await);
    assert_eq!(story.doctor.verify(&made, json!(null)).await.expect(200)["valid"], true);
    story.server.client("Kim").await.verify(&made, password(&made)).await.problem(404, "not_found");
    story.server.anonymous().verify(&made, password(&made)).await.problem(401, "unauthorized");
    story.advance(60).await;
    story.patient.verify(&free, json!(null)).await.expect(200);
}
