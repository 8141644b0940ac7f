//! What forms send: the whole object back, numbers and switches as text, times of their own zone.

use serde_json::{Value, json};

use super::{SESSIONS, path};
use crate::story::{Story, on_both};

/// This object with other fields.
fn with(object: &Value, changes: &Value) -> Value {
    let mut object = object.clone();
    for (name, value) in changes.as_object().unwrap() {
        object[name] = value.clone();
    }
    object
}

#[tokio::test]
async fn numbers_and_switches_are_taken_as_text() {
    let story = Story::new().await;
    let texts = json!({ "duration_minutes": "45", "password_enabled": "false", "end_date": "" });
    let made = story.doctor.create(&with(&story.form(60), &texts)).await.expect(201);
    assert_eq!((&made["duration_minutes"], &made["password_enabled"]), (&json!(45), &json!(false)));
    let texts =
        json!({ "duration_minutes": "90", "password_enabled": "true", "regenerate_password": "false" });
    let changed = story.doctor.update(&made, texts).await.expect(200);
    assert_eq!((&changed["duration_minutes"], &changed["password_enabled"]), (&json!(90), &json!(true)));
    let empty = json!({ "duration_minutes": "", "password_enabled": "", "regenerate_password": "", "session_date": "" });
    let same = story.doctor.update(&made, empty).await.expect(200);
    assert_eq!((&same["duration_minutes"], &same["password_enabled"]), (&json!(90), &json!(true)));
}

#[tokio::test]
async fn texts_that_are_no_numbers_switches_or_times_get_a_sentence_at_their_field() {
    let story = Story::new().await;
    let made = story.schedule(60).await;
    let before = story.doctor.fetch(&path(&made)).await.expect(200);
    let number = "must be a whole number";
    let time = "must be a time, such as 2026-12-24T10:00:00Z, or a local one, such as 2026-12-24T10:00";
    let numbers = ["30 minutes", "NaN", "3.5", "1e3", " ", "99999999999999999999"]
        .map(|it| ("duration_minutes", json!(it), number));
    let others = [
        ("duration_minutes", json!(3.5), number),
        ("password_enabled", json!("yes"), "must be true or false"),
        ("password_enabled", json!(1), "must be true or false"),
        ("regenerate_password", json!("2"), "must be true or false"),
        ("session_date", json!("tomorrow at ten"), time),
        ("session_date", json!("2030-01-06"), time),
        ("session_date", json!(1_893_834_000), time),
        ("end_date", json!(["2030-01-06T10:00"]), time),
        ("partner_id", json!({}), "must be an id, as text or as a whole number"),
    ];
    for (field, value, sentence) in numbers.into_iter().chain(others) {
        let mut replies = vec![story.doctor.update(&made, json!({ "title": "New", field: value })).await];
        // A new session has no password yet that could be made anew.
        if field != "regenerate_password" {
            replies.push(story.doctor.create(&with(&story.form(200), &json!({ field: value }))).await);
        }
        for refused in replies {
            let error = refused.problem(422, "invalid")["errors"][0].clone();
            assert_eq!((&error["field"], &error["message"]), (&json!(field), &json!(sentence)), "{value}");
        }
    }
    assert_eq!(story.doctor.fetch(&path(&made)).await.expect(200), before);
}

on_both! {
    async fn a_local_time_is_the_partners(story: Story) {
        let local = json!({ "session_date": "2030-07-01T10:00", "duration_minutes": null, "end_date": "2030-07-01T11:00" });
        let utc = story.doctor.create(&with(&story.form(0), &local)).await.expect(201);
        assert_eq!(utc["session_date"], "2030-07-01T10:00:00Z", "they have named no zone");
        story.doctor.patch("/me", json!({ "timezone": "Europe/Berlin" })).await.expect(200);
        let berlin = story.doctor.create(&with(&story.form(0), &local)).await.expect(201);
        assert_eq!((&berlin["session_date"], &berlin["end_date"]), (&json!("2030-07-01T08:00:00Z"), &json!("2030-07-01T09:00:00Z")));
        let winter = json!({ "session_date": "2030-12-24T10:00:00" });
        let moved = story.doctor.update(&berlin, winter).await.expect(200);
        assert_eq!((&moved["session_date"], &moved["end_date"]), (&json!("2030-12-24T09:00:00Z"), &json!("2030-12-24T10:00:00Z")));

        // Whoever books for them, it is their zone.
        let admin = story.server.admin().await;
        admin.patch("/me", json!({ "timezone": "America/Lima" })).await.expect(200);
        let theirs = json!({ "partner_id": story.doctor.id(), "session_date": "2030-07-02T10:00" });
        let by_admin = admin.create(&with(&story.form(0), &theirs)).await.expect(201);
        assert_eq!(by_admin["session_date"], "2030-07-02T08:00:00Z");
        let moved = admin.update(&by_admin, json!({ "session_date": "2030-07-02T12:00" })).await.expect(200);
        assert_eq!(moved["session_date"], "2030-07-02T10:00:00Z");
    }
}

