//! E-mails on their way: stored once, leased, in order, found when due, forgotten.

use openvisit_core::ids::{EmailId, InvitationId, PersonId};
use openvisit_core::message::{DueReminders, Kind};
use openvisit_core::session::{PartyRole, Session};
use openvisit_core::{SignedDuration, Timestamp};
use openvisit_store::{EmailState, Emails, Invitation, NewEmail, Recipient, Store, StoredEmail, Tx};
use openvisit_testkit::on_both_databases;

use crate::given::{Parties, at, booked, parties, seed, slot, somebody};

/// A client with an address, and a practitioner without one.
async fn reachable(store: &Store) -> Parties {
    let parties = parties(store).await;
    let mut client = somebody("Carla Client", openvisit_core::person::Role::Client);
    client.email = Some("carla@clients.test".to_owned());
    let mut tx = store.begin().await.unwrap();
    tx.insert_person(&client).await.unwrap();
    tx.commit().await.unwrap();
    Parties { client: client.id, ..parties }
}

fn email(kind: Kind, to: Recipient, session: &Session, version: i64) -> NewEmail {
    NewEmail {
        id: EmailId::new(seed()),
        kind,
        to,
        session: Some((session.id, version)),
        slot_starts_at: kind.is_reminder().then_some(session.appointment.slot.starts_at),
        sealed_link: None,
        at: at(0),
    }
}

fn guest(session: &Session, created_by: PersonId, address: Option<&str>) -> Invitation {
    let id = InvitationId::new(seed());
    Invitation {
        id,
        token_hash: id.to_string(),
        session_id: session.id,
        role: PartyRole::Guest,
        name: None,
        email: address.map(str::to_owned),
        by_code: false,
        created_by,
        created_at: at(0),
        last_used_at: None,
        withdrawn_at: None,
        person_id: None,
    }
}

async fn leased(tx: &mut Tx, now: Timestamp) -> Vec<StoredEmail> {
    tx.lease_emails(now, now + SignedDuration::from_mins(6), 100).await.unwrap()
}

fn ids(emails: &[StoredEmail]) -> Vec<EmailId> {
    let mut ids: Vec<_> = emails.iter().map(|email| email.id).collect();
    ids.sort();
    ids
}

