//! Links for somebody without an account. Only their tokens' hashes come here.

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
    pub expires_at: Timestamp,
    pub created_by: PersonId,
    pub created_at: Timestamp,
    pub redeemed_at: Option<Timestamp>,
    /// Who redeemed it.
    pub person_id: Option<PersonId>,
}

#[derive(FromRow)]
struct InvitationRow {
    id: String,
    token_hash: String,
    session_id: String,
    role: String,
    name: Option<String>,
    email: Option<String>,
    expires_at: i64,
    created_by: String,
    created_at: i64,
    redeemed_at: Option<i64>,
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
            expires_at: instant("invitation.expires_at", row.expires_at)?,
            created_by: parse("invitation.created_by", &row.created_by)?,
            created_at: instant("invitation.created_at", row.created_at)?,
            redeemed_at: optional_instant("invitation.redeemed_at", row.redeemed_at)?,
            person_id: parse_optional("invitation.person_id", row.person_id.as_deref())?,
        })
    }
}

impl Tx {
    /// # Errors
    /// [`StoreError::NotUnique`]: `token`.
    pub async fn insert_invitation(&mut self, invitation: &Invitation) -> Result<(), StoreError> {
        let sql = "insert into invitation (id, token_hash, session_id, role, name, email, expires_at, created_by, \
                   created_at, redeemed_at, person_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
        execute!(
            self,
            sql,
            invitation.id.to_string(),
            &invitation.token_hash,
            invitation.session_id.to_string(),
            to_json(&invitation.role)?,
            &invitation.name,
            &invitation.email,
            micros(invitation.expires_at),
            invitation.created_by.to_string(),
            micros(invitation.created_at),
            invitation.redeemed_at.map(micros),
            invitation.person_id.map(|id| id.to_string()),
        )?;
        Ok(())
    }

    /// The invitation with this token, whatever became of it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn invitation(&mut self, token_hash: &str) -> Result<Option<Invitation>, StoreError> {
        let sql = "select id, token_hash, session_id, role, name, email, expires_at, created_by, created_at, \
                   redeemed_at, person_id from invitation where token_hash = $1";
        fetch_optional!(self, InvitationRow, sql, token_hash)?.map(Invitation::try_from).transpose()
    }

    /// Marks an invitation as redeemed by `person`; whether it was the first time. Of two at once one is.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn redeem_invitation(
        &mut self,
        id: InvitationId,
        person: PersonId,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let sql =
            "update invitation set redeemed_at = $3, person_id = $2 where id = $1 and redeemed_at is null";
        Ok(execute!(self, sql, id.to_string(), person.to_string(), micros(at))? > 0)
    }
}
