//! Where sessions have their embedded media: a lease for each, with an epoch that rises with each new holder.

use std::collections::HashSet;

use openvisit_core::ids::SessionId;

use super::register::alive;
use super::{NodeId, Nodes, now};
use crate::tx::DatabaseConnection;
use crate::{StoreError, Tx};

/// How long a lease lasts: three renewals.
macro_rules! lease {
    () => {
        concat!(now!(), " + 3000000")
    };
}

/// Calls per core of a node, as [`super::NodeIntro`] says.
macro_rules! load {
    ($node:literal) => {
        concat!($node, ".calls::float8 / greatest(", $node, ".cores, 1)")
    };
}

/// A lost race between two that find no home is run again this often.
const TRIES: usize = 3;

/// Which of a session's homes, one after the other, has it. Whoever writes what the media say names theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Epoch(pub i64);

/// Who has a session's media.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    pub node: NodeId,
    pub epoch: Epoch,
    /// Whether anybody may take it over.
    pub lapsed: bool,
}

type HomeRow = (String, i64, bool);

impl Nodes {
    /// The home of a session; a new one where there is none, or its lease has lapsed: this node, unless it drains or another
    /// one has clearly less to do. The new one learns of it by being asked; until it tells how much it has to do, it counts
    /// as having one call more.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Conflict`].
    pub async fn claim_home(&self, session: SessionId) -> Result<Home, StoreError> {
        // Its own lease, though lapsed, stays where nobody has taken it.
        let sql = concat!(
            "with chosen as (select coalesce((select other.id from node as me, node as other \
             where me.id = $2 and other.id <> $2 and not other.draining and other.",
            alive!(),
            "and (me.draining or ",
            load!("me"),
            " > ",
            load!("other"),
            " + 4) and not exists (select 1 from home where session_id = $1 and home.node = $2) order by ",
            load!("other"),
            ", other.id limit 1), $2) as node), \
             claimed as (insert into home (session_id, node, epoch, until) select $1, node, 1, ",
            lease!(),
            " from chosen on conflict (session_id) do update set \
             epoch = home.epoch + case when home.node = excluded.node then 0 else 1 end, \
             node = excluded.node, until = excluded.until where home.until < ",
            now!(),
            " returning node, epoch), \
             counted as (update node set calls = calls + 1 from claimed where node.id = claimed.node) \
             select node, epoch, false from claimed union all \
             select node, epoch, until < ",
            now!(),
            " from home where session_id = $1 and not exists (select 1 from claimed)"
        );
        for _ in 0..TRIES {
            let row = sqlx::query_as::<_, HomeRow>(sql)
                .bind(session.to_string())
                .bind(&self.id().0)
                .fetch_optional(&self.pool)
                .await?;
            if let Some(row) = row {
                return Ok(row.into());
            }
        }
        Err(StoreError::Conflict)
    }

