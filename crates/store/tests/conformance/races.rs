//! Many at once: one wins, nobody deadlocks, whoever goes away in the middle leaves nothing behind.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use openvisit_core::appointment::Slot;
use openvisit_core::event::Event;
use openvisit_core::session::{Session, State};
use openvisit_store::{SessionFilter, Store, StoreError, Visible};
use openvisit_testkit::{databases, on_both_databases};
use sqlx::{Connection, PgConnection};
use tokio::task::JoinSet;

use crate::given::{Parties, at, book, booked, cancelled, load, parties, row, save, session, slot};

const MANY: usize = 16;

/// Runs all at once; gives the winners and checks that every other one was refused the slot.
async fn race<F>(tries: impl IntoIterator<Item = F>) -> usize
where
    F: Future<Output = Result<(), StoreError>> + Send + 'static,
{
    let outcomes = tries.into_iter().collect::<JoinSet<_>>().join_all().await;
    let (won, lost): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
    for refusal in lost {
        assert!(matches!(refusal, Err(StoreError::SlotTaken { .. })), "{refusal:?}");
    }
    won.len()
}

async fn all(store: &Store) -> Vec<Session> {
    let filter = SessionFilter::all(Visible::All, 1_000);
    store.read().await.unwrap().sessions(&filter).await.unwrap()
}

fn assert_no_overlap(sessions: &[Session]) {
    for (index, a) in sessions.iter().enumerate() {
        for b in &sessions[index + 1..] {
            let shares = a.appointment.practitioner_id == b.appointment.practitioner_id
                || a.appointment.client_id == b.appointment.client_id;
            let both_live = a.state.is_live() && b.state.is_live();
            assert!(!(shares && both_live && a.appointment.slot.overlaps(&b.appointment.slot)));
        }
    }
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn slot(&mut self) -> Slot {
        let from = i64::try_from(self.below(40)).unwrap() * 15;
        slot(from, from + 15 * (1 + i64::try_from(self.below(4)).unwrap()))
    }
}

/// Polls `future` at most `polls` times, then drops it; whether it was done by then.
async fn dropped_after(polls: usize, future: impl Future) -> bool {
    let mut future = pin!(future);
    let mut left = polls;
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(_) => Poll::Ready(true),
        Poll::Pending if left == 0 => Poll::Ready(false),
        Poll::Pending => {
            left -= 1;
            Poll::Pending
        }
    })
    .await
}

async fn book_with_event(store: &Store, session: &Session) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    tx.insert(session, None).await?;
    tx.enqueue(&row(session, &Event::Booked)).await?;
    tx.commit().await
}

