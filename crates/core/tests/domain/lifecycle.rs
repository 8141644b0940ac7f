//! The life cycle's rules, one story each. `model.rs` holds what must be true in every story.

use crate::world::{MINUTE, Who, World, appointment, seed};
use openvisit_core::access::Actor;
use openvisit_core::appointment::{Appointment, Kind, PaymentStatus, Slot, StartedBy};
use openvisit_core::attendance::FactKind;
use openvisit_core::event::Event;
use openvisit_core::ids::PersonId;
use openvisit_core::lifecycle::correct::Outcome;
use openvisit_core::lifecycle::{Move, Refusal, clock};
use openvisit_core::session::{Absent, Admission, PartyRole, Session, State, Status};
use openvisit_core::{SignedDuration, Timestamp};

#[test]
fn the_door_opens_fifteen_minutes_before_the_start() {
    let mut world = World::new();
    world.at_minute(-16);
    let opens_at = world.now + MINUTE;
    assert_eq!(world.enter(Who::Client), Err(Refusal::TooEarly { opens_at, seconds_left: 60 }));
    assert_eq!(world.enter(Who::Practitioner), Ok(()));
    world.advance(MINUTE);
    assert_eq!(world.enter(Who::Client), Ok(()));
    assert_eq!(world.status(), Status::Waiting);
}

#[test]
fn the_call_begins_by_itself_when_the_waiting_client_is_admitted() {
    let mut world = World::new();
    world.at_minute(-5);
    world.enter(Who::Client).unwrap();
    world.connect(Who::Client);
    world.enter(Who::Practitioner).unwrap();
    world.connect(Who::Practitioner);
    assert_eq!(world.status(), Status::Waiting);
    world.admit(Who::Client).unwrap();
    assert_eq!(world.session.state, State::InProgress { since: world.now, by: Actor::System });
}

#[test]
fn who_waits_is_not_admitted_by_coming_again() {
    let mut world = World::new();
    world.at_minute(0);
    world.enter(Who::Client).unwrap();
    let id = world.id(Who::Client);
    world.enter(Who::Client).unwrap();
    assert_eq!(world.id(Who::Client), id);
    assert_eq!(world.session.participants[0].admission, Admission::Waiting);
}

#[test]
fn whoever_ends_second_gets_the_ended_session() {
    let mut world = World::in_call();
    world.advance(MINUTE * 10);
    world.end(Who::Practitioner);
    let (ended, events) = (world.session.clone(), world.events.len());
    world.advance(MINUTE);
    world.end(Who::Client);
    assert_eq!(world.session, ended);
    assert_eq!(world.events.len(), events);
    assert_eq!(ended.duration(), Some(MINUTE * 10));
    assert_eq!(ended.attended(world.now), MINUTE * 20);
}

#[test]
fn ending_what_never_began_is_a_no_show_of_who_was_missing() {
    let mut world = World::new();
    world.at_minute(20);
    world.enter(Who::Client).unwrap();
    world.connect(Who::Client);
    world.end(Who::Client);
    assert_eq!(world.session.state.absent(), Some(Absent::Practitioner));
    assert_eq!(world.session.duration(), Some(SignedDuration::ZERO));
}

#[test]
fn when_everyone_has_left_the_call_ends_after_the_grace_at_the_last_departure() {
    let mut world = World::in_call();
    world.advance(MINUTE * 10);
    world.disconnect(Who::Client);
    world.advance(MINUTE * 5);
    world.disconnect(Who::Practitioner);
    let left_at = world.now;
    world.advance(SignedDuration::from_secs(59));
    assert_eq!(world.status(), Status::InProgress);
    world.advance(SignedDuration::from_secs(1));
    assert_eq!(world.session.state.ended_at(), Some(left_at));
    assert_eq!(world.session.state.end_reason(), Some(clock::EVERYONE_LEFT));
}

