//! Which nodes there are.

use std::sync::atomic::Ordering;

use openvisit_core::Timestamp;
use openvisit_core::attendance::Key;
use openvisit_core::ids::SessionId;
use sqlx::{FromRow, PgExecutor};

use super::{NodeId, Nodes, now};
use crate::StoreError;
use crate::value::{from_json, instant, parse};

/// Whoever was not heard of for this long gets nothing new.
macro_rules! alive {
    () => {
        concat!(" seen_at > ", now!(), " - 3000000 ")
    };
}
pub(super) use alive;

/// Whoever was not heard of for this long is gone, and what was open there is closed.
macro_rules! gone {
    () => {
        concat!(" seen_at < ", now!(), " - 10000000 ")
    };
}

/// What a node says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeIntro {
    /// How the operator knows it.
    pub name: String,
    pub version: String,
    pub cores: i64,
    /// Fingerprints of its secrets, as JSON.
    pub secrets: String,
    /// How many sessions have their media there.
    pub calls: i64,
    /// Whether it takes no new sessions.
    pub draining: bool,
}

/// What a node hears when it says that it is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The others did not know it: the first time, and when they took it for gone.
    pub is_new: bool,
    /// An operator wants it to take no new calls.
    pub wishes_drain: bool,
    /// And to give those that it has to others.
    pub wishes_hand_over: bool,
}

/// A node, as it last said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    pub id: NodeId,
    pub intro: NodeIntro,
    pub started_at: Timestamp,
    pub seen_at: Timestamp,
    /// Whether it was heard of within the last seconds.
    pub alive: bool,
}

#[derive(FromRow)]
struct NodeRow {
    id: String,
    name: String,
    version: String,
    cores: i64,
    secrets: String,
    calls: i64,
    draining: bool,
    started_at: i64,
    seen_at: i64,
    alive: bool,
}

impl Nodes {
    /// Says that this node is there; to be repeated every second.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn say_alive(&self, intro: &NodeIntro) -> Result<Standing, StoreError> {
        let sql = concat!(
            "insert into node (id, name, version, cores, secrets, calls, draining, started_at, seen_at) \
             values ($1, $2, $3, $4, $5, $6, $7, ",
            now!(),
            ", ",
            now!(),
            ") on conflict (id) do update set calls = excluded.calls, \
             draining = node.draining or excluded.draining, seen_at = excluded.seen_at returning xmax = 0, draining, handing_over"
        );
        let (is_new, wishes_drain, wishes_hand_over) = sqlx::query_as::<_, (bool, bool, bool)>(sql)
            .bind(&self.id().0)
            .bind(&intro.name)
            .bind(&intro.version)
            .bind(intro.cores)
            .bind(&intro.secrets)
            .bind(intro.calls)
            .bind(intro.draining)
            .fetch_one(&self.pool)
            .await?;
        self.is_known.store(true, Ordering::Relaxed);
        Ok(Standing { is_new, wishes_drain, wishes_hand_over })
    }

    /// Lets the nodes of this name take no new calls, and perhaps give away those that they have; false where there is none.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn wish_drain(&self, name: &str, hand_over: bool) -> Result<bool, StoreError> {
        let sql = "update node set draining = true, handing_over = handing_over or $2 where name = $1";
        let done = sqlx::query(sql).bind(name).bind(hand_over).execute(&self.pool).await?;
        Ok(done.rows_affected() > 0)
    }

    /// This one stops: nothing is open here any more.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn say_gone(&self) -> Result<(), StoreError> {
        sqlx::query("delete from node where id = $1").bind(&self.id().0).execute(&self.pool).await?;
        Ok(())
    }

    /// All that are known, this one among them, the longest there first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn known(&self) -> Result<Vec<Node>, StoreError> {
        known(&self.pool).await
    }

    /// The database's time.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn now(&self) -> Result<Timestamp, StoreError> {
        let sql = concat!("select ", now!());
        let (micros,) = sqlx::query_as::<_, (i64,)>(sql).fetch_one(&self.pool).await?;
        instant("the database's clock", micros)
    }

    /// Whether another one is there.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn has_others(&self) -> Result<bool, StoreError> {
        let sql = "select count(*) > 0 from node where id <> $1";
        let (any,) = sqlx::query_as::<_, (bool,)>(sql).bind(&self.id().0).fetch_one(&self.pool).await?;
        Ok(any)
    }

    /// Forgets those of this name: this process has its address now.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn forget_predecessor(&self, name: &str) -> Result<(), StoreError> {
        let sql = "delete from node where name = $1 and id <> $2";
        sqlx::query(sql).bind(name).bind(&self.id().0).execute(&self.pool).await?;
        Ok(())
    }

    /// Connections that are open at nodes that are gone, some at a time. What a provider or the telephone carries is
    /// nobody's anyway.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn nobodys_connections(&self, limit: i64) -> Result<Vec<(SessionId, Key)>, StoreError> {
        let sql = "select session_id, participant_id, source, connection_id from attendance \
                   where disconnected_at is null and connected_at is not null \
                   and source not in ('provider', 'phone') \
                   and not exists (select from node where node.id = attendance.node) \
                   order by session_id limit $1";
        let rows = sqlx::query_as::<_, (String, String, String, String)>(sql);
        let rows = rows.bind(limit).fetch_all(&self.pool).await?;
        rows.into_iter()
            .map(|(session, participant, source, connection)| {
                let key = Key {
                    participant: parse("attendance.participant_id", &participant)?,
                    source: from_json("attendance.source", &format!("\"{source}\""))?,
                    connection: parse("attendance.connection_id", &connection)?,
                };
                Ok((parse("attendance.session_id", &session)?, key))
            })
            .collect()
    }

    /// Forgets those that have said nothing for so long that they are gone. Only for a node that could reach the database
    /// all the while: after an outage nobody has been heard of.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn forget_gone(&self) -> Result<Vec<NodeId>, StoreError> {
        let sql = concat!("delete from node where id <> $1 and", gone!(), "returning id");
        let gone = sqlx::query_as::<_, (String,)>(sql).bind(&self.id().0).fetch_all(&self.pool).await?;
        Ok(gone.into_iter().map(|(id,)| NodeId(id)).collect())
    }
}

pub(crate) async fn known(on: impl PgExecutor<'_>) -> Result<Vec<Node>, StoreError> {
    let sql = concat!(
        "select id, name, version, cores, secrets, calls, draining, started_at, seen_at,",
        alive!(),
        "as alive from node order by started_at, id"
    );
    let rows = sqlx::query_as::<_, NodeRow>(sql).fetch_all(on).await?;
    rows.into_iter().map(Node::try_from).collect()
}

impl TryFrom<NodeRow> for Node {
    type Error = StoreError;

    fn try_from(row: NodeRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: NodeId(row.id),
            intro: NodeIntro {
                name: row.name,
                version: row.version,
                cores: row.cores,
                secrets: row.secrets,
                calls: row.calls,
                draining: row.draining,
            },
            started_at: instant("node.started_at", row.started_at)?,
            seen_at: instant("node.seen_at", row.seen_at)?,
            alive: row.alive,
        })
    }
}
