use std::sync::Arc;

use openvisit_store::{Node, nodes_of};

use super::{CheckResult, Code};
use openvisit_app::settings::Settings;

/// Which processes serve the database: a silent one, and one of another version, are told.
pub(super) async fn run(settings: Arc<Settings>) -> CheckResult {
    let nodes = match nodes_of(&settings.database_url()).await {
        Ok(nodes) => nodes,
        // The check of the database says why.
        Err(error) => return CheckResult::warning(Code::NodesUnknown).because(error),
    };
    verdict(&nodes).because(list(&nodes))
}

fn verdict(nodes: &[Node]) -> CheckResult {
    let differ = |of: fn(&Node) -> &str| nodes.iter().any(|node| of(node) != of(&nodes[0]));
    match nodes {
        [] => CheckResult::ok(Code::NodesNone),
        _ if nodes.iter().any(|node| !node.alive) => CheckResult::warning(Code::NodesSilent),
        _ if differ(|node| &node.intro.version) => CheckResult::warning(Code::NodesDiffer),
        _ => CheckResult::ok(Code::NodesServe),
    }
}

/// `one:8086 0.1.0, 3 calls; two:8086 0.1.0, silent`
fn list(nodes: &[Node]) -> String {
    let told = nodes.iter().map(|node| {
        let doing = match (node.alive, node.intro.draining) {
            (false, _) => "silent".to_owned(),
            (true, true) => format!("{} calls, takes no new ones", node.intro.calls),
            (true, false) => format!("{} calls", node.intro.calls),
        };
        format!("{} {}, {doing}", node.intro.name, node.intro.version)
    });
    told.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use openvisit_store::{NodeId, NodeIntro};

    use super::*;

    fn node(name: &str, version: &str, alive: bool) -> Node {
        let (name, version) = (name.to_owned(), version.to_owned());
        let intro = NodeIntro { name, version, cores: 2, secrets: String::new(), calls: 3, draining: false };
        let at = Timestamp::UNIX_EPOCH;
        Node { id: NodeId(String::new()), intro, started_at: at, seen_at: at, alive }
    }

    #[test]
    fn a_silent_node_is_told_before_one_of_another_version() {
        assert_eq!(verdict(&[]).code, Code::NodesNone);
        assert_eq!(verdict(&[node("a", "1", true), node("b", "1", true)]).code, Code::NodesServe);
        assert_eq!(verdict(&[node("a", "1", true), node("b", "2", true)]).code, Code::NodesDiffer);
        let silent = [node("a", "1", true), node("b", "2", false)];
        assert_eq!(verdict(&silent).code, Code::NodesSilent);
        assert_eq!(list(&silent), "a 1, 3 calls; b 2, silent");
    }
}
