//! People, and lists of them.

use openvisit_core::ids::{OrganizationId, PersonId};
use openvisit_core::person::{Identity, Person, PractitionerProfile, Role};
use openvisit_store::{Among, Label, Organization, PersonFilter, Store, StoreError, Tx};
use openvisit_testkit::on_both_databases;

use crate::given::{Parties, booked, seed, slot, somebody};
use crate::overlap::around_the_store;

async fn organization(tx: &mut Tx, name: &str) -> OrganizationId {
    let organization = Organization { id: OrganizationId::new(seed()), name: name.to_owned() };
    tx.insert_organization(&organization).await.unwrap();
    organization.id
}

/// The names on all pages of a list.
async fn names(store: &Store, among: Among, search: Option<&str>) -> Vec<String> {
    let mut filter = PersonFilter { among, search: search.map(str::to_owned), after: None, limit: 2 };
    let mut names = Vec::new();
    loop {
        let page = store.read().await.unwrap().persons(&filter).await.unwrap();
        let Some(last) = page.last() else { return names };
        filter.after = Some(last.id);
        names.extend(page.into_iter().map(|person| person.name));
    }
}

fn with_email(email: &str) -> Person {
    Person { email: Some(email.to_owned()), ..somebody("Somebody", Role::Client) }
}

