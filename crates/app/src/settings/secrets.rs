//! Secrets that nobody gave are made once and kept beside the database.

use std::fmt::Write as _;
use std::io::{Error, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openvisit_store::{Wish, refusal};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Secret, Settings};

/// In the data folder.
const FILE: &str = "secrets.toml";
/// How many characters a secret has at least, wherever it comes from.
pub const SHORTEST: usize = 16;
/// The secrets that are made where nobody gives them.
pub const MADE: &[&str] = &["jwt_secret", "notes_key", "passcode_pepper"];

/// What the server signs, seals and hashes with.
#[derive(Clone, Debug)]
pub struct Secrets {
    pub jwt: Secret,
    /// The master key: it seals the keys that notes are sealed with.
    pub notes: Secret,
    /// The master key of before, until all that it sealed is sealed anew.
    pub previous_notes: Option<Secret>,
    pub passcode_pepper: Secret,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    jwt_secret: String,
    notes_key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    previous_notes_key: Option<String>,
    passcode_pepper: String,
}

impl Secrets {
    /// Those of the settings; those that are missing from `<data_dir>/secrets.toml`, which is made at
    /// need.
    ///
    /// # Errors
    /// The file cannot be read, written or understood, or others can read it.
    pub fn of(settings: &Settings) -> anyhow::Result<Self> {
        let known = KnownSecrets::of(settings)?;
        let known = if known.are_all() {
            known
        } else {
            let path = file(settings);
            make(&path).map_err(|error| match error.downcast_ref() {
                Some(refusal) => refused("make", &path, refusal),
                None => error.context(format!("cannot make {}", path.display())),
            })?;
            KnownSecrets::of(settings)?
        };
        match (known.jwt, known.notes, known.passcode_pepper) {
            (Some(jwt), Some(notes), Some(passcode_pepper)) => {
                Ok(Self { jwt, notes, previous_notes: known.previous_notes, passcode_pepper })
            }
            _ => bail!("{} was taken away meanwhile", file(settings).display()),
        }
    }

    /// Puts a new master key into `secrets.toml`, and keeps the old one beside it. Nothing, where the settings give the
    /// key, or where this was done already and the old one is still needed.
    ///
    /// # Errors
    /// As [`Secrets::of`].
    pub fn begin_rotation(settings: &Settings) -> anyhow::Result<()> {
        if settings.notes_key.is_some() {
            return Ok(());
        }
        let kept = read(&file(settings))?;
        if kept.previous_notes_key.is_some() {
            return Ok(());
        }
        let (notes_key, previous_notes_key) = (random(), Some(kept.notes_key));
        replace(&settings.data_dir, &Kept { notes_key, previous_notes_key, ..kept })
    }

    /// Nothing is sealed with the old master key any more. Gives whether the settings still name it.
    ///
    /// # Errors
    /// As [`Secrets::of`].
    pub fn end_rotation(settings: &Settings) -> anyhow::Result<bool> {
        if settings.notes_key.is_none() {
            let kept = read(&file(settings))?;
            replace(&settings.data_dir, &Kept { previous_notes_key: None, ..kept })?;
        }
        Ok(settings.previous_notes_key.is_some())
    }
}

/// Those of [`Secrets`] that are there already.
#[derive(Clone, Debug, Default)]
pub struct KnownSecrets {
    pub jwt: Option<Secret>,
    pub notes: Option<Secret>,
    pub previous_notes: Option<Secret>,
    pub passcode_pepper: Option<Secret>,
}

impl KnownSecrets {
    /// As [`Secrets::of`], but nothing is made.
    ///
    /// # Errors
    /// As [`Secrets::of`].
    pub fn of(settings: &Settings) -> anyhow::Result<Self> {
        let given = Self {
            jwt: settings.jwt_secret.clone(),
            notes: settings.notes_key.clone(),
            previous_notes: settings.previous_notes_key.clone(),
            passcode_pepper: settings.passcode_pepper.clone(),
        };
        let path = file(settings);
        // One that may not be looked at is not one that is missing.
        let is_there = || path.try_exists().map_err(|error| refused("look for", &path, &error));
        if given.are_all() || !is_there()? {
            return Ok(given);
        }
        let kept = read(&path)?;
        let kept_previous = kept.previous_notes_key.map(Secret::from).filter(|_| given.notes.is_none());
        Ok(Self {
            jwt: given.jwt.or(Some(kept.jwt_secret.into())),
            notes: given.notes.or(Some(kept.notes_key.into())),
            previous_notes: given.previous_notes.or(kept_previous),
            passcode_pepper: given.passcode_pepper.or(Some(kept.passcode_pepper.into())),
        })
    }

