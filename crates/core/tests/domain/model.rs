//! A small reference model and the real session, driven by the same random steps.
//!
//! The model knows only what people may expect: who is at the door, let in, connected; whether it is
//! paid; which moves must succeed. The invariants are those of the life cycle's documentation.

use std::collections::BTreeSet;

use crate::world::{Who, World};
use openvisit_core::access::Actor;
use openvisit_core::appointment::PaymentStatus;
use openvisit_core::attendance::FactKind;
use openvisit_core::event::Event;
use openvisit_core::lifecycle::clock::TIME_OVER;
use openvisit_core::lifecycle::correct::Outcome;
use openvisit_core::lifecycle::{Move, Refusal};
use openvisit_core::session::{Absent, Admission, PartyRole, Session, State, Status};
use openvisit_core::{SignedDuration, Timestamp};
use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};

#[derive(Clone, Debug)]
enum Step {
    Enter(Who),
    Admit(Who),
    OpenDoor,
    PutOut(Who),
    Withdraw(Who),
    Leave(Who),
    Start(Who),
    End(Who),
    Cancel(Who),
    Reactivate,
    Correct(Outcome),
    Extend(i64),
    Pay(PaymentStatus),
    Connect(Who, u8),
    Disconnect(Who, u8),
    Alive(Who, u8),
    Wait(i64),
    GoByPhone,
    BackToVideo,
    Crash,
}

/// What people expect.
#[derive(Clone, Debug, Default)]
struct Expected {
    paid: bool,
    /// Whether the media provider tells who is there.
    unproven: bool,
    door_open: bool,
    admitted: BTreeSet<Who>,
}

impl ReferenceStateMachine for Expected {
    type State = Self;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Self> {
        let any = (any::<bool>(), prop_oneof![3 => Just(false), 1 => Just(true)]);
        any.prop_map(|(paid, unproven)| Self { paid, unproven, ..Self::default() }).boxed()
    }

    fn transitions(_: &Self) -> BoxedStrategy<Step> {
        let who = prop_oneof![
            3 => Just(Who::Practitioner),
            3 => Just(Who::Client),
            1 => Just(Who::Guest),
            1 => Just(Who::ByCode),
        ];
        let party = prop_oneof![Just(Who::Practitioner), Just(Who::Client)];
        prop_oneof![
            4 => who.clone().prop_map(Step::Enter),
            3 => who.clone().prop_map(Step::Admit),
            1 => Just(Step::OpenDoor),
            1 => who.clone().prop_map(Step::PutOut),
            1 => who.clone().prop_map(Step::Withdraw),
            1 => who.clone().prop_map(Step::Leave),
            1 => party.clone().prop_map(Step::Start),
            1 => party.clone().prop_map(Step::End),
            1 => party.prop_map(Step::Cancel),
            1 => Just(Step::Reactivate),
            1 => prop_oneof![Just(Outcome::Completed), Just(Outcome::NoShow)].prop_map(Step::Correct),
            1 => (0..300i64).prop_map(Step::Extend),
            1 => prop_oneof![Just(PaymentStatus::Confirmed), Just(PaymentStatus::Refunded)].prop_map(Step::Pay),
            6 => (who.clone(), 0..3u8).prop_map(|(who, n)| Step::Connect(who, n)),
            5 => (who.clone(), 0..3u8).prop_map(|(who, n)| Step::Disconnect(who, n)),
            2 => (who, 0..3u8).prop_map(|(who, n)| Step::Alive(who, n)),
            6 => prop_oneof![1..90i64, 60..3_600i64].prop_map(Step::Wait),
            1 => Just(Step::GoByPhone),
            1 => Just(Step::BackToVideo),
            1 => Just(Step::Crash),
        ]
        .boxed()
    }

    fn apply(mut state: Self, step: &Step) -> Self {
        if let Step::Pay(status) = step {
            state.paid = *status == PaymentStatus::Confirmed;
        }
        state
    }
}

struct System {
    world: World,
    expected: Expected,
    /// The first ended session since the last reactivation: nothing may change it.
    ended: Option<Session>,
    /// When its start was told, once it was.
    started: Option<Timestamp>,
}

