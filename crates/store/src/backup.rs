//! Database files: nobody but the server's account reads them.

use std::fs::OpenOptions;
use std::path::Path;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

use crate::StoreError;

/// Makes the file, readable by its owner only, where there is none. SQLite gives the files beside it the
/// same rights.
pub(crate) fn make_private(path: &Path) -> Result<(), StoreError> {
    open_private(path, OpenOptions::new().create(true))
}

/// Copies the database into a new file.
pub(crate) async fn copy(from: &SqliteConnectOptions, to: &Path) -> Result<(), StoreError> {
    let Some(target) = to.to_str() else {
        return Err(StoreError::Setup("the backup's path is not text".to_owned()));
    };
    open_private(to, OpenOptions::new().create_new(true))?;
    // A connection of its own, so that no writer waits for the copy.
    let mut connection = from.connect().await?;
    let copied = sqlx::query("vacuum into $1").bind(target).execute(&mut connection).await;
    connection.close().await?;
    copied?;
    Ok(())
}

fn open_private(path: &Path, how: &mut OpenOptions) -> Result<(), StoreError> {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(how, 0o600);
    how.write(true)
        .open(path)
        .map(drop)
        .map_err(|error| StoreError::Setup(format!("{} cannot be made: {error}", path.display())))
}
