//! Passwords are chosen by links: of those who forgot theirs, and of new accounts.

use reqwest::Method;

use super::*;
use crate::common::send;

const OLD: &str = "correct horse";
const NEW: &str = "battery staple";

async fn with_account(posting: &Posting) -> Party {
    let admin = posting.story.server.admin().await;
    let account = json!({
        "name": "Dr. Berta", "email": "berta@praxis.test", "roles": ["practitioner"], "password": OLD, "locale": "de",
    });
    admin.post("/users", account).await.expect(201);
    admin
}

async fn signs_in(posting: &Posting, password: &str) -> u16 {
    let login = json!({ "email": "berta@praxis.test", "password": password });
    posting.story.server.anonymous().post("/auth/login", login).await.status
}

async fn forgets(posting: &Posting, email: &str) {
    let reply =
        posting.story.server.anonymous().post("/auth/password/forgotten", json!({ "email": email })).await;
    assert_eq!((reply.status, reply.body.as_str()), (202, ""), "{email}");
}

async fn choose(posting: &Posting, token: &str, password: &str) -> crate::common::Reply {
    let chosen = json!({ "token": token, "password": password });
    posting.story.server.anonymous().post("/auth/password/choose", chosen).await
}

on_both_with_mail! {
    async fn whoever_forgot_their_password_chooses_another_by_a_link(posting: Posting) {
        with_account(&posting).await;
        for (n, email) in [" BERTA@praxis.test", "nobody@praxis.test", "berta@praxis.test", "no address"].into_iter().enumerate() {
            forgets(&posting, email).await;
            posting.mail.until(n.div_ceil(2).max(1)).await;
        }
        let mails = posting.mail.until(2).await;
        posting.settled().await;
        assert_eq!(posting.mail.mails().len(), 2, "nobody else got one");
        assert_eq!(subjects(&mails), ["Ein neues Passwort für OpenVisit"; 2]);
        assert_eq!(mails[1].to, ["berta@praxis.test"]);
        choose(&posting, &mails[0].secret(), NEW).await.problem(404, "not_found");
        let short = choose(&posting, &mails[1].secret(), "short").await;
        short.problem(422, "invalid");
        assert_eq!(signs_in(&posting, OLD).await, 200);
        assert_eq!(choose(&posting, &mails[1].secret(), NEW).await.status, 204);
        assert_eq!((signs_in(&posting, OLD).await, signs_in(&posting, NEW).await), (401, 200));
        choose(&posting, &mails[1].secret(), OLD).await.problem(404, "not_found");
        let stored: String = posting.stored().await.iter().map(|email| format!("{email:?}")).collect();
        for secret in [mails[1].secret().as_str(), "berta@"] {
            assert!(!stored.contains(secret) && !posting.story.server.log().contains(secret), "{secret}");
        }
    }
}

#[tokio::test]
async fn a_link_is_good_for_an_hour_and_ends_all_logins() {
    let posting = Posting::sqlite().await;
    with_account(&posting).await;
    let login = json!({ "email": "berta@praxis.test", "password": OLD });
    let signed_in = posting.story.server.anonymous().post("/auth/login", login).await;
    let cookies = signed_in.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap());
    let cookies: Vec<_> = cookies.map(|cookie| cookie.split(';').next().unwrap().to_owned()).collect();
    let refresh = async |cookies: &str| {
        let request = posting.story.server.anonymous().request(Method::POST, "/auth/refresh");
        send(request.header("cookie", cookies)).await
    };
    forgets(&posting, "berta@praxis.test").await;
    let late = posting.mail.until(1).await.remove(0).secret();
    posting.settled().await;
    posting.advance(HOUR);
    choose(&posting, &late, NEW).await.problem(404, "not_found");
    forgets(&posting, "berta@praxis.test").await;
    let secret = posting.mail.until(2).await.remove(1).secret();
    let refreshed = refresh(&cookies.join("; ")).await;
    assert_eq!(refreshed.status, 200);
    let newer = refreshed.header("set-cookie").split(';').next().unwrap().to_owned();
    assert_eq!(choose(&posting, &secret, NEW).await.status, 204);
    refresh(&newer).await.problem(401, "unauthorized");
}

#[tokio::test]
async fn asking_too_often_is_refused_whether_there_is_such_an_account_or_not() {
    let posting = Posting::sqlite().await;
    with_account(&posting).await;
    let anonymous = posting.story.server.anonymous();
    for email in ["berta@praxis.test", "nobody@praxis.test"] {
        for _ in 0..3 {
            forgets(&posting, email).await;
        }
        anonymous
            .post("/auth/password/forgotten", json!({ "email": email }))
            .await
            .problem(429, "too_many_requests");
    }
    posting.story.server.advance(HOUR);
    forgets(&posting, "berta@praxis.test").await;
}

