//! Who may accept a request, and what becomes of it.

use crate::world::{MINUTE, seed};
use openvisit_core::access::Actor;
use openvisit_core::appointment::{Kind, Slot, StartedBy};
use openvisit_core::ids::{AppointmentId, OrganizationId, PersonId, RequestId};
use openvisit_core::person::{Identity, LOCAL_ISSUER, Person, PractitionerProfile, Role};
use openvisit_core::request::{Ineligible, Request, RequestDetails, Rules, State, Status, may_accept_any};
use openvisit_core::{SignedDuration, Timestamp};

fn now() -> Timestamp {
    seed(0).now
}

fn workshop(n: u8) -> OrganizationId {
    OrganizationId::new(seed(100 + n))
}

/// Somebody who may accept any request.
fn mechanic(n: u8) -> Person {
    let id = PersonId::new(seed(n));
    Person {
        id,
        identity: Identity { issuer: LOCAL_ISSUER.to_owned(), subject: id.to_string() },
        email: None,
        phone: None,
        name: "M.".to_owned(),
        roles: vec![Role::Practitioner],
        organization_id: None,
        timezone: None,
        locale: None,
        disabled: false,
        signed_out_at: None,
        practitioner: Some(PractitionerProfile { service_tier: None, accepts_requests: true }),
        created_by: None,
        created_at: now(),
    }
}

fn of_tier(tier: &str) -> Person {
    let profile = PractitionerProfile { service_tier: Some(tier.to_owned()), accepts_requests: true };
    Person { practitioner: Some(profile), ..mechanic(1) }
}

fn rules() -> Rules {
    let plan_tiers = [("premium".to_owned(), vec!["gold".to_owned(), "platinum".to_owned()])].into();
    Rules { plan_tiers, ..Rules::default() }
}

fn request(plan: Option<&str>, organization_id: Option<OrganizationId>) -> Request {
    let wish = RequestDetails {
        organization_id,
        plan: plan.map(str::to_owned),
        kind: Kind::Diagnostic,
        metadata: serde_json::Map::new(),
    };
    Request::new(RequestId::new(seed(50)), PersonId::new(seed(60)), wish, now(), &rules())
}

#[test]
fn whoever_accepts_requests_may_accept_one() {
    let accepted = request(None, None).accept(now(), &mechanic(1), &rules()).unwrap();
    assert_eq!(accepted.state, State::Accepted { at: now(), by: mechanic(1).id });
}

#[test]
fn three_things_are_needed_to_see_any_request() {
    let wrong = [
        (Person { roles: vec![Role::Client], ..mechanic(1) }, "not_a_practitioner"),
        (Person { disabled: true, ..mechanic(1) }, "account_disabled"),
        (Person { practitioner: None, ..mechanic(1) }, "does_not_accept_requests"),
        (
            Person { practitioner: Some(PractitionerProfile::default()), ..mechanic(1) },
            "does_not_accept_requests",
        ),
    ];
    assert_eq!(may_accept_any(&mechanic(1)), Ok(()));
    for (person, rule) in wrong {
        assert_eq!(may_accept_any(&person).unwrap_err().rule(), rule);
        assert_eq!(request(None, None).check(&person, &rules(), now()).unwrap_err().rule(), rule);
        assert_eq!(request(None, None).accept(now(), &person, &rules()).unwrap_err().rule(), rule);
    }
}

#[test]
fn a_plan_may_be_for_some_tiers_only() {
    let premium = request(Some("premium"), None);
    assert_eq!(premium.check(&of_tier("platinum"), &rules(), now()), Ok(()));
    for person in [of_tier("silver"), mechanic(1)] {
        let refused = premium.check(&person, &rules(), now()).unwrap_err();
        assert_eq!(refused.rule(), "tier");
        assert_eq!(refused.to_string(), "the plan premium is for the service tiers gold, platinum");
    }
    // A plan that nobody spoke of, and no plan at all, are for everyone.
    assert_eq!(request(Some("basic"), None).check(&mechanic(1), &rules(), now()), Ok(()));
    assert_eq!(request(None, None).check(&mechanic(1), &rules(), now()), Ok(()));
}

#[test]
fn the_organizations_own_go_first() {
    let request = request(None, Some(workshop(1)));
    let own = Person { organization_id: Some(workshop(1)), ..mechanic(1) };
    let other = Person { organization_id: Some(workshop(2)), ..mechanic(2) };
    assert_eq!(request.check(&own, &rules(), now()), Ok(()));
    let until = now() + MINUTE * 2;
    for person in [&other, &mechanic(3)] {
        let just_before = until - SignedDuration::from_nanos(1);
        assert_eq!(
            request.check(person, &rules(), just_before),
            Err(Ineligible::OrganizationFirst { until })
        );
        assert_eq!(request.check(person, &rules(), until), Ok(()));
    }
}

