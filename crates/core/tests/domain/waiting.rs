//! Who is in the waiting room: presence lapses, that somebody came never does.

use crate::world::{MINUTE, Who, World};
use openvisit_core::attendance::FactKind;
use openvisit_core::session::{Absent, Status};
use openvisit_core::{SignedDuration, Timestamp};

const SECOND: SignedDuration = SignedDuration::from_secs(1);

impl World {
    /// The client has come at the slot's start, on a page.
    fn with_client_waiting() -> Self {
        let mut world = Self::new();
        world.at_minute(0);
        world.enter(Who::Client).unwrap();
        world.connect(Who::Client);
        world
    }

    fn waits_since(&self, who: Who) -> Option<Timestamp> {
        let participant = self.session.participant(self.id(who)?)?;
        self.session.waits_since(participant, self.now, &self.policy)
    }

    fn left_at(&self, who: Who) -> Option<Timestamp> {
        let participant = self.session.participant(self.id(who)?)?;
        self.session.last_here(participant, self.now, &self.policy)
    }
}

#[test]
fn who_closes_the_page_is_gone_within_ten_seconds_and_has_come_all_the_same() {
    let mut world = World::with_client_waiting();
    let came = world.now;
    world.advance(MINUTE);
    world.disconnect(Who::Client);
    let left = world.now;
    world.advance(SECOND * 8);
    assert_eq!((world.waits_since(Who::Client), world.left_at(Who::Client)), (Some(came), None));
    world.advance(SECOND * 2);
    assert_eq!((world.waits_since(Who::Client), world.left_at(Who::Client)), (None, Some(left)));
    assert_eq!(world.status(), Status::Waiting);
    world.end(Who::Practitioner);
    assert_eq!(world.session.state.absent(), Some(Absent::Practitioner), "the client was there");
    assert_eq!(world.left_at(Who::Client), None, "an ended session has nobody who waits or left");
}

#[test]
fn a_page_that_is_loaded_again_waits_on() {
    let mut world = World::with_client_waiting();
    let came = world.now;
    world.advance(MINUTE);
    world.disconnect(Who::Client);
    world.advance(SECOND * 8);
    world.enter(Who::Client).unwrap();
    world.fact(Who::Client, 1, FactKind::Connected);
    world.advance(MINUTE);
    assert_eq!((world.waits_since(Who::Client), world.left_at(Who::Client)), (Some(came), None));
}

#[test]
fn an_absence_does_not_count_as_waiting() {
    let mut world = World::with_client_waiting();
    world.disconnect(Who::Client);
    world.advance(MINUTE * 5);
    world.fact(Who::Client, 1, FactKind::Connected);
    assert_eq!((world.waits_since(Who::Client), world.left_at(Who::Client)), (Some(world.now), None));
}

#[test]
fn two_pages_of_one_client_are_one_who_waits_until_both_are_closed() {
    let mut world = World::with_client_waiting();
    let came = world.now;
    world.fact(Who::Client, 1, FactKind::Connected);
    world.disconnect(Who::Client);
    world.advance(MINUTE);
    assert_eq!(world.waits_since(Who::Client), Some(came));
    world.fact(Who::Client, 1, FactKind::Disconnected);
    world.advance(SECOND * 10);
    assert_eq!(world.waits_since(Who::Client), None);
}

#[test]
fn who_says_that_they_go_is_gone_at_once() {
    let mut world = World::with_client_waiting();
    world.leave(Who::Client).unwrap();
    assert_eq!((world.waits_since(Who::Client), world.left_at(Who::Client)), (None, Some(world.now)));
}

#[test]
fn who_is_let_in_waits_no_more_and_is_seen_to_leave() {
    let mut world = World::with_client_waiting();
    world.admit(Who::Client).unwrap();
    assert_eq!((world.waits_since(Who::Client), world.left_at(Who::Client)), (None, None));
    world.disconnect(Who::Client);
    let left = world.now;
    world.advance(SECOND * 10);
    assert_eq!(world.left_at(Who::Client), Some(left));
}

#[test]
fn a_program_without_a_connection_is_here_until_it_falls_silent() {
    let mut world = World::new();
    world.at_minute(0);
    world.enter(Who::Client).unwrap();
    let (came, id) = (world.now, world.id(Who::Client).unwrap());
    world.advance(MINUTE);
    assert_eq!(world.waits_since(Who::Client), Some(came), "who asks when, the application knows");
    world.take(world.session.clone().fall_silent(id, world.now));
    let left = world.now;
    world.advance(MINUTE);
    assert_eq!((world.waits_since(Who::Client), world.left_at(Who::Client)), (None, Some(left)));
    world.enter(Who::Client).unwrap();
    assert_eq!(world.waits_since(Who::Client), Some(world.now), "coming again is being back");
}

#[test]
fn a_moved_or_cancelled_appointment_has_nobody_waiting() {
    let mut world = World::with_client_waiting();
    let mut cancelled = world.clone();
    cancelled.cancel(Who::Practitioner).unwrap();
    assert_eq!((cancelled.waits_since(Who::Client), cancelled.left_at(Who::Client)), (None, None));
    world.advance(MINUTE);
    let slot = world.session.appointment.slot;
    let later = openvisit_core::appointment::Slot {
        starts_at: slot.starts_at + MINUTE * 60,
        ends_at: slot.ends_at + MINUTE * 60,
    };
    world.try_take(world.session.clone().move_to(world.now, later)).unwrap();
    world.advance(MINUTE);
    assert_eq!((world.waits_since(Who::Client), world.left_at(Who::Client)), (None, None));
}

#[test]
fn after_a_crash_who_waited_has_the_grace_anew() {
    let mut world = World::with_client_waiting();
    world.fact(Who::Client, 0, FactKind::Alive);
    let came = world.now;
    world.now += MINUTE;
    world.session = world.session.clone().recover(world.now, |_| true);
    world.advance(SECOND * 5);
    assert_eq!(world.waits_since(Who::Client), Some(came));
    world.advance(SECOND * 5);
    assert_eq!((world.waits_since(Who::Client), world.left_at(Who::Client)), (None, Some(came)));
}
