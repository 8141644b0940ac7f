//! What became of the sessions of a span of time.

use openvisit_core::SignedDuration;
use openvisit_core::access::Actor;
use openvisit_core::session::{Session, State};
use openvisit_store::Figures;
use openvisit_testkit::on_both_databases;

use crate::given::{at, booked, cancelled, parties, save, slot};

fn held(session: &mut Session, from: i64, to: i64) {
    session.state =
        State::Completed { started_at: at(from), ended_at: at(to), by: Actor::Practitioner, reason: None };
}

on_both_databases! {
    async fn figures_are_those_of_the_span_and_of_the_practitioner(db: &TestDatabase) {
        let (ours, theirs) = (parties(&db.store).await, parties(&db.store).await);
        let mut all = Vec::new();
        for number in 0..6 {
            all.push(booked(&db.store, ours, slot(100 * number, 100 * number + 30)).await);
        }
        all.push(booked(&db.store, theirs, slot(0, 30)).await);
        held(&mut all[0], 10, 25);
        // Began before the span that it was booked for.
        held(&mut all[1], 99, 104);
        all[2].state = cancelled();
        all[3].state =
            State::NoShow { at: at(345), by: Actor::System, reason: None, absent: None, started_at: None };
        all[4].state = State::InProgress { since: at(400), by: Actor::Client };
        held(&mut all[6], 0, 60);
        for session in &mut all {
            save(&db.store, session).await.unwrap();
        }

        let mut tx = db.store.read().await.unwrap();
        let minutes = SignedDuration::from_mins;
        let ours = Some(ours.practitioner);
        let whole = (at(0), at(1_000));
        let expected = Figures { completed: 2, lasted: minutes(20), no_shows: 1, cancelled: 1 };
        assert_eq!(tx.figures(ours, whole).await.unwrap(), expected);
        let expected = Figures { completed: 3, lasted: minutes(80), ..expected };
        assert_eq!(tx.figures(None, whole).await.unwrap(), expected);
        let expected = Figures { completed: 1, lasted: minutes(5), no_shows: 0, cancelled: 1 };
        assert_eq!(tx.figures(ours, (at(99), at(300))).await.unwrap(), expected);
        assert_eq!(tx.figures(ours, (at(600), at(900))).await.unwrap(), Figures::default());

        assert_eq!(tx.booked_within(ours, whole).await.unwrap(), 5);
        assert_eq!(tx.booked_within(None, whole).await.unwrap(), 6);
        assert_eq!(tx.booked_within(ours, (at(100), at(300))).await.unwrap(), 1);
    }
}
