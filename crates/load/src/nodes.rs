//! Where requests go: to one server, or to each of several nodes in turn; and what each of them carried.

use std::fmt;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use serde::Serialize;

use crate::cli::Target;
use crate::process::Process;
use crate::report::{Reading, mebibytes};

/// All nodes of a run.
#[derive(Debug)]
pub struct Nodes {
    all: Vec<Node>,
    turn: AtomicUsize,
}

#[derive(Debug)]
struct Node {
    /// Where it is, without a slash at the end.
    url: String,
    /// If it runs on this machine.
    process: Option<Process>,
    requests: AtomicU64,
}

/// Of each node, how many requests it had been sent, and what its process had used.
pub type Snapshot = Vec<(u64, Option<Reading>)>;

/// What a node carried while something was measured.
#[derive(Clone, Debug, Serialize)]
pub struct NodeUse {
    pub url: String,
    pub requests: u64,
    /// Calls whose media were there at the end, as it says itself.
    pub calls: Option<u64>,
    /// Of one processor; `null` where the process is not known.
    pub cpu_percent: Option<f64>,
    pub rss_bytes: Option<u64>,
}

impl Nodes {
    /// The nodes that were named, and the address of the first.
    ///
    /// # Errors
    /// A URL leads nowhere.
    pub async fn of(target: &Target) -> Result<(Self, SocketAddr)> {
        let mut all = Vec::new();
        let mut first = None;
        for (at, url) in target.url.iter().enumerate() {
            let address = resolve(url).await?;
            first.get_or_insert(address);
            let named = target.server_pid.get(at).map(|pid| Process { pid: *pid });
            let process = named.or_else(|| listening_here(address));
            let url = url.trim_end_matches('/').to_owned();
            all.push(Node { url, process, requests: AtomicU64::new(0) });
        }
        Ok((Self { all, turn: AtomicUsize::new(0) }, first.context("no URL was given")?))
    }

    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// The URL for the next request, of this node or of the one whose turn it is.
    pub fn next(&self, only: Option<usize>) -> &str {
        let at = only.unwrap_or_else(|| self.turn.fetch_add(1, Ordering::Relaxed) % self.all.len());
        self.all[at].requests.fetch_add(1, Ordering::Relaxed);
        &self.all[at].url
    }

    pub fn snapshot(&self) -> Snapshot {
        let of = |node: &Node| (node.requests.load(Ordering::Relaxed), node.process.and_then(Reading::of));
        self.all.iter().map(of).collect()
    }

    /// What each carried in this time; nothing where there is one, whose figures are those of the run.
    pub fn carried(&self, before: &Snapshot, after: &Snapshot, elapsed: Duration) -> Vec<NodeUse> {
        let both = self.all.iter().zip(before.iter().zip(after));
        let used = both.map(|(node, ((requests, begin), (until, end)))| NodeUse {
            url: node.url.clone(),
            requests: until - requests,
            calls: None,
            cpu_percent: begin.zip(*end).map(|(begin, end)| end.cpu_percent(begin, elapsed)),
            rss_bytes: end.map(|end| end.rss),
        });
        if self.len() > 1 { used.collect() } else { Vec::new() }
    }

    /// The first one's process.
    pub fn process(&self) -> Option<Process> {
        self.all[0].process
    }
}

/// All nodes as one; `None` where one of them is not known.
#[must_use]
pub fn sum(snapshot: &Snapshot) -> Option<Reading> {
    snapshot.iter().map(|(_, reading)| *reading).sum()
}

impl fmt::Display for NodeUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} requests", self.url, self.requests)?;
        self.calls.map_or(Ok(()), |calls| write!(f, ", {calls} calls"))?;
        self.cpu_percent.map_or(Ok(()), |cpu| write!(f, ", {cpu:.0} % of a processor"))?;
        self.rss_bytes.map_or(Ok(()), |rss| write!(f, ", {:.1} MiB", mebibytes(rss)))
    }
}

/// The address behind a URL. IPv4 first, as both ends of a synthetic call must speak the same.
async fn resolve(url: &str) -> Result<SocketAddr> {
    let url: reqwest::Url = url.parse().with_context(|| format!("{url} is no URL"))?;
    let host = url.host_str().context("the URL has no host")?.trim_matches(['[', ']']);
    let port = url.port_or_known_default().context("the URL has no port")?;
    let found = tokio::net::lookup_host((host, port)).await.with_context(|| format!("looking {host} up"))?;
    let addresses: Vec<_> = found.collect();
    let address = addresses.iter().find(|address| address.is_ipv4()).or(addresses.first());
    address.copied().with_context(|| format!("{host} has no address"))
}

fn listening_here(server: SocketAddr) -> Option<Process> {
    server.ip().is_loopback().then(|| Process::listening_on(server.port())).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(urls: &[&str]) -> Target {
        let url = urls.iter().map(|url| (*url).to_owned()).collect();
        Target { url, email: String::new(), password: String::new(), json: None, server_pid: vec![] }
    }

    #[tokio::test]
    async fn each_request_goes_to_the_next_node_and_is_counted_there() {
        let (nodes, first) =
            Nodes::of(&target(&["http://127.0.0.1:1/", "http://127.0.0.1:2"])).await.unwrap();
        assert_eq!(first.port(), 1);
        let before = nodes.snapshot();
        let asked = [None, None, None, Some(1)].map(|only| nodes.next(only).to_owned());
        assert_eq!(asked.map(|url| url.chars().last()), ['1', '2', '1', '2'].map(Some));
        let used = nodes.carried(&before, &nodes.snapshot(), Duration::from_secs(1));
        assert_eq!(used.iter().map(|node| node.requests).collect::<Vec<_>>(), [2, 2]);
        assert_eq!(used[0].to_string(), "http://127.0.0.1:1: 2 requests");
    }

    #[tokio::test]
    async fn one_server_is_no_node_and_where_none_is_named_wrongly_it_is_said() {
        let (nodes, _) = Nodes::of(&target(&["http://127.0.0.1:1"])).await.unwrap();
        assert!(nodes.carried(&nodes.snapshot(), &nodes.snapshot(), Duration::from_secs(1)).is_empty());
        let wrong = Nodes::of(&target(&["http://127.0.0.1:1", "nowhere"])).await.unwrap_err();
        assert!(wrong.to_string().contains("nowhere is no URL"), "{wrong}");
    }
}
