//! What is kept so that nobody need count, and the pages that go with it.

use std::collections::BTreeMap;

use openvisit_core::SignedDuration;
use openvisit_core::access::Actor;
use openvisit_core::attendance::Ledger;
use openvisit_core::ids::{OrganizationId, ParticipantId, PersonId, SessionId};
use openvisit_core::session::{Admission, Participant, PartyRole, Session, State, Status};
use openvisit_store::{
    KeptUse, OffsetList, Order, Organization, SessionFilter, SessionUse, Store, StoreError, Visible,
};
use openvisit_testkit::on_both_databases;
use tokio::task::JoinSet;

use crate::given::{
    Parties, at, book, booked, cancelled, connection, interval, load, parties, save, seed, session, slot,
};
use crate::overlap::around_the_store;

const KINDS: [&[Status]; 4] =
    [&[], &[Status::Scheduled, Status::Waiting], &[Status::Completed], &[Status::Cancelled, Status::NoShow]];

fn offset_list(visible_to: Visible, status: &[Status]) -> OffsetList {
    OffsetList {
        visible_to,
        status: status.to_vec(),
        order: Order::Creation,
        newest_first: true,
        within: None,
        limit: 1_000,
        offset: 0,
    }
}

async fn ids(store: &Store, list: &OffsetList) -> Vec<SessionId> {
    store.offset_list(list).await.unwrap().iter().map(|seen| seen.session.id).collect()
}

/// The counts that are kept are those of a list that goes through all.
async fn assert_counted(store: &Store, visible_to: Visible) {
    for status in KINDS {
        let counted = store.count(visible_to, status).await.unwrap();
        let found = ids(store, &offset_list(visible_to, status)).await.len();
        assert_eq!(counted, u64::try_from(found).unwrap(), "{visible_to:?} {status:?}");
    }
}

fn held(session: &mut Session, from: i64, to: i64) {
    let role = PartyRole::Client;
    let participant = Participant {
        id: ParticipantId::new(seed()),
        person_id: session.appointment.client_id,
        role,
        name: "Carl".to_owned(),
        admission: Admission::Admitted,
        verified: true,
        entered_at: at(from),
        admitted_at: Some(at(from)),
        invitation: None,
        by_code: false,
        here_since: None,
        left_at: None,
    };
    // Two tabs at once count once; what lies outside the call does not count.
    let tabs = [interval(Some(from - 5), Some(to - 1), None), interval(Some(from + 1), Some(to + 5), None)];
    let ledger: Ledger = tabs.into_iter().map(|tab| (connection(participant.id), tab)).collect();
    session.attendance = ledger;
    session.participants = vec![participant];
    session.state =
        State::Completed { started_at: at(from), ended_at: at(to), by: Actor::Practitioner, reason: None };
}

async fn hold(store: &Store, session: &mut Session, from: i64, to: i64) {
    held(session, from, to);
    let mut tx = store.begin().await.unwrap();
    tx.save(session, None).await.unwrap();
    tx.record(session.id, session.attendance.intervals()).await.unwrap();
    tx.commit().await.unwrap();
}

