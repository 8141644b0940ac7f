//! Nodes that sign, seal or hash with different secrets would refuse each other's tokens and read nothing of each other.

use std::collections::BTreeMap;

use anyhow::{Context, bail};
use openvisit_store::{Node, Nodes, Store};

use crate::settings::{Secrets, fingerprint};

/// By the names that they have in `secrets.toml`, as JSON: what a node says of itself.
pub(super) fn fingerprints(secrets: &Secrets) -> String {
    serde_json::json!(by_name(secrets)).to_string()
}

fn by_name(secrets: &Secrets) -> BTreeMap<&'static str, String> {
    [
        ("jwt_secret", &secrets.jwt),
        ("notes_key", &secrets.notes),
        ("passcode_pepper", &secrets.passcode_pepper),
    ]
    .map(|(name, secret)| (name, fingerprint(secret)))
    .into()
}

/// A node that serves the database now, and so has what this one lacks; a sentence says how to get it.
pub(crate) async fn how_to_copy(store: &Store) -> Option<String> {
    let known = store.nodes()?.known().await.ok()?;
    known.iter().find(|node| node.alive).map(copied_from)
}

fn copied_from(node: &Node) -> String {
    let machine = node.intro.name.split(':').next().unwrap_or_default();
    format!(
        "the node {} serves this database. Copy secrets.toml from its data_dir into this one's: `scp \
         {machine}:DATA_DIR/secrets.toml DATA_DIR/`, with what `openvisit config check` there and here shows as data_dir",
        node.intro.name
    )
}

/// # Errors
/// The database is away, or a running node has another secret.
pub(super) async fn expect_same(nodes: &Nodes, secrets: &Secrets) -> anyhow::Result<()> {
    let ours = by_name(secrets);
    for node in nodes.known().await.context("the database")?.into_iter().filter(|node| node.alive) {
        let theirs: BTreeMap<String, String> = serde_json::from_str(&node.intro.secrets).unwrap_or_default();
        let other = ours.iter().find(|(name, ours)| theirs.get(**name).is_some_and(|it| it != *ours));
        if let Some((name, _)) = other {
            bail!(
                "{name} is not that of another node, and nodes share all secrets: {}, and take {name} out of this one's \
                 settings or give it the same value there",
                copied_from(&node),
            );
        }
    }
    Ok(())
}
