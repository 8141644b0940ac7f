//! Pictures and PDF in a call's chat.

use std::time::Duration;

use jiff::SignedDuration;
use openvisit_app::timers::sweep;
use openvisit_core::attendance::FactKind;
use reqwest::Method;
use serde_json::{Value, json};

use crate::common::{Listener, Party, Reply, send};
use crate::story::{Story, on_both};

const MIB: usize = 1024 * 1024;

/// Of so many bytes, each unlike its neighbours.
fn picture(size: usize) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    bytes.extend((0..size).map(|at| u8::try_from((at * 31 + at / 251) % 256).unwrap()));
    bytes.truncate(size.max(8));
    bytes
}

async fn give(party: &Party, session: &str, name: &str, bytes: Vec<u8>) -> Reply {
    let request = party.raw(Method::POST, &format!("/api/v1{session}/files")).header("x-file-name", name);
    send(request.body(bytes)).await
}

async fn give_picture(party: &Party, session: &str, size: usize) -> Value {
    give(party, session, "a.png", picture(size)).await.expect(201)
}

/// Status, headers and bytes of a file.
async fn take(party: &Party, session: &str, file: &Value) -> reqwest::Response {
    let path = format!("/api/v1{session}/files/{}", file["id"].as_str().unwrap());
    party.raw(Method::GET, &path).send().await.unwrap()
}

async fn is_there(party: &Party, session: &str, file: &Value) -> bool {
    take(party, session, file).await.status() == 200
}

on_both! {
    async fn the_other_gets_the_file_that_was_sent(story: Story) {
        let session = story.now().await;
        let (doctor, _) = story.call(&session).await;
        let mut patient = Listener::of(&story.patient).await;
        let bytes = picture(3 * MIB / 2 + 17);
        let sent = give(&story.doctor, &session, "R%C3%B6ntgen%20Knie.html", bytes.clone()).await.expect(201);
        assert_eq!((&sent["name"], &sent["kind"]), (&json!("Röntgen Knie.html.png"), &json!("image/png")));

        let message = patient.hear("chat").await;
        assert_eq!((&message["id"], &message["participant_id"], &message["text"]), (&sent["id"], &doctor, &json!("")));
        let told = json!({ "name": sent["name"], "kind": "image/png", "size": bytes.len() });
        assert_eq!(message["file"], told);
        let again = Listener::of(&story.patient).await.hear("chat").await;
        assert_eq!(again, message, "who comes back is told again");

        let answer = take(&story.patient, &session, &sent).await;
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), "image/png");
        assert_eq!(header("content-disposition"), "attachment; filename*=UTF-8''R%C3%B6ntgen%20Knie.html.png");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("content-security-policy"), "default-src 'none'; sandbox; frame-ancestors 'none'");
        assert_eq!(header("cache-control"), "no-store");
        assert_eq!(header("content-length"), bytes.len().to_string());
        assert_eq!(answer.bytes().await.unwrap(), bytes);

        assert!(!story.server.log().contains("Knie"), "a name tells of somebody's health");
        story.doctor.post(&format!("{session}/end"), json!({})).await.expect(200);
        assert!(!is_there(&story.patient, &session, &sent).await);
    }

    async fn who_came_later_or_is_no_part_of_it_has_nothing(story: Story) {
        let session = story.now().await;
        story.call(&session).await;
        let before = give_picture(&story.doctor, &session, 100).await;
        let appointment = story.see(&session).await["appointment_id"].as_str().unwrap().to_owned();
        let invitations = format!("/appointments/{appointment}/invitations");
        let link = story.doctor.post(&invitations, json!({ "role": "guest", "name": "Gil" })).await.expect(201);
        let token = link["url"].as_str().unwrap().rsplit(['#', '=']).next().unwrap();
        let redeemed = story.server.anonymous().post("/invitations/redeem", json!({ "token": token })).await;
        let guest = story.server.bearer(redeemed.expect(200)["access_token"].as_str().unwrap());
        let waits = guest.post(&format!("{session}/join"), json!({})).await.expect(200);
        let stranger = story.server.client("Stranger").await;
        let admin = story.server.admin().await;
        for party in [&guest, &stranger, &admin] {
            assert!(!is_there(party, &session, &before).await);
            let refused = give(party, &session, "a.png", picture(50)).await;
            assert!([403, 404].contains(&refused.status), "{}", refused.body);
        }
        assert_eq!(take(&story.server.anonymous(), &session, &before).await.status(), 401);

        story.server.advance(SignedDuration::from_secs(1));
        let admit = json!({ "participant_id": waits["participant_id"] });
        story.doctor.post(&format!("{session}/admit"), admit).await.expect(200);
        story.fact(&session, &waits["participant_id"], FactKind::Connected).await;
        assert!(!is_there(&guest, &session, &before).await, "sent before");
        let after = give_picture(&guest, &session, 100).await;
        for party in [&guest, &story.patient, &story.doctor] {
            assert!(is_there(party, &session, &after).await);
        }
        assert!(is_there(&story.patient, &session, &before).await);
        let other = story.doctor.post("/clients", json!({ "name": "Kim" })).await.expect(201);
        let elsewhere = json!({ "client_id": other["id"], "starts_at": story.server.now() + SignedDuration::from_mins(60),
            "duration_minutes": 20, "passcode": false });
        let elsewhere = story.doctor.post("/appointments", elsewhere).await.expect(201);
        let elsewhere = format!("/sessions/{}", elsewhere["session_id"].as_str().unwrap());
        assert!(!is_there(&story.doctor, &elsewhere, &after).await, "of another session");
    }

    async fn what_is_old_or_was_never_all_sent_is_swept(story: Story) {
        let session = story.now().await;
        story.call(&session).await;
        let sent = give_picture(&story.doctor, &session, MIB).await;
        story.doctor.post(&format!("{session}/extend"), json!({ "minutes": 240 })).await.expect(200);
        sweep(&story.server.app).await.unwrap();
        assert!(is_there(&story.patient, &session, &sent).await);
        // Nothing ends the session here: the timers are asleep.
        story.server.advance(SignedDuration::from_hours(25));
        sweep(&story.server.app).await.unwrap();
        assert!(!story.server.app.store.has_chat(None).await.unwrap());
    }

    async fn there_is_room_for_so_much_and_no_more(story: Story) {
        let session = story.now().await;
        story.call(&session).await;
        for _ in 0..5 {
            give_picture(&story.doctor, &session, 10 * MIB).await;
        }
        let field = |reply: Reply| reply.problem(422, "invalid")["errors"][0].clone();
        let refused = field(give(&story.doctor, &session, "a.png", picture(50)).await);
        assert_eq!((&refused["field"], &refused["code"]), (&json!("file"), &json!("out_of_range")));
        give_picture(&story.patient, &session, MIB).await;
    }
}

