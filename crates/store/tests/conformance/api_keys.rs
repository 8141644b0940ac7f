//! Keys of programs are kept, used, ended and forgotten; their accounts are no users.

use openvisit_core::ids::{ApiKeyId, PersonId};
use openvisit_core::person::{Identity, Person, Role, SERVICE_ISSUER};
use openvisit_core::scope::Scope;
use openvisit_store::{Among, ApiKey, PersonFilter, Store, StoreError};
use openvisit_testkit::on_both_databases;

use crate::given::{at, person, seed, somebody};

async fn program(store: &Store, name: &str) -> Person {
    let mut program = somebody(name, Role::Assistant);
    program.identity = Identity { issuer: SERVICE_ISSUER.to_owned(), subject: program.id.to_string() };
    let mut tx = store.begin().await.unwrap();
    tx.insert_person(&program).await.unwrap();
    tx.commit().await.unwrap();
    program
}

fn key(of: PersonId, hash: &str) -> ApiKey {
    ApiKey {
        id: ApiKeyId::new(seed()),
        person_id: of,
        hash: hash.to_owned(),
        hint: "ovk_abcdef".to_owned(),
        scopes: vec![Scope::AppointmentsRead, Scope::ClientsWrite],
        expires_at: None,
        last_used_at: None,
        created_at: at(-1),
    }
}

async fn kept(store: &Store, key: &ApiKey) {
    let mut tx = store.begin().await.unwrap();
    tx.insert_api_key(key).await.unwrap();
    tx.commit().await.unwrap();
}

on_both_databases! {
    async fn a_key_comes_back_by_its_hash_until_it_is_forgotten(db: &TestDatabase) {
        let (one, other) = (program(&db.store, "Website").await, program(&db.store, "Import").await);
        let first = ApiKey { expires_at: Some(at(9)), last_used_at: Some(at(3)), ..key(one.id, "first") };
        let (second, third) = (key(one.id, "second"), key(other.id, "third"));
        for key in [&first, &second, &third] {
            kept(&db.store, key).await;
        }
        assert_eq!(db.store.api_key_by_hash("first").await.unwrap().as_ref(), Some(&first));
        assert_eq!(db.store.api_key_by_hash("First").await.unwrap(), None);
        let mut tx = db.store.begin().await.unwrap();
        assert_eq!(tx.api_key(second.id).await.unwrap().as_ref(), Some(&second));
        assert_eq!(tx.api_keys_of(&[one.id]).await.unwrap(), [first.clone(), second.clone()]);
        assert_eq!(tx.api_keys_of(&[one.id, other.id]).await.unwrap(), [first.clone(), second.clone(), third]);
        assert_eq!(tx.api_keys_of(&[]).await.unwrap(), []);
        assert!(tx.delete_api_key(first.id).await.unwrap());
        assert!(!tx.delete_api_key(first.id).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(db.store.api_key_by_hash("first").await.unwrap(), None);
        let mut tx = db.store.begin().await.unwrap();
        let twice = tx.insert_api_key(&key(other.id, "second")).await;
        assert_eq!(twice, Err(StoreError::NotUnique { what: "key" }));
    }

    async fn a_key_ends_when_it_is_told_to_unless_it_does_so_sooner(db: &TestDatabase) {
        let (one, other) = (program(&db.store, "Website").await, program(&db.store, "Import").await);
        let lasting = key(one.id, "lasting");
        let ending = ApiKey { expires_at: Some(at(5)), ..key(one.id, "ending") };
        let others = ApiKey { expires_at: Some(at(5)), ..key(other.id, "others") };
        for key in [&lasting, &ending, &others] {
            kept(&db.store, key).await;
        }
        let mut tx = db.store.begin().await.unwrap();
        tx.end_api_key(lasting.id, at(7)).await.unwrap();
        tx.end_api_key(ending.id, at(7)).await.unwrap();
        assert_eq!(tx.api_key(lasting.id).await.unwrap().unwrap().expires_at, Some(at(7)));
        assert_eq!(tx.api_key(ending.id).await.unwrap().unwrap().expires_at, Some(at(5)));
        tx.end_api_key(lasting.id, at(6)).await.unwrap();
        tx.forget_ended_api_keys(one.id, at(5)).await.unwrap();
        let left = tx.api_keys_of(&[one.id, other.id]).await.unwrap();
        let left: Vec<_> = left.iter().map(|key| (key.hash.as_str(), key.expires_at)).collect();
        assert_eq!(left, [("lasting", Some(at(6))), ("others", Some(at(5)))]);
        assert_eq!(tx.end_api_key(ending.id, at(7)).await, Err(StoreError::Conflict));
    }

    async fn that_a_key_was_used_is_noted_once_in_a_while(db: &TestDatabase) {
        let program = program(&db.store, "Website").await;
        let key = key(program.id, "hash");
        kept(&db.store, &key).await;
        let mut tx = db.store.begin().await.unwrap();
        for (now, before, noted) in [(0, -1, 0), (1, 0, 1), (2, 0, 1), (3, 2, 3)] {
            tx.note_api_key_used(key.id, at(now), at(before)).await.unwrap();
            assert_eq!(tx.api_key(key.id).await.unwrap().unwrap().last_used_at, Some(at(noted)), "{now}");
        }
    }

    async fn programs_are_in_a_list_of_their_own(db: &TestDatabase) {
        let ada = person(&db.store, "Ada", Role::Admin).await;
        let (one, other) = (program(&db.store, "Website").await, program(&db.store, "Import").await);
        let mut tx = db.store.begin().await.unwrap();
        assert_eq!(tx.service_accounts(None, 10).await.unwrap(), [one.clone(), other.clone()]);
        assert_eq!(tx.service_accounts(None, 1).await.unwrap(), std::slice::from_ref(&one));
        assert_eq!(tx.service_accounts(Some(one.id), 10).await.unwrap(), std::slice::from_ref(&other));
        let all = PersonFilter { among: Among::Everyone, search: None, after: None, limit: 10 };
        let people: Vec<_> = tx.persons(&all).await.unwrap().into_iter().map(|person| person.id).collect();
        assert_eq!(people, [ada]);
    }
}
