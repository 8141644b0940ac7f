//! Events on their way: in order per session and target, leased, tried again, given up, sent again, forgotten.

use openvisit_core::Timestamp;
use openvisit_core::delivery::Interest;
use openvisit_core::event::Event;
use openvisit_core::session::Session;
use openvisit_store::{
    Attempt, Backlog, Deliveries, Delivery, DeliveryState, Failure, OutboxRow, Round, Store, Target, Tx,
    Webhook,
};
use openvisit_testkit::on_both_databases;
use tokio::task::JoinSet;

use crate::given::{at, booked, moved, parties, row, slot};
use crate::webhooks::kept;

const NO_QUEUE: Failure = Failure { status: None, reason: "unroutable" };

/// Stores events of a session for the broker.
async fn stored(store: &Store, session: &Session, events: &[Event]) -> Vec<OutboxRow> {
    let mut tx = store.begin().await.unwrap();
    let mut rows = vec![];
    for event in events {
        let row = row(session, event);
        tx.enqueue(&row).await.unwrap();
        tx.address(row.id, Target::Broker, row.at).await.unwrap();
        rows.push(row);
    }
    tx.commit().await.unwrap();
    rows
}

async fn leased(tx: &mut Tx, now: Timestamp) -> Vec<Attempt> {
    let until = now + openvisit_core::SignedDuration::from_secs(30);
    tx.lease(Target::Broker, now, until, 100).await.unwrap()
}

fn events(attempts: &[Attempt]) -> Vec<OutboxRow> {
    attempts.iter().map(|attempt| attempt.event.clone()).collect()
}

async fn all(tx: &mut Tx) -> Vec<Delivery> {
    tx.deliveries(&Deliveries { target: Target::Broker, before: None, state: None, limit: 100 })
        .await
        .unwrap()
}

