//! Who uses a SQLite file, beyond what SQLite itself looks after: a file that is about to be put in its place.
//!
//! Two files beside the database. `….lock`: everybody who has it open holds it together, who replaces it holds it
//! alone. `….server`: the one server, and in it who that is. The operating system lets go of both when a process
//! ends, however it ends; the files stay, since removing them would let two hold different ones.

use std::fs::{File, OpenOptions, Permissions, TryLockError};
use std::io::{ErrorKind, Read, Seek, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use sqlx::sqlite::SqliteConnectOptions;

use crate::StoreError;
use crate::rights::{Wish, refusal};

/// The right to use a file, until it is dropped. Empty where the file system knows no locks: SQLite's own remain.
#[derive(Debug)]
pub(crate) struct Held(#[expect(dead_code, reason = "closing it lets go")] Option<File>);

/// Being the one server on a SQLite file, until it is dropped.
#[derive(Debug)]
pub struct ServerLock(#[expect(dead_code, reason = "dropping it lets go")] Held);

impl ServerLock {
    /// `who` is told to whoever is refused because of this one. `None` on PostgreSQL, which several servers share.
    ///
    /// # Errors
    /// [`StoreError::Setup`]: another server uses the file.
    pub fn take(url: &str, who: &str) -> Result<Option<Self>, StoreError> {
        let Some(database) = sqlite_file(url)? else { return Ok(None) };
        Ok(Some(Self(server(&database, who)?)))
    }
}

/// The file of a `sqlite:` URL as SQLite will find it, however it was named; `None` for any other database.
///
/// # Errors
/// [`StoreError::Setup`]: the URL is not understood.
pub fn sqlite_file(url: &str) -> Result<Option<PathBuf>, StoreError> {
    if !url.starts_with("sqlite:") {
        return Ok(None);
    }
    let options = SqliteConnectOptions::from_str(url)?;
    Ok(Some(resolved(options.get_filename())))
}

/// Without links and dots, so that everybody means the same files beside it.
pub(crate) fn resolved(database: &Path) -> PathBuf {
    if let Ok(path) = database.canonicalize() {
        return path;
    }
    // It is not there yet; its folder may be.
    let folder = database.parent().filter(|folder| !folder.as_os_str().is_empty());
    match (folder.unwrap_or(Path::new(".")).canonicalize(), database.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => database.to_owned(),
    }
}

pub(crate) fn beside(database: &Path, suffix: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Together with everybody who works with the database.
pub(crate) fn share(database: &Path) -> Result<Held, StoreError> {
    let database = resolved(database);
    let path = beside(&database, ".lock");
    let file = open(&path, &database)?;
    hold(file.try_lock_shared(), &path)?
        .then_some(Held(Some(file)))
        .ok_or_else(|| in_use(&database, "a backup is being put in its place; try again when that is done"))
}

/// Alone: nobody has the database open.
pub(crate) fn alone(database: &Path) -> Result<Held, StoreError> {
    let path = beside(database, ".lock");
    let file = open(&path, database)?;
    hold(file.try_lock(), &path)?.then_some(Held(Some(file))).ok_or_else(|| {
        in_use(database, "another command or program of OpenVisit has it open; let it end first")
    })
}

/// In a server's place.
pub(crate) fn server(database: &Path, who: &str) -> Result<Held, StoreError> {
    let path = beside(database, ".server");
    let mut file = open(&path, database)?;
    if !hold(file.try_lock(), &path)? {
        let mut other = String::new();
        let _ = file.read_to_string(&mut other);
        let other = if other.trim().is_empty() { "another process" } else { other.trim() };
        return Err(in_use(database, &format!("{other} uses it; stop that first")));
    }
    let named = file.set_len(0).and_then(|()| file.rewind());
    let named = named.and_then(|()| writeln!(file, "process {} ({who})", std::process::id()));
    named.map_err(|error| unusable(&path, &error))?;
    Ok(Held(Some(file)))
}

pub(crate) fn in_use(database: &Path, why: &str) -> StoreError {
    StoreError::Setup(format!("the database {} is in use: {why}", database.display()))
}

fn unusable(path: &Path, error: &std::io::Error) -> StoreError {
    StoreError::Setup(format!("{} cannot be used: {}", path.display(), refusal(path, Wish::Write, error)))
}

/// Whether it is ours now.
fn hold(tried: Result<(), TryLockError>, path: &Path) -> Result<bool, StoreError> {
    match tried {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        // Network file systems without locks: SQLite's own are asked as well before anything is replaced.
        Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => Ok(true),
        Err(TryLockError::Error(error)) => Err(unusable(path, &error)),
    }
}

/// An administrator's command must not lock out the server's account: a new file gets the owner of the database, or of the
/// folder where there is none yet. SQLite does so with the files that it makes itself.
pub(crate) fn give_to_owner(file: &File, database: &Path) {
    let folder = database.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Ok(made) = file.metadata() else { return };
    let of_database = database.metadata().ok().filter(|database| database.ino() != made.ino());
    if let Some(owner) = of_database.or_else(|| folder.metadata().ok()) {
        // Only the system's administrator can; of anybody else's own files nothing is to be given away.
        let _ = fchown(file, Some(owner.uid()), Some(owner.gid()));
    }
}

/// One that was copied here may have the rights that copies have. Another account's cannot be changed.
pub(crate) fn keep_private(path: &Path) {
    let Ok(rights) = path.metadata().map(|file| file.permissions()) else { return };
    if rights.mode() & 0o077 != 0 {
        let _ = std::fs::set_permissions(path, Permissions::from_mode(0o600));
    }
}

fn open(path: &Path, database: &Path) -> Result<File, StoreError> {
    let is_new = !path.exists();
    let opened =
        OpenOptions::new().create(true).truncate(false).read(true).write(true).mode(0o600).open(path);
    let file = opened.map_err(|error| unusable(path, &error))?;
    if is_new {
        give_to_owner(&file, database);
    }
    // Whoever can read it can hold it, and keep the server out.
    keep_private(path);
    Ok(file)
}
