//! Invitations, passcodes and notes: what belongs to one session and is kept sealed or hashed.

use openvisit_core::ids::{InvitationId, PersonId, SessionId};
use openvisit_core::session::PartyRole;
use openvisit_store::{Invitation, StoreError, StrangerGuesses, Tx};
use openvisit_testkit::on_both_databases;
use tokio::task::JoinSet;

use crate::given::{at, booked, parties, seed, slot};

/// Counts a guess: the caller's, everybody's, and what it is compared with.
async fn count(tx: &mut Tx, session: SessionId, caller: &str) -> (i64, i64, String) {
    let guess = tx.count_guess(session, caller).await.unwrap().unwrap();
    (guess.of_caller, guess.of_session, guess.hash)
}

/// Of a guest, by a practitioner, not used yet.
fn invitation(session_id: SessionId, created_by: PersonId, token_hash: &str) -> Invitation {
    Invitation {
        id: InvitationId::new(seed()),
        token_hash: token_hash.to_owned(),
        session_id,
        role: PartyRole::Guest,
        name: Some("Ingrid Interpreter".to_owned()),
        email: Some("ingrid@example.test".to_owned()),
        by_code: false,
        created_by,
        created_at: at(0),
        last_used_at: None,
        withdrawn_at: None,
        person_id: None,
    }
}

on_both_databases! {
    async fn an_invitation_is_used_by_one_person_until_it_is_withdrawn(db: &TestDatabase) {
        let parties = parties(&db.store).await;
        let session = booked(&db.store, parties, slot(0, 30)).await;
        let mut invitation = invitation(session.id, parties.practitioner, "hash");
        let mut tx = db.store.begin().await.unwrap();
        tx.insert_invitation(&invitation).await.unwrap();
        assert_eq!(tx.invitation("hash").await.unwrap().as_ref(), Some(&invitation));
        assert_eq!(tx.invitation("other").await.unwrap(), None);
        assert_eq!(tx.invitation_by_id(invitation.id).await.unwrap().as_ref(), Some(&invitation));
        assert_eq!(tx.invitation_by_id(InvitationId::new(seed())).await.unwrap(), None);
        tx.use_invitation(invitation.id, parties.client, at(5)).await.unwrap();
        tx.use_invitation(invitation.id, parties.practitioner, at(6)).await.unwrap();
        (invitation.last_used_at, invitation.person_id) = (Some(at(6)), Some(parties.client));
        assert_eq!(tx.invitation("hash").await.unwrap().as_ref(), Some(&invitation), "the first stays");
        tx.withdraw_invitation(invitation.id, at(7)).await.unwrap();
        tx.withdraw_invitation(invitation.id, at(8)).await.unwrap();
        invitation.withdrawn_at = Some(at(7));
        assert_eq!(tx.invitation("hash").await.unwrap().as_ref(), Some(&invitation));
        // Last: PostgreSQL takes nothing more in a transaction that met a refusal.
        let twin = Invitation { id: InvitationId::new(seed()), ..invitation.clone() };
        assert_eq!(tx.insert_invitation(&twin).await, Err(StoreError::NotUnique { what: "token" }));
    }

    async fn invitations_are_listed_by_session_without_those_withdrawn(db: &TestDatabase) {
        let parties = parties(&db.store).await;
        let (one, two) = (booked(&db.store, parties, slot(0, 30)).await, booked(&db.store, parties, slot(30, 60)).await);
        let mut tx = db.store.begin().await.unwrap();
        let mut made = Vec::new();
        for (session, hash) in [(&one, "a"), (&one, "b"), (&two, "c"), (&one, "d")] {
            let by_code = hash == "d";
            let it = Invitation { by_code, ..invitation(session.id, parties.practitioner, hash) };
            tx.insert_invitation(&it).await.unwrap();
            made.push(it);
        }
        tx.withdraw_invitation(made[1].id, at(1)).await.unwrap();
        let mut expected = vec![made[0].clone(), made[3].clone()];
        expected.sort_by_key(|it| it.id.to_string());
        assert_eq!(tx.invitations(one.id).await.unwrap(), expected);
        assert_eq!(tx.invitations(two.id).await.unwrap(), [made[2].clone()]);
        assert_eq!(tx.invitations(SessionId::new(seed())).await.unwrap(), []);
    }

    async fn strangers_guesses_are_counted_within_a_window_and_forgotten(db: &TestDatabase) {
        let mut tx = db.store.begin().await.unwrap();
        assert_eq!(tx.stranger_guesses("eve", at(0)).await.unwrap(), None);
        assert_eq!(tx.count_stranger_guess("eve", at(0), at(15)).await.unwrap(), 1);
        assert_eq!(tx.count_stranger_guess("eve", at(10), at(25)).await.unwrap(), 2);
        assert_eq!(tx.count_stranger_guess("mo", at(10), at(25)).await.unwrap(), 1);
        let made = tx.stranger_guesses("eve", at(14)).await.unwrap();
        assert_eq!(made, Some(StrangerGuesses { count: 2, forgotten_at: at(15) }));
        tx.return_stranger_guess("eve").await.unwrap();
        assert_eq!(tx.stranger_guesses("eve", at(14)).await.unwrap().unwrap().count, 1);
        assert_eq!(tx.stranger_guesses("eve", at(15)).await.unwrap(), None);
        assert_eq!(tx.count_stranger_guess("eve", at(15), at(30)).await.unwrap(), 1, "a new window");
        tx.forget_stranger_guesses(at(25)).await.unwrap();
        assert_eq!(tx.stranger_guesses("mo", at(11)).await.unwrap(), None, "it is gone");
        assert_eq!(tx.stranger_guesses("eve", at(25)).await.unwrap().unwrap().count, 1);
    }

    async fn what_a_guess_is_compared_with_is_that_of_the_session(db: &TestDatabase) {
        let session = booked(&db.store, parties(&db.store).await, slot(0, 30)).await.id;
        let mut tx = db.store.begin().await.unwrap();
        assert_eq!(tx.passcode_hash(session).await.unwrap(), None);
        tx.set_passcode(session, "hash", at(0)).await.unwrap();
        assert_eq!(tx.passcode_hash(session).await.unwrap().as_deref(), Some("hash"));
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
