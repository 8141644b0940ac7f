//! What texts are sealed with. The keys come and go sealed by the master key, which the store never sees, and so do the
//! check values by which other keys are known again.

use std::str::FromStr;

use openvisit_core::Timestamp;
use openvisit_core::ids::{RequestId, SessionId, WebhookId};

use crate::value::{instant, micros, parse};
use crate::{StoreError, Tx};

/// A key, sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealingKey {
    /// Counted from 1; the greatest is the one that is used now.
    pub id: i64,
    pub sealed: Vec<u8>,
    /// The name of the master key that it was sealed with.
    pub master: String,
    /// Whether it opens what was sealed before keys had names.
    pub opens_unnamed: bool,
    pub created_at: Timestamp,
}

/// The latest of each kind that outlives a day, by which a key is tried.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SealedSamples {
    pub notes: Option<(SessionId, Vec<u8>)>,
    pub concern: Option<(RequestId, Vec<u8>)>,
    pub webhook_secret: Option<(WebhookId, Vec<u8>)>,
}

impl Tx {
    /// All keys, the oldest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn sealing_keys(&mut self) -> Result<Vec<SealingKey>, StoreError> {
        let sql = "select id, sealed, master, opens_unnamed, created_at from sealing_key order by id";
        let rows = fetch_all!(self, (i64, Vec<u8>, String, i64, i64), sql)?;
        let key = |(id, sealed, master, opens_unnamed, created_at): (i64, _, _, i64, _)| {
            let created_at = instant("sealing_key.created_at", created_at)?;
            Ok(SealingKey { id, sealed, master, opens_unnamed: opens_unnamed != 0, created_at })
        };
        rows.into_iter().map(key).collect()
    }

    /// Keeps a key, unless another has its id already.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn insert_sealing_key(&mut self, key: &SealingKey) -> Result<(), StoreError> {
        let sql = "insert into sealing_key (id, sealed, master, opens_unnamed, created_at) \
                   values ($1, $2, $3, $4, $5) on conflict (id) do nothing";
        let (sealed, master) = (key.sealed.as_slice(), key.master.as_str());
        let opens_unnamed = i64::from(key.opens_unnamed);
        execute!(self, sql, key.id, sealed, master, opens_unnamed, micros(key.created_at))?;
        Ok(())
    }

    /// A key that was sealed anew, by another master key.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn reseal_key(&mut self, id: i64, sealed: &[u8], master: &str) -> Result<(), StoreError> {
        let sql = "update sealing_key set sealed = $2, master = $3 where id = $1";
        execute!(self, sql, id, sealed, master)?;
        Ok(())
    }

    /// Whether anything was ever sealed here.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn holds_sealed(&mut self) -> Result<bool, StoreError> {
        let sql = "select 'x' from session_note union all select 'x' from request union all \
                   select 'x' from webhook union all select 'x' from keyed_call union all \
                   select 'x' from chat_file union all select 'x' from chat_message limit 1";
        Ok(fetch_optional!(self, (String,), sql)?.is_some())
    }

    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn sealed_samples(&mut self) -> Result<SealedSamples, StoreError> {
        let notes = "select session_id, sealed from session_note order by updated_at desc limit 1";
        let concern = "select id, concern from request order by id desc limit 1";
        let secret = "select id, secret from webhook order by id desc limit 1";
        Ok(SealedSamples {
            notes: self.sealed_sample("session_note.session_id", notes).await?,
            concern: self.sealed_sample("request.id", concern).await?,
            webhook_secret: self.sealed_sample("webhook.id", secret).await?,
        })
    }

    async fn sealed_sample<T: FromStr>(
        &mut self,
        column: &'static str,
        sql: &'static str,
    ) -> Result<Option<(T, Vec<u8>)>, StoreError> {
        let found = fetch_optional!(self, (String, Vec<u8>), sql)?;
        found.map(|(of, sealed)| Ok((parse(column, &of)?, sealed))).transpose()
    }

    /// By what a key of the settings is known again.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn key_check(&mut self, key: &str) -> Result<Option<String>, StoreError> {
        let name = format!("check of {key}");
        let sql = "select value from setting where name = $1";
        Ok(fetch_optional!(self, (String,), sql, name.as_str())?.map(|(value,)| value))
    }

    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn set_key_check(&mut self, key: &str, check: &str) -> Result<(), StoreError> {
        let name = format!("check of {key}");
        let sql = "insert into setting (name, value) values ($1, $2) \
                   on conflict (name) do update set value = excluded.value";
        execute!(self, sql, name.as_str(), check)?;
        Ok(())
    }
}
