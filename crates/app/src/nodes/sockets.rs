//! Who is in a dialect's rooms by a socket at another node: written where it comes and goes, told to all, and looked up by
//! whoever has one of the same session. On SQLite nobody is elsewhere, and nothing is written.

use std::time::Duration;

use openvisit_core::ids::{ConnectionId, PersonId, SessionId};
use openvisit_core::person::Identity;
use openvisit_core::session::Session;
use openvisit_store::NodeSocket;
use tokio::time::sleep;

use crate::announce::{self, Announcement};
use crate::app::App;
use crate::error::Error;

/// When it is tried again to tell of one that has gone.
const PAUSE: Duration = Duration::from_secs(1);

/// Somebody came to a session by a socket of this node.
///
/// # Errors
/// Those of the store.
pub async fn came(
    app: &App,
    session: SessionId,
    connection: ConnectionId,
    person: PersonId,
    identity: &Identity,
) -> Result<(), Error> {
    let Some(nodes) = app.store.nodes() else { return Ok(()) };
    let socket = NodeSocket { connection, node: nodes.id().clone(), person, identity: identity.clone() };
    let mut tx = app.store.begin().await?;
    tx.insert_node_socket(session, &socket).await?;
    announce::commit(app, tx, &[Announcement::Sockets { session }]).await
}

/// They are gone; until that is written, others take them for there.
pub async fn went(app: &App, session: SessionId, connections: &[ConnectionId]) {
    if app.store.nodes().is_none() || connections.is_empty() {
        return;
    }
    while let Err(error) = delete(app, session, connections).await {
        tracing::warn!(code = error.code(), %session, "could not write that a socket has gone; it is retried");
        tokio::select! {
            () = sleep(PAUSE) => {}
            // With this node all of its sockets are gone.
            () = app.stopping.cancelled() => return,
        }
    }
}

async fn delete(app: &App, session: SessionId, connections: &[ConnectionId]) -> Result<(), Error> {
    let mut tx = app.store.begin().await?;
    tx.delete_node_sockets(connections).await?;
    announce::commit(app, tx, &[Announcement::Sockets { session }]).await
}

/// A session as it is now, with the sockets that people have at other nodes; `None` where nobody can be elsewhere.
///
/// # Errors
/// Those of the store.
pub async fn elsewhere(app: &App, id: SessionId) -> Result<Option<(Session, Vec<NodeSocket>)>, Error> {
    let Some(nodes) = app.store.nodes() else { return Ok(None) };
    let mut tx = app.store.read().await?;
    let Some(session) = tx.session(id).await? else { return Ok(None) };
    let mut sockets = tx.node_sockets(id).await?;
    sockets.retain(|socket| socket.node != *nodes.id());
    Ok(Some((session, sockets)))
}
