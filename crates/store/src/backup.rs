//! Database files: nobody but the server's account reads them, and none is replaced that is in use.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};

use crate::lock::{self, beside, give_to_owner, keep_private, resolved};
use crate::rights::{Wish, refusal};
use crate::store::read_only;
use crate::{Store, StoreError, Tx};

/// How long another program that has the file open is waited for.
const PATIENCE: Duration = Duration::from_secs(2);
/// Of a backup.
const DAMAGED: &str = "it is damaged: take another backup";
/// What SQLite keeps beside a file.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Makes the file, readable by its owner only, where there is none. SQLite gives the files beside it the
/// same rights.
pub(crate) fn make_private(path: &Path) -> Result<(), StoreError> {
    let is_new = !path.exists();
    let file = open_private(path, OpenOptions::new().create(true))?;
    if is_new {
        give_to_owner(&file, path);
    }
    for path in std::iter::once(path.to_owned()).chain(BESIDE.map(|suffix| beside(path, suffix))) {
        keep_private(&path);
    }
    // SQLite would say of these only that it cannot write.
    for path in BESIDE.map(|suffix| beside(path, suffix)).iter().filter(|path| path.exists()) {
        open_private(path, &mut OpenOptions::new())?;
    }
    Ok(())
}

/// Copies the database into a new file.
pub(crate) async fn copy(from: &SqliteConnectOptions, to: &Path) -> Result<(), StoreError> {
    open_private(to, OpenOptions::new().create_new(true))?;
    // A connection of its own, so that no writer waits for the copy.
    let mut connection = from.connect().await?;
    let copied = copy_by(&mut connection, to).await;
    connection.close().await?;
    if copied.is_err() {
        // Whoever looks for the newest backup is not to find half of one.
        remove_one(to)?;
    }
    copied
}

async fn copy_by(connection: &mut SqliteConnection, to: &Path) -> Result<(), StoreError> {
    let Some(target) = to.to_str() else {
        return Err(StoreError::Setup("the backup's path is not text".to_owned()));
    };
    sqlx::query("vacuum into $1").bind(target).execute(connection).await?;
    kept(to)
}

/// A backup as it is: its schema may be an old one.
#[derive(Debug)]
pub struct BackupContents {
    pub tx: Tx,
    /// Whether it is young enough to say which keys it needs; else [`Tx::sealing_keys`] fails.
    pub names_keys: bool,
}

/// Begins to read a backup. Nothing is written, beside it neither.
///
/// # Errors
/// [`StoreError::Setup`]: there is none, or it is damaged or none of ours.
pub async fn look_into(backup: &Path) -> Result<BackupContents, StoreError> {
    let (mut connection, options) = open_backup(backup).await?;
    let looked = match check(&mut connection).await {
        Ok(()) => has_table(&mut connection, "sealing_key").await,
        Err(refused) => Err(refused),
    };
    let _ = connection.close().await;
    Ok(BackupContents { names_keys: looked?, tx: read_only(options).await? })
}

async fn has_table(connection: &mut SqliteConnection, name: &str) -> Result<bool, StoreError> {
    let sql = "select count(*) from sqlite_master where type = 'table' and name = $1";
    let (found,): (i64,) = sqlx::query_as(sql).bind(name).fetch_one(connection).await?;
    Ok(found > 0)
}

/// Puts a backup in the place of a SQLite database that nobody uses. Nothing is touched before the backup was read
/// whole and brought up to date. Gives back where the database is now that was there before.
///
/// # Errors
/// [`StoreError::Setup`]: the database is in use, or the backup is damaged, none of ours, or of a newer program.
pub async fn restore(backup: &Path, database: &Path) -> Result<Option<PathBuf>, StoreError> {
    let database = resolved(database);
    let _no_server = lock::server(&database, "openvisit restore")?;
    let alone = lock::alone(&database)?;
    if resolved(backup) == database {
        return Err(StoreError::Setup("this is the database itself, not a backup of it".to_owned()));
    }
    let aside = beside(&database, ".restoring");
    let before = match take_aside(backup, &aside, &database).await {
        Ok(()) => keep(&database).await,
        Err(refused) => Err(refused),
    };
    if before.is_err() {
        remove(&aside)?;
    }
    let before = before?;
    std::fs::rename(&aside, &database).map_err(|error| refused(&database, &error))?;
    sync_folder(&database)?;
    drop(alone);
    Ok(before)
}

/// A copy of the backup that is whole, ours and up to date, with the owner of the database that it will be.
async fn take_aside(backup: &Path, aside: &Path, database: &Path) -> Result<(), StoreError> {
    remove(aside)?;
    give_to_owner(&open_private(aside, OpenOptions::new().create_new(true))?, database);
    let (mut connection, _) = open_backup(backup).await?;
    let copied = match check(&mut connection).await {
        // With what still lies in its log, and of one moment even where somebody writes to it.
        Ok(()) => copy_by(&mut connection, aside).await,
        refused => refused,
    };
    let _ = connection.close().await;
    copied?;
    Store::open_file(SqliteConnectOptions::new().filename(aside)).await?.close().await;
    for lock in [".lock", ".server"] {
        remove_one(&beside(aside, lock))?;
    }
    kept(aside)
}

