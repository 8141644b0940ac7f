//! Socket.IO, namespace `/`: as the stock client speaks it. The stock client itself is in `e2e`.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{Call, session};
use crate::common::{Listener, Party, Server};
use crate::issuers::{CLINIC, SECRET, claims, signed};
use crate::story::{MINUTE, Story, appointment_path, on_both};

impl Call {
    pub fn room(&self) -> Value {
        // Neither the room nor the person of a payload is believed.
        json!({ "roomId": "room-1", "sessionId": self.id, "userId": "somebody", "userType": "psychologist" })
    }

    pub async fn connect(&self, party: &Party) -> Listener {
        Listener::at_root(party).await
    }

    /// Connects and joins the room.
    pub async fn join(&self, party: &Party) -> Listener {
        let mut socket = self.connect(party).await;
        let joined = socket.ask("join-room", self.room()).await;
        assert_eq!(joined["success"], true, "{joined}");
        socket
    }

    /// Both in the room, and all of it heard.
    pub async fn both(&self) -> (Listener, Listener) {
        let mut doctor = self.join(&self.story.doctor).await;
        let mut patient = self.join(&self.story.patient).await;
        for socket in [&mut doctor, &mut patient] {
            while participants(&socket.hear("room-participants").await).len() < 2 {}
            assert_eq!(socket.hear("session-status-updated").await["status"], "In Progress");
        }
        assert_eq!(doctor.hear("user-joined").await["userType"], "client");
        (doctor, patient)
    }

    /// What tells a listener apart, by a later answer, that something was not said before.
    pub async fn settle(&self, socket: &mut Listener) {
        socket.ask("leave-room", json!({ "sessionId": "019ac000-0000-7000-8000-000000000000" })).await;
    }

    /// How many connections the ledger has of both parties, as their sources.
    pub async fn present(&self) -> usize {
        let mut tx = self.story.server.app.store.read().await.unwrap();
        let session = tx.session(self.id.parse().unwrap()).await.unwrap().unwrap();
        session.participants.iter().filter(|p| session.attendance.is_present(p.id)).count()
    }
}

pub fn participants(told: &Value) -> Vec<&str> {
    let participants = told["participants"].as_array().unwrap();
    participants.iter().map(|it| it["userType"].as_str().unwrap()).collect()
}

/// A refusal, in the ack and as an event.
pub async fn refused(socket: &mut Listener, event: &str, payload: Value, code: &str) {
    let ack = socket.ask(event, payload).await;
    assert_eq!((&ack["success"], &ack["code"]), (&json!(false), &json!(code)), "{event}: {ack}");
    let error = socket.hear("error").await;
    assert_eq!(error["code"], code, "{event}");
    assert!(error["message"].is_string());
}

#[tokio::test]
async fn a_bad_token_gets_no_connection() {
    let call = Call::new().await;
    let anonymous = call.story.server.anonymous();
    for auth in [json!({}), json!({ "token": "" }), json!({ "token": "nonsense" }), json!({ "token": 5 })] {
        assert!(Listener::refused_at_root(&anonymous, auth).await.contains("unauthorized"));
    }
}

#[tokio::test]
async fn when_the_second_is_there_the_call_starts_by_itself() {
    let call = Call::new().await;
    let mut doctor = call.connect(&call.story.doctor).await;
    let joined = doctor.ask("join-room", call.room()).await;
    assert_eq!((&joined["status"], participants(&joined)), (&json!("Confirmed"), vec!["psychologist"]));
    let mut patient = call.connect(&call.story.patient).await;
    let joined = patient.ask("join-room", call.room()).await;
    assert_eq!(joined["status"], "In Progress");
    assert_eq!(participants(&joined), ["psychologist", "client"]);
    for socket in [&mut doctor, &mut patient] {
        let told = socket.hear("session-status-updated").await;
        assert_eq!((&told["sessionId"], &told["status"]), (&json!(call.id), &json!("In Progress")));
        assert_eq!(told["videoCallStarted"], json!(call.story.server.now()));
        assert_eq!((&told["videoCallEnded"], &told["duration"]), (&Value::Null, &Value::Null));
    }
    assert_eq!(call.see().await["status"], "In Progress");
    assert_eq!(call.events("started").await, 1);
}

