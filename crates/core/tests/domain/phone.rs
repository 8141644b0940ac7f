//! What goes on by telephone.

use openvisit_core::access::{Action, Relation};
use openvisit_core::attendance::Source;
use openvisit_core::event::Event;
use openvisit_core::lifecycle::clock::{EVERYONE_LEFT, TIME_OVER};
use openvisit_core::lifecycle::{Move, Refusal};
use openvisit_core::session::{Admission, Status};
use openvisit_core::timeline::What;

use crate::world::{MINUTE, Who, World, appointment};

fn by_phone() -> World {
    let mut world = World::in_call();
    world.at_minute(10);
    world.go_on_by_phone().unwrap();
    world
}

fn seconds(world: &World, who: Who) -> i64 {
    world.session.connected(world.id(who).unwrap(), world.now).as_secs()
}

#[test]
fn everybody_may_close_their_page_and_the_visit_goes_on() {
    let mut world = by_phone();
    let told = world.events.len();
    world.disconnect(Who::Client);
    world.leave(Who::Client).unwrap();
    world.disconnect(Who::Practitioner);
    world.leave(Who::Practitioner).unwrap();
    world.at_minute(40);
    assert_eq!(world.status(), Status::InProgress);
    assert_eq!(world.events.len(), told, "nothing for other programs");
    world.end(Who::Practitioner);
    assert_eq!(world.status(), Status::Completed);
    assert_eq!(world.session.duration(), Some(MINUTE * 40));
    assert_eq!([seconds(&world, Who::Client), seconds(&world, Who::Practitioner)], [2400, 2400]);
    assert_eq!(world.session.phoned(world.now), MINUTE * 30);
    assert_eq!(world.session.by_phone, None, "an end is an end");
}

#[test]
fn the_evidence_says_whose_word_it_is() {
    let mut world = by_phone();
    world.at_minute(20);
    let change = world.session.clone().back_to_video(world.now);
    world.try_take(change).unwrap();
    let timeline = world.session.timeline();
    let phone =
        |what: fn(Source) -> What| timeline.iter().filter(|it| it.what == what(Source::Phone)).count();
    assert_eq!([phone(What::Connected), phone(What::Disconnected)], [2, 2]);
    assert_eq!(world.session.phoned(world.now), MINUTE * 10);
}

#[test]
fn who_goes_back_to_video_and_does_not_come_has_left() {
    let mut world = by_phone();
    world.disconnect(Who::Client);
    world.disconnect(Who::Practitioner);
    world.at_minute(30);
    let change = world.session.clone().back_to_video(world.now);
    world.try_take(change).unwrap();
    assert_eq!(world.status(), Status::InProgress, "with the grace of who comes back");
    world.at_minute(59);
    assert_eq!(world.status(), Status::Completed);
    assert_eq!(world.session.state.end_reason(), Some(EVERYONE_LEFT));
    assert_eq!(world.session.duration(), Some(MINUTE * 30));
}

#[test]
fn a_client_who_never_got_in_is_no_no_show() {
    let mut world = World::new();
    world.at_minute(0);
    world.enter(Who::Practitioner).unwrap();
    world.go_on_by_phone().unwrap();
    assert_eq!(world.status(), Status::InProgress);
    assert!(world.events.iter().any(|event| matches!(event, Event::Started { .. })));
    assert_eq!(world.session.absent(), None);
    world.at_minute(600);
    assert_eq!(world.status(), Status::Completed, "at the hard stop");
    assert_eq!(world.session.state.end_reason(), Some(TIME_OVER));
}

#[test]
fn a_client_who_waits_is_let_in_and_one_who_was_put_out_is_not() {
    for (put_out, admission) in [(false, Admission::Admitted), (true, Admission::Removed)] {
        let mut world = World::new();
        world.at_minute(0);
        world.enter(Who::Client).unwrap();
        if put_out {
            world.exclude(Who::Client).unwrap();
        }
        world.go_on_by_phone().unwrap();
        assert_eq!(world.admission(Who::Client), Some(admission));
    }
}

#[test]
fn who_has_yet_to_give_the_passcode_gives_it_when_they_come() {
    let mut appointment = appointment();
    appointment.passcode_enabled = true;
    let mut world = World::of(appointment);
    world.at_minute(0);
    world.go_on_by_phone().unwrap();
    assert_eq!(world.admission(Who::Client), Some(Admission::Waiting));
    assert_eq!(world.enter(Who::Client), Err(Refusal::PasscodeRequired));
    assert_eq!(world.status(), Status::InProgress);
}

#[test]
fn it_begins_when_the_call_might_begin() {
    let mut unpaid = World::unpaid();
    unpaid.at_minute(0);
    assert_eq!(unpaid.go_on_by_phone(), Err(Refusal::PaymentRequired));
    let mut early = World::new();
    early.policy.practitioner_window = MINUTE * 5;
    assert!(matches!(early.go_on_by_phone(), Err(Refusal::TooEarly { .. })));
    let mut over = by_phone();
    over.end(Who::Client);
    assert_eq!(over.go_on_by_phone(), Err(Refusal::NotNow { state: Status::Completed, asked: Move::Phone }));
    let change = over.session.clone().back_to_video(over.now);
    assert!(over.try_take(change).is_err());
}

#[test]
fn a_restart_of_the_server_hangs_up_no_telephone() {
    let mut world = by_phone();
    world.at_minute(20);
    world.session = world.session.clone().recover(world.now, |_| true);
    world.at_minute(50);
    assert_eq!(world.status(), Status::InProgress);
    assert_eq!(world.session.phoned(world.now), MINUTE * 40);
}

#[test]
fn only_the_practitioner_says_so() {
    let may = |relation: Relation| relation.may(Action::Phone);
    assert!(may(Relation::Practitioner));
    for other in [Relation::Client, Relation::Guest, Relation::Assistant, Relation::Admin] {
        assert!(!may(other), "{other:?}");
    }
}
