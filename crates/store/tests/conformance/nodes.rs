//! The nodes of one PostgreSQL.

use openvisit_core::ids::ParticipantId;
use openvisit_store::{NodeIntro, Nodes, Standing, Store};
use openvisit_testkit::databases::{postgres, sqlite};

use crate::given::{at, seed};

fn intro(name: &str) -> NodeIntro {
    NodeIntro {
        name: name.to_owned(),
        version: "1".to_owned(),
        cores: 2,
        secrets: "{}".to_owned(),
        calls: 3,
        draining: false,
    }
}

fn nodes(store: &Store) -> &Nodes {
    store.nodes().expect("a PostgreSQL")
}

async fn write(store: &Store, notice: &str) {
    let mut tx = store.begin().await.unwrap();
    tx.write_notices(&[notice.to_owned()]).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn sqlite_has_no_nodes_and_writes_no_notices() {
    let db = sqlite().await;
    assert!(db.store.nodes().is_none());
    let mut tx = db.store.begin().await.unwrap();
    assert!(!tx.may_be_followed());
    tx.write_notices(&["{}".to_owned()]).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn nodes_know_of_each_other_until_they_say_that_they_go() {
    let db = postgres().await;
    let other = Store::open(&db.url).await.unwrap();
    let (one, two) = (nodes(&db.store), nodes(&other));
    assert_ne!(one.id(), two.id());
    assert!(one.say_alive(&intro("one")).await.unwrap().is_new, "to the others");
    let heard = Standing { is_new: false, wishes_drain: false, wishes_hand_over: false };
    assert_eq!(one.say_alive(&intro("one")).await.unwrap(), heard);
    assert!(!two.wish_drain("three", true).await.unwrap());
    for hand_over in [false, true, false] {
        assert!(two.wish_drain("one", hand_over).await.unwrap());
    }
    let heard = Standing { is_new: false, wishes_drain: true, wishes_hand_over: true };
    assert_eq!(one.say_alive(&intro("one")).await.unwrap(), heard);
    assert!(!one.has_others().await.unwrap());
    two.say_alive(&intro("two")).await.unwrap();
    let known = one.known().await.unwrap();
    let names: Vec<_> = known.iter().map(|node| (node.intro.name.as_str(), node.alive)).collect();
    assert_eq!(names, [("one", true), ("two", true)]);
    assert_eq!(known[0].intro, NodeIntro { draining: true, ..intro("one") });
    assert!(one.forget_gone().await.unwrap().is_empty(), "heard of a moment ago");
    two.forget_predecessor("two").await.unwrap();
    assert!(one.has_others().await.unwrap(), "not of itself");
    two.forget_predecessor("one").await.unwrap();
    assert!(!two.has_others().await.unwrap(), "whose address it has now");
    other.close().await;
    assert!(one.known().await.unwrap().is_empty());
    db.discard().await;
}

#[tokio::test]
async fn what_others_write_is_read_once_whatever_the_order_of_commits() {
    let db = postgres().await;
    let other = Store::open(&db.url).await.unwrap();
    let here = nodes(&db.store);
    let mut reading = here.begin_reading().await.unwrap();
    let mut read = async || {
        let written = here.read(&mut reading).await.unwrap();
        written.into_iter().map(|it| it.notice).collect::<Vec<_>>()
    };
    let mut slow = other.begin().await.unwrap();
    slow.write_notices(&["slow".to_owned()]).await.unwrap();
    write(&other, "first").await;
    write(&db.store, "own").await;
    assert_eq!(read().await, ["first"]);
    write(&other, "second").await;
    assert_eq!(read().await, ["second"]);
    slow.commit().await.unwrap();
    assert_eq!(read().await, ["slow"]);
    let mut undone = other.begin().await.unwrap();
    undone.write_notices(&["undone".to_owned()]).await.unwrap();
    drop(undone);
    assert!(read().await.is_empty());
    here.prune_notices().await.unwrap();
    other.close().await;
    db.discard().await;
}

#[tokio::test]
async fn whoever_listens_is_woken_by_others_and_not_by_itself() {
    let db = postgres().await;
    let other = Store::open(&db.url).await.unwrap();
    let here = nodes(&db.store);
    let mut ear = here.ear().await.unwrap();
    here.wake_others().await.unwrap();
    nodes(&other).wake_others().await.unwrap();
    ear.hear(here.id()).await.unwrap();
    drop(ear);
    other.close().await;
    db.discard().await;
}

#[tokio::test]
async fn the_last_time_that_any_node_heard_of_somebody_is_known() {
    let db = postgres().await;
    let (here, who) = (nodes(&db.store), ParticipantId::new(seed()));
    assert_eq!(here.heard_at(who).await.unwrap(), None);
    here.note_heard(who, at(20)).await.unwrap();
    here.note_heard(who, at(10)).await.unwrap();
    assert_eq!(here.heard_at(who).await.unwrap(), Some(at(20)));
    here.prune_heard(at(21)).await.unwrap();
    assert_eq!(here.heard_at(who).await.unwrap(), None);
    db.discard().await;
}