#[test]
fn who_comes_back_within_the_grace_keeps_the_call() {
    let mut world = World::in_call();
    world.disconnect(Who::Client);
    world.disconnect(Who::Practitioner);
    world.advance(SignedDuration::from_secs(50));
    world.fact(Who::Client, 1, FactKind::Connected);
    world.advance(MINUTE * 5);
    assert_eq!(world.status(), Status::InProgress);
}

#[test]
fn somebody_alone_who_drops_ends_nothing_before_the_slot_is_over() {
    let mut world = World::new();
    world.at_minute(0);
    world.enter(Who::Practitioner).unwrap();
    world.connect(Who::Practitioner);
    world.start(Who::Practitioner).unwrap();
    world.advance(MINUTE * 5);
    world.disconnect(Who::Practitioner);
    world.at_minute(74);
    assert_eq!(world.status(), Status::InProgress);
    world.at_minute(75);
    assert_eq!(world.session.state.absent(), Some(Absent::Client));
}

#[test]
fn a_start_that_was_told_is_never_taken_back() {
    let mut world = World::new();
    world.at_minute(5);
    let started_at = world.now;
    world.start(Who::Practitioner).unwrap();
    world.at_minute(74);
    assert_eq!(world.status(), Status::InProgress);
    world.at_minute(75);
    let Session { state, appointment, .. } = &world.session;
    assert_eq!(world.status(), Status::Completed);
    assert_eq!((state.started_at(), state.ended_at()), (Some(started_at), Some(appointment.slot.ends_at)));
    assert_eq!(state.end_reason(), Some(clock::NOBODY_SEEN));
    assert!(world.session.is_unproven());
    assert_eq!(world.session.attended(world.now), SignedDuration::ZERO);
    assert_eq!(world.events.last(), Some(&Event::Completed { by: Actor::System }));
}

#[test]
fn who_started_and_waited_alone_in_vain_did_start() {
    let mut world = World::new();
    world.at_minute(0);
    let started_at = world.now;
    world.enter(Who::Practitioner).unwrap();
    world.connect(Who::Practitioner);
    world.start(Who::Practitioner).unwrap();
    world.at_minute(20);
    world.disconnect(Who::Practitioner);
    world.at_minute(75);
    assert_eq!(world.session.state.absent(), Some(Absent::Client));
    assert_eq!(world.session.state.started_at(), Some(started_at));
    assert_eq!(world.session.duration(), Some(SignedDuration::ZERO));
    assert_eq!(world.session.attended(world.now), SignedDuration::ZERO, "nobody is asked to pay for it");
    assert!(!world.session.is_unproven());
    assert!(!World::in_call().session.is_unproven());
}

#[test]
fn a_late_start_that_nobody_followed_ends_where_it_began() {
    let mut world = World::new();
    world.at_minute(70);
    world.start(Who::Practitioner).unwrap();
    world.at_minute(75);
    assert_eq!(world.status(), Status::Completed);
    assert_eq!(world.session.duration(), Some(SignedDuration::ZERO));
}

#[test]
fn nobody_is_a_no_show_while_somebody_is_there() {
    let mut world = World::new();
    world.at_minute(0);
    world.enter(Who::Client).unwrap();
    world.connect(Who::Client);
    world.at_minute(200);
    assert_eq!(world.status(), Status::Waiting);
    world.disconnect(Who::Client);
    world.advance(MINUTE);
    assert_eq!(world.session.state.absent(), Some(Absent::Practitioner));
}

#[test]
fn a_call_is_warned_once_and_stopped_after_its_overrun() {
    let mut world = World::in_call();
    world.at_minute(79);
    assert!(!world.session.warned);
    world.at_minute(80);
    let hard_stop_at = world.now + MINUTE * 10;
    assert_eq!(world.events.last(), Some(&Event::OverrunWarning { hard_stop_at }));
    world.at_minute(91);
    assert_eq!(world.status(), Status::Completed);
    assert_eq!(world.session.state.end_reason(), Some(clock::TIME_OVER));
}

