//! Organizations: clinics, practices, workshops.

use openvisit_core::ids::OrganizationId;

use crate::value::parse;
use crate::{StoreError, Tx};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    pub id: OrganizationId,
    pub name: String,
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
        let rows = fetch_all!(self, (String, String), "select id, name from organization order by id")?;
        rows.into_iter()
            .map(|(id, name)| Ok(Organization { id: parse("organization.id", &id)?, name }))
            .collect()
    }
}
