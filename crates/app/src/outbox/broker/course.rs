//! What outlives a connection to the broker: how long to wait for the next one, what was told, how much is risked.

use std::time::Duration;

use super::line::{is_by_broker, refusal};
use crate::app::App;

/// How many events go at once.
const BATCH: u32 = 64;
/// Between tries to connect: the first wait, and the longest.
const WAITS: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(15));
/// A connection that stood for so long is none of those that break at once.
const STOOD: Duration = Duration::from_secs(60);

pub(super) struct Course {
    wait: Duration,
    /// All that may go at once, until one was not confirmed. Then they go one by one, so that one that the broker
    /// refuses by closing the channel is found among the others.
    batch: u32,
    /// An event was not confirmed, and none since: that a connection stands says nothing.
    is_doubted: bool,
    /// Why events wait, as it was told, until they go again.
    told: Option<String>,
    /// Why the broker refuses an event, as it was told.
    refusal_told: Option<String>,
}

/// What an error says, from the outside in; what a cause only says again is left out.
fn words(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if text.is_empty() {
            text = cause;
        } else if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}

impl Default for Course {
    fn default() -> Self {
        Self { wait: WAITS.0, batch: BATCH, is_doubted: false, told: None, refusal_told: None }
    }
}

impl Course {
    pub(super) fn batch(&self) -> u32 {
        self.batch
    }

    /// A connection stands. It is as good as the last one was.
    pub(super) fn connected(&mut self, app: &App) {
        if !self.is_doubted {
            self.works(app);
        }
    }

    /// The broker took an event, or said that no queue takes it.
    pub(super) fn answered(&mut self, app: &App) {
        self.is_doubted = false;
        self.wait = WAITS.0;
        self.batch = (self.batch * 2).min(BATCH);
        self.works(app);
    }

    /// An event was not confirmed.
    pub(super) fn doubt(&mut self, app: &App) {
        self.is_doubted = true;
        self.batch = 1;
        app.outbox.broker_is_doubted();
    }

    /// How long to wait before the next connection, after one that lasted so long.
    pub(super) fn next_wait(&mut self, lasted: Duration) -> Duration {
        if lasted > STOOD {
            self.wait = WAITS.0;
        }
        let wait = self.wait;
        self.wait = (wait * 2).min(WAITS.1);
        wait
    }

    /// Tells why events wait: once, and again when the broker gives another reason.
    pub(super) fn tell(&mut self, app: &App, error: &anyhow::Error) {
        let told = if refusal(error).is_some() { &mut self.refusal_told } else { &mut self.told };
        let text = words(error);
        app.outbox.broker_takes_nothing(text.clone());
        if told.as_ref().is_none_or(|told| is_by_broker(error) && *told != text) {
            tracing::warn!("events wait: {text}");
            *told = Some(text);
        }
    }

    fn works(&mut self, app: &App) {
        self.told = None;
        if app.outbox.broker_takes() {
            tracing::info!("the message broker answers");
        }
    }
}