on_both_databases! {
    async fn only_whoever_has_an_address_is_written_to(db: &TestDatabase) {
        let parties = reachable(&db.store).await;
        let session = booked(&db.store, parties, slot(0, 30)).await;
        let (reached, unreached) = (
            guest(&session, parties.practitioner, Some("ines@guests.test")),
            guest(&session, parties.practitioner, None),
        );
        let mut tx = db.store.begin().await.unwrap();
        for invitation in [&reached, &unreached] {
            tx.insert_invitation(invitation).await.unwrap();
        }
        for (to, is_stored) in [
            (Recipient::Person(parties.client), true),
            (Recipient::Person(parties.practitioner), false),
            (Recipient::Guest(reached.id), true),
            (Recipient::Guest(unreached.id), false),
        ] {
            let stored = tx.store_email(&email(Kind::Invitation, to, &session, 0)).await.unwrap();
            assert_eq!(stored, is_stored, "{to:?}");
        }
        assert_eq!(tx.guests_with_address(session.id).await.unwrap(), [reached.id]);
        tx.withdraw_invitation(reached.id, at(1)).await.unwrap();
        assert_eq!(tx.guests_with_address(session.id).await.unwrap(), []);
    }

    async fn a_reminder_is_stored_once_for_each_slot(db: &TestDatabase) {
        let parties = reachable(&db.store).await;
        let session = booked(&db.store, parties, slot(120, 150)).await;
        let to = Recipient::Person(parties.client);
        let mut tx = db.store.begin().await.unwrap();
        assert!(tx.store_email(&email(Kind::HourBefore, to, &session, 0)).await.unwrap());
        assert!(!tx.store_email(&email(Kind::HourBefore, to, &session, 1)).await.unwrap());
        assert!(tx.store_email(&email(Kind::DayBefore, to, &session, 1)).await.unwrap());
        let moved = NewEmail { slot_starts_at: Some(at(180)), ..email(Kind::HourBefore, to, &session, 1) };
        assert!(tx.store_email(&moved).await.unwrap());
    }

    async fn whoever_is_to_be_reminded_is_found_once_and_not_when_told_just_now(db: &TestDatabase) {
        let parties = reachable(&db.store).await;
        let due = |now| DueReminders::of(Kind::HourBefore, at(now)).unwrap();
        let session = booked(&db.store, parties, slot(120, 150)).await;
        let mut tx = db.store.begin().await.unwrap();
        let invitation = guest(&session, parties.practitioner, Some("ines@guests.test"));
        tx.insert_invitation(&invitation).await.unwrap();
        assert_eq!(tx.due_reminders(Kind::HourBefore, due(59), 10).await.unwrap(), []);
        let found = tx.due_reminders(Kind::HourBefore, due(60), 10).await.unwrap();
        assert_eq!(found.len(), 2);
        assert!(found.iter().all(|it| (it.session_id, it.slot_starts_at) == (session.id, at(120))));
        let to = Recipient::Person(parties.client);
        tx.store_email(&email(Kind::HourBefore, to, &session, 0)).await.unwrap();
        let left = tx.due_reminders(Kind::HourBefore, due(61), 10).await.unwrap();
        assert_eq!(left.iter().map(|it| it.to).collect::<Vec<_>>(), [Recipient::Guest(invitation.id)]);
        // An hour and a quarter before the appointment is 45 minutes after noon.
        let told = |minute| NewEmail { at: at(minute), ..email(Kind::Moved, Recipient::Guest(invitation.id), &session, 2) };
        tx.store_email(&told(44)).await.unwrap();
        for sent in leased(&mut tx, at(44)).await {
            tx.mark_email_sent(&sent, "i…", (250, "ok"), at(44)).await.unwrap();
        }
        assert_eq!(tx.due_reminders(Kind::HourBefore, due(61), 10).await.unwrap().len(), 1);
        tx.store_email(&told(46)).await.unwrap();
        assert_eq!(tx.due_reminders(Kind::HourBefore, due(61), 10).await.unwrap(), []);
    }

    async fn the_last_message_to_somebody_goes_alone(db: &TestDatabase) {
        let parties = reachable(&db.store).await;
        let (one, two) =
            (booked(&db.store, parties, slot(0, 30)).await, booked(&db.store, parties, slot(30, 60)).await);
        let to = Recipient::Person(parties.client);
        let all = [
            email(Kind::Invitation, to, &one, 0), email(Kind::Moved, to, &one, 1), email(Kind::Invitation, to, &two, 0),
        ];
        let mut tx = db.store.begin().await.unwrap();
        // The later one has the lower id: what counts is the session's version.
        let (first, second) = (EmailId::new(seed()), EmailId::new(seed()));
        tx.store_email(&NewEmail { id: second, ..all[0].clone() }).await.unwrap();
        tx.store_email(&NewEmail { id: first, ..all[1].clone() }).await.unwrap();
        tx.store_email(&all[2]).await.unwrap();
        assert!(tx.has_due_email(at(0)).await.unwrap());
        let mut expected = vec![first, all[2].id];
        expected.sort();
        let taken = leased(&mut tx, at(0)).await;
        assert_eq!(ids(&taken), expected);
        assert!(taken.iter().all(|email| (email.attempts, email.attempted_at) == (1, Some(at(0)))));
        assert_eq!(leased(&mut tx, at(5)).await, [], "the first of the session waits for the second");
        // A lease that ran out is anybody's.
        assert_eq!(ids(&leased(&mut tx, at(6)).await), expected);
        let order: Vec<_> = tx.emails_to(one.id, to).await.unwrap().iter().map(|email| email.id).collect();
        assert_eq!(order, [second, first]);
    }

    async fn what_came_of_a_message_is_kept_and_it_can_be_sent_again(db: &TestDatabase) {
        let parties = reachable(&db.store).await;
        let session = booked(&db.store, parties, slot(0, 30)).await;
        let message = email(Kind::Invitation, Recipient::Person(parties.client), &session, 0);
        let mut tx = db.store.begin().await.unwrap();
        tx.store_email(&message).await.unwrap();
        assert_eq!(tx.waiting_emails().await.unwrap(), (1, Some(at(0)), false));
        let tried = leased(&mut tx, at(0)).await.remove(0);
        assert!(tried.may_have_been_sent());
        tx.mark_email_failed(&tried, "c…@x", (Some(451), "later"), Some(at(3)), at(1)).await.unwrap();
        assert_eq!(tx.waiting_emails().await.unwrap(), (1, Some(at(0)), true));
        assert_eq!(leased(&mut tx, at(2)).await, []);
        let again = leased(&mut tx, at(3)).await.remove(0);
        // Somebody who was slow has nothing to say any more.
        tx.mark_email_failed(&tried, "c…@x", (None, "slow"), None, at(3)).await.unwrap();
        assert_eq!(tx.email(message.id).await.unwrap().unwrap().state, EmailState::Pending);
        tx.mark_email_failed(&again, "c…@x", (Some(550), "no"), None, at(4)).await.unwrap();
        let given_up = tx.email(message.id).await.unwrap().unwrap();
        assert_eq!((given_up.state, given_up.attempts, given_up.status), (EmailState::GivenUp, 2, Some(550)));
        assert_eq!((given_up.answer.as_deref(), given_up.sent_to.as_deref()), (Some("no"), Some("c…@x")));
        assert!(!given_up.may_have_been_sent());

        assert!(tx.resend_email(message.id, at(9)).await.unwrap());
        assert!(!tx.resend_email(message.id, at(9)).await.unwrap(), "it waits already");
        let sent = leased(&mut tx, at(9)).await.remove(0);
        assert_eq!((sent.attempts, sent.begun_at), (1, at(9)));
        tx.mark_email_sent(&sent, "c…@x", (250, "queued"), at(9)).await.unwrap();
        let page = |state| Emails { state, limit: 10, ..Emails::default() };
        assert_eq!(tx.emails(&page(None)).await.unwrap().len(), 1);
        assert_eq!(tx.emails(&page(Some(EmailState::Sent))).await.unwrap().len(), 1);
        assert_eq!(tx.emails(&page(Some(EmailState::GivenUp))).await.unwrap(), []);
        assert_eq!(tx.waiting_emails().await.unwrap(), (0, None, false));

        // Kept as long as the appointment is to come.
        assert_eq!(tx.prune_emails(at(30), 10).await.unwrap(), 0);
        assert_eq!(tx.prune_emails(at(31), 10).await.unwrap(), 1);
    }

    async fn a_link_to_an_account_is_good_once_and_for_its_time(db: &TestDatabase) {
        let parties = reachable(&db.store).await;
        let mut tx = db.store.begin().await.unwrap();
        tx.give_account_link(parties.client, "one", at(0), at(60)).await.unwrap();
        tx.give_account_link(parties.client, "two", at(1), at(61)).await.unwrap();
        tx.give_account_link(parties.practitioner, "three", at(0), at(60)).await.unwrap();
        assert_eq!(tx.account_link("one", at(2)).await.unwrap(), None, "the second took its place");
        assert_eq!(tx.account_link("two", at(60)).await.unwrap(), Some(parties.client));
        assert_eq!(tx.use_account_link("two", at(61)).await.unwrap(), None, "over");
        assert_eq!(tx.use_account_link("three", at(59)).await.unwrap(), Some(parties.practitioner));
        assert_eq!(tx.use_account_link("three", at(59)).await.unwrap(), None, "used");
        assert_eq!(tx.forget_account_links(at(61)).await.unwrap(), 1);
    }
}
