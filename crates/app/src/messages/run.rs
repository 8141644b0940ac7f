//! Brings messages to the mail server: some at once, none while it is away, and as many a minute as the settings allow.

use std::collections::VecDeque;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use openvisit_core::delivery::next_probe;
use openvisit_core::ids::EmailId;
use openvisit_core::message::{DueReminders, REMINDERS, next_try};
use openvisit_store::{NewEmail, StoredEmail};
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

use super::compose::{Composed, compose};
use super::{Mailer, hidden};
use crate::app::App;
use crate::error::Error;

/// How late a message may be that nobody woke us for.
const PACE: Duration = Duration::from_secs(1);
/// How late a reminder may be.
const REMIND_EVERY: SignedDuration = SignedDuration::from_secs(20);
const FORGET_EVERY: SignedDuration = SignedDuration::from_mins(10);
/// For so long the log can be looked at.
const KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);
/// How many are on their way at once: each has a connection of its own.
const AT_ONCE: usize = 8;
/// Longer than any try takes. After it the message is another node's.
const LEASE: SignedDuration = SignedDuration::from_mins(6);
/// Deletes and reminders take little at a time, so that nobody waits for them.
const BATCH: u32 = 500;

/// Runs until the server stops; not at all where no mail server is named.
pub async fn run(app: App) {
    if !app.messages.are_on() {
        return;
    }
    let mut carriers = Carriers::default();
    let mut ticks = tokio::time::interval(PACE);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut away = false;
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = app.messages.woken() => {}
            () = carriers.one_is_back(&app) => {}
            () = app.stopping.cancelled() => return,
        }
        let done = carriers.turn(&app).await;
        if let (Err(error), false) = (&done, away) {
            tracing::warn!(code = error.code(), "e-mails wait for the database");
        }
        away = done.is_err();
    }
}

/// What a start finds: what was on its way, nobody sends any more.
///
/// # Errors
/// Those of the store.
pub async fn recover(app: &App) -> Result<(), Error> {
    let mut tx = app.store.begin().await?;
    tx.end_email_leases(app.clock.now()).await?;
    Ok(tx.commit().await?)
}

/// What a try told of the mail server.
enum Told {
    Takes,
    /// It is there; this one message it does not take.
    Refuses,
    Fails,
    /// Nothing was sent.
    Nothing,
}

/// Since when the mail server takes nothing, and when it is asked again.
struct Away {
    since: Timestamp,
    probe_at: Timestamp,
}

#[derive(Default)]
struct Carriers {
    tasks: JoinSet<Told>,
    away: Option<Away>,
    /// When the last ones went out, no longer ago than a minute.
    sent: VecDeque<Timestamp>,
    remind_at: Option<Timestamp>,
    forget_at: Option<Timestamp>,
}

impl Carriers {
    /// Waits for ever when nobody is on the way.
    async fn one_is_back(&mut self, app: &App) {
        match self.tasks.join_next().await {
            Some(Ok(told)) => {
                match told {
                    Told::Takes | Told::Refuses => app.messages.learn(true),
                    Told::Fails => app.messages.learn(false),
                    Told::Nothing => {}
                }
                self.learn(&told, app.clock.now());
            }
            Some(Err(error)) => tracing::error!(%error, "sending an e-mail failed"),
            None => std::future::pending().await,
        }
    }

    fn learn(&mut self, told: &Told, now: Timestamp) {
        match told {
            Told::Takes | Told::Refuses => self.away = None,
            Told::Fails => {
                let away = self.away.get_or_insert(Away { since: now, probe_at: now });
                away.probe_at = next_probe(away.since, now);
            }
            Told::Nothing => {}
        }
    }

    async fn turn(&mut self, app: &App) -> Result<(), Error> {
        let Some(mailer) = app.messages.mailer() else { return Ok(()) };
        let now = app.clock.now();
        if self.remind_at.is_none_or(|at| at <= now) {
            remind(app, now).await?;
            self.remind_at = now.checked_add(REMIND_EVERY).ok();
        }
        if self.forget_at.is_none_or(|at| at <= now) {
            forget(app, now).await?;
            self.forget_at = now.checked_add(FORGET_EVERY).ok();
        }
        if !self.server_is_there(app, mailer, now).await? {
            return Ok(());
        }
        self.send_out(app, now).await
    }

    /// Asks a server that took nothing whether it is back, now and then. What has waited for it goes at once then.
    async fn server_is_there(&mut self, app: &App, mailer: &Mailer, now: Timestamp) -> Result<bool, Error> {
        let Some(away) = &mut self.away else { return Ok(true) };
        if now < away.probe_at {
            return Ok(false);
        }
        if let Err(refused) = mailer.smtp.try_out().await {
            tracing::debug!(code = refused.code, "the mail server is still away");
            away.probe_at = next_probe(away.since, now);
            return Ok(false);
        }
        let mut tx = app.store.begin().await?;
        let waited = tx.hurry_emails(now).await?;
        tx.commit().await?;
        tracing::info!(waited, "the mail server is back");
        app.messages.learn(true);
        self.away = None;
        Ok(true)
    }

