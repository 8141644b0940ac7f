//! Publishes events to the message broker: persistent, mandatory, confirmed. While the broker is away events
//! wait in the database, and nobody else waits.

use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::{Context, bail};
use jiff::SignedDuration;
use lapin::options::{BasicPublishOptions, ConfirmSelectOptions, ExchangeDeclareOptions};
use lapin::protocol::{AMQPErrorKind, AMQPSoftError};
use lapin::types::FieldTable;
use lapin::{
    BasicProperties, Channel, Confirmation, Connection, ConnectionProperties, ErrorKind, ExchangeKind,
    PublisherConfirm,
};
use openvisit_core::delivery::next_publish;
use openvisit_store::{Attempt, Failure, Target};
use tokio::time::{Instant, timeout, timeout_at};

use super::{PACE, cloud_event};
use crate::app::App;
use crate::settings::Settings;

/// Longest for connecting, declaring the exchange included.
const CONNECTING: Duration = Duration::from_secs(10);
/// Longest for publishing a batch and having it confirmed.
const CONFIRMING: Duration = Duration::from_secs(10);
/// Longer than a batch takes. After it the events are another node's.
const LEASE: SignedDuration = SignedDuration::from_secs(30);
const BATCH: u32 = 64;
/// Between tries to connect: the first wait, and the longest.
const WAITS: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(15));
const PERSISTENT: u8 = 2;

/// Runs until the server stops; at once over where there is no broker.
pub async fn run(app: App) {
    if !app.outbox.has_broker {
        return;
    }
    let mut wait = WAITS.0;
    let mut told = false;
    loop {
        let ended = publish_all(&app, &mut told).await;
        if app.stopping.is_cancelled() {
            return;
        }
        if app.outbox.broker_answers.swap(false, Ordering::Relaxed) {
            wait = WAITS.0;
        }
        if let (Err(error), false) = (ended, told) {
            tracing::warn!("events wait: {error:#}");
            told = true;
        }
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = app.stopping.cancelled() => return,
        }
        wait = (wait * 2).min(WAITS.1);
    }
}

/// What the broker has by the name of our exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exchange {
    Ours,
    /// The server makes it as soon as it runs.
    Missing,
}

/// Whether the broker lets us in and the exchange can be used. Nothing is made.
///
/// # Errors
/// What the broker or the network says.
pub async fn try_out(settings: &Settings) -> anyhow::Result<Exchange> {
    let trying = async {
        let connection = connect(settings).await?;
        let is_there = is_declared(&connection.create_channel().await?, settings).await?;
        if is_there {
            // The one that is there may be of another kind.
            declare(&connection.create_channel().await?, settings).await?;
        }
        // It was of use, however it ends.
        let _ = connection.close(200, "bye".into()).await;
        Ok(if is_there { Exchange::Ours } else { Exchange::Missing })
    };
    timeout(CONNECTING, trying).await.context("it does not answer")?
}

async fn open(settings: &Settings) -> anyhow::Result<(Connection, Channel)> {
    let opening = async {
        let connection = connect(settings).await?;
        let channel = connection.create_channel().await?;
        declare(&channel, settings).await?;
        channel.confirm_select(ConfirmSelectOptions::default()).await?;
        Ok((connection, channel))
    };
    timeout(CONNECTING, opening).await.context("it does not answer")?
}

async fn connect(settings: &Settings) -> anyhow::Result<Connection> {
    let Some(url) = &settings.amqp_url else { bail!("amqp_url is not set") };
    let properties = ConnectionProperties::default().with_connection_name("openvisit".into());
    Ok(Connection::connect(url.expose(), properties).await?)
}

async fn declare(channel: &Channel, settings: &Settings) -> anyhow::Result<()> {
    let durable = ExchangeDeclareOptions { durable: true, ..ExchangeDeclareOptions::default() };
    let exchange = settings.amqp_exchange.as_str();
    channel
        .exchange_declare(exchange.into(), ExchangeKind::Topic, durable, FieldTable::default())
        .await
        .with_context(|| format!("the exchange {exchange}"))
}

/// Whether there is an exchange of our name. The channel is of no use after it was told that there is none.
async fn is_declared(channel: &Channel, settings: &Settings) -> lapin::Result<bool> {
    let passive = ExchangeDeclareOptions { passive: true, ..ExchangeDeclareOptions::default() };
    let name = settings.amqp_exchange.as_str().into();
    let asked = channel.exchange_declare(name, ExchangeKind::Topic, passive, FieldTable::default()).await;
    match asked {
        Err(error) if is_not_found(&error) => Ok(false),
        asked => asked.map(|()| true),
    }
}

fn is_not_found(error: &lapin::Error) -> bool {
    let ErrorKind::ProtocolError(error) = error.kind() else { return false };
    *error.kind() == AMQPErrorKind::Soft(AMQPSoftError::NOTFOUND)
}