#[test]
fn a_late_call_has_its_booked_time_and_may_be_extended() {
    let mut world = World::new();
    world.at_minute(30);
    for who in [Who::Practitioner, Who::Client] {
        world.enter(who).unwrap();
        world.connect(who);
    }
    world.admit(Who::Client).unwrap();
    let begun = world.now;
    assert_eq!(world.session.hard_stop_at(&world.policy), Some(begun + MINUTE * 90));
    let change = world.session.clone().extend(15).unwrap();
    assert_eq!(change.session.hard_stop_at(&world.policy), Some(begun + MINUTE * 105));
    assert_eq!(world.session.clone().extend(0).unwrap_err(), Refusal::ExtendBy);
}

#[test]
fn nothing_starts_unpaid_by_any_way() {
    let mut world = World::unpaid();
    world.at_minute(0);
    assert_eq!(world.enter(Who::Client), Err(Refusal::PaymentRequired));
    assert_eq!(world.start(Who::Practitioner), Err(Refusal::PaymentRequired));
    world.pay(PaymentStatus::Confirmed);
    assert_eq!(world.start(Who::Practitioner), Ok(()));
}

#[test]
fn with_the_quota_used_up_nothing_begins_by_any_way() {
    let mut world = World::new();
    world.at_minute(0);
    world.enter(Who::Practitioner).unwrap();
    world.enter(Who::Client).unwrap();
    world.policy.exhausted_quota = Some(1_000);
    let refused = Err(Refusal::QuotaExceeded { quota_minutes: 1_000 });
    assert_eq!(world.start(Who::Practitioner), refused);
    assert_eq!(world.enter(Who::Client), refused);
    world.connect(Who::Practitioner);
    world.connect(Who::Client);
    world.admit(Who::Client).unwrap();
    assert_eq!(world.status(), Status::Waiting, "nor by itself");
    world.policy.exhausted_quota = None;
    world.start(Who::Practitioner).unwrap();
}

#[test]
fn a_quota_that_is_used_up_cuts_no_call() {
    let mut world = World::in_call();
    world.policy.exhausted_quota = Some(1_000);
    world.advance(MINUTE);
    assert_eq!(world.enter(Who::Client), Ok(()), "back after a reload");
    assert_eq!(world.enter(Who::Guest), Ok(()));
    assert_eq!(world.start(Who::Practitioner), Ok(()), "starting twice is no error");
    assert_eq!(world.status(), Status::InProgress);
}

#[test]
fn a_hold_frees_its_slot_when_it_expires_unpaid() {
    let hold_expires_at = Some(seed(0).now + MINUTE * 15);
    let mut world = World::unpaid();
    world.session.appointment.hold_expires_at = hold_expires_at;
    let mut paid = world.clone();
    paid.pay(PaymentStatus::Confirmed);
    for world in [&mut world, &mut paid] {
        world.advance(MINUTE * 15);
    }
    assert_eq!(world.session.state.end_reason(), Some(clock::HOLD_EXPIRED));
    assert_eq!(paid.status(), Status::Scheduled);
}

#[test]
fn only_whom_the_policy_allows_starts_by_hand() {
    let mut world = World::new();
    world.at_minute(0);
    assert_eq!(world.start(Who::Client), Err(Refusal::NotTheStarter("practitioner")));
    let appointment = Appointment { started_by: Some(StartedBy::Client), ..appointment() };
    let mut direct = World::of(appointment);
    direct.at_minute(0);
    assert_eq!(direct.start(Who::Client), Ok(()));
    assert_eq!(direct.start(Who::Client), Ok(()), "starting twice is no error");
    assert_eq!(direct.events, [Event::Started { by: Actor::Client }]);
}

