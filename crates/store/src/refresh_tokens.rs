//! Refresh tokens, rotated at each use. Only their hashes come here.

use openvisit_core::ids::PersonId;
use openvisit_core::{SignedDuration, Timestamp};

use crate::value::{instant, micros, parse};
use crate::{StoreError, Tx};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshToken {
    pub hash: String,
    pub person_id: PersonId,
    /// All that one login became by rotation; any text that is the login's own.
    pub family: String,
    pub expires_at: Timestamp,
}

/// What presenting a refresh token came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// The replacement is good from now on.
    Rotated(RefreshToken),
    /// It was used before, so somebody else has it: the whole family is revoked. Commit that.
    Reused,
    /// There is no such token, or it has expired.
    Unknown,
}

/// A few at a time, and none that another login is just forgetting.
macro_rules! forget_expired {
    ($dialect:ident) => {
        concat!(
            "delete from refresh_token where hash in (select hash from refresh_token where expires_at <= $1 \
             order by expires_at limit 20",
            skip_locked!($dialect),
            ")"
        )
    };
}

impl Tx {
    /// Stores the token of a new login, and deletes some that have expired.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn insert_refresh_token(
        &mut self,
        token: &RefreshToken,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        execute!(self, sql_for!(self, forget_expired!()), micros(now))?;
        self.add_to_family(token).await
    }

    /// Replaces the token `hash` by `new_hash`. Two tabs that share a cookie may both present the same token:
    /// up to `leeway` after its first use a second one is no theft.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn rotate_refresh_token(
        &mut self,
        hash: &str,
        new_hash: &str,
        expires_at: Timestamp,
        now: Timestamp,
        leeway: SignedDuration,
    ) -> Result<Rotation, StoreError> {
        // Of two at once, the second waits here for the first, and then finds the token used.
        let sql = "update refresh_token set used_at = $2 where hash = $1 and expires_at > $2 and used_at is null \
                   returning person_id, family";
        let first = fetch_optional!(self, (String, String), sql, hash, micros(now))?;
        let (person_id, family) = match first {
            Some(first) => first,
            None => {
                let sql = "select person_id, family, used_at from refresh_token where hash = $1 and expires_at > $2";
                let used = fetch_optional!(self, (String, String, i64), sql, hash, micros(now))?;
                let Some((person_id, family, used_at)) = used else { return Ok(Rotation::Unknown) };
                if instant("refresh_token.used_at", used_at)?.duration_until(now) >= leeway {
                    execute!(self, "delete from refresh_token where family = $1", family)?;
                    return Ok(Rotation::Reused);
                }
                (person_id, family)
            }
        };
        let person_id = parse("refresh_token.person_id", &person_id)?;
        let token = RefreshToken { hash: new_hash.to_owned(), person_id, family, expires_at };
        self.add_to_family(&token).await?;
        Ok(Rotation::Rotated(token))
    }

    async fn add_to_family(&mut self, token: &RefreshToken) -> Result<(), StoreError> {
        let sql = "insert into refresh_token (hash, person_id, family, expires_at) values ($1, $2, $3, $4)";
        let person = token.person_id.to_string();
        execute!(self, sql, &token.hash, person, &token.family, micros(token.expires_at))?;
        Ok(())
    }

    /// Ends the login that the token `hash` belongs to.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn revoke_refresh_family(&mut self, hash: &str) -> Result<(), StoreError> {
        let sql =
            "delete from refresh_token where family in (select family from refresh_token where hash = $1)";
        execute!(self, sql, hash)?;
        Ok(())
    }

    /// Ends all logins of a person: disabled, or with a new password.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn revoke_refresh_tokens(&mut self, person: PersonId) -> Result<(), StoreError> {
        execute!(self, "delete from refresh_token where person_id = $1", person.to_string())?;
        Ok(())
    }
}
