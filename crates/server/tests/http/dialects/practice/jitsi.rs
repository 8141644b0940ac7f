//! Sessions that Jitsi carries: one room for everybody, and the way in for whoever may enter, never before.

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use openvisit_core::appointment::MediaProvider;
use openvisit_store::Meeting;
use openvisit_testkit::vendors::jitsi::{FakeJaas, KEY_ID, TENANT};
use openvisit_testkit::vendors::{Vendor, VendorEvent, VendorEventKind, parts};
use reqwest::Method;
use serde_json::{Value, json};

use super::{canonical, id, other_than, password, path};
use crate::common::{MORNING, Party, Reply, Server, send};
use crate::story::{MINUTE, Story, session_path};

const PUBLIC: &str = "[jitsi]\nurl = 'meet.test'\n";
const PORTAL: &str = "[[issuers]]\nissuer = 'portal'\nsecret = 'a secret that two systems share'\n\
                      create_people = true\n";

/// Runs each test on a database of each kind, with settings of its own.
macro_rules! on_both {
    ($($(#[$attribute:meta])* async fn $name:ident($database:ident: &str) $body:block)+) => {
        $(
            $(#[$attribute])*
            mod $name {
                use super::*;

                async fn run($database: &str) $body

                #[tokio::test]
                async fn sqlite() {
                    run("").await;
                }

                #[tokio::test]
                async fn postgres() {
                    let database = openvisit_testkit::databases::postgres().await;
                    run(&format!("database_url = '{}'\n", database.url)).await;
                }
            }
        )+
    };
}

/// Somebody of the other system.
fn portal(server: &Server, subject: &str, role: &str) -> Party {
    let expires = MORNING.as_second() + 86_400;
    let claims = json!({ "iss": "portal", "sub": subject, "role": role, "name": role, "exp": expires,
        "email": format!("{role}@example.org") });
    let key = EncodingKey::from_secret(b"a secret that two systems share");
    server.bearer(jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key).unwrap())
}

/// Books a session of half an hour for a user of the other system.
async fn book(server: &Server, partner: &Party, user: &str, from_now: i32) -> Value {
    let starts_at = server.now() + MINUTE * from_now;
    let form = json!({ "user_id": user, "session_date": starts_at, "duration_minutes": 30 });
    partner.create(&form).await.expect(201)
}

fn room(session: &Value) -> &str {
    session["meeting_room_id"].as_str().unwrap_or_else(|| panic!("no room in {session}"))
}

fn is_plain(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
    name.len() <= 200 && name.bytes().all(plain)
}

#[track_caller]
fn has_no_way_in(shown: &Value) {
    for field in ["meeting_url", "iframe_url", "domain", "jwt"] {
        assert_eq!(shown.get(field), Some(&Value::Null), "{field}: {shown}");
    }
}

/// No room either.
#[track_caller]
fn is_outside(shown: &Value) {
    has_no_way_in(shown);
    assert_eq!(shown.get("meeting_room_id"), Some(&Value::Null), "{shown}");
}

async fn lists(party: &Party, path: &str) -> Value {
    party.fetch(path).await.expect(200)[0].clone()
}

on_both! {
    async fn rooms_are_called_after_both_as_their_own_system_calls_them(database: &str) {
        let server = Server::with(&format!("{database}{PUBLIC}{PORTAL}")).await;
        let partner = portal(&server, "doc_7", "partner");
        let (first, second) =
            (book(&server, &partner, "42", 60).await, book(&server, &partner, "42", 120).await);
        let digits = room(&first).strip_prefix("therapy-doc_7-42-").unwrap();
        assert!(digits.starts_with(&MORNING.as_millisecond().to_string()), "{digits}");
        assert!(digits.bytes().all(|b| b.is_ascii_digit()));
        assert_ne!(room(&first), room(&second), "booked within one millisecond");
        let moved = json!({ "session_date": server.now() + MINUTE * 300 });
        let moved = partner.update(&first, moved).await.expect(200);
        assert_eq!(room(&moved), room(&first));

        let odd = ["a b", "a_b", "A B", "a/../b?c#d&e%2f\"", "ümläut", "😀", &"x".repeat(255)];
        let mut names = vec![];
        for (n, user) in (10..).zip(odd) {
            names.push(room(&book(&server, &partner, user, n * 60).await).to_owned());
        }
        assert!(names.iter().all(|name| is_plain(name)), "{names:?}");
        assert!(names[0].starts_with("therapy-doc_7-a_b-") && names[3].starts_with("therapy-doc_7-a____b_c_d_e_2f_-"));
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), odd.len());
    }

    async fn who_is_of_this_server_is_called_by_our_id_wherever_it_was_booked(database: &str) {
        let story = Story::with(&format!("{database}{PUBLIC}")).await;
        let prefix = format!("therapy-{}-{}-", story.doctor.id(), story.patient.id());
        let made = story.schedule(60).await;
        assert!(room(&made).starts_with(&prefix));
        assert!(!room(&made).contains(id(&made)), "whoever knows the session does not know its room");
        let elsewhere = story.book(600, 15).await;
        let path = format!("/api/video-sessions/{}", elsewhere["session_id"].as_str().unwrap());
        assert!(room(&story.doctor.fetch(&path).await.expect(200)).starts_with(&prefix));
    }

    async fn where_anybody_is_taken_the_user_learns_the_room_once_they_may_enter(database: &str) {
        let story = Story::with(&format!("{database}{PUBLIC}")).await;
        let made = story.schedule(60).await;
        let name = room(&made).to_owned();
        let of_user = format!("/api/users/{}/video-sessions", story.patient.id());
        let of_partner = format!("/api/partners/{}/video-sessions", story.doctor.id());
        let outside = async || {
            is_outside(&story.patient.fetch(&path(&made)).await.expect(200));
            is_outside(&lists(&story.patient, &of_user).await);
        };
        has_no_way_in(&made);
        outside().await;
        let early = story.patient.verify(&made, password(&made)).await.problem(409, "too_early");
        assert_eq!((&early["seconds_left"], early.get("meeting_room_id")), (&json!(45 * 60), None));

        story.advance(45).await;
        let wrong = story.patient.verify(&made, other_than(password(&made))).await.problem(403, "passcode_wrong");
        assert_eq!(wrong.get("meeting_url"), None);
        outside().await;
        let waits = story.patient.verify(&made, password(&made)).await.expect(200);
        assert_eq!((&waits["valid"], &waits["session"]["status"]), (&json!(true), &json!("scheduled")));
        is_outside(&waits);
        is_outside(&waits["session"]);
        outside().await;
        assert_eq!(room(&lists(&story.doctor, &of_partner).await), name, "the partner sees it always");

        let partner = story.doctor.verify(&made, Value::Null).await.expect(200);
        assert_eq!(room(&partner), name);
        let user = story.patient.verify(&made, Value::Null).await.expect(200);
        let details = story.patient.fetch(&path(&made)).await.expect(200);
        for shown in [&partner, &partner["session"], &user, &user["session"], &details] {
            assert_eq!(room(shown), name);
            assert_eq!(shown["meeting_url"], format!("https://meet.test/{name}"), "{shown}");
            assert_eq!((&shown["domain"], &shown["jwt"]), (&json!("meet.test"), &Value::Null));
        }
        let frame = |shown: &Value| shown["iframe_url"].as_str().unwrap().to_owned();
        let begin = format!("https://meet.test/{name}#userInfo.displayName=%22Sam%22&config.");
        assert!(frame(&user).starts_with(&begin), "{user}");
        assert!(frame(&partner).contains("%22Dr.%20Ada%22"), "{partner}");
        assert_eq!(room(&lists(&story.patient, &of_user).await), name);
        let joined = story.patient.post(&format!("{}/join", canonical(&made)), json!({})).await.expect(200);
        assert_eq!(joined["media"]["details"]["room"], name, "our own page opens the same");

        story.doctor.post(&format!("{}/end", canonical(&made)), json!({})).await.expect(200);
        outside().await;
        story.patient.verify(&made, password(&made)).await.problem(409, "ended");
        assert_eq!(room(&story.doctor.fetch(&path(&made)).await.expect(200)), name);
    }

    async fn presence_that_jaas_tells_of_the_room_moves_the_status(database: &str) {
        let vendor = FakeJaas::start().await;
        let jaas = format!("{database}public_url = 'https://openvisit.test'\n{}{PORTAL}", vendor.toml());
        let server = Server::with(&jaas).await;
        let (partner, user) = (portal(&server, "doc_7", "partner"), portal(&server, "u 42", "user"));
        let form = json!({ "user_id": "u 42", "session_date": server.now(), "duration_minutes": 30,
            "password_enabled": false });
        let made = partner.create(&form).await.expect(201);
        let tell = async |nth: u128, who: &Value, event: VendorEventKind| {
            let participant = claims(who)["context"]["user"]["id"].as_str().unwrap().parse().unwrap();
            let (room, at) = (room(&made).to_owned(), server.now());
            let news = VendorEvent { id: nth, event, room, participant, connection: 1, at };
            let post = vendor.post(&news, true);
            let request = server.anonymous().request(Method::POST, "/providers/jitsi/events");
            send(request.headers(post.headers).body(post.body)).await.expect(204);
        };
        let status = async || user.fetch(&path(&made)).await.expect(200)["status"].clone();
        let partner_in = partner.verify(&made, Value::Null).await.expect(200);
        let user_in = user.verify(&made, Value::Null).await.expect(200);
        tell(1, &partner_in, VendorEventKind::Came).await;
        assert_eq!(status().await, "scheduled");
        tell(2, &user_in, VendorEventKind::Came).await;
        assert_eq!(status().await, "in_progress");
        server.advance(MINUTE * 20);
        tell(3, &user_in, VendorEventKind::Left).await;
        tell(4, &partner_in, VendorEventKind::Left).await;
        server.advance(MINUTE * 2);
        openvisit_app::timers::run_due(&server.app).await.unwrap();
        assert_eq!(status().await, "completed");
        let seen = partner.fetch(&path(&made)).await.expect(200);
        assert_eq!(seen["ended_at"], json!(server.now() - MINUTE * 2), "when they were gone");
    }

    async fn a_room_that_runs_under_its_old_name_is_not_split_in_two(database: &str) {
        let vendor = FakeJaas::start().await;
        let story = Story::with(&format!("{database}{}", vendor.toml())).await;
        let made = story.open(0).await;
        let old = format!("{TENANT}/{}", id(&made));
        let handle = json!({ "domain": "8x8.vc", "room": old, "url": format!("https://8x8.vc/{old}") });
        let meeting = Meeting { session_id: id(&made).parse().unwrap(), provider: MediaProvider::Jitsi, handle,
            opened_at: story.server.now() };
        let mut tx = story.server.app.store.begin().await.unwrap();
        tx.save_meeting(&meeting).await.unwrap();
        tx.commit().await.unwrap();
        let link = story.doctor.verify(&made, Value::Null).await.expect(200);
        assert!(link["meeting_url"].as_str().unwrap().contains(&format!("/{old}?jwt=")), "{link}");
        let joined = story.patient.post(&format!("{}/join", canonical(&made)), json!({})).await.expect(200);
        assert_eq!(joined["media"]["details"]["room"], old);
        assert_eq!(claims(&link)["room"], id(&made));
    }
}