    async fn send_out(&mut self, app: &App, now: Timestamp) -> Result<(), Error> {
        while self.sent.front().is_some_and(|at| at.duration_until(now) >= SignedDuration::from_mins(1)) {
            self.sent.pop_front();
        }
        let allowed = app.messages.per_minute().map_or(AT_ONCE, |most| most.saturating_sub(self.sent.len()));
        let free = AT_ONCE.saturating_sub(self.tasks.len()).min(allowed);
        if free == 0 || !app.store.read().await?.has_due_email(now).await? {
            return Ok(());
        }
        let mut tx = app.store.begin().await?;
        let leased = tx.lease_emails(now, now + LEASE, u32::try_from(free).unwrap_or(1)).await?;
        tx.commit().await?;
        for email in leased {
            if app.messages.per_minute().is_some() {
                self.sent.push_back(now);
            }
            self.tasks.spawn(carry(app.clone(), email));
        }
        Ok(())
    }
}

async fn carry(app: App, email: StoredEmail) -> Told {
    // A lease that nobody ends runs out by itself: the message goes out again then, with the same id.
    match bring(&app, &email).await {
        Ok(told) => told,
        Err(error) => {
            tracing::warn!(code = error.code(), email = %email.id, "an e-mail waits for the database");
            Told::Nothing
        }
    }
}

async fn bring(app: &App, email: &StoredEmail) -> Result<Told, Error> {
    let Some(mailer) = app.messages.mailer() else { return Ok(Told::Nothing) };
    let (letter, masked) = match compose(app, mailer, email).await? {
        Composed::Send { email, masked } => (email, masked),
        Composed::Drop(why) => {
            let mut tx = app.store.begin().await?;
            tx.drop_email(email.id, why, app.clock.now()).await?;
            tx.commit().await?;
            count("dropped");
            return Ok(Told::Nothing);
        }
    };
    let sent = mailer.smtp.send(&letter.envelope, &letter.message).await;
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    let told = match sent {
        Ok(taken) => {
            let answer = hidden(&taken.answer, &letter.envelope);
            tx.mark_email_sent(email, &masked, (taken.code, &answer), now).await?;
            count("sent");
            Told::Takes
        }
        Err(refused) => {
            let next = next_try(email.begun_at, email.attempts, now, rand::random());
            let next = next.filter(|_| !refused.is_final());
            let answer = hidden(&refused.answer, &letter.envelope);
            tx.mark_email_failed(email, &masked, (refused.code, &answer), next, now).await?;
            count(if next.is_some() { "failed" } else { "given_up" });
            let (kind, code, step) = (email.kind.name(), refused.code, refused.step);
            if next.is_none() {
                tracing::warn!(email = %email.id, kind, code, ?step, "an e-mail was given up");
            } else {
                tracing::info!(email = %email.id, kind, code, ?step, "an e-mail was not taken, and is tried again");
            }
            if refused.is_of_server() { Told::Fails } else { Told::Refuses }
        }
    };
    tx.commit().await?;
    Ok(told)
}

fn count(outcome: &'static str) {
    metrics::counter!("emails_total", "outcome" => outcome).increment(1);
}

/// Stores the reminders that are due. Several nodes may: each is stored once.
///
/// # Errors
/// Those of the store.
pub async fn remind(app: &App, now: Timestamp) -> Result<(), Error> {
    for kind in REMINDERS {
        let Some(due) = DueReminders::of(kind, now) else { continue };
        loop {
            let found = app.store.read().await?.due_reminders(kind, due, BATCH).await?;
            if found.is_empty() {
                break;
            }
            let mut tx = app.store.begin().await?;
            for reminder in &found {
                let email = NewEmail {
                    id: EmailId::new(app.seed()),
                    kind,
                    to: reminder.to,
                    session: Some((reminder.session_id, reminder.version)),
                    slot_starts_at: Some(reminder.slot_starts_at),
                    sealed_link: None,
                    at: now,
                };
                tx.store_email(&email).await?;
            }
            tx.commit().await?;
            if found.len() < BATCH as usize {
                break;
            }
        }
    }
    Ok(())
}

/// Forgets what is old enough.
async fn forget(app: &App, now: Timestamp) -> Result<(), Error> {
    let before = now - KEPT;
    loop {
        let mut tx = app.store.begin().await?;
        let gone = tx.prune_emails(before, BATCH).await? + tx.forget_account_links(now).await?;
        tx.commit().await?;
        if gone == 0 || app.stopping.is_cancelled() {
            return Ok(());
        }
    }
}
