//! Of a practitioner, and of a client, no two live appointments overlap.

use openvisit_core::appointment::{Kind, Payment, PaymentStatus, Slot};
use openvisit_core::policy::Policy;
use openvisit_core::session::{PartyRole, Session, State, Status};
use openvisit_store::{Store, StoreError};
use openvisit_testkit::on_both_databases;

use crate::given::{Parties, at, book, booked, cancelled, parties, save, session, slot};

/// The client, and not the practitioner, has another appointment then.
fn taken_by_the_clients(other: &Session) -> Result<(), StoreError> {
    taken_for(PartyRole::Client, other)
}

fn taken_for(party: PartyRole, other: &Session) -> Result<(), StoreError> {
    Err(StoreError::SlotTaken { conflicting: other.appointment.slot, session_id: other.id, party })
}

fn taken_by(other: &Session) -> Result<(), StoreError> {
    taken_for(PartyRole::Practitioner, other)
}

/// Runs SQL that goes around the store, as another program would. Gives the database's own refusal.
pub async fn around_the_store(url: &str, sql: &'static str) -> Result<(), String> {
    let done = if url.starts_with("sqlite") {
        let mut connection = <sqlx::SqliteConnection as sqlx::Connection>::connect(url).await.unwrap();
        sqlx::query(sql).execute(&mut connection).await.map(drop)
    } else {
        let mut connection = <sqlx::PgConnection as sqlx::Connection>::connect(url).await.unwrap();
        sqlx::query(sql).execute(&mut connection).await.map(drop)
    };
    done.map_err(|error| error.to_string())
}

/// A hold until noon, for an appointment in the afternoon.
async fn hold(store: &Store, parties: Parties, slot: Slot) -> Session {
    let mut held = session(parties, slot);
    held.appointment.payment = Payment { status: PaymentStatus::Open, ..Payment::default() };
    held.appointment.hold_expires_at = Some(at(0));
    book(store, &held).await.unwrap();
    held
}

