//! Tabs come and go: takeover, restarts, sessions next to each other, a third participant.

use std::time::Duration;

use crate::stage::{Stage, connection};
use openvisit_media::{DisconnectReason, MediaEvent, MediaRefusal};
use openvisit_testkit::network::NetworkConditions;
use openvisit_testkit::peer::{CAMERA, MICROPHONE};

#[test]
fn a_second_connection_takes_over_and_the_partner_plays_on() {
    let mut stage = Stage::call(1, NetworkConditions::FAIR);
    stage.run(Duration::from_secs(1));
    let newer = stage.join(connection(1, 1, 3));
    stage.run_until("the newer is connected", |stage| stage.clients[newer].peer.connected);
    stage.run(Duration::from_secs(1));
    assert_eq!(
        stage.events_of(1, |event| matches!(
            event,
            MediaEvent::Disconnected { why: DisconnectReason::TakenOver, .. }
        )),
        1
    );
    assert!(stage.clients[0].peer.closed);
    assert!(stage.clients[0].peer.messages.iter().any(|text| text.contains("taken_over")));

    let received = &stage.clients[1].peer.lines[CAMERA].received;
    assert_eq!(received.ssrcs.len(), 1, "one stream for the receiver");
    assert_eq!(received.missing(), 0, "without a gap");
    assert!(received.largest_step < 90_000, "nor a jump in time: {}", received.largest_step);
    assert_eq!(received.last_payload[2], u8::try_from(newer).unwrap(), "of the newer tab");
    assert!(stage.received(newer, CAMERA) > 100);
}

#[test]
fn an_older_connection_that_comes_late_does_not_take_over() {
    let mut stage = Stage::call(2, NetworkConditions::FAIR);
    stage.clients[0].vanished = true;
    let older = stage.join(connection(1, 1, 3));
    stage.clients[older].vanished = true;
    let newest = stage.join(connection(1, 1, 4));
    stage.run_until("the newest is connected", |stage| stage.clients[newest].peer.connected);
    stage.clients[older].vanished = false;
    stage.run(Duration::from_secs(2));
    assert_eq!(
        stage.events_of(3, |event| matches!(
            event,
            MediaEvent::Disconnected { why: DisconnectReason::TakenOver, .. }
        )),
        1
    );
    assert_eq!(stage.events_of(4, |event| matches!(event, MediaEvent::Disconnected { .. })), 0);
}

#[test]
fn one_participant_has_four_connections_at_most_and_the_newest_wins() {
    let mut stage = Stage::call(11, NetworkConditions::FAIR);
    stage.run(Duration::from_millis(300));
    for id in 3..103 {
        let client = stage.join(connection(1, 1, id));
        stage.clients[client].vanished = true;
        assert!(stage.worker.stats().peers <= 4 + 1, "of the other one there is one");
    }
    stage.run(Duration::from_millis(300));
    let ended = |stage: &Stage, id| stage.events_of(id, |event| matches!(event, MediaEvent::Failed { .. }));
    assert_eq!((3..103).map(|id| ended(&stage, id)).sum::<usize>(), 100 - 3);
    assert!((100..103).all(|id| ended(&stage, id) == 0), "the newest stay");
    let before = stage.received(0, CAMERA);
    stage.run(Duration::from_secs(1));
    assert!(stage.received(0, CAMERA) > before, "what never connected does not end the call");
    // The call goes over to the newest that connects.
    let newest = stage.join(connection(1, 1, 103));
    stage.run_until("the newest is connected", |stage| stage.clients[newest].peer.connected);
    stage.run(Duration::from_secs(1));
    assert!(stage.clients[0].peer.closed);
    assert!(stage.received(newest, CAMERA) > 0);
    stage.run(Duration::from_secs(31));
    assert_eq!(stage.worker.stats().peers, 2, "nothing is left of the others");
}

#[test]
fn a_reload_is_a_new_connection_of_the_same_participant() {
    let mut stage = Stage::call(3, NetworkConditions::FAIR);
    stage.run(Duration::from_secs(1));
    stage.clients[0].vanished = true;
    let reloaded = stage.join(connection(1, 1, 3));
    stage.run(Duration::from_secs(2));
    assert!(stage.received(reloaded, CAMERA) > 200);
    assert_eq!(stage.clients[1].peer.lines[CAMERA].received.missing(), 0);
    assert_eq!(stage.worker.stats().peers, 2);
}