#[test]
fn nobody_accepts_a_request_of_his_own() {
    let request = Request { client_id: mechanic(1).id, ..request(None, None) };
    assert_eq!(request.check(&mechanic(1), &rules(), now()), Err(Ineligible::OwnRequest));
}

#[test]
fn what_is_gone_is_accepted_by_nobody() {
    let pending = request(None, None);
    let accepted = pending.clone().accept(now(), &mechanic(1), &rules()).unwrap();
    let withdrawn = pending.clone().withdraw(now(), Actor::Client).unwrap();
    for (request, status) in [(accepted, Status::Accepted), (withdrawn, Status::Withdrawn)] {
        for person in [mechanic(1), mechanic(2)] {
            let again = request.clone().accept(now(), &person, &rules());
            assert_eq!(again, Err(Ineligible::Gone(status)));
        }
    }
    // Who may not see it does not learn that it is gone either.
    let premium = Request { state: State::Expired { at: now() }, ..request(Some("premium"), None) };
    assert_eq!(premium.check(&mechanic(1), &rules(), now()).unwrap_err().rule(), "tier");
    let late = now() + MINUTE * 30;
    assert_eq!(pending.accept(late, &mechanic(1), &rules()), Err(Ineligible::Gone(Status::Expired)));
}

#[test]
fn a_request_expires_whether_a_timer_looks_or_not() {
    let pending = request(None, None);
    let expires_at = now() + MINUTE * 30;
    assert_eq!(pending.clone().at(expires_at - MINUTE), pending);
    let expired = pending.clone().at(expires_at + MINUTE * 7);
    assert_eq!(expired.state, State::Expired { at: expires_at });
    assert_eq!(expired.ended_at(), Some(expires_at));
    let accepted = pending.accept(now(), &mechanic(1), &rules()).unwrap();
    assert_eq!(accepted.clone().at(expires_at), accepted);
}

#[test]
fn a_request_is_withdrawn_once_and_not_after_it_was_accepted() {
    let pending = request(None, None);
    let withdrawn = pending.clone().withdraw(now() + MINUTE, Actor::Client).unwrap();
    assert_eq!(withdrawn.state, State::Withdrawn { at: now() + MINUTE, by: Actor::Client });
    assert_eq!(withdrawn.clone().withdraw(now() + MINUTE * 2, Actor::Admin), Ok(withdrawn));
    let expired = pending.clone().withdraw(now() + MINUTE * 40, Actor::Client).unwrap();
    assert_eq!(expired.status(), Status::Expired);
    let accepted = pending.accept(now(), &mechanic(1), &rules()).unwrap();
    assert_eq!(accepted.withdraw(now(), Actor::Client), Err(Ineligible::Gone(Status::Accepted)));
}

#[test]
fn time_opens_a_request_to_all_and_then_ends_it() {
    let to_all = request(None, None);
    let (opens_at, expires_at) = (now() + MINUTE * 2, now() + MINUTE * 30);
    assert_eq!(to_all.due(now()), Some(expires_at));
    let to_some = request(None, Some(workshop(1)));
    assert_eq!(to_some.due(now()), Some(opens_at));
    assert_eq!(to_some.due(opens_at), Some(expires_at));
    assert_eq!(to_some.withdraw(now(), Actor::Client).unwrap().due(now()), None);
}

#[test]
fn the_appointment_of_a_request_is_for_now_and_has_its_id() {
    let practitioner = Person { organization_id: Some(workshop(1)), ..mechanic(1) };
    let request = request(Some("premium"), None);
    let slot = Slot { starts_at: now(), ends_at: now() + MINUTE * 30 };
    let appointment = request.appointment(AppointmentId::new(seed(9)), &practitioner, slot);
    assert_eq!(appointment.session_id.0, request.id.0);
    assert_eq!((appointment.practitioner_id, appointment.client_id), (practitioner.id, request.client_id));
    assert_eq!(appointment.organization_id, Some(workshop(1)));
    assert_eq!((appointment.kind, appointment.plan.as_deref()), (Kind::Diagnostic, Some("premium")));
    assert_eq!((appointment.started_by, appointment.passcode_enabled), (Some(StartedBy::Either), false));
    assert_eq!((appointment.slot, appointment.created_at), (slot, now()));
}
