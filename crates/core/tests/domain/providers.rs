//! What a session makes of media that somebody else carries: presence that nobody proves, news that come late, falling back.

use crate::world::{MINUTE, Who, World, appointment};
use openvisit_core::appointment::{Appointment, MediaProvider};
use openvisit_core::attendance::FactKind;
use openvisit_core::event::Event;
use openvisit_core::lifecycle::Refusal;
use openvisit_core::session::{Absent, Status};

/// A call by a media provider that tells nobody who was there.
fn unproven() -> World {
    World::of(Appointment { media_provider: MediaProvider::Jitsi, presence_proven: false, ..appointment() })
}

#[test]
fn what_nobody_proves_is_no_no_show() {
    let mut world = unproven();
    world.at_minute(0);
    world.enter(Who::Client).unwrap();
    world.at_minute(74);
    assert_eq!(world.status(), Status::Waiting);
    let mut ended = world;
    let mut left_alone = unproven();
    ended.end(Who::Practitioner);
    assert_eq!(ended.status(), Status::Completed, "who ends it says that it took place");
    left_alone.at_minute(75);
    assert_eq!(left_alone.status(), Status::Cancelled, "not both came, and nobody is blamed");
    assert_eq!(left_alone.session.state.absent(), None);
}

#[test]
fn a_guest_who_waits_outside_is_gone_when_what_nobody_proves_is_closed() {
    let mut world = unproven();
    world.at_minute(0);
    world.enter(Who::Guest).unwrap();
    world.connect(Who::Guest);
    world.at_minute(75);
    assert_eq!(world.status(), Status::Cancelled);
    assert!(!world.session.attendance.anyone_present());
}

#[test]
fn what_nobody_proves_is_closed_as_held_when_both_were_let_in() {
    let mut world = unproven();
    world.at_minute(0);
    world.enter(Who::Practitioner).unwrap();
    world.enter(Who::Client).unwrap();
    world.admit(Who::Client).unwrap();
    world.at_minute(60);
    assert_eq!(world.status(), Status::Waiting);
    world.at_minute(60 * 24);
    assert_eq!(world.status(), Status::Completed);
    assert_eq!(world.session.duration(), Some(MINUTE * 60));
}

#[test]
fn what_was_started_by_hand_and_nobody_proves_is_closed_at_the_hard_stop() {
    let mut world = unproven();
    world.at_minute(0);
    world.enter(Who::Practitioner).unwrap();
    world.start(Who::Practitioner).unwrap();
    world.at_minute(59);
    assert_eq!(world.status(), Status::InProgress);
    world.at_minute(60 * 24);
    assert_eq!(world.status(), Status::Completed);
}

#[test]
fn a_call_changes_its_provider_until_it_has_begun_and_falls_back_also_later() {
    let mut world = World::new();
    let change = world.session.clone().set_provider(world.now, MediaProvider::Jitsi, false).unwrap();
    assert_eq!(change.events, [Event::Changed]);
    world.take(change);
    assert!(!world.session.is_proven());
    let again = world.session.clone().set_provider(world.now, MediaProvider::Jitsi, false).unwrap();
    assert_eq!(again.events, [], "nothing changed");
    let change = world.session.clone().set_provider(world.now, MediaProvider::LiveKit, true).unwrap();
    world.take(change);
    world.at_minute(0);
    for who in [Who::Practitioner, Who::Client] {
        world.enter(who).unwrap();
    }
    world.admit(Who::Client).unwrap();
    world.connect(Who::Practitioner);
    world.connect(Who::Client);
    assert_eq!(world.status(), Status::InProgress);
    let refused = world.session.clone().set_provider(world.now, MediaProvider::Twilio, true);
    assert!(matches!(refused, Err(Refusal::NotNow { .. })), "{refused:?}");
    world.take(world.session.clone().fall_back(world.now));
    assert_eq!(world.session.appointment.media_provider, MediaProvider::Embedded);
    assert_eq!(world.status(), Status::InProgress);
    world.end(Who::Client);
    let ended = world.session.clone().fall_back(world.now);
    assert_eq!(ended.events, [], "what has ended stays as it was");
}

