//! Nodes that sign, seal or hash with different secrets would refuse each other's tokens and read nothing of each other.

use std::collections::BTreeMap;

use anyhow::{Context, bail};
use openvisit_store::Nodes;

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

/// # Errors
/// The database is away, or a running node has another secret.
pub(super) async fn expect_same(nodes: &Nodes, secrets: &Secrets) -> anyhow::Result<()> {
    let ours = by_name(secrets);
    for node in nodes.known().await.context("the database")?.into_iter().filter(|node| node.alive) {
        let theirs: BTreeMap<String, String> = serde_json::from_str(&node.intro.secrets).unwrap_or_default();
        let other = ours.iter().find(|(name, ours)| theirs.get(**name).is_some_and(|it| it != *ours));
        if let Some((name, _)) = other {
            bail!(
                "{name} is not that of the node {0}, which serves the same database: nodes share all secrets. Stop this one, \
                 copy secrets.toml from there into this one's data_dir, for instance by \
                 `scp {1}:/var/lib/openvisit/secrets.toml /var/lib/openvisit/`, and take {name} out of this one's settings \
                 or give it the same value there",
                node.intro.name,
                node.intro.name.split(':').next().unwrap_or_default(),
            );
        }
    }
    Ok(())
}
