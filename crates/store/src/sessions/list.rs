//! Pages of sessions.

use openvisit_core::Timestamp;
use openvisit_core::ids::{OrganizationId, PersonId, SessionId};
use openvisit_core::session::{Session, Status};
use sqlx::AssertSqlSafe;

use super::row::{SessionRow, select_session, session_columns};
use crate::value::micros;
use crate::{StoreError, Tx};

/// Whose sessions a list may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visible {
    /// Of this practitioner or client.
    Party(PersonId),
    Organization(OrganizationId),
    All,
    Only(SessionId),
}

/// The last session of the page before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub starts_at: Timestamp,
    pub id: SessionId,
}

impl From<&Session> for Cursor {
    fn from(session: &Session) -> Self {
        Self { starts_at: session.appointment.slot.starts_at, id: session.id }
    }
}

/// A page of sessions, ordered by start and id.
#[derive(Clone, Debug)]
pub struct SessionFilter {
    pub visible_to: Visible,
    /// Any of these; all when empty.
    pub status: Vec<Status>,
    /// Starting then or later.
    pub from: Option<Timestamp>,
    /// Starting before.
    pub to: Option<Timestamp>,
    pub cursor: Option<Cursor>,
    pub limit: u32,
}

impl Tx {
    /// A page of sessions with their ledgers.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn sessions(&mut self, filter: &SessionFilter) -> Result<Vec<Session>, StoreError> {
        let sql = format!(
            "{} where id in ({}) order by starts_at, id limit $4",
            sql_for!(self, select_session!()),
            pages(filter),
        );
        let (from, after) = start(filter);
        let to = filter.to.map_or(i64::MAX, micros);
        let owner = match filter.visible_to {
            Visible::Party(id) => id.to_string(),
            Visible::Organization(id) => id.to_string(),
            Visible::Only(id) => id.to_string(),
            Visible::All => String::new(),
        };
        let limit = i64::from(filter.limit);
        let rows = fetch_all!(self, SessionRow, AssertSqlSafe(sql), from, after, to, limit, owner)?;
        rows.into_iter().map(Session::try_from).collect()
    }
}

/// The ids of the page. Each part has one owner and one status, follows one index and stops at the limit, so
/// that a page costs the same in a table of any size; `or` and `in` would have the database sort or search
/// all that there ever was.
fn pages(filter: &SessionFilter) -> String {
    let owners: &[&str] = match filter.visible_to {
        Visible::Party(_) => &["practitioner_id = $5", "client_id = $5"],
        Visible::Organization(_) => &["organization_id = $5"],
        Visible::Only(_) => &["id = $5"],
        Visible::All => &["$5 = ''"],
    };
    let statuses = status_conditions(&filter.status);
    let parts = owners.iter().flat_map(|owner| {
        statuses.iter().map(move |status| {
            format!(
                "select id from (select id from session where {owner}{status} \
                 and (starts_at, id) > ($1, $2) and starts_at < $3 order by starts_at, id limit $4) as page"
            )
        })
    });
    parts.collect::<Vec<_>>().join(" union ")
}

/// Written out rather than bound: the names are ours, and the database chooses its index by them.
fn status_conditions(status: &[Status]) -> Vec<String> {
    if status.is_empty() {
        return vec![String::new()];
    }
    status.iter().map(|status| format!(" and status = '{status}'")).collect()
}

/// The page begins behind the cursor, or with `from`; no id is empty, so the empty one comes before all.
fn start(filter: &SessionFilter) -> (i64, String) {
    let from = (filter.from.map_or(i64::MIN, micros), String::new());
    let cursor = filter.cursor.map(|cursor| (micros(cursor.starts_at), cursor.id.to_string()));
    cursor.map_or(from.clone(), |cursor| cursor.max(from))
}
