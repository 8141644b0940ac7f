//! What the mail server does not take: tried again, given up, and never said twice in other words.

use std::collections::HashSet;

use super::*;

on_both_with_mail! {
    async fn what_is_refused_for_now_is_tried_again_with_the_same_id(posting: Posting) {
        let carla = posting.carla().await;
        posting.mail.set(Mood::Greylists);
        posting.book(&carla, DAY * 9).await;
        for tries in 1..=3 {
            let waiting = posting.settled().await.remove(0);
            assert_eq!((waiting.state, waiting.attempts, waiting.status), (EmailState::Pending, tries, Some(451)));
            assert_eq!(waiting.answer.as_deref(), Some("4.7.1 greylisted, try again later"));
            assert_eq!(waiting.sent_to.as_deref(), Some("c…@clients.test"));
            posting.advance(posting.story.server.now().duration_until(waiting.due_at));
        }
        posting.mail.set(Mood::DropsAfterData);
        let unknown = posting.settled().await.remove(0);
        assert_eq!((unknown.state, unknown.status), (EmailState::Pending, None), "nobody knows whether it arrived");
        posting.mail.set(Mood::Takes);
        posting.advance(posting.story.server.now().duration_until(unknown.due_at));
        assert_eq!(posting.outcomes().await, [("invitation", "sent", None)]);
        let mails = posting.mail.until(2).await;
        assert_eq!(mails[0].id(), mails[1].id());
        assert_eq!(mails[0].secret(), mails[1].secret());
    }

    async fn what_is_refused_for_good_is_given_up_and_shown_without_the_address(posting: Posting) {
        let carla = posting.carla().await;
        for (mood, answer) in [
            (Mood::KnowsNobody, "5.1.1 <c…@clients.test>: no such user c…@clients.test"),
            (Mood::DislikesContent, "5.7.1 looks like spam"),
        ] {
            posting.mail.set(mood);
            posting.book(&carla, DAY * 9).await;
            let given_up = posting.settled().await.pop().unwrap();
            assert_eq!((given_up.state, given_up.attempts), (EmailState::GivenUp, 1));
            assert_eq!(given_up.answer.as_deref(), Some(answer));
            posting.advance(HOUR);
        }
        assert!(posting.mail.mails().is_empty());
        assert!(!posting.story.server.log().contains("clients.test"));
    }

    async fn a_mail_server_that_is_away_gets_everything_once_it_is_back(posting: Posting) {
        let carla = posting.carla().await;
        posting.mail.set(Mood::Away);
        let (one, two, three) = (
            posting.book(&carla, DAY * 5).await, posting.book(&carla, DAY * 6).await, posting.book(&carla, DAY * 7).await,
        );
        posting.mail.until_connections(1).await;
        // Of what nobody heard of yet, they hear once, as it is.
        posting.move_to(&one, DAY * 8).await;
        posting.cancel(&two).await;
        posting.mail.set(Mood::Takes);
        posting.advance(MINUTE * 5);
        posting.settled().await;
        let mails = posting.mail.mails();
        let told: HashSet<_> = subjects(&mails).into_iter().collect();
        assert_eq!(told, HashSet::from([
            "Your appointment on Sunday, 13 January 2030 at 10:00",
            "Your appointment on Saturday, 12 January 2030 at 10:00",
        ]), "{three}");
        assert_eq!(mails.len(), 2);
    }
}

#[tokio::test]
async fn wrong_settings_give_nothing_up() {
    for mood in [Mood::DislikesSender, Mood::Busy] {
        let posting = Posting::sqlite().await;
        let carla = posting.carla().await;
        posting.mail.set(mood);
        posting.book(&carla, DAY * 9).await;
        let waiting = posting.settled().await.remove(0);
        assert_eq!((waiting.state, waiting.attempts), (EmailState::Pending, 1), "{mood:?}");
        posting.mail.set(Mood::Takes);
        posting.advance(MINUTE * 5);
        assert_eq!(posting.outcomes().await, [("invitation", "sent", None)]);
    }
}