/// What the token says that somebody was given.
fn claims(shown: &Value) -> Value {
    parts(shown["jwt"].as_str().unwrap_or_else(|| panic!("no token in {shown}"))).unwrap().1
}

#[tokio::test]
async fn nobody_has_a_token_before_they_may_enter_and_it_says_who_they_are() {
    let vendor = FakeJaas::start().await;
    let server = Server::with(&format!("{}{PORTAL}", vendor.toml())).await;
    let (partner, user) = (portal(&server, "doc_7", "partner"), portal(&server, "42", "user"));
    let made = book(&server, &partner, "42", 60).await;
    let early = partner.fetch(&path(&made)).await.expect(200);
    has_no_way_in(&early);
    let name = room(&user.fetch(&path(&made)).await.expect(200)).to_owned();
    assert_eq!(name, room(&made), "a token is the way in: the name is told");
    server.advance(MINUTE * 50);
    let waits = user.verify(&made, password(&made)).await.expect(200);
    has_no_way_in(&waits);
    has_no_way_in(&user.fetch(&path(&made)).await.expect(200));

    let came = partner.verify(&made, Value::Null).await.expect(200);
    let let_in = user.fetch(&path(&made)).await.expect(200);
    for (shown, moderator, role) in [(&came, "true", "partner"), (&let_in, "false", "user")] {
        let (header, claims) = parts(shown["jwt"].as_str().unwrap()).unwrap();
        assert_eq!((&header["kid"], &header["alg"]), (&json!(KEY_ID), &json!("RS256")));
        assert_eq!((&claims["sub"], &claims["room"]), (&json!(TENANT), &json!(name)));
        let who = &claims["context"]["user"];
        let is = (&who["moderator"], &who["name"], &who["email"]);
        assert_eq!(is, (&json!(moderator), &json!(role), &json!(format!("{role}@example.org"))));
        let starts_at = MORNING + MINUTE * 60;
        assert!(claims["nbf"].as_i64().unwrap() >= (starts_at - MINUTE * 15).as_second());
        assert!(claims["exp"].as_i64().unwrap() >= (starts_at + MINUTE * 30).as_second());
        let link = format!("{}{TENANT}/{name}?jwt={}", vendor.fake().url(), shown["jwt"].as_str().unwrap());
        assert_eq!(shown["meeting_url"], link);
        assert!(shown["iframe_url"].as_str().unwrap().starts_with(&format!("{link}#userInfo.displayName=")));
        assert_eq!(
            shown["domain"],
            vendor.fake().url().as_str().trim_start_matches("http://").trim_end_matches('/')
        );
    }
    server.advance(MINUTE * 600);
    openvisit_app::timers::run_due(&server.app).await.unwrap();
    has_no_way_in(&user.fetch(&path(&made)).await.expect(200));
    has_no_way_in(&partner.fetch(&path(&made)).await.expect(200));
}

