//! A call has its media at one node, its home, at whichever node of the same PostgreSQL its people ask.

use jiff::SignedDuration;
use openvisit_app::App;
use openvisit_app::attendance::beat;
use openvisit_app::nodes::homes::{renew, take_over};
use openvisit_core::attendance::{Interval, Source};
use openvisit_core::ids::SessionId;
use openvisit_store::{Epoch, Home, NodeId};
use openvisit_testkit::databases::tamper;
use reqwest::Method;
use serde_json::{Value, json};

use crate::common::browser::{Browser, ON_LOOPBACK, go_on};
use crate::common::{Node, Party, Reply, Server, send};
use crate::story::Story;

/// A call, and another node.
struct Scene {
    story: Story,
    other: Node,
    session: String,
    /// With the doctor's and the patient's media tokens.
    doctor: Party,
    patient: Party,
}

impl Scene {
    /// Both have been let in, by the first node, and are not connected yet.
    async fn new() -> Self {
        let story = Story::postgres_with(ON_LOOPBACK).await;
        let other = story.server.another_node().await;
        let session = story.now().await;
        let join = format!("{session}/join");
        let doctor = story.doctor.post(&join, json!({})).await.expect(200);
        let waiting = story.patient.post(&join, json!({})).await.expect(200);
        let body = json!({ "participant_id": waiting["participant_id"] });
        story.doctor.post(&format!("{session}/admit"), body).await.expect(200);
        let patient = story.patient.post(&join, json!({})).await.expect(200);
        let bearer = |joined: &Value| story.server.bearer(joined["media"]["token"].as_str().unwrap());
        let (doctor, patient) = (bearer(&doctor), bearer(&patient));
        Self { story, other, session, doctor, patient }
    }

    /// Connects somebody by the first node.
    async fn connect(&self, who: &Party) -> (Browser, String) {
        connect(who, &self.session).await
    }

    fn at_the_other(&self, who: &Party) -> Party {
        who.at(self.other.address)
    }

    fn id(&self) -> SessionId {
        self.session.rsplit('/').next().unwrap().parse().unwrap()
    }

    async fn home(&self) -> Home {
        self.app().store.nodes().unwrap().home(self.id()).await.unwrap().unwrap()
    }

    fn app(&self) -> &App {
        &self.story.server.app
    }

    fn peers(&self) -> u64 {
        self.story.server.running.server.sfu.stats().peers
    }

    fn peers_at_the_other(&self) -> u64 {
        self.other.running.server.sfu.stats().peers
    }

    async fn intervals(&self) -> Vec<Interval> {
        let mut tx = self.app().store.read().await.unwrap();
        let session = tx.session(self.id()).await.unwrap().unwrap();
        let of_media = session.attendance.intervals().filter(|(key, _)| key.source == Source::Media);
        of_media.map(|(_, interval)| *interval).collect()
    }

    async fn execute(&self, sql: &str) {
        tamper(&self.app().settings.database_url(), sql).await;
    }
}

async fn offer(who: &Party, path: &str, method: Method, sdp: String) -> Reply {
    send(who.request(method, path).header("content-type", "application/sdp").body(sdp)).await
}

async fn connect(who: &Party, session: &str) -> (Browser, String) {
    let mut browser = Browser::new().await;
    let answered = offer(who, &format!("{session}/media"), Method::POST, browser.peer.offer()).await;
    assert_eq!(answered.status, 201, "{}", answered.body);
    browser.take(&answered.body);
    let place = answered.header("location").strip_prefix("/api/v1").unwrap().to_owned();
    (browser, place)
}