#[tokio::test]
async fn after_four_days_it_is_given_up_and_an_appointment_that_is_over_before() {
    let posting = Posting::sqlite().await;
    let carla = posting.carla().await;
    posting.mail.set(Mood::Greylists);
    posting.book(&carla, DAY * 9).await;
    posting.book(&carla, DAY).await;
    let mut waits = vec![];
    loop {
        let all = posting.settled().await;
        let next =
            all.iter().filter(|email| email.state == EmailState::Pending).map(|email| email.due_at).min();
        let Some(next) = next else { break };
        let wait = posting.story.server.now().duration_until(next);
        waits.push(wait);
        posting.advance(wait);
    }
    let mut outcomes = posting.outcomes().await;
    outcomes.sort_unstable();
    assert_eq!(
        outcomes,
        [
            ("invitation", "dropped", Some("over".to_owned())),
            ("invitation", "given_up", Some("4.7.1 greylisted, try again later".to_owned())),
        ]
    );
    let total = waits.into_iter().fold(SignedDuration::ZERO, |sum, wait| sum + wait);
    assert_eq!(total, DAY * 4);
}

#[tokio::test]
async fn no_more_go_a_minute_than_the_settings_allow() {
    let posting = Posting::with("per_minute = 3\n", Manners::default()).await;
    let carla = posting.carla().await;
    for n in 1..=7 {
        posting.book(&carla, DAY * n).await;
    }
    posting.mail.until(3).await;
    for count in [3, 6, 7] {
        until("the others wait", async || {
            let sent = posting.stored().await.iter().filter(|email| email.state == EmailState::Sent).count();
            (sent == count).then_some(())
        })
        .await;
        assert_eq!(posting.mail.mails().len(), count);
        posting.advance(MINUTE);
    }
}

#[tokio::test]
async fn connections_are_kept_for_the_next_message() {
    let posting = Posting::sqlite().await;
    let carla = posting.carla().await;
    for n in 1..=20 {
        posting.book(&carla, DAY * n).await;
        posting.mail.until(usize::try_from(n).unwrap()).await;
    }
    assert!(posting.mail.connections() <= 3, "{} connections for 20 e-mails", posting.mail.connections());
}

#[tokio::test]
async fn several_nodes_send_each_once() {
    let posting = Posting::postgres().await;
    let nodes = [posting.story.server.another_node().await, posting.story.server.another_node().await];
    for node in &nodes {
        send_emails(&node.app).await.unwrap();
    }
    let mut clients = vec![];
    for n in 0..10 {
        clients.push(posting.client(&format!("c{n}"), "en", "UTC").await);
    }
    for n in 0..30 {
        posting.book(&clients[n % 10], DAY * 2 + HOUR * i32::try_from(n).unwrap()).await;
        nodes[n % 2].app.messages.wake();
    }
    posting.settled().await;
    // They also see who is to be reminded at the same time.
    posting.story.server.advance(HOUR * 40);
    for node in &nodes {
        node.app.messages.wake();
    }
    posting.settled().await;
    let ids: Vec<_> = posting.mail.mails().iter().map(|mail| mail.id().to_owned()).collect();
    let different: HashSet<_> = ids.iter().collect();
    assert_eq!(ids.len(), different.len());
    let stored = posting.stored().await;
    assert_eq!(stored.iter().filter(|email| email.state == EmailState::Sent).count(), ids.len());
    assert!(stored.len() > 33, "{} stored", stored.len());
}

#[tokio::test]
async fn a_login_is_made_and_a_wrong_one_gives_nothing_up() {
    let manners = || Manners { login: Some(("praxis", "geheim")), ..Manners::default() };
    for (password, state) in [("geheim", EmailState::Sent), ("falsch", EmailState::Pending)] {
        let mail = MailServer::with(manners()).await;
        let toml = mail.settings().replace("smtp://", &format!("smtp://praxis:{password}@"));
        let posting = Posting::of(Story::with(&toml).await, mail).await;
        let carla = posting.carla().await;
        posting.book(&carla, DAY).await;
        let email = posting.settled().await.remove(0);
        assert_eq!(email.state, state, "{email:?}");
        assert!(!posting.story.server.log().contains(password));
        if state == EmailState::Pending {
            assert_eq!(
                (email.status, email.answer.as_deref()),
                (Some(535), Some("5.7.8 wrong user or password"))
            );
        }
    }
}