on_both! {
    async fn both_who_come_at_once_start_it_once(story: Story) {
        let call = Call::of(story).await;
        let mut doctor = call.connect(&call.story.doctor).await;
        let mut patient = call.connect(&call.story.patient).await;
        let room = || call.room();
        let joined = tokio::join!(doctor.ask("join-room", room()), patient.ask("join-room", room()));
        assert_eq!((&joined.0["success"], &joined.1["success"]), (&json!(true), &json!(true)));
        for socket in [&mut doctor, &mut patient] {
            assert_eq!(socket.hear("session-status-updated").await["status"], "In Progress");
            while participants(&socket.hear("room-participants").await).len() < 2 {}
        }
        assert_eq!(call.events("started").await, 1);
    }
}

#[tokio::test]
async fn a_client_who_comes_first_is_in_the_room_once_the_psychologist_comes() {
    let call = Call::new().await;
    let mut patient = call.connect(&call.story.patient).await;
    let waiting = patient.ask("join-room", call.room()).await;
    assert_eq!((&waiting["state"], &waiting["participants"]), (&json!("waiting"), &json!([])));
    refused(&mut patient, "chat-message", json!({ "message": "anybody?" }), "forbidden").await;
    let mut doctor = call.join(&call.story.doctor).await;
    let told = patient.hear("user-joined").await;
    assert_eq!(
        (&told["userId"], &told["userType"]),
        (&json!(call.story.doctor.id()), &json!("psychologist"))
    );
    assert_eq!(patient.hear("session-status-updated").await["status"], "In Progress");
    assert_eq!(doctor.hear("session-status-updated").await["status"], "In Progress");
    assert!(doctor.heard_already("chat-message").is_none());
}

#[tokio::test]
async fn the_room_is_told_who_comes_and_goes() {
    let call = Call::new().await;
    let mut doctor = call.join(&call.story.doctor).await;
    assert_eq!(participants(&doctor.hear("room-participants").await), ["psychologist"]);
    let mut patient = call.join(&call.story.patient).await;
    let joined = doctor.hear("user-joined").await;
    let id = json!(call.story.patient.id());
    assert_eq!((&joined["userId"], &joined["sessionId"]), (&id, &json!(call.id)));
    assert_eq!((&joined["userType"], &joined["name"]), (&json!("client"), &json!("Sam")));
    assert_eq!(participants(&doctor.hear("room-participants").await), ["psychologist", "client"]);
    assert_eq!(participants(&patient.hear("room-participants").await), ["psychologist", "client"]);
    assert_eq!(patient.ask("leave-room", json!({ "roomId": "room-1" })).await["success"], true);
    assert_eq!(doctor.hear("user-left").await["userId"], id);
    assert_eq!(participants(&doctor.hear("room-participants").await), ["psychologist"]);
    assert!(patient.heard_already("user-left").is_none());
    assert_eq!(call.present().await, 1);
}