impl System {
    fn step(&mut self, step: &Step) {
        let world = &mut self.world;
        let before = world.session.clone();
        let refused = match step {
            Step::Enter(who) => world.enter(*who).err(),
            Step::Admit(who) => world.admit(*who).err(),
            Step::OpenDoor => world.auto_admit_client().err(),
            Step::PutOut(who) => world.exclude(*who).err(),
            Step::Withdraw(who) => {
                world.withdraw(*who);
                None
            }
            Step::Leave(who) => world.leave(*who).err(),
            Step::Start(who) => world.start(*who).err(),
            Step::Cancel(who) => world.cancel(*who).err(),
            Step::Reactivate => {
                let change = world.session.clone().reactivate(world.now);
                world.try_take(change).err()
            }
            Step::Correct(outcome) => {
                let by = Actor::Practitioner;
                world.try_take(world.session.clone().correct(world.now, by, *outcome, None)).err()
            }
            Step::Extend(minutes) => {
                let change = world.session.clone().extend(*minutes);
                world.try_take(change).err()
            }
            Step::End(who) => {
                world.end(*who);
                assert!(!world.session.state.is_live(), "end always ends");
                None
            }
            Step::Pay(status) => {
                world.pay(*status);
                None
            }
            Step::Connect(who, n) => {
                world.fact(*who, *n, FactKind::Connected);
                None
            }
            Step::Disconnect(who, n) => {
                world.fact(*who, *n, FactKind::Disconnected);
                None
            }
            Step::Alive(who, n) => {
                world.fact(*who, *n, FactKind::Alive);
                None
            }
            Step::Wait(seconds) => {
                world.advance(SignedDuration::from_secs(*seconds));
                None
            }
            Step::GoByPhone => world.go_on_by_phone().err(),
            Step::BackToVideo => {
                let change = world.session.clone().back_to_video(world.now);
                world.try_take(change).err()
            }
            Step::Crash => {
                world.session = world.session.clone().recover(world.now, |_| true);
                None
            }
        };
        if refused.is_some() {
            assert_eq!(world.session, before, "a refusal changes nothing");
        }
        self.check_refusal(step, &before, refused.as_ref());
        self.expect_admissions(step, refused.is_none());
        if let Step::Correct(outcome) = step
            && refused.is_none()
        {
            assert_eq!(self.world.status(), outcome.status());
            self.check_corrected(&before);
        }
        if matches!(step, Step::Reactivate) && refused.is_none() {
            self.ended = None;
            self.expected.admitted.retain(|who| *who == Who::Practitioner);
            self.expected.door_open = false;
            self.world.events.clear();
        }
    }

    /// Only the outcome is another; what stood there is kept.
    fn check_corrected(&mut self, before: &Session) {
        let after = &self.world.session;
        assert_eq!(after.attendance, before.attendance);
        assert_eq!(after.first_state(), before.first_state(), "the evidence never changes");
        if after.state != before.state {
            assert_eq!(after.corrections.last().map(|it| &it.was), Some(&before.state));
            // Who was missing was judged anew, by what is known now.
            self.ended = Some(after.clone());
        }
    }

    /// A move is refused for its state exactly where the table says so.
    fn check_refusal(&self, step: &Step, before: &Session, refused: Option<&Refusal>) {
        let asked = match step {
            Step::Admit(_) | Step::OpenDoor => Move::Admit,
            Step::PutOut(_) => Move::Remove,
            Step::Start(_) => Move::Start,
            Step::Cancel(_) => Move::Cancel,
            Step::Reactivate => Move::Reactivate,
            Step::Correct(_) => Move::Correct,
            Step::Extend(_) => Move::Extend,
            Step::GoByPhone | Step::BackToVideo => Move::Phone,
            _ => return,
        };
        let possible = asked.possible_in(before.state.status());
        let for_state = matches!(refused, Some(Refusal::NotNow { .. }));
        let unknown = matches!(refused, Some(Refusal::NoSuchParticipant | Refusal::PractitionerStays));
        assert!(unknown || for_state != possible, "{step:?} in {}: {refused:?}", before.state.status());
    }

    fn expect_admissions(&mut self, step: &Step, made: bool) {
        let expected = &mut self.expected;
        match step {
            Step::Enter(Who::Practitioner) | Step::GoByPhone if made => {
                expected.admitted.insert(Who::Practitioner);
            }
            Step::Enter(Who::Client) if made && expected.door_open => {
                expected.admitted.insert(Who::Client);
            }
            Step::OpenDoor if made => expected.door_open = true,
            Step::Admit(who) if made => {
                expected.admitted.insert(*who);
            }
            Step::PutOut(who) if made => {
                expected.admitted.remove(who);
            }
            Step::Withdraw(who) if *who != Who::Practitioner && self.world.session.state.is_live() => {
                expected.admitted.remove(who);
            }
            _ => {}
        }
        // Starting by hand, by telephone, or opening the door, lets the client in who waits; not one who was put out, nor
        // who came by code.
        match step {
            Step::Start(_) | Step::OpenDoor | Step::GoByPhone
                if made && self.world.admission(Who::Client) == Some(Admission::Admitted) =>
            {
                expected.admitted.insert(Who::Client);
            }
            _ => {}
        }
    }

