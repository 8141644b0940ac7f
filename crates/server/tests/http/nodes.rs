//! Two nodes on one PostgreSQL: whoever talks to one learns what is done at the other.

use openvisit_app::announce::{self, Announcement, From};
use openvisit_core::attendance::FactKind;
use reqwest::Method;
use serde_json::json;

use crate::common::{Listener, Party, send};
use crate::garage::Garage;
use crate::story::Story;

/// The practitioner is at one node, the client at another.
async fn apart() -> Story {
    let mut story = Story::postgres_alone().await;
    story.part().await;
    story
}

#[tokio::test]
async fn a_socket_hears_what_is_done_at_another_node() {
    let story = apart().await;
    let (mut doctor, mut patient) = (Listener::of(&story.doctor).await, Listener::of(&story.patient).await);
    let session = story.now().await;
    assert_eq!(patient.hear("booked").await["session"]["status"], "scheduled");
    let waiting = story.patient.post(&format!("{session}/join"), json!({})).await.expect(200);
    let heard = doctor.hear("waiting").await;
    assert_eq!(heard["participant_id"], waiting["participant_id"]);
    story.doctor.post(&format!("{session}/join"), json!({})).await.expect(200);
    let participant = json!({ "participant_id": waiting["participant_id"] });
    story.doctor.post(&format!("{session}/admit"), participant).await.expect(200);
    patient.hear_that("admitted", |told| told["participant_id"] == waiting["participant_id"]).await;
    story.fact(&session, &waiting["participant_id"], FactKind::Connected).await;
    patient.hear("joined").await;
    story.patient.post(&format!("{session}/end"), json!({})).await.expect(200);
    assert_eq!(doctor.hear("ended").await["session"]["status"], "no_show");
}

#[tokio::test]
async fn a_change_is_loaded_only_where_it_concerns_somebody() {
    let story = apart().await;
    let node = &story.node().app;
    let mut passed_on = node.announcer.subscribe(From::Everywhere);
    let session = story.book(0, 30).await["session_id"].as_str().unwrap().parse().unwrap();
    announce::tell(&story.server.app, &Announcement::Said { session }).await.unwrap();
    let first = passed_on.recv().await;
    assert!(matches!(first, Some(Announcement::Said { .. })), "nobody of it is at that node: {first:?}");
    let mut patient = Listener::of(&story.patient).await;
    story.book(60, 30).await;
    patient.hear("booked").await;
    assert!(matches!(passed_on.recv().await, Some(Announcement::Session(_))));
}

#[tokio::test]
async fn requests_are_seen_at_every_node_and_go_from_all_once_one_accepts() {
    let garage = Garage::postgres().await;
    let node = garage.server.another_node().await;
    let (here, there) = (garage.mechanic().await, garage.mechanic().await.at(node.address));
    let mut listeners = [Listener::of(&here).await, Listener::of(&there).await];
    let waiting = garage.ask().await;
    for listener in &mut listeners {
        let told = listener.hear("request").await;
        assert_eq!(told["request"], here.get(&waiting).await.expect(200));
    }
    there.post(&format!("{waiting}/accept"), json!({})).await.expect(200);
    for listener in &mut listeners {
        assert_eq!(listener.hear("request_gone").await["status"], "accepted");
    }
}

#[tokio::test]
async fn whoever_is_disabled_at_one_node_is_cut_off_at_all() {
    let story = apart().await;
    let admin = story.server.admin().await;
    let mut patient = Listener::of(&story.patient).await;
    let user = format!("/users/{}", story.patient.id());
    admin.patch(&user, json!({ "disabled": true })).await.expect(200);
    patient.cut().await;
    story.patient.get("/appointments").await.problem(401, "unauthorized");
}

#[tokio::test]
async fn a_node_that_starts_beside_others_closes_nothing_that_is_open_there() {
    let mut story = Story::postgres_alone().await;
    let session = story.now().await;
    let (doctor, _) = story.call(&session).await;
    story.part().await;
    openvisit_app::recovery::recover(&story.node().app).await.unwrap();
    let seen = story.see(&session).await;
    let present = seen["participants"].as_array().unwrap().iter().all(|it| it["connected"] == true);
    assert!(present, "{seen}");
    // Once its node is gone, what was open there is nobody's.
    story.server.stop().await;
    openvisit_app::recovery::recover(&story.node().app).await.unwrap();
    let seen = story.doctor.at(story.patient.address()).get(&session).await.expect(200);
    let gone = seen["participants"].as_array().unwrap().iter().find(|it| it["id"] == doctor).unwrap();
    assert_eq!(gone["connected"], false, "{seen}");
}

