//! The two parties' sockets are at different nodes of one PostgreSQL, and notice nothing of it.

use openvisit_app::recovery::recover_nobodys;
use openvisit_store::NodeSocket;
use serde_json::json;

use super::sockets::{participants, refused};
use super::{Call, session};
use crate::common::Listener;
use crate::story::{MINUTE, Story};

impl Call {
    async fn apart() -> Self {
        let mut story = Story::postgres().await;
        story.part().await;
        Self::of(story).await
    }

    /// The sockets that the nodes know of.
    async fn sockets(&self) -> Vec<NodeSocket> {
        let mut tx = self.story.server.app.store.read().await.unwrap();
        tx.node_sockets(self.id.parse().unwrap()).await.unwrap()
    }

    async fn known(&self) -> usize {
        self.sockets().await.len()
    }
}

async fn hear_participants(socket: &mut Listener, expected: &[&str]) {
    while participants(&socket.hear("room-participants").await) != expected {}
}

#[tokio::test]
async fn both_learn_of_each_other_as_at_one_node() {
    let call = Call::apart().await;
    let mut doctor = call.join(&call.story.doctor).await;
    let mut patient = call.connect(&call.story.patient).await;
    let joined = patient.ask("join-room", call.room()).await;
    assert_eq!((&joined["state"], &joined["status"]), (&json!("admitted"), &json!("In Progress")));
    assert_eq!(participants(&joined), ["psychologist", "client"]);
    let told = doctor.hear("user-joined").await;
    assert_eq!((&told["userId"], &told["name"]), (&json!(call.story.patient.id()), &json!("Sam")));
    hear_participants(&mut doctor, &["psychologist", "client"]).await;
    for socket in [&mut doctor, &mut patient] {
        assert_eq!(socket.hear("session-status-updated").await["status"], "In Progress");
    }
    assert_eq!(patient.heard_already("user-joined"), None, "they were there before");
    assert_eq!((call.known().await, call.events("started").await), (2, 1));

    assert_eq!(patient.ask("leave-room", json!({ "roomId": "room-1" })).await["success"], true);
    assert_eq!(doctor.hear("user-left").await["userId"], json!(call.story.patient.id()));
    hear_participants(&mut doctor, &["psychologist"]).await;
    assert_eq!((call.present().await, call.known().await), (1, 1));
    let said = json!({ "to": call.story.patient.id(), "offer": {} });
    refused(&mut doctor, "offer", said, "not_found").await;
}

#[tokio::test]
async fn a_client_who_comes_first_is_in_the_room_once_the_psychologist_comes() {
    let call = Call::apart().await;
    let mut patient = call.connect(&call.story.patient).await;
    let waiting = patient.ask("join-room", call.room()).await;
    assert_eq!((&waiting["state"], &waiting["participants"]), (&json!("waiting"), &json!([])));
    let mut doctor = call.join(&call.story.doctor).await;
    assert_eq!(patient.hear("user-joined").await["userType"], "psychologist");
    for socket in [&mut doctor, &mut patient] {
        hear_participants(socket, &["client", "psychologist"]).await;
        assert_eq!(socket.hear("session-status-updated").await["status"], "In Progress");
    }
}

#[tokio::test]
async fn what_is_said_reaches_whom_it_is_for_with_its_sender() {
    let call = Call::apart().await;
    let (mut doctor, mut patient) = call.both().await;
    let (doctor_id, patient_id) = (json!(call.story.doctor.id()), json!(call.story.patient.id()));
    let lie = json!({ "targetUserId": patient_id, "offer": { "sdp": "v=0" }, "from": "somebody" });
    assert_eq!(doctor.ask("offer", lie).await["success"], true);
    let offer = patient.hear("offer").await;
    assert_eq!((&offer["offer"], &offer["from"]), (&json!({ "sdp": "v=0" }), &doctor_id));
    assert_eq!((&offer["sessionId"], &offer["userType"]), (&json!(call.id), &json!("psychologist")));
    let answer = json!({ "to": doctor_id, "answer": { "sdp": "v=1" } });
    assert_eq!(patient.ask("answer", answer).await["success"], true);
    assert_eq!(doctor.hear("answer").await["answer"], json!({ "sdp": "v=1" }));
    for event in ["toggle-audio", "toggle-video", "screen-share"] {
        assert_eq!(doctor.ask(event, json!({ "enabled": false })).await["success"], true);
        let heard = patient.hear(event).await;
        assert_eq!((&heard["enabled"], &heard["userId"]), (&json!(false), &doctor_id));
    }
    assert_eq!(patient.ask("chat-message", json!({ "message": "Guten Tag" })).await["success"], true);
    let heard = doctor.hear("chat-message").await;
    assert_eq!((&heard["message"], &heard["sender"]["name"]), (&json!("Guten Tag"), &json!("Sam")));
    assert_eq!(heard["timestamp"], json!(call.story.server.now()));
    assert!(!call.story.server.log().contains("Guten Tag"));
}

