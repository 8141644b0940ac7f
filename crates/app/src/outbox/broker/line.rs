//! A connection to the message broker, with what it says of itself.

use std::pin::{Pin, pin};
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use futures_util::{Stream, StreamExt};
use lapin::options::{ConfirmSelectOptions, ExchangeDeclareOptions};
use lapin::protocol::{AMQPErrorKind, AMQPSoftError};
use lapin::types::FieldTable;
use lapin::{Channel, Connection, ConnectionProperties, ErrorKind, Event, ExchangeKind};
use tokio::time::{Instant, timeout};

use super::held::Held;
use crate::app::App;
use crate::outbox::PACE;
use crate::settings::Settings;

/// Longest for connecting, the exchange included.
pub(super) const CONNECTING: Duration = Duration::from_secs(10);
/// For so long the broker may say nothing while it is asked for something.
const SILENT: Duration = Duration::from_secs(10);
/// A right is missing.
pub(super) const ACCESS_REFUSED: &str = "access_refused";

pub(super) struct Line {
    connection: Connection,
    pub(super) channel: Channel,
    said: Pin<Box<dyn Stream<Item = Event> + Send>>,
    /// Why it ended, as the broker or the network has it.
    ended: Option<lapin::Error>,
}

impl Line {
    /// Connects, and makes the exchange where there is none.
    pub(super) async fn open(settings: &Settings) -> anyhow::Result<Self> {
        let opening = async {
            let connection = connect(settings).await?;
            let said = Box::pin(connection.events_listener());
            // To make what is there asks for a right that a publisher need not have.
            if !is_declared(&connection.create_channel().await?, settings).await? {
                declare(&connection.create_channel().await?, settings).await?;
            }
            let channel = publishing(&connection).await?;
            Ok(Self { connection, channel, said, ended: None })
        };
        timeout(CONNECTING, opening).await.context("it does not answer")?
    }

    /// Another channel on the same connection: the broker closes one for whatever it refuses.
    pub(super) async fn renew_channel(&mut self) -> anyhow::Result<()> {
        self.channel =
            timeout(CONNECTING, publishing(&self.connection)).await.context("it does not answer")??;
        Ok(())
    }

    /// Whether the broker takes nothing for now, by its own word.
    pub(super) fn is_blocked(&self) -> bool {
        self.connection.status().blocked()
    }

    /// # Errors
    /// Why the connection was lost, if it was.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        if self.connection.status().connected() && self.channel.status().connected() {
            return Ok(());
        }
        let lost = "the connection to the message broker was lost";
        Err(self.ended.clone().map_or_else(|| anyhow!(lost), |why| anyhow::Error::new(why).context(lost)))
    }

    /// The next thing that the broker says of the connection; waits for ever when there is none.
    pub(super) async fn listen(&mut self, app: &App) {
        match self.said.next().await {
            Some(Event::ConnectionBlocked(reason)) => {
                app.outbox.broker_blocks_us(reason.as_str());
                tracing::warn!(reason, "events wait: the message broker takes nothing for now");
            }
            Some(Event::ConnectionUnblocked) => {
                app.outbox.broker_takes();
                tracing::info!("the message broker takes events again");
            }
            Some(Event::Error(error)) => self.ended = Some(error),
            Some(_) => {}
            None => std::future::pending().await,
        }
    }

    /// What the broker answers, however long it is blocked; what it holds meanwhile stays ours.
    ///
    /// # Errors
    /// It refuses, says nothing for too long, or the server stops while it is blocked.
    pub(super) async fn answer<T>(
        &mut self,
        held: &mut Held<'_>,
        asked: impl Future<Output = lapin::Result<T>>,
    ) -> anyhow::Result<T> {
        let mut asked = pin!(asked);
        let mut heard_at = Instant::now();
        loop {
            tokio::select! {
                biased;
                answer = &mut asked => return Ok(answer?),
                () = self.listen(held.app) => {}
                () = held.app.stopping.cancelled(), if self.is_blocked() => bail!("the server stops"),
                () = tokio::time::sleep(PACE) => {}
            }
            if self.is_blocked() {
                heard_at = Instant::now();
                held.renew().await?;
            } else if heard_at.elapsed() > SILENT {
                bail!("the message broker did not confirm an event");
            }
        }
    }
}

pub(super) async fn connect(settings: &Settings) -> anyhow::Result<Connection> {
    let Some(url) = &settings.amqp_url else { bail!("amqp_url is not set") };
    let properties = ConnectionProperties::default().with_connection_name("openvisit".into());
    Ok(Connection::connect(url.expose(), properties).await?)
}

async fn publishing(connection: &Connection) -> anyhow::Result<Channel> {
    let channel = connection.create_channel().await?;
    channel.confirm_select(ConfirmSelectOptions::default()).await?;
    Ok(channel)
}

pub(super) async fn declare(channel: &Channel, settings: &Settings) -> anyhow::Result<()> {
    let durable = ExchangeDeclareOptions { durable: true, ..ExchangeDeclareOptions::default() };
    let exchange = settings.amqp_exchange.as_str();
    channel
        .exchange_declare(exchange.into(), ExchangeKind::Topic, durable, FieldTable::default())
        .await
        .with_context(|| format!("the exchange {exchange}"))
}

/// Whether there is an exchange of our name. The channel is of no use after it was told that there is none.
pub(super) async fn is_declared(channel: &Channel, settings: &Settings) -> lapin::Result<bool> {
    let passive = ExchangeDeclareOptions { passive: true, ..ExchangeDeclareOptions::default() };
    let name = settings.amqp_exchange.as_str().into();
    let asked = channel.exchange_declare(name, ExchangeKind::Topic, passive, FieldTable::default()).await;
    match asked {
        Err(error) if soft(&error) == Some(&AMQPSoftError::NOTFOUND) => Ok(false),
        asked => asked.map(|()| true),
    }
}

/// Whether the broker itself gave the reason.
pub(super) fn is_by_broker(error: &anyhow::Error) -> bool {
    said(error).is_some_and(|error| matches!(error.kind(), ErrorKind::ProtocolError(_)))
}

/// Why the broker does not take what was published, so that it closed the channel and nothing else; in a word.
pub(super) fn refusal(error: &anyhow::Error) -> Option<&'static str> {
    match soft(said(error)?)? {
        AMQPSoftError::ACCESSREFUSED => Some(ACCESS_REFUSED),
        AMQPSoftError::PRECONDITIONFAILED => Some("precondition_failed"),
        _ => None,
    }
}

fn said(error: &anyhow::Error) -> Option<&lapin::Error> {
    error.chain().find_map(|cause| cause.downcast_ref())
}

/// What the broker closed a channel for, if that is what happened.
fn soft(error: &lapin::Error) -> Option<&AMQPSoftError> {
    let ErrorKind::ProtocolError(error) = error.kind() else { return None };
    match error.kind() {
        AMQPErrorKind::Soft(soft) => Some(soft),
        AMQPErrorKind::Hard(_) => None,
    }
}
