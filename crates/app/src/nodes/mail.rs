//! What must reach another node and is no state of anything, by way of the database: no node needs to know where another
//! one is, and nothing is opened between them. On SQLite there is nobody to write to.
//!
//! A letter that nobody takes within a minute is gone. Whoever writes goes on without: an answer is waited for only so
//! long, and [`tell`] promises nothing.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use openvisit_store::{NodeId, Nodes};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{Notify, oneshot};
use tokio::time::{MissedTickBehavior, interval};
use uuid::Uuid;

use super::PACE;
use super::letter::{Answer, Letter, Question};
use crate::app::App;
use crate::error::Error;
use crate::seal::Of;

/// Who is told of what comes, and who waits for an answer.
#[derive(Debug, Default)]
pub struct Mail {
    listeners: Mutex<Vec<UnboundedSender<Received>>>,
    waiting: Mutex<HashMap<Uuid, oneshot::Sender<Answer>>>,
}

/// A letter, and who wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    pub from: NodeId,
    pub letter: Letter,
}

#[derive(Serialize, Deserialize)]
struct Envelope {
    from: String,
    letter: Letter,
}

impl Mail {
    /// A queue of all letters that come from now on, but for answers, in their order. A question is answered with
    /// [`answer`], by whoever has what it is about.
    #[must_use]
    pub fn subscribe(&self) -> UnboundedReceiver<Received> {
        let (queue, receiver) = unbounded_channel();
        self.listeners.lock().unwrap_or_else(PoisonError::into_inner).push(queue);
        receiver
    }

    fn hand_out(&self, received: &Received) {
        let mut listeners = self.listeners.lock().unwrap_or_else(PoisonError::into_inner);
        listeners.retain(|queue| queue.send(received.clone()).is_ok());
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<Uuid, oneshot::Sender<Answer>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes to one node.
///
/// # Errors
/// Those of the store.
pub async fn tell(app: &App, to: &NodeId, letter: Letter) -> Result<(), Error> {
    let Some(nodes) = app.store.nodes() else { return Ok(()) };
    post(app, nodes, vec![to.clone()], letter).await
}

/// Writes to each other node that is alive.
///
/// # Errors
/// Those of the store.
pub async fn tell_all(app: &App, letter: Letter) -> Result<(), Error> {
    let Some(nodes) = app.store.nodes() else { return Ok(()) };
    let others = others(nodes).await?;
    post(app, nodes, others, letter).await
}

/// Asks one node; `None` where it does not answer in time.
///
/// # Errors
/// Those of the store.
pub async fn ask(
    app: &App,
    to: &NodeId,
    question: Question,
    patience: Duration,
) -> Result<Option<Answer>, Error> {
    let Some(nodes) = app.store.nodes() else { return Ok(None) };
    ask_each(app, nodes, vec![to.clone()], question, patience).await
}

/// Asks each other node that is alive, for whoever has what it is about; `None` where nobody answers in time.
///
/// # Errors
/// Those of the store.
pub async fn ask_all(app: &App, question: Question, patience: Duration) -> Result<Option<Answer>, Error> {
    let Some(nodes) = app.store.nodes() else { return Ok(None) };
    let others = others(nodes).await?;
    if others.is_empty() {
        return Ok(None);
    }
    ask_each(app, nodes, others, question, patience).await
}

async fn others(nodes: &Nodes) -> Result<Vec<NodeId>, Error> {
    let known = nodes.known().await?;
    Ok(known.into_iter().filter(|node| node.alive && node.id != *nodes.id()).map(|node| node.id).collect())
}

async fn ask_each(
    app: &App,
    nodes: &Nodes,
    to: Vec<NodeId>,
    question: Question,
    patience: Duration,
) -> Result<Option<Answer>, Error> {
    let id = Uuid::from_bytes(rand::random());
    let (here, answer) = oneshot::channel();
    app.mail.waiting().insert(id, here);
    let _forgotten = Forgotten { app, id };
    post(app, nodes, to, Letter::Question { id, question }).await?;
    Ok(tokio::time::timeout(patience, answer).await.ok().and_then(Result::ok))
}

/// Whoever asked may go away at any moment.
struct Forgotten<'a> {
    app: &'a App,
    id: Uuid,
}

impl Drop for Forgotten<'_> {
    fn drop(&mut self) {
        self.app.mail.waiting().remove(&self.id);
    }
}

async fn post(app: &App, nodes: &Nodes, to: Vec<NodeId>, letter: Letter) -> Result<(), Error> {
    let envelope = Envelope { from: nodes.id().0.clone(), letter };
    let text = serde_json::to_string(&envelope).map_err(Error::internal)?;
    let sealed = |to: NodeId| {
        let sealed = app.sealer.seal(Of::Mail(&to.0), &text).map_err(Error::internal)?;
        Ok::<_, Error>((to, sealed))
    };
    Ok(nodes.post(to.into_iter().map(sealed).collect::<Result<_, _>>()?).await?)
}

/// Reads what has come whenever this node is woken, and every second, until the server stops.
pub(super) async fn follow(app: App, heard: Arc<Notify>) {
    let mut ticks = interval(PACE);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = heard.notified() => {}
            _ = ticks.tick() => {}
            () = app.stopping.cancelled() => return,
        }
        if let Err(error) = read(&app).await {
            tracing::debug!(
                code = error.code(),
                "could not read what other nodes wrote; it is retried every second"
            );
        }
    }
}

async fn read(app: &App) -> Result<(), Error> {
    let Some(nodes) = app.store.nodes() else { return Ok(()) };
    loop {
        let taken = nodes.take_mail().await?;
        if taken.is_empty() {
            return Ok(());
        }
        for sealed in taken {
            match open(app, nodes.id(), &sealed) {
                Some(Envelope { from, letter }) => dispatch(app, NodeId(from), letter),
                None => tracing::debug!("a letter of another node was not understood"),
            }
        }
    }
}

fn open(app: &App, me: &NodeId, sealed: &[u8]) -> Option<Envelope> {
    let text = app.sealer.open(Of::Mail(&me.0), sealed).ok()?;
    serde_json::from_str(&text).ok()
}

fn dispatch(app: &App, from: NodeId, letter: Letter) {
    let Letter::Answer { id, answer } = letter else { return app.mail.hand_out(&Received { from, letter }) };
    if let Some(waiting) = app.mail.waiting().remove(&id) {
        // Whoever asked may have gone.
        let _ = waiting.send(answer);
    }
}

/// Answers a question.
pub async fn answer(app: &App, to: &NodeId, id: Uuid, answer: Answer) {
    if let Err(error) = tell(app, to, Letter::Answer { id, answer }).await {
        tracing::debug!(code = error.code(), "another node's question could not be answered");
    }
}
