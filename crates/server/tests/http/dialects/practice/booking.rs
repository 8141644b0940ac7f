//! `POST /api/video-sessions`: who, when, and what is in the way.

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{SESSIONS, canonical, id, password, path};
use crate::common::{MORNING, Party, Server};
use crate::story::{Story, on_both};

#[tokio::test]
async fn create_answers_201_with_every_field_and_the_password_once() {
    let story = Story::new().await;
    let made = story.schedule(60).await;
    assert_eq!(made["partner_id"], json!(story.doctor.id()));
    assert_eq!(made["user_id"], json!(story.patient.id()));
    assert_eq!((&made["title"], &made["notes"]), (&json!("Weekly talk"), &json!("bring the diary")));
    assert_eq!(made["session_date"], "2030-01-05T10:00:00Z");
    assert_eq!(made["end_date"], "2030-01-05T11:00:00Z");
    assert_eq!(made["duration_minutes"], 60);
    assert_eq!((&made["password_enabled"], &made["status"]), (&json!(true), &json!("scheduled")));
    assert_eq!((&made["created_at"], &made["updated_at"]), (&json!(MORNING), &json!(MORNING)));
    let shown = made["meeting_link"].as_str().unwrap();
    assert!(shown.ends_with(&format!("/join/{}", id(&made))), "{shown}");
    let code = password(&made);
    assert!(code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()), "{code}");

    let mut details = story.doctor.fetch(&path(&made)).await.expect(200);
    assert_eq!(details.get("password"), None);
    details["password"] = made["password"].clone();
    assert_eq!(details, made, "the same fields, but for the password");
}

#[tokio::test]
async fn the_password_is_kept_as_a_bcrypt_hash_and_never_logged() {
    let story = Story::new().await;
    let made = story.schedule(10).await;
    story.patient.verify(&made, password(&made)).await.expect(200);
    let mut tx = story.server.app.store.begin().await.unwrap();
    let guess = tx.count_guess(id(&made).parse().unwrap(), "a test").await.unwrap().unwrap();
    assert!(guess.hash.starts_with("$2b$"), "{}", guess.hash);
    assert!(!story.server.log().contains(password(&made)));
}

#[tokio::test]
async fn a_partner_books_for_himself_and_an_admin_for_anyone() {
    let story = Story::new().await;
    let (admin, other) = (story.server.admin().await, story.server.practitioner("Dr. Eve").await);
    let mut form = story.form(60);
    story.patient.create(&form).await.problem(403, "forbidden");
    story.server.anonymous().create(&form).await.problem(401, "unauthorized");
    let nobody = admin.create(&form).await.problem(422, "invalid");
    assert_eq!(nobody["errors"][0]["field"], "partner_id");

    form["partner_id"] = json!(story.doctor.id());
    let refused = other.create(&form).await.problem(422, "invalid");
    assert_eq!(refused["errors"][0]["field"], "partner_id");
    let own = story.doctor.create(&form).await.expect(201);
    form["session_date"] = json!(story.at(180));
    let for_anyone = admin.create(&form).await.expect(201);
    assert_eq!(for_anyone["partner_id"], own["partner_id"]);
    form["partner_id"] = json!(story.patient.id());
    let no_partner = admin.create(&form).await.problem(422, "invalid");
    assert_eq!(no_partner["errors"][0]["field"], "partner_id");
}

const PORTAL: &str = "[[issuers]]\nissuer = 'portal'\nsecret = 'a secret that two systems share'\n\
                      id_claim = 'userId'\ncreate_people = true\n";

fn portal(server: &Server, id: u32, role: &str) -> Party {
    let expires = MORNING.as_second() + 86_400;
    let claims = json!({ "iss": "portal", "userId": id, "role": role, "name": role, "exp": expires });
    let key = EncodingKey::from_secret(b"a secret that two systems share");
    server.bearer(jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key).unwrap())
}

