//! `openvisit session inspect`: what is known of one session, or of a request that nobody has accepted. No
//! names, no notes, nothing that a client wrote.

use std::fmt::Write;

use anyhow::Context;
use jiff::Timestamp;
use openvisit_core::lifecycle::Move;
use openvisit_core::policy::Policy;
use openvisit_core::request::Request;
use openvisit_core::session::Session;
use openvisit_core::timeline::What;
use serde::Serialize;

use openvisit_app::clock::Clock;
use openvisit_app::settings::Settings;
use openvisit_app::support::session::{SupportSubject, find};

use super::say::say;

pub async fn run(id: &str, settings: &Settings) -> anyhow::Result<()> {
    let store = super::existing_store(settings).await?;
    let now = Clock::system().now();
    let found = find(&mut store.read().await?, id, None, now).await?;
    store.close().await;
    let found = found.context("there is no session, appointment or request with this id")?;
    let mut text = match &found {
        SupportSubject::Session { session, .. } => report(session, &settings.policy(), now)?,
        SupportSubject::Request(_) => String::new(),
    };
    if let Some(request) = found.request() {
        write_request(&mut text, request, &found, now)?;
    }
    writeln!(text, "\nwhat to do")?;
    for sentence in found.recommendations(&settings.policy(), &settings.wording(), now) {
        writeln!(text, "  {sentence}")?;
    }
    say(text.trim_end())
}

fn write_request(
    text: &mut String,
    request: &Request,
    found: &SupportSubject,
    now: Timestamp,
) -> std::fmt::Result {
    if let SupportSubject::Session { .. } = found {
        writeln!(text, "\ncame from a request")?;
    }
    writeln!(text, "request       {}  {}", request.id, request.status())?;
    writeln!(text, "client        {}", request.client_id)?;
    writeln!(text, "asked         {}", request.created_at)?;
    writeln!(text, "plan          {}", request.wish.plan.as_deref().unwrap_or("(none)"))?;
    if let Some(at) = request.opens_at {
        writeln!(text, "open to all   {at}")?;
    }
    if let Some(at) = request.ended_at() {
        writeln!(text, "ended         {at}")?;
    }
    if let Some(at) = request.due(now) {
        writeln!(text, "due           {at} (in {} s)", now.duration_until(at).as_secs())?;
    }
    if let SupportSubject::Request(_) = found {
        let can_end = if found.can_be_ended() { "yes" } else { "no: it has ended" };
        writeln!(text, "can be ended  {can_end}")?;
    }
    Ok(())
}

fn report(session: &Session, policy: &Policy, now: Timestamp) -> Result<String, std::fmt::Error> {
    let (appointment, status) = (&session.appointment, session.state.status());
    let mut text = String::new();
    writeln!(text, "session       {}  {status}", session.id)?;
    writeln!(text, "appointment   {}", appointment.id)?;
    writeln!(text, "booked        {} to {}", appointment.slot.starts_at, appointment.slot.ends_at)?;
    writeln!(text, "practitioner  {}", appointment.practitioner_id)?;
    writeln!(text, "client        {}", appointment.client_id)?;
    writeln!(text, "payment       {}", word(&appointment.payment.status))?;
    if let Some(at) = session.state.started_at() {
        writeln!(text, "started       {at}")?;
    }
    if let Some(at) = session.state.ended_at() {
        writeln!(text, "ended         {at}")?;
    }
    if let Some(at) = session.hard_stop_at(policy) {
        writeln!(text, "hard stop     {at}")?;
    }
    match session.due(policy) {
        Some(at) => writeln!(text, "due           {at} (in {} s)", now.duration_until(at).as_secs())?,
        None => writeln!(text, "due           never: only a person can change it")?,
    }
    let can_end = if status.is_live() { "yes" } else { "no: it has ended" };
    writeln!(text, "can be ended  {can_end}")?;
    writeln!(text, "possible now  {}", Move::allowed_in(status).join(", "))?;
    participants(&mut text, session, now)?;
    timeline(&mut text, session)?;
    Ok(text)
}

fn participants(text: &mut String, session: &Session, now: Timestamp) -> std::fmt::Result {
    writeln!(text, "\nparticipants")?;
    for participant in &session.participants {
        let present = if session.attendance.is_present(participant.id) { "connected" } else { "away" };
        let seconds = session.connected(participant.id, now).as_secs();
        let (id, role, admission) = (participant.id, participant.role, participant.admission);
        writeln!(text, "  {id}  {role:?}, {admission:?}, {present}, {seconds} s in the call")?;
    }
    Ok(())
}

/// The API's word for it.
fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

fn timeline(text: &mut String, session: &Session) -> std::fmt::Result {
    writeln!(text, "\ntimeline")?;
    for entry in session.timeline() {
        write!(text, "  {}  {}", entry.at, entry.what.name())?;
        match entry.what {
            What::Connected(source) | What::Disconnected(source) => write!(text, " ({source:?})")?,
            What::Started(Some(actor))
            | What::Completed(actor)
            | What::Cancelled(actor)
            | What::NoShow(actor) => {
                write!(text, " (by {actor:?})")?;
            }
            _ => {}
        }
        match entry.participant {
            Some(participant) => writeln!(text, "  {participant}")?,
            None => writeln!(text)?,
        }
    }
    Ok(())
}