#[test]
fn an_open_door_lets_the_own_client_in_now_or_later_and_nobody_else() {
    for client_first in [true, false] {
        let mut world = World::new();
        world.at_minute(0);
        if client_first {
            world.enter(Who::Client).unwrap();
        }
        world.enter(Who::Practitioner).unwrap();
        world.auto_admit_client().unwrap();
        world.enter(Who::Client).unwrap();
        world.enter(Who::Guest).unwrap();
        assert_eq!(world.admission(Who::Client), Some(Admission::Admitted));
        assert_eq!(world.admission(Who::Guest), Some(Admission::Waiting));
    }
}

#[test]
fn an_open_door_lets_nobody_back_who_was_put_out() {
    let mut world = World::in_call();
    world.exclude(Who::Client).unwrap();
    world.auto_admit_client().unwrap();
    assert_eq!(world.enter(Who::Client), Err(Refusal::TurnedAway));
}

#[test]
fn a_booking_that_names_no_starter_follows_the_policy() {
    for (policy, client_may) in [(StartedBy::Practitioner, false), (StartedBy::Either, true)] {
        let mut world = World::new();
        world.policy.started_by = policy;
        world.at_minute(0);
        let started = world.session.clone().start(world.now, &world.policy, Actor::Client);
        assert_eq!(started.is_ok(), client_may, "{policy:?}");
    }
}

#[test]
fn guests_share_the_places_that_the_parties_leave() {
    let mut world = World::of(Appointment { max_participants: 2, ..appointment() });
    world.at_minute(0);
    assert_eq!(world.enter(Who::Guest), Err(Refusal::Full));
    assert_eq!(world.enter(Who::Client), Ok(()));
}

#[test]
fn who_was_put_out_stays_out_until_admitted() {
    let mut world = World::in_call();
    world.exclude(Who::Client).unwrap();
    assert_eq!(world.enter(Who::Client), Err(Refusal::TurnedAway));
    assert!(!world.session.attendance.is_present(world.id(Who::Client).unwrap()));
    world.admit(Who::Client).unwrap();
    assert_eq!(world.enter(Who::Client), Ok(()));
    assert_eq!(world.exclude(Who::Practitioner), Err(Refusal::PractitionerStays));
}

#[test]
fn a_cancelled_appointment_comes_back_and_a_moved_one_sends_who_waits_home() {
    let mut world = World::new();
    world.at_minute(0);
    world.enter(Who::Client).unwrap();
    world.cancel(Who::Client).unwrap();
    assert_eq!(world.cancel(Who::Practitioner), Ok(()), "cancelling twice is no error");
    let change = world.session.clone().reactivate(world.now).unwrap();
    world.take(change);
    assert_eq!(world.status(), Status::Scheduled);
    let starts_at = world.now + MINUTE * 600;
    let slot = Slot { starts_at, ends_at: starts_at + MINUTE * 30 };
    let change = world.session.clone().move_to(world.now, slot).unwrap();
    world.take(change);
    assert_eq!(world.session.appointment.slot, slot);
    assert!(matches!(world.enter(Who::Client), Err(Refusal::TooEarly { .. })));
}

#[test]
fn deleting_cancels_what_has_not_begun_spares_what_is_going_on_and_keeps_what_was() {
    let mut world = World::new();
    world.at_minute(-60);
    let change = world.session.clone().delete(world.now, Actor::Practitioner).unwrap();
    world.take(change);
    assert_eq!((world.status(), world.session.deleted_at), (Status::Cancelled, Some(world.now)));
    let back = world.session.clone().reactivate(world.now).unwrap();
    assert_eq!(back.session.deleted_at, None);

    let mut world = World::in_call();
    let refused = world.session.clone().delete(world.now, Actor::Practitioner);
    assert!(matches!(refused, Err(Refusal::NotNow { state: Status::InProgress, .. })));
    world.end(Who::Client);
    let (ended, events) = (world.session.clone(), world.events.len());
    let change = world.session.clone().delete(world.now, Actor::Practitioner).unwrap();
    world.take(change);
    assert_eq!((&world.session.state, world.events.len()), (&ended.state, events));
    assert_eq!(world.session.attended(world.now), ended.attended(world.now));
}

