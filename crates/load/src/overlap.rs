//! Few practitioners, few clients, few slots, and many who book, move, cancel and take back by two APIs at
//! once. Afterwards all that was booked is looked through: nobody may have two live appointments at a time.

mod check;
mod report;
mod rng;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use anyhow::Result;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::api::{Api, PASSWORD};
use crate::cli::OverlapArgs;
use crate::interrupt::Interrupt;
use crate::nodes::Nodes;
use crate::tally::record;
use report::{OverlapReport, Tries};
use rng::Rng;

const PRACTITIONERS: usize = 4;
const CLIENTS: usize = 8;
/// Starts, a quarter of an hour apart; appointments last two or four of these.
const STARTS: u64 = 16;
/// As many appointments are kept in play; older ones stay as they are.
const IN_PLAY: usize = 128;

/// What all workers share.
struct Field {
    admin: Api,
    practitioners: Vec<String>,
    clients: Vec<String>,
    day: Timestamp,
    booked: Mutex<Vec<BookedSlot>>,
    progress: ProgressBar,
}

#[derive(Clone)]
struct BookedSlot {
    session: String,
    /// Only the canonical API tells it.
    appointment: Option<String>,
}

/// Runs all workers to their end, then looks for overlaps.
///
/// # Errors
/// When the run cannot even begin, or its result cannot be read.
pub async fn run(args: &OverlapArgs, interrupt: &Interrupt) -> Result<OverlapReport> {
    let (nodes, _) = Nodes::of(&args.target).await?;
    let nodes = Arc::new(nodes);
    let field = Arc::new(Field::open(args, Arc::clone(&nodes)).await?);
    let before = nodes.snapshot();
    let began = Instant::now();
    let mut workers = JoinSet::new();
    for number in 0..args.clients {
        let rng = Rng::new(args.seed, u64::from(number));
        workers.spawn(Arc::clone(&field).work(args.tries, rng, interrupt.clone()));
    }
    let mut tries = Tries::default();
    for worker in workers.join_all().await {
        tries.add(worker)?;
    }
    let elapsed = began.elapsed();
    let carried = nodes.carried(&before, &nodes.snapshot(), elapsed);
    field.progress.finish_and_clear();
    let (from, to) = (field.day, field.day + SignedDuration::from_hours(24));
    let sessions = check::sessions(&field.admin, from, to, &field.practitioners).await?;
    let report = OverlapReport::of(args, elapsed.as_secs_f64(), &tries, &sessions, interrupt.happened());
    Ok(OverlapReport { nodes: carried, ..report })
}

impl Field {
    async fn open(args: &OverlapArgs, nodes: Arc<Nodes>) -> Result<Self> {
        let api = Api::new(nodes)?;
        let admin = api.log_in(&args.target.email, &args.target.password).await?;
        let now = Timestamp::now();
        let run = now.as_millisecond();
        let people = async |role: &str, count| {
            let mut ids = Vec::new();
            for number in 0..count {
                let email = format!("overlap-{run}-{role}-{number}@load.test");
                ids.push(admin.user(&email, &format!("Overlap {role} {number}"), role, PASSWORD).await?.id);
            }
            anyhow::Ok(ids)
        };
        let (practitioners, clients) =
            (people("practitioner", PRACTITIONERS).await?, people("client", CLIENTS).await?);
        let progress = ProgressBar::new(u64::from(args.clients) * u64::from(args.tries));
        progress.set_style(ProgressStyle::with_template("trying {pos}/{len}, {per_sec}, {eta} left")?);
        let day = Timestamp::from_second(now.as_second() + 7 * 86_400)?;
        Ok(Self { admin, practitioners, clients, day, booked: Mutex::default(), progress })
    }

    async fn work(self: Arc<Self>, tries: u32, mut rng: Rng, interrupt: Interrupt) -> Tries {
        let mut seen = Tries::default();
        for _ in 0..tries {
            if interrupt.happened() {
                break;
            }
            if rng.below(3) == 0 {
                self.cancel(&mut rng, &mut seen).await;
            }
            match (rng.below(20), self.any(&mut rng)) {
                (9..=16, Some(booked)) => self.shift(&mut rng, &mut seen, &booked).await,
                (17.., Some(booked)) => self.take_back(&mut rng, &mut seen, &booked).await,
                _ => self.create(&mut rng, &mut seen).await,
            }
            self.progress.inc(1);
        }
        seen
    }

