//! All rooms of one thread.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use openvisit_core::ids::{ConnectionId, ParticipantId, SessionId};
use slab::Slab;
use str0m::net::{Protocol, Transmit};

use crate::config::WorkerConfig;
use crate::draining::{PeerOutput, is_rtp};
use crate::event::{Connection, DisconnectReason, MediaEvent};
use crate::message::ToClient;
use crate::offer::MediaRefusal;
use crate::peer::Peer;
use crate::probe::PROBE;
use crate::room::Room;
use crate::routes::{Routes, is_stun};
use crate::shedding::Shed;

/// Keyframe retries, silence and the like are looked at this often. Coarse, so that nothing is
/// searched on the packet path.
const TICK: Duration = Duration::from_millis(100);

/// So many connections one participant has at most: more than tabs and reloads need, and little memory.
const MOST_CONNECTIONS: usize = 4;

/// A handshake takes a few round trips; what takes longer is waited for no more than other packets.
const HANDSHAKE: Duration = Duration::from_secs(3);

/// Whoever is told that a session goes on elsewhere has so long to follow, and is served meanwhile.
const PARTING: Duration = Duration::from_secs(2);

/// How often a sender hears what its receivers can take.
const BOUND_EVERY: Duration = Duration::from_secs(1);

/// What a client gets for its offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub sdp: String,
    /// The user fragment that the client's STUN requests will name; tells the worker of a TCP stream.
    pub ufrag: String,
}

/// Counters since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WorkerStats {
    pub peers: usize,
    /// Packets that were written to another participant.
    pub forwarded: u64,
    /// Packets of pictures that were left out, see [`Worker::shed`].
    pub shed: u64,
    /// Datagrams that belong to nobody, or are no STUN, DTLS or RTP.
    pub refused: u64,
}

/// A selective forwarding unit without sockets or clock. Feed it datagrams and time, then take what
/// it wants to send and tell; after each batch of input call [`Worker::flush`].
pub struct Worker {
    pub(crate) config: WorkerConfig,
    pub(crate) peers: Slab<Peer>,
    pub(crate) rooms: Slab<Room>,
    pub(crate) routes: Routes,
    pub(crate) output: PeerOutput,
    pub(crate) events: VecDeque<MediaEvent>,
    /// Peers that were written to since the last flush.
    pub(crate) touched: Vec<usize>,
    /// No later than the earliest deadline of all peers.
    pub(crate) next_deadline: Option<Instant>,
    pub(crate) next_tick: Option<Instant>,
    pub(crate) next_report: Option<Instant>,
    next_bounds: Option<Instant>,
    pub(crate) stats: WorkerStats,
    pub(crate) shed: Shed,
    room_of: HashMap<SessionId, usize>,
    peer_of: HashMap<ConnectionId, usize>,
    joins: u64,
    last_join: Option<Instant>,
}

impl Worker {
    #[must_use]
    pub fn new(config: WorkerConfig) -> Self {
        Self {
            config,
            peers: Slab::new(),
            rooms: Slab::new(),
            routes: Routes::default(),
            output: PeerOutput::default(),
            events: VecDeque::new(),
            touched: Vec::new(),
            next_deadline: None,
            next_tick: None,
            next_report: None,
            next_bounds: None,
            stats: WorkerStats::default(),
            shed: Shed::NOTHING,
            room_of: HashMap::new(),
            peer_of: HashMap::new(),
            joins: 0,
            last_join: None,
        }
    }

    /// Runs once what is set up at first use (self-tests of the crypto, random numbers), so that the
    /// first client waits no longer than the others.
    pub fn warm_up(&self, now: Instant) {
        drop(self.config.rtc(now));
    }

    /// Answers a participant's offer. Media flows when the client has connected; a connection of the
    /// same participant that is older ends then.
    ///
    /// # Errors
    /// The offer is no SDP, lacks what we need, or is absurdly large; nothing is kept of it.
    pub fn join(
        &mut self,
        now: Instant,
        connection: Connection,
        offer: &str,
    ) -> Result<Answer, MediaRefusal> {
        let room = self.room_of.get(&connection.session).copied();
        let room = room.unwrap_or_else(|| self.rooms.vacant_key());
        let ordinal = self.joins + 1;
        let (mut peer, sdp) = Peer::accept(now, &self.config, connection, ordinal, room, offer)?;
        let ufrag = peer.ufrag();

        self.joins = ordinal;
        self.last_join = Some(now);
        if !self.rooms.contains(room) {
            self.rooms.insert(Room::new(connection.session));
            self.room_of.insert(connection.session, room);
        }
        let key = self.peers.insert(peer);
        self.rooms[room].peers.push(key);
        self.routes.name(ufrag.clone(), key);
        if let Some(replaced) = self.peer_of.insert(connection.id, key) {
            self.end(now, replaced, DisconnectReason::HungUp);
            self.peer_of.insert(connection.id, key);
        }
        self.end_surplus(now, key);
        self.tick(now, key);
        self.next_tick.get_or_insert(now + TICK);
        Ok(Answer { sdp, ufrag })
    }