#[test]
fn after_a_crash_intervals_end_where_they_were_last_seen_and_graces_start_anew() {
    let mut world = World::in_call();
    world.advance(MINUTE * 10);
    for who in [Who::Practitioner, Who::Client] {
        world.fact(who, 0, FactKind::Alive);
    }
    let last_seen = world.now;
    world.now += MINUTE * 5;
    world.session = world.session.clone().recover(world.now, |_| true);
    assert_eq!(world.session.attendance.left_at(world.id(Who::Client).unwrap()), Some(last_seen));
    world.advance(SignedDuration::from_secs(59));
    assert_eq!(world.status(), Status::InProgress);
    world.advance(SignedDuration::from_secs(1));
    assert_eq!(world.session.state.ended_at(), Some(last_seen));
    assert_eq!(world.session.attended(world.now), MINUTE * 20);
}

#[test]
fn an_in_person_visit_has_no_call_and_is_ended_by_hand() {
    let mut world = World::of(Appointment { kind: Kind::InPerson, ..appointment() });
    world.at_minute(0);
    assert_eq!(world.enter(Who::Client), Err(Refusal::NoCall));
    world.at_minute(300);
    assert_eq!(world.status(), Status::Scheduled);
    world.end(Who::Practitioner);
    assert_eq!(world.status(), Status::Completed);
}

#[test]
fn a_hold_for_a_visit_in_person_expires_too() {
    let mut world = World::unpaid();
    world.session.appointment.kind = Kind::InPerson;
    world.session.appointment.hold_expires_at = Some(world.now + MINUTE);
    world.advance(MINUTE);
    assert_eq!(world.status(), Status::Cancelled);
}

#[test]
fn who_came_before_the_move_did_not_come_to_the_new_slot() {
    let mut world = World::new();
    world.at_minute(0);
    world.enter(Who::Client).unwrap();
    world.connect(Who::Client);
    world.advance(MINUTE);
    let starts_at = world.now + MINUTE * 60;
    let slot = Slot { starts_at, ends_at: starts_at + MINUTE * 30 };
    let change = world.session.clone().move_to(world.now, slot).unwrap();
    world.take(change);
    world.at_minute(120);
    assert_eq!(world.session.state.absent(), Some(Absent::Both));
}

#[test]
fn a_guest_who_waits_outside_keeps_no_call_open() {
    let mut world = World::in_call();
    world.enter(Who::Guest).unwrap();
    world.connect(Who::Guest);
    world.advance(MINUTE);
    world.disconnect(Who::Client);
    world.disconnect(Who::Practitioner);
    world.advance(MINUTE);
    assert_eq!(world.status(), Status::Completed);
}

#[test]
fn a_refund_locks_nobody_out_of_a_running_call() {
    let mut world = World::in_call();
    world.pay(PaymentStatus::Refunded);
    assert_eq!(world.enter(Who::Client), Ok(()));
}

#[test]
fn a_place_that_was_given_up_is_taken_again_only_while_it_is_free() {
    let mut world = World::of(Appointment { max_participants: 3, ..appointment() });
    world.at_minute(0);
    world.enter(Who::Guest).unwrap();
    world.exclude(Who::Guest).unwrap();
    let gone = world.id(Who::Guest).unwrap();
    let another = openvisit_core::lifecycle::admission::Visitor {
        person_id: openvisit_core::ids::PersonId::new(seed(99)),
        role: openvisit_core::session::PartyRole::Guest,
        name: "Another".to_owned(),
        new_id: openvisit_core::ids::ParticipantId::new(seed(98)),
        passcode_verified: false,
        invitation: None,
        by_code: false,
    };
    let change = world.session.clone().enter(world.now, &world.policy, another).unwrap();
    world.take(change);
    let refused = world.session.clone().admit(world.now, &world.policy, gone).unwrap_err();
    assert_eq!(refused, Refusal::Full);
}

