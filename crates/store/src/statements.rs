//! Which statements SQLite has compiled more than once.

use sqlx::SqliteConnection;

use crate::store::Pools;
use crate::{Store, StoreError};

impl Store {
    /// The statements that an open connection has compiled anew since it first did, with how often: there should be none.
    /// Nothing on PostgreSQL.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn compiled_again(&self) -> Result<Vec<(String, i64)>, StoreError> {
        let Pools::Sqlite { writer, readers, single, .. } = &self.pools else { return Ok(vec![]) };
        let mut found = Vec::new();
        // All at once, so that each is another one.
        let mut pooled: Vec<_> = std::iter::from_fn(|| readers.try_acquire()).collect();
        for connection in &mut pooled {
            found.extend(compiled_again(connection).await?);
        }
        found.extend(compiled_again(&mut *writer.begin().await?).await?);
        for mut connection in single.all_open().await {
            found.extend(compiled_again(&mut connection).await?);
        }
        Ok(found)
    }
}

async fn compiled_again(connection: &mut SqliteConnection) -> Result<Vec<(String, i64)>, sqlx::Error> {
    // Bringing the schema up to date changes it under its own statements.
    let sql = "select sql, reprep from sqlite_stmt where reprep > 0 and sql not like '%\\_sqlx\\_migrations%' escape '\\'";
    sqlx::query_as(sql).fetch_all(connection).await
}
