//! `openvisit backup` and `openvisit restore`: the whole database as one file.

use std::path::Path;

use anyhow::{Context, bail};
use openvisit_app::app::make_folder;
use openvisit_app::settings::Settings;

use super::say::say;

const SECRETS: &str =
    "secrets.toml in the data folder is not part of it, but is needed to read notes: back it up too";

/// Copies the database while a server may be running.
pub async fn backup(file: &Path, settings: &Settings) -> anyhow::Result<()> {
    let store = super::store(settings).await?;
    let copied = store.backup(file).await;
    store.close().await;
    copied?;
    say(format_args!("{} contains the whole database; {SECRETS}", file.display()))
}

/// Puts a backup in the database's place. What was there is kept beside it.
pub async fn restore(file: &Path, settings: &Settings) -> anyhow::Result<()> {
    let Some(database) = openvisit_store::sqlite_file(&settings.database_url())? else {
        bail!("a PostgreSQL database is restored with its own pg_restore");
    };
    make_folder(settings)?;
    let before = openvisit_store::restore(file, &database).await;
    let before = before.with_context(|| format!("{} cannot be restored", file.display()))?;
    match before {
        Some(before) => say(format_args!("restored; what was there before is {}", before.display())),
        None => say("restored; nothing was there before"),
    }
}
