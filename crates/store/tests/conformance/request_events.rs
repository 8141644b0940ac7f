//! Events begin with the request: one line with those of the session that it becomes, also in databases from before.

use std::path::Path;

use openvisit_core::appointment::{Appointment, Kind};
use openvisit_core::delivery::Interest;
use openvisit_core::event::{self, Event};
use openvisit_core::ids::{EventId, OrganizationId, RequestId, SessionId};
use openvisit_core::request::{Request, RequestDetails, Rules, State};
use openvisit_core::session::Session;
use openvisit_store::{
    Deliveries, DeliveryState, Organization, OutboxRow, SealedRequest, Store, StoreError, Target, Tx,
};
use openvisit_testkit::on_both_databases;
use sqlx::migrate::Migrator;
use sqlx::{Connection, PgConnection, SqliteConnection};

use crate::given::{Parties, appointment, at, booked, parties, row, seed, slot};
use crate::webhooks::kept;

/// A request of the client, which is pending.
async fn asked(tx: &mut Tx, parties: Parties) -> Request {
    let wish = RequestDetails {
        organization_id: None,
        plan: None,
        kind: Kind::Video,
        metadata: serde_json::Map::new(),
    };
    let request = Request::new(RequestId::new(seed()), parties.client, wish, at(0), &Rules::default());
    assert!(tx.insert_request(&SealedRequest { request: request.clone(), concern: vec![1] }).await.unwrap());
    request
}

async fn organization(store: &Store, name: &str) -> OrganizationId {
    let organization = Organization { id: OrganizationId::new(seed()), name: name.to_owned() };
    let mut tx = store.begin().await.unwrap();
    tx.insert_organization(&organization).await.unwrap();
    tx.commit().await.unwrap();
    organization.id
}

fn row_of(request: &Request) -> OutboxRow {
    OutboxRow {
        id: EventId::new(seed()),
        session_id: request.session_id(),
        event_type: event::request_name(request).to_owned(),
        at: at(0),
        data: event::request_data(request, |_| None),
        sealed_metadata: None,
    }
}

/// The session that a request becomes.
async fn accepted(tx: &mut Tx, request: Request, parties: Parties, rows: &mut Vec<OutboxRow>) -> Session {
    let request = Request { state: State::Accepted { at: at(1), by: parties.practitioner }, ..request };
    assert!(tx.save_request(&request, at(1)).await.unwrap());
    rows.push(row_of(&request));
    tx.enqueue_of_request(rows.last().unwrap(), None).await.unwrap();
    let session =
        Session::of(Appointment { session_id: request.session_id(), ..appointment(parties, slot(0, 30)) });
    tx.insert(&session, None).await.unwrap();
    rows.push(row(&session, &Event::Booked));
    tx.enqueue(rows.last().unwrap()).await.unwrap();
    session
}

/// The sequences of what waits for a target, in the order in which it may be sent.
async fn sent(tx: &mut Tx, target: Target) -> Vec<i64> {
    let mut sequences = vec![];
    while let [one] = tx.lease(target, at(9), at(10), 9).await.unwrap().as_slice() {
        sequences.push(one.sequence);
        tx.mark_delivered(target, one.event.id, None, at(9)).await.unwrap();
    }
    sequences
}