#[tokio::test]
async fn both_parties_are_named_by_the_other_systems_ids_also_before_they_are_known_here() {
    let server = Server::with(PORTAL).await;
    let partner = portal(&server, 7, "partner");
    let mut form = json!({
        "partner_id": 7, "user_id": 4711, "session_date": server.now(), "duration_minutes": 30,
    });
    let first = partner.create(&form).await.expect(201);
    let user = portal(&server, 4711, "user");
    let seen = user.fetch(&path(&first)).await.expect(200);
    assert_eq!(seen["user_id"], "4711");
    assert_eq!(seen["openvisit_user_id"], user.get("/me").await.expect(200)["id"]);
    assert_eq!(user.fetch("/api/users/4711/video-sessions").await.expect(200)[0]["id"], first["id"]);
    assert_eq!(partner.fetch("/api/partners/7/video-sessions").await.expect(200)[0]["id"], first["id"]);

    form["user_id"] = seen["openvisit_user_id"].clone();
    form["session_date"] = json!("2030-01-06T09:00:00+01:00");
    let by_our_id = partner.create(&form).await.expect(201);
    assert_eq!(by_our_id["session_date"], "2030-01-06T08:00:00Z");
    form["partner_id"] = json!("8");
    partner.create(&form).await.problem(422, "invalid");
}

#[tokio::test]
async fn the_end_is_derived_and_what_contradicts_itself_is_refused() {
    let story = Story::new().await;
    let create = async |changes: Value| {
        let mut form = story.form(60);
        for (name, value) in changes.as_object().unwrap() {
            form[name] = value.clone();
        }
        story.doctor.create(&form).await
    };
    let refused = async |field: &str, changes: Value| {
        let problem = create(changes.clone()).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], field, "{changes}");
    };
    let (end, early) = (json!(story.at(120)), json!(story.at(30)));
    refused("duration_minutes", json!({ "duration_minutes": null })).await;
    refused("end_date", json!({ "duration_minutes": 45, "end_date": end })).await;
    refused("duration_minutes", json!({ "duration_minutes": null, "end_date": early })).await;
    refused("end_date", json!({ "end_date": "2030-01-05T11:00:30Z" })).await;
    for minutes in [-60, 0, 29, 181, 600, i64::MAX] {
        refused("duration_minutes", json!({ "duration_minutes": minutes })).await;
    }
    refused("session_date", json!({ "session_date": "2029-01-05T11:00:00Z" })).await;
    refused("session_date", json!({ "session_date": "next Tuesday" })).await;
    refused("user_id", json!({ "user_id": null })).await;
    refused("user_id", json!({ "user_id": "somebody" })).await;
    refused("user_id", json!({ "user_id": story.doctor.id() })).await;
    refused("notes", json!({ "notes": "😀".repeat(2_001) })).await;
    assert_eq!(
        story.doctor.fetch(&list(&story)).await.expect(200),
        json!([]),
        "nothing was kept of what was refused"
    );

    let by_end = create(json!({ "duration_minutes": null, "end_date": end })).await.expect(201);
    assert_eq!(by_end["duration_minutes"], 60);
    for (from, minutes) in [(200, 30), (300, 180)] {
        let session_date = json!(story.at(from));
        create(json!({ "session_date": session_date, "duration_minutes": minutes })).await.expect(201);
    }
}

fn list(story: &Story) -> String {
    format!("/api/partners/{}/video-sessions", story.doctor.id())
}

