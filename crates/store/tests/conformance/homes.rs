//! Where sessions have their media, when several nodes serve one PostgreSQL.

use openvisit_core::attendance::{Key, Source};
use openvisit_core::ids::ParticipantId;
use openvisit_core::session::Session;
use openvisit_store::{Epoch, Home, NodeIntro, Nodes, OpenInterval, Store, StoreError};
use openvisit_testkit::databases::{TestDatabase, tamper};

use crate::given::{at, booked, connection, interval, load, parties, seed, slot};
use crate::mail::two_nodes;

/// Two nodes that have said that they are there, and a session.
struct Scene {
    db: TestDatabase,
    other: Store,
    session: Session,
}

impl Scene {
    async fn new() -> Self {
        let (db, other) = two_nodes().await;
        let session = booked(&db.store, parties(&db.store).await, slot(0, 30)).await;
        let scene = Self { db, other, session };
        scene.here().say_alive(&intro(0)).await.unwrap();
        scene.there().say_alive(&intro(0)).await.unwrap();
        scene
    }

    fn here(&self) -> &Nodes {
        self.db.store.nodes().unwrap()
    }

    fn there(&self) -> &Nodes {
        self.other.nodes().unwrap()
    }

    async fn lapse(&self) {
        let sql = "update home set until = (extract(epoch from clock_timestamp()) * 1000000)::bigint - 1";
        tamper(&self.db.url, sql).await;
    }

    /// However slow this machine is, the lease does not lapse by itself.
    async fn hold(&self) {
        tamper(&self.db.url, "update home set until = 4000000000000000").await;
    }

    async fn end(self) {
        self.other.close().await;
        self.db.discard().await;
    }
}

fn intro(calls: i64) -> NodeIntro {
    let (name, version, secrets) = ("node".to_owned(), "1".to_owned(), "{}".to_owned());
    NodeIntro { name, version, secrets, cores: 2, calls, draining: false }
}

fn home(nodes: &Nodes, epoch: i64) -> Home {
    Home { node: nodes.id().clone(), epoch: Epoch(epoch), lapsed: false }
}

#[tokio::test]
async fn whoever_asks_first_is_the_home_and_stays_it() {
    let scene = Scene::new().await;
    let (here, there, id) = (scene.here(), scene.there(), scene.session.id);
    assert_eq!(here.home(id).await.unwrap(), None);
    assert_eq!(here.claim_home(id).await.unwrap(), home(here, 1));
    scene.hold().await;
    assert_eq!(here.claim_home(id).await.unwrap(), home(here, 1));
    assert_eq!(there.claim_home(id).await.unwrap(), home(here, 1));
    assert_eq!(there.home(id).await.unwrap(), Some(home(here, 1)));
    scene.end().await;
}

#[tokio::test]
async fn of_many_who_ask_at_once_one_is_the_home() {
    let scene = Scene::new().await;
    let (here, there, id) = (scene.here().clone(), scene.there().clone(), scene.session.id);
    let tries = (0..16).map(|n| {
        let nodes = if n % 2 == 0 { here.clone() } else { there.clone() };
        tokio::spawn(async move { nodes.claim_home(id).await.unwrap() })
    });
    let tries: Vec<_> = tries.collect();
    let mut homes = Vec::new();
    for one in tries {
        homes.push(one.await.unwrap());
    }
    homes.dedup();
    assert_eq!(homes.len(), 1, "{homes:?}");
    assert_eq!(homes[0].epoch, Epoch(1));
    scene.end().await;
}

#[tokio::test]
async fn a_lease_that_lapsed_is_taken_over_or_renewed_where_nobody_took_it() {
    let scene = Scene::new().await;
    let (here, there, id) = (scene.here(), scene.there(), scene.session.id);
    here.claim_home(id).await.unwrap();
    scene.lapse().await;
    assert!(there.home(id).await.unwrap().unwrap().lapsed);
    assert_eq!(here.renew_homes(&[(id, Epoch(1))]).await.unwrap(), []);
    assert!(!there.home(id).await.unwrap().unwrap().lapsed);
    scene.hold().await;
    assert_eq!(there.claim_home(id).await.unwrap(), home(here, 1), "it has been renewed");
    scene.lapse().await;
    assert_eq!(here.claim_home(id).await.unwrap(), home(here, 1), "asked again, it goes on");
    scene.lapse().await;
    assert_eq!(there.claim_home(id).await.unwrap(), home(there, 2));
    assert_eq!(here.renew_homes(&[(id, Epoch(1))]).await.unwrap(), [(id, Epoch(1))], "lost");
    scene.end().await;
}

