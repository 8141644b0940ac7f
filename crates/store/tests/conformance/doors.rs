//! Invitations, passcodes and notes: what belongs to one session and is kept sealed or hashed.

use openvisit_core::ids::{InvitationId, SessionId};
use openvisit_core::session::PartyRole;
use openvisit_store::{Guesses, Invitation, StoreError};
use openvisit_testkit::on_both_databases;
use tokio::task::JoinSet;

use crate::given::{at, booked, parties, seed, slot};

on_both_databases! {
    async fn an_invitation_is_redeemed_once(db: &TestDatabase) {
        let parties = parties(&db.store).await;
        let session = booked(&db.store, parties, slot(0, 30)).await;
        let mut invitation = Invitation {
            id: InvitationId::new(seed()),
            token_hash: "hash".to_owned(),
            session_id: session.id,
            role: PartyRole::Guest,
            name: Some("Ingrid Interpreter".to_owned()),
            email: Some("ingrid@example.test".to_owned()),
            expires_at: at(60),
            created_by: parties.practitioner,
            created_at: at(0),
            redeemed_at: None,
            person_id: None,
        };
        let mut tx = db.store.begin().await.unwrap();
        tx.insert_invitation(&invitation).await.unwrap();
        assert_eq!(tx.invitation("hash").await.unwrap().as_ref(), Some(&invitation));
        assert_eq!(tx.invitation("other").await.unwrap(), None);
        assert!(tx.redeem_invitation(invitation.id, parties.client, at(5)).await.unwrap());
        assert!(!tx.redeem_invitation(invitation.id, parties.practitioner, at(6)).await.unwrap());
        (invitation.redeemed_at, invitation.person_id) = (Some(at(5)), Some(parties.client));
        assert_eq!(tx.invitation("hash").await.unwrap().as_ref(), Some(&invitation));
        let twin = Invitation { id: InvitationId::new(seed()), ..invitation };
        assert_eq!(tx.insert_invitation(&twin).await, Err(StoreError::NotUnique { what: "token" }));
    }

    async fn guesses_are_counted_and_forgotten(db: &TestDatabase) {
        let session = booked(&db.store, parties(&db.store).await, slot(0, 30)).await.id;
        let mut tx = db.store.begin().await.unwrap();
        assert_eq!(tx.count_guess(session, "carl").await.unwrap(), None);
        assert_eq!(tx.passcode_hash(session).await.unwrap(), None);
        tx.set_passcode(session, "hash", at(0)).await.unwrap();
        assert_eq!(tx.passcode_hash(session).await.unwrap().as_deref(), Some("hash"));
        let mut count = async |caller: &str| {
            let guesses = tx.count_guess(session, caller).await.unwrap().unwrap();
            (guesses.caller, guesses.session)
        };
        assert_eq!(count("carl").await, (1, 1));
        assert_eq!(count("carl").await, (2, 2));
        assert_eq!(count("eve").await, (1, 3));
        tx.forget_guesses(session, "carl").await.unwrap();
        tx.forget_guesses(session, "nobody").await.unwrap();
        let guesses = tx.count_guess(session, "carl").await.unwrap();
        assert_eq!(guesses, Some(Guesses { caller: 1, session: 2 }));
        tx.set_passcode(session, "new", at(1)).await.unwrap();
        assert_eq!(tx.passcode_hash(session).await.unwrap().as_deref(), Some("new"));
        let guesses = tx.count_guess(session, "eve").await.unwrap();
        assert_eq!(guesses, Some(Guesses { caller: 1, session: 1 }));
    }

    async fn guesses_at_the_same_moment_all_count(db: &TestDatabase) {
        let session = booked(&db.store, parties(&db.store).await, slot(0, 30)).await.id;
        let mut tx = db.store.begin().await.unwrap();
        tx.set_passcode(session, "hash", at(0)).await.unwrap();
        tx.commit().await.unwrap();
        let guesses = (0..20).map(|number| {
            let store = db.store.clone();
            async move {
                let mut tx = store.begin().await.unwrap();
                let counted = tx.count_guess(session, if number % 2 == 0 { "a" } else { "b" }).await.unwrap();
                tx.commit().await.unwrap();
                counted.unwrap()
            }
        });
        let counted = guesses.collect::<JoinSet<_>>().join_all().await;
        let mut of_session: Vec<_> = counted.iter().map(|guesses| guesses.session).collect();
        of_session.sort_unstable();
        assert_eq!(of_session, (1..=20).collect::<Vec<_>>());
        assert_eq!(counted.iter().map(|guesses| guesses.caller).max(), Some(10));
    }

    async fn notes_are_kept_as_they_came(db: &TestDatabase) {
        let session = booked(&db.store, parties(&db.store).await, slot(0, 30)).await.id;
        let mut tx = db.store.begin().await.unwrap();
        assert_eq!(tx.notes(session).await.unwrap(), None);
        for sealed in [&[0, 255, 7][..], &[], &[1; 5_000]] {
            tx.set_notes(session, sealed, at(1)).await.unwrap();
            assert_eq!(tx.notes(session).await.unwrap().as_deref(), Some(sealed));
        }
        assert_eq!(tx.notes(SessionId::new(seed())).await.unwrap(), None);
    }
}
