//! Whether the broker can be used, for those who set it up.

use anyhow::Context;
use lapin::options::BasicPublishOptions;
use lapin::{BasicProperties, Channel, Connection};
use tokio::time::timeout;

use super::line::{ACCESS_REFUSED, CONNECTING, connect, declare, is_by_broker, is_declared, refusal};
use crate::settings::Settings;

/// How often the broker is asked for its reason.
const TRIES: usize = 10;

/// What the broker has by the name of our exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exchange {
    Ours,
    /// The server makes it as soon as it runs.
    Missing,
}

/// Whether the broker lets us in and would take our events. Nothing is made, nothing is published.
///
/// # Errors
/// What the broker or the network says.
pub async fn try_out(settings: &Settings) -> anyhow::Result<Exchange> {
    let trying = async {
        let connection = connect(settings).await?;
        let is_there = is_declared(&connection.create_channel().await?, settings).await?;
        if is_there {
            check_kind(&connection, settings).await?;
            for event in settings.amqp_events() {
                may_publish(&connection, settings, &event)
                    .await
                    .with_context(|| format!("publishing {event}"))?;
            }
        }
        // It was of use, however it ends.
        let _ = connection.close(200, "bye".into()).await;
        Ok(if is_there { Exchange::Ours } else { Exchange::Missing })
    };
    timeout(CONNECTING, trying).await.context("it does not answer")?
}

/// The one that is there may be of another kind. Whoever may only publish is not told.
async fn check_kind(connection: &Connection, settings: &Settings) -> anyhow::Result<()> {
    let declared = declare(&connection.create_channel().await?, settings).await;
    declared.or_else(|error| if refusal(&error) == Some(ACCESS_REFUSED) { Ok(()) } else { Err(error) })
}

/// Whether the broker lets us publish an event. What it says may come at a moment at which nobody asks it anything,
/// and is lost then: so it is asked again.
async fn may_publish(connection: &Connection, settings: &Settings, event: &str) -> anyhow::Result<()> {
    let mut tried = Ok(());
    for _ in 0..TRIES {
        let channel = connection.create_channel().await?;
        tried = pretend(&channel, settings, event).await.map_err(anyhow::Error::new);
        if tried.as_ref().err().is_none_or(is_by_broker) {
            break;
        }
    }
    tried
}

/// Publishes in a transaction that is taken back: the broker checks the right, and nobody gets anything.
async fn pretend(channel: &Channel, settings: &Settings, event: &str) -> lapin::Result<()> {
    channel.tx_select().await?;
    let (exchange, options) = (settings.amqp_exchange.as_str(), BasicPublishOptions::default());
    channel.basic_publish(exchange.into(), event.into(), options, b"", BasicProperties::default()).await?;
    channel.tx_rollback().await
}