on_both_databases! {
    async fn a_request_s_events_come_before_its_session_s(db: &TestDatabase) {
        let parties = parties(&db.store).await;
        let mut tx = db.store.begin().await.unwrap();
        let request = asked(&mut tx, parties).await;
        let mut rows = vec![row_of(&request)];
        tx.enqueue_of_request(&rows[0], None).await.unwrap();
        let session = accepted(&mut tx, request, parties, &mut rows).await;
        rows.push(row(&session, &Event::Changed));
        tx.enqueue(&rows[3]).await.unwrap();
        let types: Vec<_> = rows.iter().map(|row| row.event_type.as_str()).collect();
        assert_eq!(types, ["request.created", "request.accepted", "appointment.booked", "appointment.changed"]);
        assert_eq!(tx.events(session.id).await.unwrap(), rows);
        // Addressed in any order, and twice, they go in theirs.
        for place in [2, 0, 3, 1, 0] {
            tx.address(rows[place].id, Target::Broker, at(2)).await.unwrap();
        }
        assert_eq!(sent(&mut tx, Target::Broker).await, [1, 2, 3, 4]);
        tx.commit().await.unwrap();
    }

    async fn a_session_names_the_request_that_it_was(db: &TestDatabase) {
        let parties = parties(&db.store).await;
        let plain = booked(&db.store, parties, slot(60, 90)).await;
        let mut tx = db.store.begin().await.unwrap();
        let request = asked(&mut tx, parties).await;
        let session = accepted(&mut tx, request.clone(), parties, &mut vec![]).await;
        for (session, request) in [(session, Some(request.id)), (plain, None)] {
            let line = tx.save_changed(&session, &mut session.clone(), None, 0).await.unwrap();
            assert_eq!(line.request, request);
        }
    }

    async fn an_event_of_a_request_without_its_change_is_not_there(db: &TestDatabase) {
        let parties = parties(&db.store).await;
        let mut tx = db.store.begin().await.unwrap();
        let request = asked(&mut tx, parties).await;
        tx.enqueue_of_request(&row_of(&request), None).await.unwrap();
        drop(tx);
        let mut tx = db.store.begin().await.unwrap();
        assert_eq!(tx.events(request.session_id()).await.unwrap(), []);
        let refused = tx.enqueue_of_request(&row_of(&request), None).await;
        assert!(matches!(refused, Err(StoreError::Internal(_))), "{refused:?}");
    }

    async fn an_organization_that_was_not_asked_is_told_of_the_request_once_it_is_its_own(db: &TestDatabase) {
        let parties = parties(&db.store).await;
        let (own, other) = (organization(&db.store, "Own").await, organization(&db.store, "Other").await);
        let mut webhooks = vec![];
        for (organization_id, wanted) in
            [(Some(own), None), (Some(own), Some("request.accepted")), (Some(other), None), (None, Some("appointment.moved"))]
        {
            let events = wanted.map(|name| vec![name.to_owned()]);
            webhooks.push(Target::Webhook(kept(&db.store, Interest { events, organization_id }).await.id));
        }
        let mut tx = db.store.begin().await.unwrap();
        let request = asked(&mut tx, parties).await;
        tx.enqueue_of_request(&row_of(&request), None).await.unwrap();
        let session = accepted(&mut tx, request, parties, &mut vec![]).await;
        for _ in 0..2 {
            tx.address_from_request(session.id, own, at(3)).await.unwrap();
        }
        let mut told = vec![];
        for webhook in webhooks {
            told.push(sent(&mut tx, webhook).await);
        }
        assert_eq!(told, [vec![1, 2, 3], vec![2], vec![], vec![]]);
    }

    async fn a_request_asks_one_organization_s_webhooks(db: &TestDatabase) {
        let parties = parties(&db.store).await;
        let asked_for = organization(&db.store, "Asked").await;
        let webhook = kept(&db.store, Interest { events: None, organization_id: Some(asked_for) }).await;
        let mut tx = db.store.begin().await.unwrap();
        let (its, nobodys) = (asked(&mut tx, parties).await, asked(&mut tx, parties).await);
        tx.enqueue_of_request(&row_of(&its), Some(asked_for)).await.unwrap();
        tx.enqueue_of_request(&row_of(&nobodys), None).await.unwrap();
        let page = Deliveries { target: Target::Webhook(webhook.id), state: None, before: None, limit: 9 };
        let told: Vec<_> = tx.deliveries(&page).await.unwrap().iter().map(|one| one.session_id).collect();
        assert_eq!(told, [its.session_id()]);
    }

    async fn events_from_before_requests_had_any_stay_as_they_are(db: &TestDatabase) {
        db.store.close().await;
        as_of_version_21(&db.url).await;
        let indexes = sql(&db.url, Sql::Names(INDEXES)).await;
        assert_eq!(indexes.len(), 6, "{indexes:?}");
        sql(&db.url, Sql::Run(ROWS)).await;
        let store = Store::open(&db.url).await.unwrap();
        assert_eq!(sql(&db.url, Sql::Names(INDEXES)).await, indexes);

        let session: SessionId = "01890000-0000-7000-8000-000000000003".parse().unwrap();
        let mut tx = store.begin().await.unwrap();
        let events = tx.events(session).await.unwrap();
        assert_eq!(events.len(), 2_000);
        assert!(events.iter().zip(1..).all(|(event, second)| event.at.as_microsecond() == second));
        assert_eq!(events[6].sealed_metadata, Some(b"sealed".to_vec()));
        let page = Deliveries { target: Target::Broker, state: None, before: None, limit: 5_000 };
        let deliveries = tx.deliveries(&page).await.unwrap();
        let waiting = |one: &&openvisit_store::Delivery| one.state == DeliveryState::Pending;
        assert_eq!((deliveries.len(), deliveries.iter().filter(waiting).count()), (2_000, 1_000));
        let first = tx.lease(Target::Broker, at(0), at(1), 9).await.unwrap();
        let [first] = first.as_slice() else { panic!("one at a time") };
        assert_eq!((first.sequence, first.attempts, first.refusals), (2, 8, 2));
        // A pending request of then has its first event, and the session its next.
        let id: RequestId = "01890000-0000-7000-8000-000000000004".parse().unwrap();
        let request = tx.request(id).await.unwrap().unwrap().request;
        tx.enqueue_of_request(&row_of(&request), None).await.unwrap();
        tx.enqueue(&OutboxRow { session_id: session, ..row_of(&request) }).await.unwrap();
        assert_eq!(tx.events(session).await.unwrap().len(), 2_001);
        tx.commit().await.unwrap();
        let orphans = sql(&db.url, Sql::Fails("delete from outbox where sequence = 2")).await;
        assert!(orphans[0].to_lowercase().contains("foreign key"), "{orphans:?}");
        store.close().await;
    }
}