#[tokio::test]
async fn a_node_with_another_secret_is_refused_and_told_which_and_what_to_do() {
    let story = Story::postgres_alone().await;
    let refused = story.server.refused_node("jwt_secret = 'something else that is long enough'").await;
    assert!(
        refused.contains("jwt_secret is not that of another node") && refused.contains("scp "),
        "{refused}"
    );
    assert!(!refused.contains("something else"), "{refused}");
}

#[tokio::test]
async fn whoever_is_at_a_node_that_was_taken_for_gone_is_there_again_when_it_comes_back() {
    let story = apart().await;
    let session = story.now().await;
    let joined = story.patient.post(&format!("{session}/join"), json!({})).await.expect(200);
    let mut patient = Listener::of(&story.patient).await;
    let id = session.rsplit('/').next().unwrap();
    assert_eq!(patient.ask("enter", json!({ "session_id": id })).await["ok"], true);
    let is_there = async || {
        let seen = story.see(&session).await;
        let participants = seen["participants"].as_array().unwrap();
        participants.iter().find(|it| it["id"] == joined["participant_id"]).unwrap()["connected"] == true
    };
    assert!(is_there().await);
    // As when it could not reach the database for long. It says that it is there every second, perhaps in between.
    let nodes = story.node().app.store.nodes().unwrap();
    let (here, others) = (&story.server.app, story.server.app.store.nodes().unwrap());
    while is_there().await {
        nodes.say_gone().await.unwrap();
        openvisit_app::recovery::recover_nobodys(here, others).await.unwrap();
    }
    while !is_there().await {
        patient.hear("joined").await;
    }
}

#[tokio::test]
async fn an_administrator_sees_all_nodes_and_which_one_answers() {
    let story = apart().await;
    let admin = story.server.admin().await;
    let system = admin.get("/system").await.expect(200);
    let nodes = system["nodes"].as_array().unwrap();
    let of = |key: &str| nodes.iter().map(|node| node[key].clone()).collect::<Vec<_>>();
    assert_eq!(
        (of("this"), of("alive")),
        (vec![json!(true), json!(false)], vec![json!(true); 2]),
        "{nodes:?}"
    );
    let port = |address: std::net::SocketAddr| format!(":{}", address.port());
    assert!(nodes[0]["name"].as_str().unwrap().ends_with(&port(story.server.address)));
    assert!(nodes[1]["name"].as_str().unwrap().ends_with(&port(story.node().address)));
    let report = admin.get("/system/checks").await.expect(200);
    let found = report["findings"].as_array().unwrap().iter().find(|it| it["check"] == "nodes").unwrap();
    assert_eq!(found["code"], "nodes_serve", "{found}");
}

#[tokio::test]
async fn a_node_that_is_drained_tells_its_balancer_and_goes_on_for_whoever_is_there() {
    let story = apart().await;
    let (here, there) = (&story.doctor, &story.patient);
    let ready = async |party: &Party| send(party.raw(Method::GET, "/ready")).await.status;
    assert_eq!((ready(here).await, ready(there).await), (200, 200));
    let nodes = story.server.app.store.nodes().unwrap();
    let name = nodes.known().await.unwrap()[1].intro.name.clone();
    assert!(nodes.wish_drain(&name, false).await.unwrap());
    let mut draining = story.node().app.nodes.when_draining();
    draining.wait_for(|draining| *draining).await.unwrap();
    assert_eq!((ready(here).await, ready(there).await), (200, 503));
    assert_eq!(story.doctor.get("/appointments").await.status, 200);
    assert_eq!(story.patient.get("/appointments").await.status, 200);
}

#[tokio::test]
async fn whether_a_microphone_is_on_is_heard_at_every_node_by_whoever_is_in_the_call() {
    let story = apart().await;
    let stranger = story.server.client("Stranger").await.at(story.patient.address());
    let mut outside = Listener::of(&stranger).await;
    let session = story.now().await;
    let (participant, _) = story.call(&session).await;
    let (mut doctor, mut patient) = (Listener::of(&story.doctor).await, Listener::of(&story.patient).await);
    let id = session.rsplit('/').next().unwrap();
    let state =
        |microphone| json!({ "session_id": id, "microphone": microphone, "camera": true, "screen": false });
    outside.mutter("media-state", &state(true)).await;
    for microphone in [false, true] {
        doctor.mutter("media-state", &state(microphone)).await;
        let told = patient.hear("media-state").await;
        assert_eq!((&told["participant_id"], &told["session_id"]), (&participant, &json!(id)));
        assert_eq!(
            (&told["microphone"], &told["camera"], &told["weak_up"]),
            (&json!(microphone), &json!(true), &json!(false))
        );
    }
    outside.ask("knock", json!(null)).await;
    doctor.ask("knock", json!(null)).await;
    assert_eq!((outside.heard_already("media-state"), doctor.heard_already("media-state")), (None, None));
}
