//! Row 7: usage and quota. Minutes are those of attendance, whoever asks in whichever words.

use jiff::SignedDuration;
use openvisit_app::usage::warn_at_marks;
use openvisit_core::attendance::FactKind::{Connected, Disconnected};
use serde_json::{Value, json};

use super::{get, ids, post, refused, started};
use crate::common::Party;
use crate::story::{Story, session_path};

async fn usage(party: &Party, query: &str) -> Value {
    get(party, &format!("/metrics/usage{query}")).await.expect(200)
}

/// A call of two that lasts so many minutes.
async fn held(story: &Story, minutes: i64) -> String {
    let session = story.now().await;
    story.call(&session).await;
    story.server.advance(SignedDuration::from_mins(minutes));
    story.doctor.post(&format!("{session}/end"), json!({})).await.expect(200);
    session
}

fn month_of(story: &Story) -> String {
    story.server.now().to_string()[..7].to_owned()
}

#[tokio::test]
async fn two_for_thirty_minutes_are_sixty() {
    two_for_thirty_minutes_are_sixty_in(Story::new().await).await;
}

#[tokio::test]
async fn two_for_thirty_minutes_are_sixty_on_postgresql() {
    two_for_thirty_minutes_are_sixty_in(Story::postgres().await).await;
}

async fn two_for_thirty_minutes_are_sixty_in(story: Story) {
    let none = usage(&story.doctor, "").await;
    let expected = json!({
        "month": month_of(&story), "total_sessions": 0, "total_attendee_minutes": 0, "free_tier_limit": 1000,
        "usage_percentage": 0.0, "remaining_minutes": 1000, "status": "HEALTHY", "sessions": [],
    });
    assert_eq!(none, expected);
    let began = story.server.now();
    let session = held(&story, 30).await;
    let used = usage(&story.doctor, "").await;
    assert_eq!((&used["total_sessions"], &used["total_attendee_minutes"]), (&json!(1), &json!(60)));
    assert_eq!((&used["usage_percentage"], &used["remaining_minutes"]), (&json!(6.0), &json!(940)));
    let one = json!({
        "session_id": session.rsplit('/').next().unwrap(), "patient_name": "Sam", "start_time": began,
        "duration_minutes": 30, "attendees": 2, "attendee_minutes": 60,
    });
    assert_eq!(used["sessions"], json!([one]));
    let canonical = story.doctor.get("/usage").await.expect(200);
    assert_eq!((&canonical["attendee_minutes"], &canonical["status"]), (&json!(60), &json!("healthy")));
    assert_eq!((&canonical["quota_minutes"], &canonical["enforced"]), (&json!(1000), &json!(false)));
    assert_eq!(canonical["items"][0]["attendee_minutes"], 60);
}

#[tokio::test]
async fn only_the_time_of_real_connection_counts() {
    let story = Story::new().await;
    let session = story.now().await;
    let (_, patient) = story.call(&session).await;
    story.server.advance(SignedDuration::from_mins(10));
    story.fact(&session, &patient, Disconnected).await;
    story.server.advance(SignedDuration::from_mins(20));
    story.doctor.post(&format!("{session}/end"), json!({})).await.expect(200);
    let used = usage(&story.doctor, "").await;
    assert_eq!(used["total_attendee_minutes"], 40);
    // Who starts and is never connected uses nothing.
    let (appointment, quiet) = ids(&story.book(60, 30).await);
    started(&story, &appointment).await;
    story.server.advance(SignedDuration::from_mins(5));
    post(&story.doctor, &format!("/sessions/{quiet}/end"), json!({})).await.expect(200);
    let used = usage(&story.doctor, "").await;
    assert_eq!((&used["total_sessions"], &used["total_attendee_minutes"]), (&json!(2), &json!(40)));
    assert_eq!(
        (&used["sessions"][0]["attendees"], &used["sessions"][0]["duration_minutes"]),
        (&json!(0), &json!(5))
    );
}

#[tokio::test]
async fn what_is_in_progress_counts_as_it_goes_on() {
    let story = Story::new().await;
    let session = story.now().await;
    story.call(&session).await;
    for minutes in [0, 14, 28] {
        let used = usage(&story.doctor, "").await;
        assert_eq!((&used["total_sessions"], &used["total_attendee_minutes"]), (&json!(1), &json!(minutes)));
        assert_eq!(used["sessions"][0]["duration_minutes"], minutes / 2);
        story.server.advance(SignedDuration::from_mins(7));
    }
}

