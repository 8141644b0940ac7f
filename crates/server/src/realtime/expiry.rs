//! A token that merely ends cuts no call: its socket joins no new one and hears of nothing but those that it is in, until
//! its client shows another token. It is told a minute before.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use openvisit_app::auth::caller::Caller;
use serde_json::json;
use socketioxide::SocketIo;
use socketioxide::extract::SocketRef;
use socketioxide::operators::BroadcastOperators;
use tokio::time::{MissedTickBehavior, interval};

use super::sockets::SocketSessions;
use super::{NAMESPACE, Realtime, rooms};

/// How late a socket may hear that its token has ended.
const PACE: Duration = Duration::from_secs(1);
/// Time enough to get another one.
const NOTICE: SignedDuration = SignedDuration::from_mins(1);

/// What comes next for a socket, and when, in microseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Notice(Timestamp),
    End(Timestamp),
    Nothing,
}

/// When something is to be done at the earliest, so that most seconds cost nothing.
#[derive(Debug)]
pub(super) struct Expiries(AtomicI64);

impl Default for Expiries {
    fn default() -> Self {
        Self(AtomicI64::new(i64::MAX))
    }
}

impl Expiries {
    /// A socket has come, or shown another token.
    pub fn watch(&self, socket: &SocketRef, caller: &Caller) {
        let next = caller.until.map_or(Next::Nothing, |until| Next::Notice(until - NOTICE));
        socket.extensions.insert(next);
        self.not_later_than(next);
    }

    fn not_later_than(&self, next: Next) {
        if let Next::Notice(at) | Next::End(at) = next {
            self.0.fetch_min(at.as_microsecond(), Ordering::SeqCst);
        }
    }
}

/// Until the server stops.
pub(super) async fn run(realtime: Realtime) {
    let mut ticks = interval(PACE);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => look(&realtime).await,
            () = realtime.app.stopping.cancelled() => return,
        }
    }
}

async fn look(Realtime { app, io, expiries }: &Realtime) {
    let now = app.clock.now();
    if expiries.0.load(Ordering::SeqCst) > now.as_microsecond() {
        return;
    }
    expiries.0.store(i64::MAX, Ordering::SeqCst);
    for socket in all(io) {
        let Some(next) = socket.extensions.get::<Next>() else { continue };
        let next = match next {
            Next::Notice(at) if at <= now => {
                let ends_at = at + NOTICE;
                // Who is gone need not know.
                socket.emit("expiring", &json!({ "expires_at": ends_at })).ok();
                Next::End(ends_at)
            }
            Next::End(at) if at <= now => {
                end(&socket).await;
                socket.emit("expired", &json!({})).ok();
                Next::Nothing
            }
            next => next,
        };
        socket.extensions.insert(next);
        expiries.not_later_than(next);
    }
}

fn all(io: &SocketIo) -> Vec<SocketRef> {
    io.of(NAMESPACE).map(BroadcastOperators::sockets).unwrap_or_default()
}

/// From now on the socket hears of the calls that it is in, and of nothing else.
async fn end(socket: &SocketRef) {
    let (caller, entered) = (socket.extensions.get::<Caller>(), socket.extensions.get::<SocketSessions>());
    let (Some(caller), Some(entered)) = (caller, entered) else { return };
    socket.leave(rooms::own(&caller));
    socket.leave(rooms::reception(&caller).into_iter().collect::<Vec<_>>());
    let calls = entered.sessions().await;
    socket.join(calls.into_iter().map(|it| rooms::of_call(caller.person_id, it)).collect::<Vec<_>>());
}
