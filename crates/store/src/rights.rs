//! Why an account may not use a file: whose it is, and the command that helps.

use std::fmt;
use std::fs::Metadata;
use std::io::{Error, ErrorKind};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

const SEARCH: u32 = 1;
const WRITE: u32 = 2;
const READ: u32 = 4;

/// What somebody wants of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    Read,
    /// To write it, or to make it where it is not there.
    Write,
    /// To write into a folder, or to make it where it is not there.
    Folder,
}

/// An account of this machine, with the groups that its own files give it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    uid: u32,
    groups: Vec<u32>,
}

/// What keeps an account from a file: itself, or a folder on the way there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacle {
    path: PathBuf,
    /// The folder that cannot be made because of it.
    missing: Option<PathBuf>,
    uid: u32,
    owner: u32,
    mode: u32,
    needed: u32,
}

impl Account {
    /// The one that this process has.
    #[must_use]
    pub fn own() -> Self {
        Self::of(rustix::process::geteuid().as_raw())
    }

    #[must_use]
    pub fn of(uid: u32) -> Self {
        let name = name(uid);
        let has_it = |fields: &[String]| {
            fields.get(3).is_some_and(|members| members.split(',').any(|member| member == name))
        };
        let own = lines("/etc/passwd").into_iter().filter(|fields| number(fields, 2) == Some(uid));
        let others = lines("/etc/group").into_iter().filter(|fields| has_it(fields));
        let groups = own.filter_map(|fields| number(&fields, 3));
        Self { uid, groups: groups.chain(others.filter_map(|fields| number(&fields, 2))).collect() }
    }

    /// The account of that name, where this machine has one.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let known =
            lines("/etc/passwd").into_iter().find(|fields| fields.first().is_some_and(|it| it == name))?;
        number(&known, 2).map(Self::of)
    }

    /// To whom a file or folder belongs.
    #[must_use]
    pub fn owner(path: &Path) -> Option<Self> {
        path.metadata().ok().map(|found| Self::of(found.uid()))
    }

    #[must_use]
    pub fn name(&self) -> String {
        name(self.uid)
    }

    #[must_use]
    pub fn is_administrator(&self) -> bool {
        self.uid == 0
    }

    /// `None` where nothing is in the way, as far as modes tell. Access lists are not read: where there is one, it has the
    /// last word.
    #[must_use]
    pub fn obstacle(&self, path: &Path, wish: Wish) -> Option<Obstacle> {
        let path = std::path::absolute(path).ok()?;
        // Links lead where it may be used, or not.
        let path = path.canonicalize().unwrap_or(path);
        let steps: Vec<&Path> = path.ancestors().collect();
        let mut before: Option<(&Path, Metadata)> = None;
        for step in steps.into_iter().rev() {
            let found = match step.metadata() {
                Ok(found) => found,
                Err(error) if error.kind() == ErrorKind::NotFound && wish != Wish::Read => {
                    let (folder, found) = before?;
                    let missing = (wish == Wish::Folder).then(|| path.clone());
                    let stopped = self.stopped_by(folder, &found, WRITE | SEARCH);
                    return stopped.map(|obstacle| Obstacle { missing, ..obstacle });
                }
                Err(_) => return None,
            };
            let needed = match wish {
                _ if step != path => SEARCH,
                Wish::Read => READ,
                Wish::Folder => WRITE | SEARCH,
                Wish::Write => READ | WRITE,
            };
            if let Some(obstacle) = self.stopped_by(step, &found, needed) {
                return Some(obstacle);
            }
            before = Some((step, found));
        }
        None
    }

    fn stopped_by(&self, path: &Path, found: &Metadata, needed: u32) -> Option<Obstacle> {
        let (owner, mode) = (found.uid(), found.mode() & 0o7777);
        let given = if owner == self.uid {
            mode >> 6
        } else if self.groups.contains(&found.gid()) {
            mode >> 3
        } else {
            mode
        };
        let may = self.is_administrator() || given & needed == needed || has_list(path);
        (!may).then(|| Obstacle { path: path.to_owned(), missing: None, uid: self.uid, owner, mode, needed })
    }
}

/// `data/openvisit.db belongs to root (mode 0600): openvisit may not write it. Run as root: chown openvisit …`
impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { uid, owner, mode, needed, .. } = self;
        let (path, account) = (self.path.display(), name(*uid));
        let (word, letters) = match *needed {
            SEARCH => ("look into", "x"),
            READ => ("read", "r"),
            _ if self.path.is_dir() => ("write into", "rwx"),
            _ => ("write", "rw"),
        };
        write!(
            f,
            "{path} belongs to {} (mode {mode:04o}), and the account {account} may not {word} it. ",
            name(*owner)
        )?;
        if let Some(missing) = &self.missing {
            write!(f, "Run as root: install -d -o {account} -m 700 {}", missing.display())
        } else if owner == uid {
            write!(f, "Run: chmod u+{letters} {path}")
        } else if needed & WRITE == 0 {
            // Others may need it as it is; its group is free.
            write!(f, "Run as root: chown :$(id -gn {account}) {path} && chmod g+{letters} {path}")
        } else {
            write!(f, "Run as root: chown {account} {path}")
        }
    }
}