on_both_databases! {
    async fn a_person_comes_back_whole(db: &TestDatabase) {
        let mut tx = db.store.begin().await.unwrap();
        let maker = somebody("Maker", Role::Admin);
        tx.insert_person(&maker).await.unwrap();
        let mut person = Person {
            email: Some("Ada@Example.test".to_owned()),
            phone: Some("+49 30 23125 200".to_owned()),
            roles: vec![Role::Practitioner, Role::Admin],
            organization_id: Some(organization(&mut tx, "Clinic").await),
            timezone: Some("Europe/Berlin".to_owned()),
            locale: Some("de".to_owned()),
            disabled: true,
            practitioner: Some(PractitionerProfile { service_tier: Some("gold".to_owned()), accepts_requests: true }),
            created_by: Some(maker.id),
            ..somebody("Ada", Role::Practitioner)
        };
        tx.insert_person(&person).await.unwrap();
        assert_eq!(tx.person(person.id).await.unwrap().as_ref(), Some(&person));
        assert_eq!(tx.person_by_identity(&person.identity).await.unwrap().as_ref(), Some(&person));
        assert_eq!(tx.persons_by_subject(&person.identity.subject).await.unwrap(), [person.clone()]);
        assert_eq!(tx.person(PersonId::new(seed())).await.unwrap(), None);
        assert_eq!(tx.update_person(&somebody("Nobody", Role::Client)).await, Err(StoreError::Conflict));

        (person.email, person.phone) = (None, None);
        person.name = "Ada Lovelace".to_owned();
        person.roles = vec![];
        person.organization_id = None;
        (person.timezone, person.locale, person.disabled, person.practitioner) = (None, None, false, None);
        tx.update_person(&person).await.unwrap();
        assert_eq!(tx.person(person.id).await.unwrap(), Some(person));
    }

    async fn an_identity_is_one_person(db: &TestDatabase) {
        let first = somebody("First", Role::Client);
        let again = Person { identity: first.identity.clone(), ..somebody("Again", Role::Client) };
        let other_issuer = Identity { issuer: "sso".to_owned(), subject: first.identity.subject.clone() };
        let elsewhere = Person { identity: other_issuer, ..somebody("Elsewhere", Role::Client) };
        let mut tx = db.store.begin().await.unwrap();
        assert_eq!(tx.person_or_insert(&first).await.unwrap(), first);
        assert_eq!(tx.person_or_insert(&again).await.unwrap(), first);
        tx.insert_person(&elsewhere).await.unwrap();
        assert_eq!(tx.insert_person(&again).await, Err(StoreError::NotUnique { what: "identity" }));
    }

    async fn local_accounts_have_an_address_each(db: &TestDatabase) {
        let ada = with_email("Ada@Example.test");
        let mut tx = db.store.begin().await.unwrap();
        tx.insert_person(&ada).await.unwrap();
        // Elsewhere the address is no identity, so it may come twice.
        let mut elsewhere = with_email("ada@example.test");
        elsewhere.identity.issuer = "sso".to_owned();
        tx.insert_person(&elsewhere).await.unwrap();
        for email in ["ada@example.TEST", " Ada@Example.test "] {
            assert_eq!(tx.local_person(email).await.unwrap().as_ref(), Some(&ada));
        }
        assert_eq!(tx.local_person("eve@example.test").await.unwrap(), None);
        tx.commit().await.unwrap();
        let taken = Err(StoreError::NotUnique { what: "email" });
        let mut tx = db.store.begin().await.unwrap();
        assert_eq!(tx.insert_person(&with_email("ADA@example.test")).await, taken);
        drop(tx);
        let eve = with_email("eve@example.test");
        let mut tx = db.store.begin().await.unwrap();
        tx.insert_person(&eve).await.unwrap();
        assert_eq!(tx.update_person(&Person { email: ada.email, ..eve }).await, taken);
    }

    async fn everybody_with_an_address_is_found_whoever_vouches_for_them(db: &TestDatabase) {
        let ada = with_email("Ada@Example.test");
        let mut elsewhere = with_email("ada@example.test");
        elsewhere.identity.issuer = "sso".to_owned();
        let mut tx = db.store.begin().await.unwrap();
        for person in [&ada, &elsewhere, &with_email("eve@example.test")] {
            tx.insert_person(person).await.unwrap();
        }
        assert_eq!(tx.persons_with_email(" ADA@example.test").await.unwrap(), [ada, elsewhere]);
        assert_eq!(tx.persons_with_email("nobody@example.test").await.unwrap(), []);
    }

    async fn a_list_is_searched_and_turned_page_by_page(db: &TestDatabase) {
        let mut tx = db.store.begin().await.unwrap();
        for name in ["zoe", "Änne 100%", "adam", "Bert_B", "BERTA", "bert!x"] {
            let email = Some(format!("{}@example.test", name.to_lowercase().replace(' ', ".")));
            tx.insert_person(&Person { email, ..somebody(name, Role::Client) }).await.unwrap();
        }
        tx.insert_person(&somebody("Bert without address", Role::Client)).await.unwrap();
        tx.commit().await.unwrap();
        let find = async |search| names(&db.store, Among::Everyone, search).await;
        let mut all = find(None).await;
        assert_eq!(all.len(), 7);
        all.dedup();
        assert_eq!(all.len(), 7, "{all:?}");
        assert_eq!(find(Some("BERT")).await.len(), 4);
        assert_eq!(find(Some("zoe@exa")).await, ["zoe"]);
        assert_eq!(find(Some("änne")).await, ["Änne 100%"]);
        // No wildcards.
        assert_eq!(find(Some("%")).await, ["Änne 100%"]);
        assert_eq!(find(Some("t_")).await, ["Bert_B"]);
        assert_eq!(find(Some("!")).await, ["bert!x"]);
        assert_eq!(find(Some("nobody")).await, [""; 0]);
    }

    async fn people_are_found_without_accents_and_by_words_in_any_order(db: &TestDatabase) {
        let mut tx = db.store.begin().await.unwrap();
        for name in ["Łukasz Żółć", "Élodie Weiß", "Işıl Müller", "Anna Lund"] {
            tx.insert_person(&somebody(name, Role::Client)).await.unwrap();
        }
        tx.commit().await.unwrap();
        let find = async |search| names(&db.store, Among::Everyone, Some(search)).await;
        for search in ["lukasz", "ŁUKASZ", "zolc luk", "ż ł"] {
            assert_eq!(find(search).await, ["Łukasz Żółć"], "{search}");
        }
        for search in ["weiss", "weiß", "elodie", "ÉLO", "éê"] {
            let expected: &[&str] = if search == "éê" { &[] } else { &["Élodie Weiß"] };
            assert_eq!(find(search).await, expected, "{search}");
        }
        for search in ["isil", "IŞIL", "mueller", "muller", "MÜLLER ı"] {
            assert_eq!(find(search).await, ["Işıl Müller"], "{search}");
        }
        let mut renamed = db.store.read().await.unwrap().persons(&PersonFilter {
            among: Among::Everyone, search: Some("lund".to_owned()), after: None, limit: 1,
        }).await.unwrap().remove(0);
        "Ånna Lünd".clone_into(&mut renamed.name);
        let mut tx = db.store.begin().await.unwrap();
        tx.update_person(&renamed).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(find("anna lund").await, ["Ånna Lünd"]);
    }

    async fn rows_of_earlier_versions_are_found_the_same_way(db: &TestDatabase) {
        let mut tx = db.store.begin().await.unwrap();
        for count in 0..450 {
            tx.insert_person(&somebody(&format!("Zoë {count}"), Role::Client)).await.unwrap();
        }
        tx.commit().await.unwrap();
        around_the_store(&db.url, "update person set search_key = null").await.unwrap();
        assert_eq!(names(&db.store, Among::Everyone, Some("zoe 44")).await, [""; 0]);
        let again = Store::open(&db.url).await.unwrap();
        assert_eq!(names(&again, Among::Everyone, Some("zoe 44")).await.len(), 14);
        again.close().await;
    }

    async fn a_caller_knows_some_clients(db: &TestDatabase) {
        let mut tx = db.store.begin().await.unwrap();
        let ours = organization(&mut tx, "Ours").await;
        let theirs = organization(&mut tx, "Theirs").await;
        let doctor = Person { organization_id: Some(ours), ..somebody("Doctor", Role::Practitioner) };
        let member = Person { organization_id: Some(ours), ..somebody("Member", Role::Client) };
        let stranger = Person { organization_id: Some(theirs), ..somebody("Stranger", Role::Client) };
        let patient = Person { organization_id: Some(theirs), ..somebody("Patient", Role::Client) };
        let created = Person { created_by: Some(doctor.id), ..somebody("Created", Role::Client) };
        for person in [&doctor, &member, &stranger, &patient, &created] {
            tx.insert_person(person).await.unwrap();
        }
        tx.commit().await.unwrap();
        booked(&db.store, Parties { practitioner: doctor.id, client: patient.id }, slot(0, 30)).await;
        let of = async |organization| {
            names(&db.store, Among::ClientsOf { caller: doctor.id, organization }, None).await
        };
        assert_eq!(of(Some(ours)).await, ["Created", "Member", "Patient"]);
        assert_eq!(of(None).await, ["Created", "Patient"]);

        let mut tx = db.store.read().await.unwrap();
        let mut one = async |organization, client: &Person| {
            tx.client_of(doctor.id, organization, client.id).await.unwrap().map(|found| found.name)
        };
        for client in [&member, &patient, &created] {
            assert_eq!(one(Some(ours), client).await.as_ref(), Some(&client.name));
        }
        for unknown in [&stranger, &doctor] {
            assert_eq!(one(Some(ours), unknown).await, None);
        }
        assert_eq!(one(None, &member).await, None);
        assert_eq!(one(None, &patient).await.as_deref(), Some("Patient"));
    }

    async fn a_caller_books_for_practitioners_of_the_house(db: &TestDatabase) {
        let mut tx = db.store.begin().await.unwrap();
        let ours = organization(&mut tx, "Ours").await;
        let theirs = organization(&mut tx, "Theirs").await;
        let of = |organization, name, role| Person { organization_id: organization, ..somebody(name, role) };
        let reception = of(Some(ours), "Reception", Role::Assistant);
        let alone = of(None, "Alone", Role::Practitioner);
        let gone = Person { disabled: true, ..of(Some(ours), "Gone", Role::Practitioner) };
        let others = [
            of(Some(ours), "Bea", Role::Practitioner),
            of(Some(ours), "Abe", Role::Practitioner),
            of(Some(ours), "Client", Role::Client),
            of(Some(theirs), "Elsewhere", Role::Practitioner),
        ];
        for person in [&reception, &alone, &gone].into_iter().chain(&others) {
            tx.insert_person(person).await.unwrap();
        }
        tx.commit().await.unwrap();
        let among = |caller, organization| Among::PractitionersOf { caller, organization };
        assert_eq!(names(&db.store, among(reception.id, Some(ours)), None).await, ["Abe", "Bea"]);
        assert_eq!(names(&db.store, among(reception.id, Some(ours)), Some("B")).await, ["Abe", "Bea"]);
        assert_eq!(names(&db.store, among(alone.id, None), None).await, ["Alone"]);
        assert_eq!(names(&db.store, Among::Practitioners, None).await, ["Abe", "Alone", "Bea", "Elsewhere"]);
    }

    async fn labels_come_many_at_once(db: &TestDatabase) {
        let (ada, bob) = (somebody("Ada", Role::Client), somebody("Bob", Role::Client));
        let mut tx = db.store.begin().await.unwrap();
        tx.insert_person(&ada).await.unwrap();
        tx.insert_person(&bob).await.unwrap();
        let found = tx.labels(&[ada.id, bob.id, ada.id, PersonId::new(seed())]).await.unwrap();
        let label = |person: Person| {
            let Person { id, name, identity, timezone, .. } = person;
            (id, Label { name, identity, timezone })
        };
        assert_eq!(found, [label(ada), label(bob)].into());
        assert_eq!(tx.labels(&[]).await.unwrap(), [].into());
    }

    async fn organizations_come_back(db: &TestDatabase) {
        let mut tx = db.store.begin().await.unwrap();
        let ids = [organization(&mut tx, "First").await, organization(&mut tx, "Second").await];
        assert_eq!(tx.organization(ids[1]).await.unwrap().unwrap().name, "Second");
        assert_eq!(tx.organization(OrganizationId::new(seed())).await.unwrap(), None);
        assert_eq!(tx.organizations().await.unwrap().into_iter().map(|o| o.id).collect::<Vec<_>>(), ids);
    }

    async fn an_organization_is_meant_by_its_id_or_its_name(db: &TestDatabase) {
        let mut tx = db.store.begin().await.unwrap();
        let ids = [
            organization(&mut tx, "Clinic").await,
            organization(&mut tx, "Practice").await,
            organization(&mut tx, "Practice").await,
        ];
        tx.commit().await.unwrap();
        let meant = async |word: &str| {
            let meant = db.store.organizations_meant(word).await.unwrap();
            meant.into_iter().map(|organization| organization.id).collect::<Vec<_>>()
        };
        assert_eq!(meant("Clinic").await, ids[..1]);
        assert_eq!(meant(&ids[1].to_string()).await, ids[1..2]);
        assert_eq!(meant("Practice").await, ids[1..]);
        for nobody in ["", "clinic", "Clin%", " Clinic", &OrganizationId::new(seed()).to_string()] {
            assert_eq!(meant(nobody).await, [], "{nobody}");
        }
    }
}
