//! What lets somebody without an account into a session: links, of which only the tokens' hashes come here, and the
//! passes of those who came by code.

use openvisit_core::Timestamp;
use openvisit_core::ids::{InvitationId, PersonId, SessionId};
use openvisit_core::session::PartyRole;
use sqlx::FromRow;

use crate::value::{from_json, instant, micros, optional_instant, parse, parse_optional, to_json};
use crate::{StoreError, Tx};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    pub id: InvitationId,
    pub token_hash: String,
    pub session_id: SessionId,
    pub role: PartyRole,
    pub name: Option<String>,
    pub email: Option<String>,
    /// Made for somebody who knew the passcode, and not a link.
    pub by_code: bool,
    pub created_by: PersonId,
    pub created_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
    pub withdrawn_at: Option<Timestamp>,
    /// Who comes by it.
    pub person_id: Option<PersonId>,
}

/// Selects an [`InvitationRow`].
macro_rules! selected {
    ($condition:literal) => {
        concat!(
            "select id, token_hash, session_id, role, name, email, by_code, created_by, created_at, last_used_at, \
             withdrawn_at, person_id from invitation ",
            $condition
        )
    };
}

#[derive(FromRow)]
struct InvitationRow {
    id: String,
    token_hash: String,
    session_id: String,
    role: String,
    name: Option<String>,
    email: Option<String>,
    by_code: bool,
    created_by: String,
    created_at: i64,
    last_used_at: Option<i64>,
    withdrawn_at: Option<i64>,
    person_id: Option<String>,
}

impl TryFrom<InvitationRow> for Invitation {
    type Error = StoreError;

    fn try_from(row: InvitationRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: parse("invitation.id", &row.id)?,
            token_hash: row.token_hash,
            session_id: parse("invitation.session_id", &row.session_id)?,
            role: from_json("invitation.role", &row.role)?,
            name: row.name,
            email: row.email,
            by_code: row.by_code,
            created_by: parse("invitation.created_by", &row.created_by)?,
            created_at: instant("invitation.created_at", row.created_at)?,
            last_used_at: optional_instant("invitation.last_used_at", row.last_used_at)?,
            withdrawn_at: optional_instant("invitation.withdrawn_at", row.withdrawn_at)?,
            person_id: parse_optional("invitation.person_id", row.person_id.as_deref())?,
        })
    }
}

impl Tx {
    /// # Errors
    /// [`StoreError::NotUnique`]: `token`.
    pub async fn insert_invitation(&mut self, invitation: &Invitation) -> Result<(), StoreError> {
        let sql = "insert into invitation (id, token_hash, session_id, role, name, email, by_code, created_by, \
                   created_at, last_used_at, withdrawn_at, person_id) \
                   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
        execute!(
            self,
            sql,
            invitation.id.to_string(),
            &invitation.token_hash,
            invitation.session_id.to_string(),
            to_json(&invitation.role)?,
            &invitation.name,
            &invitation.email,
            invitation.by_code,
            invitation.created_by.to_string(),
            micros(invitation.created_at),
            invitation.last_used_at.map(micros),
            invitation.withdrawn_at.map(micros),
            invitation.person_id.map(|id| id.to_string()),
        )?;
        Ok(())
    }

    /// The invitation with this token, whatever became of it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn invitation(&mut self, token_hash: &str) -> Result<Option<Invitation>, StoreError> {
        let sql = selected!("where token_hash = $1");
        fetch_optional!(self, InvitationRow, sql, token_hash)?.map(Invitation::try_from).transpose()
    }

    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn invitation_by_id(&mut self, id: InvitationId) -> Result<Option<Invitation>, StoreError> {
        let sql = selected!("where id = $1");
        fetch_optional!(self, InvitationRow, sql, id.to_string())?.map(Invitation::try_from).transpose()
    }

    /// Those into a session that were not withdrawn, the oldest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn invitations(&mut self, session: SessionId) -> Result<Vec<Invitation>, StoreError> {
        let sql = selected!("where session_id = $1 and withdrawn_at is null order by id");
        let rows = fetch_all!(self, InvitationRow, sql, session.to_string())?;
        rows.into_iter().map(Invitation::try_from).collect()
    }

    /// `person` comes by it now. Whoever came first stays the one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn use_invitation(
        &mut self,
        id: InvitationId,
        person: PersonId,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let sql =
            "update invitation set last_used_at = $3, person_id = coalesce(person_id, $2) where id = $1";
        execute!(self, sql, id.to_string(), person.to_string(), micros(at))?;
        Ok(())
    }

    /// Nobody comes by it any more. Withdrawing twice changes nothing.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn withdraw_invitation(&mut self, id: InvitationId, at: Timestamp) -> Result<(), StoreError> {
        let sql = "update invitation set withdrawn_at = $2 where id = $1 and withdrawn_at is null";
        execute!(self, sql, id.to_string(), micros(at))?;
        Ok(())
    }
}
