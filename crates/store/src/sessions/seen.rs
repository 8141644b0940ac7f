//! A session with all that a page shows of it, by one statement: what is looked at most must be cheap.

use openvisit_core::Timestamp;
use openvisit_core::ids::SessionId;
use openvisit_core::session::Session;
use sqlx::FromRow;

use super::row::{SessionRow, session_columns};
use crate::value::{optional_instant, to_json};
use crate::{Store, StoreError};

/// A session, its parties' names, and the practitioner's notes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub session: Session,
    pub practitioner_name: Option<String>,
    pub client_name: Option<String>,
    pub sealed_notes: Option<Vec<u8>>,
    pub notes_updated_at: Option<Timestamp>,
}

/// The columns that make a [`SeenRow`].
macro_rules! seen_columns {
    ($dialect:ident) => {
        concat!(
            session_columns!($dialect),
            ", (select name from person where person.id = practitioner_id) as practitioner_name, \
             (select name from person where person.id = client_id) as client_name, \
             sealed as sealed_notes, session_note.updated_at as notes_updated_at"
        )
    };
}
pub(crate) use seen_columns;

macro_rules! seen {
    ($dialect:ident, $condition:literal) => {
        concat!(
            "select ",
            seen_columns!($dialect),
            " from session left join session_note on session_note.session_id = session.id where ",
            $condition
        )
    };
}

macro_rules! seen_among {
    ($dialect:ident) => {
        concat!(seen!($dialect, "session.id in (select value ->> 0 from "), json_rows!($dialect, "$1"), ")")
    };
}

#[derive(FromRow)]
pub(crate) struct SeenRow {
    #[sqlx(flatten)]
    session: SessionRow,
    practitioner_name: Option<String>,
    client_name: Option<String>,
    sealed_notes: Option<Vec<u8>>,
    notes_updated_at: Option<i64>,
}

impl TryFrom<SeenRow> for Seen {
    type Error = StoreError;

    fn try_from(row: SeenRow) -> Result<Self, StoreError> {
        Ok(Self {
            session: row.session.try_into()?,
            practitioner_name: row.practitioner_name,
            client_name: row.client_name,
            sealed_notes: row.sealed_notes,
            notes_updated_at: optional_instant("session_note.updated_at", row.notes_updated_at)?,
        })
    }
}

impl SeenRow {
    pub(super) fn id(&self) -> &str {
        self.session.id()
    }
}

impl Store {
    /// Those of these sessions that are there.
    pub(super) async fn seen_rows(&self, ids: &[SessionId]) -> Result<Vec<SeenRow>, StoreError> {
        match ids {
            [id] => read_all!(self, SeenRow, sql_for!(self, seen!("session.id = $1")), id.to_string()),
            _ => {
                let ids: Vec<_> = ids.iter().map(|id| [id]).collect();
                read_all!(self, SeenRow, sql_for!(self, seen_among!()), to_json(&ids)?)
            }
        }
    }
}
