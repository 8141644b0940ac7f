//! A session with all that a page shows of it, by one statement: what is looked at most must be cheap.

use openvisit_core::Timestamp;
use openvisit_core::ids::{AppointmentId, SessionId};
use openvisit_core::person::Identity;
use openvisit_core::session::Session;
use sqlx::FromRow;

use super::row::{SessionRow, session_columns};
use crate::value::{optional_instant, to_json};
use crate::{Label, Store, StoreError, Tx};

/// A session, what its parties are called, and the practitioner's notes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionDetails {
    pub session: Session,
    pub practitioner: Option<Label>,
    pub client: Option<Label>,
    pub sealed_notes: Option<Vec<u8>>,
    pub notes_updated_at: Option<Timestamp>,
}

/// The columns that make a [`DetailsRow`]; `listed` ones have neither ledger nor notes.
macro_rules! details_columns {
    (labels) => {
        "practitioner_name, practitioner_issuer, practitioner_subject, practitioner_timezone, \
         client_name, client_issuer, client_subject, client_timezone, session_note.updated_at as notes_updated_at"
    };
    (listed) => {
        concat!(session_columns!(listed), ", ", details_columns!(labels), ", null as sealed_notes")
    };
    ($dialect:ident) => {
        concat!(session_columns!($dialect), ", ", details_columns!(labels), ", sealed as sealed_notes")
    };
}
pub(crate) use details_columns;

/// Where those come from that the session's own row does not have.
macro_rules! details_joins {
    () => {
        " left join session_note on session_note.session_id = session.id \
          left join (select id as practitioner_person, name as practitioner_name, \
                     issuer as practitioner_issuer, subject as practitioner_subject, timezone as practitioner_timezone \
                     from person) as practitioner \
          on practitioner_person = practitioner_id \
          left join (select id as client_person, name as client_name, \
                     issuer as client_issuer, subject as client_subject, timezone as client_timezone from person) as client \
          on client_person = client_id"
    };
}
pub(crate) use details_joins;

macro_rules! details {
    ($dialect:ident, $condition:literal) => {
        concat!(
            "select ",
            details_columns!($dialect),
            " from session",
            details_joins!(),
            " where ",
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
    practitioner_issuer: Option<String>,
    practitioner_subject: Option<String>,
    practitioner_timezone: Option<String>,
    client_name: Option<String>,
    client_issuer: Option<String>,
    client_subject: Option<String>,
    client_timezone: Option<String>,
    sealed_notes: Option<Vec<u8>>,
    notes_updated_at: Option<i64>,
}

impl TryFrom<DetailsRow> for SessionDetails {
    type Error = StoreError;

    fn try_from(row: DetailsRow) -> Result<Self, StoreError> {
        Ok(Self {
            session: row.session.try_into()?,
            practitioner: label(
                row.practitioner_name,
                row.practitioner_issuer,
                row.practitioner_subject,
                row.practitioner_timezone,
            ),
            client: label(row.client_name, row.client_issuer, row.client_subject, row.client_timezone),
            sealed_notes: row.sealed_notes,
            notes_updated_at: optional_instant("session_note.updated_at", row.notes_updated_at)?,
        })
    }
}

fn label(
    name: Option<String>,
    issuer: Option<String>,
    subject: Option<String>,
    timezone: Option<String>,
) -> Option<Label> {
    Some(Label { name: name?, identity: Identity { issuer: issuer?, subject: subject? }, timezone })
}

impl SessionDetails {
    #[must_use]
    pub fn practitioner_name(&self) -> Option<&str> {
        self.practitioner.as_ref().map(|label| label.name.as_str())
    }

    #[must_use]
    pub fn client_name(&self) -> Option<&str> {
        self.client.as_ref().map(|label| label.name.as_str())
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
