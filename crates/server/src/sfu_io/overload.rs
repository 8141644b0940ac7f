//! When a thread leaves out pictures, and how many.

use std::time::{Duration, Instant};

use openvisit_media::Shed;

/// A packet that waited so long in its socket is late, and those behind it will be later.
const LATE: Duration = Duration::from_millis(100);
/// A thread that was held up for a moment, by whatever else runs on the machine, has caught up by then.
const STAYS: Duration = Duration::from_secs(1);
/// Where the kernel throws packets away, it does so again before long.
const OVERRUN: Duration = Duration::from_millis(200);
/// What was left out stays so for a while: a picture that comes and goes is worse than none.
const CALM: Duration = Duration::from_secs(5);
/// Above this share of the time, more pictures would be too many again.
const ROOM: f32 = 0.7;

/// How a thread does at the moment.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Strain {
    /// How long packets waited in the sockets before this turn took them.
    pub waited: Duration,
    /// The kernel threw packets away.
    pub overrun: bool,
    /// The share of the time that it worked, 0 to 1.
    pub busy: f32,
}

#[derive(Debug, Default)]
pub(super) struct Overload {
    late_since: Option<Instant>,
    overrun_at: Option<Instant>,
    changed: Option<Instant>,
    shed: Shed,
}

impl Overload {
    /// After a turn: what to leave out from now on, where that changes.
    pub fn turn(&mut self, now: Instant, strain: Strain) -> Option<Shed> {
        if strain.overrun {
            self.overrun_at = Some(now);
        }
        let late = strain.waited >= LATE || self.overrun_at.is_some_and(|at| now - at < OVERRUN);
        if !late {
            self.late_since = None;
        }
        let too_much = late && now - *self.late_since.get_or_insert(now) >= STAYS;
        let calm = !late && strain.busy < ROOM && self.changed.is_some_and(|at| now - at >= CALM);
        if !too_much && !calm {
            return None;
        }
        self.late_since = None;
        self.changed = Some(now);
        let shed = if too_much { self.shed.more() } else { self.shed.less() };
        (std::mem::replace(&mut self.shed, shed) != shed).then_some(shed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strain(waited: u64, busy: f32) -> Strain {
        Strain { waited: Duration::from_millis(waited), overrun: false, busy }
    }

    #[test]
    fn pictures_are_left_out_while_packets_stay_late_and_come_back_slowly() {
        let start = Instant::now();
        let at = |millis| start + Duration::from_millis(millis);
        let (one, two) = (Shed::NOTHING.more(), Shed::NOTHING.more().more());
        let mut overload = Overload::default();
        assert_eq!(overload.turn(at(0), strain(300, 1.0)), None);
        assert_eq!(overload.turn(at(900), strain(99, 1.0)), None, "it was held up, and has caught up");
        assert_eq!(overload.turn(at(950), strain(100, 1.0)), None);
        assert_eq!(overload.turn(at(1_949), strain(150, 1.0)), None);
        assert_eq!(overload.turn(at(1_950), strain(150, 1.0)), Some(one));
        assert_eq!(
            overload.turn(at(2_000), strain(150, 1.0)),
            None,
            "a step waits for what the last one did"
        );
        assert_eq!(overload.turn(at(3_000), strain(150, 1.0)), Some(two));

        assert_eq!(overload.turn(at(7_999), strain(0, 0.5)), None);
        assert_eq!(overload.turn(at(8_000), strain(0, 0.8)), None, "there is no room yet");
        assert_eq!(overload.turn(at(9_000), strain(0, 0.5)), Some(two.less()));
        assert_eq!(overload.turn(at(9_001), strain(0, 0.5)), None);
        assert_eq!(overload.turn(at(14_000), strain(0, 0.5)), Some(one));
    }

    #[test]
    fn in_the_end_all_pictures_are_left_out_and_nothing_changes_any_more() {
        let start = Instant::now();
        let mut overload = Overload::default();
        let told: Vec<_> =
            (0..100).filter_map(|n| overload.turn(start + n * STAYS, strain(500, 1.0))).collect();
        assert_eq!((told.len(), told.last()), (5, Some(&Shed::PICTURES)));
    }

    #[test]
    fn a_socket_too_small_for_packets_to_be_late_is_seen_by_what_it_loses_again_and_again() {
        let start = Instant::now();
        let turn = |overload: &mut Overload, n: u32, overrun| {
            overload.turn(start + n * OVERRUN / 2, Strain { overrun, ..strain(5, 1.0) })
        };
        let (mut once, mut often) = (Overload::default(), Overload::default());
        for n in 0..10 {
            assert_eq!(turn(&mut once, n, n == 0), None);
            assert_eq!(turn(&mut often, n, n % 2 == 0), None);
        }
        assert_eq!(turn(&mut once, 10, false), None);
        assert_eq!(turn(&mut often, 10, true), Some(Shed::NOTHING.more()));
    }
}