#[tokio::test]
async fn what_is_in_the_way_is_told_with_its_times_and_its_client_only_to_who_may_see_it() {
    let story = Story::new().await;
    let made = story.schedule(60).await;
    let form = story.form(90);
    let own = story.doctor.create(&form).await.problem(409, "slot_taken");
    assert_eq!(own["conflict"]["session_date"], made["session_date"]);
    assert_eq!(own["conflict"]["end_date"], made["end_date"]);
    assert_eq!(own["conflict"]["id"], made["id"]);
    assert_eq!(own["conflict"]["user_name"], "Sam");

    // The client is protected, too, and another partner learns nothing but the time.
    let other = story.server.practitioner("Dr. Eve").await;
    let mut tx = story.server.app.store.begin().await.unwrap();
    let mut eve = tx.person(other.id()).await.unwrap().unwrap();
    let organization = openvisit_store::Organization {
        id: openvisit_core::ids::OrganizationId::new(story.server.app.seed()),
        name: "Practice".to_owned(),
    };
    tx.insert_organization(&organization).await.unwrap();
    eve.organization_id = Some(organization.id);
    tx.update_person(&eve).await.unwrap();
    let mut sam = tx.person(story.patient.id()).await.unwrap().unwrap();
    sam.organization_id = Some(organization.id);
    tx.update_person(&sam).await.unwrap();
    tx.commit().await.unwrap();
    let theirs = other.create(&form).await;
    assert!(!theirs.body.contains("Sam") && !theirs.body.contains("Weekly"), "{}", theirs.body);
    let theirs = theirs.problem(409, "slot_taken");
    assert_eq!(theirs["conflict"]["session_date"], made["session_date"]);
    assert_eq!(theirs["conflict"]["end_date"], made["end_date"]);
    assert_eq!((&theirs["conflict"]["id"], &theirs["conflict"]["user_name"]), (&Value::Null, &Value::Null));
}

#[tokio::test]
async fn back_to_back_is_no_overlap() {
    let story = Story::new().await;
    for start in [60, 120, 0] {
        story.schedule(start).await;
    }
    for start in [1, 59, 61, 119, 179] {
        story.doctor.create(&story.form(start)).await.problem(409, "slot_taken");
    }
}

on_both! {
    async fn of_simultaneous_requests_for_one_slot_exactly_one_wins(story: Story) {
        for round in 0..5 {
            let form = story.form(60 + round * 60);
            let tries = (0..16).map(|_| {
                let (doctor, form) = (story.doctor.clone(), form.clone());
                async move { doctor.create(&form).await.status }
            });
            let mut answers = tries.collect::<JoinSet<_>>().join_all().await;
            answers.sort_unstable();
            assert_eq!(answers[0], 201);
            assert_eq!(answers[1..], [409; 15]);
        }
        assert_eq!(story.doctor.fetch(&list(&story)).await.expect(200).as_array().unwrap().len(), 5);
    }
}

#[tokio::test]
async fn the_room_is_named_after_both_and_stays_the_same() {
    let story = Story::new().await;
    let (a, b) = (story.schedule(60).await, story.schedule(120).await);
    let room = a["meeting_room_id"].as_str().unwrap();
    let prefix = format!("therapy-{}-{}-", story.doctor.id(), story.patient.id());
    let timestamp = room.strip_prefix(&prefix).unwrap();
    assert!(timestamp.starts_with(&MORNING.as_millisecond().to_string()), "{timestamp}");
    assert!(timestamp.bytes().all(|b| b.is_ascii_digit()));
    assert_ne!(a["meeting_room_id"], b["meeting_room_id"]);
    story.advance(1).await;
    let moved = story.doctor.update(&a, json!({ "session_date": story.at(300) })).await.expect(200);
    assert_eq!(moved["meeting_room_id"], a["meeting_room_id"]);
    let elsewhere = story.book(600, 15).await;
    let shown =
        story.doctor.fetch(&format!("{SESSIONS}/{}", elsewhere["session_id"].as_str().unwrap())).await;
    assert!(shown.expect(200)["meeting_room_id"].as_str().unwrap().starts_with(&prefix));
}

#[tokio::test]
async fn exactly_one_partner_and_one_user_take_part() {
    let story = Story::new().await;
    let made = story.open(0).await;
    let seen = story.see(&canonical(&made)).await;
    assert_eq!(seen["max_participants"], 2);
    story.call(&canonical(&made)).await;
    let invitations = format!("/appointments/{}/invitations", seen["appointment_id"].as_str().unwrap());
    let link = story.doctor.post(&invitations, json!({ "role": "guest" })).await.expect(201);
    let secret = link["url"].as_str().unwrap().rsplit('#').next().unwrap().to_owned();
    let redeemed =
        story.server.anonymous().post("/invitations/redeem", json!({ "token": secret })).await.expect(200);
    let third = story.server.bearer(redeemed["access_token"].as_str().unwrap());
    third.post(&format!("{}/join", canonical(&made)), json!({})).await.problem(409, "full");
    third.verify(&made, "123456").await.problem(409, "full");
}