#[tokio::test]
async fn two_who_ask_different_nodes_meet_at_one() {
    let scene = Scene::new().await;
    let (mut doctor, _) = scene.connect(&scene.doctor).await;
    let (mut patient, _) = scene.connect(&scene.at_the_other(&scene.patient)).await;
    go_on([&mut doctor, &mut patient], async |both| both.iter().all(|it| it.sees_and_hears())).await;
    assert_eq!((scene.peers(), scene.peers_at_the_other()), (2, 0));
    go_on([&mut doctor, &mut patient], async |_| scene.intervals().await.len() == 2).await;
    assert_eq!(scene.home().await.epoch, Epoch(1));
}

#[tokio::test]
async fn an_offer_in_join_is_answered_by_the_home() {
    let scene = Scene::new().await;
    let (mut doctor, _) = scene.connect(&scene.doctor).await;
    let mut patient = Browser::new().await;
    let body = json!({ "offer": patient.peer.offer() });
    let asked = scene.at_the_other(&scene.story.patient);
    let joined = asked.post(&format!("{}/join", scene.session), body).await.expect(200);
    assert!(joined["media"]["resource"].as_str().unwrap().contains(&scene.session));
    patient.take(joined["answer"].as_str().unwrap());
    go_on([&mut doctor, &mut patient], async |both| both.iter().all(|it| it.sees_and_hears())).await;
    assert_eq!((scene.peers(), scene.peers_at_the_other()), (2, 0));
}

#[tokio::test]
async fn a_connection_is_restarted_and_hung_up_by_any_node() {
    let scene = Scene::new().await;
    let (mut doctor, place) = scene.connect(&scene.doctor).await;
    go_on([&mut doctor], async |[it]| it.peer.has_channel() && !scene.intervals().await.is_empty()).await;
    let asked = scene.at_the_other(&scene.doctor);
    let answered = offer(&asked, &place, Method::PATCH, doctor.peer.restart_offer()).await;
    assert_eq!(answered.status, 201, "{}", answered.body);
    doctor.take(&answered.body);
    let unknown = format!("{}/media/019ac000-0000-7000-8000-000000000000", scene.session);
    offer(&asked, &unknown, Method::PATCH, Browser::new().await.peer.offer()).await.problem(404, "not_found");
    send(asked.request(Method::DELETE, &place)).await.expect(204);
    go_on([&mut doctor], async |[it]| it.was_told("hung_up") && scene.peers() == 0).await;
    go_on([&mut doctor], async |_| scene.intervals().await.iter().all(|it| !it.is_open())).await;
    send(asked.request(Method::DELETE, &place)).await.expect(204);
}

#[tokio::test]
async fn whoever_is_removed_at_one_node_loses_the_media_at_the_home() {
    let scene = Scene::new().await;
    let (mut doctor, _) = scene.connect(&scene.doctor).await;
    let (mut patient, _) = scene.connect(&scene.patient).await;
    go_on([&mut doctor, &mut patient], async |both| both.iter().all(|it| it.sees_and_hears())).await;
    let seen = scene.story.see(&scene.session).await;
    let client = |it: &&Value| it["role"] == "client";
    let client = seen["participants"].as_array().unwrap().iter().find(client).unwrap()["id"].clone();
    let asked = scene.at_the_other(&scene.story.doctor);
    asked.post(&format!("{}/remove", scene.session), json!({ "participant_id": client })).await.expect(200);
    go_on([&mut doctor, &mut patient], async |[_, it]| it.peer.closed && scene.peers() == 1).await;
    asked.post(&format!("{}/end", scene.session), json!({})).await.expect(200);
    go_on([&mut doctor], async |[it]| it.peer.closed && scene.peers() == 0).await;
    assert_eq!(scene.app().homes.count(), 0, "its lease lapses");
}

#[tokio::test]
async fn an_offer_that_the_home_refuses_is_refused_as_it_says() {
    let scene = Scene::new().await;
    scene.connect(&scene.doctor).await;
    let data_only = Browser::new().await.peer.offer().replace("opus", "other").replace("VP8", "other");
    let asked = scene.at_the_other(&scene.patient);
    let media = format!("{}/media", scene.session);
    let here = offer(&scene.patient, &media, Method::POST, data_only.clone()).await;
    let there = offer(&asked, &media, Method::POST, data_only).await;
    assert_eq!((here.status, &here.body), (there.status, &there.body));
    there.problem(422, "invalid");
}