    /// Answers the offer of somebody who tests their devices and their line: they get back what they send, and nobody else
    /// does. No event tells of this connection.
    ///
    /// # Errors
    /// As [`Worker::join`].
    pub fn join_echo(
        &mut self,
        now: Instant,
        connection: Connection,
        offer: &str,
    ) -> Result<Answer, MediaRefusal> {
        let answer = self.join(now, connection, offer)?;
        if let Some(room) = self.room_of.get(&connection.session) {
            self.rooms[*room].echo = true;
        }
        Ok(answer)
    }

    /// Tells what happened in a room, unless it is one of which nothing is told.
    pub(crate) fn tell(&mut self, room: usize, event: MediaEvent) {
        if !self.rooms[room].echo {
            self.events.push_back(event);
        }
    }

    /// Room for a participant's newest connection: the oldest goes, and the one that has the media last of all.
    fn end_surplus(&mut self, now: Instant, newest: usize) {
        let Peer { connection, room, .. } = &self.peers[newest];
        let participant = connection.participant;
        let mut older = self.rooms[*room].peers.clone();
        older.retain(|key| *key != newest && self.peers[*key].connection.participant == participant);
        older.sort_by_key(|key| (self.peers[*key].connected, self.peers[*key].ordinal));
        let surplus = (older.len() + 1).saturating_sub(MOST_CONNECTIONS);
        for key in older.into_iter().take(surplus) {
            self.end(now, key, DisconnectReason::TakenOver);
        }
    }

    /// Answers a full new offer of a connection that exists: an ICE restart.
    ///
    /// # Errors
    /// As [`Worker::join`]; the connection then goes on as before, unless the offer broke it.
    pub fn restart(
        &mut self,
        now: Instant,
        connection: ConnectionId,
        offer: &str,
    ) -> Result<Answer, MediaRefusal> {
        let key = *self.peer_of.get(&connection).ok_or(MediaRefusal::UnknownConnection)?;
        let peer = &mut self.peers[key];
        let answered = peer.answer(offer);
        peer.forget_network();
        let ufrag = peer.ufrag();
        self.routes.name(ufrag.clone(), key);
        self.show_all(now, key);
        self.touch(key);
        self.flush(now);
        Ok(Answer { sdp: answered?, ufrag })
    }

    /// Ends one connection.
    pub fn hang_up(&mut self, now: Instant, connection: ConnectionId) {
        if let Some(key) = self.peer_of.get(&connection).copied() {
            self.end(now, key, DisconnectReason::HungUp);
            self.flush(now);
        }
    }

    /// Ends all connections of a participant.
    pub fn remove_participant(&mut self, now: Instant, session: SessionId, participant: ParticipantId) {
        let of = |connection: &Connection| connection.participant == participant;
        self.end_where(now, session, DisconnectReason::HungUp, of);
    }

    /// Ends all connections of a session; those of one that goes on elsewhere once whoever is in it has had time to follow.
    pub fn close_session(&mut self, now: Instant, session: SessionId, why: DisconnectReason) {
        if why == DisconnectReason::Moved {
            self.part(now, session);
        } else {
            self.end_where(now, session, why, |_| true);
        }
    }

    fn part(&mut self, now: Instant, session: SessionId) {
        let Some(room) = self.room_of.get(&session) else { return };
        for key in self.rooms[*room].peers.clone() {
            self.peers[key].parts_at.get_or_insert(now + PARTING);
            self.say_moved(key);
        }
        self.flush(now);
    }

    /// Again and again: what says so may be lost, and whoever does not hear it waits in silence.
    pub(crate) fn say_moved(&mut self, key: usize) {
        self.peers[key].send_message(&ToClient::closed(DisconnectReason::Moved));
        self.touch(key);
    }

    fn end_where(
        &mut self,
        now: Instant,
        session: SessionId,
        why: DisconnectReason,
        of: impl Fn(&Connection) -> bool,
    ) {
        let Some(room) = self.room_of.get(&session) else { return };
        let mut keys = self.rooms[*room].peers.clone();
        keys.retain(|key| of(&self.peers[*key].connection));
        for key in keys {
            self.end(now, key, why);
        }
        self.flush(now);
    }

