//! Pages of sessions by number, with the total: what a table with page numbers shows.

use openvisit_core::Timestamp;
use openvisit_core::session::Status;
use sqlx::AssertSqlSafe;

use super::details::{DetailsRow, SessionDetails, details_columns, details_joins};
use super::row::session_columns;
use super::visible::{Visible, owner, owners};
use crate::dialect::Database;
use crate::value::micros;
use crate::{Store, StoreError};

/// What a list is ordered by; equal ones by id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    #[default]
    Creation,
    /// When it began, or else when it is to begin.
    Start,
}

/// Some of somebody's sessions.
#[derive(Clone, Debug)]
pub struct OffsetList {
    pub visible_to: Visible,
    /// Any of these; all when empty.
    pub status: Vec<Status>,
    pub order: Order,
    pub newest_first: bool,
    /// Only what, by `order`, lies in this half-open span.
    pub within: Option<(Timestamp, Timestamp)>,
    pub limit: u32,
    pub offset: u32,
}

impl OffsetList {
    /// The ids of the page with their places in the order, and more columns of the session where they begin with a comma. Each
    /// part follows one index, and the database merges them until the page is full: `or`, or a sort, would go through all
    /// that there ever was.
    pub(crate) fn page(&self, on: Database, more: &str) -> String {
        let direction = self.direction();
        let order = format!("order by 2 {direction}, 1 {direction}");
        let parts = owners(self.visible_to).iter().flat_map(|owner| self.parts(owner, more));
        let mut parts: Vec<_> = parts.collect();
        if on == Database::Postgres && parts.len() > 1 {
            // It merges only what it has been told to order.
            parts = parts.iter().map(|part| format!("({part} {order})")).collect();
        }
        format!("select * from ({} {order} limit $1 offset $2) as page", parts.join(" union all "))
    }

    /// A person's own are few enough to pass over those of other states; of everybody's, each state has an index.
    fn parts(&self, owner: &str, more: &str) -> Vec<String> {
        let by = self.by();
        let part = |status: &str| {
            format!(
                "select id, {by} as place{more} from session where {owner}{status} and {by} >= $3 and {by} < $4"
            )
        };
        match self.visible_to {
            Visible::Party(_) | Visible::Only(_) if self.status.is_empty() => vec![part("")],
            Visible::Party(_) | Visible::Only(_) => {
                vec![part(&format!(" and status in ({})", names(&self.status)))]
            }
            Visible::Organization(_) | Visible::All => {
                let states = if self.status.is_empty() { &Status::ALL } else { self.status.as_slice() };
                states.iter().map(|status| part(&format!(" and status = '{status}'"))).collect()
            }
        }
    }

    fn by(&self) -> &'static str {
        match self.order {
            Order::Creation => "created_at",
            Order::Start => "coalesce(started_at, starts_at)",
        }
    }

    pub(crate) fn direction(&self) -> &'static str {
        if self.newest_first { "desc" } else { "asc" }
    }

    /// The values of `$3` and `$4`.
    pub(crate) fn span(&self) -> (i64, i64) {
        self.within.map_or((i64::MIN, i64::MAX), |(from, to)| (micros(from), micros(to)))
    }
}

fn names(status: &[Status]) -> String {
    let names: Vec<_> = status.iter().map(|status| format!("'{status}'")).collect();
    names.join(", ")
}

impl Store {
    /// A page of sessions with their parties' names; without ledgers and notes, though with when these were written.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn offset_list(&self, list: &OffsetList) -> Result<Vec<SessionDetails>, StoreError> {
        let direction = list.direction();
        let (more, found_by) = match self.database() {
            // What its indices hold for a row: an id has yet to be looked up for it.
            Database::Sqlite => (", rowid as number", "session.rowid = page.number"),
            Database::Postgres => ("", "session.id = page.id"),
        };
        let sql = format!(
            "select {} from ({}) as page join session on {found_by}{} order by place {direction}, page.id {direction}",
            details_columns!(listed),
            list.page(self.database(), more),
            details_joins!(),
        );
        let (from, to) = list.span();
        let (limit, offset) = (i64::from(list.limit), i64::from(list.offset));
        let rows =
            read_all!(self, DetailsRow, AssertSqlSafe(sql), limit, offset, from, to, owner(list.visible_to))?;
        rows.into_iter().map(SessionDetails::try_from).collect()
    }

    /// How many sessions there are, of any of these states, or of all when empty; by the counts that are kept.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn count(&self, visible_to: Visible, status: &[Status]) -> Result<u64, StoreError> {
        let whose = match visible_to {
            Visible::Party(_) => "person_id = $1",
            Visible::Organization(_) => "organization_id = $1 and role = 'practitioner'",
            Visible::All => "role = 'practitioner' and $1 = ''",
            Visible::Only(_) => {
                let found = self.seen_status(owner(visible_to)).await?;
                return Ok(found
                    .filter(|found| status.is_empty() || status.contains(found))
                    .map_or(0, |_| 1));
            }
        };
        let statuses = if status.is_empty() { &Status::ALL } else { status };
        let sql = format!(
            "select cast(coalesce(sum(sessions), 0) as bigint) from session_count \
             where {whose} and status in ({})",
            names(statuses)
        );
        let sum = read_optional!(self, (i64,), AssertSqlSafe(sql), owner(visible_to))?;
        Ok(sum.map_or(0, |(sum,)| u64::try_from(sum).unwrap_or_default()))
    }

    async fn seen_status(&self, id: String) -> Result<Option<Status>, StoreError> {
        let found = read_optional!(self, (String,), "select status from session where id = $1", id)?;
        Ok(found.and_then(|(name,)| Status::ALL.into_iter().find(|status| status.name() == name)))
    }
}
