//! Many people at few slots, by two APIs at once: nobody is ever booked twice.

use std::collections::BTreeMap;

use jiff::Timestamp;
use openvisit_core::ids::PersonId;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::common::{Party, send};
use crate::story::{MINUTE, Story, on_both};

const WORKERS: usize = 16;
const TRIES: usize = 20;

/// What one worker does one after the other; a status and a code each.
async fn work(
    number: usize,
    admin: Party,
    practitioners: Vec<PersonId>,
    clients: Vec<PersonId>,
    day: Timestamp,
) -> Vec<(u16, String)> {
    let mut answers = Vec::new();
    let mut mine: Vec<(String, String)> = Vec::new();
    for round in 0..TRIES {
        // Somewhere among sixteen starts that half overlap each other, differently for each worker.
        let start = day + MINUTE * i32::try_from((number * 7 + round * 5) % 16 * 15).unwrap();
        let (practitioner, client) = (practitioners[(number + round) % 3], clients[(number * 3 + round) % 4]);
        let oldest = mine.first().cloned();
        let request = match (round % 5, oldest) {
            (2, Some((appointment, _))) => admin
                .request(Method::PATCH, &format!("/appointments/{appointment}"))
                .json(&json!({ "starts_at": start })),
            (3, Some((_, session))) => admin
                .raw(Method::PUT, &format!("/api/video-sessions/{session}"))
                .json(&json!({ "session_date": start, "status": "scheduled" })),
            (4, Some((appointment, _))) => {
                mine.rotate_left(1);
                admin.request(Method::POST, &format!("/appointments/{appointment}/cancel")).json(&json!({}))
            }
            (even, _) if even % 2 == 0 => admin.request(Method::POST, "/appointments").json(&json!({
                "practitioner_id": practitioner, "client_id": client, "starts_at": start,
                "duration_minutes": 30, "passcode": false,
            })),
            _ => admin.raw(Method::POST, "/api/video-sessions").json(&json!({
                "partner_id": practitioner, "user_id": client, "session_date": start,
                "duration_minutes": 30, "password_enabled": false,
            })),
        };
        let reply = send(request).await;
        let body = reply.json();
        // Both ids, the appointment's and the session's, are told by the canonical API alone.
        if let (201, Some(session)) = (reply.status, body["session_id"].as_str()) {
            mine.push((body["id"].as_str().unwrap().to_owned(), session.to_owned()));
        }
        answers.push((reply.status, body["code"].as_str().unwrap_or_default().to_owned()));
    }
    answers
}

/// Pairs of live appointments of one person that overlap.
fn overlaps(sessions: &[Value]) -> usize {
    let mut of_person: BTreeMap<String, Vec<(Timestamp, Timestamp)>> = BTreeMap::new();
    for session in sessions {
        if !["scheduled", "waiting", "in_progress"].contains(&session["status"].as_str().unwrap()) {
            continue;
        }
        let at = |field: &str| session[field].as_str().unwrap().parse::<Timestamp>().unwrap();
        for party in ["practitioner", "client"] {
            let person = session[party]["id"].as_str().unwrap().to_owned();
            of_person.entry(person).or_default().push((at("starts_at"), at("ends_at")));
        }
    }
    of_person
        .values_mut()
        .map(|spans| {
            spans.sort_unstable();
            spans.windows(2).filter(|pair| pair[1].0 < pair[0].1).count()
        })
        .sum()
}

on_both! {
    async fn who_books_moves_and_takes_back_at_the_same_time_is_never_booked_twice(story: Story) {
        let admin = story.server.admin().await;
        let (mut practitioners, mut clients) = (vec![], vec![]);
        for number in 0..3 {
            practitioners.push(story.server.practitioner(&format!("Dr. {number}")).await.id());
        }
        for number in 0..4 {
            clients.push(story.server.client(&format!("C. {number}")).await.id());
        }
        let day = story.server.now() + MINUTE * 1_440;
        let mut workers = JoinSet::new();
        for number in 0..WORKERS {
            workers.spawn(work(number, admin.clone(), practitioners.clone(), clients.clone(), day));
        }
        let answers: Vec<_> = workers.join_all().await.into_iter().flatten().collect();
        assert_eq!(answers.len(), WORKERS * TRIES);
        for (status, code) in &answers {
            let refused = *status == 409 && ["slot_taken", "not_allowed_now", "ended"].contains(&code.as_str());
            assert!(matches!(status, 200 | 201) || refused, "{status} {code}");
        }
        assert!(answers.iter().any(|(status, _)| *status == 409), "nobody was in anybody's way");

        let mut sessions = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = admin.get(&format!("/sessions?limit=100{cursor}")).await.expect(200);
            sessions.extend(page["items"].as_array().unwrap().clone());
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert!(sessions.len() > 10);
        assert_eq!(overlaps(&sessions), 0);
    }
}