    fn check(&self) {
        let World { session, now, policy, events, .. } = &self.world;
        let status = session.state.status();

        // Nobody is let in but by the practitioner's word: by admitting, opening the door, or starting.
        for who in Who::ALL {
            let admitted = self
                .world
                .id(who)
                .and_then(|id| session.participant(id))
                .is_some_and(|p| p.admission == Admission::Admitted);
            assert!(!admitted || self.expected.admitted.contains(&who), "{who:?} is in unasked");
        }
        let guest = self.world.id(Who::Guest).and_then(|id| session.participant(id));
        assert!(
            guest.is_none_or(|guest| guest.role == PartyRole::Guest),
            "who is invited stays what they are"
        );
        let client = self.world.id(Who::Client).and_then(|id| session.participant(id));
        assert!(client.is_none_or(|client| client.role == PartyRole::Client), "the client's place is theirs");

        // Ends happen once, and an end is an end.
        let ends = events.iter().filter(|e| {
            matches!(e, Event::Completed { .. } | Event::NoShow { .. } | Event::Cancelled { .. })
        });
        assert_eq!(ends.count(), usize::from(!status.is_live()), "one event for one end");
        if !status.is_live() {
            assert!(!session.attendance.anyone_present(), "nobody is left in an ended session");
            assert_eq!(session.due(policy), None);
            let first = self.ended.as_ref().unwrap_or(session);
            assert_eq!(first.state, session.state, "an end never changes");
            assert!(session.duration() >= Some(SignedDuration::ZERO));
        }

        // It starts once, paid, by the clock.
        assert!(
            self.started.is_none() || session.state.started_at() == self.started,
            "a start is taken back"
        );
        let starts = events.iter().filter(|e| matches!(e, Event::Started { .. })).count();
        assert!(starts <= 1);
        if status == Status::InProgress {
            assert!(
                session.state.started_at()
                    >= Some(session.appointment.slot.starts_at - policy.practitioner_window)
            );
        }

        // No session can get stuck: something is due, or somebody is there.
        if status.is_live() {
            let due = session.due(policy);
            assert!(due.is_some() || session.attendance.anyone_present(), "stuck");
            assert!(due.is_none_or(|due| due > *now), "what is due has been done");
        }

        // By telephone they are both there, and it goes on.
        if session.by_phone.is_some() {
            assert_eq!(status, Status::InProgress);
            for who in [Who::Practitioner, Who::Client] {
                assert!(self.world.id(who).is_some_and(|id| session.attendance.is_present(id)), "{who:?}");
            }
        }

        // Nobody waits in what is over, nor whoever was let in, nor without a connection after one was lost.
        for participant in &session.participants {
            let waits = session.waits_since(participant, *now, policy).is_some();
            assert!(!waits || (status.is_live() && participant.admission == Admission::Waiting));
            let gone = session.last_here(participant, *now, policy).is_some();
            assert!(!(gone && session.attendance.is_present(participant.id)), "gone, and here");
        }

        // Where nothing proves who came, time blames nobody.
        let missed = matches!(session.state, State::NoShow { by: Actor::System, .. });
        assert!(!(self.expected.unproven && missed), "a no-show that nothing proves");

        // Minutes are real: nobody is connected longer than the session lasted.
        let lasted = session.state.started_at().map_or(SignedDuration::ZERO, |start| {
            start.duration_until(session.state.ended_at().unwrap_or(*now))
        });
        for participant in &session.participants {
            assert!(session.connected(participant.id, *now) <= lasted);
        }

        // Who is called absent was never there, by all that was known at the end.
        let then = self.ended.as_ref().unwrap_or(session);
        let came = |who| {
            self.world.id(who).is_some_and(|id| {
                then.attendance.was_present_since(id, then.moved_at.unwrap_or(openvisit_core::Timestamp::MIN))
            })
        };
        let in_clients_place = |who| {
            let place = self.world.id(who).and_then(|id| then.participant(id));
            place.is_some_and(|place| place.role == PartyRole::Client)
        };
        let client_came = came(Who::Client) || (in_clients_place(Who::ByCode) && came(Who::ByCode));
        match session.state.absent() {
            Some(Absent::Practitioner) => assert!(!came(Who::Practitioner)),
            Some(Absent::Client) => assert!(!client_came),
            Some(Absent::Both) => assert!(!came(Who::Practitioner) && !client_came),
            None => {}
        }
    }
}

impl StateMachineTest for System {
    type SystemUnderTest = Self;
    type Reference = Expected;

    fn init_test(expected: &Expected) -> Self {
        let mut world = if expected.paid { World::new() } else { World::unpaid() };
        world.session.appointment.presence_proven = !expected.unproven;
        world.at_minute(-20);
        Self { world, expected: expected.clone(), ended: None, started: None }
    }

    fn apply(mut system: Self, expected: &Expected, step: Step) -> Self {
        let (was, was_by_phone) =
            (system.world.session.state.status(), system.world.session.by_phone.is_some());
        system.step(&step);
        // Time does at once what is due now, as the server's timer would.
        system.world.advance(SignedDuration::ZERO);
        let is = system.world.session.state.status();
        if was != Status::InProgress && is == Status::InProgress {
            assert!(expected.paid, "nothing starts unpaid");
        }
        if was_by_phone && !is.is_live() && !matches!(step, Step::End(_)) {
            let reason = system.world.session.state.end_reason();
            assert_eq!(
                (is, reason),
                (Status::Completed, Some(TIME_OVER)),
                "nobody has left, nobody was missing"
            );
        }
        if is == Status::InProgress {
            system.started = system.world.session.state.started_at();
        }
        if !is.is_live() && system.ended.is_none() {
            system.ended = Some(system.world.session.clone());
        }
        system
    }

    fn check_invariants(system: &Self, _: &Expected) {
        system.check();
    }
}

prop_state_machine! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_story_keeps_the_invariants(sequential 1..60 => System);
}
