//! The processes that serve one PostgreSQL, and what passes between them. SQLite has one process, which needs none of
//! this: [`Store::nodes`].
//!
//! All times here are the database's own. What is written here by itself, not within a [`crate::Tx`], waits for no disk: a
//! database that crashed has no nodes, and they say so again.

mod announcements;
mod heard;
mod homes;
mod mail;
pub(crate) mod register;
mod sockets;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sqlx::postgres::{PgConnectOptions, PgListener, PgPool, PgPoolOptions};

use crate::{Store, StoreError};

pub use announcements::{Reading, WrittenNotice};
pub use homes::{Epoch, Home};
pub use register::{Node, NodeIntro, Standing};
pub use sockets::NodeSocket;

/// The channel on which nodes wake each other.
const CHANNEL: &str = "openvisit";
/// What is said there of mail, before the ids of its receivers; of notices their writer's id is.
const MAIL: &str = "mail ";

/// The database's clock in microseconds since 1970, in SQL.
macro_rules! now {
    () => {
        "(extract(epoch from clock_timestamp()) * 1000000)::bigint"
    };
}
pub(crate) use now;

/// One start of a process that serves this database.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub String);

/// What a node knows of the others, by way of the database. Cloning shares it.
#[derive(Clone, Debug)]
pub struct Nodes {
    me: NodeId,
    pool: PgPool,
    listening: PgPool,
    /// Whether the others were told that this one is there.
    is_known: Arc<AtomicBool>,
}

/// Hears when another node has written something.
#[derive(Debug)]
pub struct Ear(PgListener);

/// What there is to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Woken {
    Notices,
    Mail,
    /// Something may have been missed.
    Perhaps,
}

impl Store {
    /// What passes between the processes of this database; `None` where there can only be one.
    #[must_use]
    pub fn nodes(&self) -> Option<&Nodes> {
        self.nodes.as_ref()
    }
}

impl Nodes {
    /// Connections of its own: nodes must hear of each other also while all others are in use.
    pub(crate) fn new(me: String, options: &PgConnectOptions) -> Self {
        let pool = |connections| {
            PgPoolOptions::new().max_connections(connections).acquire_timeout(crate::store::POSTGRES_PATIENCE)
        };
        let unhurried = options.clone().options([("synchronous_commit", "off")]);
        Self {
            me: NodeId(me),
            pool: pool(2).connect_lazy_with(unhurried),
            listening: pool(1).connect_lazy_with(options.clone()),
            is_known: Arc::default(),
        }
    }

    /// This one.
    #[must_use]
    pub fn id(&self) -> &NodeId {
        &self.me
    }

    /// Hears of what is written from now on.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn ear(&self) -> Result<Ear, StoreError> {
        let mut listener = PgListener::connect_with(&self.listening).await?;
        listener.listen(CHANNEL).await?;
        Ok(Ear(listener))
    }

    /// Tells the others to look at what was written. Not within a transaction that writes: until that has reached the
    /// disk, it would hold up all others' that do the same.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn wake_others(&self) -> Result<(), StoreError> {
        sqlx::query("select pg_notify($1, $2)").bind(CHANNEL).bind(&self.me.0).execute(&self.pool).await?;
        Ok(())
    }

    /// Nothing is open here any more. Where that cannot be said, the others find out.
    pub(crate) async fn close(&self) {
        if self.is_known.load(Ordering::Relaxed) {
            self.say_gone().await.ok();
            self.release_homes().await.ok();
        }
        self.listening.close().await;
        self.pool.close().await;
    }
}

impl Ear {
    /// Returns when there is something to look at for `me`, or where something may have been missed.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn hear(&mut self, me: &NodeId) -> Result<Woken, StoreError> {
        loop {
            let Some(said) = self.0.try_recv().await? else { return Ok(Woken::Perhaps) };
            match said.payload().strip_prefix(MAIL) {
                Some(receivers) if receivers.split(' ').any(|it| it == me.0) => return Ok(Woken::Mail),
                None if said.payload() != me.0 => return Ok(Woken::Notices),
                Some(_) | None => {}
            }
        }
    }
}
