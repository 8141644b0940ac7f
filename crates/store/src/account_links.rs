//! Links by which somebody chooses a password. Only their hashes come here; one that was used is gone.

use openvisit_core::Timestamp;
use openvisit_core::ids::PersonId;

use crate::value::{micros, parse};
use crate::{StoreError, Tx};

impl Tx {
    /// Gives somebody a link, in place of all that they had.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn give_account_link(
        &mut self,
        person: PersonId,
        token_hash: &str,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        execute!(self, "delete from account_link where person_id = $1", person.to_string())?;
        let sql = "insert into account_link (token_hash, person_id, created_at, expires_at) values ($1, $2, $3, $4)";
        execute!(self, sql, token_hash, person.to_string(), micros(now), micros(expires_at))?;
        Ok(())
    }

    /// Whose link this is, while it is good.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn account_link(
        &mut self,
        token_hash: &str,
        now: Timestamp,
    ) -> Result<Option<PersonId>, StoreError> {
        let sql = "select person_id from account_link where token_hash = $1 and expires_at > $2";
        let found = fetch_optional!(self, (String,), sql, token_hash, micros(now))?;
        found.map(|(id,)| parse("account_link.person_id", &id)).transpose()
    }

    /// Uses a link, which is then gone: whose it was, where it was good.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn use_account_link(
        &mut self,
        token_hash: &str,
        now: Timestamp,
    ) -> Result<Option<PersonId>, StoreError> {
        let sql = "delete from account_link where token_hash = $1 and expires_at > $2 returning person_id";
        let found = fetch_optional!(self, (String,), sql, token_hash, micros(now))?;
        found.map(|(id,)| parse("account_link.person_id", &id)).transpose()
    }

    /// Forgets those that are over; how many went.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn forget_account_links(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        execute!(self, "delete from account_link where expires_at <= $1", micros(now))
    }
}