#[test]
fn who_comes_by_code_takes_the_clients_place_only_while_it_is_empty() {
    let mut world = World::new();
    world.at_minute(0);
    let role = |world: &World, who| world.session.participant(world.id(who).unwrap()).unwrap().role;
    world.enter(Who::Client).unwrap();
    world.fact(Who::Client, 0, FactKind::Connected);
    world.enter(Who::ByCode).unwrap();
    assert_eq!(role(&world, Who::ByCode), PartyRole::Guest);

    let mut world = World::new();
    world.at_minute(0);
    world.enter(Who::Client).unwrap();
    world.fact(Who::Client, 0, FactKind::Connected);
    world.fact(Who::Client, 0, FactKind::Disconnected);
    world.enter(Who::ByCode).unwrap();
    world.fact(Who::Client, 1, FactKind::Connected);
    world.enter(Who::ByCode).unwrap();
    assert_eq!(role(&world, Who::ByCode), PartyRole::Client, "they keep what they came in as");
    assert_eq!(role(&world, Who::Client), PartyRole::Client);
    assert!(world.session.attendance.is_present(world.id(Who::Client).unwrap()));
}

#[test]
fn a_visit_with_somebody_by_code_begins_and_is_held() {
    let mut world = World::new();
    world.at_minute(0);
    world.auto_admit_client().unwrap();
    for who in [Who::Practitioner, Who::ByCode] {
        world.enter(who).unwrap();
        world.fact(who, 0, FactKind::Connected);
    }
    assert_eq!(world.status(), Status::Waiting, "an open door is the client's");
    world.admit(Who::ByCode).unwrap();
    assert_eq!(world.status(), Status::InProgress);
    world.advance(MINUTE);
    world.fact(Who::ByCode, 0, FactKind::Disconnected);
    world.fact(Who::Practitioner, 0, FactKind::Disconnected);
    world.at_minute(5);
    assert_eq!(world.status(), Status::Completed);
}

#[test]
fn what_is_withdrawn_sends_the_client_back_to_the_door_and_others_away() {
    let mut world = World::in_call();
    for who in [Who::Guest, Who::ByCode] {
        world.enter(who).unwrap();
        world.admit(who).unwrap();
    }
    for who in [Who::Client, Who::Guest, Who::ByCode] {
        world.withdraw(who);
        assert!(!world.session.attendance.is_present(world.id(who).unwrap()), "{who:?}");
    }
    assert_eq!(world.admission(Who::Client), Some(Admission::Waiting));
    assert_eq!(world.admission(Who::Guest), Some(Admission::Removed));
    assert_eq!(world.admission(Who::ByCode), Some(Admission::Removed));
    assert_eq!(world.enter(Who::Client), Ok(()));
    assert_eq!(world.enter(Who::Guest), Err(Refusal::TurnedAway));
    assert_eq!(world.admission(Who::Practitioner), Some(Admission::Admitted));
}

#[test]
fn invitations_are_good_until_a_day_after_the_end_wherever_it_is() {
    let mut world = World::in_call();
    assert!(world.session.takes_invitations(world.now + MINUTE * 60 * 24 * 365), "it is under way");
    world.end(Who::Practitioner);
    let ends_at = world.session.appointment.slot.ends_at;
    assert_eq!(world.session.invitations_end_at(), ends_at + MINUTE * 60 * 24, "it ended before its time");
    assert!(!world.session.takes_invitations(ends_at + MINUTE * 60 * 24));
}

#[test]
fn a_refusal_names_the_state_the_move_and_what_is_possible() {
    let mut world = World::in_call();
    world.end(Who::Client);
    let refusal = world.cancel(Who::Client).unwrap_err().to_string();
    assert_eq!(refusal, "the session is completed; cancel is not possible now (possible: end, correct)");
}

