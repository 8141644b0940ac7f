//! A call of eight, the most that one is made for.

use std::time::Duration;

use crate::stage::{Stage, connection};
use openvisit_media::str0m::media::MediaKind;
use openvisit_testkit::network::NetworkConditions;
use openvisit_testkit::peer::{MICROPHONE, MediaLine};

const EIGHT: usize = 8;

/// All of one session, each of whom sees the seven others.
fn eight(seed: u64, conditions: NetworkConditions) -> Stage {
    let mut stage = Stage::new(seed, conditions);
    for id in 1..=EIGHT as u128 {
        stage.join(connection(1, id, id));
        stage.run(Duration::from_millis(200));
    }
    stage.run_until("everybody sees everybody", |stage| {
        (0..EIGHT).all(|client| lines_of(stage, client, MediaKind::Video).count() == EIGHT - 1)
    });
    stage
}

/// The lines of one kind that show somebody.
fn lines_of(stage: &Stage, client: usize, kind: MediaKind) -> impl Iterator<Item = &MediaLine> {
    stage.clients[client].peer.lines.iter().filter(move |it| it.kind == kind && it.received.packets > 0)
}

/// What a client has received of somebody's voice.
fn heard(stage: &Stage, client: usize, speaker: usize) -> &MediaLine {
    lines_of(stage, client, MediaKind::Audio)
        .find(|line| usize::from(line.received.last_payload[2]) == speaker)
        .expect("a line with this voice")
}

/// Nobody says anything until what is under way has arrived.
fn hush(stage: &mut Stage) {
    stage.clients.iter_mut().for_each(|client| client.talking = false);
    stage.run(Duration::from_millis(500));
}

fn pairs() -> impl Iterator<Item = (usize, usize)> {
    (0..EIGHT).flat_map(|client| (0..EIGHT).map(move |speaker| (client, speaker))).filter(|(a, b)| a != b)
}

#[test]
fn every_packet_of_every_voice_reaches_the_seven_others_in_order() {
    let mut stage = eight(1, NetworkConditions::FAIR);
    hush(&mut stage);
    let before: Vec<_> = pairs().map(|(c, s)| heard(&stage, c, s).received.packets).collect();
    let said: Vec<_> = stage.clients.iter().map(|it| it.peer.lines[MICROPHONE].sent).collect();
    stage.clients.iter_mut().for_each(|client| client.talking = true);
    stage.run(Duration::from_secs(10));
    hush(&mut stage);
    for ((client, speaker), before) in pairs().zip(before) {
        let now = stage.clients[speaker].peer.lines[MICROPHONE].sent - said[speaker];
        let received = &heard(&stage, client, speaker).received;
        assert!(now >= 500, "ten seconds of {speaker}: {now}");
        assert_eq!(received.packets - before, now, "{client} hears {speaker}");
        assert_eq!((received.missing(), received.disordered), (0, 0), "{client} hears {speaker}");
    }
}

/// Each client gets seven pictures, which together must not be more than a phone can take.
#[test]
fn nobody_sends_more_than_a_share_of_what_the_others_can_take() {
    let mut stage = eight(2, NetworkConditions::FAIR);
    let bounded = |stage: &Stage, clients: usize, fits: fn(u64) -> bool| {
        stage.clients[..clients].iter().all(|client| client.peer.bound.is_some_and(fits))
    };
    stage.run(Duration::from_secs(1));
    assert!(bounded(&stage, EIGHT, |bound| bound <= 8_000_000 / 7));
    // The estimate of what the network carries has to grow until then.
    stage.run_until("each has a seventh", |stage| bounded(stage, EIGHT, |bound| bound > 1_100_000));
    // Who shows nothing takes nothing of it.
    for client in 3..EIGHT {
        stage.clients[client].talking = false;
    }
    stage.run_until("three are free", |stage| bounded(stage, 3, |bound| bound > 2_500_000));
}

#[test]
fn lost_pictures_are_sent_again_to_all_seven() {
    let mut stage = eight(3, NetworkConditions { loss: 0.02, ..NetworkConditions::FAIR });
    stage.run(Duration::from_secs(3));
    hush(&mut stage);
    for client in 0..EIGHT {
        for line in lines_of(&stage, client, MediaKind::Video) {
            let received = &line.received;
            assert!(
                received.missing() * 100 < received.packets,
                "{} of {}",
                received.missing(),
                received.packets
            );
        }
    }
}
