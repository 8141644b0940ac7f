//! Test calls: somebody sees and hears themselves through the media server, before an appointment or without one. Nothing
//! is kept of them; they are few, short, and lead to nobody else.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use openvisit_app::Error;
use openvisit_app::auth::throttle::network;
use openvisit_core::ids::SessionId;
use openvisit_media::Connection;

use crate::state::Server;

/// Long enough to look, speak and listen.
pub const LIFE: SignedDuration = SignedDuration::from_mins(1);
const WINDOW: SignedDuration = SignedDuration::from_mins(10);
/// So many one network may begin within [`WINDOW`]: a practice or a home with several people who try again and again.
const PER_NETWORK: u32 = 30;
/// One network never has more than this part of all places.
const SHARE: usize = 4;
/// So many networks are remembered.
const CAPACITY: usize = 10_000;
const PACE: Duration = Duration::from_secs(1);

/// Those that run, and who began some lately.
pub struct TestCalls {
    most: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    running: HashMap<SessionId, Running>,
    begun: HashMap<IpAddr, Window>,
}

struct Running {
    connection: Connection,
    network: IpAddr,
    ends_at: Timestamp,
}

struct Window {
    since: Timestamp,
    calls: u32,
}

impl TestCalls {
    /// At most so many at once.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { most, state: Mutex::default() }
    }

    /// Gives a place to somebody; tells until when.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the operator wants none, [`Error::TooManyRequests`] where there is no place.
    pub fn begin(&self, connection: Connection, from: IpAddr, now: Timestamp) -> Result<Timestamp, Error> {
        if self.most == 0 {
            return Err(Error::NotFound);
        }
        let network = network(from);
        let mut state = self.lock();
        if let Some(until) = state.no_place_until(network, self.most, now) {
            let retry_after_seconds = now.duration_until(until).as_secs().max(1);
            return Err(Error::TooManyRequests { retry_after_seconds });
        }
        let ends_at = now.saturating_add(LIFE).unwrap_or(now);
        state.begun.entry(network).or_insert(Window { since: now, calls: 0 }).calls += 1;
        state.running.insert(connection.session, Running { connection, network, ends_at });
        Ok(ends_at)
    }

    /// The connection of one that runs.
    #[must_use]
    pub fn find(&self, session: SessionId) -> Option<Connection> {
        self.lock().running.get(&session).map(|running| running.connection)
    }

    /// Frees a place; false where it was free.
    pub fn end(&self, session: SessionId) -> bool {
        self.lock().running.remove(&session).is_some()
    }

    /// Those whose time is up.
    fn due(&self, now: Timestamp) -> Vec<SessionId> {
        let mut state = self.lock();
        state.begun.retain(|_, window| window.since.duration_until(now) < WINDOW);
        state.running.iter().filter(|(_, it)| it.ends_at <= now).map(|(session, _)| *session).collect()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// When to try again; `None` where there is a place.
    fn no_place_until(&mut self, network: IpAddr, most: usize, now: Timestamp) -> Option<Timestamp> {
        if let Some(window) = self.begun.get(&network) {
            let over = window.since.saturating_add(WINDOW).unwrap_or(now);
            if over <= now {
                self.begun.remove(&network);
            } else if window.calls >= PER_NETWORK {
                return Some(over);
            }
        } else if self.begun.len() >= CAPACITY {
            return Some(now);
        }
        let own = self.running.values().filter(|it| it.network == network);
        let all_taken = self.running.len() >= most || own.clone().count() >= most.div_ceil(SHARE);
        let first_end = || self.running.values().map(|it| it.ends_at).min();
        all_taken.then(|| first_end().unwrap_or(now))
    }
}

/// Ends each when its minute is over, until the server stops.
pub async fn keep_time(server: Server) {
    let mut ticks = tokio::time::interval(PACE);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = server.app.stopping.cancelled() => return,
        }
        for session in server.test_calls.due(server.app.clock.now()) {
            end(&server, session);
        }
    }
}

/// Ends one; false where it has ended, or is at another node.
#[expect(clippy::must_use_candidate, reason = "it is called for what it does")]
pub fn end(server: &Server, session: SessionId) -> bool {
    let ends = server.test_calls.end(session);
    if ends {
        server.sfu.close_session(session);
    }
    ends
}

#[cfg(test)]
mod tests {
    use openvisit_core::ids::{ConnectionId, ParticipantId};
    use uuid::Uuid;

    use super::*;

    const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);

    fn connection(n: u128) -> Connection {
        Connection {
            session: SessionId(Uuid::from_u128(n)),
            participant: ParticipantId(Uuid::from_u128(n)),
            id: ConnectionId(Uuid::from_u128(n)),
        }
    }

    fn address(last: u32) -> IpAddr {
        IpAddr::from(last.to_be_bytes())
    }

    fn wait(refused: Result<Timestamp, Error>) -> i64 {
        match refused {
            Err(Error::TooManyRequests { retry_after_seconds }) => retry_after_seconds,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn one_network_never_takes_all_places() {
        let calls = TestCalls::new(8);
        calls.begin(connection(1), address(1), NOW).unwrap();
        calls.begin(connection(2), address(1), NOW).unwrap();
        assert_eq!(wait(calls.begin(connection(3), address(1), NOW)), 60);
        for n in 3..9 {
            calls.begin(connection(n), address(u32::try_from(n).unwrap()), NOW).unwrap();
        }
        let later = NOW + SignedDuration::from_secs(50);
        assert_eq!(wait(calls.begin(connection(9), address(9), later)), 10, "all places are taken");
        assert!(calls.end(connection(3).session));
        calls.begin(connection(9), address(9), later).unwrap();
    }

    #[test]
    fn who_begins_again_and_again_waits() {
        let calls = TestCalls::new(8);
        for _ in 0..PER_NETWORK {
            calls.begin(connection(1), address(1), NOW).unwrap();
            calls.end(connection(1).session);
        }
        assert_eq!(wait(calls.begin(connection(1), address(1), NOW)), 600);
        calls.begin(connection(1), address(1), NOW + WINDOW).unwrap();
        assert!(calls.due(NOW + WINDOW).is_empty());
        assert_eq!(calls.due(NOW + WINDOW + LIFE), [connection(1).session]);
    }

    #[test]
    fn an_operator_may_want_none() {
        let calls = TestCalls::new(0);
        assert_eq!(calls.begin(connection(1), address(1), NOW), Err(Error::NotFound));
    }
}