on_both_databases! {
    async fn of_simultaneous_bookings_one_wins(db: &TestDatabase) {
        let shared = parties(&db.store).await;
        let mut tries = Vec::new();
        for number in 0..MANY {
            // Some share the practitioner, some the client, some both.
            let other = parties(&db.store).await;
            let parties = match number % 3 {
                0 => shared,
                1 => Parties { practitioner: shared.practitioner, ..other },
                _ => Parties { practitioner: shared.practitioner, client: shared.client },
            };
            let (store, session) = (db.store.clone(), session(parties, slot(0, 30)));
            tries.push(async move { book(&store, &session).await });
        }
        assert_eq!(race(tries).await, 1);
        assert_eq!(all(&db.store).await.len(), 1);
    }

    async fn of_simultaneous_moves_into_one_slot_one_wins(db: &TestDatabase) {
        let parties = parties(&db.store).await;
        let mut tries = Vec::new();
        for number in 0..MANY {
            let from = 60 + 30 * i64::try_from(number).unwrap();
            let mut session = booked(&db.store, parties, slot(from, from + 30)).await;
            session.appointment.slot = slot(0, 30);
            let store = db.store.clone();
            tries.push(async move { save(&store, &mut session).await });
        }
        assert_eq!(race(tries).await, 1);
        assert_no_overlap(&all(&db.store).await);
    }

    async fn of_simultaneous_reactivations_one_wins(db: &TestDatabase) {
        let parties = parties(&db.store).await;
        let mut tries = Vec::new();
        for _ in 0..MANY {
            let mut session = booked(&db.store, parties, slot(0, 30)).await;
            session.state = cancelled();
            save(&db.store, &mut session).await.unwrap();
            session.state = State::Scheduled;
            let store = db.store.clone();
            tries.push(async move { save(&store, &mut session).await });
        }
        assert_eq!(race(tries).await, 1);
        assert_no_overlap(&all(&db.store).await);
    }

    async fn of_simultaneous_saves_of_one_session_one_wins(db: &TestDatabase) {
        let session = booked(&db.store, parties(&db.store).await, slot(0, 30)).await;
        let tries = (0..MANY).map(|_| {
            let (store, mut session) = (db.store.clone(), session.clone());
            async move { save(&store, &mut session).await }
        });
        let outcomes = tries.collect::<JoinSet<_>>().join_all().await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        assert_eq!(outcomes.iter().filter(|outcome| **outcome == Err(StoreError::Conflict)).count(), MANY - 1);
        assert_eq!(load(&db.store, session.id).await.version, 1);
    }

    /// Few people, few slots, and everybody wants everything: bookings, moves, cancellations and their
    /// taking back, with the locks in every order.
    async fn a_crowd_makes_no_overlap_and_no_deadlock(db: &TestDatabase) {
        let mut people = Vec::new();
        for _ in 0..4 {
            people.push(parties(&db.store).await);
        }
        let mut dice = Dice(7);
        let mut crowd = JoinSet::new();
        for _ in 0..200 {
            let practitioner = people[usize::try_from(dice.below(4)).unwrap()].practitioner;
            let client = people[usize::try_from(dice.below(4)).unwrap()].client;
            let mut session = session(Parties { practitioner, client }, dice.slot());
            let (other_slot, then, store) = (dice.slot(), dice.below(3), db.store.clone());
            crowd.spawn(async move {
                book_with_event(&store, &session).await?;
                match then {
                    0 => session.appointment.slot = other_slot,
                    1 => {
                        session.state = cancelled();
                        save(&store, &mut session).await?;
                        session.state = State::Scheduled;
                    }
                    _ => session.state = State::Waiting { since: at(0) },
                }
                save(&store, &mut session).await
            });
        }
        for outcome in crowd.join_all().await {
            assert!(matches!(outcome, Ok(()) | Err(StoreError::SlotTaken { .. })), "{outcome:?}");
        }
        let sessions = all(&db.store).await;
        assert!(sessions.len() > 30, "{}", sessions.len());
        assert_no_overlap(&sessions);
    }

    async fn a_writer_who_goes_away_leaves_nothing_behind(db: &TestDatabase) {
        let parties = parties(&db.store).await;
        let mut finished = 0;
        for polls in 0..40 {
            let from = 30 * i64::try_from(polls).unwrap();
            let session = session(parties, slot(from, from + 30));
            if dropped_after(polls, book_with_event(&db.store, &session)).await {
                finished += 1;
            }
            // Of one moment: what was begun may still be carried out.
            let mut tx = db.store.read().await.unwrap();
            let stored = tx.session(session.id).await.unwrap().is_some();
            let told = !tx.events(session.id).await.unwrap().is_empty();
            assert_eq!(stored, told, "half a transaction after {polls} polls");
        }
        assert!(finished > 0 && finished < 40, "{finished}");
        // Every connection still begins, writes and commits.
        let tries = (0..40).map(|number| {
            let (store, session) = (db.store.clone(), session(parties, slot(-30 * (number + 1), -30 * number)));
            async move { book_with_event(&store, &session).await }
        });
        for outcome in tries.collect::<JoinSet<_>>().join_all().await {
            outcome.unwrap();
        }
    }
}

/// A connection with half a `BEGIN` behind it would go on inside a transaction that nobody ends.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_begin_that_is_given_up_leaves_no_transaction_open() {
    let db = databases::postgres().await;
    let open = "select count(*) from pg_stat_activity \
                where datname = current_database() and state like 'idle in transaction%'";
    let mut observer = PgConnection::connect(&db.url).await.unwrap();
    for polls in 0..12 {
        dropped_after(polls, db.store.begin()).await;
        // Rolling back goes on in the background, on a busy machine for quite a while; a lost transaction
        // would stay open for good.
        let mut left = i64::MAX;
        for _ in 0..40_000 {
            left = sqlx::query_scalar(open).fetch_one(&mut observer).await.unwrap();
            if left == 0 {
                break;
            }
        }
        assert_eq!(left, 0, "after {polls} polls");
    }
    observer.close().await.unwrap();
    db.discard().await;
}
