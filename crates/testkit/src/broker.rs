//! The message broker, from the side of those who get events.

use std::process;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use lapin::message::DeliveryResult;
use lapin::options::{BasicConsumeOptions, ExchangeDeclareOptions, QueueDeclareOptions};
use lapin::types::{FieldTable, ShortString};
use lapin::{BasicProperties, Channel, Connection, ConnectionProperties, ExchangeKind};
use serde_json::Value;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// Names a RabbitMQ in which tests may do as they like.
pub const AMQP_VARIABLE: &str = "OPENVISIT_TEST_AMQP";

const PATIENCE: Duration = Duration::from_secs(20);

/// # Panics
/// When no broker is named.
#[must_use]
pub fn url() -> String {
    std::env::var(AMQP_VARIABLE).unwrap_or_else(|_| {
        panic!("{AMQP_VARIABLE} is not set: export {AMQP_VARIABLE}=$(scripts/rabbitmq.sh start)")
    })
}

/// The broker's host and port.
///
/// # Panics
/// When no broker is named.
#[must_use]
pub fn address() -> String {
    let url = url();
    let (_, rest) = url.rsplit_once('@').expect("a URL with user and host");
    rest.split('/').next().unwrap_or(rest).to_owned()
}

/// The same broker for one of its other users, whose password is their name; see scripts/rabbitmq.sh.
///
/// # Panics
/// When no broker is named.
#[must_use]
pub fn url_of(user: &str) -> String {
    url().replace("guest:guest", &format!("{user}:{user}"))
}

/// The same broker by TLS; see scripts/rabbitmq.sh.
///
/// # Panics
/// When no broker is named.
#[must_use]
pub fn tls_url() -> String {
    let address = address();
    let port = address.rsplit_once(':').and_then(|(_, port)| port.parse::<u16>().ok()).expect("a port");
    url().replace("amqp://", "amqps://").replace(&address, &format!("localhost:{}", port + 3))
}

/// An exchange's name that no other test uses.
#[must_use]
pub fn exchange() -> String {
    static MADE: AtomicU32 = AtomicU32::new(0);
    format!("test-{}-{}", process::id(), MADE.fetch_add(1, Ordering::Relaxed))
}

/// A queue, and somebody who empties it. Both are gone when it is dropped.
pub struct Consumer {
    pub channel: Channel,
    queue: ShortString,
    messages: UnboundedReceiver<Message>,
    _connection: Connection,
}

#[derive(Clone, Debug)]
pub struct Message {
    pub exchange: String,
    pub routing_key: String,
    pub properties: BasicProperties,
    pub event: Value,
}

impl Consumer {
    /// Waits for events on a queue that no exchange is bound to yet.
    ///
    /// # Panics
    /// When the broker refuses.
    pub async fn new() -> Self {
        let connection =
            Connection::connect(&url(), ConnectionProperties::default()).await.expect("a broker");
        let channel = connection.create_channel().await.expect("a channel");
        let exclusive = QueueDeclareOptions { exclusive: true, ..QueueDeclareOptions::default() };
        let queue =
            channel.queue_declare("".into(), exclusive, FieldTable::default()).await.expect("a queue");
        let queue = queue.name().clone();
        let (keep, messages) = unbounded_channel();
        let unasked = BasicConsumeOptions { no_ack: true, ..BasicConsumeOptions::default() };
        channel
            .basic_consume(queue.clone(), "test".into(), unasked, FieldTable::default())
            .await
            .expect("a consumer")
            .set_delegate(move |delivery: DeliveryResult| {
                if let Ok(Some(delivery)) = delivery {
                    let _ = keep.send(Message {
                        exchange: delivery.exchange.to_string(),
                        routing_key: delivery.routing_key.to_string(),
                        event: serde_json::from_slice(&delivery.data).expect("JSON"),
                        properties: delivery.properties,
                    });
                }
                async {}
            });
        Self { channel, queue, messages, _connection: connection }
    }

    /// Lets events whose type fits the pattern come here; declares the exchange as the server does.
    ///
    /// # Panics
    /// When the broker refuses.
    pub async fn bind(&self, exchange: &str, pattern: &str) {
        let durable = ExchangeDeclareOptions { durable: true, ..ExchangeDeclareOptions::default() };
        self.channel
            .exchange_declare(exchange.into(), ExchangeKind::Topic, durable, FieldTable::default())
            .await
            .expect("an exchange");
        let queue = self.queue.clone();
        self.channel
            .queue_bind(queue, exchange.into(), pattern.into(), Default::default(), FieldTable::default())
            .await
            .expect("a binding");
    }

    /// The next event.
    ///
    /// # Panics
    /// When none comes.
    pub async fn next(&mut self) -> Message {
        tokio::time::timeout(PATIENCE, self.messages.recv()).await.expect("an event").expect("a connection")
    }

    /// What has come so far and was not taken.
    pub fn waiting(&mut self) -> Vec<Message> {
        std::iter::from_fn(|| self.messages.try_recv().ok()).collect()
    }
}
