//! `openvisit backup` and `openvisit restore`: the whole database as one file.

use std::net::TcpListener;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use openvisit_store::Store;

use openvisit_app::settings::Settings;

const SECRETS: &str =
    "secrets.toml in the data folder is not part of it, but is needed to read notes: back it up too";

/// Copies the database while a server may be running.
pub async fn backup(file: &Path, settings: &Settings) -> anyhow::Result<()> {
    let store = super::store(settings).await?;
    let copied = store.backup(file).await;
    store.close().await;
    copied?;
    println!("{} contains the whole database; {SECRETS}", file.display());
    Ok(())
}

/// Puts a backup in the database's place. What was there is kept beside it.
pub async fn restore(file: &Path, settings: &Settings) -> anyhow::Result<()> {
    let database = sqlite_file(settings)?;
    if TcpListener::bind(settings.listen).is_err() {
        bail!("stop the server first: something is listening on {}", settings.listen);
    }
    let aside = beside(&database, "restoring");
    std::fs::copy(file, &aside).with_context(|| format!("cannot copy {}", file.display()))?;
    // Opening it proves that it is a database of ours, and brings an older one up to date.
    let opened = Store::open(&format!("sqlite://{}", aside.display())).await;
    match opened {
        Ok(store) => store.close().await,
        Err(error) => {
            std::fs::remove_file(&aside)?;
            return Err(error).context(format!("{} cannot be restored", file.display()));
        }
    }
    let before = beside(&database, "before-restore");
    if database.exists() {
        // Closing folds the log into the file, which then is whole by itself.
        super::store(settings).await?.close().await;
        std::fs::rename(&database, &before)?;
    }
    std::fs::rename(&aside, &database)?;
    println!("restored; the previous database is now {}", before.display());
    Ok(())
}

fn sqlite_file(settings: &Settings) -> anyhow::Result<PathBuf> {
    let url = settings.database_url();
    let Some(path) = url.strip_prefix("sqlite:") else {
        bail!("restore a PostgreSQL database with pg_restore");
    };
    let path = path.trim_start_matches("//");
    Ok(PathBuf::from(path.split('?').next().unwrap_or(path)))
}

fn beside(database: &Path, what: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".");
    name.push(what);
    PathBuf::from(name)
}
