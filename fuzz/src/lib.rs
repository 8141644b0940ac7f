//! What strangers send, tried with anything. One function for each kind of input; a panic or a fault of the server's is a
//! finding. Tests try the same for some seconds: `media/tests/sfu/hostile.rs` (offers and datagrams),
//! `server/src/sfu_io/framing.rs`, `server/tests/http/hostile.rs` (tokens, bodies, cursors, sockets).

mod server;

use std::net::SocketAddr;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use openvisit::sfu_io::framing::Deframer;
use openvisit_app::auth::tokens::Tokens;
use openvisit_core::ids::{ConnectionId, ParticipantId, SessionId};
use openvisit_media::str0m::config::DtlsCert;
use openvisit_media::str0m::crypto::from_feature_flags;
use openvisit_media::str0m::net::Protocol;
use openvisit_media::{Connection, LocalAddress, MediaRefusal, Worker, WorkerConfig, check_offer};
use openvisit_testkit::peer::Peer;
use uuid::Uuid;

pub use server::{requests, sockets};

static CERTIFICATE: LazyLock<DtlsCert> =
    LazyLock::new(|| from_feature_flags().dtls_provider.generate_certificate().expect("a certificate"));

fn address(last: u8) -> SocketAddr {
    SocketAddr::from(([10, 0, 0, last], 3478))
}

fn worker() -> Worker {
    let addresses = vec![LocalAddress { protocol: Protocol::Udp, address: address(1) }];
    Worker::new(WorkerConfig::new(addresses, CERTIFICATE.clone()))
}

fn connection() -> Connection {
    let id = Uuid::from_u128(1);
    Connection { session: SessionId(id), participant: ParticipantId(id), id: ConnectionId(id) }
}

/// An offer is answered or refused, and nothing is kept of one that was refused.
pub fn sdp(bytes: &[u8]) {
    let offer = String::from_utf8_lossy(bytes);
    let _ = check_offer(&offer);
    let mut worker = worker();
    match worker.join(Instant::now(), connection(), &offer) {
        Ok(_) => assert_eq!(worker.stats().peers, 1),
        Err(refusal) => {
            assert_ne!(refusal, MediaRefusal::Fault);
            assert_eq!(worker.stats().peers, 0);
        }
    }
}

/// STUN, DTLS, RTP and RTCP, from a client's address and from elsewhere: each datagram has its length in two bytes before
/// it, and in the highest bit of these where it comes from.
pub fn datagrams(bytes: &[u8]) {
    let (mut now, mut worker) = (Instant::now(), worker());
    let offer = Peer::new(now, Protocol::Udp, address(2)).offer();
    worker.join(now, connection(), &offer).expect("a client's offer");
    let mut rest = bytes;
    while let Some((head, after)) = rest.split_first_chunk::<2>() {
        let head = u16::from_be_bytes(*head);
        let (datagram, after) = after.split_at(usize::from(head & 0x07ff).min(after.len()));
        let source = address(if head & 0x8000 == 0 { 2 } else { 3 });
        worker.handle_datagram(now, Protocol::Udp, source, address(1), datagram);
        worker.flush(now);
        while worker.poll_transmit().is_some() {}
        now += Duration::from_millis(20);
        worker.handle_timeout(now);
        rest = after;
    }
    while worker.poll_event().is_some() {}
}

/// A stream gives the same datagrams however it is split; the first byte says where.
pub fn framing(bytes: &[u8]) {
    let Some((at, stream)) = bytes.split_first() else { return };
    let (first, second) = stream.split_at(usize::from(*at).min(stream.len()));
    let read = |parts: &[&[u8]]| {
        let (mut deframer, mut seen) = (Deframer::default(), Vec::new());
        for part in parts {
            deframer.push(part);
            loop {
                match deframer.take() {
                    Ok(Some(datagram)) => seen.push(datagram.to_vec()),
                    Ok(None) => break,
                    Err(oversized) => return (seen, Some(oversized)),
                }
            }
        }
        (seen, None)
    };
    assert_eq!(read(&[stream]), read(&[first, second]));
}

/// No text is a token of this server's unless it was made here.
pub fn tokens(bytes: &[u8]) {
    let tokens = Tokens::new(&"a secret that no input holds".into());
    let text = String::from_utf8_lossy(bytes);
    let now = Timestamp::UNIX_EPOCH;
    assert!(tokens.read_access(&text, now).is_err());
    assert!(tokens.read_media(&text, now).is_err());
    let _ = tokens.why_refused(&text, now);
}
