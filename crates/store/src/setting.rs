//! What a database says about itself.

use crate::{Store, StoreError, Tx};

/// What a database holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contents {
    Nothing,
    /// Demo data, by its own word: [`Tx::mark_demo`].
    Demo,
    /// What must not be touched by a demo.
    Real,
}

const DEMO: &str = "demo";

impl Store {
    /// What the database holds, before anybody puts demo data into it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn contents(&self) -> Result<Contents, StoreError> {
        let mut tx = self.read().await?;
        if fetch_optional!(tx, (String,), "select value from setting where name = $1", DEMO)?.is_some() {
            return Ok(Contents::Demo);
        }
        let anything = "select id from person union all select id from session limit 1";
        Ok(match fetch_optional!(tx, (String,), anything)? {
            Some(_) => Contents::Real,
            None => Contents::Nothing,
        })
    }
}

impl Tx {
    /// Says that this database is a demo's, and everything in it may go.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn mark_demo(&mut self) -> Result<(), StoreError> {
        let sql = "insert into setting (name, value) values ($1, 'true') on conflict (name) do nothing";
        execute!(self, sql, DEMO)?;
        Ok(())
    }
}
