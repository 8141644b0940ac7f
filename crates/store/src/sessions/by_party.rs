//! The sessions of one side, as programs list them that page by offset.

use openvisit_core::ids::PersonId;
use openvisit_core::session::{Session, Status};
use sqlx::AssertSqlSafe;

use super::list::Cursor;
use super::row::{SessionRow, select_session, session_columns};
use crate::value::micros;
use crate::{StoreError, Tx};

/// As whom somebody takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByParty {
    Practitioner(PersonId),
    Client(PersonId),
}

/// Sessions of one side that were not deleted, by start and id.
#[derive(Clone, Debug)]
pub struct PartyFilter {
    pub of: ByParty,
    /// Any of these; all when empty.
    pub status: Vec<Status>,
    pub latest_first: bool,
    /// Where the part before ended: by start and id.
    pub after: Option<Cursor>,
    pub limit: u32,
    /// From there.
    pub offset: u32,
}

impl PartyFilter {
    /// The part that comes after the one that ends with this session.
    #[must_use]
    pub fn after(&self, last: &Session, limit: u32) -> Self {
        let after = Some(Cursor { at: last.appointment.slot.starts_at, id: last.id });
        Self { after, limit, offset: 0, ..self.clone() }
    }

    fn bound(&self) -> (i64, String) {
        match (self.after, self.latest_first) {
            (Some(after), _) => (micros(after.at), after.id.to_string()),
            (None, false) => (i64::MIN, String::new()),
            (None, true) => (i64::MAX, String::new()),
        }
    }
}

impl Tx {
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn sessions_of(&mut self, filter: &PartyFilter) -> Result<Vec<Session>, StoreError> {
        let (column, person) = match filter.of {
            ByParty::Practitioner(id) => ("practitioner_id", id),
            ByParty::Client(id) => ("client_id", id),
        };
        let (order, beyond) =
            if filter.latest_first { ("starts_at desc, id desc", "<") } else { ("starts_at, id", ">") };
        // The page first, so that only its ledgers are read.
        let sql = format!(
            "{} where id in (select id from session where {column} = $1 and deleted_at is null{} \
             and (starts_at, id) {beyond} ($4, $5) \
             order by {order} limit $2 offset $3) order by {order}",
            sql_for!(self, select_session!()),
            one_of(&filter.status),
        );
        let (limit, offset) = (i64::from(filter.limit), i64::from(filter.offset));
        let (at, id) = filter.bound();
        let rows =
            fetch_all!(self, SessionRow, AssertSqlSafe(sql), person.to_string(), limit, offset, at, id)?;
        rows.into_iter().map(Session::try_from).collect()
    }
}

/// Written out rather than bound: the names are ours.
fn one_of(status: &[Status]) -> String {
    if status.is_empty() {
        return String::new();
    }
    let names: Vec<_> = status.iter().map(|status| format!("'{status}'")).collect();
    format!(" and status in ({})", names.join(", "))
}