#[test]
fn an_ice_restart_keeps_the_call() {
    let mut stage = Stage::call(4, NetworkConditions::FAIR);
    stage.run(Duration::from_secs(1));
    let offer = stage.clients[0].peer.restart_offer();
    let before = stage.received(1, CAMERA);
    let answer = stage.worker.restart(stage.now, connection(1, 1, 1).id, &offer).unwrap();
    stage.clients[0].peer.accept_answer(stage.now, &answer.sdp).unwrap();
    // From another network: the address is new, the connection the same.
    stage.run(Duration::from_secs(20));
    assert!(stage.received(1, CAMERA) > before + 2_800);
    assert_eq!(stage.clients[1].peer.lines[CAMERA].received.missing(), 0);
    assert_eq!(stage.events_of(1, |event| matches!(event, MediaEvent::Disconnected { .. })), 0);
}

#[test]
fn restarting_what_is_not_there_is_refused() {
    let mut stage = Stage::new(5, NetworkConditions::FAIR);
    let refusal = stage.worker.restart(stage.now, connection(1, 1, 1).id, "v=0");
    assert_eq!(refusal, Err(MediaRefusal::UnknownConnection));
}

#[test]
fn sessions_never_hear_each_other() {
    let mut stage = Stage::call(6, NetworkConditions::FAIR);
    let stranger = stage.join(connection(2, 3, 3));
    stage.run(Duration::from_secs(2));
    assert!(stage.clients[stranger].peer.connected);
    for line in &stage.clients[stranger].peer.lines {
        assert_eq!(line.received.packets, 0);
    }
    for client in [0, 1] {
        assert_eq!(stage.clients[client].peer.lines[CAMERA].received.last_payload[2], 1 - client as u8);
    }
}

