//! `openvisit drain`.

use anyhow::bail;
use openvisit_app::settings::Settings;
use openvisit_store::sqlite_file;

use super::say::say;
use super::store;
use crate::run::node_name;

/// Lets a node take no new calls, until it is stopped.
pub async fn run(node: Option<String>, now: bool, settings: &Settings) -> anyhow::Result<()> {
    if sqlite_file(&settings.database_url())?.is_some() {
        bail!(
            "on SQLite one process serves, and nobody could take its calls over; drain_seconds lets it wait for them when it is stopped"
        )
    }
    let store = store(settings).await?;
    let Some(nodes) = store.nodes() else { return Ok(()) };
    let name = node.unwrap_or_else(|| node_name(settings));
    if !nodes.wish_drain(&name, now).await? {
        let known: Vec<_> = nodes.known().await?.into_iter().map(|node| node.intro.name).collect();
        let known = if known.is_empty() {
            "none runs".to_owned()
        } else {
            format!("there are: {}", known.join(", "))
        };
        bail!("no node is called {name}; {known}");
    }
    let calls = if now { "Those that it has go to other nodes now" } else { "Those that it has go on" };
    say(format_args!(
        "{name} takes no new calls from now on, and tells its balancer so by /ready. {calls}; `openvisit check` shows how many \
         there are. Stop it when there are none"
    ))
}
