//! Opening, reading, closing, backing up; and what happens when the database is not as it should be.

use openvisit_core::ids::OrganizationId;
use openvisit_core::person::Role;
use openvisit_store::{Contents, Organization, Schema, Store, StoreError, examine};
use openvisit_testkit::databases::{self, TestDatabase};
use openvisit_testkit::on_both_databases;
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use tokio::task::JoinSet;

use crate::given::{booked, load, parties, person, seed, slot, somebody};

async fn setup_error(url: &str) -> String {
    match Store::open(url).await {
        Err(StoreError::Setup(text)) => text,
        other => panic!("{url}: {other:?}"),
    }
}

async fn on_postgres(url: &str, sql: impl AsRef<str>) {
    let mut connection = PgConnection::connect(url).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql.as_ref())).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

on_both_databases! {
    async fn a_database_answers_and_knows_what_it_holds(db: &TestDatabase) {
        db.store.ping().await.unwrap();
        assert_eq!(db.store.contents().await.unwrap(), Contents::Nothing);
        person(&db.store, "Ada", Role::Admin).await;
        assert_eq!(db.store.contents().await.unwrap(), Contents::Real);
        let mut tx = db.store.begin().await.unwrap();
        tx.mark_demo().await.unwrap();
        tx.mark_demo().await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(db.store.contents().await.unwrap(), Contents::Demo);
    }

    async fn what_is_committed_is_there_after_a_restart(db: &TestDatabase) {
        let session = booked(&db.store, parties(&db.store).await, slot(0, 30)).await;
        db.store.close().await;
        let closed = db.store.begin().await.map(drop);
        assert!(matches!(closed, Err(StoreError::Unavailable(_))), "{closed:?}");
        let again = Store::open(&db.url).await.unwrap();
        assert_eq!(load(&again, session.id).await, session);
        again.close().await;
    }

    async fn it_is_examined_while_it_is_used_and_nothing_stays(db: &TestDatabase) {
        let examined = examine(&db.url).await.unwrap();
        assert_eq!((examined.kind, examined.schema), (db.store.kind(), Schema::Current));
        // The row that was tried out is not there: it can be tried out again.
        assert_eq!(examine(&db.url).await.unwrap().schema, Schema::Current);
        assert_eq!(db.store.contents().await.unwrap(), Contents::Nothing);
    }

    async fn many_may_open_it_at_once(db: &TestDatabase) {
        let openings = (0..8).map(|_| {
            let url = db.url.clone();
            async move { Store::open(&url).await?.close().await; Ok::<_, StoreError>(()) }
        });
        for opening in openings.collect::<JoinSet<_>>().join_all().await {
            opening.unwrap();
        }
    }

    async fn a_reader_waits_for_no_writer_and_sees_one_moment(db: &TestDatabase) {
        let ada = somebody("Ada", Role::Client);
        let mut reader = db.store.read().await.unwrap();
        assert_eq!(reader.person(ada.id).await.unwrap(), None);
        let mut writer = db.store.begin().await.unwrap();
        writer.insert_person(&ada).await.unwrap();
        assert_eq!(db.store.read().await.unwrap().person(ada.id).await.unwrap(), None);
        writer.commit().await.unwrap();
        assert_eq!(reader.person(ada.id).await.unwrap(), None);
        assert_eq!(db.store.read().await.unwrap().person(ada.id).await.unwrap().as_ref(), Some(&ada));
        let written = db.store.read().await.unwrap().insert_person(&somebody("Bob", Role::Client)).await;
        assert!(matches!(written, Err(StoreError::Unavailable(_))), "{written:?}");
    }
}

#[tokio::test]
async fn a_wrong_url_is_explained() {
    assert!(setup_error("mysql://somewhere/db").await.contains("sqlite:// or postgres://"));
    assert!(setup_error("").await.contains("sqlite:// or postgres://"));
    assert!(setup_error("sqlite::memory:").await.contains("memory"));
    assert!(setup_error("sqlite:///nowhere/at/all.db").await.contains("/nowhere/at/all.db"));
    let unreachable = Store::open("postgres://me:secret@127.0.0.1:1/db").await.unwrap_err();
    assert!(unreachable.to_string().contains("refused"), "{unreachable:?}");
    assert!(!unreachable.to_string().contains("secret"));
}

#[tokio::test]
async fn a_new_file_may_be_opened_by_many_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/new.db", folder.path().display());
    let openings = (0..8).map(|_| {
        let url = url.clone();
        async move {
            Store::open(&url).await?.close().await;
            Ok::<_, StoreError>(())
        }
    });
    for opening in openings.collect::<JoinSet<_>>().join_all().await {
        opening.unwrap();
    }
}

#[tokio::test]
async fn sqlite_is_private_and_backed_up_while_it_runs() {
    use std::os::unix::fs::PermissionsExt;
    let db = databases::sqlite().await;
    let session = booked(&db.store, parties(&db.store).await, slot(0, 30)).await;
    let writer = db.store.begin().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("it's a copy.db");
    db.store.backup(&copy).await.unwrap();
    drop(writer);
    let refused = db.store.backup(&copy).await;
    assert!(matches!(refused, Err(StoreError::Setup(_))), "{refused:?}");
    let original = db.url.strip_prefix("sqlite://").unwrap();
    for file in [copy.display().to_string(), original.to_owned(), format!("{original}-wal")] {
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600, "{file}");
    }
    let restored = Store::open(&format!("sqlite://{}", copy.display())).await.unwrap();
    assert_eq!(load(&restored, session.id).await, session);
    restored.close().await;
    db.discard().await;
}

