//! Keys of programs. Only their hashes come here.

use openvisit_core::Timestamp;
use openvisit_core::ids::{ApiKeyId, PersonId};
use openvisit_core::scope::Scope;
use sqlx::{AssertSqlSafe, FromRow};

use crate::value::{from_json, instant, micros, optional_instant, parse, to_json};
use crate::{Store, StoreError, Tx};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    pub id: ApiKeyId,
    /// The service account.
    pub person_id: PersonId,
    pub hash: String,
    /// How it begins, by which people know it again.
    pub hint: String,
    pub scopes: Vec<Scope>,
    /// From then on it is no good; `None`: until somebody revokes it.
    pub expires_at: Option<Timestamp>,
    /// About when it last opened something.
    pub last_used_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

const COLUMNS: &str = "id, person_id, hash, hint, scopes, expires_at, last_used_at, created_at";

#[derive(FromRow)]
struct ApiKeyRow {
    id: String,
    person_id: String,
    hash: String,
    hint: String,
    scopes: String,
    expires_at: Option<i64>,
    last_used_at: Option<i64>,
    created_at: i64,
}

impl TryFrom<ApiKeyRow> for ApiKey {
    type Error = StoreError;

    fn try_from(row: ApiKeyRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: parse("api_key.id", &row.id)?,
            person_id: parse("api_key.person_id", &row.person_id)?,
            hash: row.hash,
            hint: row.hint,
            scopes: from_json("api_key.scopes", &row.scopes)?,
            expires_at: optional_instant("api_key.expires_at", row.expires_at)?,
            last_used_at: optional_instant("api_key.last_used_at", row.last_used_at)?,
            created_at: instant("api_key.created_at", row.created_at)?,
        })
    }
}

impl Store {
    /// The key with this hash, by a statement of its own: it is asked with every request.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn api_key_by_hash(&self, hash: &str) -> Result<Option<ApiKey>, StoreError> {
        let sql = AssertSqlSafe(format!("select {COLUMNS} from api_key where hash = $1"));
        read_optional!(self, ApiKeyRow, sql, hash)?.map(ApiKey::try_from).transpose()
    }
}

impl Tx {
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn insert_api_key(&mut self, key: &ApiKey) -> Result<(), StoreError> {
        let sql =
            AssertSqlSafe(format!("insert into api_key ({COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8)"));
        execute!(
            self,
            sql,
            key.id.to_string(),
            key.person_id.to_string(),
            &key.hash,
            &key.hint,
            to_json(&key.scopes)?,
            key.expires_at.map(micros),
            key.last_used_at.map(micros),
            micros(key.created_at),
        )?;
        Ok(())
    }

    /// The key with this id, whosever it is.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn api_key(&mut self, id: ApiKeyId) -> Result<Option<ApiKey>, StoreError> {
        let sql = AssertSqlSafe(format!("select {COLUMNS} from api_key where id = $1"));
        fetch_optional!(self, ApiKeyRow, sql, id.to_string())?.map(ApiKey::try_from).transpose()
    }

    /// All keys of these accounts, the oldest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn api_keys_of(&mut self, people: &[PersonId]) -> Result<Vec<ApiKey>, StoreError> {
        macro_rules! keys {
            ($dialect:ident) => {
                concat!(
                    "select id, person_id, hash, hint, scopes, expires_at, last_used_at, created_at from api_key \
                     where person_id in (select value ->> 0 from ",
                    json_rows!($dialect, "$1"),
                    ") order by id"
                )
            };
        }
        let people: Vec<_> = people.iter().map(|id| [id]).collect();
        let rows = fetch_all!(self, ApiKeyRow, sql_for!(self, keys!()), to_json(&people)?)?;
        rows.into_iter().map(ApiKey::try_from).collect()
    }

    /// Lets a key end then, unless it does so sooner.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is not there.
    pub async fn end_api_key(&mut self, id: ApiKeyId, at: Timestamp) -> Result<(), StoreError> {
        let sql = "update api_key set expires_at = case when expires_at < $2 then expires_at else $2 end where id = $1";
        let updated = execute!(self, sql, id.to_string(), micros(at))?;
        if updated == 0 { Err(StoreError::Conflict) } else { Ok(()) }
    }

    /// Notes that a key was used, unless that was noted after `before`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn note_api_key_used(
        &mut self,
        id: ApiKeyId,
        now: Timestamp,
        before: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "update api_key set last_used_at = $2 where id = $1 \
                   and (last_used_at is null or last_used_at <= $3)";
        execute!(self, sql, id.to_string(), micros(now), micros(before))?;
        Ok(())
    }

    /// Forgets an account's keys that have ended.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn forget_ended_api_keys(
        &mut self,
        person: PersonId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "delete from api_key where person_id = $1 and expires_at <= $2";
        execute!(self, sql, person.to_string(), micros(now))?;
        Ok(())
    }

    /// Forgets a key: it opens nothing from now on. Whether it was there.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delete_api_key(&mut self, id: ApiKeyId) -> Result<bool, StoreError> {
        Ok(execute!(self, "delete from api_key where id = $1", id.to_string())? > 0)
    }
}