/// Those that migrations name, on SQLite and on PostgreSQL.
const INDEXES: [&str; 2] = [
    "select name from sqlite_master where type = 'index' and tbl_name in ('outbox', 'delivery') and sql is not null \
     order by name",
    "select indexname from pg_indexes where tablename in ('outbox', 'delivery') and indexname not like '%_pkey' order by 1",
];

/// What there was: a session of 2,000 events, half of which the broker has not got, and a request that waits.
const ROWS: &str = "
insert into person (id, issuer, subject, name, name_key, roles, disabled, created_at) values
    ('01890000-0000-7000-8000-000000000001', 'local', 'd', 'D', 'd', '[]', DISABLED, 0),
    ('01890000-0000-7000-8000-000000000002', 'local', 'c', 'C', 'c', '[]', DISABLED, 0);
insert into session (id, appointment_id, practitioner_id, client_id, starts_at, ends_at, status, appointment_doc,
    session_doc, version, event_sequence, created_at, updated_at) values
    ('01890000-0000-7000-8000-000000000003', 'a', '01890000-0000-7000-8000-000000000001',
    '01890000-0000-7000-8000-000000000002', 0, 1, 'scheduled', '{}', '{}', 1, 2000, 0, 0);
insert into request (id, client_id, status, created_at, doc, concern) values
    ('01890000-0000-7000-8000-000000000004', '01890000-0000-7000-8000-000000000002', 'pending', 0,
    '{\"organization_id\":null,\"plan\":null,\"kind\":\"video\",\"metadata\":{},\"state\":{\"status\":\"pending\"},\"opens_at\":null,\"expires_at\":\"2030-01-01T00:00:00Z\"}',
    BLOB);
with recursive n (i) as (select 1 union all select i + 1 from n where i < 2000)
insert into outbox (id, session_id, sequence, type, at, data, metadata)
    select '01890000-0000-7000-9000-' || (100000000000 + i), '01890000-0000-7000-8000-000000000003', i,
    'appointment.changed', i, '{}', BLOB from n;
insert into delivery (target, event_id, session_id, sequence, state, in_order, attempts, due_at, begun_at, done_at, refusals)
    select 'broker', id, session_id, sequence, case when sequence % 2 = 0 then 'pending' else 'delivered' end,
    ENABLED, 7, 0, 0, case when sequence % 2 = 0 then null else 5 end, 2 from outbox;
";

/// Makes the database anew, as it was before.
async fn as_of_version_21(url: &str) {
    if let Some(path) = url.strip_prefix("sqlite://") {
        std::fs::remove_file(path).unwrap();
        let migrations = Migrator::new(Path::new("migrations/sqlite")).await.unwrap();
        let options = url.parse::<sqlx::sqlite::SqliteConnectOptions>().unwrap().create_if_missing(true);
        let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
        migrations.run_to(21, &mut connection).await.unwrap();
        connection.close().await.unwrap();
    } else {
        let migrations = Migrator::new(Path::new("migrations/postgres")).await.unwrap();
        let mut connection = PgConnection::connect(url).await.unwrap();
        let anew = "drop schema public cascade; create schema public";
        sqlx::raw_sql(anew).execute(&mut connection).await.unwrap();
        migrations.run_to(21, &mut connection).await.unwrap();
        connection.close().await.unwrap();
    }
}

enum Sql {
    /// With the words of each database for truth and bytes.
    Run(&'static str),
    /// Of SQLite, and of PostgreSQL.
    Names([&'static str; 2]),
    Fails(&'static str),
}

/// Around the store; gives the names, or why it fails.
async fn sql(url: &str, what: Sql) -> Vec<String> {
    let is_sqlite = url.starts_with("sqlite:");
    macro_rules! on {
        ($connection:ident) => {{
            let mut connection = $connection::connect(url).await.unwrap();
            match what {
                Sql::Run(text) => {
                    let words = if is_sqlite {
                        ["0", "1", "x'7365616c6564'"]
                    } else {
                        ["false", "true", "'sealed'::bytea"]
                    };
                    let text = text
                        .replace("DISABLED", words[0])
                        .replace("ENABLED", words[1])
                        .replace("BLOB", words[2]);
                    sqlx::raw_sql(sqlx::AssertSqlSafe(text)).execute(&mut connection).await.unwrap();
                    vec![]
                }
                Sql::Names([sqlite, postgres]) => {
                    let names = sqlx::query_scalar(if is_sqlite { sqlite } else { postgres });
                    names.fetch_all(&mut connection).await.unwrap()
                }
                Sql::Fails(text) => {
                    vec![sqlx::raw_sql(text).execute(&mut connection).await.unwrap_err().to_string()]
                }
            }
        }};
    }
    if is_sqlite { on!(SqliteConnection) } else { on!(PgConnection) }
}
