//! What can go wrong, told without a word of what a row holds.

use openvisit_core::appointment::Slot;
use openvisit_core::ids::SessionId;
use openvisit_core::session::PartyRole;
use sqlx::error::DatabaseError;
use sqlx::migrate::MigrateError;
use sqlx::postgres::PgDatabaseError;

use crate::dialect;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Somebody else has this already: `identity`, `email`, `external_id`, `room_name`, or an `id`.
    #[error("this {what} is taken")]
    NotUnique { what: &'static str },
    /// The `party` has another live appointment then: the practitioner or the client. Nothing was written.
    #[error("another appointment is in the way (session {session_id})")]
    SlotTaken { conflicting: Slot, session_id: SessionId, party: PartyRole },
    /// Somebody else was faster: begin anew with what is there now.
    #[error("somebody else changed it at the same time")]
    Conflict,
    /// Another try of the same call has taken over, or another node the session's media; nothing was written. See
    /// [`crate::carrying_out`], [`crate::Tx::expect_home`].
    #[error("another one has taken this over")]
    TakenOver,
    /// The database is out of reach, locked or full; the same call may succeed later.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// A text that this database cannot keep: it holds a zero character, or is too long to be looked up.
    #[error("a text cannot be stored")]
    Unstorable,
    /// The database holds what it cannot hold.
    #[error("the database is damaged: {0}. Restore a backup (docs/operate.md)")]
    Corrupt(String),
    /// The database cannot be used like this; the text tells an operator what to do.
    #[error("{0}")]
    Setup(String),
    /// A mistake in this program.
    #[error("the database refused a statement: {0}")]
    Internal(String),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::Error as E;
        match error {
            E::Database(error) => of_database(error.as_ref()),
            // These texts come from the operating system and from sqlx, not from rows.
            E::Io(_) | E::Tls(_) | E::PoolTimedOut | E::PoolClosed | E::WorkerCrashed | E::BeginFailed => {
                Self::Unavailable(error.to_string())
            }
            // Of a connection that broke off in the middle of what was said.
            E::Protocol(_) => Self::Unavailable("the connection to it broke off".to_owned()),
            E::ColumnDecode { index, .. } => Self::Corrupt(format!("column {index}")),
            E::Decode(_) => Self::Corrupt("a value of another type".to_owned()),
            E::Configuration(_) => Self::Setup("the database URL is not understood".to_owned()),
            E::ColumnNotFound(column) => Self::Internal(format!("no column {column}")),
            E::Migrate(error) => (*error).into(),
            E::RowNotFound => Self::Internal("a row is missing".to_owned()),
            E::Encode(_) | E::InvalidArgument(_) => Self::Internal("a parameter cannot be sent".to_owned()),
            _ => Self::Internal("the driver refused".to_owned()),
        }
    }
}

impl From<MigrateError> for StoreError {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::Execute(error) => error.into(),
            MigrateError::ExecuteMigration(error, version) => match error.into() {
                Self::Internal(text) | Self::Setup(text) => {
                    Self::Setup(format!("schema version {version} cannot be applied: {text}"))
                }
                other => other,
            },
            MigrateError::VersionMissing(version) => Self::Setup(format!(
                "the database has schema version {version}, which this program does not know: it was used by a newer one; \
                 install that version, or take a backup of before"
            )),
            other => Self::Setup(format!("the schema cannot be brought up to date: {other}")),
        }
    }
}

fn of_database(error: &dyn DatabaseError) -> StoreError {
    let code = error.code().unwrap_or_default();
    match error.try_downcast_ref::<PgDatabaseError>() {
        Some(postgres) => dialect::postgres_error(&code, postgres),
        None => dialect::sqlite_error(&code, error.message()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_that_breaks_off_amid_a_message_is_no_mistake_of_ours() {
        let broken = sqlx::Error::Protocol("unexpected end".to_owned());
        assert!(matches!(StoreError::from(broken), StoreError::Unavailable(_)));
    }
}
