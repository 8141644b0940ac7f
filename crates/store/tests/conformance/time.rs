//! What is due, and what a start must look after.

use openvisit_core::access::Actor;
use openvisit_core::session::State;
use openvisit_testkit::on_both_databases;

use crate::given::{at, booked, cancelled, parties, session, slot};

on_both_databases! {
    async fn the_longest_due_comes_first(db: &TestDatabase) {
        let parties = parties(&db.store).await;
        let mut tx = db.store.begin().await.unwrap();
        let mut ids = Vec::new();
        for (number, due) in [Some(20), None, Some(10), Some(30)].into_iter().enumerate() {
            let from = 30 * i64::try_from(number).unwrap();
            let session = session(parties, slot(from, from + 30));
            tx.insert(&session, due.map(at)).await.unwrap();
            ids.push(session.id);
        }
        assert_eq!(tx.due(at(9), 10).await.unwrap(), []);
        assert_eq!(tx.due(at(20), 10).await.unwrap(), [ids[2], ids[0]]);
        assert_eq!(tx.due(at(90), 2).await.unwrap(), [ids[2], ids[0]]);
        let mut done = tx.session(ids[2]).await.unwrap().unwrap();
        tx.save(&mut done, Some(at(40))).await.unwrap();
        assert_eq!(tx.due(at(90), 10).await.unwrap(), [ids[0], ids[3], ids[2]]);
        tx.save(&mut done, None).await.unwrap();
        assert_eq!(tx.due(at(90), 10).await.unwrap(), [ids[0], ids[3]]);
    }

    async fn a_start_looks_after_what_is_going_on(db: &TestDatabase) {
        let parties = parties(&db.store).await;
        let mut sessions = Vec::new();
        for number in 0..6 {
            sessions.push(booked(&db.store, parties, slot(30 * number, 30 * number + 30)).await);
        }
        sessions[0].state = State::InProgress { since: at(0), by: Actor::System };
        sessions[1].state = cancelled();
        sessions[4].state = State::Waiting { since: at(30) };
        let mut tx = db.store.begin().await.unwrap();
        for (number, due) in [(0, None), (1, None), (2, None), (4, None)] {
            tx.save(&mut sessions[number], due).await.unwrap();
        }
        // Not the cancelled one, not the one that nothing is due to (an in-person visit), not the last.
        let live = tx.live_sessions(at(150)).await.unwrap();
        assert_eq!(live, [sessions[0].clone(), sessions[3].clone(), sessions[4].clone()]);
    }
}
