//! The secret addresses of people's calendars, by their hashes, and what stands in them.

use openvisit_core::Timestamp;
use openvisit_core::appointment::{Kind, Slot};
use openvisit_core::ids::{PersonId, SessionId};
use openvisit_core::session::Status;
use serde::Deserialize;
use sqlx::FromRow;

use crate::value::{corrupt, from_json, instant, micros, parse};
use crate::{StoreError, Tx};

/// An appointment as its parties' calendars show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarEntry {
    pub session: SessionId,
    pub version: i64,
    pub slot: Slot,
    pub kind: Kind,
    pub status: Status,
    pub updated_at: Timestamp,
    /// Whom they meet.
    pub with: String,
    /// Whether that is the client.
    pub with_client: bool,
}

#[derive(FromRow)]
struct Row {
    id: String,
    version: i64,
    starts_at: i64,
    ends_at: i64,
    status: String,
    updated_at: i64,
    appointment_doc: String,
    name: String,
    with_client: bool,
}

#[derive(Deserialize)]
struct Terms {
    kind: Kind,
}

impl TryFrom<Row> for CalendarEntry {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let status = Status::ALL.into_iter().find(|status| status.name() == row.status);
        let terms: Terms = from_json("session.appointment_doc", &row.appointment_doc)?;
        Ok(Self {
            session: parse("session.id", &row.id)?,
            version: row.version,
            slot: Slot {
                starts_at: instant("session.starts_at", row.starts_at)?,
                ends_at: instant("session.ends_at", row.ends_at)?,
            },
            kind: terms.kind,
            status: status.ok_or_else(|| corrupt("session.status"))?,
            updated_at: instant("session.updated_at", row.updated_at)?,
            with: row.name,
            with_client: row.with_client,
        })
    }
}

impl Tx {
    /// Gives somebody's calendar an address, with clients by name or without, in place of the one that it had.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn set_calendar_feed(
        &mut self,
        person: PersonId,
        token_hash: &str,
        names: bool,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "insert into calendar_feed (person_id, token_hash, names, created_at) values ($1, $2, $3, $4) \
                   on conflict (person_id) do update set token_hash = excluded.token_hash, names = excluded.names, \
                   created_at = excluded.created_at";
        execute!(self, sql, person.to_string(), token_hash, names, micros(now))?;
        Ok(())
    }

    /// Since when somebody's calendar has its address, and whether clients stand in it by name; `None` where it has none.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn calendar_feed_since(
        &mut self,
        person: PersonId,
    ) -> Result<Option<(Timestamp, bool)>, StoreError> {
        let sql = "select created_at, names from calendar_feed where person_id = $1";
        let found = fetch_optional!(self, (i64, bool), sql, person.to_string())?;
        found.map(|(at, names)| Ok((instant("calendar_feed.created_at", at)?, names))).transpose()
    }

    /// Takes the address away. Doing so twice changes nothing.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn withdraw_calendar_feed(&mut self, person: PersonId) -> Result<(), StoreError> {
        execute!(self, "delete from calendar_feed where person_id = $1", person.to_string())?;
        Ok(())
    }

    /// Whose calendar has this address, and whether clients stand in it by name.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn calendar_feed(&mut self, token_hash: &str) -> Result<Option<(PersonId, bool)>, StoreError> {
        let sql = "select person_id, names from calendar_feed where token_hash = $1";
        let found = fetch_optional!(self, (String, bool), sql, token_hash)?;
        found.map(|(id, names)| Ok((parse("calendar_feed.person_id", &id)?, names))).transpose()
    }

    /// How many appointments of somebody begin within a span, and when one of them changed last: another pair, another
    /// calendar.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn calendar_mark(
        &mut self,
        person: PersonId,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<(i64, Option<Timestamp>), StoreError> {
        let sql = "select count(*), max(updated_at) from session where starts_at >= $2 and starts_at < $3 \
                   and (practitioner_id = $1 or client_id = $1)";
        let (count, changed) =
            fetch_optional!(self, (i64, Option<i64>), sql, person.to_string(), micros(from), micros(to))?
                .unwrap_or_default();
        Ok((count, changed.map(|at| instant("session.updated_at", at)).transpose()?))
    }

    /// Somebody's appointments that begin within a span, the earliest first, at most `limit`; none that was deleted.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn calendar_entries(
        &mut self,
        person: PersonId,
        from: Timestamp,
        to: Timestamp,
        limit: u32,
    ) -> Result<Vec<CalendarEntry>, StoreError> {
        macro_rules! side {
            ($own:literal, $other:literal, $with_client:literal) => {
                concat!(
                    "select session.id, version, starts_at, ends_at, status, updated_at, appointment_doc, name, ",
                    $with_client,
                    " as with_client from session join person on person.id = ",
                    $other,
                    " where ",
                    $own,
                    " = $1 and starts_at >= $2 and starts_at < $3 and deleted_at is null"
                )
            };
        }
        let sql = concat!(
            side!("practitioner_id", "client_id", "$5"),
            " union all ",
            side!("client_id", "practitioner_id", "$6"),
            " order by 3, 1 limit $4"
        );
        let rows = fetch_all!(
            self,
            Row,
            sql,
            person.to_string(),
            micros(from),
            micros(to),
            i64::from(limit),
            true,
            false,
        )?;
        rows.into_iter().map(CalendarEntry::try_from).collect()
    }
}
