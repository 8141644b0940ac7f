//! Pages of sessions by number, with the total: what a table with page numbers shows.

use openvisit_core::Timestamp;
use openvisit_core::session::Status;
use sqlx::AssertSqlSafe;

use super::details::{DetailsRow, SessionDetails, details_columns, details_joins};
use super::row::session_columns;
use super::visible::{Visible, owner, owners};
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
    fn statuses(&self) -> &[Status] {
        if self.status.is_empty() { &Status::ALL } else { &self.status }
    }
}

macro_rules! select_seen {
    ($dialect:ident) => {
        concat!("select ", details_columns!($dialect))
    };
}

impl Store {
    /// A page of sessions with their parties' names.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn offset_list(&self, list: &OffsetList) -> Result<Vec<SessionDetails>, StoreError> {
        let direction = if list.newest_first { "desc" } else { "asc" };
        let by = match list.order {
            Order::Creation => "created_at",
            Order::Start => "coalesce(started_at, starts_at)",
        };
        // As in `list::pages`: each part follows one index and stops in time.
        let parts = owners(list.visible_to).iter().flat_map(|owner| {
            list.statuses().iter().map(move |status| {
                format!(
                    "select id, place from (select id, {by} as place from session \
                     where {owner} and status = '{status}' and {by} >= $3 and {by} < $4 \
                     order by {by} {direction}, id {direction} limit $1) as part"
                )
            })
        });
        let sql = format!(
            "{} from (select id, place from ({}) as every order by place {direction}, id {direction} \
             limit $1 - $2 offset $2) as page join session on session.id = page.id{} \
             order by place {direction}, page.id {direction}",
            sql_for!(self, select_seen!()),
            parts.collect::<Vec<_>>().join(" union "),
            details_joins!(),
        );
        let (from, to) = list.within.map_or((i64::MIN, i64::MAX), |(from, to)| (micros(from), micros(to)));
        let offset = i64::from(list.offset);
        let until = offset + i64::from(list.limit);
        let owner = owner(list.visible_to);
        let rows = read_all!(self, DetailsRow, AssertSqlSafe(sql), until, offset, from, to, owner)?;
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
        let names: Vec<_> = statuses.iter().map(|status| format!("'{status}'")).collect();
        let sql = format!(
            "select cast(coalesce(sum(sessions), 0) as bigint) from session_count \
             where {whose} and status in ({})",
            names.join(", ")
        );
        let sum = read_optional!(self, (i64,), AssertSqlSafe(sql), owner(visible_to))?;
        Ok(sum.map_or(0, |(sum,)| u64::try_from(sum).unwrap_or_default()))
    }

    async fn seen_status(&self, id: String) -> Result<Option<Status>, StoreError> {
        let found = read_optional!(self, (String,), "select status from session where id = $1", id)?;
        Ok(found.and_then(|(name,)| Status::ALL.into_iter().find(|status| status.name() == name)))
    }
}
