//! Invitations, passcodes and notes: what belongs to one session and is kept sealed or hashed.

use openvisit_core::ids::{InvitationId, SessionId};
use openvisit_core::session::PartyRole;
use openvisit_store::{Invitation, StoreError, Tx};
use openvisit_testkit::on_both_databases;
use tokio::task::JoinSet;

use crate::given::{at, booked, parties, seed, slot};

/// Counts a guess: the caller's, everybody's, and what it is compared with.
async fn count(tx: &mut Tx, session: SessionId, caller: &str) -> (i64, i64, String) {
    let guess = tx.count_guess(session, caller).await.unwrap().unwrap();
    (guess.of_caller, guess.of_session, guess.hash)
}

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
        assert!(!tx.must_guess(session, "carl").await.unwrap());
        tx.set_passcode(session, "hash", at(0)).await.unwrap();
        assert_eq!(count(&mut tx, session, "carl").await, (1, 1, "hash".to_owned()));
        assert_eq!(count(&mut tx, session, "carl").await, (2, 2, "hash".to_owned()));
        assert_eq!(count(&mut tx, session, "eve").await, (1, 3, "hash".to_owned()));
        assert!(tx.guessed_right(session, "carl", "hash").await.unwrap());
        assert!(tx.guessed_right(session, "nobody", "hash").await.unwrap());
        assert_eq!(count(&mut tx, session, "carl").await, (1, 2, "hash".to_owned()), "eve's stays");
        tx.set_passcode(session, "new", at(1)).await.unwrap();
        assert_eq!(count(&mut tx, session, "eve").await, (1, 1, "new".to_owned()));
    }

    async fn who_guessed_right_is_asked_again_only_when_it_is_renewed(db: &TestDatabase) {
        let session = booked(&db.store, parties(&db.store).await, slot(0, 30)).await.id;
        let mut tx = db.store.begin().await.unwrap();
        tx.set_passcode(session, "hash", at(0)).await.unwrap();
        assert!(tx.must_guess(session, "carl").await.unwrap());
        for _ in 0..2 {
            assert!(tx.guessed_right(session, "carl", "hash").await.unwrap());
            assert!(!tx.must_guess(session, "carl").await.unwrap());
        }
        assert!(tx.must_guess(session, "eve").await.unwrap());
        tx.set_passcode(session, "new", at(1)).await.unwrap();
        assert!(tx.must_guess(session, "carl").await.unwrap());
        count(&mut tx, session, "carl").await;
        assert!(!tx.guessed_right(session, "carl", "hash").await.unwrap(), "compared with the old one");
        assert!(tx.must_guess(session, "carl").await.unwrap());
        assert_eq!(count(&mut tx, session, "carl").await, (2, 2, "new".to_owned()));
    }

    async fn a_guess_too_many_counts_against_nobody(db: &TestDatabase) {
        let session = booked(&db.store, parties(&db.store).await, slot(0, 30)).await.id;
        let mut tx = db.store.begin().await.unwrap();
        tx.set_passcode(session, "hash", at(0)).await.unwrap();
        tx.commit().await.unwrap();
        for _ in 0..3 {
            let mut tx = db.store.begin().await.unwrap();
            assert_eq!(count(&mut tx, session, "carl").await, (1, 1, "hash".to_owned()));
        }
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
        let mut of_session: Vec<_> = counted.iter().map(|guess| guess.of_session).collect();
        of_session.sort_unstable();
        assert_eq!(of_session, (1..=20).collect::<Vec<_>>());
        assert_eq!(counted.iter().map(|guess| guess.of_caller).max(), Some(10));
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
