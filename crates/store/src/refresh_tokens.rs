//! Refresh tokens, rotated at each use. Only their hashes come here.

use openvisit_core::ids::PersonId;
use openvisit_core::{SignedDuration, Timestamp};

use crate::value::{instant, micros, parse};
use crate::{Store, StoreError, Tx};

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
    Reused(Login),
    /// There is no such token, or it has expired.
    Unknown,
}

/// One login, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    pub person_id: PersonId,
    pub family: String,
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

impl Store {
    /// Whether a login goes on.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn has_refresh_family(&self, family: &str, now: Timestamp) -> Result<bool, StoreError> {
        let sql = "select 1 from refresh_token where family = $1 and expires_at > $2 limit 1";
        Ok(read_optional!(self, (i32,), sql, family, micros(now))?.is_some())
    }
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
                    self.revoke_refresh_family(&family).await?;
                    let person_id = parse("refresh_token.person_id", &person_id)?;
                    return Ok(Rotation::Reused(Login { person_id, family }));
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

    /// The login that the token `hash` belongs to.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn refresh_family(&mut self, hash: &str) -> Result<Option<Login>, StoreError> {
        let sql = "select person_id, family from refresh_token where hash = $1";
        let found = fetch_optional!(self, (String, String), sql, hash)?;
        found
            .map(|(id, family)| Ok(Login { person_id: parse("refresh_token.person_id", &id)?, family }))
            .transpose()
    }

    /// Ends a login.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn revoke_refresh_family(&mut self, family: &str) -> Result<(), StoreError> {
        execute!(self, "delete from refresh_token where family = $1", family)?;
        Ok(())
    }

    /// Ends all logins of a person but one, and what was given to them before without a login: disabled, or with a new password.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn sign_out(
        &mut self,
        person: PersonId,
        kept: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "delete from refresh_token where person_id = $1 and family <> $2";
        execute!(self, sql, person.to_string(), kept.unwrap_or_default())?;
        let sql = "update person set signed_out_at = $2 where id = $1";
        execute!(self, sql, person.to_string(), micros(now))?;
        Ok(())
    }

    /// The logins of a person that go on.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn refresh_families(&mut self, person: PersonId) -> Result<Vec<String>, StoreError> {
        let sql = "select distinct family from refresh_token where person_id = $1";
        let rows = fetch_all!(self, (String,), sql, person.to_string())?;
        Ok(rows.into_iter().map(|(family,)| family).collect())
    }

    /// Who was signed out everywhere after `since`, and when, the earliest first: at most a hundred.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn signed_out_since(
        &mut self,
        since: Timestamp,
    ) -> Result<Vec<(PersonId, Timestamp)>, StoreError> {
        let sql =
            "select id, signed_out_at from person where signed_out_at > $1 order by signed_out_at limit 100";
        let rows = fetch_all!(self, (String, i64), sql, micros(since))?;
        rows.into_iter()
            .map(|(id, at)| Ok((parse("person.id", &id)?, instant("person.signed_out_at", at)?)))
            .collect()
    }
}
