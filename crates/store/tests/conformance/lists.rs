//! Pages of sessions.

use std::sync::atomic::{AtomicBool, Ordering};

use openvisit_core::actor::Actor;
use openvisit_core::appointment::ExternalId;
use openvisit_core::ids::OrganizationId;
use openvisit_core::session::{Session, State, Status};
use openvisit_store::{ByParty, Cursor, Organization, PartyFilter, SessionFilter, Store, Visible};
use openvisit_testkit::on_both_databases;

use crate::given::{
    Parties, at, book, booked, cancelled, connection, interval, load, parties, save, seed, session, slot,
};
use openvisit_core::ids::ParticipantId;

fn filter(visible_to: Visible) -> SessionFilter {
    SessionFilter::all(visible_to, 100)
}

async fn list(store: &Store, filter: &SessionFilter) -> Vec<Session> {
    store.read().await.unwrap().sessions(filter).await.unwrap()
}

/// All pages of a list, one after the other.
async fn turn_pages(store: &Store, mut filter: SessionFilter) -> Vec<Session> {
    let mut found = Vec::new();
    loop {
        let page = list(store, &filter).await;
        assert!(page.len() <= usize::try_from(filter.limit).unwrap());
        let Some(last) = page.last() else { return found };
        filter.cursor = Some(filter.cursor_of(last));
        found.extend(page);
    }
}