on_both_databases! {
    async fn what_waits_is_counted_by_target(db: &TestDatabase) {
        let session = booked(&db.store, parties(&db.store).await, slot(0, 30)).await;
        let rows = stored(&db.store, &session, &[Event::Booked, moved()]).await;
        let mut tx = db.store.begin().await.unwrap();
        let backlog = Backlog { target: Target::Broker, pending: 2, oldest_at: rows[0].at, failing: false };
        assert_eq!(tx.backlogs().await.unwrap(), [backlog]);
        let attempt = leased(&mut tx, at(1)).await.remove(0);
        tx.mark_failed(Target::Broker, &attempt, NO_QUEUE, Some(at(5)), at(2)).await.unwrap();
        assert_eq!(tx.backlogs().await.unwrap(), [Backlog { failing: true, ..backlog }]);
        let attempt = leased(&mut tx, at(6)).await.remove(0);
        tx.mark_delivered(Target::Broker, attempt.event.id, None, at(6)).await.unwrap();
        assert_eq!(tx.backlogs().await.unwrap(), [Backlog { pending: 1, ..backlog }]);
    }

    async fn a_session_s_events_go_one_after_the_other_and_hold_up_no_other_session(db: &TestDatabase) {
        let parties = parties(&db.store).await;
        let (one, two) =
            (booked(&db.store, parties, slot(0, 30)).await, booked(&db.store, parties, slot(30, 60)).await);
        let ones = stored(&db.store, &one, &[Event::Booked, moved()]).await;
        let twos = stored(&db.store, &two, &[Event::Booked]).await;
        let mut tx = db.store.begin().await.unwrap();
        assert!(!tx.has_due(Target::Broker, at(0)).await.unwrap());
        assert!(tx.has_due(Target::Broker, at(1)).await.unwrap());
        let first = leased(&mut tx, at(1)).await;
        let mut taken = events(&first);
        taken.sort_by_key(|event| event.id);
        assert_eq!(taken, [ones[0].clone(), twos[0].clone()]);
        assert!(first.iter().all(|attempt| (attempt.attempts, attempt.sequence) == (1, 1)));
        assert_eq!(leased(&mut tx, at(1)).await, [], "both are taken, and the third waits for the first");

        let failed = first.iter().find(|attempt| attempt.event == ones[0]).unwrap();
        tx.mark_failed(Target::Broker, failed, NO_QUEUE, Some(at(5)), at(1)).await.unwrap();
        tx.mark_delivered(Target::Broker, twos[0].id, None, at(1)).await.unwrap();
        assert!(!tx.has_due(Target::Broker, at(4)).await.unwrap(), "the later event waits as long");
        let again = leased(&mut tx, at(5)).await;
        assert_eq!(events(&again), [ones[0].clone()]);
        assert_eq!((again[0].attempts, again[0].begun_at), (2, at(1)));
        tx.mark_delivered(Target::Broker, ones[0].id, Some(200), at(5)).await.unwrap();
        assert_eq!(events(&leased(&mut tx, at(5)).await), [ones[1].clone()]);
    }

    async fn an_event_that_comes_while_an_earlier_one_waits_waits_as_long(db: &TestDatabase) {
        let session = booked(&db.store, parties(&db.store).await, slot(0, 30)).await;
        stored(&db.store, &session, &[Event::Booked]).await;
        let mut tx = db.store.begin().await.unwrap();
        let first = leased(&mut tx, at(1)).await;
        tx.mark_failed(Target::Broker, &first[0], NO_QUEUE, Some(at(9)), at(1)).await.unwrap();
        tx.commit().await.unwrap();
        stored(&db.store, &session, &[moved()]).await;
        let mut tx = db.store.begin().await.unwrap();
        assert!(!tx.has_due(Target::Broker, at(8)).await.unwrap());
        // What is given up is out of the way.
        let first = leased(&mut tx, at(9)).await;
        tx.mark_failed(Target::Broker, &first[0], NO_QUEUE, None, at(9)).await.unwrap();
        assert_eq!(leased(&mut tx, at(9)).await[0].event.event_type, "appointment.moved");
        let states: Vec<_> = all(&mut tx).await.into_iter().map(|delivery| delivery.state).collect();
        assert_eq!(states, [DeliveryState::Pending, DeliveryState::GivenUp]);
    }

    async fn a_lease_that_is_renewed_stays_whose_it_is(db: &TestDatabase) {
        let parties = parties(&db.store).await;
        let (one, two) =
            (booked(&db.store, parties, slot(0, 30)).await, booked(&db.store, parties, slot(30, 60)).await);
        let rows = [
            stored(&db.store, &one, &[Event::Booked]).await.remove(0),
            stored(&db.store, &two, &[Event::Booked]).await.remove(0),
        ];
        let mut tx = db.store.begin().await.unwrap();
        leased(&mut tx, at(1)).await;
        tx.renew_leases(Target::Broker, &[rows[0].id], at(9)).await.unwrap();
        assert_eq!(events(&leased(&mut tx, at(8)).await), [rows[1].clone()], "the other one ran out");
        tx.mark_delivered(Target::Broker, rows[1].id, None, at(8)).await.unwrap();
        tx.mark_delivered(Target::Broker, rows[0].id, None, at(8)).await.unwrap();
        tx.renew_leases(Target::Broker, &[rows[0].id], at(20)).await.unwrap();
        assert!(!tx.has_due(Target::Broker, at(30)).await.unwrap(), "what is delivered is nobody's any more");
    }

    async fn a_lease_that_ran_out_is_anybodys_and_its_late_failure_counts_no_more(db: &TestDatabase) {
        let session = booked(&db.store, parties(&db.store).await, slot(0, 30)).await;
        let rows = stored(&db.store, &session, &[Event::Booked]).await;
        let mut tx = db.store.begin().await.unwrap();
        let late = leased(&mut tx, at(1)).await;
        let second = leased(&mut tx, at(2)).await;
        assert_eq!((events(&second), second[0].attempts), (rows.clone(), 2));
        tx.mark_failed(Target::Broker, &late[0], NO_QUEUE, None, at(2)).await.unwrap();
        assert_eq!(all(&mut tx).await[0].state, DeliveryState::Pending);
        tx.mark_delivered(Target::Broker, rows[0].id, Some(204), at(2)).await.unwrap();
        tx.mark_failed(Target::Broker, &second[0], NO_QUEUE, None, at(2)).await.unwrap();
        let delivery = tx.delivery(Target::Broker, rows[0].id).await.unwrap().unwrap();
        assert_eq!((delivery.state, delivery.status), (DeliveryState::Delivered, Some(204)));
        assert_eq!((delivery.done_at, delivery.attempts), (Some(at(2)), 2));
    }

    async fn only_a_database_of_one_server_ends_leases_at_its_start(db: &TestDatabase) {
        let session = booked(&db.store, parties(&db.store).await, slot(0, 30)).await;
        stored(&db.store, &session, &[Event::Booked]).await;
        let mut tx = db.store.begin().await.unwrap();
        leased(&mut tx, at(1)).await;
        tx.end_leases().await.unwrap();
        assert_eq!(tx.has_due(Target::Broker, at(1)).await.unwrap(), db.url.starts_with("sqlite"));
    }

    async fn of_many_who_ask_at_once_one_gets_an_event(db: &TestDatabase) {
        let parties = parties(&db.store).await;
        let mut ids = vec![];
        for index in 0..10 {
            let session = booked(&db.store, parties, slot(index * 30, index * 30 + 30)).await;
            ids.extend(stored(&db.store, &session, &[Event::Booked, moved()]).await.iter().map(|row| row.id));
        }
        let nodes = (0..8).map(|_| {
            let store = db.store.clone();
            async move {
                let mut mine = vec![];
                while store.read().await.unwrap().has_due(Target::Broker, at(1)).await.unwrap() {
                    let mut tx = store.begin().await.unwrap();
                    let taken = tx.lease(Target::Broker, at(1), at(2), 3).await.unwrap();
                    tx.commit().await.unwrap();
                    for attempt in taken {
                        let mut tx = store.begin().await.unwrap();
                        tx.mark_delivered(Target::Broker, attempt.event.id, None, at(1)).await.unwrap();
                        tx.commit().await.unwrap();
                        mine.push(attempt.event.id);
                    }
                }
                mine
            }
        });
        let taken = nodes.collect::<JoinSet<_>>().join_all().await;
        let mut taken: Vec<_> = taken.into_iter().flatten().collect();
        taken.sort();
        ids.sort();
        assert_eq!(taken, ids, "every event once");
    }

    async fn what_is_sent_again_keeps_its_id_and_holds_up_nothing(db: &TestDatabase) {
        let session = booked(&db.store, parties(&db.store).await, slot(0, 30)).await;
        let rows = stored(&db.store, &session, &[Event::Booked]).await;
        let mut tx = db.store.begin().await.unwrap();
        leased(&mut tx, at(1)).await;
        tx.mark_delivered(Target::Broker, rows[0].id, None, at(1)).await.unwrap();
        assert!(tx.redeliver(Target::Broker, rows[0].id, at(3)).await.unwrap());
        tx.commit().await.unwrap();
        let later = stored(&db.store, &session, &[moved()]).await;
        let mut tx = db.store.begin().await.unwrap();
        let both = leased(&mut tx, at(3)).await;
        let mut taken = events(&both);
        taken.sort_by_key(|event| event.id);
        assert_eq!(taken, [rows[0].clone(), later[0].clone()]);
        let again = both.iter().find(|attempt| attempt.event == rows[0]).unwrap();
        assert_eq!((again.attempts, again.begun_at), (1, at(3)), "its days begin anew");
        let unknown = row(&session, &Event::Booked).id;
        assert!(!tx.redeliver(Target::Broker, unknown, at(3)).await.unwrap());
    }

    async fn deliveries_are_listed_latest_first_in_pages(db: &TestDatabase) {
        let session = booked(&db.store, parties(&db.store).await, slot(0, 30)).await;
        let mut ids: Vec<_> = stored(&db.store, &session, &[Event::Booked, moved(), Event::Changed])
            .await.iter().map(|row| row.id).collect();
        ids.reverse();
        let mut tx = db.store.read().await.unwrap();
        let page = |before, limit| Deliveries { target: Target::Broker, before, state: None, limit };
        let listed: Vec<_> =
            tx.deliveries(&page(None, 2)).await.unwrap().into_iter().map(|d| d.event_id).collect();
        assert_eq!(listed, ids[..2]);
        let listed: Vec<_> =
            tx.deliveries(&page(Some(ids[1]), 2)).await.unwrap().into_iter().map(|d| d.event_id).collect();
        assert_eq!(listed, ids[2..]);
        drop(tx);
        let mut tx = db.store.begin().await.unwrap();
        tx.mark_delivered(Target::Broker, ids[1], None, at(1)).await.unwrap();
        for (state, wanted) in
            [(DeliveryState::Delivered, vec![ids[1]]), (DeliveryState::Pending, vec![ids[0], ids[2]]), (DeliveryState::GivenUp, vec![])]
        {
            let page = Deliveries { state: Some(state), ..page(None, 9) };
            let listed: Vec<_> =
                tx.deliveries(&page).await.unwrap().into_iter().map(|d| d.event_id).collect();
            assert_eq!(listed, wanted);
        }
    }

    async fn types_that_are_not_wanted_any_more_are_given_up(db: &TestDatabase) {
        let session = booked(&db.store, parties(&db.store).await, slot(0, 30)).await;
        stored(&db.store, &session, &[Event::Booked, moved()]).await;
        let mut tx = db.store.begin().await.unwrap();
        let wanted = ["appointment.moved".to_owned()];
        assert_eq!(tx.keep_only(Target::Broker, &wanted, at(1)).await.unwrap(), 1);
        assert_eq!(leased(&mut tx, at(1)).await[0].event.event_type, "appointment.moved");
    }

    async fn what_waited_for_a_disabled_webhook_is_taken_up_again(db: &TestDatabase) {
        let session = booked(&db.store, parties(&db.store).await, slot(0, 30)).await;
        let webhook = kept(&db.store, Interest::default()).await;
        let target = Target::Webhook(webhook.id);
        let off = Webhook { disabled: true, ..webhook.clone() };
        let mut tx = db.store.begin().await.unwrap();
        tx.update_webhook(&off).await.unwrap();
        tx.commit().await.unwrap();
        let rows = stored(&db.store, &session, &[Event::Booked, moved()]).await;
        let mut tx = db.store.begin().await.unwrap();
        assert_eq!(tx.due_webhooks(at(50)).await.unwrap(), [], "nothing is sent while it is disabled");
        tx.update_webhook(&webhook).await.unwrap();
        // Both happened at the same moment: within the days, or before them.
        assert_eq!(tx.resume(target, at(0), at(50)).await.unwrap(), (2, 0));
        let first = tx.lease(target, at(50), at(80), 10).await.unwrap().remove(0);
        assert_eq!((first.event.id, first.begun_at, first.attempts), (rows[0].id, at(50), 1));
        assert_eq!(tx.resume(target, at(60), at(90)).await.unwrap(), (0, 2));
        for row in &rows {
            let delivery = tx.delivery(target, row.id).await.unwrap().unwrap();
            assert_eq!(delivery.state, DeliveryState::GivenUp);
            assert_eq!(delivery.failure.as_deref(), Some("disabled"));
        }
        assert!(tx.redeliver(target, rows[0].id, at(91)).await.unwrap());
        assert!(tx.has_due(target, at(91)).await.unwrap());
    }

    async fn refusals_for_good_are_counted_in_a_row(db: &TestDatabase) {
        let session = booked(&db.store, parties(&db.store).await, slot(0, 30)).await;
        let webhook = kept(&db.store, Interest::default()).await;
        let target = Target::Webhook(webhook.id);
        stored(&db.store, &session, &[Event::Booked]).await;
        let mut tx = db.store.begin().await.unwrap();
        for (time, status, before) in [(1, Some(422), 0), (2, Some(413), 1), (3, Some(503), 2), (4, None, 0), (5, Some(400), 0), (6, None, 1)] {
            let attempt = tx.lease(target, at(time), at(time + 1), 1).await.unwrap().remove(0);
            assert_eq!(attempt.refusals, before, "at {time}");
            let failure = Failure { status, reason: "status" };
            tx.mark_failed(target, &attempt, failure, Some(at(time + 1)), at(time)).await.unwrap();
        }
    }

    async fn what_waits_can_be_hurried(db: &TestDatabase) {
        let [one, other] = [0, 60].map(|begin| slot(begin, begin + 30));
        let webhook = kept(&db.store, Interest::default()).await;
        let target = Target::Webhook(webhook.id);
        let one = booked(&db.store, parties(&db.store).await, one).await;
        let other = booked(&db.store, parties(&db.store).await, other).await;
        let rows = stored(&db.store, &one, &[Event::Booked, moved()]).await;
        stored(&db.store, &other, &[Event::Booked]).await;
        let mut tx = db.store.begin().await.unwrap();
        for attempt in &tx.lease(target, at(1), at(31), 10).await.unwrap() {
            let status = (attempt.event.id != rows[0].id).then_some(400);
            let failure = Failure { status, reason: "status" };
            tx.mark_failed(target, attempt, failure, Some(at(1_000)), at(1)).await.unwrap();
        }
        assert_eq!(tx.lease(target, at(5), at(35), 10).await.unwrap(), []);
        assert_eq!(tx.hurry_one(target, at(5)).await.unwrap(), 1);
        let probe = tx.lease(target, at(5), at(35), 10).await.unwrap();
        assert_eq!(probe.iter().map(|attempt| attempt.event.id).collect::<Vec<_>>(), [rows[0].id]);
        assert_eq!(tx.hurry_one(target, at(5)).await.unwrap(), 0, "it is on its way, and the other was refused");
        tx.mark_delivered(target, rows[0].id, Some(204), at(6)).await.unwrap();
        assert_eq!(tx.hurry_all(target, at(6)).await.unwrap(), 1, "not what was refused for good");
        let next = tx.lease(target, at(6), at(36), 10).await.unwrap();
        assert_eq!(next.iter().map(|attempt| attempt.event.id).collect::<Vec<_>>(), [rows[1].id]);
    }

    async fn old_events_are_forgotten_when_nobody_waits_for_them(db: &TestDatabase) {
        let parties = parties(&db.store).await;
        let session = booked(&db.store, parties, slot(0, 30)).await;
        let webhook = kept(&db.store, Interest::default()).await;
        let rows = stored(&db.store, &session, &[Event::Booked, moved()]).await;
        let mut tx = db.store.begin().await.unwrap();
        leased(&mut tx, at(1)).await;
        tx.mark_delivered(Target::Broker, rows[0].id, None, at(1)).await.unwrap();
        assert_eq!(tx.prune_events(at(1), 100).await.unwrap(), 0, "nothing is older");
        assert_eq!(tx.prune_events(at(2), 100).await.unwrap(), 1, "the broker's first delivery");
        assert_eq!(tx.events(session.id).await.unwrap().len(), 2, "the webhook waits for both");
        tx.update_webhook(&Webhook { disabled: true, ..webhook }).await.unwrap();
        assert!(tx.prune_events(at(2), 1).await.unwrap() <= 2, "of each kind one");
        assert!(tx.prune_events(at(2), 100).await.unwrap() > 0);
        assert_eq!(tx.events(session.id).await.unwrap(), [rows[1].clone()], "the broker waits for the second");
        assert_eq!(tx.prune_events(at(2), 100).await.unwrap(), 0);
    }

    async fn what_became_of_a_delivery_is_kept_when_it_is_sent_again(db: &TestDatabase) {
        let session = booked(&db.store, parties(&db.store).await, slot(0, 30)).await;
        let event = stored(&db.store, &session, &[Event::Booked]).await.remove(0).id;
        let target = Target::Broker;
        let mut tx = db.store.begin().await.unwrap();
        assert!(tx.redeliver(target, event, at(1)).await.unwrap());
        assert!(tx.earlier_rounds(target, &[event]).await.unwrap().is_empty(), "it was not tried");
        let attempt = leased(&mut tx, at(1)).await.remove(0);
        tx.mark_failed(target, &attempt, NO_QUEUE, None, at(2)).await.unwrap();
        assert!(tx.redeliver(target, event, at(3)).await.unwrap());
        leased(&mut tx, at(4)).await;
        tx.mark_delivered(target, event, Some(204), at(5)).await.unwrap();
        assert!(tx.redeliver(target, event, at(6)).await.unwrap());
        let given_up = Round {
            state: DeliveryState::GivenUp,
            attempts: 1,
            attempted_at: Some(at(1)),
            done_at: Some(at(2)),
            status: None,
            failure: Some("unroutable".to_owned()),
        };
        let delivered = Round {
            state: DeliveryState::Delivered,
            attempted_at: Some(at(4)),
            done_at: Some(at(5)),
            status: Some(204),
            failure: None,
            ..given_up.clone()
        };
        let rounds = tx.earlier_rounds(target, &[event]).await.unwrap();
        assert_eq!(rounds[&event], [given_up, delivered]);
        leased(&mut tx, at(7)).await;
        tx.mark_delivered(target, event, Some(204), at(8)).await.unwrap();
        while tx.prune_events(at(90), 1).await.unwrap() > 0 {}
        assert!(tx.earlier_rounds(target, &[event]).await.unwrap().is_empty(), "forgotten with it");
        assert!(tx.events(session.id).await.unwrap().is_empty());
    }

    async fn an_event_keeps_its_booking_s_metadata_sealed(db: &TestDatabase) {
        let session = booked(&db.store, parties(&db.store).await, slot(0, 30)).await;
        let row = OutboxRow { sealed_metadata: Some(vec![5, 0, 9]), ..row(&session, &Event::Booked) };
        let mut tx = db.store.begin().await.unwrap();
        tx.enqueue(&row).await.unwrap();
        tx.address(row.id, Target::Broker, row.at).await.unwrap();
        assert_eq!(tx.events(session.id).await.unwrap(), std::slice::from_ref(&row));
        assert_eq!(events(&leased(&mut tx, at(1)).await), [row]);
    }

    async fn a_target_that_wants_more_gets_what_it_missed_in_its_order(db: &TestDatabase) {
        let session = booked(&db.store, parties(&db.store).await, slot(0, 30)).await;
        let mut tx = db.store.begin().await.unwrap();
        // Moved was not wanted when it happened, changed was given up as unwanted later.
        let rows: Vec<_> = [moved(), Event::Booked, Event::Changed].iter().map(|event| row(&session, event)).collect();
        for row in &rows {
            tx.enqueue(row).await.unwrap();
        }
        tx.address(rows[1].id, Target::Broker, rows[1].at).await.unwrap();
        tx.address(rows[2].id, Target::Broker, rows[2].at).await.unwrap();
        let names = |events: &[Event]| events.iter().map(|event| event.name().to_owned()).collect::<Vec<_>>();
        assert_eq!(tx.keep_only(Target::Broker, &names(&[Event::Booked]), at(2)).await.unwrap(), 1);
        let wanted = names(&[moved(), Event::Booked, Event::Changed]);
        assert_eq!(tx.address_missed(Target::Broker, &wanted, at(2), at(3)).await.unwrap(), 0, "all is older");
        assert_eq!(tx.address_missed(Target::Broker, &wanted, at(1), at(3)).await.unwrap(), 2);
        assert_eq!(tx.address_missed(Target::Broker, &wanted, at(1), at(3)).await.unwrap(), 0);
        for row in rows {
            let id = row.id;
            assert_eq!(events(&leased(&mut tx, at(4)).await), [row]);
            tx.mark_delivered(Target::Broker, id, None, at(4)).await.unwrap();
        }
        assert_eq!(tx.address_missed(Target::Broker, &wanted, at(1), at(5)).await.unwrap(), 0, "nothing twice");
    }
}
