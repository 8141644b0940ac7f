//! Who is in a room by a socket, at whichever node.

use openvisit_core::ids::{ConnectionId, PersonId, SessionId};
use openvisit_core::person::Identity;
use openvisit_store::{NodeId, NodeIntro, NodeSocket, Nodes, Store};
use openvisit_testkit::databases;

use crate::chat_files::session_under_way;
use crate::given::seed;

fn socket(node: &NodeId) -> NodeSocket {
    let identity = Identity { issuer: "https://clinic.example".to_owned(), subject: "42".to_owned() };
    let connection = ConnectionId::new(seed());
    NodeSocket { connection, node: node.clone(), person: PersonId::new(seed()), identity }
}

async fn come(store: &Store, session: SessionId, socket: &NodeSocket) {
    let mut tx = store.begin().await.unwrap();
    tx.insert_node_socket(session, socket).await.unwrap();
    tx.commit().await.unwrap();
}

async fn there(store: &Store, session: SessionId) -> Vec<NodeSocket> {
    store.read().await.unwrap().node_sockets(session).await.unwrap()
}

async fn alive(store: &Store, name: &str) -> Nodes {
    let nodes = store.nodes().unwrap().clone();
    let intro = NodeIntro {
        name: name.to_owned(),
        version: "1".to_owned(),
        cores: 1,
        secrets: String::new(),
        calls: 0,
        draining: false,
    };
    nodes.say_alive(&intro).await.unwrap();
    nodes
}

#[tokio::test]
async fn sockets_are_known_at_all_nodes_until_they_or_their_node_are_gone() {
    let db = databases::postgres().await;
    let other = Store::open(&db.url).await.unwrap();
    let (here, beside) = (alive(&db.store, "a").await, alive(&other, "b").await);
    let (session, elsewhere) = (session_under_way(&db.store).await, session_under_way(&db.store).await);
    let [one, two, three] = [socket(here.id()), socket(beside.id()), socket(beside.id())];
    come(&db.store, session, &one).await;
    come(&other, session, &two).await;
    come(&other, session, &two).await;
    come(&other, elsewhere, &three).await;
    assert_eq!(there(&db.store, session).await, [one.clone(), two.clone()]);
    let mut tx = db.store.begin().await.unwrap();
    tx.delete_node_sockets(&[one.connection]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(there(&other, session).await, std::slice::from_ref(&two));

    beside.say_gone().await.unwrap();
    assert_eq!(there(&db.store, session).await, [], "with their node");
    here.prune_sockets().await.unwrap();
    alive(&other, "b").await;
    assert_eq!(there(&db.store, elsewhere).await, [], "for good");
    other.close().await;
    db.discard().await;
}

#[tokio::test]
async fn one_process_alone_writes_nothing() {
    let db = databases::sqlite().await;
    let session = session_under_way(&db.store).await;
    come(&db.store, session, &socket(&NodeId("here".to_owned()))).await;
    assert_eq!(there(&db.store, session).await, []);
    db.discard().await;
}