/// The backup may lie where nothing can be written.
async fn open_backup(backup: &Path) -> Result<(SqliteConnection, SqliteConnectOptions), StoreError> {
    match std::fs::metadata(backup) {
        Ok(found) if found.is_file() => {}
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(refused(backup, &error)),
        _ => return Err(StoreError::Setup(format!("there is no file {}", backup.display()))),
    }
    let options = SqliteConnectOptions::new().filename(backup).read_only(true).disable_statement_logging();
    for options in [options.clone(), options.immutable(true)] {
        let Ok(mut connection) = options.connect().await else { continue };
        if sqlx::query("select count(*) from sqlite_master").execute(&mut connection).await.is_ok() {
            return Ok((connection, options));
        }
        let _ = connection.close().await;
    }
    let why = if is_database(backup)? {
        DAMAGED
    } else {
        "it is no database: name a file that `openvisit backup` made"
    };
    Err(StoreError::Setup(why.to_owned()))
}

async fn check(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let tables = "select count(*) from sqlite_master where name in ('_sqlx_migrations', 'session', 'person')";
    let (ours,): (i64,) = sqlx::query_as(tables).fetch_one(&mut *connection).await?;
    if ours < 3 {
        return Err(StoreError::Setup(
            "it is no database of OpenVisit: name a file that `openvisit backup` made".to_owned(),
        ));
    }
    let found: Result<Vec<(String,)>, _> =
        sqlx::query_as("pragma integrity_check(1)").fetch_all(&mut *connection).await;
    if !matches!(found.as_deref(), Ok([(word,)]) if word == "ok") {
        return Err(StoreError::Setup(DAMAGED.to_owned()));
    }
    let dangling = sqlx::query("pragma foreign_key_check").fetch_optional(&mut *connection).await?;
    match dangling {
        Some(_) => {
            let why = "it is not whole, rows that others need are missing: take another backup";
            Err(StoreError::Setup(why.to_owned()))
        }
        None => Ok(()),
    }
}

/// Gives the database, if there is one, a second name under which it stays.
async fn keep(database: &Path) -> Result<Option<PathBuf>, StoreError> {
    let before = free_name(database);
    let is_there = database.exists();
    if is_there {
        // SQLite would throw away the log of what it does not take for a database.
        if is_database(database)? {
            fold(database).await?;
        }
        // A link rather than a move: whatever happens now, there is a database in its place.
        if std::fs::hard_link(database, &before).is_err() {
            std::fs::rename(database, &before).map_err(|error| refused(&before, &error))?;
        }
    }
    // Only of one that could not be folded. Another database's log would spoil the new one.
    for suffix in BESIDE {
        let log = beside(database, suffix);
        if log.exists() {
            std::fs::rename(&log, beside(&before, suffix)).map_err(|error| refused(&log, &error))?;
        }
    }
    Ok(is_there.then_some(before))
}

fn is_database(path: &Path) -> Result<bool, StoreError> {
    let mut begin = Vec::new();
    let read = File::open(path).and_then(|file| file.take(16).read_to_end(&mut begin));
    read.map_err(|error| refused(path, &error))?;
    Ok(begin.is_empty() || begin == b"SQLite format 3\0")
}

/// Brings the log into the file, which SQLite does for one who is alone with it and refuses to anybody else: also
/// programs that know nothing of our locks are noticed. One that is too damaged to be opened is kept as it is.
async fn fold(database: &Path) -> Result<(), StoreError> {
    let options = SqliteConnectOptions::new().filename(database).busy_timeout(PATIENCE);
    let mode: Result<(String,), sqlx::Error> = match options.disable_statement_logging().connect().await {
        Ok(mut connection) => {
            let mode = sqlx::query_as("pragma journal_mode = delete").fetch_one(&mut connection).await;
            let _ = connection.close().await;
            mode
        }
        Err(error) => Err(error),
    };
    let in_use = match mode.map_err(StoreError::from) {
        Ok((mode,)) => mode != "delete",
        Err(StoreError::Unavailable(why)) => why == "locked",
        Err(_) => false,
    };
    if in_use {
        return Err(lock::in_use(database, "another program has it open; let it end first"));
    }
    Ok(())
}

fn free_name(database: &Path) -> PathBuf {
    let first = beside(database, ".before-restore");
    let mut names =
        std::iter::once(first).chain((2..).map(|n| beside(database, &format!(".before-restore-{n}"))));
    names.find(|name| !name.exists()).unwrap_or_default()
}

/// With what SQLite may have left beside it.
fn remove(path: &Path) -> Result<(), StoreError> {
    remove_one(path)?;
    BESIDE.iter().chain(&[".lock", ".server"]).try_for_each(|suffix| remove_one(&beside(path, suffix)))
}

fn remove_one(path: &Path) -> Result<(), StoreError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(refused(path, &error)),
        _ => Ok(()),
    }
}

/// It and its name outlive a loss of power.
fn kept(path: &Path) -> Result<(), StoreError> {
    File::open(path).and_then(|file| file.sync_all()).map_err(|error| refused(path, &error))?;
    sync_folder(path)
}

fn sync_folder(path: &Path) -> Result<(), StoreError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| refused(folder, &error))
}

fn refused(path: &Path, error: &std::io::Error) -> StoreError {
    // One that is there is not to be made: whoever put it there may not have thought of whose it is.
    let what = if path.exists() && error.kind() != ErrorKind::AlreadyExists { "used" } else { "made" };
    StoreError::Setup(format!("{} cannot be {what}: {}", path.display(), refusal(path, Wish::Write, error)))
}

fn open_private(path: &Path, how: &mut OpenOptions) -> Result<File, StoreError> {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(how, 0o600);
    how.write(true).open(path).map_err(|error| refused(path, &error))
}