#[tokio::test]
async fn nobody_without_a_place_gets_an_answer_from_any_node() {
    let scene = Scene::new().await;
    scene.connect(&scene.doctor).await;
    let media = format!("{}/media", scene.session);
    let sdp = async || Browser::new().await.peer.offer();
    let stranger = scene.at_the_other(&scene.story.server.anonymous());
    offer(&stranger, &media, Method::POST, sdp().await).await.problem(401, "unauthorized");
    scene.story.doctor.post(&format!("{}/end", scene.session), json!({})).await.expect(200);
    let asked = scene.at_the_other(&scene.patient);
    offer(&asked, &media, Method::POST, sdp().await).await.problem(409, "ended");
    assert_eq!(scene.peers_at_the_other(), 0);
}

#[tokio::test]
async fn a_home_that_does_not_answer_is_taken_over() {
    let scene = Scene::new().await;
    // It is alive, and renews its leases, but reads no mail.
    let node = "insert into node (id, name, version, calls, cores, draining, secrets, started_at, seen_at) \
                values ('deaf', 'deaf', '1', 0, 1, false, '{}', 0, 4000000000000000)";
    scene.execute(node).await;
    let id = scene.id();
    let home = format!(
        "insert into home (session_id, node, epoch, until) values ('{id}', 'deaf', 7, 4000000000000000)"
    );
    scene.execute(&home).await;
    let (mut patient, _) = scene.connect(&scene.at_the_other(&scene.patient)).await;
    let (mut doctor, _) = scene.connect(&scene.doctor).await;
    go_on([&mut doctor, &mut patient], async |both| both.iter().all(|it| it.sees_and_hears())).await;
    assert_eq!((scene.peers(), scene.peers_at_the_other()), (0, 2));
    assert_eq!(scene.home().await.epoch, Epoch(8));
}

#[tokio::test]
async fn a_restart_that_the_home_does_not_answer_leads_to_a_new_connection() {
    let scene = Scene::new().await;
    let id = scene.id();
    let home = format!(
        "insert into home (session_id, node, epoch, until) values ('{id}', 'gone', 1, 4000000000000000)"
    );
    scene.execute(&home).await;
    let place = format!("{}/media/019ac000-0000-7000-8000-000000000000", scene.session);
    let sdp = Browser::new().await.peer.offer();
    offer(&scene.patient, &place, Method::PATCH, sdp).await.problem(404, "not_found");
    assert_eq!(scene.home().await.node, *scene.app().store.nodes().unwrap().id(), "at once the next time");
    let (mut patient, _) = scene.connect(&scene.patient).await;
    go_on([&mut patient], async |[it]| it.peer.connected).await;
}

#[tokio::test]
async fn an_old_home_closes_its_media_and_writes_nothing_any_more() {
    let scene = Scene::new().await;
    let (mut doctor, _) = scene.connect(&scene.doctor).await;
    go_on([&mut doctor], async |[it]| it.peer.has_channel() && !scene.intervals().await.is_empty()).await;
    let first_seen = scene.story.server.now();
    scene.story.server.advance(SignedDuration::from_secs(10));

    let old = scene.app().store.nodes().unwrap().id();
    take_over(&scene.other.app, scene.id(), old, Epoch(1)).await.unwrap();
    let [interval] = scene.intervals().await[..] else { panic!("one connection") };
    assert!(interval.disconnected_at.is_some_and(|at| at <= first_seen), "it ends when it was last seen");

    beat(scene.app()).await.unwrap();
    renew(scene.app()).await.unwrap();
    go_on([&mut doctor], async |[it]| it.was_told("moved") && scene.peers() == 0).await;
    while scene.app().open_intervals.participants() > 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(scene.intervals().await, [interval], "neither its heartbeat nor its last word counts");

    let (mut doctor, _) = scene.connect(&scene.doctor).await;
    let (mut patient, _) = scene.connect(&scene.patient).await;
    go_on([&mut doctor, &mut patient], async |both| both.iter().all(|it| it.sees_and_hears())).await;
    assert_eq!((scene.peers(), scene.peers_at_the_other()), (0, 2), "both meet at the new home");
}