#[tokio::test]
async fn a_home_that_does_not_answer_is_taken_over_once() {
    let scene = Scene::new().await;
    let (here, there, id) = (scene.here(), scene.there(), scene.session.id);
    here.claim_home(id).await.unwrap();
    assert_eq!(there.take_over_home(id, Epoch(1)).await.unwrap(), Some(Epoch(2)));
    assert_eq!(there.take_over_home(id, Epoch(1)).await.unwrap(), None, "another one was faster");
    scene.hold().await;
    assert_eq!(here.claim_home(id).await.unwrap(), home(there, 2));
    scene.end().await;
}

#[tokio::test]
async fn a_node_that_stops_leaves_its_sessions_to_whoever_is_asked() {
    let scene = Scene::new().await;
    let (here, there, id) = (scene.here(), scene.there(), scene.session.id);
    here.claim_home(id).await.unwrap();
    scene.hold().await;
    there.release_homes().await.unwrap();
    assert!(!there.home(id).await.unwrap().unwrap().lapsed, "only its own");
    here.release_homes().await.unwrap();
    assert_eq!(there.claim_home(id).await.unwrap(), home(there, 2));
    scene.end().await;
}

#[tokio::test]
async fn a_new_session_goes_where_clearly_less_is_to_be_done() {
    let scene = Scene::new().await;
    let (here, there) = (scene.here(), scene.there());
    let parties = parties(&scene.db.store).await;
    let mut minute = 60;
    let mut placed = async |calls: i64, calls_there: i64, draining: bool, draining_there: bool| {
        minute += 30;
        let id = booked(&scene.db.store, parties, slot(minute, minute + 30)).await.id;
        // Whoever drains once drains until it stops.
        tamper(&scene.db.url, "update node set draining = false").await;
        here.say_alive(&NodeIntro { draining, ..intro(calls) }).await.unwrap();
        there.say_alive(&NodeIntro { draining: draining_there, ..intro(calls_there) }).await.unwrap();
        here.claim_home(id).await.unwrap().node
    };
    assert_eq!(placed(8, 0, false, false).await, *here.id(), "little more");
    assert_eq!(placed(9, 0, false, false).await, *there.id());
    assert_eq!(placed(90, 0, false, true).await, *here.id(), "that one takes none");
    assert_eq!(placed(0, 90, true, false).await, *there.id(), "this one takes none");
    tamper(&scene.db.url, "update node set seen_at = seen_at - 5000000").await;
    let id = booked(&scene.db.store, parties, slot(0, 30)).await.id;
    assert_eq!(here.claim_home(id).await.unwrap().node, *here.id(), "nobody else is there");
    scene.end().await;
}

#[tokio::test]
async fn sessions_that_begin_at_once_are_spread_before_anybody_says_how_much_there_is_to_do() {
    let scene = Scene::new().await;
    // However slow this machine is, both are there.
    tamper(&scene.db.url, "update node set seen_at = 4000000000000000").await;
    let (here, parties) = (scene.here(), parties(&scene.db.store).await);
    let mut placed = Vec::new();
    for number in 0..20 {
        let id = booked(&scene.db.store, parties, slot(60 + number * 30, 90 + number * 30)).await.id;
        placed.push(here.claim_home(id).await.unwrap().node);
        scene.hold().await;
        assert_eq!(placed.last(), Some(&here.claim_home(id).await.unwrap().node), "and is counted once");
    }
    let count = |node: &Nodes| placed.iter().filter(|it| **it == *node.id()).count();
    assert_eq!((count(here), count(scene.there())), (14, 6));
    scene.end().await;
}

