//! Everybody ends at once: both parties, by the canonical API and three dialects, and the timers. One event,
//! one end time, no error.

use std::sync::Arc;

use openvisit_app::timers::run_due;
use openvisit_core::attendance::FactKind::Disconnected;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::common::{Party, send};
use crate::story::{Story, on_both, session_path};

/// As many requests are under way at a time.
const AT_ONCE: usize = 64;

/// Those who end, and their turn.
#[derive(Clone)]
struct Enders {
    doctor: Party,
    patient: Party,
    turn: Arc<Semaphore>,
}

impl Enders {
    fn of(story: &Story) -> Self {
        let turn = Arc::new(Semaphore::new(AT_ONCE));
        Self { doctor: story.doctor.clone(), patient: story.patient.clone(), turn }
    }
}

/// Ends by one of five ways, and gives the end time that it was told.
async fn end(way: usize, enders: Enders, id: String) -> Value {
    let Enders { doctor, patient, turn } = enders;
    let _turn = turn.acquire().await.unwrap();
    let post = async |who: &Party, path: String, body: Value| {
        send(who.raw(Method::POST, &path).json(&body)).await.expect(200)
    };
    let telehealth = "/telehealth/sessions/end".to_owned();
    match way % 5 {
        0 => post(&doctor, format!("/api/v1/sessions/{id}/end"), json!({})).await["ended_at"].clone(),
        1 => post(&patient, format!("/api/v1/sessions/{id}/end"), json!({})).await["ended_at"].clone(),
        2 => post(&doctor, telehealth, json!({ "sessionId": id })).await["data"]["endedAt"].clone(),
        3 => post(&patient, format!("/api/sessions/{id}/end"), json!({})).await["ended_at"].clone(),
        _ => {
            let path = format!("/api/video-calls/end/{id}");
            post(&doctor, path, json!({})).await["session"]["videoCallEnded"].clone()
        }
    }
}

/// The events that say that a session is over.
async fn endings(story: &Story, id: &str) -> Vec<String> {
    let events = story.server.app.store.read().await.unwrap().events(id.parse().unwrap()).await.unwrap();
    let names = events.into_iter().map(|event| event.event_type);
    let over = |name: &String| name.ends_with(".completed") || name.ends_with(".no_show");
    names.filter(over).collect()
}

on_both! {
    async fn a_thousand_ends_of_one_session_end_it_once(story: Story) {
        let session = story.now().await;
        let id = session.rsplit('/').next().unwrap().to_owned();
        let (doctor, patient) = story.call(&session).await;
        story.server.advance(crate::story::MINUTE * 12);
        story.fact(&session, &doctor, Disconnected).await;
        story.fact(&session, &patient, Disconnected).await;
        // Everyone has been gone for longer than the grace: the timers want to end it, too.
        story.server.advance(crate::story::MINUTE * 2);
        let enders = Enders::of(&story);
        let mut racing = JoinSet::new();
        for way in 0..1_000 {
            racing.spawn(end(way, enders.clone(), id.clone()));
            if way % 50 == 0 {
                let app = story.server.app.clone();
                racing.spawn(async move {
                    run_due(&app).await.unwrap();
                    Value::Null
                });
            }
        }
        let told = racing.join_all().await;
        let ended_at = story.see(&session).await["ended_at"].clone();
        assert!(ended_at.is_string());
        assert_eq!(told.iter().filter(|at| **at == ended_at).count(), 1_000, "{told:?}");
        assert_eq!(endings(&story, &id).await, ["appointment.consultation.completed"]);
    }

    async fn two_hundred_sessions_that_all_end_at_once_end_once_each(story: Story) {
        let mut ids = Vec::new();
        for number in 0..200 {
            let booked = story.book(number * 5, 5).await;
            story.doctor.post(&format!("{}/start", session_path(&booked)), json!({})).await.expect(200);
            ids.push(booked["session_id"].as_str().unwrap().to_owned());
        }
        // All are over and nobody was there: the timers would call each a no-show.
        story.server.advance(crate::story::MINUTE * 2_000);
        let app = story.server.app.clone();
        let timers = tokio::spawn(async move { run_due(&app).await });
        let enders = Enders::of(&story);
        let mut racing = JoinSet::new();
        for id in &ids {
            for way in 0..5 {
                let (enders, id) = (enders.clone(), id.clone());
                racing.spawn(async move { (id.clone(), end(way, enders, id).await) });
            }
        }
        let told = racing.join_all().await;
        timers.await.unwrap().unwrap();
        for id in &ids {
            let seen = story.see(&format!("/sessions/{id}")).await;
            assert!(seen["ended_at"].is_string());
            let their_end = told.iter().filter(|(of, _)| of == id).map(|(_, at)| at);
            // Counselling has no call that ended where none came about.
            let own = their_end.filter(|at| !at.is_null());
            assert!(own.clone().count() >= 4 && own.clone().all(|at| *at == seen["ended_at"]), "{seen}");
            assert_eq!(endings(&story, id).await.len(), 1);
        }
    }
}
