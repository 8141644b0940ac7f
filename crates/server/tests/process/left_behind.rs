//! What a page's commands leave behind: processes that go on, files that nobody has removed.

use std::fs;
use std::path::Path;

/// Where a page's temporary files are; the others that the test itself makes.
pub const TEMPORARY: &str = "tmp";
const OURS: [&str; 7] = ["page.sh", "errors", "block", "checked.toml", "demo-data", "machine", "page.md"];

/// The command lines of those in this group that run. Whoever has ended and is not waited for yet does not.
pub fn processes(group: u32) -> Vec<String> {
    let all = fs::read_dir("/proc").into_iter().flatten().filter_map(Result::ok);
    all.filter(|process| runs_in(&process.path(), group))
        .map(|process| command_line(&process.path()))
        .collect()
}

fn runs_in(process: &Path, group: u32) -> bool {
    // After its name, which may hold anything: state, parent, group.
    let stat = fs::read_to_string(process.join("stat")).unwrap_or_default();
    let mut fields = stat.rsplit(") ").next().unwrap_or_default().split(' ');
    let state = fields.next();
    state.is_some_and(|state| !matches!(state, "Z" | "X" | "")) && fields.nth(1) == Some(&group.to_string())
}

fn command_line(process: &Path) -> String {
    let line = fs::read(process.join("cmdline")).unwrap_or_default();
    String::from_utf8_lossy(&line).replace('\0', " ").trim().to_owned()
}

/// What is in the page's folder, and among its temporary files.
pub fn files(folder: &Path) -> Vec<String> {
    let names = |folder: &Path| {
        let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect::<Vec<_>>()
    };
    let is_ours = |name: &String| {
        name.starts_with('.')
            || name.starts_with("out-")
            || name == TEMPORARY
            || OURS.contains(&name.as_str())
    };
    let own = names(folder).into_iter().filter(|name| !is_ours(name));
    own.chain(names(&folder.join(TEMPORARY))).collect()
}
