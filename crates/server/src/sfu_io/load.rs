//! How much a thread has to do, as it turned out in the last second.

use std::time::{Duration, Instant};

/// Long enough that a burst is none, short enough to place the next session by it.
const WINDOW: Duration = Duration::from_secs(1);

/// Counts what a thread does over windows of time. Time in which it was kept from running counts as work: it was not there
/// for its packets.
#[derive(Debug)]
pub(super) struct Load {
    since: Instant,
    idle: Duration,
    packets: u64,
    /// Since the start.
    pub busy: Duration,
    last: Window,
}

/// What the last whole window came to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Window {
    /// Of the time, 0 to 1.
    pub busy: f32,
    /// Datagrams received per second.
    pub packets: u64,
}

impl Load {
    pub fn new(now: Instant) -> Self {
        Self { since: now, idle: Duration::ZERO, packets: 0, busy: Duration::ZERO, last: Window::default() }
    }

    /// The thread had nothing to do for this long, or let packets gather.
    pub fn idle(&mut self, time: Duration) {
        self.idle += time;
    }

    /// So many datagrams have come since the start; a window that is over is summed up.
    pub fn turn(&mut self, now: Instant, packets: u64) {
        let passed = now.saturating_duration_since(self.since);
        if passed < WINDOW {
            return;
        }
        let busy = passed.saturating_sub(self.idle);
        let came = packets.saturating_sub(self.packets);
        self.last = Window {
            busy: busy.as_secs_f32() / passed.as_secs_f32(),
            packets: came * 1_000 / passed.as_millis() as u64,
        };
        self.busy += busy;
        *self = Self { since: now, idle: Duration::ZERO, packets, ..*self };
    }

    pub fn last(&self) -> Window {
        self.last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_waited_for_is_work() {
        let start = Instant::now();
        let mut load = Load::new(start);
        load.idle(Duration::from_millis(500));
        load.turn(start + Duration::from_millis(999), 900);
        assert_eq!(load.last(), Window::default(), "the window is not over");
        load.turn(start + Duration::from_secs(2), 1_000);
        assert_eq!(load.last(), Window { busy: 0.75, packets: 500 });
        load.idle(Duration::from_secs(1));
        load.turn(start + Duration::from_secs(3), 4_000);
        assert_eq!(load.last(), Window { busy: 0.0, packets: 3_000 });
        assert_eq!(load.busy, Duration::from_millis(1_500));
    }
}
