//! A call of two in good and bad networks.

use std::time::Duration;

use crate::stage::{Stage, connection};
use openvisit_media::{DisconnectReason, MediaEvent};
use openvisit_testkit::network::NetworkConditions;
use openvisit_testkit::peer::{CAMERA, MICROPHONE, SCREEN};

#[test]
fn both_directions_flow() {
    let mut stage = Stage::call(1, NetworkConditions::FAIR);
    stage.run(Duration::from_secs(2));
    for client in [0, 1] {
        assert!(
            stage.received(client, CAMERA) > 280,
            "camera of the other: {}",
            stage.received(client, CAMERA)
        );
        assert!(stage.received(client, MICROPHONE) > 90);
        assert_eq!(stage.received(client, SCREEN), 0);
        assert_eq!(stage.clients[client].peer.lines[CAMERA].received.missing(), 0);
    }
    assert_eq!(stage.events_of(1, |event| matches!(event, MediaEvent::Connected { .. })), 1);
    assert_eq!(stage.events_of(2, |event| matches!(event, MediaEvent::Connected { .. })), 1);
}

#[test]
fn lost_video_is_sent_again_on_both_legs() {
    let mut stage = Stage::call(2, NetworkConditions { loss: 0.05, ..NetworkConditions::FAIR });
    stage.run(Duration::from_secs(5));
    for client in [0, 1] {
        let received = &stage.clients[client].peer.lines[CAMERA].received;
        // Lost for good is at most what was lost again when repeated, or is still on its way.
        assert!(
            received.missing() * 100 < received.packets,
            "{} of {}",
            received.missing(),
            received.packets
        );
        let voice = &stage.clients[client].peer.lines[MICROPHONE].received;
        assert!(voice.missing() > 0, "voice is not repeated, so this network did lose packets");
    }
}