#[tokio::test]
async fn a_local_time_that_clocks_skip_or_show_twice_is_refused() {
    let story = Story::new().await;
    let made = story.schedule(60).await;
    let skipped = json!({ "session_date": "2030-03-31T02:30" });
    story.doctor.create(&with(&story.form(0), &skipped)).await.expect(201);
    story.doctor.patch("/me", json!({ "timezone": "Europe/Berlin" })).await.expect(200);
    for (time, why) in [("2030-03-31T02:30", "does not exist"), ("2030-10-27T02:30", "exists twice")] {
        for field in ["session_date", "end_date"] {
            for refused in [
                story.doctor.create(&with(&story.form(0), &json!({ field: time }))).await,
                story.doctor.update(&made, json!({ field: time })).await,
            ] {
                let error = refused.problem(422, "invalid")["errors"][0].clone();
                assert_eq!(error["field"], field, "{time}");
                assert!(error["message"].as_str().unwrap().contains(why), "{error}");
            }
        }
    }
    let told = json!({ "session_date": "2030-10-27T02:30:00+01:00" });
    let moved = story.doctor.update(&made, told).await.expect(200);
    assert_eq!(moved["session_date"], "2030-10-27T01:30:00Z");
}

#[tokio::test]
async fn the_zone_of_a_stranger_is_not_told() {
    let story = Story::new().await;
    story.doctor.patch("/me", json!({ "timezone": "Europe/Berlin" })).await.expect(200);
    let stranger = story.server.practitioner("Dr. Eve").await;
    for partner in [json!(story.doctor.id()), json!("01890000-0000-7000-8000-000000000000")] {
        let form =
            with(&story.form(0), &json!({ "partner_id": partner, "session_date": "2030-03-31T02:30" }));
        let refused = stranger.create(&form).await.problem(422, "invalid");
        assert_eq!(refused["errors"][0]["field"], "partner_id");
    }
}

#[tokio::test]
async fn of_a_whole_object_sent_back_what_is_new_counts() {
    let story = Story::new().await;
    let shown = story.doctor.fetch(&path(&story.schedule(60).await)).await.expect(200);
    let put = async |changes: Value| {
        let now = story.doctor.fetch(&path(&shown)).await.expect(200);
        let changed = story.doctor.update(&shown, with(&now, &changes)).await.expect(200);
        [&changed["session_date"], &changed["end_date"], &changed["duration_minutes"]].map(Clone::clone)
    };
    let lies = |from: i64, to: i64| [json!(story.at(from)), json!(story.at(to)), json!(to - from)];
    assert_eq!(put(json!({ "session_date": story.at(300) })).await, lies(300, 360), "the end is derived");
    assert_eq!(put(json!({ "duration_minutes": 90 })).await, lies(300, 390), "the end is derived");
    assert_eq!(put(json!({ "duration_minutes": "45" })).await, lies(300, 345), "the end is derived");
    assert_eq!(put(json!({ "end_date": story.at(360) })).await, lies(300, 360), "the duration follows");
    assert_eq!(put(json!({ "session_date": story.at(400), "duration_minutes": 30 })).await, lies(400, 430));
    assert_eq!(
        put(json!({ "session_date": story.at(500), "end_date": story.at(600) })).await,
        lies(500, 600)
    );
    let all = json!({ "session_date": story.at(60), "end_date": story.at(120), "duration_minutes": 60 });
    assert_eq!(put(all).await, lies(60, 120));
    assert_eq!(put(json!({ "title": "Another" })).await, lies(60, 120));

    let now = story.doctor.fetch(&path(&shown)).await.expect(200);
    let torn = with(&now, &json!({ "end_date": story.at(130), "duration_minutes": 90 }));
    let refused = story.doctor.update(&shown, torn).await.problem(422, "invalid");
    assert_eq!(refused["errors"][0]["field"], "end_date");
    assert_eq!(story.doctor.fetch(&path(&shown)).await.expect(200), now);
}

#[tokio::test]
async fn what_is_only_read_is_ignored_when_it_is_sent_back() {
    let story = Story::new().await;
    let shown = story.doctor.fetch(&path(&story.schedule(60).await)).await.expect(200);
    story.advance(1).await;
    let read_only = json!({
        "id": 7, "partner_name": ["x"], "user_name": null, "meeting_room_id": "mine", "meeting_link": {}, "password": "000000",
        "started_at": "soon", "ended_at": 1, "outcome": "completed", "join_opens_at": false, "created_at": "", "updated_at": {},
    });
    assert_eq!(story.doctor.update(&shown, with(&shown, &read_only)).await.expect(200), shown);
    let list =
        story.doctor.fetch(&format!("/api/partners/{}/video-sessions", story.doctor.id())).await.expect(200);
    assert_eq!(story.doctor.update(&shown, list[0].clone()).await.expect(200), shown, "{SESSIONS}");
}