    /// The home of a session, if it has one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn home(&self, session: SessionId) -> Result<Option<Home>, StoreError> {
        let sql = concat!("select node, epoch, until < ", now!(), " from home where session_id = $1");
        let row =
            sqlx::query_as::<_, HomeRow>(sql).bind(session.to_string()).fetch_optional(&self.pool).await?;
        Ok(row.map(Home::from))
    }

    /// Takes a session over, to this node, from a home that does not answer; `None` where it has another one by now.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn take_over_home(&self, session: SessionId, seen: Epoch) -> Result<Option<Epoch>, StoreError> {
        let sql = concat!(
            "update home set node = $3, epoch = epoch + 1, until = ",
            lease!(),
            " where session_id = $1 and epoch = $2 returning epoch"
        );
        let query =
            sqlx::query_as::<_, (i64,)>(sql).bind(session.to_string()).bind(seen.0).bind(&self.id().0);
        Ok(query.fetch_optional(&self.pool).await?.map(|(epoch,)| Epoch(epoch)))
    }

    /// Renews the leases of this node, also those that have lapsed and that nobody took. Gives those that somebody did.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn renew_homes(
        &self,
        held: &[(SessionId, Epoch)],
    ) -> Result<Vec<(SessionId, Epoch)>, StoreError> {
        if held.is_empty() {
            return Ok(Vec::new());
        }
        let sql = concat!(
            "update home set until = ",
            lease!(),
            " from unnest($2::text[], $3::bigint[]) as held (session_id, epoch) \
             where home.session_id = held.session_id and home.epoch = held.epoch and home.node = $1 \
             returning home.session_id"
        );
        let renewed: HashSet<_> = self.of_held(sql, held).await?.into_iter().collect();
        Ok(held.iter().filter(|held| !renewed.contains(held)).copied().collect())
    }

    /// Gives what this node has to the others, in turn; nothing where there are none that take any. Gives what has gone.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn hand_over_homes(
        &self,
        held: &[(SessionId, Epoch)],
    ) -> Result<Vec<(SessionId, Epoch)>, StoreError> {
        let sql = concat!(
            "with other as (select id, row_number() over (order by ",
            load!("node"),
            ", id) - 1 as place, count(*) over () as others from node where id <> $1 and not draining and",
            alive!(),
            "), held as (select session_id, epoch, row_number() over () - 1 as place \
             from unnest($2::text[], $3::bigint[]) as held (session_id, epoch)) \
             update home set node = other.id, epoch = home.epoch + 1, until = ",
            lease!(),
            " from held join other on other.place = held.place % other.others \
             where home.session_id = held.session_id and home.epoch = held.epoch and home.node = $1 \
             returning home.session_id"
        );
        self.of_held(sql, held).await
    }

    /// Those of `held` that a statement gives.
    async fn of_held(
        &self,
        sql: &'static str,
        held: &[(SessionId, Epoch)],
    ) -> Result<Vec<(SessionId, Epoch)>, StoreError> {
        let sessions: Vec<_> = held.iter().map(|(session, _)| session.to_string()).collect();
        let epochs: Vec<_> = held.iter().map(|(_, epoch)| epoch.0).collect();
        let query = sqlx::query_as::<_, (String,)>(sql).bind(&self.id().0).bind(&sessions).bind(&epochs);
        let found = query.fetch_all(&self.pool).await?;
        let found: HashSet<_> = found.into_iter().map(|(session,)| session).collect();
        let of = held.iter().zip(&sessions).filter(|(_, session)| found.contains(*session));
        Ok(of.map(|(held, _)| *held).collect())
    }

    /// This node carries nothing any more: others need not wait until its leases lapse.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn release_homes(&self) -> Result<(), StoreError> {
        let sql = concat!("update home set until = ", now!(), " where node = $1 and until > ", now!());
        sqlx::query(sql).bind(&self.id().0).execute(&self.pool).await?;
        Ok(())
    }

    /// Forgets the homes of sessions that have had none for a day; nobody names their epochs any more.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn prune_homes(&self) -> Result<(), StoreError> {
        let sql = concat!("delete from home where until < ", now!(), " - 86400000000");
        sqlx::query(sql).execute(&self.pool).await?;
        Ok(())
    }
}

impl From<HomeRow> for Home {
    fn from((node, epoch, lapsed): HomeRow) -> Self {
        Self { node: NodeId(node), epoch: Epoch(epoch), lapsed }
    }
}

impl Tx {
    /// Makes sure that this node has the session's media, by this epoch, until the transaction ends.
    ///
    /// # Errors
    /// [`StoreError::TakenOver`] where another one has them, or had.
    pub async fn expect_home(&mut self, session: SessionId, epoch: Epoch) -> Result<(), StoreError> {
        let DatabaseConnection::Postgres(tx) = &mut self.connection else { return Ok(()) };
        let sql = "select 1 from home where session_id = $1 and epoch = $2 \
                   and node = current_setting('openvisit.node', true) for share";
        let held = sqlx::query(sql).bind(session.to_string()).bind(epoch.0).fetch_optional(&mut **tx).await?;
        if held.is_some() { Ok(()) } else { Err(StoreError::TakenOver) }
    }
}
