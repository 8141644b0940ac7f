//! `openvisit keys`: the master key that keys are sealed with, and those keys.

use anyhow::{Context, bail};
use clap::Subcommand;
use jiff::Timestamp;
use openvisit_app::keys;
use openvisit_app::settings::{Secrets, Settings};
use openvisit_store::{ServerLock, Store};

use super::say::say;

#[derive(Subcommand)]
pub enum Keys {
    /// Seal all keys with a new master key, and use a new key from now on; the server must not be running. Where it is
    /// interrupted, run it again. With `notes_key` in the settings: give the new one there, the old one as
    /// `previous_notes_key`
    Rotate,
    /// Go on with the keys of the settings where those of the database are lost for good. With another `notes_key` no
    /// server starts before: what the lost one sealed stays unreadable. With another `passcode_pepper` one starts and warns:
    /// nothing is lost, but passcodes that were given out are wrong, and have to be made anew
    Accept,
}

impl Keys {
    pub async fn run(self, settings: &Settings) -> anyhow::Result<()> {
        super::must_exist(settings)?;
        let _alone = ServerLock::take(&settings.database_url(), "openvisit keys").context("database_url")?;
        let store = super::store(settings).await?;
        expect_no_nodes(&store).await?;
        let done = match self {
            Self::Rotate => rotate(&store, settings).await,
            Self::Accept => accept(&store, settings).await,
        };
        store.close().await;
        done
    }
}

/// Nodes that run seal with the keys of before, and could not start again with others.
async fn expect_no_nodes(store: &Store) -> anyhow::Result<()> {
    let Some(nodes) = store.nodes() else { return Ok(()) };
    let known = nodes.known().await?.into_iter().filter(|node| node.alive);
    let names: Vec<_> = known.map(|node| node.intro.name).collect();
    if names.is_empty() {
        return Ok(());
    }
    bail!(
        "{} serves this database: stop all nodes first. Where only this machine lacks the keys, copy secrets.toml from there \
         into its data_dir instead",
        names.join(", ")
    )
}

async fn rotate(store: &Store, settings: &Settings) -> anyhow::Result<()> {
    let rotated = keys::rotate(store, settings, Timestamp::now()).await?;
    say(format_args!("{} keys were sealed anew, and a new one is used from now on", rotated.sealed_anew))?;
    if rotated.previous_is_needless {
        say("previous_notes_key is not needed any more: take it out of the settings")?;
    }
    if store.kind() == "postgres" {
        say(
            "where several servers share this database: copy secrets.toml to all of them before you start them again",
        )?;
    }
    say("backups made until now open with the notes_key of their time: keep it as long as them")
}

async fn accept(store: &Store, settings: &Settings) -> anyhow::Result<()> {
    let accepted = keys::accept(store, &Secrets::of(settings)?, Timestamp::now()).await?;
    if accepted.notes_key {
        say("this notes_key is used from now on; what another sealed is kept, and shown as unreadable")?;
    }
    if accepted.passcode_pepper {
        say("this passcode_pepper is used from now on; passcodes that were given out before are wrong")?;
    }
    if !accepted.notes_key && !accepted.passcode_pepper {
        say("nothing to accept: the keys of the settings are those of the database")?;
    }
    Ok(())
}
