//! Organizations: the clinic, practice or workshop that practitioners work for.

use openvisit_core::ids::OrganizationId;
use openvisit_store::Organization;

use crate::app::App;
use crate::error::Error;

/// Makes one.
///
/// # Errors
/// Those of the store.
pub async fn add(app: &App, name: &str) -> Result<Organization, Error> {
    let organization = Organization { id: OrganizationId::new(app.seed()), name: name.trim().to_owned() };
    let mut tx = app.store.begin().await?;
    tx.insert_organization(&organization).await?;
    tx.commit().await?;
    Ok(organization)
}
