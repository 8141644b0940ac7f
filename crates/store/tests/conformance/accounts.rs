//! Passwords and logins.

use openvisit_core::SignedDuration;
use openvisit_core::ids::PersonId;
use openvisit_core::person::Role;
use openvisit_store::{Login, RefreshToken, Rotation, Store, StoreError};
use openvisit_testkit::on_both_databases;
use tokio::task::JoinSet;

use crate::given::{at, person, seed};

fn token(person_id: PersonId, hash: &str) -> RefreshToken {
    RefreshToken { hash: hash.to_owned(), person_id, family: format!("family of {hash}"), expires_at: at(60) }
}

async fn log_in(store: &Store, person: PersonId, hash: &str) {
    let mut tx = store.begin().await.unwrap();
    tx.insert_refresh_token(&token(person, hash), at(0)).await.unwrap();
    tx.commit().await.unwrap();
}

fn reused(person_id: PersonId, first: &str) -> Rotation {
    Rotation::Reused(Login { person_id, family: format!("family of {first}") })
}

async fn rotate(store: &Store, hash: &str, new_hash: &str, minute: i64, leeway: i64) -> Rotation {
    let mut tx = store.begin().await.unwrap();
    let leeway = SignedDuration::from_secs(leeway);
    let rotation = tx.rotate_refresh_token(hash, new_hash, at(60), at(minute), leeway).await.unwrap();
    tx.commit().await.unwrap();
    rotation
}