on_both_databases! {
    async fn everyone_sees_their_own(db: &TestDatabase) {
        let ours = parties(&db.store).await;
        let theirs = parties(&db.store).await;
        let organization = Organization { id: OrganizationId::new(seed()), name: "Workshop".to_owned() };
        let mut tx = db.store.begin().await.unwrap();
        tx.insert_organization(&organization).await.unwrap();
        tx.commit().await.unwrap();
        let a = booked(&db.store, ours, slot(30, 60)).await;
        let mut b = session(theirs, slot(0, 30));
        b.appointment.organization_id = Some(organization.id);
        book(&db.store, &b).await.unwrap();
        // Our practitioner is the client here, and twice the same person there.
        let c = booked(&db.store, Parties { client: ours.practitioner, ..theirs }, slot(30, 60)).await;
        let d = booked(&db.store, Parties { practitioner: ours.client, client: ours.client }, slot(90, 120)).await;

        let see = async |visible_to| list(&db.store, &filter(visible_to)).await;
        assert_eq!(see(Visible::Party(ours.practitioner)).await, [a.clone(), c.clone()]);
        assert_eq!(see(Visible::Party(ours.client)).await, [a.clone(), d.clone()]);
        assert_eq!(see(Visible::Organization(organization.id)).await, [b.clone()]);
        assert_eq!(see(Visible::Only(d.id)).await, std::slice::from_ref(&d));
        assert_eq!(see(Visible::All).await, [b, a, c, d]);
    }

    async fn pages_follow_each_other_without_gap_or_double(db: &TestDatabase) {
        let mut expected = Vec::new();
        let shared = parties(&db.store).await;
        for number in 0..9 {
            // Every start occurs three times, so that pages break between equal starts.
            let from = 30 * (number / 3);
            expected.push(booked(&db.store, parties(&db.store).await, slot(from, from + 30)).await);
        }
        for number in 0..5 {
            expected.push(booked(&db.store, shared, slot(300 + 30 * number, 330 + 30 * number)).await);
        }
        expected.sort_by_key(|session| (session.appointment.slot.starts_at, session.id));
        for limit in [1, 2, 3, 7, 100] {
            let all = turn_pages(&db.store, SessionFilter { limit, ..filter(Visible::All) }).await;
            assert_eq!(all, expected, "by {limit}");
            let own = SessionFilter { limit, ..filter(Visible::Party(shared.client)) };
            assert_eq!(turn_pages(&db.store, own).await, expected[9..], "by {limit}");
        }
        expected.reverse();
        for limit in [1, 2, 3, 7, 100] {
            let all = SessionFilter { limit, latest_first: true, ..filter(Visible::All) };
            assert_eq!(turn_pages(&db.store, all).await, expected, "backwards by {limit}");
        }
        let middle = SessionFilter { from: Some(at(30)), to: Some(at(300)), ..filter(Visible::All) };
        let backwards = SessionFilter { latest_first: true, limit: 4, ..middle };
        assert_eq!(turn_pages(&db.store, backwards).await, expected[5..11]);
    }

    async fn filters_narrow(db: &TestDatabase) {
        let parties = parties(&db.store).await;
        let mut sessions = Vec::new();
        for number in 0..4 {
            sessions.push(booked(&db.store, parties, slot(30 * number, 30 * number + 30)).await);
        }
        sessions[1].state = cancelled();
        sessions[2].state = State::Waiting { since: at(60) };
        for session in &mut sessions[1..3] {
            save(&db.store, session).await.unwrap();
        }
        let by_status = async |status: &[Status]| {
            let all = SessionFilter { status: status.to_vec(), ..filter(Visible::All) };
            let own = SessionFilter { status: status.to_vec(), ..filter(Visible::Party(parties.client)) };
            let found = list(&db.store, &all).await;
            assert_eq!(list(&db.store, &own).await, found);
            found
        };
        assert_eq!(by_status(&[Status::Cancelled]).await, sessions[1..2]);
        assert_eq!(by_status(&[Status::Waiting, Status::Cancelled]).await, sessions[1..3]);
        assert_eq!(by_status(&[Status::NoShow]).await, []);
        assert_eq!(by_status(&Status::ALL).await, sessions);
        let between = SessionFilter { from: Some(at(30)), to: Some(at(90)), ..filter(Visible::All) };
        assert_eq!(list(&db.store, &between).await, sessions[1..3]);
        let cursor = Some(between.cursor_of(&sessions[1]));
        assert_eq!(list(&db.store, &SessionFilter { cursor, ..between.clone() }).await, sessions[2..3]);
        let before_it = SessionFilter { cursor: Some(Cursor { at: at(-500), id: sessions[0].id }), ..between };
        assert_eq!(list(&db.store, &before_it).await, sessions[1..3], "the cursor widens nothing");
    }

    async fn what_runs_is_not_lost_by_beginning_later(db: &TestDatabase) {
        let mut sessions = Vec::new();
        for (from, to) in [(0, 30), (0, 60), (30, 60), (60, 90), (0, 10), (5, 10)] {
            sessions.push(booked(&db.store, parties(&db.store).await, slot(from, to)).await);
        }
        sessions[4].state = State::InProgress { since: at(0), by: Actor::System };
        sessions[5].state = State::Waiting { since: at(0) };
        for session in &mut sessions[4..] {
            save(&db.store, session).await.unwrap();
        }
        let ids = |numbers: &[usize]| numbers.iter().map(|n| sessions[*n].id).collect::<Vec<_>>();
        let from = SessionFilter { from: Some(at(45)), ..filter(Visible::All) };
        let running = SessionFilter { running: true, ..from.clone() };
        let found = async |filter: &SessionFilter| {
            let mut found = Vec::new();
            for limit in [1, 2, 100] {
                found = turn_pages(&db.store, SessionFilter { limit, ..filter.clone() }).await;
                let mut backwards = SessionFilter { limit, latest_first: true, ..filter.clone() };
                backwards.cursor = None;
                let mut backwards = turn_pages(&db.store, backwards).await;
                backwards.reverse();
                assert_eq!(backwards, found, "by {limit}");
            }
            found.into_iter().map(|session| session.id).collect::<Vec<_>>()
        };
        assert_eq!(found(&from).await, ids(&[1, 2, 3]), "what ends at that instant is over");
        assert_eq!(found(&running).await, ids(&[1, 4, 5, 2, 3]));
        let only = |status: &[Status]| SessionFilter { status: status.to_vec(), ..running.clone() };
        assert_eq!(found(&only(&[Status::Scheduled])).await, ids(&[1, 2, 3]));
        assert_eq!(found(&only(&[Status::InProgress, Status::Waiting])).await, ids(&[4, 5]));
        let before = SessionFilter { to: Some(at(30)), ..running };
        assert_eq!(found(&before).await, ids(&[1, 4, 5]));
    }

    async fn the_appointments_that_changed_are_followed_without_gap(db: &TestDatabase) {
        let shared = parties(&db.store).await;
        let mut sessions = Vec::new();
        for number in 0..9 {
            let mut session = session(shared, slot(300 - 30 * number, 330 - 30 * number));
            // Each instant three times, against the order of starts.
            session.appointment.updated_at = at(number / 3);
            session.appointment.external =
                Some(ExternalId { issuer: format!("https://{}.test", number % 2), id: format!("E-{}", number / 2) });
            book(&db.store, &session).await.unwrap();
            sessions.push(session);
        }
        sessions.sort_by_key(|session| (session.appointment.updated_at, session.id));
        let since = |minute, limit| SessionFilter {
            changed_after: Some(at(minute)), limit, ..filter(Visible::Party(shared.client))
        };
        for limit in [1, 2, 4, 100] {
            assert_eq!(turn_pages(&db.store, since(-1, limit)).await, sessions, "by {limit}");
            assert_eq!(turn_pages(&db.store, since(0, limit)).await, sessions[3..], "by {limit}");
        }
        assert_eq!(turn_pages(&db.store, since(2, 2)).await, []);
        let others = SessionFilter { visible_to: Visible::Party(parties(&db.store).await.client), ..since(-1, 9) };
        assert_eq!(list(&db.store, &others).await, []);
        let known = |id: &str, visible_to| SessionFilter { external_id: Some(id.to_owned()), ..filter(visible_to) };
        for visible_to in [Visible::All, Visible::Party(shared.practitioner)] {
            let found = list(&db.store, &known("E-1", visible_to)).await;
            assert!(found.iter().all(|it| it.appointment.external.as_ref().unwrap().id == "E-1"));
            assert_eq!(found.len(), 2);
        }
        assert_eq!(list(&db.store, &known("E-9", Visible::All)).await, []);
    }

    async fn who_follows_changes_waits_for_what_was_noted_and_not_committed(db: &TestDatabase) {
        let parties = parties(&db.store).await;
        let mut slow = session(parties, slot(0, 30));
        let mut tx = db.store.begin().await.unwrap();
        tx.note_change().await.unwrap();
        slow.appointment.updated_at = at(1);
        tx.insert(&slow, None).await.unwrap();
        let committing = AtomicBool::new(false);
        let commit = async {
            tokio::task::yield_now().await;
            committing.store(true, Ordering::SeqCst);
            tx.commit().await.unwrap();
        };
        let look = db.store.changes_until(|| {
            assert!(committing.load(Ordering::SeqCst), "looked too early");
            at(2)
        });
        let (until, ()) = tokio::join!(look, commit);
        let changed_until = until.unwrap();
        let since = SessionFilter { changed_after: Some(at(0)), changed_until, ..filter(Visible::All) };
        assert_eq!(list(&db.store, &since).await, [slow.clone()]);
        let before = SessionFilter { changed_until: Some(at(0)), ..since };
        assert_eq!(list(&db.store, &before).await, []);
    }

    async fn one_practitioners_of_all(db: &TestDatabase) {
        let (ours, theirs) = (parties(&db.store).await, parties(&db.store).await);
        let organization = Organization { id: OrganizationId::new(seed()), name: "Clinic".to_owned() };
        let mut tx = db.store.begin().await.unwrap();
        tx.insert_organization(&organization).await.unwrap();
        tx.commit().await.unwrap();
        let mut sessions = Vec::new();
        for (parties, from) in [(ours, 0), (theirs, 0), (ours, 30)] {
            let mut session = session(parties, slot(from, from + 30));
            session.appointment.organization_id = Some(organization.id);
            book(&db.store, &session).await.unwrap();
            sessions.push(session);
        }
        let of = async |visible_to, practitioner| {
            let filter = SessionFilter { practitioner: Some(practitioner), ..filter(visible_to) };
            list(&db.store, &filter).await.into_iter().map(|session| session.id).collect::<Vec<_>>()
        };
        for visible_to in [Visible::All, Visible::Organization(organization.id), Visible::Party(ours.client)] {
            assert_eq!(of(visible_to, ours.practitioner).await, [sessions[0].id, sessions[2].id]);
        }
        assert_eq!(of(Visible::Party(ours.client), theirs.practitioner).await, []);
    }

    async fn a_search_finds_titles_and_the_others_names(db: &TestDatabase) {
        let ours = parties(&db.store).await;
        let mut titled = session(ours, slot(0, 30));
        titled.appointment.title = Some("Ärztliche 100% Kontrolle".to_owned());
        book(&db.store, &titled).await.unwrap();
        let mut plain = booked(&db.store, ours, slot(30, 60)).await;
        let search = async |visible_to, text: &str| {
            let filter = SessionFilter { search: Some(text.to_owned()), ..filter(visible_to) };
            list(&db.store, &filter).await.into_iter().map(|session| session.id).collect::<Vec<_>>()
        };
        let (practitioner, client) = (Visible::Party(ours.practitioner), Visible::Party(ours.client));
        for visible_to in [practitioner, client, Visible::All] {
            assert_eq!(search(visible_to, "ärzt").await, [titled.id]);
            assert_eq!(search(visible_to, "100%").await, [titled.id]);
            assert_eq!(search(visible_to, "0%%").await, []);
        }
        assert_eq!(search(practitioner, "carl").await, [titled.id, plain.id]);
        assert_eq!(search(client, "carl").await, [], "one's own name is in all of them");
        assert_eq!(search(client, "ADA").await, [titled.id, plain.id]);
        plain.appointment.title = Some("Renamed".to_owned());
        save(&db.store, &mut plain).await.unwrap();
        assert_eq!(search(client, "renam").await, [plain.id]);
    }

    async fn each_side_has_its_own_that_nobody_deleted(db: &TestDatabase) {
        let ours = parties(&db.store).await;
        let mut mine = Vec::new();
        for number in 0..5 {
            mine.push(booked(&db.store, ours, slot(30 * number, 30 * number + 30)).await);
        }
        // Our practitioner is the client here.
        let other = Parties { client: ours.practitioner, ..parties(&db.store).await };
        let elsewhere = booked(&db.store, other, slot(300, 330)).await;
        for session in &mut mine[1..3] {
            session.state = cancelled();
            save(&db.store, session).await.unwrap();
        }
        mine[2].deleted_at = Some(at(7));
        save(&db.store, &mut mine[2]).await.unwrap();
        assert_eq!(load(&db.store, mine[2].id).await.deleted_at, Some(at(7)));

        let page = PartyFilter {
            of: ByParty::Practitioner(ours.practitioner),
            status: vec![],
            latest_first: false,
            after: None,
            limit: 100,
            offset: 0,
        };
        let side = async |filter: PartyFilter| {
            let found = db.store.read().await.unwrap().sessions_of(&filter).await.unwrap();
            found.iter().map(|session| session.id).collect::<Vec<_>>()
        };
        let ids = |numbers: &[usize]| numbers.iter().map(|n| mine[*n].id).collect::<Vec<_>>();
        assert_eq!(side(page.clone()).await, ids(&[0, 1, 3, 4]));
        let as_client = |id| PartyFilter { of: ByParty::Client(id), ..page.clone() };
        assert_eq!(side(as_client(ours.client)).await, ids(&[0, 1, 3, 4]));
        assert_eq!(side(as_client(ours.practitioner)).await, [elsewhere.id]);
        let live = PartyFilter { status: vec![Status::Scheduled, Status::InProgress], ..page.clone() };
        assert_eq!(side(live.clone()).await, ids(&[0, 3, 4]));
        let latest = PartyFilter { latest_first: true, limit: 2, ..live };
        assert_eq!(side(latest.clone()).await, ids(&[4, 3]));
        assert_eq!(side(PartyFilter { offset: 2, ..latest.clone() }).await, ids(&[0]));
        // Part by part, from some place on.
        assert_eq!(side(latest.after(&mine[3], 9)).await, ids(&[0]));
        assert_eq!(side(page.after(&mine[0], 1)).await, ids(&[1]));
        assert_eq!(side(PartyFilter { offset: 1, ..page.after(&mine[0], 9) }).await, ids(&[3, 4]));
    }

    async fn a_list_brings_each_its_ledger(db: &TestDatabase) {
        let parties = parties(&db.store).await;
        let mut sessions = Vec::new();
        for number in 0..3 {
            let mut session = booked(&db.store, parties, slot(30 * number, 30 * number + 30)).await;
            let row = (connection(ParticipantId::new(seed())), interval(Some(number), None, Some(number)));
            let mut tx = db.store.begin().await.unwrap();
            tx.record(session.id, [(&row.0, &row.1)]).await.unwrap();
            tx.commit().await.unwrap();
            session.attendance = [row].into_iter().collect();
            sessions.push(session);
        }
        assert_eq!(list(&db.store, &filter(Visible::All)).await, sessions);
    }
}
