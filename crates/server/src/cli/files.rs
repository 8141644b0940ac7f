//! The files that a start needs, as the server's account meets them. An administrator who looks may use all of them.

use std::path::{Path, PathBuf};

use openvisit_app::settings::issuer::KeySource;
use openvisit_app::settings::{Loaded, Settings, secrets_file};
use openvisit_store::{Account, Wish, sqlite_file};

/// What keeps the server's account from its files, one sentence each.
pub(super) fn out_of_reach(loaded: &Loaded) -> Vec<String> {
    let own = Account::own();
    let mut needed = needed(loaded);
    let account = if own.is_administrator() {
        needed.extend(tried(&loaded.settings));
        of_server(Account::owner(&loaded.settings.data_dir), Account::named(USUAL))
    } else {
        Some(own)
    };
    let Some(account) = account else { return Vec::new() };
    let stopped = needed.into_iter().filter_map(|(name, path, wish)| {
        let obstacle = account.obstacle(&path, wish)?;
        Some((format!("{name}: {obstacle}"), obstacle))
    });
    let mut told: Vec<(String, _)> = stopped.collect();
    // One folder is in the way of many files.
    told.dedup_by(|(_, later), (_, first)| later == first);
    told.into_iter().map(|(sentence, _)| sentence).collect()
}

/// The account that docs/operate.md makes.
const USUAL: &str = "openvisit";

/// The server has the account that the data folder belongs to. A folder of root's was made by mistake where there is an account
/// for the server.
fn of_server(owner: Option<Account>, usual: Option<Account>) -> Option<Account> {
    match owner {
        Some(owner) if owner.is_administrator() => usual.or(Some(owner)),
        owner => owner,
    }
}

/// Setting, file, and what is done with it.
fn needed(loaded: &Loaded) -> Vec<(&'static str, PathBuf, Wish)> {
    let settings = &loaded.settings;
    let mut needed = vec![("data_dir", settings.data_dir.clone(), Wish::Folder)];
    // Only its owner may read it.
    needed.extend(
        Some(secrets_file(settings)).filter(|path| path.exists()).map(|path| ("data_dir", path, Wish::Write)),
    );
    if let Ok(Some(database)) = sqlite_file(&settings.database_url()) {
        let beside = ["-wal", "-shm", "-journal", ".lock", ".server"].map(|suffix| beside(&database, suffix));
        let there = beside.into_iter().filter(|path| path.exists());
        needed.extend(there.map(|path| ("database_url", path, Wish::Write)));
        needed.push(("database_url", database, Wish::Write));
    }
    let read = |name, path: &Path| (name, path.to_owned(), Wish::Read);
    needed.extend(loaded.file.iter().map(|path| read("--config", path)));
    needed.extend(settings.logo.iter().map(|path| read("logo", path)));
    needed
}

/// Those that whoever looks tries to read by themselves.
fn tried(settings: &Settings) -> Vec<(&'static str, PathBuf, Wish)> {
    let tls = [("tls.certificate", &settings.tls.certificate), ("tls.key", &settings.tls.key)];
    let keys = settings.issuers.iter().filter_map(|issuer| match issuer.key_source() {
        Some(KeySource::PemFile(path)) => Some(("issuers", path.clone(), Wish::Read)),
        _ => None,
    });
    let tls = tls.into_iter().filter_map(|(name, path)| Some((name, path.clone()?, Wish::Read)));
    tls.chain(keys).collect()
}

fn beside(database: &Path, suffix: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_root_s_is_the_server_s_where_that_has_an_account() {
        let [root, other] = [0, 4242].map(Account::of);
        let daemon = Account::named("daemon").unwrap();
        assert_eq!(Account::named("nobody of this name"), None);
        assert_eq!(of_server(Some(root.clone()), Some(daemon.clone())), Some(daemon.clone()));
        assert_eq!(of_server(Some(root.clone()), None), Some(root));
        assert_eq!(of_server(Some(other.clone()), Some(daemon)), Some(other));
    }
}
