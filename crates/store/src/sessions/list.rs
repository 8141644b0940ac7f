//! Pages of sessions.

use openvisit_core::Timestamp;
use openvisit_core::ids::{PersonId, SessionId};
use openvisit_core::session::{Session, Status};
use sqlx::AssertSqlSafe;

use super::row::{SessionRow, select_session, session_columns};
use super::visible::{Visible, owner, owners};
use crate::search::patterns;
use crate::value::micros;
use crate::{StoreError, Tx};

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
    /// Only this practitioner's.
    pub practitioner: Option<PersonId>,
    /// Only this client's.
    pub client: Option<PersonId>,
    /// Words of the title, or of the name of a party other than the one whose list it is: parts of them, without
    /// regard to case and accents.
    pub search: Option<String>,
    /// Any of these; all when empty.
    pub status: Vec<Status>,
    /// Starting then or later.
    pub from: Option<Timestamp>,
    /// Starting before.
    pub to: Option<Timestamp>,
    pub cursor: Option<Cursor>,
    pub latest_first: bool,
    pub limit: u32,
}

/// Whether all words of the search are in that column.
macro_rules! words_in {
    ($column:literal) => {
        concat!(
            "(",
            $column,
            " like $8 escape '!' and ",
            $column,
            " like $9 escape '!' and ",
            $column,
            " like $10 escape '!' and ",
            $column,
            " like $11 escape '!')"
        )
    };
}

impl Tx {
    /// A page of sessions with their ledgers.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn sessions(&mut self, filter: &SessionFilter) -> Result<Vec<Session>, StoreError> {
        let sql = format!(
            "{} where id in ({}) order by {} limit $4",
            sql_for!(self, select_session!()),
            pages(filter),
            order(filter),
        );
        let ((from, after), (to, before)) = span(filter);
        let practitioner = filter.practitioner.map(|id| id.to_string()).unwrap_or_default();
        let client = filter.client.map(|id| id.to_string()).unwrap_or_default();
        let [one, two, three, four] = patterns(filter.search.as_deref());
        let rows = fetch_all!(
            self,
            SessionRow,
            AssertSqlSafe(sql),
            from,
            after,
            to,
            i64::from(filter.limit),
            owner(filter.visible_to),
            before,
            practitioner,
            one,
            two,
            three,
            four,
            client
        )?;
        rows.into_iter().map(Session::try_from).collect()
    }
}

/// The ids of the page. Each part has one owner and one status, follows one index and stops at the limit, so
/// that a page costs the same in a table of any size; `or` and `in` would have the database sort or search
/// all that there ever was.
fn pages(filter: &SessionFilter) -> String {
    let statuses = status_conditions(&filter.status);
    let (practitioner, client) = (practitioner_condition(filter), client_condition(filter));
    let (search, order) = (search_condition(filter), order(filter));
    let parts = owners(filter.visible_to).iter().flat_map(|owner| {
        statuses.iter().map(move |status| {
            format!(
                "select id from (select id from session where {owner}{status}{practitioner}{client} \
                 and (starts_at, id) > ($1, $2) and (starts_at, id) < ($3, $6){search} order by {order} limit $4) as page"
            )
        })
    });
    parts.collect::<Vec<_>>().join(" union ")
}

fn order(filter: &SessionFilter) -> &'static str {
    if filter.latest_first { "starts_at desc, id desc" } else { "starts_at, id" }
}

/// Each condition names its parameter also where it says nothing: the parameters are the same for all lists.
fn practitioner_condition(filter: &SessionFilter) -> &'static str {
    if filter.practitioner.is_some() { " and practitioner_id = $7" } else { " and $7 = ''" }
}

fn client_condition(filter: &SessionFilter) -> &'static str {
    if filter.client.is_some() { " and client_id = $12" } else { " and $12 = ''" }
}

fn search_condition(filter: &SessionFilter) -> &'static str {
    if filter.search.is_none() {
        return " and ($8, $9, $10, $11) = ('%', '%', '%', '%')";
    }
    concat!(
        " and (",
        words_in!("coalesce(title_search, title_key)"),
        " or exists (select 1 from person where person.id in (practitioner_id, client_id) and person.id <> $5 and ",
        words_in!("coalesce(search_key, name_key)"),
        "))"
    )
}

/// Written out rather than bound: the names are ours, and the database chooses its index by them.
fn status_conditions(status: &[Status]) -> Vec<String> {
    if status.is_empty() {
        return vec![String::new()];
    }
    status.iter().map(|status| format!(" and status = '{status}'")).collect()
}

/// The page lies between these two, both excluded: `from` and `to`, and the cursor at the end where the page
/// before stopped. No id is empty, so the empty one comes before all that start at its instant.
fn span(filter: &SessionFilter) -> ((i64, String), (i64, String)) {
    let from = (filter.from.map_or(i64::MIN, micros), String::new());
    let to = (filter.to.map_or(i64::MAX, micros), String::new());
    match filter.cursor.map(|cursor| (micros(cursor.starts_at), cursor.id.to_string())) {
        Some(cursor) if filter.latest_first => (from, to.min(cursor)),
        Some(cursor) => (from.max(cursor), to),
        None => (from, to),
    }
}