#[tokio::test]
async fn a_disconnect_is_the_same_as_leaving() {
    let call = Call::new().await;
    let (mut doctor, patient) = call.both().await;
    assert_eq!(call.present().await, 2);
    patient.close().await;
    assert_eq!(doctor.hear("user-left").await["userType"], "client");
    assert_eq!(participants(&doctor.hear("room-participants").await), ["psychologist"]);
    while call.present().await > 1 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_connection_that_dies_silently_leaves_no_ghost_beyond_the_grace() {
    let call = Call::of(Story::with("reconnect_grace_seconds = 4").await).await;
    let (mut doctor, patient) = call.both().await;
    assert!((1..=4_000).contains(&patient.silence), "{} ms", patient.silence);
    assert_eq!(doctor.hear("user-left").await["userType"], "client");
    drop(patient);
}

#[tokio::test]
async fn when_the_last_has_left_the_call_ends_by_itself_after_the_grace() {
    let call = Call::new().await;
    let (mut doctor, mut patient) = call.both().await;
    call.story.server.advance(MINUTE * 10);
    patient.ask("leave-room", json!({ "sessionId": call.id })).await;
    call.story.advance(5).await;
    assert_eq!(call.see().await["status"], "In Progress", "one is still there");
    doctor.ask("leave-room", json!({ "sessionId": call.id })).await;
    call.story.server.advance(SignedDuration::from_secs(59));
    call.story.tick().await;
    assert_eq!(call.see().await["status"], "In Progress", "within the grace");
    call.story.server.advance(SignedDuration::from_secs(1));
    call.story.tick().await;
    let ended = call.see().await;
    assert_eq!((&ended["status"], &ended["duration"]), (&json!("Completed"), &json!(15)));
    assert_eq!(call.events("completed").await, 1);
}

#[tokio::test]
async fn who_comes_back_within_the_grace_goes_on() {
    let call = Call::new().await;
    let (mut doctor, mut patient) = call.both().await;
    call.story.server.advance(MINUTE * 10);
    patient.ask("leave-room", json!({})).await;
    doctor.ask("leave-room", json!({})).await;
    call.story.server.advance(SignedDuration::from_secs(30));
    let back = patient.ask("join-room", call.room()).await;
    assert_eq!((&back["status"], &back["state"]), (&json!("In Progress"), &json!("admitted")));
    assert_eq!(participants(&back), ["client"]);
    call.story.advance(5).await;
    assert_eq!(call.see().await["status"], "In Progress");
    let statistics = call.see().await["statistics"].take();
    let reconnects: Vec<_> =
        statistics["participants"].as_array().unwrap().iter().map(|p| &p["reconnects"]).collect();
    assert_eq!(reconnects, [0, 1]);
}

#[tokio::test]
async fn an_end_by_whomever_is_told_to_the_room() {
    let by_route = Call::new().await;
    let (mut doctor, mut patient) = by_route.both().await;
    by_route.story.server.advance(MINUTE * 3);
    session(by_route.end(&by_route.story.doctor).await);
    for socket in [&mut doctor, &mut patient] {
        let told = socket.hear("session-status-updated").await;
        assert_eq!((&told["status"], &told["duration"]), (&json!("Completed"), &json!(3)));
        assert_eq!(told["videoCallEnded"], json!(by_route.story.server.now()));
        assert_eq!(socket.hear("call-ended").await["sessionId"], json!(by_route.id));
    }
    refused(&mut patient, "chat-message", json!({ "message": "still there?" }), "not_found").await;
    refused(&mut patient, "join-room", by_route.room(), "ended").await;
    assert_eq!(by_route.present().await, 0);

    let by_another = Call::new().await;
    let (mut doctor, _patient) = by_another.both().await;
    let path = format!("/sessions/{}/end", by_another.id);
    by_another.story.patient.post(&path, json!({})).await.expect(200);
    assert_eq!(doctor.hear("call-ended").await["status"], "Completed");

    let by_time = Call::new().await;
    let (mut doctor, _patient) = by_time.both().await;
    by_time.story.advance(60).await;
    assert_eq!(doctor.hear("call-ended").await["duration"], 60);
}

#[tokio::test]
async fn a_start_by_route_lets_the_waiting_client_into_the_room() {
    let call = Call::new().await;
    let mut patient = call.join(&call.story.patient).await;
    session(call.start(&call.story.doctor).await);
    assert_eq!(patient.hear("session-status-updated").await["status"], "In Progress");
    assert_eq!(participants(&patient.hear("room-participants").await), ["client"]);
}

#[tokio::test]
async fn signals_reach_their_target_alone_and_say_who_sent_them() {
    let call = Call::new().await;
    let (mut doctor, mut patient) = call.both().await;
    let (doctor_id, patient_id) = (json!(call.story.doctor.id()), json!(call.story.patient.id()));
    let lie = json!({
        "targetUserId": patient_id, "offer": { "type": "offer", "sdp": "v=0" },
        "from": "somebody", "fromUserId": patient_id, "userId": "x", "senderName": "Mallory",
    });
    assert_eq!(doctor.ask("offer", lie).await["success"], true);
    let offer = patient.hear("offer").await;
    assert_eq!(offer["offer"], json!({ "type": "offer", "sdp": "v=0" }));
    for field in ["from", "fromUserId", "userId"] {
        assert_eq!(offer[field], doctor_id, "{field}");
    }
    assert_eq!(offer.get("senderName"), None);
    assert_eq!((&offer["sessionId"], &offer["userType"]), (&json!(call.id), &json!("psychologist")));
    for (event, content) in [("answer", "answer"), ("ice-candidate", "candidate")] {
        let said = json!({ "to": doctor_id, content: { "x": 1 } });
        assert_eq!(patient.ask(event, said).await["success"], true);
        let heard = doctor.hear(event).await;
        assert_eq!((&heard[content], &heard["from"]), (&json!({ "x": 1 }), &patient_id));
    }
    call.settle(&mut patient).await;
    assert!(patient.heard_already("answer").is_none(), "nobody hears himself");
}

#[tokio::test]
async fn candidates_do_not_overtake_their_offer() {
    let call = Call::new().await;
    let (doctor, mut patient) = call.both().await;
    let to = json!(call.story.patient.id());
    let mut said = vec![("offer", json!({ "to": to, "offer": "o" }))];
    said.extend((0..50).map(|n| ("ice-candidate", json!({ "to": to, "candidate": n }))));
    doctor.say_all(&said).await;
    patient.expect("offer").await;
    for n in 0..50 {
        assert_eq!(patient.expect("ice-candidate").await["candidate"], n);
    }
}

#[tokio::test]
async fn nothing_leaves_its_room() {
    let call = Call::new().await;
    let (mut doctor, mut patient) = call.both().await;
    let mallory = call.story.server.practitioner("Mallory").await;
    let victim = json!(call.story.patient.id());
    let made = mallory.post("/clients", json!({ "name": "Mo" })).await.expect(201);
    let mut booking = call.story.booking(0, 30);
    booking["client_id"] = made["id"].clone();
    let own = mallory.post("/appointments", booking).await.expect(201)["session_id"].clone();

    let mut socket = call.connect(&mallory).await;
    // Outside of every room, then in one of his own.
    for _ in 0..2 {
        refused(&mut socket, "offer", json!({ "targetUserId": victim, "offer": {} }), "not_found").await;
        let elsewhere =
            json!({ "targetUserId": victim, "sessionId": call.id, "roomId": "room-1", "offer": {} });
        refused(&mut socket, "offer", elsewhere, "not_found").await;
        let chat = json!({ "message": "hello", "sessionId": call.id, "roomId": "room-1" });
        refused(&mut socket, "chat-message", chat, "not_found").await;
        refused(&mut socket, "join-room", call.room(), "not_found").await;
        let joined = socket.ask("join-room", json!({ "roomId": "room-1", "sessionId": own })).await;
        assert_eq!(joined["success"], true);
    }
    // The same name of a room is not the same room.
    let toggled = socket.ask("toggle-audio", json!({ "roomId": "room-1", "enabled": false })).await;
    assert_eq!(toggled["success"], true);
    for party in [&mut doctor, &mut patient] {
        call.settle(party).await;
        for event in ["offer", "chat-message", "toggle-audio", "user-joined", "room-participants"] {
            assert!(party.heard_already(event).is_none(), "{event}");
        }
    }
}

#[tokio::test]
async fn a_chat_message_comes_with_its_sender_and_time() {
    let call = Call::new().await;
    let (mut doctor, mut patient) = call.both().await;
    let said =
        json!({ "message": "Guten Tag 👋", "sender": { "name": "Dr. Ada" }, "timestamp": "yesterday" });
    assert_eq!(patient.ask("chat-message", said).await["success"], true);
    let heard = doctor.hear("chat-message").await;
    assert_eq!(heard["message"], "Guten Tag 👋");
    assert_eq!(heard["timestamp"], json!(call.story.server.now()));
    assert_eq!((&heard["sender"]["name"], &heard["sender"]["userType"]), (&json!("Sam"), &json!("client")));
    assert_eq!(heard["from"], json!(call.story.patient.id()));
    for wrong in [json!({}), json!({ "message": "" }), json!({ "message": "x".repeat(4_001) }), json!("hi")] {
        refused(&mut patient, "chat-message", wrong, "invalid").await;
    }
    assert!(!call.story.server.log().contains("Guten Tag"));
}

#[tokio::test]
async fn toggles_are_passed_on_as_changes_of_state() {
    let call = Call::new().await;
    let (mut doctor, mut patient) = call.both().await;
    for event in ["toggle-audio", "toggle-video", "screen-share"] {
        let said = json!({ "userId": "somebody", "enabled": false });
        assert_eq!(doctor.ask(event, said).await["success"], true);
        let heard = patient.hear(event).await;
        assert_eq!((&heard["enabled"], &heard["userId"]), (&json!(false), &json!(call.story.doctor.id())));
    }
}

#[tokio::test]
async fn payloads_that_are_none_are_refused_and_change_nothing() {
    let call = Call::new().await;
    let (mut doctor, mut patient) = call.both().await;
    let to = json!(call.story.doctor.id());
    for wrong in [Value::Null, json!("x"), json!([1]), json!({}), json!({ "to": {} })] {
        refused(&mut patient, "offer", wrong, "invalid").await;
    }
    let huge = json!({ "to": to, "offer": "x".repeat(70_000) });
    refused(&mut patient, "offer", huge, "invalid").await;
    let huge = json!({ "to": to, "candidate": "x".repeat(21_000) });
    refused(&mut patient, "ice-candidate", huge, "invalid").await;
    refused(&mut patient, "offer", json!({ "to": "nobody", "offer": 1 }), "not_found").await;
    for (wrong, code) in
        [(json!({}), "invalid"), (json!({ "sessionId": 5 }), "not_found"), (json!(7), "invalid")]
    {
        refused(&mut patient, "join-room", wrong, code).await;
    }
    patient.say_all(&[("unknown-event", json!({})), ("", json!(null))]).await;
    call.settle(&mut doctor).await;
    assert!(doctor.heard_already("offer").is_none() && doctor.heard_already("ice-candidate").is_none());
    assert_eq!(call.see().await["status"], "In Progress");
}

#[tokio::test]
async fn joining_follows_the_rules_of_every_join() {
    let story = Story::new().await;
    let booking = story.booking(60, 30);
    let early = Call::booked(story, booking).await;
    let mut patient = early.connect(&early.story.patient).await;
    let ack = patient.ask("join-room", early.room()).await;
    assert_eq!((&ack["code"], &ack["seconds_left"]), (&json!("too_early"), &json!(45 * 60)));
    assert_eq!(patient.hear("error").await["code"], "too_early");
    let mut doctor = early.join(&early.story.doctor).await;
    early.story.server.advance(MINUTE * 45);
    assert_eq!(patient.ask("join-room", early.room()).await["status"], "In Progress");
    assert_eq!(doctor.hear("session-status-updated").await["status"], "In Progress");

    let unpaid = Call::unpaid().await;
    for party in [&unpaid.story.doctor, &unpaid.story.patient] {
        let mut socket = unpaid.connect(party).await;
        refused(&mut socket, "join-room", unpaid.room(), "payment_required").await;
    }
    assert_eq!((unpaid.present().await, unpaid.see().await["status"].clone()), (0, json!("Pending")));

    let admin = early.story.server.admin().await;
    let mut socket = early.connect(&admin).await;
    refused(&mut socket, "join-room", early.room(), "forbidden").await;
}

#[tokio::test]
async fn a_refund_before_the_second_comes_keeps_the_call_from_starting() {
    let call = Call::unpaid().await;
    call.pay("confirmed").await;
    let mut patient = call.join(&call.story.patient).await;
    call.pay("refunded").await;
    let mut doctor = call.connect(&call.story.doctor).await;
    refused(&mut doctor, "join-room", call.room(), "payment_required").await;
    assert_eq!(call.events("started").await, 0);
    call.pay("confirmed").await;
    assert_eq!(doctor.ask("join-room", call.room()).await["status"], "In Progress");
    for status in ["Pending", "Confirmed", "In Progress"] {
        assert_eq!(patient.hear("session-status-updated").await["status"], status);
    }
}

#[tokio::test]
async fn a_passcode_is_taken_where_the_booking_has_one() {
    let story = Story::new().await;
    let mut booking = story.booking(0, 30);
    booking["passcode"] = json!(true);
    let call = Call::booked(story, booking).await;
    let mut patient = call.connect(&call.story.patient).await;
    refused(&mut patient, "join-room", call.room(), "passcode_required").await;
    let mut with = call.room();
    with["passcode"] = json!("12345");
    refused(&mut patient, "join-room", with.clone(), "invalid").await;
    with["passcode"] = call.booked["passcode"].clone();
    assert_eq!(patient.ask("join-room", with).await["success"], true);
    assert_eq!(patient.ask("join-room", call.room()).await["success"], true, "asked once");
}

#[tokio::test]
async fn two_tabs_of_one_person_are_one_participant() {
    let call = Call::new().await;
    let (mut doctor, patient) = call.both().await;
    let mut tab = call.join(&call.story.patient).await;
    assert_eq!(participants(&tab.hear("room-participants").await), ["psychologist", "client"]);
    call.settle(&mut doctor).await;
    assert!(doctor.heard_already("user-joined").is_none());
    patient.close().await;
    tab.ask("chat-message", json!({ "message": "still here" })).await;
    assert_eq!(doctor.hear("chat-message").await["message"], "still here");
    assert!(doctor.heard_already("user-left").is_none());
    tab.close().await;
    assert_eq!(doctor.hear("user-left").await["userType"], "client");
}

#[tokio::test]
async fn joining_again_from_the_same_socket_changes_nothing() {
    let call = Call::new().await;
    let (mut doctor, mut patient) = call.both().await;
    assert_eq!(participants(&patient.ask("join-room", call.room()).await), ["psychologist", "client"]);
    assert_eq!(participants(&patient.hear("room-participants").await), ["psychologist", "client"]);
    call.settle(&mut doctor).await;
    assert!(doctor.heard_already("user-joined").is_none());
    patient.ask("leave-room", json!({})).await;
    assert_eq!(call.present().await, 1);
}

#[tokio::test]
async fn whoever_was_put_out_hears_and_says_nothing_more() {
    let call = Call::new().await;
    let (mut doctor, mut patient) = call.both().await;
    let id = call.see().await["statistics"]["participants"][1]["id"].clone();
    let remove = format!("/sessions/{}/remove", call.id);
    call.story.doctor.post(&remove, json!({ "participant_id": id })).await.expect(200);
    assert_eq!(patient.hear("error").await["code"], "denied");
    assert_eq!(doctor.hear("user-left").await["userType"], "client");
    refused(&mut patient, "chat-message", json!({ "message": "let me in" }), "forbidden").await;
    doctor.ask("chat-message", json!({ "message": "now we are alone" })).await;
    refused(&mut patient, "join-room", call.room(), "denied").await;
    assert!(patient.heard_already("chat-message").is_none());
}

#[tokio::test]
async fn a_moved_or_cancelled_appointment_closes_its_room() {
    let moved = Call::new().await;
    let mut patient = moved.join(&moved.story.patient).await;
    let later = json!({ "starts_at": moved.story.server.now() + MINUTE * 120 });
    moved.story.doctor.patch(&appointment_path(&moved.booked), later).await.expect(200);
    assert_eq!(patient.hear("error").await["code"], "moved");
    refused(&mut patient, "join-room", moved.room(), "too_early").await;

    let cancelled = Call::new().await;
    let mut patient = cancelled.join(&cancelled.story.patient).await;
    let path = format!("{}/cancel", appointment_path(&cancelled.booked));
    cancelled.story.doctor.post(&path, json!({})).await.expect(200);
    assert_eq!(patient.hear("session-status-updated").await["status"], "Cancelled");
    assert_eq!(patient.hear("call-ended").await["status"], "Cancelled");
}

#[tokio::test]
async fn a_disabled_account_is_cut_off() {
    let call = Call::new().await;
    let (mut doctor, mut patient) = call.both().await;
    let admin = call.story.server.admin().await;
    let path = format!("/users/{}", call.story.patient.id());
    admin.patch(&path, json!({ "disabled": true })).await.expect(200);
    patient.cut().await;
    assert_eq!(doctor.hear("user-left").await["userType"], "client");
}

#[tokio::test]
async fn presence_by_socket_starts_a_call_with_somebody_on_another_dialects_page() {
    let call = Call::new().await;
    let path = format!("/sessions/{}", call.id);
    let mut patient = call.join(&call.story.patient).await;
    let join = call.story.doctor.post(&format!("{path}/join"), json!({})).await.expect(200);
    let doctor = join["participant_id"].clone();
    let waiting = join["session"]["participants"][0]["id"].clone();
    call.story.doctor.post(&format!("{path}/admit"), json!({ "participant_id": waiting })).await.expect(200);
    assert_eq!(participants(&patient.hear("room-participants").await), ["client"]);
    call.story.fact(&path, &doctor, openvisit_core::attendance::FactKind::Connected).await;
    assert_eq!(patient.hear("session-status-updated").await["status"], "In Progress");
    assert_eq!(participants(&patient.ask("join-room", call.room()).await), ["client"], "sockets only");
}

#[tokio::test]
async fn the_namespace_is_off_with_its_dialect() {
    let story = Story::with("[dialects.counselling]\nenabled = false").await;
    let auth = json!({ "token": story.doctor.token });
    assert!(Listener::refused_at_root(&story.doctor, auth).await.contains("nvalid namespace"));
}

#[tokio::test]
async fn another_systems_people_are_known_by_its_ids() {
    let server = Server::with(CLINIC).await;
    let sign_in =
        |id: u32, role: &str| server.bearer(signed(&claims(json!({ "userId": id, "role": role })), SECRET));
    let (doctor, patient) = (sign_in(4_711, "DOCTOR"), sign_in(4_712, "PATIENT"));
    let client = patient.get("/me").await.expect(200)["id"].clone();
    let booking = json!({
        "client": { "issuer": "clinic", "subject": "4712" }, "starts_at": server.now(), "duration_minutes": 30,
        "passcode": false,
    });
    let booked = doctor.post("/appointments", booking).await.expect(201);
    assert_eq!(booked["client_id"], client);
    let (mut one, mut other) = (Listener::at_root(&doctor).await, Listener::at_root(&patient).await);
    let room = json!({ "sessionId": booked["session_id"] });
    one.ask("join-room", room.clone()).await;
    assert_eq!(other.ask("join-room", room).await["status"], "In Progress");
    assert_eq!(one.hear("user-joined").await["userId"], "4712");
    for target in [json!("4712"), json!(4_712), client] {
        assert_eq!(one.ask("offer", json!({ "targetUserId": target, "offer": 1 })).await["success"], true);
        assert_eq!(other.hear("offer").await["fromUserId"], "4711");
    }
}
