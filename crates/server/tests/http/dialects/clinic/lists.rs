//! Row 1: the caller's sessions.

use serde_json::{Value, json};

use super::{booked, get, has, ids, post, refused, started};
use crate::story::Story;

const FIELDS: [&str; 13] = [
    "session_id",
    "booking_type",
    "appointment_id",
    "doctor_id",
    "patient_id",
    "patient_name",
    "clinic_id",
    "status",
    "start_time",
    "end_time",
    "chime_meeting_id",
    "created_at",
    "updated_at",
];

fn sessions(list: &Value) -> Vec<&str> {
    list["sessions"].as_array().unwrap().iter().map(|entry| entry["session_id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_list_has_its_defaults_and_every_field() {
    let story = Story::new().await;
    let (appointment, session) = booked(&story).await;
    for party in [&story.doctor, &story.patient] {
        let list = get(party, "/sessions").await.expect(200);
        assert_eq!((&list["total"], &list["limit"], &list["offset"]), (&json!(1), &json!(20), &json!(0)));
        let entry = &list["sessions"][0];
        has(entry, &FIELDS);
        assert_eq!((&entry["session_id"], &entry["appointment_id"]), (&json!(session), &json!(appointment)));
        assert_eq!(
            (&entry["doctor_id"], &entry["patient_id"]),
            (&json!(story.doctor.id()), &json!(story.patient.id()))
        );
        assert_eq!((&entry["patient_name"], &entry["status"]), (&json!("Sam"), &json!("CREATED")));
    }
    let stranger = story.server.practitioner("Dr. Other").await;
    let none = get(&stranger, "/sessions").await.expect(200);
    assert_eq!((&none["total"], &none["sessions"]), (&json!(0), &json!([])));
    let admin = story.server.admin().await;
    assert_eq!(get(&admin, "/sessions").await.expect(200)["total"], 1, "an administrator sees all");
}

#[tokio::test]
async fn lists_are_sorted_newest_first_and_paged_with_a_real_total() {
    lists_are_sorted_newest_first_and_paged_with_a_real_total_in(Story::new().await).await;
}

#[tokio::test]
async fn lists_are_sorted_newest_first_and_paged_with_a_real_total_on_postgresql() {
    lists_are_sorted_newest_first_and_paged_with_a_real_total_in(Story::postgres().await).await;
}

async fn lists_are_sorted_newest_first_and_paged_with_a_real_total_in(story: Story) {
    let mut made = Vec::new();
    for start in [300, 100, 200, 500, 400] {
        made.push(ids(&story.book(start, 30).await).1);
        story.advance(1).await;
    }
    let by = async |query: &str| {
        let list = get(&story.doctor, &format!("/sessions?{query}")).await.expect(200);
        assert_eq!(list["total"], 5, "{query}");
        sessions(&list).iter().map(|id| made.iter().position(|made| made == id).unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(by("").await, [4, 3, 2, 1, 0]);
    assert_eq!(by("sort=created_at").await, [4, 3, 2, 1, 0]);
    assert_eq!(by("sort=created_at&order=asc").await, [0, 1, 2, 3, 4]);
    assert_eq!(by("sort=start_time").await, [3, 4, 0, 2, 1]);
    assert_eq!(by("sort=start_time&order=asc&limit=2").await, [1, 2]);
    assert_eq!(by("limit=2&offset=1").await, [3, 2]);
    assert_eq!(by("limit=100&offset=4").await, [0]);
    assert!(by("offset=5").await.is_empty());
    assert!(by("offset=4000000000").await.is_empty());
}

#[tokio::test]
async fn a_session_that_began_early_is_sorted_by_when_it_began() {
    let story = Story::new().await;
    let late = ids(&story.book(600, 30).await);
    let soon = ids(&story.book(60, 30).await);
    let order = async || {
        let list = get(&story.doctor, "/sessions?sort=start_time").await.expect(200);
        let starts =
            list["sessions"].as_array().unwrap().iter().map(|entry| entry["start_time"].as_str().unwrap());
        let starts: Vec<_> = starts.collect();
        assert!(starts.is_sorted_by(|a, b| a >= b), "{starts:?}");
        sessions(&list).iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(order().await, [late.1.clone(), soon.1.clone()]);
    started(&story, &late.0).await;
    assert_eq!(order().await, [soon.1, late.1]);
}

#[tokio::test]
async fn a_status_narrows_list_and_total() {
    let story = Story::new().await;
    let running = booked(&story).await;
    started(&story, &running.0).await;
    let cancelled = ids(&story.book(60, 30).await);
    story.doctor.post(&format!("/appointments/{}/cancel", cancelled.0), json!({})).await.expect(200);
    let held = ids(&story.book(120, 30).await);
    started(&story, &held.0).await;
    post(&story.doctor, &format!("/sessions/{}/end", held.1), json!({})).await.expect(200);
    let to_come = ids(&story.book(180, 30).await);
    let waiting = ids(&story.book(240, 30).await);
    post(&story.doctor, &format!("/sessions/{}/join", waiting.1), json!({})).await.expect(200);
    let missed = ids(&story.book(300, 30).await);
    story.doctor.post(&format!("/sessions/{}/end", missed.1), json!({})).await.expect(200);
    let by = async |status: &str| {
        let list = get(&story.patient, &format!("/sessions?status={status}&sort=start_time&order=asc")).await;
        let list = list.expect(200);
        let found = sessions(&list).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(list["total"], found.len(), "{status}");
        assert!(list["sessions"].as_array().unwrap().iter().all(|entry| entry["status"] == status));
        found
    };
    assert_eq!(by("CREATED").await, [to_come.1, waiting.1], "also while somebody waits");
    assert_eq!(by("IN_PROGRESS").await, [running.1]);
    assert_eq!(by("COMPLETED").await, [held.1]);
    assert_eq!(by("CANCELLED").await, [cancelled.1, missed.1], "also what did not come about");
}

#[tokio::test]
async fn what_a_list_does_not_take_is_400() {
    let story = Story::new().await;
    for query in [
        "limit=0",
        "limit=101",
        "limit=-1",
        "limit=ten",
        "offset=-1",
        "offset=x",
        "sort=name",
        "order=up",
        "status=scheduled",
        "status=created",
    ] {
        let answer = refused(get(&story.doctor, &format!("/sessions?{query}")).await, 400);
        assert_eq!(answer["code"], "invalid", "{query}");
    }
    // What a form leaves empty is not asked for.
    let all = get(&story.doctor, "/sessions").await.expect(200);
    let empty = get(&story.doctor, "/sessions?status=&limit=&offset=&sort=&order=").await;
    assert_eq!(empty.expect(200), all);
}