#[tokio::test]
async fn to_look_is_to_come_only_for_whoever_may_enter_by_it() {
    let story = Story::with(PUBLIC).await;
    let made = story.open(60).await;
    let state = async || story.see(&canonical(&made)).await["status"].clone();
    has_no_way_in(&story.doctor.fetch(&path(&made)).await.expect(200));
    story.advance(45).await;
    is_outside(&story.patient.fetch(&path(&made)).await.expect(200));
    assert_eq!(state().await, "scheduled", "nobody waits who only looked");
    let partner = story.doctor.fetch(&path(&made)).await.expect(200);
    assert_eq!(partner["meeting_url"], format!("https://meet.test/{}", room(&made)));
    assert_eq!(state().await, "waiting");
    let user = story.patient.fetch(&path(&made)).await.expect(200);
    assert_eq!((&user["meeting_url"], room(&user)), (&partner["meeting_url"], room(&made)));
    let seen = story.see(&canonical(&made)).await;
    assert_eq!(seen["participants"].as_array().unwrap().len(), 2, "both are counted: {seen}");

    let remove = json!({ "participant_id": seen["participants"][1]["id"] });
    story.doctor.post(&format!("{}/remove", canonical(&made)), remove).await.expect(200);
    is_outside(&story.patient.fetch(&path(&made)).await.expect(200));
    story.patient.verify(&made, Value::Null).await.problem(403, "denied");
}

