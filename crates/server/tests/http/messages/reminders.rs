//! Reminders: the day before and an hour before, and never of what no longer holds.

use super::*;

on_both_with_mail! {
    async fn a_client_is_reminded_the_day_before_and_an_hour_before(posting: Posting) {
        let carla = posting.carla().await;
        posting.book(&carla, DAY * 3).await;
        posting.settled().await;
        posting.advance(DAY * 2 - MINUTE);
        assert_eq!(posting.outcomes().await.len(), 1, "the invitation");
        posting.advance(MINUTE);
        assert_eq!(posting.outcomes().await.len(), 2);
        posting.advance(HOUR * 23 - MINUTE);
        assert_eq!(posting.outcomes().await.len(), 2);
        posting.advance(MINUTE);
        assert_eq!(posting.outcomes().await.len(), 3);
        posting.advance(HOUR * 2);
        let sent = posting.outcomes().await;
        assert_eq!(sent.iter().map(|(kind, state, _)| (*kind, *state)).collect::<Vec<_>>(), [
            ("invitation", "sent"), ("day_before", "sent"), ("hour_before", "sent"),
        ]);
        let mails = posting.mail.mails();
        assert_eq!(subjects(&mails)[1..], [
            "Reminder: your appointment on Tuesday, 8 January 2030 at 10:00", "Your appointment begins at 10:00",
        ]);
        assert!(mails.iter().all(|mail| mail.secret() == mails[0].secret()));
        assert_eq!(mails[2].calendar(), [""; 0]);
    }

    async fn nobody_is_reminded_of_what_no_longer_holds(posting: Posting) {
        let carla = posting.carla().await;
        let (cancelled, moved) = (posting.book(&carla, DAY * 3).await, posting.book(&carla, DAY * 3 + HOUR).await);
        posting.settled().await;
        posting.cancel(&cancelled).await;
        posting.move_to(&moved, DAY * 5).await;
        posting.advance(DAY * 2 + HOUR);
        assert_eq!(posting.outcomes().await.len(), 4);
        // A reminder that waits for the mail server is overtaken.
        posting.mail.set(Mood::Greylists);
        posting.advance(DAY * 2 - HOUR);
        posting.settled().await;
        posting.move_to(&moved, DAY * 3).await;
        posting.mail.set(Mood::Takes);
        posting.advance(HOUR);
        let sent = posting.outcomes().await;
        assert_eq!(sent[4..], [("day_before", "dropped", Some("replaced".to_owned())), ("moved", "sent", None)]);
    }
}

#[tokio::test]
async fn whoever_was_told_just_now_needs_no_reminder() {
    let posting = Posting::sqlite().await;
    let carla = posting.carla().await;
    posting.book(&carla, HOUR * 25).await;
    posting.book(&carla, HOUR * 2).await;
    posting.book(&carla, MINUTE * 70).await;
    posting.settled().await;
    posting.advance(HOUR);
    let told = |outcomes: Vec<(&'static str, &'static str, Option<String>)>| {
        outcomes.into_iter().map(|(kind, state, _)| (kind, state)).collect::<Vec<_>>()
    };
    let mut expected = vec![("invitation", "sent"); 3];
    expected.push(("hour_before", "sent"));
    assert_eq!(told(posting.outcomes().await), expected, "that of the second");
    posting.advance(HOUR * 23);
    expected.push(("hour_before", "sent"));
    assert_eq!(told(posting.outcomes().await), expected, "that of the first");
}

#[tokio::test]
async fn a_long_stop_ends_in_no_flood() {
    let mut posting = Posting::sqlite().await;
    let carla = posting.carla().await;
    for hours in [24, 30, 47, 48, 49, 60, 72, 73, 80] {
        posting.book(&carla, HOUR * hours).await;
    }
    posting.settled().await;
    posting.story.server.restart().await;
    // It was away for two days: four appointments are over or begin, one begins in an hour, some tomorrow.
    posting.story.server.advance(HOUR * 48);
    send_emails(posting.app()).await.unwrap();
    let sent = posting.outcomes().await;
    let mut kinds: Vec<_> = sent[9..].iter().map(|(kind, state, _)| (*kind, *state)).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, [("day_before", "sent"), ("hour_before", "sent")]);
    let subjects: Vec<_> =
        posting.mail.mails().split_off(9).iter().map(|mail| mail.subject().to_owned()).collect();
    assert!(subjects.contains(&"Your appointment begins at 11:00".to_owned()), "{subjects:?}");
    assert!(
        subjects.contains(&"Reminder: your appointment on Tuesday, 8 January 2030 at 10:00".to_owned()),
        "{subjects:?}"
    );
}

#[tokio::test]
async fn whoever_is_there_already_is_not_reminded() {
    let mail = MailServer::start().await;
    let story = Story::with(&format!("join_window_seconds = 7200\n{}", mail.settings())).await;
    let posting = Posting::of(story, mail).await;
    let sam = posting.story.patient.id();
    let admin = posting.story.server.admin().await;
    admin.patch(&format!("/users/{sam}"), json!({ "email": "sam@clients.test" })).await.expect(200);
    let booked = posting.story.book(180, 30).await;
    posting.settled().await;
    posting.advance(HOUR * 2 - MINUTE);
    let session = crate::story::session_path(&booked);
    posting.story.patient.post(&format!("{session}/join"), json!({})).await.expect(200);
    posting.advance(MINUTE);
    assert_eq!(posting.outcomes().await[1..], [("hour_before", "dropped", Some("is_here".to_owned()))]);
}