    /// Closes all connections: the server stops.
    pub fn stop(&mut self, now: Instant) {
        for key in 0..self.peers.capacity() {
            let parts = self.peers.get(key).is_some_and(|peer| peer.parts_at.is_some());
            self.end(now, key, if parts { DisconnectReason::Moved } else { DisconnectReason::Stopped });
        }
    }

    /// Whether a STUN request that names this user fragment is for one of our peers, or asks for ourselves.
    #[must_use]
    pub fn knows(&self, ufrag: &str) -> bool {
        self.routes.knows(ufrag) || (ufrag == PROBE && self.config.probe_key.is_some())
    }

    /// Takes in one datagram that arrived at `destination`, which must be one of the configured
    /// addresses. What is not for one of our peers is counted and dropped.
    pub fn handle_datagram(
        &mut self,
        now: Instant,
        protocol: Protocol,
        source: SocketAddr,
        destination: SocketAddr,
        datagram: &[u8],
    ) {
        let remote = (protocol, source);
        let Some(key) = self.routes.find(remote, datagram) else {
            self.answer_probe(protocol, source, destination, datagram);
            return;
        };
        if self.shed != Shed::NOTHING && is_rtp(datagram) && self.leaves_out(key, datagram) {
            self.stats.shed += 1;
            return;
        }
        self.deliver(now, key, remote, destination, datagram);
    }

    /// What is for none of our peers may be the operator's question.
    fn answer_probe(
        &mut self,
        proto: Protocol,
        source: SocketAddr,
        destination: SocketAddr,
        datagram: &[u8],
    ) {
        let key = self.config.probe_key.as_ref().filter(|_| is_stun(datagram));
        match key.and_then(|key| key.answer(datagram, source)) {
            Some(answer) => self.output.transmits.push_back(Transmit {
                proto,
                source: destination,
                destination: source,
                contents: answer.into(),
            }),
            None => self.stats.refused += 1,
        }
    }

    /// When [`Worker::handle_timeout`] must be called next, if no datagram comes before.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        match (self.next_deadline, self.next_tick) {
            (Some(deadline), Some(tick)) => Some(deadline.min(tick)),
            (deadline, tick) => deadline.or(tick),
        }
    }

    /// Lets time pass for the peers that wait for it.
    pub fn handle_timeout(&mut self, now: Instant) {
        if self.next_deadline.is_some_and(|deadline| deadline <= now) {
            self.tick_due_peers(now);
        }
        if self.next_tick.is_some_and(|tick| tick <= now) {
            self.next_tick = (!self.peers.is_empty()).then_some(now + TICK);
            self.housekeep(now);
            if self.next_bounds.is_none_or(|at| at <= now) {
                self.next_bounds = Some(now + BOUND_EVERY);
                self.limit_senders();
            }
        }
        self.flush(now);
    }

    /// Whether somebody who came a moment ago is not connected yet.
    #[must_use]
    pub fn shakes_hands(&self, now: Instant) -> bool {
        let young = |at: Instant| now.saturating_duration_since(at) < HANDSHAKE;
        self.last_join.is_some_and(young)
            && self.peers.iter().any(|(_, peer)| !peer.connected && young(peer.joined_at))
    }

    /// The next datagram to send.
    pub fn poll_transmit(&mut self) -> Option<Transmit> {
        self.output.transmits.pop_front()
    }

    /// The next thing that happened.
    pub fn poll_event(&mut self) -> Option<MediaEvent> {
        self.events.pop_front()
    }

    #[must_use]
    pub fn stats(&self) -> WorkerStats {
        WorkerStats { peers: self.peers.len(), ..self.stats }
    }

    /// Ends a peer, and tells the client.
    pub(crate) fn end(&mut self, now: Instant, key: usize, why: DisconnectReason) {
        if let Some(peer) = self.peers.get_mut(key) {
            peer.close(now, why, &mut self.output);
            self.output.events.clear();
            self.remove_peer(key, why);
        }
    }

    /// Removes a peer whose connection is over.
    pub(crate) fn remove_peer(&mut self, key: usize, why: DisconnectReason) {
        let Some(peer) = self.peers.try_remove(key) else { return };
        let Peer { connection, last_packet, connected, room, .. } = peer;
        self.routes.remove_peer(key);
        self.touched.retain(|touched| *touched != key);
        if self.peer_of.get(&connection.id) == Some(&key) {
            self.peer_of.remove(&connection.id);
        }
        self.rooms[room].remove(key);
        tracing::debug!(connection = %connection.id, why = why.as_str(), "media connection ended");
        let event = if connected {
            MediaEvent::Disconnected { connection, last_packet, why }
        } else {
            MediaEvent::Failed { connection, why }
        };
        self.tell(room, event);
        if self.rooms[room].peers.is_empty() {
            let room = self.rooms.remove(room);
            self.room_of.remove(&room.session);
        }
    }
}
