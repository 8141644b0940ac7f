//! Commands for a worker thread.

use std::sync::Arc;
use std::sync::mpsc::Sender;

use mio::Waker;
use openvisit_core::ids::{ConnectionId, ParticipantId, SessionId};
use openvisit_media::{Answer, Connection, DisconnectReason, MediaRefusal};
use tokio::sync::oneshot;

use super::tcp::Link;

type Reply = oneshot::Sender<Result<Answer, MediaRefusal>>;

pub(super) enum Command {
    Join {
        connection: Connection,
        offer: String,
        reply: Reply,
    },
    /// As `Join`, of somebody who gets back what they send.
    Echo {
        connection: Connection,
        offer: String,
        reply: Reply,
    },
    Restart {
        connection: ConnectionId,
        offer: String,
        reply: Reply,
    },
    HangUp {
        connection: ConnectionId,
    },
    Remove {
        session: SessionId,
        participant: ParticipantId,
    },
    CloseSession {
        session: SessionId,
        why: DisconnectReason,
    },
    /// A TCP stream whose first request the workers before this one did not know.
    Adopt {
        link: Link,
    },
    /// Whether the thread works on.
    Knock {
        here: oneshot::Sender<()>,
    },
    Stop {
        done: oneshot::Sender<()>,
    },
}

/// The queue of a worker thread.
#[derive(Clone)]
pub(super) struct Inbox {
    pub commands: Sender<Command>,
    pub waker: Arc<Waker>,
}

impl Inbox {
    /// A command to a thread that has ended is dropped, and with it the sender of its reply.
    pub fn send(&self, command: Command) {
        if self.commands.send(command).is_ok()
            && let Err(error) = self.waker.wake()
        {
            tracing::error!(%error, "could not wake a media thread");
        }
    }
}
