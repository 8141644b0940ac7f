//! Whatever is thrown at the port: silence, and the calls go on.

use std::net::SocketAddr;
use std::time::Duration;

use crate::stage::{Stage, connection};
use openvisit_media::str0m::net::Protocol;
use openvisit_media::{DisconnectReason, MediaEvent, MediaRefusal, Worker};
use openvisit_testkit::network::NetworkConditions;
use openvisit_testkit::peer::{CAMERA, Peer};
use proptest::prelude::*;

fn stranger() -> SocketAddr {
    SocketAddr::from(([192, 0, 2, 66], 6666))
}

/// A call with the datagrams that its first client has sent, as an eavesdropper would have them.
fn overheard() -> (Stage, Vec<Vec<u8>>) {
    let mut stage = Stage::call(1, NetworkConditions::FAIR);
    stage.run(Duration::from_millis(500));
    let datagrams = std::mem::take(&mut stage.overheard);
    (stage, datagrams)
}

fn goes_on(stage: &mut Stage) {
    let before = stage.received(1, CAMERA);
    stage.run(Duration::from_secs(1));
    assert!(stage.received(1, CAMERA) > before + 140, "the call goes on");
    assert_eq!(stage.clients[1].peer.lines[CAMERA].received.missing(), 0);
    assert!(!stage.events.iter().any(|event| matches!(event, MediaEvent::Disconnected { .. })));
}

#[test]
fn overheard_datagrams_from_elsewhere_are_nobodys() {
    let (mut stage, datagrams) = overheard();
    assert!(datagrams.iter().any(|datagram| datagram[0] < 2), "there is STUN");
    assert!(datagrams.iter().any(|datagram| (20..64).contains(&datagram[0])), "there is DTLS");
    assert!(datagrams.iter().any(|datagram| datagram[0] >= 128), "there is RTP");
    for datagram in &datagrams {
        stage.throw(stranger(), datagram);
    }
    goes_on(&mut stage);
}

#[test]
fn repeated_and_forged_datagrams_from_the_clients_own_address_disturb_nothing() {
    let (mut stage, datagrams) = overheard();
    let from = stage.clients[0].peer.address;
    for datagram in datagrams.iter().filter(|datagram| datagram[0] >= 128) {
        stage.throw(from, datagram);
        let mut forged = datagram.clone();
        if let Some(last) = forged.last_mut() {
            *last ^= 1;
        }
        stage.throw(from, &forged);
    }
    goes_on(&mut stage);
}

#[test]
fn truncated_datagrams_disturb_nothing() {
    let (mut stage, datagrams) = overheard();
    let from = stage.clients[0].peer.address;
    let mut kinds: Vec<_> = Vec::new();
    for kind in [0..2, 20..64, 128..192_u8] {
        kinds.extend(datagrams.iter().filter(|datagram| kind.contains(&datagram[0])).take(8).cloned());
    }
    for datagram in &kinds {
        for length in 0..datagram.len() {
            stage.throw(stranger(), &datagram[..length]);
            stage.throw(from, &datagram[..length]);
        }
    }
    goes_on(&mut stage);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn garbage_disturbs_nobody(
        garbage in prop::collection::vec(
            (prop_oneof![Just(0_u8), Just(1), 20..64_u8, 128..192_u8, any::<u8>()], prop::collection::vec(any::<u8>(), 0..1500)),
            1..40,
        ),
        own_address in any::<bool>(),
    ) {
        let mut stage = Stage::call(1, NetworkConditions::FAIR);
        let from = if own_address { stage.clients[0].peer.address } else { stranger() };
        for (first, rest) in &garbage {
            let mut datagram = vec![*first];
            datagram.extend_from_slice(rest);
            stage.throw(from, &datagram);
        }
        stage.run(Duration::from_millis(200));
        let before = stage.received(1, CAMERA);
        stage.run(Duration::from_millis(300));
        prop_assert!(stage.received(1, CAMERA) > before + 30);
    }

    #[test]
    fn damaged_offers_never_panic(cut in 0..4000_usize, at in 0..4000_usize, byte in any::<u8>()) {
        let mut stage = Stage::new(1, NetworkConditions::FAIR);
        let mut offer = Peer::new(stage.now, Protocol::Udp, stranger()).offer().into_bytes();
        offer.truncate(cut);
        if let Some(place) = offer.get_mut(at) {
            *place = byte;
        }
        let offer = String::from_utf8_lossy(&offer);
        match stage.worker.join(stage.now, connection(1, 1, 1), &offer) {
            Ok(_) => prop_assert_eq!(stage.worker.stats().peers, 1),
            Err(refusal) => {
                prop_assert_ne!(refusal, MediaRefusal::Fault);
                prop_assert_eq!(stage.worker.stats().peers, 0);
            }
        }
    }
}

fn refusal(worker: &mut Worker, stage_now: std::time::Instant, offer: &str) -> MediaRefusal {
    worker.join(stage_now, connection(1, 1, 1), offer).unwrap_err()
}

#[test]
fn offers_that_cannot_work_are_refused_with_the_reason() {
    let mut stage = Stage::new(1, NetworkConditions::FAIR);
    let offer = Peer::new(stage.now, Protocol::Udp, stranger()).offer();
    let now = stage.now;
    let without = |what: &str| {
        offer
            .lines()
            .filter(|line| !line.contains(what))
            .map(|line| format!("{line}\r\n"))
            .collect::<String>()
    };
    assert!(matches!(refusal(&mut stage.worker, now, ""), MediaRefusal::Malformed(_)));
    assert!(matches!(refusal(&mut stage.worker, now, "hello"), MediaRefusal::Malformed(_)));
    assert_eq!(refusal(&mut stage.worker, now, &without("fingerprint")), MediaRefusal::NoFingerprint);
    assert_eq!(refusal(&mut stage.worker, now, &"x".repeat(100_000)), MediaRefusal::TooLarge);
    assert!(matches!(refusal(&mut stage.worker, now, &without("ice-")), MediaRefusal::Malformed(_)));
    let foreign = offer.replace("opus", "speex").replace("VP8", "VP7");
    assert_eq!(refusal(&mut stage.worker, now, &foreign), MediaRefusal::NoCodec);
    assert_eq!(stage.worker.stats().peers, 0);
}

#[test]
fn a_wrong_fingerprint_never_connects() {
    let mut stage = Stage::call(1, NetworkConditions::FAIR);
    let intruder = stage.join_with(connection(1, 3, 3), |offer| {
        let at = offer.find("fingerprint:sha-256 ").unwrap() + "fingerprint:sha-256 ".len();
        let print = &offer[at..at + 95];
        offer.replace(print, &format!("{}:{}", "00:11:22:33", &print[12..]))
    });
    stage.run(Duration::from_secs(5));
    assert_eq!(stage.events_of(3, |event| matches!(event, MediaEvent::Connected { .. })), 0);
    assert_eq!(
        stage.events_of(3, |event| matches!(
            event,
            MediaEvent::Failed { why: DisconnectReason::Protocol, .. }
        )),
        1
    );
    assert!(stage.clients[intruder].peer.lines.iter().all(|line| line.received.packets == 0));
    goes_on(&mut stage);
}