#[tokio::test]
async fn what_a_home_saw_after_it_was_taken_over_is_not_written() {
    let scene = Scene::new().await;
    let (mut doctor, _) = scene.connect(&scene.doctor).await;
    let nodes = scene.other.app.store.nodes().unwrap();
    // It connects only now: before this, nothing of it is in the ledger.
    assert!(nodes.take_over_home(scene.id(), Epoch(1)).await.unwrap().is_some());
    go_on([&mut doctor], async |[it]| it.was_told("moved")).await;
    assert_eq!(scene.intervals().await, []);
}

#[tokio::test]
async fn a_lease_that_has_lapsed_is_taken_over_at_once() {
    let scene = Scene::new().await;
    let (_doctor, _) = scene.connect(&scene.doctor).await;
    scene.app().stopping.cancel();
    scene.execute("update home set until = 0").await;
    let (mut patient, _) = scene.connect(&scene.at_the_other(&scene.patient)).await;
    go_on([&mut patient], async |[it]| it.peer.connected).await;
    assert_eq!(scene.peers_at_the_other(), 1);
    let home = scene.home().await;
    assert_eq!((home.node, home.epoch), (scene.other.app.store.nodes().unwrap().id().clone(), Epoch(2)));
}

#[tokio::test]
async fn a_lease_ends_with_its_session() {
    let scene = Scene::new().await;
    let (mut doctor, _) = scene.connect(&scene.doctor).await;
    go_on([&mut doctor], async |_| !scene.intervals().await.is_empty()).await;
    assert_eq!(scene.app().homes.count(), 1);
    scene.story.doctor.post(&format!("{}/end", scene.session), json!({})).await.expect(200);
    assert_eq!(scene.app().homes.count(), 0);
    let over = async |_: &[&mut Browser; 1]| scene.intervals().await.iter().all(|it| !it.is_open());
    go_on([&mut doctor], over).await;
}

#[tokio::test]
async fn a_test_of_devices_goes_on_and_ends_by_any_node() {
    let scene = Scene::new().await;
    let mut browser = Browser::new().await;
    let body = json!({ "offer": browser.peer.offer() });
    let begun = scene.story.server.anonymous().post("/test-calls", body).await.expect(201);
    browser.take(begun["answer"].as_str().unwrap());
    go_on([&mut browser], async |[it]| it.sees_and_hears()).await;
    let place = begun["media"]["resource"].as_str().unwrap().strip_prefix("/api/v1").unwrap();
    let tester = scene.story.server.bearer(begun["media"]["token"].as_str().unwrap());
    let asked = scene.at_the_other(&tester);
    let answered = offer(&asked, place, Method::PATCH, browser.peer.restart_offer()).await;
    assert_eq!(answered.status, 201, "{}", answered.body);
    send(asked.request(Method::DELETE, place)).await.expect(204);
    go_on([&mut browser], async |_| scene.peers() == 0).await;
}

#[tokio::test]
async fn on_sqlite_every_session_is_at_home() {
    let server = Server::start().await;
    assert_eq!(server.app.homes.count(), 0);
    let session = SessionId(uuid::Uuid::from_u128(1));
    take_over(&server.app, session, &NodeId("none".to_owned()), Epoch(1)).await.unwrap();
    renew(&server.app).await.unwrap();
    assert_eq!(server.app.homes.held(session), None);
}