#[tokio::test]
async fn who_keeps_the_door_by_hand_opens_it_to_nobody_by_looking() {
    let story = Story::with(PUBLIC).await;
    let made = story.open(0).await;
    let join = format!("{}/join", canonical(&made));
    story.doctor.post(&join, json!({})).await.expect(200);
    story.patient.post(&join, json!({})).await.expect(200);
    assert_eq!(story.doctor.fetch(&path(&made)).await.expect(200)["domain"], "meet.test");
    is_outside(&story.patient.fetch(&path(&made)).await.expect(200));
}

#[tokio::test]
async fn a_session_that_is_moved_asks_everybody_to_come_again() {
    let story = Story::with(PUBLIC).await;
    let made = story.open(10).await;
    story.doctor.fetch(&path(&made)).await.expect(200);
    let user = story.patient.fetch(&path(&made)).await.expect(200);
    assert_eq!(room(&user), room(&made));
    let later = json!({ "session_date": story.at(300) });
    has_no_way_in(&story.doctor.update(&made, later).await.expect(200));
    is_outside(&story.patient.fetch(&path(&made)).await.expect(200));
    has_no_way_in(&story.doctor.fetch(&path(&made)).await.expect(200));
    story.advance(290).await;
    is_outside(&story.patient.fetch(&path(&made)).await.expect(200));
    assert_eq!(story.doctor.fetch(&path(&made)).await.expect(200)["domain"], "meet.test");
    assert_eq!(room(&story.patient.fetch(&path(&made)).await.expect(200)), room(&made));
}

#[tokio::test]
async fn the_way_in_is_for_the_two_of_them_alone() {
    let story = Story::with(PUBLIC).await;
    let made = story.open(0).await;
    let stranger = story.server.client("Eve").await;
    let reply: Reply = stranger.fetch(&path(&made)).await;
    reply.problem(404, "not_found");
    stranger.verify(&made, Value::Null).await.problem(404, "not_found");
    let admin = story.server.admin().await;
    let seen = admin.fetch(&path(&made)).await.expect(200);
    has_no_way_in(&seen);
    assert_eq!(story.see(&canonical(&made)).await["status"], "scheduled", "who only manages does not come");
    admin.verify(&made, Value::Null).await.problem(403, "forbidden");
}

#[tokio::test]
async fn no_other_dialect_tells_the_room_to_whoever_is_not_let_in() {
    let story = Story::with(PUBLIC).await;
    let made = story.open(0).await;
    for verb in ["join", "start"] {
        story.doctor.post(&format!("{}/{verb}", canonical(&made)), json!({})).await.expect(200);
    }
    let clinic = format!("/api/video/sessions/{}", id(&made));
    assert_eq!(story.doctor.fetch(&clinic).await.expect(200)["chime_meeting_id"], room(&made));
    assert_eq!(story.patient.fetch(&clinic).await.expect(200)["chime_meeting_id"], Value::Null);
}

#[tokio::test]
async fn where_another_carries_the_call_there_is_a_name_and_no_way_in_by_jitsi() {
    let story = Story::new().await;
    let made = story.open(0).await;
    story.call(&session_path(&json!({ "session_id": made["id"] }))).await;
    for party in [&story.doctor, &story.patient] {
        let seen = party.fetch(&path(&made)).await.expect(200);
        has_no_way_in(&seen);
        assert_eq!(room(&seen), room(&made));
        has_no_way_in(&party.verify(&made, Value::Null).await.expect(200));
    }
}