on_both_databases! {
    async fn a_taken_slot_is_refused_and_told(db: &TestDatabase) {
        let ours = parties(&db.store).await;
        let theirs = parties(&db.store).await;
        let first = booked(&db.store, ours, slot(0, 30)).await;
        let same_practitioner = Parties { practitioner: ours.practitioner, ..theirs };
        let same_client = Parties { client: ours.client, ..theirs };
        for slot in [slot(0, 30), slot(10, 20), slot(-60, 90), slot(-10, 1), slot(29, 40)] {
            assert_eq!(book(&db.store, &session(ours, slot)).await, taken_by(&first));
            assert_eq!(book(&db.store, &session(same_practitioner, slot)).await, taken_by(&first));
            assert_eq!(book(&db.store, &session(same_client, slot)).await, taken_by_the_clients(&first));
        }
        book(&db.store, &session(theirs, slot(0, 30))).await.unwrap();
    }

    async fn back_to_back_is_free(db: &TestDatabase) {
        let parties = parties(&db.store).await;
        for slot in [slot(0, 30), slot(30, 60), slot(-30, 0)] {
            booked(&db.store, parties, slot).await;
        }
    }

    async fn a_person_may_be_practitioner_here_and_client_there(db: &TestDatabase) {
        let ours = parties(&db.store).await;
        booked(&db.store, ours, slot(0, 30)).await;
        let turned = Parties { practitioner: ours.client, client: ours.practitioner };
        booked(&db.store, turned, slot(0, 30)).await;
    }

    async fn the_longest_slot_blocks_to_its_end(db: &TestDatabase) {
        let parties = parties(&db.store).await;
        let long = booked(&db.store, parties, slot(0, 720)).await;
        assert_eq!(book(&db.store, &session(parties, slot(719, 730))).await, taken_by(&long));
        booked(&db.store, parties, slot(720, 730)).await;
    }

    async fn an_in_person_appointment_blocks(db: &TestDatabase) {
        let parties = parties(&db.store).await;
        let mut visit = session(parties, slot(0, 30));
        visit.appointment.kind = Kind::InPerson;
        book(&db.store, &visit).await.unwrap();
        assert_eq!(book(&db.store, &session(parties, slot(15, 45))).await, taken_by(&visit));
    }

    async fn a_move_into_a_taken_slot_is_refused(db: &TestDatabase) {
        let parties = parties(&db.store).await;
        let first = booked(&db.store, parties, slot(0, 30)).await;
        let second = booked(&db.store, parties, slot(60, 90)).await;
        let mut moved = second.clone();
        moved.appointment.slot = slot(20, 50);
        assert_eq!(save(&db.store, &mut moved).await, taken_by(&first));
        // Its own old slot is not in the way.
        moved.appointment.slot = slot(75, 105);
        save(&db.store, &mut moved).await.unwrap();
    }

    async fn only_live_appointments_block(db: &TestDatabase) {
        let parties = parties(&db.store).await;
        let mut first = booked(&db.store, parties, slot(0, 30)).await;
        for state in [State::Waiting { since: at(0) }, State::Scheduled] {
            first.state = state;
            save(&db.store, &mut first).await.unwrap();
            assert_eq!(book(&db.store, &session(parties, slot(0, 30))).await, taken_by(&first));
        }
        first.state = cancelled();
        save(&db.store, &mut first).await.unwrap();
        let second = booked(&db.store, parties, slot(10, 40)).await;
        // Taking the cancellation back comes too late now.
        first.state = State::Scheduled;
        assert_eq!(save(&db.store, &mut first).await, taken_by(&second));
        first.appointment.slot = slot(40, 70);
        save(&db.store, &mut first).await.unwrap();
    }

    async fn the_schema_itself_refuses(db: &TestDatabase) {
        let ours = parties(&db.store).await;
        let theirs = parties(&db.store).await;
        booked(&db.store, ours, slot(0, 30)).await;
        booked(&db.store, Parties { practitioner: ours.practitioner, ..theirs }, slot(30, 60)).await;
        booked(&db.store, Parties { client: ours.client, ..theirs }, slot(60, 90)).await;
        let moves = [
            "update session set starts_at = starts_at - 60000000 where starts_at = (select min(starts_at) + 1800000000 from session)",
            "update session set starts_at = starts_at - 3600000000 where starts_at = (select max(starts_at) from session)",
            "update session set ends_at = starts_at",
            "update session set ends_at = starts_at + 43200000001",
        ];
        for sql in moves {
            let refusal = around_the_store(&db.url, sql).await.unwrap_err();
            assert!(refusal.contains("session_overlap") || refusal.to_lowercase().contains("check"), "{refusal}");
        }
        around_the_store(&db.url, "update session set status = 'cancelled'").await.unwrap();
        around_the_store(&db.url, "update session set starts_at = (select min(starts_at) from session), \
                                   ends_at = (select min(ends_at) from session)").await.unwrap();
        let refusal = around_the_store(&db.url, "update session set status = 'scheduled'").await.unwrap_err();
        assert!(refusal.contains("session_overlap"), "{refusal}");
        let again = "insert into session (id, appointment_id, external_issuer, external_id, organization_id, \
                     practitioner_id, client_id, starts_at, ends_at, status, due_at, hold_expires_at, \
                     appointment_doc, session_doc, version, event_sequence, created_at, updated_at) \
                     select 'x', 'y', external_issuer, external_id, organization_id, \
                     practitioner_id, client_id, starts_at, ends_at, 'waiting', due_at, hold_expires_at, \
                     appointment_doc, session_doc, version, event_sequence, created_at, updated_at \
                     from session limit 1";
        around_the_store(&db.url, again).await.unwrap();
        let refusal = around_the_store(&db.url, "update session set status = 'scheduled'").await.unwrap_err();
        assert!(refusal.contains("session_overlap"), "{refusal}");
    }

    async fn an_expired_hold_gives_way(db: &TestDatabase) {
        let parties = parties(&db.store).await;
        let held = hold(&db.store, parties, slot(60, 90)).await;
        let wanted = session(parties, slot(75, 105));
        let mut tx = db.store.begin().await.unwrap();
        let holds = tx.expired_holds(parties.practitioner, parties.client, wanted.appointment.slot, at(0));
        let expired = holds.await.unwrap();
        assert_eq!(expired, std::slice::from_ref(&held));
        for session in expired {
            let mut freed = session.tick(at(0), &Policy::default()).session;
            assert_eq!(freed.state.status(), Status::Cancelled);
            tx.save(&mut freed, None).await.unwrap();
        }
        tx.insert(&wanted, None).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn other_holds_stay(db: &TestDatabase) {
        let ours = parties(&db.store).await;
        hold(&db.store, ours, slot(60, 90)).await;
        let mut paid = hold(&db.store, ours, slot(90, 120)).await;
        paid.appointment.payment.status = PaymentStatus::Confirmed;
        save(&db.store, &mut paid).await.unwrap();
        let theirs = parties(&db.store).await;
        hold(&db.store, theirs, slot(60, 90)).await;
        let mut tx = db.store.begin().await.unwrap();
        let mut expired = async |slot, now| {
            tx.expired_holds(ours.practitioner, ours.client, slot, now).await.unwrap().len()
        };
        assert_eq!(expired(slot(60, 120), at(-1)).await, 0, "not expired yet");
        assert_eq!(expired(slot(30, 60), at(1)).await, 0, "not in the way");
        assert_eq!(expired(slot(60, 120), at(1)).await, 1, "neither the paid one nor that of others");
    }
}