/// What is to be said of a file that could not be used: the error, or whose it is where that is the reason.
#[must_use]
pub fn refusal(path: &Path, wish: Wish, error: &Error) -> String {
    let denied = error.kind() == ErrorKind::PermissionDenied;
    match denied.then(|| Account::own().obstacle(path, wish)).flatten() {
        Some(obstacle) => obstacle.to_string(),
        None => error.to_string(),
    }
}

/// Whether an access list says more than the mode.
fn has_list(path: &Path) -> bool {
    rustix::fs::getxattr(path, "system.posix_acl_access", &mut [0_u8; 0]).is_ok()
}

fn name(uid: u32) -> String {
    let known = lines("/etc/passwd").into_iter().find(|fields| number(fields, 2) == Some(uid));
    known.and_then(|fields| fields.into_iter().next()).unwrap_or_else(|| uid.to_string())
}

fn number(fields: &[String], at: usize) -> Option<u32> {
    fields.get(at)?.parse().ok()
}

/// The fields of `/etc/passwd` or `/etc/group`.
fn lines(file: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    text.lines().map(|line| line.split(':').map(str::to_owned).collect()).collect()
}

#[cfg(test)]
mod tests {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::{PermissionsExt, chown};

    use super::*;

    /// An account that this machine does not know, beside the one that owns what is made here.
    fn stranger() -> Account {
        Account { uid: 4242, groups: vec![4243] }
    }

    fn mode(path: &Path, mode: u32) {
        set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn the_first_thing_in_the_way_is_named_with_what_to_run() {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().canonicalize().unwrap();
        let file = home.join("inner/openvisit.db");
        std::fs::create_dir(home.join("inner")).unwrap();
        std::fs::write(&file, "").unwrap();
        for path in [&home, &home.join("inner")] {
            mode(path, 0o755);
        }
        mode(&file, 0o600);
        let told =
            |path: &Path, wish| stranger().obstacle(path, wish).map(|it| it.to_string()).unwrap_or_default();
        let (owner, shown) = (Account::own().name(), file.display());
        let expected = format!(
            "{shown} belongs to {owner} (mode 0600), and the account 4242 may not write it. Run as root: chown 4242 {shown}"
        );
        assert_eq!(told(&file, Wish::Write), expected);
        assert!(told(&file, Wish::Read).contains("may not read it. Run as root: chown :$(id -gn 4242)"));
        mode(&file, 0o604);
        assert_eq!(stranger().obstacle(&file, Wish::Read), None);
        let new = home.join("inner/new/deep.db");
        let inner = home.join("inner").display().to_string();
        assert!(told(&new, Wish::Write).starts_with(&format!("{inner} belongs to {owner} (mode 0755)")));
        assert_eq!(stranger().obstacle(&new, Wish::Read), None, "what is not there is another's to tell");
        let made = format!("Run as root: install -d -o 4242 -m 700 {inner}/new");
        assert!(told(&home.join("inner/new"), Wish::Folder).ends_with(&made));
        assert!(told(&home.join("inner"), Wish::Folder).ends_with(&format!("chown 4242 {inner}")));
        mode(&home, 0o700);
        assert!(told(&file, Wish::Read).contains("may not look into it"), "{}", told(&file, Wish::Read));
        assert_eq!(Account { uid: 0, groups: vec![] }.obstacle(&file, Wish::Write), None);
    }

    #[test]
    fn a_group_counts_and_an_owner_is_told_to_change_the_mode() {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().canonicalize().unwrap();
        mode(&home, 0o755);
        let file = home.join("key.pem");
        std::fs::write(&file, "").unwrap();
        mode(&file, 0o040);
        let own = Account { uid: file.metadata().unwrap().uid(), groups: vec![] };
        let of_group = Account { uid: 4242, groups: vec![file.metadata().unwrap().gid()] };
        assert_eq!(of_group.obstacle(&file, Wish::Read), None);
        if own.uid != 0 {
            assert!(own.obstacle(&file, Wish::Read).unwrap().to_string().contains("Run: chmod u+r "));
        } else {
            chown(&file, Some(4242), None).unwrap();
            assert!(stranger().obstacle(&file, Wish::Read).unwrap().to_string().contains("Run: chmod u+r "));
        }
        let link = home.join("link.pem");
        std::os::unix::fs::symlink(&file, &link).unwrap();
        assert_eq!(of_group.obstacle(&link, Wish::Read), of_group.obstacle(&file, Wish::Read));
    }
}
