//! A call that names a key is carried out once, whatever dies in between.

use openvisit_core::person::Role;
use openvisit_store::{CallProgress, Contents, KeptAnswer, KeyedCall, Store, StoreError, carrying_out};
use openvisit_testkit::on_both_databases;
use tokio::task::JoinSet;

use crate::given::{at, somebody};

fn attempt(name: &str) -> KeyedCall {
    KeyedCall {
        caller: "doctor".to_owned(),
        key: "booking-1".to_owned(),
        fingerprint: "what is asked".to_owned(),
        attempt: name.to_owned(),
    }
}

/// Claims at `minute` for one minute; the key is kept for an hour.
async fn claim(store: &Store, call: &KeyedCall, minute: i64) -> bool {
    let mut tx = store.begin().await.unwrap();
    let ours = tx.claim_call(call, at(minute), at(minute + 1), at(minute + 60)).await.unwrap();
    tx.commit().await.unwrap();
    ours
}

async fn progress(store: &Store, minute: i64) -> Option<CallProgress> {
    let earlier = store.read().await.unwrap().earlier_call("doctor", "booking-1", at(minute)).await.unwrap();
    earlier.map(|earlier| earlier.progress)
}

/// A change within the call: somebody is made.
async fn work(store: &Store) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    tx.insert_person(&somebody("Made Once", Role::Client)).await?;
    tx.commit().await
}

async fn was_carried_out(store: &Store) -> bool {
    store.contents().await.unwrap() != Contents::Nothing
}

fn answer() -> KeptAnswer {
    KeptAnswer {
        status: 201,
        content_type: Some("application/json".to_owned()),
        location: None,
        sealed_body: vec![7, 0, 255],
    }
}

on_both_databases! {
    async fn of_many_tries_at_once_one_gets_the_key(db: &TestDatabase) {
        let tries = (0..20).map(|n| {
            let store = db.store.clone();
            async move { claim(&store, &attempt(&n.to_string()), 0).await }
        });
        let got = tries.collect::<JoinSet<_>>().join_all().await;
        assert_eq!(got.iter().filter(|ours| **ours).count(), 1);
        assert_eq!(progress(&db.store, 0).await, Some(CallProgress::Running));
    }

    async fn an_answer_is_kept_until_it_expires(db: &TestDatabase) {
        let call = attempt("a");
        assert!(claim(&db.store, &call, 0).await);
        let mut tx = db.store.begin().await.unwrap();
        tx.keep_answer(&call, &answer()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(progress(&db.store, 59).await, Some(CallProgress::Answered(answer())));
        assert!(!claim(&db.store, &attempt("b"), 59).await);
        assert_eq!(progress(&db.store, 60).await, None);
        assert!(claim(&db.store, &attempt("b"), 60).await);
        assert_eq!(progress(&db.store, 60).await, Some(CallProgress::Running), "nothing of the old one is left");
    }

    async fn a_key_is_its_callers_own(db: &TestDatabase) {
        assert!(claim(&db.store, &attempt("a"), 0).await);
        let other = KeyedCall { caller: "other".to_owned(), ..attempt("b") };
        assert!(claim(&db.store, &other, 0).await);
        let mut tx = db.store.read().await.unwrap();
        let earlier = tx.earlier_call("other", "booking-1", at(0)).await.unwrap().unwrap();
        assert_eq!(earlier.fingerprint, other.fingerprint);
        assert_eq!(tx.earlier_call("nobody", "booking-1", at(0)).await.unwrap(), None);
    }

    async fn a_try_that_died_before_any_change_frees_its_key_when_its_lease_is_over(db: &TestDatabase) {
        assert!(claim(&db.store, &attempt("a"), 0).await);
        assert!(!claim(&db.store, &attempt("b"), 0).await);
        assert_eq!(progress(&db.store, 1).await, None);
        assert!(claim(&db.store, &attempt("b"), 1).await);
    }

    async fn a_lease_that_is_renewed_holds(db: &TestDatabase) {
        let call = attempt("a");
        assert!(claim(&db.store, &call, 0).await);
        let mut tx = db.store.begin().await.unwrap();
        tx.lease_call(&call, at(3)).await.unwrap();
        // Somebody else's renewal changes nothing.
        tx.lease_call(&attempt("b"), at(30)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(progress(&db.store, 2).await, Some(CallProgress::Running));
        assert!(!claim(&db.store, &attempt("b"), 2).await);
        assert_eq!(progress(&db.store, 3).await, None);
    }

    async fn a_try_that_died_after_its_change_is_known_to_have_been_carried_out(db: &TestDatabase) {
        let call = attempt("a");
        assert!(claim(&db.store, &call, 0).await);
        carrying_out(call, work(&db.store)).await.unwrap();
        assert_eq!(progress(&db.store, 0).await, Some(CallProgress::Running));
        assert_eq!(progress(&db.store, 1).await, Some(CallProgress::Lost));
        assert!(!claim(&db.store, &attempt("b"), 1).await);
    }

    async fn a_change_that_is_not_committed_leaves_no_mark(db: &TestDatabase) {
        let call = attempt("a");
        assert!(claim(&db.store, &call, 0).await);
        let store = db.store.clone();
        carrying_out(call, async move {
            let mut tx = store.begin().await.unwrap();
            tx.insert_person(&somebody("Never Made", Role::Client)).await.unwrap();
        })
        .await;
        assert!(!was_carried_out(&db.store).await);
        assert_eq!(progress(&db.store, 1).await, None);
    }

    async fn a_try_that_was_taken_for_dead_changes_nothing_any_more(db: &TestDatabase) {
        let slow = attempt("slow");
        assert!(claim(&db.store, &slow, 0).await);
        assert!(claim(&db.store, &attempt("b"), 1).await);
        assert_eq!(carrying_out(slow.clone(), work(&db.store)).await, Err(StoreError::TakenOver));
        assert!(!was_carried_out(&db.store).await);
        let mut tx = db.store.begin().await.unwrap();
        tx.keep_answer(&slow, &answer()).await.unwrap();
        tx.forget_call(&slow).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(progress(&db.store, 1).await, Some(CallProgress::Running), "the other's, untouched");
    }

    async fn work_without_a_key_needs_no_claim(db: &TestDatabase) {
        work(&db.store).await.unwrap();
        assert!(was_carried_out(&db.store).await);
    }

    async fn a_forgotten_call_frees_its_key(db: &TestDatabase) {
        let call = attempt("a");
        assert!(claim(&db.store, &call, 0).await);
        let mut tx = db.store.begin().await.unwrap();
        tx.forget_call(&call).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(progress(&db.store, 0).await, None);
    }

    async fn what_has_expired_is_forgotten_in_batches(db: &TestDatabase) {
        for n in 0..5 {
            let call = KeyedCall { key: format!("key-{n}"), ..attempt("a") };
            assert!(claim(&db.store, &call, n).await);
        }
        let forget = async |minute| {
            let mut tx = db.store.begin().await.unwrap();
            let forgotten = tx.forget_expired_calls(at(minute), 2).await.unwrap();
            tx.commit().await.unwrap();
            forgotten
        };
        assert_eq!(forget(59).await, 0);
        assert_eq!(forget(62).await, 2);
        assert_eq!(forget(62).await, 1);
        assert_eq!(forget(62).await, 0);
        assert_eq!(forget(64).await, 2);
    }
}