#[tokio::test]
async fn only_pictures_and_pdf_are_taken_by_what_is_in_them() {
    let story = Story::new().await;
    let session = story.now().await;
    story.call(&session).await;
    let code = |reply: Reply| reply.problem(422, "invalid")["errors"][0]["code"].clone();
    for wrong in
        [&b"<!doctype html><script>"[..], b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"PK\x03\x04", b"x"]
    {
        let reply = give(&story.doctor, &session, "a.png", wrong.to_vec()).await;
        assert_eq!(code(reply), "wrong_type");
    }
    assert_eq!(code(give(&story.doctor, &session, "a.png", vec![]).await), "required");
    assert_eq!(code(give(&story.doctor, &session, "a.png", picture(10 * MIB + 1)).await), "too_long");
    assert!(!story.server.app.store.has_chat(None).await.unwrap(), "nothing is left of them");
    let pdf = give(&story.doctor, &session, "", b"%PDF-1.7 ...".to_vec()).await.expect(201);
    assert_eq!((&pdf["name"], &pdf["kind"]), (&json!("file.pdf"), &json!("application/pdf")));
}

#[tokio::test]
async fn files_can_be_switched_off() {
    let story = Story::with("chat_files = false").await;
    let session = story.now().await;
    story.call(&session).await;
    let refused = give(&story.doctor, &session, "a.png", picture(50)).await.problem(422, "invalid");
    assert_eq!(refused["errors"][0]["code"], "not_configured");
    let config = send(story.server.anonymous().raw(Method::GET, "/api/v1/config")).await.expect(200);
    assert_eq!(config["chat"], json!({ "files": false, "largest_file": 10 * MIB }));
}

/// Each holds a part of its file and no more: what the process grows by is measured by hand.
#[tokio::test]
async fn twenty_at_once_all_get_through() {
    let story = Story::new().await;
    let session = story.now().await;
    story.call(&session).await;
    let size = 4 * MIB;
    let sent: Vec<Value> = {
        let one = || give_picture(&story.doctor, &session, size);
        let other = || give_picture(&story.patient, &session, size);
        let all = futures(one, other);
        tokio::time::timeout(Duration::from_secs(120), all).await.unwrap()
    };
    assert_eq!(sent.len(), 20);
    for file in &sent {
        assert_eq!(take(&story.doctor, &session, file).await.bytes().await.unwrap().len(), size);
    }
}

/// Ten of each, at the same time.
async fn futures<A: Future<Output = Value>, B: Future<Output = Value>>(
    one: impl Fn() -> A,
    other: impl Fn() -> B,
) -> Vec<Value> {
    let ones = futures_util::future::join_all((0..10).map(|_| one()));
    let others = futures_util::future::join_all((0..10).map(|_| other()));
    let (ones, others) = tokio::join!(ones, others);
    ones.into_iter().chain(others).collect()
}