#[tokio::test]
async fn what_is_no_database_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("letter.txt");
    std::fs::write(&file, "Dear reader, ".repeat(1_000)).unwrap();
    let opened = Store::open(&format!("sqlite://{}", file.display())).await.map(drop);
    assert!(matches!(opened, Err(StoreError::Corrupt(_))), "{opened:?}");
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let db = databases::postgres().await;
    on_postgres(
        &db.url,
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time) \
                          values (9999, 'from the future', true, '', 0)",
    )
    .await;
    assert!(setup_error(&db.url).await.contains("newer"));
    assert!(examine(&db.url).await.unwrap_err().to_string().contains("newer"));
    on_postgres(&db.url, "delete from _sqlx_migrations where version > 5").await;
    assert_eq!(examine(&db.url).await.unwrap().schema, Schema::Old);
    on_postgres(&db.url, "drop table _sqlx_migrations").await;
    assert_eq!(examine(&db.url).await.unwrap().schema, Schema::Missing);
    db.discard().await;
}

#[tokio::test]
async fn examining_makes_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("none.db").display());
    assert_eq!(examine(&url).await.unwrap().schema, Schema::Missing);
    assert_eq!(folder.path().read_dir().unwrap().count(), 0);
}

#[tokio::test]
async fn a_missing_extension_is_explained() {
    let db = databases::postgres().await;
    let role = db.url.rsplit_once('/').unwrap().1.replace("test", "role");
    // As it was before the store came: without the extension, for a role that may not make it.
    on_postgres(
        &db.url,
        format!(
            "drop schema public cascade; create schema public; create role {role} login; \
         grant usage, create on schema public to {role}"
        ),
    )
    .await;
    let url = db.url.replace("openvisit@", &format!("{role}@"));
    assert!(setup_error(&url).await.contains("CREATE EXTENSION btree_gist"));
    on_postgres(&db.url, "create extension btree_gist").await;
    let store = Store::open(&url).await.unwrap();
    assert_eq!(store.contents().await.unwrap(), Contents::Nothing);
    store.close().await;
    on_postgres(&db.url, format!("drop owned by {role}; drop role {role}")).await;
    db.discard().await;
}

#[tokio::test]
async fn postgres_is_backed_up_with_its_own_tool() {
    let db = databases::postgres().await;
    let refused = db.store.backup(std::path::Path::new("nowhere")).await.unwrap_err();
    assert!(refused.to_string().contains("pg_dump"));
    db.discard().await;
}

#[tokio::test]
async fn lost_connections_are_replaced() {
    let db: TestDatabase = databases::postgres().await;
    let mut tx = db.store.begin().await.unwrap();
    on_postgres(
        &db.url,
        "select pg_terminate_backend(pid) from pg_stat_activity \
                          where datname = current_database() and pid <> pg_backend_pid()",
    )
    .await;
    let lost = tx.insert_person(&somebody("Ada", Role::Client)).await;
    assert!(matches!(lost, Err(StoreError::Unavailable(_))), "{lost:?}");
    drop(tx);
    person(&db.store, "Bob", Role::Client).await;
    db.store.ping().await.unwrap();
    db.discard().await;
}

#[tokio::test]
async fn what_postgres_cannot_keep_is_told_apart() {
    let db = databases::postgres().await;
    // An index takes less than 3 kB, compressed.
    let too_long = (1..1_000u32).map(|n| format!("{:x}", n.wrapping_mul(2_654_435_761))).collect();
    for name in ["zero \0 in it".to_owned(), too_long] {
        let mut tx = db.store.begin().await.unwrap();
        let refused = tx.insert_person(&somebody(&name, Role::Client)).await;
        assert_eq!(refused, Err(StoreError::Unstorable));
    }
    db.discard().await;
}

/// As on a full disk: SQLite ends the transaction itself.
#[tokio::test]
async fn sqlite_goes_on_after_it_rolled_back_by_itself() {
    let db = databases::sqlite().await;
    let trigger = "create trigger full before insert on organization when new.name = 'too much' \
                   begin select raise(rollback, 'full'); end";
    let mut connection = SqliteConnection::connect(&db.url).await.unwrap();
    sqlx::query(trigger).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let organization = |name: &str| Organization { id: OrganizationId::new(seed()), name: name.to_owned() };
    for name in ["one", "too much", "two"] {
        let mut tx = db.store.begin().await.unwrap();
        let inserted = tx.insert_organization(&organization(name)).await;
        assert_eq!(inserted.is_ok(), name != "too much");
        if inserted.is_ok() {
            tx.commit().await.unwrap();
        }
    }
    assert_eq!(db.store.read().await.unwrap().organizations().await.unwrap().len(), 2);
    db.discard().await;
}
