//! A call without a server, for tests: two peers, and between them the least that can pass packets on.
//! Time is virtual and the network is a queue, so a minute of call takes no minute.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use str0m::change::SdpOffer;
use str0m::net::{Protocol, Receive};
use str0m::rtp::{RtpPacket, RtpWrite};
use str0m::{Candidate, Event, Input, Output, Rtc};

use crate::peer::{Caller, Peer, Turn};
use crate::source::Pace;
use crate::tally::{Tally, Window};

const PACE: Pace = Pace { video_rate: 150, video_bytes: 1200, audio_rate: 50 };
const STEP: Duration = Duration::from_millis(1);

struct ByParty {
    peer: Peer,
    relay: Rtc,
    at: [SocketAddr; 2],
    to_relay: VecDeque<Vec<u8>>,
    to_peer: VecDeque<Vec<u8>>,
}

struct Call {
    sides: [ByParty; 2],
    now: Instant,
    window: Arc<Window>,
    tally: Tally,
    /// Drops every n-th datagram towards the peers.
    lose_every: Option<usize>,
    delivered: usize,
}

fn address(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}

impl ByParty {
    fn new(number: u16, now: Instant, window: &Arc<Window>) -> Self {
        let at = [address(1000 + number), address(2000 + number)];
        let (caller, offer) = Caller::new(at[0], now).unwrap();
        let mut relay = Rtc::builder().set_rtp_mode(true).set_ice_lite(true).build(now);
        relay.add_local_candidate(Candidate::host(at[1], "udp").unwrap());
        let offer = SdpOffer::from_sdp_string(&offer).unwrap();
        let answer = relay.sdp_api().accept_offer(offer).unwrap().to_sdp_string();
        let peer = caller.accept(&answer, u32::from(number), PACE, Arc::clone(window), now).unwrap();
        Self { peer, relay, at, to_relay: VecDeque::new(), to_peer: VecDeque::new() }
    }

    fn drain_relay(&mut self, heard: &mut Vec<RtpPacket>) {
        loop {
            match self.relay.poll_output().unwrap() {
                Output::Transmit(transmit) => self.to_peer.push_back(transmit.contents.to_vec()),
                Output::Event(Event::RtpPacket(packet)) => heard.push(packet),
                Output::Event(_) => {}
                Output::Timeout(_) => return,
            }
        }
    }

    fn pass_on(&mut self, packet: &RtpPacket, now: Instant) {
        let params = self.relay.codec_config().params().to_vec();
        let Some(params) = params.iter().find(|params| params.pt() == packet.header.payload_type) else {
            return;
        };
        let (audio, pt) = (params.spec().codec.is_audio(), params.pt());
        let mids = self.peer.mids();
        let mut direct = self.relay.direct_api();
        let Some(tx) = direct.stream_tx_by_mid(mids[usize::from(!audio)], None) else { return };
        let payload = Arc::clone(&packet.payload);
        let time = u32::try_from(packet.time.numer()).unwrap();
        tx.write_rtp(RtpWrite::new(pt, packet.seq_no, time, now, payload).nackable(!audio));
        self.drain_relay(&mut Vec::new());
    }
}

impl Call {
    fn new() -> Self {
        let now = Instant::now();
        let window = Arc::new(Window::default());
        window.open(0);
        let sides = [0, 1].map(|number| ByParty::new(number, now, &window));
        Self { sides, now, window, tally: Tally::default(), lose_every: None, delivered: 0 }
    }

    fn run(&mut self, time: Duration) {
        let end = self.now + time;
        while self.now < end {
            self.now += STEP;
            self.step();
        }
    }

    fn step(&mut self) {
        let now = self.now;
        let mut heard = [Vec::new(), Vec::new()];
        for (side, heard) in self.sides.iter_mut().zip(&mut heard) {
            let ByParty { peer, relay, at: [near, far], to_relay, to_peer } = side;
            let (near, far) = (*near, *far);
            let mut send = |_: SocketAddr, bytes: &[u8]| to_relay.push_back(bytes.to_vec());
            let mut turn = Turn { now, arrived: u64::MAX, tally: &mut self.tally, send: &mut send };
            peer.advance(&mut turn);
            for datagram in std::mem::take(to_peer) {
                self.delivered += 1;
                if self.lose_every.is_none_or(|n| !self.delivered.is_multiple_of(n)) {
                    peer.receive(far, &datagram, &mut turn);
                }
            }
            relay.handle_input(Input::Timeout(now)).unwrap();
            side.drain_relay(heard);
            for datagram in std::mem::take(&mut side.to_relay) {
                let receive = Receive::new(Protocol::Udp, near, far, &datagram).unwrap();
                side.relay.handle_input(Input::Receive(now, receive)).unwrap();
                side.drain_relay(heard);
            }
        }
        let [from_first, from_second] = heard;
        from_first.iter().for_each(|packet| self.sides[1].pass_on(packet, now));
        from_second.iter().for_each(|packet| self.sides[0].pass_on(packet, now));
    }
}

#[test]
fn two_peers_hear_each_other_at_the_pace() {
    let mut call = Call::new();
    call.run(Duration::from_secs(2));
    assert!(call.sides.iter().all(|side| side.peer.connected_at.is_some()), "both are connected");
    let before = (call.tally.sent, call.tally.received);
    call.run(Duration::from_secs(10));
    let (sent, received) = (call.tally.sent - before.0, call.tally.received - before.1);
    assert_eq!(sent, 2 * 200 * 10);
    assert!(received.abs_diff(sent) <= 8, "{received} of {sent} arrived");
    assert_eq!((call.tally.repeated, call.tally.foreign), (0, 0));
    assert!(call.tally.lateness.max() <= 1001, "late by {} µs", call.tally.lateness.max());
}

#[test]
fn lost_video_is_asked_for_again() {
    let mut call = Call::new();
    call.run(Duration::from_secs(2));
    call.lose_every = Some(50);
    let before = (call.tally.sent, call.tally.received);
    call.run(Duration::from_secs(10));
    let (sent, received) = (call.tally.sent - before.0, call.tally.received - before.1);
    let lost = sent.saturating_sub(received);
    assert!(lost > 0 && lost * 100 < sent, "audio is lost, video comes again: {lost} of {sent}");
}

#[test]
fn nothing_counts_outside_the_window() {
    let mut call = Call::new();
    call.window.close(0);
    call.run(Duration::from_secs(3));
    assert_eq!((call.tally.sent, call.tally.received), (0, 0));
    assert!(call.sides.iter().all(|side| side.peer.first_packet_at.is_some()), "yet packets arrived");
}

#[test]
fn a_partner_who_falls_silent_is_noticed() {
    let mut call = Call::new();
    call.run(Duration::from_secs(2));
    assert!(call.sides.iter().all(|side| side.peer.gone.is_none()));
    call.lose_every = Some(1);
    call.run(Duration::from_secs(6));
    assert!(call.sides.iter().all(|side| side.peer.gone.is_some()));
}
