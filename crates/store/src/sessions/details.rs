//! A session with all that a page shows of it, by one statement: what is looked at most must be cheap.

use openvisit_core::Timestamp;
use openvisit_core::ids::{AppointmentId, SessionId};
use openvisit_core::session::Session;
use sqlx::FromRow;

use super::row::{SessionRow, session_columns};
use crate::value::{optional_instant, to_json};
use crate::{Store, StoreError, Tx};

/// A session, its parties' names, and the practitioner's notes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionDetails {
    pub session: Session,
    pub practitioner_name: Option<String>,
    pub client_name: Option<String>,
    pub sealed_notes: Option<Vec<u8>>,
    pub notes_updated_at: Option<Timestamp>,
}

/// The columns that make a [`DetailsRow`].
macro_rules! details_columns {
    ($dialect:ident) => {
        concat!(
            session_columns!($dialect),
            ", (select name from person where person.id = practitioner_id) as practitioner_name, \
             (select name from person where person.id = client_id) as client_name, \
             sealed as sealed_notes, session_note.updated_at as notes_updated_at"
        )
    };
}
pub(crate) use details_columns;

macro_rules! details {
    ($dialect:ident, $condition:literal) => {
        concat!(
            "select ",
            details_columns!($dialect),
            " from session left join session_note on session_note.session_id = session.id where ",
            $condition
        )
    };
}

macro_rules! details_among {
    ($dialect:ident) => {
        concat!(
            details!($dialect, "session.id in (select value ->> 0 from "),
            json_rows!($dialect, "$1"),
            ")"
        )
    };
}

#[derive(FromRow)]
pub(crate) struct DetailsRow {
    #[sqlx(flatten)]
    session: SessionRow,
    practitioner_name: Option<String>,
    client_name: Option<String>,
    sealed_notes: Option<Vec<u8>>,
    notes_updated_at: Option<i64>,
}

impl TryFrom<DetailsRow> for SessionDetails {
    type Error = StoreError;

    fn try_from(row: DetailsRow) -> Result<Self, StoreError> {
        Ok(Self {
            session: row.session.try_into()?,
            practitioner_name: row.practitioner_name,
            client_name: row.client_name,
            sealed_notes: row.sealed_notes,
            notes_updated_at: optional_instant("session_note.updated_at", row.notes_updated_at)?,
        })
    }
}

impl DetailsRow {
    pub(super) fn id(&self) -> &str {
        self.session.id()
    }
}

impl Tx {
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn session_details(&mut self, id: SessionId) -> Result<Option<SessionDetails>, StoreError> {
        let sql = sql_for!(self, details!("session.id = $1"));
        fetch_optional!(self, DetailsRow, sql, id.to_string())?.map(SessionDetails::try_from).transpose()
    }

    /// Those of the session of an appointment.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn session_details_by_appointment(
        &mut self,
        id: AppointmentId,
    ) -> Result<Option<SessionDetails>, StoreError> {
        let sql = sql_for!(self, details!("appointment_id = $1"));
        fetch_optional!(self, DetailsRow, sql, id.to_string())?.map(SessionDetails::try_from).transpose()
    }
}

impl Tx {
    /// Those of these sessions that are there, in the order of the ids.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn details_of(&mut self, ids: &[SessionId]) -> Result<Vec<SessionDetails>, StoreError> {
        let listed: Vec<_> = ids.iter().map(|id| [id]).collect();
        let sql = sql_for!(self, details_among!());
        let rows = fetch_all!(self, DetailsRow, sql, to_json(&listed)?)?;
        let mut found = rows.into_iter().map(SessionDetails::try_from).collect::<Result<Vec<_>, _>>()?;
        found.sort_by_key(|details| ids.iter().position(|id| *id == details.session.id));
        Ok(found)
    }
}

impl Store {
    /// Those of these sessions that are there.
    pub(super) async fn details_rows(&self, ids: &[SessionId]) -> Result<Vec<DetailsRow>, StoreError> {
        match ids {
            [id] => read_all!(self, DetailsRow, sql_for!(self, details!("session.id = $1")), id.to_string()),
            _ => {
                let ids: Vec<_> = ids.iter().map(|id| [id]).collect();
                read_all!(self, DetailsRow, sql_for!(self, details_among!()), to_json(&ids)?)
            }
        }
    }
}