    async fn create(&self, rng: &mut Rng, seen: &mut Tries) {
        let practitioner = rng.one_of(&self.practitioners);
        let client = rng.one_of(&self.clients);
        let (start, minutes) = (self.start(rng), 30 + 30 * rng.below(2));
        let canonical = rng.below(2) == 0;
        let (path, body) = if canonical {
            let body = json!({
                "practitioner_id": practitioner, "client_id": client, "starts_at": start,
                "duration_minutes": minutes, "passcode": false,
            });
            ("/api/v1/appointments", body)
        } else {
            let body = json!({
                "partner_id": practitioner, "user_id": client, "session_date": start,
                "duration_minutes": minutes, "password_enabled": false,
            });
            ("/api/video-sessions", body)
        };
        let Some(made) = self.attempt(seen, Method::POST, path, Some(&body)).await else { return };
        let text = |field: &str| made[field].as_str().map(str::to_owned);
        let booked = if canonical {
            text("session_id").map(|session| BookedSlot { session, appointment: text("id") })
        } else {
            text("id").map(|session| BookedSlot { session, appointment: None })
        };
        let mut all = self.booked.lock().unwrap_or_else(PoisonError::into_inner);
        all.extend(booked);
        if all.len() > IN_PLAY {
            all.remove(0);
        }
    }

    /// Moves it; one that was cancelled is taken back by that.
    async fn shift(&self, rng: &mut Rng, seen: &mut Tries, booked: &BookedSlot) {
        let start = self.start(rng);
        let ours = json!({ "starts_at": start, "status": "scheduled" });
        let theirs = json!({ "session_date": start, "status": "scheduled" });
        self.change(rng, seen, booked, &ours, &theirs).await;
    }

    async fn take_back(&self, rng: &mut Rng, seen: &mut Tries, booked: &BookedSlot) {
        let body = json!({ "status": "scheduled" });
        self.change(rng, seen, booked, &body, &body).await;
    }

    /// By the canonical API where it can be, or by the practice dialect.
    async fn change(
        &self,
        rng: &mut Rng,
        seen: &mut Tries,
        booked: &BookedSlot,
        ours: &Value,
        theirs: &Value,
    ) {
        match &booked.appointment {
            Some(id) if rng.below(2) == 0 => {
                let path = format!("/api/v1/appointments/{id}");
                self.attempt(seen, Method::PATCH, &path, Some(ours)).await;
            }
            _ => {
                let path = format!("/api/video-sessions/{}", booked.session);
                self.attempt(seen, Method::PUT, &path, Some(theirs)).await;
            }
        }
    }

    /// Makes room, so that something can be won; no try of its own.
    async fn cancel(&self, rng: &mut Rng, seen: &mut Tries) {
        let Some(booked) = self.any(rng) else { return };
        let answer = match &booked.appointment {
            Some(id) if rng.below(2) == 0 => {
                let path = format!("/api/v1/appointments/{id}/cancel");
                self.admin.ask(Method::POST, &path, Some(&json!({}))).await
            }
            _ => {
                let path = format!("/api/video-sessions/{}", booked.session);
                self.admin.ask(Method::PUT, &path, Some(&json!({ "status": "cancelled" }))).await
            }
        };
        seen.cancelled += 1;
        seen.note(answer.as_ref().ok());
    }

    /// One try, timed and counted; the answer where it was won.
    async fn attempt(
        &self,
        seen: &mut Tries,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Option<Value> {
        let asked_at = Instant::now();
        let answer = self.admin.ask(method, path, body).await.ok();
        record(&mut seen.latency, asked_at.elapsed());
        let won = answer.as_ref().is_some_and(|(status, _)| status.is_success());
        seen.tries += 1;
        seen.won += u64::from(won);
        seen.note(answer.as_ref());
        answer.filter(|_| won).map(|(_, made)| made)
    }

    fn any(&self, rng: &mut Rng) -> Option<BookedSlot> {
        let booked = self.booked.lock().unwrap_or_else(PoisonError::into_inner);
        (!booked.is_empty()).then(|| rng.one_of(&booked).clone())
    }

    fn start(&self, rng: &mut Rng) -> Timestamp {
        let quarters = i64::try_from(rng.below(STARTS)).unwrap_or_default();
        self.day + SignedDuration::from_mins(15 * quarters)
    }
}