#[test]
fn slots_are_half_open_and_bounded() {
    let now = Timestamp::from_second(1_800_000_000).unwrap();
    let slot =
        |start: i64, minutes: i64| Slot::book(now + MINUTE * start as i32, MINUTE * minutes as i32, now);
    let (first, second) = (slot(0, 30).unwrap(), slot(30, 30).unwrap());
    assert!(!first.overlaps(&second) && first.overlaps(&first));
    assert!(slot(-10, 30).is_ok(), "one may be booked in at once");
    assert!(slot(-60, 30).is_err() && slot(0, 1).is_err() && slot(0, 24 * 60).is_err());
}

#[test]
fn an_outcome_is_put_right_and_what_stood_there_is_kept() {
    let mut world = World::new();
    world.at_minute(5);
    world.enter(Who::Client).unwrap();
    world.end(Who::Practitioner);
    let missed = world.session.state.clone();
    world.at_minute(90);
    let correct = |session: &Session, outcome, at| session.clone().correct(at, Actor::Admin, outcome, None);
    let change = correct(&world.session, Outcome::Completed, world.now).unwrap();
    world.take(change);
    let slot = world.session.appointment.slot;
    let lasted = (world.session.state.started_at(), world.session.state.ended_at());
    assert_eq!(lasted, (Some(slot.starts_at), Some(slot.ends_at)));
    assert_eq!(world.events.last(), Some(&Event::Corrected { by: Actor::Admin, was: Status::NoShow }));
    assert_eq!(world.session.first_state(), &missed);
    let kinds: Vec<_> = world.session.timeline().iter().map(|entry| entry.what.name()).collect();
    assert_eq!(kinds[kinds.len() - 2..], ["no_show", "corrected"]);
    // Back again, it is as it was.
    let change = correct(&world.session, Outcome::NoShow, world.now).unwrap();
    world.take(change);
    assert_eq!(world.session.state, missed);
    let nothing = correct(&world.session, Outcome::NoShow, world.now).unwrap();
    assert_eq!((nothing.session, nothing.events), (world.session, vec![]));
}

#[test]
fn what_is_corrected_before_its_slot_is_over_was_not_held_longer() {
    let mut world = World::new();
    world.at_minute(-5);
    world.end(Who::Practitioner);
    for (minute, minutes) in [(-4, 0), (20, 20), (90, 60)] {
        let mut later = world.clone();
        later.at_minute(minute);
        let corrected =
            later.session.correct(later.now, Actor::Practitioner, Outcome::Completed, None).unwrap();
        assert_eq!(corrected.session.duration(), Some(MINUTE * minutes), "{minute}");
    }
}

#[test]
fn who_hands_an_appointment_over_has_no_place_in_it_any_more() {
    let mut world = World::new();
    world.at_minute(-5);
    world.enter(Who::Practitioner).unwrap();
    world.connect(Who::Practitioner);
    world.enter(Who::Client).unwrap();
    world.auto_admit_client().unwrap();
    let (old, client) = (world.id(Who::Practitioner).unwrap(), world.id(Who::Client).unwrap());
    let successor = PersonId::new(seed(90));
    let nothing =
        world.session.clone().hand_over(world.now, world.session.appointment.practitioner_id).unwrap();
    assert_eq!((&nothing.session, nothing.events.len()), (&world.session, 0));
    let change = world.session.clone().hand_over(world.now, successor).unwrap();
    let from = world.session.appointment.practitioner_id;
    assert_eq!(change.events, [Event::HandedOver { from }, Event::Removed { participant: old }]);
    world.take(change);
    let session = &world.session;
    assert_eq!(session.appointment.practitioner_id, successor);
    assert!(session.party(PartyRole::Practitioner).is_none() && !session.attendance.is_present(old));
    assert_eq!(session.participant(client).map(|it| it.role), Some(PartyRole::Client));
    assert!(!session.auto_admit_client, "the door was opened by somebody else");
    assert_eq!(world.admission(Who::Practitioner), Some(Admission::Removed));
    let begun = World::in_call();
    let refused = begun.session.clone().hand_over(begun.now, successor);
    assert_eq!(refused, Err(Refusal::NotNow { state: Status::InProgress, asked: Move::HandOver }));
}