#[test]
fn whoever_is_to_follow_a_session_hears_it_at_once_and_is_served_meanwhile() {
    let mut stage = Stage::call(12, NetworkConditions::FAIR);
    stage.run(Duration::from_millis(500));
    stage.worker.close_session(stage.now, connection(1, 1, 1).session, DisconnectReason::Moved);
    stage.run(Duration::from_millis(100));
    let received = stage.received(0, MICROPHONE);
    for client in &stage.clients {
        let told = &client.peer.messages;
        assert!(told.iter().any(|text| text == r#"{"type":"closed","why":"moved"}"#), "{told:?}");
    }
    stage.run(Duration::from_millis(1_800));
    assert!(stage.received(0, MICROPHONE) > received + 60, "served while they connect anew");
    for client in &mut stage.clients {
        client.talking = false;
    }
    stage.run(Duration::from_millis(300));
    assert_eq!(stage.worker.stats().peers, 0);
    let moved =
        |event: &MediaEvent| matches!(event, MediaEvent::Disconnected { why: DisconnectReason::Moved, .. });
    assert_eq!(stage.events_of(1, moved), 1);
}

#[test]
fn closing_a_session_leaves_nothing_behind() {
    let mut stage = Stage::call(7, NetworkConditions::FAIR);
    stage.run(Duration::from_millis(300));
    for client in &mut stage.clients {
        client.talking = false;
    }
    stage.worker.close_session(stage.now, connection(1, 1, 1).session, DisconnectReason::HungUp);
    stage.run(Duration::from_millis(200));
    assert!(stage.clients.iter().all(|client| client.peer.closed));
    assert_eq!(stage.worker.stats().peers, 0);
    stage.run(Duration::from_secs(1));
    assert_eq!(stage.worker.poll_timeout(), None, "nothing to wait for");
}

#[test]
fn a_client_that_never_connects_is_forgotten() {
    let mut stage = Stage::new(8, NetworkConditions::FAIR);
    let client = stage.join(connection(1, 1, 1));
    stage.clients[client].vanished = true;
    stage.run(Duration::from_secs(31));
    assert_eq!(stage.events_of(1, |event| matches!(event, MediaEvent::Failed { .. })), 1);
    assert_eq!(stage.events.len(), 1);
    assert_eq!(stage.worker.stats().peers, 0);
}

#[test]
fn a_removed_participant_hears_and_sends_nothing_more() {
    let mut stage = Stage::call(9, NetworkConditions::FAIR);
    stage.run(Duration::from_millis(500));
    let removed = connection(1, 2, 2);
    stage.clients[1].talking = false;
    stage.worker.remove_participant(stage.now, removed.session, removed.participant);
    stage.run(Duration::from_millis(50));
    let before = stage.received(1, MICROPHONE);
    stage.run(Duration::from_secs(1));
    assert_eq!(stage.received(1, MICROPHONE), before);
    assert_eq!(stage.worker.stats().peers, 1);
}

/// Whose payload the client has received on any line that shows somebody.
fn seen_by(stage: &Stage, client: usize) -> Vec<u8> {
    let lines = &stage.clients[client].peer.lines;
    let mut seen: Vec<_> = lines
        .iter()
        .filter(|line| line.kind.is_video() && line.received.packets > 0)
        .map(|line| line.received.last_payload[2])
        .collect();
    seen.sort_unstable();
    seen
}

#[test]
fn a_third_and_a_fourth_participant_are_offered_seats() {
    let mut stage = Stage::call(10, NetworkConditions::FAIR);
    stage.run(Duration::from_secs(1));
    stage.join(connection(1, 3, 3));
    stage.run(Duration::from_secs(2));
    for (client, others) in [(0, [1, 2]), (1, [0, 2]), (2, [0, 1])] {
        assert_eq!(seen_by(&stage, client), others, "client {client} after the third");
    }
    stage.join(connection(1, 4, 4));
    stage.run(Duration::from_secs(2));
    for (client, others) in [(0, [1, 2, 3]), (1, [0, 2, 3]), (2, [0, 1, 3]), (3, [0, 1, 2])] {
        assert_eq!(seen_by(&stage, client), others, "client {client} after the fourth");
    }
    let tracks =
        stage.clients[0].peer.messages.iter().rfind(|text| text.contains(r#""type":"tracks""#)).unwrap();
    assert_eq!(tracks.matches("participant_id").count(), 9, "{tracks}");
    for client in 0..4 {
        for line in &stage.clients[client].peer.lines {
            assert_eq!(line.received.missing(), 0);
        }
    }
}

#[test]
fn a_seat_that_became_free_is_used_again() {
    let mut stage = Stage::call(11, NetworkConditions::FAIR);
    stage.run(Duration::from_millis(500));
    stage.clients[1].vanished = true;
    stage.worker.hang_up(stage.now, connection(1, 2, 2).id);
    stage.join(connection(1, 3, 3));
    stage.run(Duration::from_secs(2));
    assert_eq!(seen_by(&stage, 0), [2], "on the same lines");
    assert_eq!(stage.clients[0].peer.lines.len(), 3, "without new ones");
    assert_eq!(stage.clients[0].peer.lines[CAMERA].received.missing(), 0);
}

#[test]
fn an_ice_restart_that_crosses_our_offer_makes_us_offer_again() {
    let mut stage = Stage::call(12, NetworkConditions::FAIR);
    stage.run(Duration::from_secs(1));
    let third = stage.join(connection(1, 3, 3));
    stage.run_until("an offer is on its way", |stage| stage.clients[third].peer.connected);
    let offer = stage.clients[0].peer.restart_offer();
    let answer = stage.worker.restart(stage.now, connection(1, 1, 1).id, &offer).unwrap();
    stage.clients[0].peer.accept_answer(stage.now, &answer.sdp).unwrap();
    stage.run(Duration::from_secs(4));
    assert_eq!(seen_by(&stage, 0), [1, 2]);
    assert_eq!(seen_by(&stage, 1), [0, 2]);
}

#[test]
fn hands_are_shaken_until_a_client_is_connected_or_is_not_coming() {
    let mut stage = Stage::new(40, NetworkConditions::FAIR);
    assert!(!stage.worker.shakes_hands(stage.now));
    stage.join(connection(1, 1, 1));
    assert!(stage.worker.shakes_hands(stage.now));
    stage.run_until("connected", |stage| stage.clients[0].peer.connected);
    stage.run(Duration::from_millis(100));
    assert!(!stage.worker.shakes_hands(stage.now));

    let late = stage.join(connection(1, 2, 2));
    stage.clients[late].vanished = true;
    stage.run(Duration::from_millis(2_900));
    assert!(stage.worker.shakes_hands(stage.now));
    stage.run(Duration::from_millis(200));
    assert!(!stage.worker.shakes_hands(stage.now), "others would wait for nobody");
}
