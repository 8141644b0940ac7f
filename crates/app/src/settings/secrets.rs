//! Secrets that nobody gave are made once and kept beside the database.

use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use anyhow::{Context, bail};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Secret, Settings};

/// In the data folder.
const FILE: &str = "secrets.toml";
/// The secrets that are made where nobody gives them.
pub const MADE: &[&str] = &["jwt_secret", "notes_key", "passcode_pepper"];

/// What the server signs, seals and hashes with.
#[derive(Clone, Debug)]
pub struct Secrets {
    pub jwt: Secret,
    /// Seals session notes.
    pub notes: Secret,
    pub passcode_pepper: Secret,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    jwt_secret: String,
    notes_key: String,
    passcode_pepper: String,
}

impl Secrets {
    /// Those of the settings; those that are missing from `<data_dir>/secrets.toml`, which is made at
    /// need.
    ///
    /// # Errors
    /// The file cannot be read, written or understood, or others can read it.
    pub fn of(settings: &Settings) -> anyhow::Result<Self> {
        let given = (&settings.jwt_secret, &settings.notes_key, &settings.passcode_pepper);
        if let (Some(jwt), Some(notes), Some(passcode_pepper)) = given {
            return Ok(Self {
                jwt: jwt.clone(),
                notes: notes.clone(),
                passcode_pepper: passcode_pepper.clone(),
            });
        }
        let kept = kept(&settings.data_dir)?;
        Ok(Self {
            jwt: given.0.clone().unwrap_or(kept.jwt_secret.into()),
            notes: given.1.clone().unwrap_or(kept.notes_key.into()),
            passcode_pepper: given.2.clone().unwrap_or(kept.passcode_pepper.into()),
        })
    }
}

/// What a server of these settings signs tokens with, if it is given or was made here, and we may read it. Nothing is
/// made.
#[must_use]
pub fn known_jwt_secret(settings: &Settings) -> Option<Secret> {
    let made = || read(&settings.data_dir.join(FILE)).ok().map(|kept| kept.jwt_secret.into());
    settings.jwt_secret.clone().or_else(made)
}

/// A key of 256 bits made of a secret.
#[must_use]
pub fn key_of(secret: &Secret) -> [u8; 32] {
    Sha256::digest(secret.expose().as_bytes()).into()
}

fn kept(data_dir: &Path) -> anyhow::Result<Kept> {
    let path = data_dir.join(FILE);
    if !path.exists() {
        make(&path).with_context(|| format!("cannot make {}", path.display()))?;
    }
    read(&path)
}

fn read(path: &Path) -> anyhow::Result<Kept> {
    let shown = path.display();
    let mode = std::fs::metadata(path).with_context(|| format!("cannot read {shown}"))?.permissions().mode();
    if mode & 0o077 != 0 {
        bail!("{shown} can be read by others; run: chmod 600 {shown}");
    }
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {shown}"))?;
    // The cause would quote the line, and with it a secret.
    toml::from_str(&text)
        .map_err(|_| anyhow::anyhow!("{shown} is not what this server wrote; restore it from a backup"))
}

/// Written aside and then put in place, so that a start that dies here leaves no half of it; a second
/// server that starts at the same time keeps the first one's.
fn make(path: &Path) -> anyhow::Result<()> {
    let kept = Kept { jwt_secret: random(), notes_key: random(), passcode_pepper: random() };
    let aside = path.with_extension(format!("toml.{}", std::process::id()));
    let mut file =
        std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&aside)?;
    file.write_all(b"# Made by OpenVisit. Without this file kept notes cannot be read: back it up.\n")?;
    file.write_all(toml::to_string(&kept)?.as_bytes())?;
    file.sync_all()?;
    let placed = std::fs::hard_link(&aside, path);
    std::fs::remove_file(&aside)?;
    match placed {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error.into()),
        _ => Ok(()),
    }
}

fn random() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}
