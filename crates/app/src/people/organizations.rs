//! Organizations: the clinic, practice or workshop that practitioners work for.

use openvisit_core::ids::OrganizationId;
use openvisit_store::{Organization, Store};

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

/// What a word means: an organization's id, or its name as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meant {
    One(OrganizationId),
    Nothing,
    /// Several have the name.
    Several,
}

/// # Errors
/// Those of the store.
pub async fn meant(store: &Store, word: &str) -> Result<Meant, Error> {
    let word = word.trim();
    let id = word.parse::<OrganizationId>().ok();
    let found = store.organizations_meant(&id.map_or_else(|| word.to_owned(), |id| id.to_string())).await?;
    Ok(match found.as_slice() {
        [] => Meant::Nothing,
        [one] => Meant::One(one.id),
        several => several.iter().find(|it| Some(it.id) == id).map_or(Meant::Several, |it| Meant::One(it.id)),
    })
}
