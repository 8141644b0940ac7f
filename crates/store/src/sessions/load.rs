//! Finding sessions.

use openvisit_core::Timestamp;
use openvisit_core::appointment::ExternalId;
use openvisit_core::ids::{AppointmentId, PersonId, SessionId};
use openvisit_core::session::Session;

use super::row::{SessionRow, select_session, session_columns};
use crate::value::{micros, parse};
use crate::{StoreError, Tx};

macro_rules! live {
    () => {
        "(status in ('waiting', 'in_progress') or (status = 'scheduled' and due_at is not null and starts_at < $1))"
    };
}

macro_rules! live_sessions {
    ($dialect:ident) => {
        concat!(select_session!($dialect, "where "), live!(), " order by starts_at, id")
    };
}

impl Tx {
    /// A practitioner's sessions to which somebody has come and which have not ended, in any order: to sort them,
    /// SQLite would go through all that they ever had.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn under_way(&mut self, practitioner: PersonId) -> Result<Vec<Session>, StoreError> {
        let sql = sql_for!(
            self,
            select_session!("where practitioner_id = $1 and status in ('waiting', 'in_progress')")
        );
        let rows = fetch_all!(self, SessionRow, sql, practitioner.to_string())?;
        rows.into_iter().map(Session::try_from).collect()
    }

    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn session(&mut self, id: SessionId) -> Result<Option<Session>, StoreError> {
        let sql = sql_for!(self, select_session!("where id = $1"));
        fetch_optional!(self, SessionRow, sql, id.to_string())?.map(Session::try_from).transpose()
    }

    /// The session of an appointment.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn session_by_appointment(&mut self, id: AppointmentId) -> Result<Option<Session>, StoreError> {
        let sql = sql_for!(self, select_session!("where appointment_id = $1"));
        fetch_optional!(self, SessionRow, sql, id.to_string())?.map(Session::try_from).transpose()
    }

    /// The session whose room has this name.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn session_by_room(&mut self, name: &str) -> Result<Option<SessionId>, StoreError> {
        let sql = "select id from session where room_name = $1";
        let row = fetch_optional!(self, (String,), sql, name)?;
        row.map(|(id,)| parse("session.id", &id)).transpose()
    }

    /// The session whose appointment another system knows by this id.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn session_by_external(
        &mut self,
        external: &ExternalId,
    ) -> Result<Option<Session>, StoreError> {
        let sql = sql_for!(self, select_session!("where external_issuer = $1 and external_id = $2"));
        fetch_optional!(self, SessionRow, sql, &external.issuer, &external.id)?
            .map(Session::try_from)
            .transpose()
    }

    /// The sessions whose appointments any other system knows by this id; each system has at most one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn sessions_by_external_id(&mut self, id: &str) -> Result<Vec<Session>, StoreError> {
        let sql = sql_for!(self, select_session!("where external_id = $1 order by external_issuer limit 20"));
        let rows = fetch_all!(self, SessionRow, sql, id)?;
        rows.into_iter().map(Session::try_from).collect()
    }

    /// What a start of the server must look after: sessions somebody has come to, and those that are to
    /// come about by themselves or not, whose slot begins before `begun_by`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn live_sessions(&mut self, begun_by: Timestamp) -> Result<Vec<Session>, StoreError> {
        let sql = sql_for!(self, live_sessions!());
        let rows = fetch_all!(self, SessionRow, sql, micros(begun_by))?;
        rows.into_iter().map(Session::try_from).collect()
    }

    /// The ids of [`Tx::live_sessions`], in any order.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn live_session_ids(&mut self, begun_by: Timestamp) -> Result<Vec<SessionId>, StoreError> {
        let sql = concat!("select id from session where ", live!());
        let rows = fetch_all!(self, (String,), sql, micros(begun_by))?;
        rows.into_iter().map(|(id,)| parse("session.id", &id)).collect()
    }

    /// The sessions to which something is due, the longest due first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn due(&mut self, now: Timestamp, limit: u32) -> Result<Vec<SessionId>, StoreError> {
        let sql = "select id from session where due_at <= $1 order by due_at limit $2";
        let rows = fetch_all!(self, (String,), sql, micros(now), i64::from(limit))?;
        rows.into_iter().map(|(id,)| parse("session.id", &id)).collect()
    }
}