on_both_databases! {
    async fn a_password_hash_is_kept(db: &TestDatabase) {
        let ada = person(&db.store, "Ada", Role::Client).await;
        let mut tx = db.store.begin().await.unwrap();
        assert_eq!(tx.password_hash(ada).await.unwrap(), None);
        tx.set_password_hash(ada, "one").await.unwrap();
        tx.set_password_hash(ada, "two").await.unwrap();
        assert_eq!(tx.password_hash(ada).await.unwrap().as_deref(), Some("two"));
        let nobody = PersonId::new(seed());
        assert_eq!(tx.password_hash(nobody).await.unwrap(), None);
        assert_eq!(tx.set_password_hash(nobody, "x").await, Err(StoreError::Conflict));
    }

    async fn a_token_is_good_once(db: &TestDatabase) {
        let ada = person(&db.store, "Ada", Role::Client).await;
        log_in(&db.store, ada, "a").await;
        let b = RefreshToken { hash: "b".to_owned(), ..token(ada, "a") };
        assert_eq!(rotate(&db.store, "a", "b", 1, 0).await, Rotation::Rotated(b));
        assert!(matches!(rotate(&db.store, "b", "c", 2, 0).await, Rotation::Rotated(_)));
        // Somebody has kept a copy: nobody of this login goes on, thief or owner.
        assert_eq!(rotate(&db.store, "a", "d", 3, 0).await, reused(ada, "a"));
        assert_eq!(rotate(&db.store, "c", "e", 3, 0).await, Rotation::Unknown);
        assert_eq!(rotate(&db.store, "d", "f", 3, 0).await, Rotation::Unknown);
    }

    async fn a_second_use_at_the_same_instant_is_a_reuse(db: &TestDatabase) {
        let ada = person(&db.store, "Ada", Role::Client).await;
        log_in(&db.store, ada, "a").await;
        assert!(matches!(rotate(&db.store, "a", "b", 1, 0).await, Rotation::Rotated(_)));
        assert_eq!(rotate(&db.store, "a", "c", 1, 0).await, reused(ada, "a"));
    }

    async fn two_tabs_may_rotate_at_once(db: &TestDatabase) {
        let ada = person(&db.store, "Ada", Role::Client).await;
        log_in(&db.store, ada, "a").await;
        let tabs = (0..4).map(|tab| {
            let store = db.store.clone();
            async move { rotate(&store, "a", &format!("tab {tab}"), 1, 10).await }
        });
        for rotation in tabs.collect::<JoinSet<_>>().join_all().await {
            assert!(matches!(rotation, Rotation::Rotated(_)), "{rotation:?}");
        }
        assert!(matches!(rotate(&db.store, "tab 3", "later", 2, 10).await, Rotation::Rotated(_)));
        assert_eq!(rotate(&db.store, "a", "late", 2, 10).await, reused(ada, "a"));
    }

    async fn an_expired_token_is_unknown_and_forgotten(db: &TestDatabase) {
        let ada = person(&db.store, "Ada", Role::Client).await;
        log_in(&db.store, ada, "a").await;
        assert_eq!(rotate(&db.store, "a", "b", 60, 0).await, Rotation::Unknown);
        let mut tx = db.store.begin().await.unwrap();
        tx.insert_refresh_token(&RefreshToken { expires_at: at(99), ..token(ada, "b") }, at(60)).await.unwrap();
        // The old hash could be used anew: its row is gone.
        tx.insert_refresh_token(&RefreshToken { expires_at: at(99), ..token(ada, "a") }, at(60)).await.unwrap();
    }

    async fn logins_end_one_by_one_or_all(db: &TestDatabase) {
        let ada = person(&db.store, "Ada", Role::Client).await;
        for hash in ["a", "b", "c"] {
            log_in(&db.store, ada, hash).await;
        }
        assert!(matches!(rotate(&db.store, "a", "a2", 1, 0).await, Rotation::Rotated(_)));
        let mut tx = db.store.begin().await.unwrap();
        let login = tx.refresh_family("a2").await.unwrap().unwrap();
        assert_eq!(login, Login { person_id: ada, family: "family of a".to_owned() });
        assert_eq!(tx.refresh_family("never was").await.unwrap(), None);
        tx.revoke_refresh_family(&login.family).await.unwrap();
        tx.revoke_refresh_family("never was").await.unwrap();
        tx.commit().await.unwrap();
        assert!(!db.store.has_refresh_family("family of a", at(1)).await.unwrap());
        assert_eq!(rotate(&db.store, "a", "x", 1, 99).await, Rotation::Unknown);
        assert!(matches!(rotate(&db.store, "b", "b2", 1, 0).await, Rotation::Rotated(_)));
        let mut tx = db.store.begin().await.unwrap();
        let signed_out_at = async || db.store.person(ada).await.unwrap().unwrap().signed_out_at;
        assert_eq!(signed_out_at().await, None);
        tx.sign_out(ada, Some("family of c"), at(2)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(rotate(&db.store, "b2", "x", 1, 0).await, Rotation::Unknown);
        assert_eq!(signed_out_at().await, Some(at(2)));
        assert!(db.store.has_refresh_family("family of c", at(59)).await.unwrap());
        assert!(!db.store.has_refresh_family("family of c", at(60)).await.unwrap(), "it has expired");
        let mut tx = db.store.begin().await.unwrap();
        assert_eq!(tx.refresh_families(ada).await.unwrap(), ["family of c"]);
        tx.sign_out(ada, None, at(3)).await.unwrap();
        assert_eq!(tx.refresh_families(ada).await.unwrap(), Vec::<String>::new());
        tx.commit().await.unwrap();
        assert_eq!(rotate(&db.store, "c", "x", 3, 0).await, Rotation::Unknown);
    }

    async fn who_was_signed_out_since_is_found(db: &TestDatabase) {
        let (ada, bob) = (person(&db.store, "Ada", Role::Client).await, person(&db.store, "Bob", Role::Client).await);
        let mut tx = db.store.begin().await.unwrap();
        tx.sign_out(bob, None, at(1)).await.unwrap();
        tx.sign_out(ada, None, at(2)).await.unwrap();
        assert_eq!(tx.signed_out_since(at(0)).await.unwrap(), [(bob, at(1)), (ada, at(2))]);
        assert_eq!(tx.signed_out_since(at(1)).await.unwrap(), [(ada, at(2))]);
        assert_eq!(tx.signed_out_since(at(2)).await.unwrap(), []);
    }
}
