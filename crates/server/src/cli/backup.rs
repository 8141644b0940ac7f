//! `openvisit backup` and `openvisit restore`: the whole database as one file, and the key that its notes need.

use std::path::Path;

use anyhow::{Context, bail};
use openvisit_app::app::make_folder;
use openvisit_app::keys::backups::{Fit, fit, fit_of};
use openvisit_app::settings::{KnownSecrets, Settings, secrets_file};
use openvisit_store::{look_into, sqlite_file};

use super::say::say;

/// Copies the database while a server may be running, and says which key belongs to the copy.
pub async fn backup(file: &Path, settings: &Settings) -> anyhow::Result<()> {
    let store = super::existing_store(settings).await?;
    let copied = store.backup(file).await;
    let fit = match copied {
        Ok(()) => fit_of(&mut store.read().await?, &KnownSecrets::of(settings)?).await,
        Err(error) => Err(error),
    };
    store.close().await;
    let (fit, shown) = (fit?, file.display());
    say(format_args!("{shown} contains the whole database, but for the key of its notes"))?;
    say(belongs_to_it(&fit, settings))
}

fn belongs_to_it(fit: &Fit, settings: &Settings) -> String {
    let place = place(settings);
    match fit {
        Fit::NoneNeeded => {
            format!("nothing was sealed in it so far; what {place} has will be needed: back it up too")
        }
        Fit::Right { fingerprint, .. } => {
            format!(
                "its notes need the notes_key of fingerprint {fingerprint}, which {place} has: back that up too"
            )
        }
        Fit::Missing { needed } | Fit::Other { needed, .. } => {
            format!(
                "its notes need the notes_key{}, which {place} has not: look for it now",
                of(needed.as_ref())
            )
        }
    }
}

/// Puts a backup in the database's place. What was there is kept beside it. Nothing is touched before it is sure that
/// the backup can be read, and its notes, too, unless they are given up.
pub async fn restore(file: &Path, without_secrets: bool, settings: &Settings) -> anyhow::Result<()> {
    let Some(database) = sqlite_file(&settings.database_url())? else {
        bail!("a PostgreSQL database is restored with its own pg_restore");
    };
    let cannot = || format!("{} cannot be restored", file.display());
    let looked = look_into(file).await.with_context(cannot)?;
    let fit = fit(looked, &KnownSecrets::of(settings)?).await.with_context(cannot)?;
    tell_keys(&fit, without_secrets, settings).with_context(cannot)?;
    let is_new_folder = !settings.data_dir.exists();
    make_folder(settings)?;
    let before = openvisit_store::restore(file, &database).await.with_context(cannot)?;
    say(format_args!("restored to {}, readable by its owner only", database.display()))?;
    match before {
        Some(before) => say(format_args!("what was there before is {}", before.display()))?,
        None => say("no database was there before")?,
    }
    if is_new_folder {
        say(format_args!(
            "the folder {} was made: the server's account must own it",
            settings.data_dir.display()
        ))?;
    }
    if matches!(fit, Fit::Missing { .. } | Fit::Other { .. }) {
        say("before the server starts, run `openvisit keys accept`")?;
    }
    Ok(())
}

/// Says which key the notes need, and whether it is there.
fn tell_keys(fit: &Fit, without_secrets: bool, settings: &Settings) -> anyhow::Result<()> {
    let place = place(settings);
    let (needed, found) = match fit {
        Fit::NoneNeeded => return say("its texts need no key: none was ever sealed"),
        Fit::Right { fingerprint, lost_keys, other_pepper } => {
            say(format_args!("its notes need the notes_key of fingerprint {fingerprint}: {place} has it"))?;
            if *lost_keys > 0 {
                say(format_args!("{lost_keys} older keys are missing; what they sealed stays unreadable"))?;
            }
            if *other_pepper {
                say(
                    "passcode_pepper is another: passcodes that were given out are wrong until it comes back",
                )?;
            }
            return Ok(());
        }
        Fit::Missing { needed } => (needed, format!("{place} is missing")),
        Fit::Other { needed, ours } => (needed, format!("{place} has another (fingerprint {ours})")),
    };
    let needed = format!("its notes need the notes_key{}, and {found}", of(needed.as_ref()));
    if without_secrets {
        return say(format_args!("{needed}: they will be shown as unreadable"));
    }
    bail!(
        "{needed}. Nothing was touched. Copy the secrets.toml that was backed up with it to {}, readable by the server's \
         account only, and try again. Only where it is lost for good: --without-secrets restores all but the notes",
        secrets_file(settings).display(),
    )
}

/// Where the key of these settings is.
fn place(settings: &Settings) -> String {
    if settings.give_notes_key() {
        return "notes_key of the settings".to_owned();
    }
    secrets_file(settings).display().to_string()
}

fn of(fingerprint: Option<&String>) -> String {
    match fingerprint {
        Some(fingerprint) => format!(" of fingerprint {fingerprint}"),
        None => " of its time (it is too old to say which)".to_owned(),
    }
}