#[tokio::test]
async fn a_session_belongs_to_the_month_in_which_it_began() {
    let story = Story::new().await;
    let before = month_of(&story);
    let month: openvisit_core::usage::Month = before.parse().unwrap();
    let last_minutes = month.span().1 - SignedDuration::from_mins(10);
    story.server.advance(story.server.now().duration_until(last_minutes));
    held(&story, 20).await;
    assert_ne!(month_of(&story), before);
    assert_eq!(usage(&story.doctor, "").await["total_sessions"], 0);
    let earlier = usage(&story.doctor, &format!("?month={before}")).await;
    assert_eq!((&earlier["month"], &earlier["total_attendee_minutes"]), (&json!(before), &json!(40)));
    assert_eq!(earlier["sessions"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn totals_are_the_servers_and_the_list_is_the_callers() {
    let story = Story::new().await;
    held(&story, 10).await;
    let other = story.server.practitioner("Dr. Other").await;
    let (others, admins) = (usage(&other, "").await, usage(&story.server.admin().await, "").await);
    for seen in [&others, &admins] {
        assert_eq!((&seen["total_sessions"], &seen["total_attendee_minutes"]), (&json!(1), &json!(20)));
    }
    assert_eq!(others["sessions"], json!([]));
    assert_eq!(admins["sessions"].as_array().unwrap().len(), 1);
    refused(get(&story.patient, "/metrics/usage").await, 403);
    story.patient.get("/usage").await.problem(403, "forbidden");
    let assistant = story.server.assistant("Assistant").await;
    assistant.get("/usage").await.problem(403, "forbidden");
    refused(get(&story.server.anonymous(), "/metrics/usage").await, 401);
}

#[tokio::test]
async fn a_month_that_is_none_is_400() {
    let story = Story::new().await;
    for month in ["%20", "2026", "2026-13", "2026-00", "2026-1", "november", "2026-11-01", "%F0%9F%98%80"] {
        let answer = refused(get(&story.doctor, &format!("/metrics/usage?month={month}")).await, 400);
        assert!(answer["error"].as_str().unwrap().contains("month"), "{answer}");
        story.doctor.get(&format!("/usage?month={month}")).await.problem(422, "invalid");
    }
    let this_month = get(&story.doctor, "/metrics/usage").await.expect(200);
    assert_eq!(get(&story.doctor, "/metrics/usage?month=&limit=&offset=").await.expect(200), this_month);
    for wrong in ["limit=0", "offset=-1"] {
        refused(get(&story.doctor, &format!("/metrics/usage?{wrong}")).await, 400);
    }
    story.doctor.get("/usage?cursor=x").await.problem(422, "invalid");
}

#[tokio::test]
async fn the_canonical_list_goes_on_by_its_cursor() {
    let story = Story::new().await;
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(held(&story, 30).await);
    }
    let (mut found, mut path) = (Vec::new(), "/usage?limit=2".to_owned());
    loop {
        let page = story.doctor.get(&path).await.expect(200);
        let ids = page["items"].as_array().unwrap().iter();
        found.extend(ids.map(|item| format!("/sessions/{}", item["session_id"].as_str().unwrap())));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/usage?limit=2&cursor={cursor}");
    }
    made.reverse();
    assert_eq!(found, made, "the latest first");
}

#[tokio::test]
async fn the_status_follows_the_percentage() {
    let story = Story::with("quota_minutes = 100").await;
    for (status, percentage) in [("HEALTHY", 40.0), ("CRITICAL", 80.0), ("EXCEEDED", 120.0)] {
        held(&story, 20).await;
        let used = usage(&story.doctor, "").await;
        assert_eq!((&used["status"], &used["usage_percentage"]), (&json!(status), &json!(percentage)));
        assert_eq!(used["free_tier_limit"], 100);
    }
    assert_eq!(usage(&story.doctor, "").await["remaining_minutes"], 0);
}

#[tokio::test]
async fn a_quota_that_only_warns_stops_nothing_and_tells_operators_once() {
    let story = Story::with("quota_minutes = 50").await;
    let told = |story: &Story| {
        story.server.log().matches("this month's usage has passed a mark of the quota").count()
    };
    let (appointment, _) = ids(&story.book(24 * 60, 30).await);
    assert_eq!(started(&story, &appointment).await["warning"], Value::Null);
    warn_at_marks(&story.server.app).await.unwrap();
    assert_eq!(told(&story), 0);
    held(&story, 20).await;
    for _ in 0..2 {
        warn_at_marks(&story.server.app).await.unwrap();
        assert_eq!(told(&story), 1, "80 per cent");
    }
    held(&story, 20).await;
    for _ in 0..2 {
        warn_at_marks(&story.server.app).await.unwrap();
        assert_eq!(told(&story), 2, "and 100");
    }
    let (appointment, _) = ids(&story.book(48 * 60, 30).await);
    let answer = started(&story, &appointment).await;
    assert_eq!(answer["status"], "IN_PROGRESS");
    assert_eq!(answer["warning"], "80 of this month's 50 attendee-minutes are used (160 %)");
}

#[tokio::test]
async fn an_enforced_quota_refuses_what_is_new_and_cuts_no_call() {
    an_enforced_quota_refuses_what_is_new_and_cuts_no_call_in(
        Story::with("quota_minutes = 60\nquota_enforce = true").await,
    )
    .await;
}

#[tokio::test]
async fn an_enforced_quota_refuses_what_is_new_and_cuts_no_call_on_postgresql() {
    let database = openvisit_testkit::databases::postgres().await;
    let toml = format!("quota_minutes = 60\nquota_enforce = true\ndatabase_url = '{}'", database.url);
    an_enforced_quota_refuses_what_is_new_and_cuts_no_call_in(Story::with(&toml).await).await;
}

async fn an_enforced_quota_refuses_what_is_new_and_cuts_no_call_in(story: Story) {
    let running = story.now().await;
    let (_, patient) = story.call(&running).await;
    let next = story.book(40, 30).await;
    // A second doctor, who came before the quota was used up.
    story.server.advance(SignedDuration::from_mins(30));
    let (appointment, session) = ids(&next);
    let waiting = post(&story.doctor, &format!("/sessions/{session}/join"), json!({})).await.expect(200);
    assert_eq!(usage(&story.doctor, "").await["status"], "CRITICAL", "100 % is not above 100 %");
    story.server.advance(SignedDuration::from_mins(1));
    assert_eq!(usage(&story.doctor, "").await["status"], "EXCEEDED");

    let refusal =
        refused(post(&story.doctor, &format!("/sessions/{appointment}/start"), json!({})).await, 409);
    assert_eq!((&refusal["code"], &refusal["quota_minutes"]), (&json!("quota_exceeded"), &json!(60)));
    assert!(refusal["error"].as_str().unwrap().contains("quota of 60 attendee-minutes"), "{refusal}");
    for party in [&story.doctor, &story.patient] {
        refused(post(party, &format!("/sessions/{session}/join"), json!({})).await, 409);
        party.post(&format!("/sessions/{session}/join"), json!({})).await.problem(409, "quota_exceeded");
    }
    story
        .doctor
        .post(&format!("{}/start", session_path(&next)), json!({}))
        .await
        .problem(409, "quota_exceeded");
    story.fact(&session_path(&next), &waiting["attendee"]["attendee_id"], Connected).await;
    assert_eq!(story.see(&session_path(&next)).await["status"], "waiting", "nothing has begun");

    // The call goes on, and whoever dropped out comes back.
    story.fact(&running, &patient, Disconnected).await;
    let id = running.rsplit('/').next().unwrap();
    let back = post(&story.patient, &format!("/sessions/{id}/join"), json!({})).await.expect(200);
    assert!(back["attendee"]["join_token"].is_string());
    assert_eq!(story.see(&running).await["status"], "in_progress");
    story.doctor.post(&format!("{running}/end"), json!({})).await.expect(200);

    // A new month, a new quota.
    let month: openvisit_core::usage::Month = month_of(&story).parse().unwrap();
    story.server.advance(story.server.now().duration_until(month.span().1));
    let (appointment, _) = ids(&story.book(0, 30).await);
    assert_eq!(started(&story, &appointment).await["status"], "IN_PROGRESS");
}

#[tokio::test]
async fn an_auto_start_is_refused_too() {
    let story = Story::with("quota_minutes = 0\nquota_enforce = true").await;
    let session = story.now().await;
    for party in [&story.doctor, &story.patient] {
        party.post(&format!("{session}/join"), json!({})).await.problem(409, "quota_exceeded");
    }
    assert_eq!(story.see(&session).await["status"], "scheduled");
}