/// Publishes as long as the connection holds and the server runs. A batch that was begun is ended.
async fn publish_all(app: &App, told: &mut bool) -> anyhow::Result<()> {
    let (connection, channel) = tokio::select! {
        opened = open(&app.settings) => opened.context("the message broker cannot be used")?,
        () = app.stopping.cancelled() => return Ok(()),
    };
    app.outbox.broker_answers.store(true, Ordering::Relaxed);
    tracing::info!("the message broker answers");
    *told = false;
    loop {
        while publish_due(app, &channel).await? {}
        tokio::select! {
            () = app.outbox.for_broker.notified() => {}
            () = tokio::time::sleep(PACE) => {}
            () = app.stopping.cancelled() => return Ok(()),
        }
        if !connection.status().connected() || !channel.status().connected() {
            bail!("the connection to the message broker was lost");
        }
    }
}

/// Publishes a batch of what is due; whether there was any.
async fn publish_due(app: &App, channel: &Channel) -> anyhow::Result<bool> {
    let now = app.clock.now();
    if !app.store.read().await?.has_due(Target::Broker, now).await? {
        return Ok(false);
    }
    let mut tx = app.store.begin().await?;
    let batch = tx.lease(Target::Broker, now, now + LEASE, BATCH).await?;
    tx.commit().await?;
    if batch.is_empty() {
        return Ok(false);
    }
    let outcomes = publish(app, channel, &batch).await;
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    let mut lost = false;
    for (attempt, outcome) in batch.iter().zip(outcomes) {
        let word = match outcome {
            Outcome::Confirmed => {
                tx.mark_delivered(Target::Broker, attempt.event.id, None, now).await?;
                "delivered"
            }
            Outcome::Refused(reason) => {
                let next = next_publish(attempt.attempts, now);
                let failure = Failure { status: None, reason };
                tx.mark_failed(Target::Broker, attempt, failure, Some(next), now).await?;
                if attempt.attempts == 1 {
                    let (event, kind) = (attempt.event.id, &attempt.event.event_type);
                    tracing::warn!(%event, kind, reason, "the broker does not take an event; it waits");
                }
                reason
            }
            Outcome::Lost => {
                // It goes first when the broker is back.
                let failure = Failure { status: None, reason: "connection" };
                tx.mark_failed(Target::Broker, attempt, failure, Some(now), now).await?;
                lost = true;
                "connection"
            }
        };
        metrics::counter!("broker_deliveries_total", "outcome" => word).increment(1);
    }
    tx.commit().await?;
    if lost {
        bail!("the message broker did not confirm an event");
    }
    Ok(true)
}

enum Outcome {
    Confirmed,
    /// It is there and does not take the event: no queue is bound, or its queue is full.
    Refused(&'static str),
    /// Nobody knows whether it has the event.
    Lost,
}

/// Publishes all, then waits for their confirms.
async fn publish(app: &App, channel: &Channel, batch: &[Attempt]) -> Vec<Outcome> {
    let end = Instant::now() + CONFIRMING;
    let mut confirms = Vec::with_capacity(batch.len());
    for attempt in batch {
        let sent = timeout_at(end, publish_one(app, channel, attempt)).await;
        confirms.push(sent.ok().and_then(Result::ok));
    }
    let mut outcomes = Vec::with_capacity(batch.len());
    for confirm in confirms {
        outcomes.push(match confirm {
            Some(confirm) => outcome(timeout_at(end, confirm).await.ok().and_then(Result::ok).as_ref()),
            None => Outcome::Lost,
        });
    }
    outcomes
}

async fn publish_one(app: &App, channel: &Channel, attempt: &Attempt) -> lapin::Result<PublisherConfirm> {
    let event = &attempt.event;
    let body = cloud_event::body(attempt, &app.settings.public_url()).to_string();
    let options = BasicPublishOptions { mandatory: true, ..BasicPublishOptions::default() };
    let properties = BasicProperties::default()
        .with_content_type(cloud_event::CONTENT_TYPE.into())
        .with_delivery_mode(PERSISTENT)
        .with_message_id(event.id.to_string().into())
        .with_timestamp(u64::try_from(event.at.as_second()).unwrap_or_default())
        .with_type(event.event_type.as_str().into())
        .with_app_id("openvisit".into());
    let exchange = app.settings.amqp_exchange.as_str();
    channel
        .basic_publish(
            exchange.into(),
            event.event_type.as_str().into(),
            options,
            body.as_bytes(),
            properties,
        )
        .await
}

fn outcome(confirmation: Option<&Confirmation>) -> Outcome {
    match confirmation {
        Some(Confirmation::Ack(None)) => Outcome::Confirmed,
        // It came back: nobody would have got it.
        Some(Confirmation::Ack(Some(_))) => Outcome::Refused("unroutable"),
        Some(Confirmation::Nack(_)) => Outcome::Refused("nacked"),
        Some(Confirmation::NotRequested) | None => Outcome::Lost,
    }
}
