//! Letters between the nodes of one PostgreSQL; SQLite has one process.

use openvisit_store::{NodeId, Nodes, Store, Woken};
use openvisit_testkit::databases::{self, TestDatabase, tamper};

/// A database, and another node of it.
pub async fn two_nodes() -> (TestDatabase, Store) {
    let db = databases::postgres().await;
    let other = Store::open(&db.url).await.unwrap();
    (db, other)
}

fn nodes(store: &Store) -> &Nodes {
    store.nodes().unwrap()
}

fn letters(to: &NodeId, texts: &[&str]) -> Vec<(NodeId, Vec<u8>)> {
    texts.iter().map(|text| (to.clone(), text.as_bytes().to_vec())).collect()
}

#[tokio::test]
async fn a_letter_is_taken_once_by_its_receiver_in_order() {
    let (db, other) = two_nodes().await;
    let (here, there) = (nodes(&db.store), nodes(&other));
    assert_ne!(here.id(), there.id(), "each start of a process is a node");
    here.post(letters(there.id(), &["1", "2"])).await.unwrap();
    here.post(letters(there.id(), &["3"])).await.unwrap();
    assert!(here.take_mail().await.unwrap().is_empty(), "whoever wrote them is not their receiver");
    assert_eq!(there.take_mail().await.unwrap(), [b"1", b"2", b"3"]);
    assert!(there.take_mail().await.unwrap().is_empty());
    other.close().await;
    db.discard().await;
}

#[tokio::test]
async fn a_letter_wakes_its_receiver_alone() {
    let (db, other) = two_nodes().await;
    let (here, there) = (nodes(&db.store), nodes(&other));
    let mut ear = there.ear().await.unwrap();
    here.post(letters(there.id(), &["1"])).await.unwrap();
    assert_eq!(ear.hear(there.id()).await.unwrap(), Woken::Mail);
    assert_eq!(there.take_mail().await.unwrap().len(), 1);
    here.post(letters(&NodeId("third".to_owned()), &["2"])).await.unwrap();
    here.wake_others().await.unwrap();
    assert_eq!(ear.hear(there.id()).await.unwrap(), Woken::Notices);
    drop(ear);
    other.close().await;
    db.discard().await;
}

#[tokio::test]
async fn many_letters_are_taken_in_parts_and_all_in_order() {
    let (db, other) = two_nodes().await;
    let (here, there) = (nodes(&db.store), nodes(&other));
    let texts: Vec<_> = (0..1_200).map(|n| n.to_string()).collect();
    let texts: Vec<_> = texts.iter().map(String::as_str).collect();
    here.post(letters(there.id(), &texts)).await.unwrap();
    let mut taken = Vec::new();
    loop {
        let part = there.take_mail().await.unwrap();
        if part.is_empty() {
            break;
        }
        taken.extend(part.into_iter().map(|letter| String::from_utf8(letter).unwrap()));
    }
    assert_eq!(taken, texts);
    other.close().await;
    db.discard().await;
}

#[tokio::test]
async fn what_nobody_takes_is_gone_after_a_minute_by_the_databases_clock() {
    let (db, other) = two_nodes().await;
    let (here, there) = (nodes(&db.store), nodes(&other));
    here.post(letters(there.id(), &["old"])).await.unwrap();
    tamper(&db.url, "update mail set written_at = written_at - 61000000").await;
    here.post(letters(there.id(), &["new"])).await.unwrap();
    here.prune_mail().await.unwrap();
    assert_eq!(there.take_mail().await.unwrap(), [b"new"]);
    other.close().await;
    db.discard().await;
}

#[tokio::test]
async fn sqlite_has_no_nodes() {
    let db = databases::sqlite().await;
    assert!(db.store.nodes().is_none());
    db.discard().await;
}