#[tokio::test]
async fn guesses_at_links_are_counted() {
    let posting = Posting::sqlite().await;
    for _ in 0..20 {
        choose(&posting, "guess", NEW).await.problem(404, "not_found");
    }
    choose(&posting, "guess", NEW).await.problem(429, "too_many_requests");
}

#[tokio::test]
async fn an_administrator_gives_a_new_account_its_link_with_and_without_e_mail() {
    let posting = Posting::sqlite().await;
    let story = Story::new().await;
    for (server, emailed) in [(&posting.story.server, true), (&story.server, false)] {
        let admin = server.admin().await;
        let account = json!({ "name": "Dr. Berta", "email": "berta@praxis.test", "roles": ["practitioner"] });
        let id = admin.post("/users", account).await.expect(201)["id"].as_str().unwrap().to_owned();
        let path = format!("/users/{id}/password-link");
        server.practitioner("Dr. Curious").await.post(&path, json!({})).await.problem(403, "forbidden");
        let made = admin.post(&path, json!({})).await.expect(201);
        assert_eq!(made["emailed"], emailed);
        assert_eq!(made["expires_at"], json!(server.now() + DAY * 7));
        let secret = made["url"].as_str().unwrap().split_once("/password#").unwrap().1;
        if emailed {
            let mail = posting.mail.until(1).await.remove(0);
            assert_eq!((mail.subject(), mail.secret().as_str()), ("Your account at OpenVisit", secret));
        }
        let chosen = json!({ "token": secret, "password": NEW });
        assert_eq!(server.anonymous().post("/auth/password/choose", chosen).await.status, 204);
        let login = json!({ "email": "berta@praxis.test", "password": NEW });
        server.anonymous().post("/auth/login", login).await.expect(200);
        admin.patch(&format!("/users/{id}"), json!({ "disabled": true })).await.expect(200);
        admin.post(&path, json!({})).await.problem(409, "conflict");
        let config = server.anonymous().get("/config").await.expect(200);
        assert_eq!(config["password_reset"], emailed);
    }
    let forgotten = json!({ "email": "berta@praxis.test" });
    story.server.anonymous().post("/auth/password/forgotten", forgotten).await.problem(403, "forbidden");
}

#[tokio::test]
async fn an_administrator_sees_what_became_of_each_and_sends_it_again() {
    let posting = Posting::sqlite().await;
    let admin = posting.story.server.admin().await;
    let carla = posting.carla().await;
    posting.mail.set(Mood::KnowsNobody);
    let booked = posting.book(&carla, DAY * 3).await;
    posting.settled().await;
    posting.doctor().get("/messages").await.problem(403, "forbidden");
    let page = admin.get("/messages?state=given_up").await.expect(200);
    let message = &page["items"][0];
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
    let shown = ["kind", "session_id", "sent_to", "state", "attempts", "code", "answer", "next_attempt_at"]
        .map(|name| message[name].clone());
    assert_eq!(
        shown,
        [
            json!("invitation"),
            booked["session_id"].clone(),
            json!("c…@clients.test"),
            json!("given_up"),
            json!(1),
            json!(550),
            json!("5.1.1 <c…@clients.test>: no such user c…@clients.test"),
            Value::Null,
        ]
    );
    assert_eq!(admin.get("/messages?state=sent").await.expect(200)["items"], json!([]));
    posting.mail.set(Mood::Takes);
    let path = format!("/messages/{}/resend", message["id"].as_str().unwrap());
    posting.doctor().post(&path, json!({})).await.problem(403, "forbidden");
    assert_eq!(admin.post(&path, json!({})).await.expect(202)["state"], "pending");
    let mail = posting.mail.until(1).await.remove(0);
    assert!(mail.id().contains(message["id"].as_str().unwrap()));
    posting.settled().await;
    assert_eq!(admin.get("/messages").await.expect(200)["items"][0]["state"], "sent");
    let unknown = message["id"].as_str().unwrap().replace(|c: char| c.is_ascii_digit(), "a");
    admin.post(&format!("/messages/{unknown}/resend"), json!({})).await.problem(404, "not_found");

    let mail = admin.get("/system").await.expect(200)["mail"].clone();
    assert_eq!(
        mail,
        json!({ "configured": true, "works": true, "pending": 0, "oldest_at": null, "failing": false })
    );
    let metrics = reqwest::get(format!("http://{}/metrics", posting.story.server.address))
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    for line in [
        "emails_total{outcome=\"sent\"}",
        "emails_total{outcome=\"given_up\"}",
        "emails_pending 0",
        "emails_oldest_seconds 0",
    ] {
        assert!(metrics.contains(line), "{line} in {metrics}");
    }
    assert!(!metrics.contains("clients.test"));
}