#[tokio::test]
async fn what_has_had_no_home_for_a_day_is_forgotten() {
    let scene = Scene::new().await;
    let (here, id) = (scene.here(), scene.session.id);
    here.claim_home(id).await.unwrap();
    scene.lapse().await;
    here.prune_homes().await.unwrap();
    assert!(here.home(id).await.unwrap().is_some());
    tamper(&scene.db.url, "update home set until = until - 86400000000").await;
    here.prune_homes().await.unwrap();
    assert_eq!(here.home(id).await.unwrap(), None);
    scene.end().await;
}

#[tokio::test]
async fn an_old_home_writes_nothing() {
    let scene = Scene::new().await;
    let id = scene.session.id;
    scene.here().claim_home(id).await.unwrap();
    let expect = async |store: &Store, epoch| {
        let mut tx = store.begin().await.unwrap();
        tx.expect_home(id, epoch).await
    };
    assert_eq!(expect(&scene.db.store, Epoch(1)).await, Ok(()));
    assert_eq!(expect(&scene.other, Epoch(1)).await, Err(StoreError::TakenOver));
    scene.lapse().await;
    assert_eq!(expect(&scene.db.store, Epoch(1)).await, Ok(()), "nobody took it");
    scene.there().claim_home(id).await.unwrap();
    assert_eq!(expect(&scene.db.store, Epoch(1)).await, Err(StoreError::TakenOver));
    assert_eq!(expect(&scene.other, Epoch(2)).await, Ok(()));
    scene.end().await;
}

#[tokio::test]
async fn a_takeover_waits_for_what_the_home_is_writing() {
    let scene = Scene::new().await;
    let (there, id) = (scene.there().clone(), scene.session.id);
    scene.here().claim_home(id).await.unwrap();
    let mut tx = scene.db.store.begin().await.unwrap();
    tx.expect_home(id, Epoch(1)).await.unwrap();
    let mut taking_over = Box::pin(there.take_over_home(id, Epoch(1)));
    tokio::select! {
        biased;
        taken = &mut taking_over => panic!("{taken:?}"),
        waits = is_waited_for(&scene.db.url) => waits,
    }
    tx.commit().await.unwrap();
    assert_eq!(taking_over.await.unwrap(), Some(Epoch(2)));
    scene.end().await;
}

/// Returns when somebody waits for a row that another one holds.
async fn is_waited_for(url: &str) {
    use sqlx::{Connection, PgConnection};
    let mut direct = PgConnection::connect(url).await.unwrap();
    let sql = "select exists (select 1 from pg_stat_activity where datname = current_database() \
               and wait_event_type = 'Lock')";
    while !sqlx::query_as::<_, (bool,)>(sql).fetch_one(&mut direct).await.unwrap().0 {
        tokio::task::yield_now().await;
    }
    direct.close().await.unwrap();
}

#[tokio::test]
async fn a_heartbeat_counts_from_the_home_alone() {
    let scene = Scene::new().await;
    let session = &scene.session;
    scene.here().claim_home(session.id).await.unwrap();
    let keys = [Source::Media, Source::Socket]
        .map(|source| Key { source, ..connection(ParticipantId::new(seed())) });
    let mut tx = scene.db.store.begin().await.unwrap();
    let began = interval(Some(0), None, Some(0));
    tx.record(session.id, keys.iter().map(|key| (key, &began))).await.unwrap();
    tx.commit().await.unwrap();
    let beat = async |store: &Store, epoch, minute| {
        let open = |(key, epoch)| OpenInterval { key, session: session.id, epoch };
        let open = [(keys[0], Some(epoch)), (keys[1], None)].map(open);
        store.heartbeat(&open, at(minute)).await.unwrap();
        let ledger = load(&scene.db.store, session.id).await.attendance;
        keys.map(|key| ledger.interval(&key).unwrap().last_seen_at)
    };
    assert_eq!(beat(&scene.db.store, Epoch(1), 1).await, [Some(at(1)), Some(at(1))]);
    scene.there().take_over_home(session.id, Epoch(1)).await.unwrap();
    let seen = beat(&scene.db.store, Epoch(1), 2).await;
    assert_eq!(seen, [Some(at(1)), Some(at(2))], "a socket needs no home");
    assert_eq!(beat(&scene.other, Epoch(2), 3).await, [Some(at(3)), Some(at(3))]);
    scene.end().await;
}
