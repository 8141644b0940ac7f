//! Opening, reading, closing, backing up; and what happens when the database is not as it should be.

use std::path::Path;

use openvisit_core::ids::OrganizationId;
use openvisit_core::person::Role;
use openvisit_store::{Contents, Organization, Schema, Store, StoreError, examine, restore};
use openvisit_testkit::databases::{self, TestDatabase};
use openvisit_testkit::on_both_databases;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, SqliteConnection};
use tokio::task::JoinSet;

use crate::given::{at, booked, load, parties, person, seed, slot, somebody};

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

    async fn a_write_that_is_tried_out_changes_nothing_that_anybody_reads(db: &TestDatabase) {
        for minute in [0, 1] {
            db.store.try_write(at(minute)).await.unwrap();
        }
        assert_eq!(db.store.contents().await.unwrap(), Contents::Nothing);
        db.store.close().await;
        let closed = db.store.try_write(at(2)).await;
        assert!(matches!(closed, Err(StoreError::Unavailable(_))), "{closed:?}");
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

async fn restore_error(backup: &Path, database: &Path) -> String {
    match restore(backup, database).await {
        Err(StoreError::Setup(text)) => text,
        other => panic!("{}: {other:?}", backup.display()),
    }
}

#[tokio::test]
async fn nothing_is_restored_while_anybody_has_the_database_open() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("50% of it?.db");
    let url = format!("sqlite://{}", path.display().to_string().replace('%', "%25").replace('?', "%3f"));
    let store = Store::open(&url).await.unwrap();
    let session = booked(&store, parties(&store).await, slot(0, 30)).await;
    let backup = folder.path().join("backup.db");
    store.backup(&backup).await.unwrap();
    let later = booked(&store, parties(&store).await, slot(60, 90)).await;
    let link = folder.path().join("link.db");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    for named in [&path, &folder.path().join(".").join("50% of it?.db"), &link] {
        let told = restore_error(&backup, named).await;
        assert!(told.contains("another command or program of OpenVisit has it open"), "{told}");
    }
    store.close().await;
    drop(store);
    // Programs that know nothing of our locks, such as an older OpenVisit.
    let options = SqliteConnectOptions::new().filename(&path);
    let mut stranger = options.connect().await.unwrap();
    sqlx::query("select count(*) from session").fetch_one(&mut stranger).await.unwrap();
    let told = restore_error(&backup, &path).await;
    assert!(told.contains("another program has it open"), "{told}");
    stranger.close().await.unwrap();
    let store = Store::open(&url).await.unwrap();
    assert_eq!(load(&store, later.id).await, later);
    store.close().await;
    drop(store);

    // The link stays one, and every restoring keeps what was there.
    let before = restore(&backup, &link).await.unwrap().unwrap();
    assert!(link.is_symlink());
    assert_ne!(restore(&backup, &path).await.unwrap().unwrap(), before);
    let store = Store::open(&url).await.unwrap();
    assert_eq!(load(&store, session.id).await, session);
    assert_eq!(store.read().await.unwrap().session(later.id).await.unwrap(), None);
    let kept = SqliteConnectOptions::new().filename(&before);
    let sessions = "select count(*) from session";
    let (kept,): (i64,) =
        sqlx::query_as(sessions).fetch_one(&mut kept.connect().await.unwrap()).await.unwrap();
    assert_eq!(kept, 2);
}

#[tokio::test]
async fn a_backup_is_read_whole_before_anything_is_touched() {
    let folder = tempfile::tempdir().unwrap();
    let [path, backup, damaged, empty, other, letter] =
        ["a.db", "backup.db", "damaged.db", "empty.db", "other.db", "letter.txt"]
            .map(|n| folder.path().join(n));
    let store = Store::open(&format!("sqlite://{}", path.display())).await.unwrap();
    for hour in 0..20 {
        booked(&store, parties(&store).await, slot(60 * hour, 60 * hour + 30)).await;
    }
    store.backup(&backup).await.unwrap();
    store.close().await;
    drop(store);
    let mut bytes = std::fs::read(&backup).unwrap();
    let half = bytes.len() / 2;
    bytes[half..half + 8_192].fill(0xa5);
    std::fs::write(&damaged, bytes).unwrap();
    std::fs::write(&empty, "").unwrap();
    std::fs::write(&letter, "Dear reader, ".repeat(1_000)).unwrap();
    let another = SqliteConnectOptions::new().filename(&other).create_if_missing(true);
    let mut connection = another.connect().await.unwrap();
    sqlx::query("create table session (id text)").execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let original = std::fs::read(&path).unwrap();
    let names = |folder: &Path| -> Vec<_> {
        let mut names: Vec<_> =
            std::fs::read_dir(folder).unwrap().map(|one| one.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let nothing = folder.path().join("nothing.db");
    std::fs::write(folder.path().join("a.db.server"), "").unwrap();
    let before = names(folder.path());
    for (backup, why) in [
        (&damaged, "damaged"),
        (&empty, "no database of OpenVisit"),
        (&other, "no database of OpenVisit"),
        (&letter, "no database"),
        (&nothing, "no file"),
        (&path, "the database itself"),
    ] {
        let told = restore_error(backup, &path).await;
        assert!(told.contains(why), "{told}");
        assert_eq!(std::fs::read(&path).unwrap(), original, "{why}");
        assert_eq!(names(folder.path()), before, "{why}");
    }
}

#[tokio::test]
async fn a_database_that_is_damaged_can_be_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let [path, backup] = ["a.db", "backup.db"].map(|name| folder.path().join(name));
    let url = format!("sqlite://{}", path.display());
    let store = Store::open(&url).await.unwrap();
    let session = booked(&store, parties(&store).await, slot(0, 30)).await;
    store.backup(&backup).await.unwrap();
    store.close().await;
    drop(store);
    std::fs::write(&path, "not a database any more ".repeat(1_000)).unwrap();
    std::fs::write(folder.path().join("a.db-wal"), "and its log").unwrap();
    let before = restore(&backup, &path).await.unwrap().unwrap();
    let store = Store::open(&url).await.unwrap();
    assert_eq!(load(&store, session.id).await, session);
    store.close().await;
    assert!(std::fs::read_to_string(&before).unwrap().starts_with("not a database any more"));
    let log = format!("{}-wal", before.display());
    assert_eq!(std::fs::read_to_string(log).unwrap(), "and its log");
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
