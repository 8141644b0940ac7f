//! Publishes events to the message broker: persistent, mandatory, confirmed. While the broker is away or takes
//! nothing, events wait in the database, and nobody else waits.

mod course;
mod held;
mod line;
mod try_out;

use std::time::Duration;

use anyhow::{Context, anyhow};
use lapin::options::BasicPublishOptions;
use lapin::{BasicProperties, Channel, Confirmation, PublisherConfirm};
use openvisit_core::delivery::next_publish;
use openvisit_store::{Attempt, Failure, StoreError, Target};
use tokio::time::{Instant, timeout};

use super::{PACE, cloud_event};
use crate::app::App;
use course::Course;
use held::Held;
use line::{Line, is_by_broker, refusal};
pub use try_out::{Exchange, try_out};

const PERSISTENT: u8 = 2;

/// Runs until the server stops; at once over where there is no broker.
pub async fn run(app: App) {
    if !app.outbox.has_broker {
        return;
    }
    let mut course = Course::default();
    loop {
        let began = Instant::now();
        let ended = publish_all(&app, &mut course).await;
        if app.stopping.is_cancelled() {
            return;
        }
        app.outbox.broker_is_lost();
        if let Err(error) = ended {
            course.tell(&app, &error);
        }
        tokio::select! {
            () = tokio::time::sleep(course.next_wait(began.elapsed())) => {}
            () = app.stopping.cancelled() => return,
        }
    }
}

/// Publishes as long as the connection holds and the server runs. A batch that was begun is ended.
async fn publish_all(app: &App, course: &mut Course) -> anyhow::Result<()> {
    let mut line = tokio::select! {
        opened = Line::open(&app.settings) => opened.context("the message broker cannot be used")?,
        () = app.stopping.cancelled() => return Ok(()),
    };
    course.connected(app);
    loop {
        while publish_due(app, &mut line, course).await? {}
        tokio::select! {
            () = app.outbox.for_broker.notified() => {}
            () = line.listen(app) => {}
            () = tokio::time::sleep(PACE) => {}
            () = app.stopping.cancelled() => return Ok(()),
        }
        line.check()?;
    }
}

/// Publishes a batch of what is due; whether there was any.
async fn publish_due(app: &App, line: &mut Line, course: &mut Course) -> anyhow::Result<bool> {
    let (mut held, batch) = Held::lease(app, course.batch()).await?;
    if batch.is_empty() {
        return Ok(false);
    }
    let outcomes = publish(&mut held, line, &batch).await;
    record(app, &batch, &outcomes).await?;
    if outcomes.iter().any(Outcome::is_answer) {
        course.answered(app);
    }
    let lost = outcomes.into_iter().filter_map(Outcome::lost);
    // The broker's word rather than what followed from it.
    let Some(error) = lost.min_by_key(|error| !is_by_broker(error)) else { return Ok(true) };
    course.doubt(app);
    if refusal(&error).is_none() {
        return Err(error);
    }
    course.tell(app, &error);
    line.renew_channel().await?;
    Ok(true)
}

enum Outcome {
    Confirmed,
    /// It is there and does not take the event: no queue is bound, or its queue is full.
    Returned(&'static str),
    /// Nobody knows whether it has the event.
    Lost(anyhow::Error),
}

impl Outcome {
    fn is_answer(&self) -> bool {
        matches!(self, Self::Confirmed | Self::Returned(_))
    }

    fn lost(self) -> Option<anyhow::Error> {
        if let Self::Lost(error) = self { Some(error) } else { None }
    }

    fn of(answer: anyhow::Result<Confirmation>) -> Self {
        match answer {
            Ok(Confirmation::Ack(None)) => Self::Confirmed,
            // It came back: nobody would have got it.
            Ok(Confirmation::Ack(Some(_))) => Self::Returned("unroutable"),
            Ok(Confirmation::Nack(_)) => Self::Returned("nacked"),
            Ok(Confirmation::NotRequested) => Self::Lost(anyhow!("the message broker confirms nothing")),
            Err(error) => Self::Lost(error),
        }
    }
}

/// Publishes all, then waits for their confirms; once one is lost, takes those only that are there.
async fn publish(held: &mut Held<'_>, line: &mut Line, batch: &[Attempt]) -> Vec<Outcome> {
    let app = held.app;
    let mut sent = Vec::with_capacity(batch.len());
    for attempt in batch {
        let sending = publish_one(app, line.channel.clone(), attempt);
        sent.push(line.answer(held, sending).await);
        if sent.last().is_some_and(Result::is_err) {
            break;
        }
    }
    let mut outcomes = Vec::with_capacity(batch.len());
    let mut is_lost = false;
    for confirm in sent {
        let answer = match confirm {
            Ok(confirm) if is_lost => at_hand(confirm).await,
            Ok(confirm) => line.answer(held, confirm).await,
            Err(error) => Err(error),
        };
        is_lost |= answer.is_err();
        outcomes.push(Outcome::of(answer));
    }
    outcomes.resize_with(batch.len(), || Outcome::Lost(anyhow!("it was not sent")));
    outcomes
}

async fn at_hand(confirm: PublisherConfirm) -> anyhow::Result<Confirmation> {
    Ok(timeout(Duration::ZERO, confirm).await??)
}

async fn publish_one(app: &App, channel: Channel, attempt: &Attempt) -> lapin::Result<PublisherConfirm> {
    let event = &attempt.event;
    let body = cloud_event::body_for(app, attempt, app.settings.amqp_metadata).to_string();
    let options = BasicPublishOptions { mandatory: true, ..BasicPublishOptions::default() };
    let properties = BasicProperties::default()
        .with_content_type(cloud_event::CONTENT_TYPE.into())
        .with_delivery_mode(PERSISTENT)
        .with_message_id(event.id.to_string().into())
        .with_timestamp(u64::try_from(event.at.as_second()).unwrap_or_default())
        .with_type(event.event_type.as_str().into())
        .with_app_id("openvisit".into());
    let (exchange, key) = (app.settings.amqp_exchange.as_str(), event.event_type.as_str());
    channel.basic_publish(exchange.into(), key.into(), options, body.as_bytes(), properties).await
}

async fn record(app: &App, batch: &[Attempt], outcomes: &[Outcome]) -> Result<(), StoreError> {
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    for (attempt, outcome) in batch.iter().zip(outcomes) {
        let (reason, next) = match outcome {
            Outcome::Confirmed => {
                tx.mark_delivered(Target::Broker, attempt.event.id, None, now).await?;
                count("delivered");
                continue;
            }
            Outcome::Returned(reason) => {
                if attempt.attempts == 1 {
                    let (event, kind) = (attempt.event.id, &attempt.event.event_type);
                    tracing::warn!(%event, kind, reason, "the broker does not take an event; it waits");
                }
                (*reason, next_publish(attempt.attempts, now))
            }
            // It was alone, so it is this one that the broker refuses.
            Outcome::Lost(error)
                if batch.len() == 1
                    && let Some(reason) = refusal(error) =>
            {
                (reason, next_publish(attempt.attempts, now))
            }
            // It goes first when the broker is back.
            Outcome::Lost(_) => ("connection", now),
        };
        tx.mark_failed(Target::Broker, attempt, Failure { status: None, reason }, Some(next), now).await?;
        count(reason);
    }
    tx.commit().await
}

fn count(outcome: &'static str) {
    metrics::counter!("broker_deliveries_total", "outcome" => outcome).increment(1);
}