#[test]
fn a_client_that_takes_no_cameras_has_sound_and_screens_and_takes_them_again() {
    let mut stage = Stage::call(9, NetworkConditions::FAIR);
    stage.run(Duration::from_secs(1));
    stage.clients[0].peer.say(r#"{"type":"cameras","wanted":false}"#);
    stage.run(Duration::from_secs(1));
    let (camera, voice) = (stage.received(0, CAMERA), stage.received(0, MICROPHONE));
    let others = stage.received(1, CAMERA);
    stage.run(Duration::from_secs(2));
    assert_eq!(stage.received(0, CAMERA), camera);
    assert!(stage.received(0, MICROPHONE) > voice + 90);
    assert!(stage.received(1, CAMERA) > others + 200, "only who asked for it goes without");
    stage.clients[0].peer.say(r#"{"type":"cameras","wanted":true}"#);
    stage.run(Duration::from_secs(2));
    assert!(stage.received(0, CAMERA) > camera + 200);
    assert_eq!(stage.clients[0].peer.lines[CAMERA].received.missing(), 0);
}

#[test]
fn reordering_and_duplication_lose_nothing() {
    let conditions =
        NetworkConditions { jitter: Duration::from_millis(30), duplication: 0.1, ..NetworkConditions::FAIR };
    let mut stage = Stage::call(3, conditions);
    stage.run(Duration::from_secs(3));
    for client in &mut stage.clients {
        client.talking = false;
    }
    stage.run(Duration::from_secs(1));
    for (client, other) in [(0, 1), (1, 0)] {
        for line in [CAMERA, MICROPHONE] {
            let (received, sent) = (
                &stage.clients[client].peer.lines[line].received,
                stage.clients[other].peer.lines[line].sent,
            );
            assert_eq!(received.missing(), 0, "line {line}");
            // The first frames were sent before the other was there.
            assert!(received.packets + 12 >= sent, "line {line}: {} of {sent}", received.packets);
        }
    }
}

#[test]
fn a_client_that_vanishes_ends_at_its_last_packet() {
    let mut stage = Stage::call(4, NetworkConditions::FAIR);
    stage.run(Duration::from_secs(1));
    let vanished_at = stage.now;
    stage.clients[1].vanished = true;
    stage.run(Duration::from_secs(14));
    assert_eq!(stage.events_of(2, |event| matches!(event, MediaEvent::Disconnected { .. })), 0);
    stage.run(Duration::from_secs(2));
    let heard = |event: &MediaEvent| match event {
        MediaEvent::Disconnected { last_packet, why: DisconnectReason::Silent, .. } => {
            let late = last_packet.saturating_duration_since(vanished_at);
            late <= Duration::from_millis(10) && *last_packet + Duration::from_millis(50) > vanished_at
        }
        _ => false,
    };
    assert_eq!(stage.events_of(2, heard), 1, "{:?}", stage.events);
    assert_eq!(stage.events_of(1, |event| matches!(event, MediaEvent::Disconnected { .. })), 0);
    assert_eq!(stage.worker.stats().peers, 1);
}

#[test]
fn connections_are_told_to_be_alive_and_how_well_they_are() {
    let mut stage = Stage::call(5, NetworkConditions::FAIR);
    stage.run(Duration::from_secs(11));
    assert!(stage.events_of(1, |event| matches!(event, MediaEvent::Alive { .. })) >= 2);
    let good = |event: &MediaEvent| matches!(event, MediaEvent::Quality { quality, .. } if quality.round_trip.is_some_and(|rtt| rtt < Duration::from_millis(100)));
    assert!(stage.events_of(1, good) >= 1, "{:?}", stage.events);
}

#[test]
fn leaving_in_good_order_is_told_at_once() {
    let mut stage = Stage::call(6, NetworkConditions::FAIR);
    stage.run(Duration::from_millis(500));
    stage.clients[0].talking = false;
    stage.clients[0].peer.close().unwrap();
    stage.run(Duration::from_millis(100));
    assert_eq!(
        stage.events_of(1, |event| matches!(
            event,
            MediaEvent::Disconnected { why: DisconnectReason::Left, .. }
        )),
        1
    );
}

#[test]
fn a_client_that_is_hung_up_on_learns_it_at_once() {
    let mut stage = Stage::call(7, NetworkConditions::FAIR);
    stage.run(Duration::from_millis(500));
    stage.clients[0].talking = false;
    stage.worker.hang_up(stage.now, stage.clients[0].connection.id);
    stage.run(Duration::from_millis(100));
    assert!(stage.clients[0].peer.closed);
    let told =
        stage.clients[0].peer.messages.iter().any(|text| text == r#"{"type":"closed","why":"hung_up"}"#);
    assert!(told, "{:?}", stage.clients[0].peer.messages);
    assert_eq!(
        stage.events_of(1, |event| matches!(
            event,
            MediaEvent::Disconnected { why: DisconnectReason::HungUp, .. }
        )),
        1
    );
}

#[test]
fn a_late_joiner_gets_a_keyframe_asked_for() {
    let mut stage = Stage::new(8, NetworkConditions::FAIR);
    stage.join(connection(1, 1, 1));
    stage.run(Duration::from_secs(2));
    assert_eq!(stage.clients[0].peer.lines[CAMERA].keyframe_requests, 0);
    stage.join(connection(1, 2, 2));
    stage.run(Duration::from_millis(500));
    assert!(stage.clients[0].peer.lines[CAMERA].keyframe_requests >= 1);
}

#[test]
fn keyframe_requests_are_merged() {
    let mut stage = Stage::call(9, NetworkConditions::FAIR);
    stage.run(Duration::from_secs(4));
    let before = stage.clients[1].peer.lines[CAMERA].keyframe_requests;
    for _ in 0..20 {
        stage.clients[0].peer.request_keyframe(stage.now, CAMERA).unwrap();
        stage.run(Duration::from_millis(20));
    }
    let asked = stage.clients[1].peer.lines[CAMERA].keyframe_requests - before;
    assert!((1..=2).contains(&asked), "20 requests in 0.4 s became {asked}");
}

#[test]
fn a_narrow_way_to_the_receiver_bounds_the_sender() {
    let mut stage = Stage::call(10, NetworkConditions::FAIR);
    stage.run(Duration::from_secs(3));
    assert_eq!(stage.clients[1].peer.bound, None, "no bound where the network is wide");
    stage.network.conditions.loss = 0.3;
    stage.run(Duration::from_secs(10));
    let bound = stage.clients[1].peer.bound;
    assert!(bound.is_some_and(|bound| bound < 2_500_000), "{bound:?}");
}
