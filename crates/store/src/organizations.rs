//! Organizations: clinics, practices, workshops.

use openvisit_core::ids::OrganizationId;

use crate::value::parse;
use crate::{Store, StoreError, Tx};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    pub id: OrganizationId,
    pub name: String,
}

impl Store {
    /// The one with this id, and those with this name as it is written; three at most. By a statement of its own: it is asked
    /// with requests.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn organizations_meant(&self, word: &str) -> Result<Vec<Organization>, StoreError> {
        let sql = "select id, name from organization where id = $1 or name = $1 order by id limit 3";
        rows(read_all!(self, (String, String), sql, word)?)
    }
}

impl Tx {
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn insert_organization(&mut self, organization: &Organization) -> Result<(), StoreError> {
        let sql = "insert into organization (id, name) values ($1, $2)";
        execute!(self, sql, organization.id.to_string(), &organization.name)?;
        Ok(())
    }

    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn organization(&mut self, id: OrganizationId) -> Result<Option<Organization>, StoreError> {
        let sql = "select name from organization where id = $1";
        Ok(fetch_optional!(self, (String,), sql, id.to_string())?.map(|(name,)| Organization { id, name }))
    }

    /// All of them, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn organizations(&mut self) -> Result<Vec<Organization>, StoreError> {
        rows(fetch_all!(self, (String, String), "select id, name from organization order by id")?)
    }
}

fn rows(rows: Vec<(String, String)>) -> Result<Vec<Organization>, StoreError> {
    rows.into_iter().map(|(id, name)| Ok(Organization { id: parse("organization.id", &id)?, name })).collect()
}
