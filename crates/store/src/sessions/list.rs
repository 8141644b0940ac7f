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

/// The last session of the page before: what the list is ordered by, and its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub at: Timestamp,
    pub id: SessionId,
}

/// A page of sessions, ordered by start and id, or by their last change and id.
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
    /// The id that another system gave the appointment.
    pub external_id: Option<String>,
    /// Ending later.
    pub from: Option<Timestamp>,
    /// Also what somebody has come to and is not over, however long ago it was to end.
    pub running: bool,
    /// Starting before.
    pub to: Option<Timestamp>,
    /// Changed later; the list is in the order of changes then.
    pub changed_after: Option<Timestamp>,
    /// And until then; see [`Store::changes_until`](crate::Store::changes_until).
    pub changed_until: Option<Timestamp>,
    pub cursor: Option<Cursor>,
    pub latest_first: bool,
    pub limit: u32,
}

impl SessionFilter {
    /// All whom they may see, the earliest start first.
    #[must_use]
    pub fn all(visible_to: Visible, limit: u32) -> Self {
        Self {
            visible_to,
            practitioner: None,
            client: None,
            search: None,
            status: vec![],
            external_id: None,
            from: None,
            running: false,
            to: None,
            changed_after: None,
            changed_until: None,
            cursor: None,
            latest_first: false,
            limit,
        }
    }

    /// Where the page that ends with this session ends.
    #[must_use]
    pub fn cursor_of(&self, session: &Session) -> Cursor {
        let at = match self.changed_after {
            Some(_) => session.appointment.updated_at,
            None => session.appointment.slot.starts_at,
        };
        Cursor { at, id: session.id }
    }

    fn ordered_by(&self) -> &'static str {
        if self.changed_after.is_some() { "updated_at" } else { "starts_at" }
    }
}

/// In microseconds, as the schema has it.
pub(super) const LONGEST_SLOT: i64 = 43_200_000_000;
/// Sorts after every id there is.
const LAST: &str = "ffffffff-ffff-ffff-ffff-ffffffffffff";

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
        let ((running_from, running_after), _) = span(&SessionFilter { from: None, ..filter.clone() });
        let external_id = filter.external_id.as_deref().unwrap_or_default();
        let (ends_after, starts_before) =
            (filter.from.map_or(i64::MIN, micros), filter.to.map_or(i64::MAX, micros));
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
            client,
            external_id,
            ends_after,
            starts_before,
            running_from,
            running_after
        )?;
        rows.into_iter().map(Session::try_from).collect()
    }
}

/// The ids of the page. Each part has one owner and one status, follows one index and stops at the limit, so
/// that a page costs the same in a table of any size; `or` and `in` would have the database sort or search
/// all that there ever was.
fn pages(filter: &SessionFilter) -> String {
    let (practitioner, client) = (practitioner_condition(filter), client_condition(filter));
    let (search, external) = (search_condition(filter), external_condition(filter));
    let (order, by, states) = (order(filter), filter.ordered_by(), states(filter));
    let parts = owners(filter.visible_to).iter().flat_map(|owner| {
        states.iter().map(move |state| {
            format!(
                "select id from (select id from session where {owner}{state}{practitioner}{client}{external} \
                 and ({by}, id) < ($3, $6) and starts_at < $15{search} order by {order} limit $4) as page"
            )
        })
    });
    parts.collect::<Vec<_>>().join(" union all ")
}

/// There are few of them at a time.
const RUNNING: [Status; 2] = [Status::Waiting, Status::InProgress];

/// Which states each part of the list holds, and where it begins. What runs begins where the page does; all else that
/// `from` leaves started at most the longest slot before it.
fn states(filter: &SessionFilter) -> Vec<String> {
    let by = filter.ordered_by();
    let running = format!(" and ({by}, id) > ($16, $17) and $14 = $14 and ($1, $2) = ($1, $2)");
    let others = format!(" and ({by}, id) > ($1, $2) and ends_at > $14 and ($16, $17) = ($16, $17)");
    let of = |status: &Status| {
        let runs = filter.running && RUNNING.contains(status);
        let span = if runs { &running } else { &others };
        format!(" and status = '{status}'{span}")
    };
    if filter.status.is_empty() && filter.visible_to == Visible::All && filter.changed_after.is_none() {
        // Only each state's are in the order of their start.
        return Status::ALL.iter().map(of).collect();
    }
    if filter.status.is_empty() {
        let runs = RUNNING.iter().filter(|_| filter.running).map(of);
        return std::iter::once(others.clone()).chain(runs).collect();
    }
    filter.status.iter().map(of).collect()
}

fn order(filter: &SessionFilter) -> &'static str {
    match (filter.changed_after.is_some(), filter.latest_first) {
        (false, false) => "starts_at, id",
        (false, true) => "starts_at desc, id desc",
        (true, false) => "updated_at, id",
        (true, true) => "updated_at desc, id desc",
    }
}

/// Each condition names its parameter also where it says nothing: the parameters are the same for all lists.
fn practitioner_condition(filter: &SessionFilter) -> &'static str {
    if filter.practitioner.is_some() { " and practitioner_id = $7" } else { " and $7 = ''" }
}

fn client_condition(filter: &SessionFilter) -> &'static str {
    if filter.client.is_some() { " and client_id = $12" } else { " and $12 = ''" }
}

fn external_condition(filter: &SessionFilter) -> &'static str {
    if filter.external_id.is_some() { " and external_id = $13" } else { " and $13 = ''" }
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

/// The page lies between these two, both excluded: what was asked for, and the cursor at the end where the page
/// before stopped. No id is empty, so the empty one comes before all at its instant; and the last comes after them.
fn span(filter: &SessionFilter) -> ((i64, String), (i64, String)) {
    let (from, to) = match filter.changed_after {
        Some(after) => {
            let until = filter.changed_until.map_or(i64::MAX, micros);
            ((micros(after), LAST.to_owned()), (until, LAST.to_owned()))
        }
        None => {
            let from = filter.from.map_or(i64::MIN, |from| micros(from).saturating_sub(LONGEST_SLOT));
            ((from, String::new()), (filter.to.map_or(i64::MAX, micros), String::new()))
        }
    };
    match filter.cursor.map(|cursor| (micros(cursor.at), cursor.id.to_string())) {
        Some(cursor) if filter.latest_first => (from, to.min(cursor)),
        Some(cursor) => (from.max(cursor), to),
        None => (from, to),
    }
}
