//! The aggregate comes back as it was stored.

use openvisit_core::access::Actor;
use openvisit_core::appointment::{ExternalId, Kind, Payment, PaymentStatus, Price, StartedBy};
use openvisit_core::ids::ParticipantId;
use openvisit_core::session::{Admission, ByPhone, ClientRating, Participant, PartyRole, Session, State};
use openvisit_store::{Organization, StoreError};
use openvisit_testkit::on_both_databases;

use crate::given::{
    at, book, booked, cancelled, connection, interval, load, parties, save, seed, session, slot,
};
use openvisit_core::ids::OrganizationId;

/// Everything that a session can hold, set to something that is not its default.
fn full(mut session: Session, organization: OrganizationId) -> Session {
    let appointment = &mut session.appointment;
    appointment.external = Some(ExternalId { issuer: "billing".to_owned(), id: "A-17".to_owned() });
    appointment.organization_id = Some(organization);
    appointment.title = Some("Kontrolle – 3. Termin \u{1f600} 'quoted' \"twice\" \\".to_owned());
    appointment.notes = Some("line\nline".to_owned());
    appointment.kind = Kind::Diagnostic;
    appointment.booking_type = Some("follow-up".to_owned());
    appointment.plan = Some("gold".to_owned());
    appointment.price = Some(Price { amount: "49.90".to_owned(), currency: "EUR".to_owned() });
    appointment.payment = Payment {
        status: PaymentStatus::Confirmed,
        reference: Some("pay-1".to_owned()),
        said: Some("Paid".to_owned()),
    };
    appointment.hold_expires_at = Some(at(-5));
    appointment.passcode_enabled = false;
    appointment.max_participants = 3;
    appointment.started_by = Some(StartedBy::Either);
    appointment.metadata.insert("nested".to_owned(), serde_json::json!({"list": [1, null, "a"]}));
    let participant = Participant {
        id: ParticipantId::new(seed()),
        person_id: appointment.client_id,
        role: PartyRole::Client,
        name: "Carl".to_owned(),
        admission: Admission::Admitted,
        verified: true,
        entered_at: at(-3),
        admitted_at: Some(at(-1)),
        invitation: None,
        by_code: false,
        here_since: None,
        left_at: None,
    };
    session.state = State::InProgress { since: at(0), by: Actor::System };
    session.participants = vec![participant];
    session.grace_from = Some(at(-2));
    session.warned = true;
    session.auto_admit_client = true;
    session.extended_minutes = 15;
    session.quality_rating = Some(4);
    session.client_rating = Some(ClientRating { rating: 5, comment: Some("kind".to_owned()) });
    session.by_phone = Some(ByPhone { since: at(3), shows_practitioner: true });
    session
}

on_both_databases! {
    async fn a_session_comes_back_whole_by_every_id(db: &TestDatabase) {
        let store = &db.store;
        let organization = Organization { id: OrganizationId::new(seed()), name: "Practice".to_owned() };
        let mut tx = store.begin().await.unwrap();
        tx.insert_organization(&organization).await.unwrap();
        tx.commit().await.unwrap();
        let mut session = full(session(parties(store).await, slot(0, 30)), organization.id);
        book(store, &session).await.unwrap();
        let participant = session.participants[0].id;
        let rows = [
            (connection(participant), interval(Some(0), Some(10), Some(10))),
            (connection(participant), interval(Some(8), None, Some(20))),
        ];
        let mut tx = store.begin().await.unwrap();
        tx.record(session.id, rows.iter().map(|(key, interval)| (key, interval))).await.unwrap();
        tx.commit().await.unwrap();
        session.attendance = rows.into_iter().collect();

        let mut tx = store.read().await.unwrap();
        assert_eq!(tx.session(session.id).await.unwrap().as_ref(), Some(&session));
        let found = tx.session_by_appointment(session.appointment.id).await.unwrap();
        assert_eq!(found.as_ref(), Some(&session));
        let external = session.appointment.external.clone().unwrap();
        assert_eq!(tx.session_by_external(&external).await.unwrap().as_ref(), Some(&session));
        assert_eq!(tx.sessions_by_external_id(&external.id).await.unwrap(), [session.clone()]);
        let other_issuer = ExternalId { issuer: "other".to_owned(), ..external };
        assert_eq!(tx.session_by_external(&other_issuer).await.unwrap(), None);
    }

    async fn every_state_comes_back(db: &TestDatabase) {
        let parties = parties(&db.store).await;
        let mut session = booked(&db.store, parties, slot(0, 30)).await;
        let states = [
            State::Waiting { since: at(1) },
            State::InProgress { since: at(2), by: Actor::Practitioner },
            State::Completed { started_at: at(2), ended_at: at(9), by: Actor::System, reason: None },
            cancelled(),
            State::NoShow { at: at(50), by: Actor::System, reason: None, absent: session.absent(), started_at: None },
            State::Scheduled,
        ];
        for state in states {
            session.state = state;
            save(&db.store, &mut session).await.unwrap();
            assert_eq!(load(&db.store, session.id).await, session);
        }
        assert_eq!(session.version, 6);
    }

    async fn a_practitioners_sessions_under_way_are_found(db: &TestDatabase) {
        let parties = parties(&db.store).await;
        let mut all = Vec::new();
        for number in 0..4 {
            all.push(booked(&db.store, parties, slot(30 * number, 30 * number + 30)).await);
        }
        all[1].state = State::Waiting { since: at(30) };
        all[2].state = State::InProgress { since: at(60), by: Actor::System };
        all[3].state = cancelled();
        for session in &mut all[1..] {
            save(&db.store, session).await.unwrap();
        }
        let mut tx = db.store.read().await.unwrap();
        let mut found = tx.under_way(parties.practitioner).await.unwrap();
        found.sort_by_key(|session| session.appointment.slot.starts_at);
        assert_eq!(found, all[1..3]);
        assert_eq!(tx.under_way(parties.client).await.unwrap(), []);
    }

    async fn of_two_who_save_the_second_loses(db: &TestDatabase) {
        let mut first = booked(&db.store, parties(&db.store).await, slot(0, 30)).await;
        let mut second = first.clone();
        first.warned = true;
        save(&db.store, &mut first).await.unwrap();
        second.extended_minutes = 5;
        assert_eq!(save(&db.store, &mut second).await, Err(StoreError::Conflict));
        assert_eq!((second.version, load(&db.store, first.id).await), (0, first));
    }

    async fn an_external_id_is_taken_once_per_issuer(db: &TestDatabase) {
        let parties = parties(&db.store).await;
        let external = |issuer: &str| Some(ExternalId { issuer: issuer.to_owned(), id: "7".to_owned() });
        let mut sessions = [slot(0, 30), slot(30, 60), slot(60, 90)].map(|slot| session(parties, slot));
        sessions[0].appointment.external = external("a");
        sessions[1].appointment.external = external("a");
        sessions[2].appointment.external = external("b");
        book(&db.store, &sessions[0]).await.unwrap();
        let taken = Err(StoreError::NotUnique { what: "external_id" });
        assert_eq!(book(&db.store, &sessions[1]).await, taken);
        book(&db.store, &sessions[2]).await.unwrap();
    }
}
