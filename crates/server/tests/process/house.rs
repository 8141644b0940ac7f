//! The house: which crate may name what, and that every dependency is needed. What the compiler keeps already (`app`
//! depends on neither axum nor utoipa nor socketioxide) is kept here against whoever adds the dependency.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn crates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The Rust files below a folder, with their text.
fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push((path.clone(), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort_unstable();
    assert!(!found.is_empty(), "no sources in {}", folder.display());
    found
}

/// The code without comments.
fn code(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// The names in a table of a manifest.
fn dependencies(manifest: &str, table: &str) -> Vec<String> {
    let parsed: toml::Table = manifest.parse().unwrap();
    let named = parsed.get(table).and_then(toml::Value::as_table);
    named.into_iter().flat_map(toml::Table::keys).cloned().collect()
}

#[test]
fn the_application_knows_no_server() {
    let app = crates().join("app");
    let manifest = fs::read_to_string(app.join("Cargo.toml")).unwrap();
    let servers =
        ["axum", "axum-extra", "axum-server", "http", "hyper-util", "utoipa", "socketioxide", "openvisit"];
    for table in ["dependencies", "dev-dependencies"] {
        let named = dependencies(&manifest, table);
        let wrong: Vec<_> = servers.iter().filter(|name| named.iter().any(|own| own == *name)).collect();
        assert!(wrong.is_empty(), "{wrong:?} in [{table}] of crates/app");
    }
    // A client of webhooks reads status codes; nothing else names one.
    for (path, text) in sources(&app.join("src")) {
        let named = code(&text).contains("StatusCode") && !path.ends_with("outbox/send.rs");
        assert!(!named, "{} names status codes", path.display());
    }
}

#[test]
fn a_dialect_knows_neither_another_nor_the_canonical_api() {
    let server = crates().join("server/src");
    let dialects = server.join("dialects");
    let is_folder = |entry: &fs::DirEntry| entry.path().is_dir();
    let folders = |of: &Path| -> Vec<String> {
        let entries = fs::read_dir(of).unwrap().map(Result::unwrap).filter(is_folder);
        entries.map(|entry| entry.file_name().into_string().unwrap()).collect()
    };
    let (names, features) = (folders(&dialects), folders(&server.join("http")));
    assert_eq!(names.len(), 5, "{names:?}");
    for own in &names {
        for (path, text) in sources(&dialects.join(own)) {
            let text = code(&text);
            // One path a line, so that the names below are seen.
            for group in ["http::{", "dialects::{"] {
                assert!(!text.contains(group), "{} imports in groups", path.display());
            }
            for other in names.iter().filter(|other| *other != own) {
                let named = text.contains(&format!("dialects::{other}::"));
                assert!(!named, "{} imports the dialect {other}", path.display());
            }
            for feature in &features {
                let named = text.contains(&format!("http::{feature}::"));
                assert!(!named, "{} imports the canonical API's {feature}", path.display());
            }
        }
    }
}

#[test]
fn every_dependency_is_needed() {
    let mut idle = BTreeSet::new();
    for entry in fs::read_dir(crates()).unwrap() {
        let folder = entry.unwrap().path();
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        let code: String = sources(&folder).into_iter().map(|(_, text)| text).collect();
        let named = |name: &str| code.contains(&name.replace('-', "_"));
        for table in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let unused = dependencies(&manifest, table).into_iter().filter(|name| !named(name));
            idle.extend(unused.map(|name| format!("{name} in {}", folder.display())));
        }
    }
    assert!(idle.is_empty(), "nobody uses {idle:#?}");
}