#[tokio::test]
async fn candidates_do_not_overtake_their_offer() {
    let call = Call::apart().await;
    let (doctor, mut patient) = call.both().await;
    let to = json!(call.story.patient.id());
    let mut said = vec![("offer", json!({ "to": to, "offer": "o" }))];
    said.extend((0..50).map(|n| ("ice-candidate", json!({ "to": to, "candidate": n }))));
    doctor.say_all(&said).await;
    patient.hear("offer").await;
    for n in 0..50 {
        assert_eq!(patient.hear("ice-candidate").await["candidate"], n);
    }
}

#[tokio::test]
async fn two_tabs_at_two_nodes_are_one_member() {
    let call = Call::apart().await;
    let (mut doctor, mut patient) = call.both().await;
    let here = call.story.patient.at(call.story.doctor.address());
    let mut second = call.join(&here).await;
    hear_participants(&mut second, &["psychologist", "client"]).await;
    let to = json!(call.story.patient.id());
    assert_eq!(doctor.ask("offer", json!({ "to": to, "offer": 1 })).await["success"], true);
    for tab in [&mut patient, &mut second] {
        assert_eq!(tab.hear("offer").await["offer"], 1);
    }
    second.ask("leave-room", json!({})).await;
    call.settle(&mut doctor).await;
    assert_eq!(doctor.heard_already("user-left"), None, "the other tab is there");
    patient.ask("leave-room", json!({})).await;
    assert_eq!(doctor.hear("user-left").await["userType"], "client");
}

#[tokio::test]
async fn an_end_is_told_at_both_nodes_and_nothing_is_left_of_the_room() {
    let call = Call::apart().await;
    let (mut doctor, mut patient) = call.both().await;
    call.story.server.advance(MINUTE * 3);
    session(call.end(&call.story.doctor).await);
    for socket in [&mut doctor, &mut patient] {
        let told = socket.hear("call-ended").await;
        assert_eq!((&told["status"], &told["duration"]), (&json!("Completed"), &json!(3)));
    }
    refused(&mut patient, "chat-message", json!({ "message": "still there?" }), "not_found").await;
    while call.known().await > 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn whoever_was_at_a_node_that_is_gone_has_left() {
    let call = Call::apart().await;
    let (_doctor, mut patient) = call.both().await;
    call.story.server.stop().await;
    let app = &call.story.node().app;
    recover_nobodys(app, app.store.nodes().unwrap()).await.unwrap();
    assert_eq!(patient.hear("user-left").await["userType"], "psychologist");
    let said = json!({ "to": call.story.doctor.id(), "answer": 1 });
    refused(&mut patient, "answer", said, "not_found").await;
}

#[tokio::test]
async fn whoever_is_at_a_node_that_was_taken_for_gone_comes_anew() {
    let call = Call::apart().await;
    let (mut doctor, mut patient) = call.both().await;
    let before = call.sockets().await;
    call.story.node().app.store.nodes().unwrap().say_gone().await.unwrap();
    // It says so again within a second.
    let is_anew =
        |now: &[NodeSocket]| now.len() == 2 && now.iter().filter(|it| before.contains(it)).count() == 1;
    while !is_anew(&call.sockets().await) {
        tokio::task::yield_now().await;
    }
    while call.present().await < 2 {
        tokio::task::yield_now().await;
    }
    // The doctor's node hears of it a moment later; until then nobody of that name is in the room.
    let said = json!({ "to": call.story.patient.id(), "offer": 1 });
    while doctor.ask("offer", said.clone()).await["success"] != true {
        call.present().await;
    }
    assert_eq!(patient.hear("offer").await["offer"], 1);
}