#[test]
fn what_a_provider_tells_late_and_backwards_makes_the_same_session() {
    use FactKind::{Connected, Disconnected};
    let news = [
        (Who::Practitioner, Connected, 1),
        (Who::Client, Connected, 5),
        (Who::Client, Disconnected, 15),
        (Who::Practitioner, Disconnected, 16),
    ];
    let told = |order: &[usize]| {
        let mut world = World::new();
        world.at_minute(0);
        let began = world.now;
        world.enter(Who::Practitioner).unwrap();
        world.enter(Who::Client).unwrap();
        world.admit(Who::Client).unwrap();
        world.advance(MINUTE * 25);
        for (who, kind, minute) in order.iter().map(|at| news[*at]) {
            world.provider_tells(who, kind, began + MINUTE * minute);
        }
        world.advance(MINUTE * 2);
        assert_eq!(world.status(), Status::Completed, "{order:?}");
        assert_eq!(world.session.state.started_at(), Some(began + MINUTE * 5), "{order:?}");
        assert_eq!(world.session.state.ended_at(), Some(began + MINUTE * 16), "{order:?}");
        assert_eq!(world.session.attended(world.now), MINUTE * 21, "{order:?}");
    };
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2]] {
        told(&order);
    }
    told(&[0, 0, 3, 1, 3, 2, 2, 1]);
}

#[test]
fn a_provider_that_tells_of_an_earlier_meeting_later_makes_the_session_start_then() {
    let mut world = World::new();
    world.at_minute(0);
    let began = world.now;
    world.enter(Who::Practitioner).unwrap();
    world.enter(Who::Client).unwrap();
    world.admit(Who::Client).unwrap();
    world.advance(MINUTE * 10);
    world.provider_tells(Who::Practitioner, FactKind::Connected, began + MINUTE);
    world.provider_tells(Who::Client, FactKind::Connected, began + MINUTE * 9);
    assert_eq!(world.session.state.started_at(), Some(began + MINUTE * 9));
    world.provider_tells(Who::Client, FactKind::Connected, began + MINUTE * 2);
    assert_eq!(world.session.state.started_at(), Some(began + MINUTE * 2));
}

#[test]
fn a_provider_that_never_tells_of_anybody_proves_no_no_show() {
    let mut world = World::let_in_at_livekit();
    world.at_minute(60 * 24);
    assert_eq!(world.status(), Status::Completed);
    let mut told = World::let_in_at_livekit();
    told.provider_tells(Who::Client, FactKind::Connected, told.now);
    told.advance(MINUTE);
    told.provider_tells(Who::Client, FactKind::Disconnected, told.now);
    told.at_minute(60 * 24);
    assert_eq!(told.status(), Status::NoShow);
    assert_eq!(told.session.state.absent(), Some(Absent::Practitioner));
}

#[test]
fn who_falls_back_is_not_in_the_old_room_any_more() {
    let mut world = World::let_in_at_livekit();
    for who in [Who::Practitioner, Who::Client] {
        world.provider_tells(who, FactKind::Connected, world.now);
    }
    assert_eq!(world.status(), Status::InProgress);
    world.advance(MINUTE * 5);
    world.take(world.session.clone().fall_back(world.now));
    assert!(!world.session.attendance.anyone_present());
    world.advance(MINUTE * 2);
    assert_eq!(world.status(), Status::Completed, "nobody came to the embedded server");
    assert_eq!(world.session.duration(), Some(MINUTE * 5));
}

#[test]
fn who_never_was_told_to_have_gone_keeps_no_session_open_for_ever() {
    let mut world = World::let_in_at_livekit();
    world.provider_tells(Who::Practitioner, FactKind::Connected, world.now);
    world.at_minute(80);
    assert_eq!(world.status(), Status::Waiting, "doctors run late");
    world.at_minute(60 * 24);
    assert_eq!(world.status(), Status::NoShow);
    assert_eq!(world.session.state.absent(), Some(Absent::Client));
}
