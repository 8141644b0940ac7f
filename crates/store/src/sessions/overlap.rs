//! Whether a time is free.
//!
//! Of a practitioner, and of a client, no two live appointments overlap: the schema refuses it. Before that, what is in the
//! way is looked up, so that the refusal can name it. On PostgreSQL both parties are locked first, lowest first, until the
//! transaction ends; SQLite has one writer.

use openvisit_core::Timestamp;
use openvisit_core::appointment::Slot;
use openvisit_core::ids::{PersonId, SessionId};
use openvisit_core::session::{PartyRole, Session};
use sqlx::FromRow;

use crate::tx::DatabaseConnection;
use crate::value::{instant, micros, parse};
use crate::{StoreError, Tx};

/// The live sessions of one side that overlap the slot from `$3` to `$4`. On SQLite, no slot is longer than twelve hours (the
/// schema says so too), so an index on the start finds all that reach into it; on PostgreSQL the index that guards finds them.
macro_rules! overlapping {
    (sqlite, $side:literal, $whose:literal) => {
        concat!(
            "select id, starts_at, ends_at, practitioner_id, hold_expires_at from session where ",
            $side,
            " = ",
            $whose,
            " and starts_at < $4 and starts_at > $3 - 43200000000 and ends_at > $3 \
             and status in ('scheduled', 'waiting', 'in_progress')"
        )
    };
    (postgres, $side:literal, $whose:literal) => {
        concat!(
            "select id, starts_at, ends_at, practitioner_id, hold_expires_at from session where ",
            $side,
            "::uuid = ",
            $whose,
            "::uuid and int8range(starts_at, ends_at) && int8range($3, $4) \
             and status in ('scheduled', 'waiting', 'in_progress')"
        )
    };
}

macro_rules! in_the_way {
    ($dialect:ident) => {
        concat!(
            overlapping!($dialect, "practitioner_id", "$1"),
            " union all ",
            overlapping!($dialect, "client_id", "$2")
        )
    };
}

/// Two people, and a time of both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    practitioner: PersonId,
    client: PersonId,
    slot: Slot,
}

impl Wanted {
    fn by(session: &Session) -> Self {
        let appointment = &session.appointment;
        Self {
            practitioner: appointment.practitioner_id,
            client: appointment.client_id,
            slot: appointment.slot,
        }
    }
}

#[derive(FromRow)]
struct InTheWay {
    id: String,
    starts_at: i64,
    ends_at: i64,
    practitioner_id: String,
    hold_expires_at: Option<i64>,
}

impl InTheWay {
    fn refusal(&self, wanted: Wanted) -> Result<StoreError, StoreError> {
        let starts_at = instant("session.starts_at", self.starts_at)?;
        let conflicting = Slot { starts_at, ends_at: instant("session.ends_at", self.ends_at)? };
        let is_practitioners = self.practitioner_id == wanted.practitioner.to_string();
        let party = if is_practitioners { PartyRole::Practitioner } else { PartyRole::Client };
        Ok(StoreError::SlotTaken { conflicting, session_id: self.session()?, party })
    }

    fn session(&self) -> Result<SessionId, StoreError> {
        parse("session.id", &self.id)
    }
}

impl Tx {
    /// The appointments in the way of `slot` that only wait for a payment that did not come in time. Let time
    /// cancel them ([`Session::tick`]) and save them before booking: until then they block. Also takes the
    /// locks of [`Tx::insert`], so nothing else can come in between.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn expired_holds(
        &mut self,
        practitioner: PersonId,
        client: PersonId,
        slot: Slot,
        now: Timestamp,
    ) -> Result<Vec<Session>, StoreError> {
        let in_the_way = self.in_the_way(Wanted { practitioner, client, slot }).await?;
        let mut held = Vec::new();
        for row in in_the_way.iter().filter(|row| row.hold_expires_at.is_some_and(|at| at <= micros(now))) {
            let session = self.session(row.session()?).await?;
            held.extend(session.filter(|session| !session.appointment.payment.settled()));
        }
        held.dedup_by_key(|session| session.id);
        Ok(held)
    }

    /// Makes sure that a session, if it is live, has its time for itself until the transaction ends.
    pub(super) async fn claim_slot(&mut self, session: &Session) -> Result<(), StoreError> {
        let wanted = Wanted::by(session);
        if !session.state.is_live() || self.free == Some(wanted) {
            return Ok(());
        }
        let in_the_way = self.in_the_way(wanted).await?;
        match in_the_way.iter().find(|row| row.id != session.id.to_string()) {
            Some(row) => Err(row.refusal(wanted)?),
            None => Ok(()),
        }
    }

    /// Where nothing is, nothing comes before something is written here: others wait for the lock.
    async fn in_the_way(&mut self, wanted: Wanted) -> Result<Vec<InTheWay>, StoreError> {
        self.lock_parties(wanted.practitioner, wanted.client).await?;
        let rows = fetch_all!(
            self,
            InTheWay,
            sql_for!(self, in_the_way!()),
            wanted.practitioner.to_string(),
            wanted.client.to_string(),
            micros(wanted.slot.starts_at),
            micros(wanted.slot.ends_at),
        )?;
        self.free = rows.is_empty().then_some(wanted);
        Ok(rows)
    }

    pub(crate) async fn lock_parties(
        &mut self,
        practitioner: PersonId,
        client: PersonId,
    ) -> Result<(), StoreError> {
        let DatabaseConnection::Postgres(tx) = &mut self.connection else { return Ok(()) };
        let (a, b) = (lock_key(practitioner), lock_key(client));
        // One statement; its rows, and so the locks, come in the array's order.
        let sql = "select pg_advisory_xact_lock(key) from unnest($1::bigint[]) as key";
        sqlx::query(sql).bind([a.min(b), a.max(b)]).execute(&mut **tx).await?;
        Ok(())
    }
}

/// A person's advisory lock. Two people may share one by chance; they then wait for each other.
fn lock_key(person: PersonId) -> i64 {
    let (high, low) = person.0.as_u64_pair();
    (high ^ low) as i64
}