on_both_databases! {
    async fn counts_follow_every_move(db: &TestDatabase) {
        let store = &db.store;
        let organization = Organization { id: OrganizationId::new(seed()), name: "Clinic".to_owned() };
        let mut tx = store.begin().await.unwrap();
        tx.insert_organization(&organization).await.unwrap();
        tx.commit().await.unwrap();
        let (ours, theirs) = (parties(store).await, parties(store).await);
        let mut sessions = Vec::new();
        for number in 0..8 {
            let parties = match number % 4 {
                0 => ours,
                1 => theirs,
                2 => Parties { practitioner: ours.practitioner, client: theirs.client },
                // One person who is both counts once.
                _ => Parties { practitioner: ours.client, client: ours.client },
            };
            let mut session = session(parties, slot(60 * number, 60 * number + 30));
            session.appointment.organization_id = (number % 2 == 0).then_some(organization.id);
            book(store, &session).await.unwrap();
            sessions.push(session);
        }
        let check = async || {
            for person in [ours.practitioner, ours.client, theirs.practitioner, theirs.client] {
                assert_counted(store, Visible::Party(person)).await;
            }
            assert_counted(store, Visible::Organization(organization.id)).await;
            assert_counted(store, Visible::All).await;
            assert_counted(store, Visible::Only(sessions[0].id)).await;
        };
        check().await;
        let mut dice = 7_u64;
        for _ in 0..60 {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let number = usize::try_from(dice >> 40).unwrap() % sessions.len();
            let mut session = load(store, sessions[number].id).await;
            match (dice >> 33) % 5 {
                0 => session.state = State::Scheduled,
                1 => session.state = State::Waiting { since: at(0) },
                2 => session.state = State::InProgress { since: at(0), by: Actor::Client },
                3 => session.state = cancelled(),
                _ => held(&mut session, 0, 10),
            }
            save(store, &mut session).await.unwrap();
        }
        check().await;
        assert_eq!(store.count(Visible::All, &[]).await.unwrap(), 8);
    }

    async fn what_is_not_committed_is_not_counted(db: &TestDatabase) {
        let parties = parties(&db.store).await;
        let mut tx = db.store.begin().await.unwrap();
        tx.insert(&session(parties, slot(0, 30)), None).await.unwrap();
        drop(tx);
        assert_eq!(db.store.count(Visible::Party(parties.client), &[]).await.unwrap(), 0);
        let mut first = booked(&db.store, parties, slot(0, 30)).await;
        let mut stale = first.clone();
        first.state = cancelled();
        save(&db.store, &mut first).await.unwrap();
        assert_eq!(save(&db.store, &mut stale).await, Err(StoreError::Conflict));
        assert_counted(&db.store, Visible::Party(parties.client)).await;
    }

    /// Everybody changes sessions of the same two people, several in one unit of work and in any order.
    async fn a_crowd_is_counted_without_a_deadlock(db: &TestDatabase) {
        let (ours, theirs) = (parties(&db.store).await, parties(&db.store).await);
        let mixed = [
            ours,
            theirs,
            Parties { practitioner: ours.practitioner, client: theirs.client },
            Parties { practitioner: theirs.practitioner, client: ours.client },
        ];
        let mut crowd = JoinSet::new();
        for number in 0..32_i64 {
            let mut own = Vec::new();
            for place in 0..4_i64 {
                let parties = mixed[usize::try_from((number + place * 3) % 4).unwrap()];
                let from = 30 * (4 * number + place);
                own.push(booked(&db.store, parties, slot(from, from + 30)).await);
            }
            let store = db.store.clone();
            crowd.spawn(async move {
                for round in 0..5 {
                    let mut tx = store.begin().await?;
                    for session in &mut own {
                        // Ended ones take no locks: what they write last is all that can get in the way.
                        session.state = if round % 2 == 0 {
                            cancelled()
                        } else {
                            State::NoShow { at: at(0), by: Actor::System, reason: None, absent: None, started_at: None }
                        };
                        tx.save(session, None).await?;
                    }
                    tx.commit().await?;
                }
                Ok::<_, StoreError>(())
            });
        }
        for outcome in crowd.join_all().await {
            outcome.unwrap();
        }
        for person in [ours.practitioner, ours.client, theirs.practitioner, theirs.client] {
            assert_eq!(db.store.count(Visible::Party(person), &[Status::Cancelled]).await.unwrap(), 64);
            assert_counted(&db.store, Visible::Party(person)).await;
        }
    }

    async fn pages_by_number_follow_each_other_in_every_order(db: &TestDatabase) {
        let ours = parties(&db.store).await;
        let theirs = parties(&db.store).await;
        let mut made = BTreeMap::new();
        for number in 0..9_i64 {
            let from = 30 * ((number * 5) % 9);
            let mut session = session(ours, slot(from, from + 30));
            session.appointment.created_at = at(-100 + number / 2);
            book(&db.store, &session).await.unwrap();
            // One begins early, so that it is ordered by when it began.
            if number == 3 {
                session.state = State::InProgress { since: at(-400), by: Actor::Client };
            } else if number % 2 == 0 {
                session.state = cancelled();
            }
            save(&db.store, &mut session).await.unwrap();
            made.insert(session.id, load(&db.store, session.id).await);
        }
        booked(&db.store, theirs, slot(0, 30)).await;
        for (order, newest_first) in
            [(Order::Creation, true), (Order::Creation, false), (Order::Start, true), (Order::Start, false)]
        {
            let place = |session: &Session| match order {
                Order::Creation => session.appointment.created_at,
                Order::Start => session.state.started_at().unwrap_or(session.appointment.slot.starts_at),
            };
            for status in [vec![], vec![Status::Cancelled], vec![Status::Scheduled, Status::InProgress]] {
                let mut expected: Vec<_> = made
                    .values()
                    .filter(|s| status.is_empty() || status.contains(&s.state.status()))
                    .map(|s| (place(s), s.id))
                    .collect();
                expected.sort_unstable();
                if newest_first {
                    expected.reverse();
                }
                let expected: Vec<_> = expected.into_iter().map(|(_, id)| id).collect();
                for limit in [1, 2, 4, 100] {
                    let mut found = Vec::new();
                    while found.len() < expected.len() {
                        let list = OffsetList {
                            order,
                            newest_first,
                            limit,
                            offset: u32::try_from(found.len()).unwrap(),
                            ..offset_list(Visible::Party(ours.client), &status)
                        };
                        let page = ids(&db.store, &list).await;
                        assert!(!page.is_empty() && page.len() <= usize::try_from(limit).unwrap());
                        found.extend(page);
                    }
                    assert_eq!(found, expected, "{order:?} {newest_first} {status:?} {limit}");
                }
            }
        }
        let within = OffsetList {
            order: Order::Start,
            within: Some((at(30), at(90))),
            ..offset_list(Visible::Party(ours.practitioner), &[])
        };
        assert_eq!(ids(&db.store, &within).await.len(), 2);
        let all = OffsetList { limit: 3, ..offset_list(Visible::All, &[]) };
        assert_eq!(ids(&db.store, &all).await.len(), 3);
    }

    async fn a_session_is_seen_with_names_and_notes(db: &TestDatabase) {
        let session = booked(&db.store, parties(&db.store).await, slot(0, 30)).await;
        let seen = db.store.session_details(session.id).await.unwrap().unwrap();
        assert_eq!(seen.session, session);
        assert_eq!(seen.practitioner_name(), Some("Dr. Ada Example"));
        assert_eq!(seen.client_name(), Some("Carl Client"));
        assert_eq!((&seen.sealed_notes, seen.notes_updated_at), (&None, None));
        let mut tx = db.store.begin().await.unwrap();
        tx.set_notes(session.id, b"sealed", at(3)).await.unwrap();
        tx.commit().await.unwrap();
        let seen = db.store.session_details(session.id).await.unwrap().unwrap();
        assert_eq!((seen.sealed_notes.as_deref(), seen.notes_updated_at), (Some(&b"sealed"[..]), Some(at(3))));
        assert_eq!(db.store.session_details(SessionId::new(seed())).await.unwrap(), None);
    }

    async fn many_who_look_at_once_see_what_each_asked_for(db: &TestDatabase) {
        let mut sessions = Vec::new();
        for _ in 0..5 {
            sessions.push(booked(&db.store, parties(&db.store).await, slot(0, 30)).await);
        }
        let mut crowd = JoinSet::new();
        for number in 0..600_usize {
            let (store, session) = (db.store.clone(), sessions[number % 5].clone());
            let unknown = SessionId::new(seed());
            crowd.spawn(async move {
                match number % 7 {
                    0 => assert_eq!(store.session_details(unknown).await, Ok(None)),
                    // Some do not wait for the answer.
                    1 => drop(tokio::time::timeout(std::time::Duration::ZERO, store.session_details(session.id)).await),
                    _ => assert_eq!(store.session_details(session.id).await.unwrap().unwrap().session, session),
                }
            });
        }
        crowd.join_all().await;
    }

    async fn whoever_looks_after_a_change_sees_it(db: &TestDatabase) {
        let session = booked(&db.store, parties(&db.store).await, slot(0, 30)).await;
        let (id, store) = (session.id, db.store.clone());
        let others = tokio::spawn(async move {
            loop {
                store.session_details(id).await.unwrap();
                // What is kept is there without waiting.
                tokio::task::yield_now().await;
            }
        });
        for _ in 0..100 {
            let mut next = load(&db.store, id).await;
            save(&db.store, &mut next).await.unwrap();
            assert_eq!(db.store.session_details(id).await.unwrap().unwrap().session.version, next.version);
        }
        others.abort();
        assert!(others.await.unwrap_err().is_cancelled());
    }

    async fn whoever_looks_after_another_programs_change_sees_it(db: &TestDatabase) {
        let session = booked(&db.store, parties(&db.store).await, slot(0, 30)).await;
        let mut name = "Dr. Ada Example".to_owned();
        for _ in 0..20 {
            // Twice, so that what was kept is told as well.
            for _ in 0..2 {
                let seen = db.store.session_details(session.id).await.unwrap().unwrap();
                assert_eq!(seen.practitioner_name(), Some(name.as_str()));
            }
            around_the_store(&db.url, "update person set name = name || '.'").await.unwrap();
            name.push('.');
        }
    }

    async fn a_row_that_cannot_be_read_spoils_only_its_own(db: &TestDatabase) {
        let good = booked(&db.store, parties(&db.store).await, slot(0, 30)).await;
        let bad = booked(&db.store, parties(&db.store).await, slot(60, 90)).await;
        around_the_store(&db.url, "update session set session_doc = '{}' where starts_at = (select max(starts_at) from session)").await.unwrap();
        let (one, other) = tokio::join!(db.store.session_details(good.id), db.store.session_details(bad.id));
        assert_eq!(one.unwrap().unwrap().session, good);
        assert!(matches!(other, Err(StoreError::Corrupt(_))), "{other:?}");
    }

    async fn what_was_held_is_summed_by_the_month_of_its_start(db: &TestDatabase) {
        let (ours, theirs) = (parties(&db.store).await, parties(&db.store).await);
        let mut first = booked(&db.store, ours, slot(0, 30)).await;
        let mut second = booked(&db.store, theirs, slot(0, 30)).await;
        let month = openvisit_core::usage::Month::of(at(0));
        let used = async || db.store.read().await.unwrap().used(month).await.unwrap();
        assert_eq!(used().await, Default::default());
        hold(&db.store, &mut first, 0, 30).await;
        hold(&db.store, &mut second, 0, 15).await;
        let both = used().await;
        assert_eq!((both.sessions, both.attended.as_mins()), (2, 45));
        // Late news of a connection: the session is saved once more, and counts once.
        hold(&db.store, &mut second, 0, 10).await;
        let both = used().await;
        assert_eq!((both.sessions, both.attended.as_mins()), (2, 40));
        let (_, later) = month.span();
        let minutes = at(0).duration_until(later).as_mins();
        let mut next = booked(&db.store, ours, slot(minutes, minutes + 30)).await;
        hold(&db.store, &mut next, minutes, minutes + 20).await;
        assert_eq!(used().await, both, "another month's");
        let next_month = openvisit_core::usage::Month::of(later);
        assert_eq!(db.store.read().await.unwrap().used(next_month).await.unwrap().attended.as_mins(), 20);
    }

    async fn what_a_session_used_is_kept_once_it_is_over(db: &TestDatabase) {
        let ours = parties(&db.store).await;
        let mut over = booked(&db.store, ours, slot(0, 30)).await;
        hold(&db.store, &mut over, 0, 30).await;
        let mut running = booked(&db.store, ours, slot(60, 90)).await;
        running.state = State::InProgress { since: at(60), by: Actor::Client };
        save(&db.store, &mut running).await.unwrap();
        booked(&db.store, ours, slot(120, 150)).await;
        let list = OffsetList {
            order: Order::Start,
            within: Some((at(0), at(200))),
            ..offset_list(Visible::Party(ours.client), &[Status::InProgress, Status::Completed])
        };
        let uses = async || db.store.session_uses(&list).await.unwrap();
        let kept = KeptUse {
            started_at: at(0),
            lasted: SignedDuration::from_mins(30),
            attended: SignedDuration::from_mins(30),
            attendees: 1,
        };
        let client_name = Some("Carl Client".to_owned());
        let expected = vec![
            SessionUse { session: running.id, client_name: client_name.clone(), kept: None },
            SessionUse { session: over.id, client_name, kept: Some(kept) },
        ];
        assert_eq!(uses().await, expected);
        // From before it was kept: whoever computes it keeps it, and nothing of what is not over.
        around_the_store(&db.url, "update session set attendees = null").await.unwrap();
        assert_eq!(uses().await[1].kept, None);
        db.store.keep_attendees(&[(over.id, 1), (running.id, 2)]).await.unwrap();
        assert_eq!(uses().await, expected);
        db.store.keep_attendees(&[(over.id, 7)]).await.unwrap();
        assert_eq!(uses().await, expected, "it was kept already");
    }

    async fn no_statement_is_compiled_twice(db: &TestDatabase) {
        let ours = parties(&db.store).await;
        for number in 0..4 {
            let mut session = booked(&db.store, ours, slot(60 * number, 60 * number + 30)).await;
            hold(&db.store, &mut session, 60 * number, 60 * number + 20).await;
            for visible_to in [Visible::Party(ours.client), Visible::All] {
                let list = OffsetList { limit: 2, offset: 1, ..offset_list(visible_to, &[]) };
                db.store.offset_list(&list).await.unwrap();
                db.store.session_uses(&list).await.unwrap();
                db.store.count(visible_to, &[]).await.unwrap();
            }
            db.store.session_details(session.id).await.unwrap();
            let mut tx = db.store.read().await.unwrap();
            let filter = SessionFilter::all(Visible::Party(ours.practitioner), 3);
            assert!(!tx.sessions(&filter).await.unwrap().is_empty());
            tx.due(at(0), 5).await.unwrap();
            tx.under_way(ours.practitioner).await.unwrap();
        }
        assert_eq!(db.store.compiled_again().await.unwrap(), []);
    }

    async fn a_database_from_before_is_counted_when_it_is_opened(db: &TestDatabase) {
        let (ours, theirs) = (parties(&db.store).await, parties(&db.store).await);
        for number in 0..6 {
            let parties = if number % 3 == 0 { theirs } else { ours };
            let mut session = booked(&db.store, parties, slot(60 * number, 60 * number + 30)).await;
            match number {
                0 | 1 => hold(&db.store, &mut session, 60 * number, 60 * number + 25).await,
                2 => session.state = State::InProgress { since: at(60 * number), by: Actor::Client },
                _ => session.state = cancelled(),
            }
            save(&db.store, &mut session).await.unwrap();
        }
        let month = openvisit_core::usage::Month::of(at(0));
        let sums = async |store: &Store| {
            let mut counts = Vec::new();
            for person in [ours.practitioner, ours.client, theirs.practitioner, theirs.client] {
                for status in Status::ALL {
                    counts.push(store.count(Visible::Party(person), &[status]).await.unwrap());
                }
            }
            let mut tx = store.read().await.unwrap();
            (counts, tx.used(month).await.unwrap(), tx.in_progress(month).await.unwrap())
        };
        let expected = sums(&db.store).await;
        assert_eq!((expected.1.sessions, expected.1.attended.as_mins(), expected.2.len()), (2, 50, 1));
        for undo in [
            "drop index session_listed_by_creation",
            "drop index session_listed_by_start",
            "drop index session_practitioner_by_creation",
            "drop index session_practitioner_by_start",
            "drop index session_organization_by_creation",
            "drop index session_organization_by_start",
            "alter table session drop column started_at",
            "alter table session drop column attended",
            "drop table session_count",
            "drop table usage",
            "drop table usage_notice",
            "delete from _sqlx_migrations where version = 6",
        ] {
            around_the_store(&db.url, undo).await.unwrap();
        }
        let again = Store::open(&db.url).await.unwrap();
        assert_eq!(sums(&again).await, expected);
        again.close().await;
    }

    async fn a_mark_is_told_once_a_month(db: &TestDatabase) {
        let month = openvisit_core::usage::Month::of(at(0));
        let told = async |percent| {
            let mut tx = db.store.begin().await.unwrap();
            let first = tx.record_usage_mark(month, percent).await.unwrap();
            tx.commit().await.unwrap();
            first
        };
        assert!(told(80).await);
        assert!(!told(80).await);
        assert!(told(100).await);
    }
}

/// Whoever has no sessions has none.
#[tokio::test]
async fn nobody_has_nothing() {
    let db = openvisit_testkit::databases::sqlite().await;
    let nobody = Visible::Party(PersonId::new(seed()));
    assert_eq!(db.store.count(nobody, &[]).await.unwrap(), 0);
    assert!(ids(&db.store, &offset_list(nobody, &[])).await.is_empty());
    db.discard().await;
}