    fn are_all(&self) -> bool {
        self.jwt.is_some() && self.notes.is_some() && self.passcode_pepper.is_some()
    }
}

/// By what a key is known again: 16 hexadecimal digits that say nothing of it.
#[must_use]
pub fn fingerprint(secret: &Secret) -> String {
    let mac = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key_of(secret)), b"check value");
    mac.as_ref().iter().take(8).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

impl Settings {
    /// Whether the master key is theirs, and none is kept in `secrets.toml`.
    #[must_use]
    pub fn give_notes_key(&self) -> bool {
        self.notes_key.is_some()
    }
}

/// Where secrets are kept that nobody gave.
#[must_use]
pub fn file(settings: &Settings) -> PathBuf {
    settings.data_dir.join(FILE)
}

/// What a server of these settings signs tokens with, if it is given or was made here, and we may read it. Nothing is
/// made.
#[must_use]
pub fn known_jwt_secret(settings: &Settings) -> Option<Secret> {
    let made = || read(&file(settings)).ok().map(|kept| kept.jwt_secret.into());
    settings.jwt_secret.clone().or_else(made)
}

/// A key of 256 bits made of a secret.
#[must_use]
pub fn key_of(secret: &Secret) -> [u8; 32] {
    Sha256::digest(secret.expose().as_bytes()).into()
}

fn read(path: &Path) -> anyhow::Result<Kept> {
    let shown = path.display();
    let cannot_read = |error: Error| refused("read", path, &error);
    let mode = std::fs::metadata(path).map_err(cannot_read)?.permissions().mode();
    if mode & 0o077 != 0 {
        bail!("{shown} can be read by others; run: chmod 600 {shown}");
    }
    let text = std::fs::read_to_string(path).map_err(cannot_read)?;
    // The cause would quote the line, and with it a secret.
    let kept: Kept = toml::from_str(&text)
        .map_err(|_| anyhow::anyhow!("{shown} is not what this server wrote; restore it from a backup"))?;
    let named = [
        ("jwt_secret", &kept.jwt_secret),
        ("notes_key", &kept.notes_key),
        ("passcode_pepper", &kept.passcode_pepper),
    ];
    if let Some((name, _)) = named.iter().find(|(_, secret)| secret.len() < SHORTEST) {
        bail!("{shown}: {name} has fewer than {SHORTEST} characters; restore the file from a backup");
    }
    Ok(kept)
}

/// Only its owner may read it, so that whoever needs it is to have it.
fn refused(what: &str, path: &Path, error: &Error) -> anyhow::Error {
    anyhow::anyhow!("cannot {what} {}: {}", path.display(), refusal(path, Wish::Write, error))
}

/// Written aside and then put in place, so that a start that dies here leaves no half of it; a second
/// server that starts at the same time keeps the first one's.
fn make(path: &Path) -> anyhow::Result<()> {
    let kept = Kept {
        jwt_secret: random(),
        notes_key: random(),
        previous_notes_key: None,
        passcode_pepper: random(),
    };
    let aside = write_aside(path, &kept)?;
    let placed = std::fs::hard_link(&aside, path);
    std::fs::remove_file(&aside)?;
    match placed {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error.into()),
        _ => Ok(()),
    }
}

fn replace(data_dir: &Path, kept: &Kept) -> anyhow::Result<()> {
    let path = data_dir.join(FILE);
    let replaced = write_aside(&path, kept).and_then(|aside| Ok(std::fs::rename(aside, &path)?));
    replaced.with_context(|| format!("cannot write {}", path.display()))?;
    // What follows counts on it, also after a loss of power.
    Ok(std::fs::File::open(data_dir)?.sync_all()?)
}

fn write_aside(path: &Path, kept: &Kept) -> anyhow::Result<PathBuf> {
    let aside = path.with_extension(format!("toml.{}", std::process::id()));
    let mut file =
        std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&aside)?;
    // An administrator's command must not lock out the server's account.
    if let Ok(before) = path.metadata() {
        fchown(&file, Some(before.uid()), Some(before.gid()))?;
    } else if let Some(folder) = path.parent().and_then(|folder| folder.metadata().ok()) {
        let _ = fchown(&file, Some(folder.uid()), Some(folder.gid()));
    }
    file.write_all(b"# Made by OpenVisit. Without this file kept notes cannot be read: back it up.\n")?;
    // So that people tell copies apart; nobody reads it but they.
    writeln!(
        file,
        "# The fingerprint of this notes_key is {}.",
        fingerprint(&kept.notes_key.clone().into())
    )?;
    file.write_all(toml::to_string(kept)?.as_bytes())?;
    file.sync_all()?;
    Ok(aside)
}

fn random() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}
