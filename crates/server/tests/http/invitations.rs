//! Links for people without an account.

use serde_json::{Value, json};

use jiff::SignedDuration;
use openvisit_core::attendance::FactKind;

use crate::common::{Listener, Party, send};
use crate::joining::offer_of_a_client;
use crate::story::{MINUTE, Story, appointment_path, on_both, session_path};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// A link as it was handed out.
struct Link {
    id: String,
    secret: String,
}

impl Link {
    async fn new(story: &Story, booked: &Value, role: &str) -> Self {
        let path = format!("{}/invitations", appointment_path(booked));
        let made = story.doctor.post(&path, json!({ "role": role })).await.expect(201);
        let (page, secret) = made["url"].as_str().unwrap().split_once('#').unwrap();
        assert!(page.ends_with("/invite"));
        Self { id: made["id"].as_str().unwrap().to_owned(), secret: secret.to_owned() }
    }

    /// Whoever opens it.
    async fn open(&self, story: &Story) -> Party {
        self.open_for(story, None).await
    }

    /// As `open`; what it gives is good for as long.
    async fn open_for(&self, story: &Story, good_for: impl Into<Option<SignedDuration>>) -> Party {
        let body = json!({ "token": self.secret });
        let opened = story.server.anonymous().post("/invitations/redeem", body).await.expect(200);
        if let Some(good_for) = good_for.into() {
            assert_eq!(opened["expires_in"], good_for.as_secs());
        }
        story.server.bearer(opened["access_token"].as_str().unwrap())
    }

    async fn opens_nothing(&self, story: &Story) {
        let body = json!({ "token": self.secret });
        story.server.anonymous().post("/invitations/redeem", body).await.problem(404, "not_found");
    }

    async fn withdraw(&self, story: &Story, booked: &Value) {
        let path = format!("{}/invitations/{}", appointment_path(booked), self.id);
        assert_eq!(story.doctor.delete(&path).await.status, 204);
    }
}

async fn listed(who: &Party, booked: &Value) -> Vec<Value> {
    let list = who.get(&format!("{}/invitations", appointment_path(booked))).await.expect(200);
    list["items"].as_array().unwrap().clone()
}

/// An appointment that begins now and asks for a passcode.
async fn guarded(story: &Story) -> Value {
    let mut body = story.booking(0, 30);
    body["passcode"] = json!(true);
    story.doctor.post("/appointments", body).await.expect(201)
}

async fn join(who: &Party, session: &str) -> Value {
    who.post(&format!("{session}/join"), json!({})).await.expect(200)
}

async fn admit(story: &Story, session: &str, joined: &Value) {
    let body = json!({ "participant_id": joined["participant_id"] });
    story.doctor.post(&format!("{session}/admit"), body).await.expect(200);
}

async fn offer_media(story: &Story, session: &str, joined: &Value) -> crate::common::Reply {
    let party = story.server.bearer(joined["media"]["token"].as_str().unwrap());
    let offer = party.request(reqwest::Method::POST, &format!("{session}/media"));
    send(offer.header("content-type", "application/sdp").body(offer_of_a_client())).await
}

#[tokio::test]
async fn a_guest_comes_by_a_link_waits_and_sees_this_session_alone() {
    let story = Story::new().await;
    let booked = story.book(0, 30).await;
    let (path, session) = (appointment_path(&booked), session_path(&booked));
    story
        .patient
        .post(&format!("{path}/invitations"), json!({ "role": "guest" }))
        .await
        .problem(403, "forbidden");
    let invited =
        story.doctor.post(&format!("{path}/invitations"), json!({ "role": "guest" })).await.expect(201);
    let (_, secret) = invited["url"].as_str().unwrap().split_once("/invite#").unwrap();
    let anonymous = story.server.anonymous();
    let redeemed = anonymous
        .post("/invitations/redeem", json!({ "token": secret, "name": "Interpreter" }))
        .await
        .expect(200);
    assert_eq!(redeemed["session_id"], booked["session_id"]);
    let guest = story.server.bearer(redeemed["access_token"].as_str().unwrap());
    let joined = guest.post(&format!("{session}/join"), json!({})).await.expect(200);
    assert_eq!(joined["state"], "waiting");
    assert_eq!(joined["session"]["client"]["name"], Value::Null, "not told whose appointment it is");
    guest.post(&format!("{session}/end"), json!({})).await.problem(403, "forbidden");
    story.doctor.patch(&path, json!({ "title": "Biopsy", "notes": "bring the letter" })).await.expect(200);
    let seen = guest.get(&path).await.expect(200);
    for hidden in ["title", "notes", "price", "external_id"] {
        assert_eq!(seen[hidden], Value::Null, "{hidden}");
    }
    assert_eq!(seen["client"]["name"], Value::Null);
    assert_eq!(guest.get("/appointments").await.expect(200)["items"][0]["notes"], Value::Null);
    assert_eq!(guest.get(&session).await.expect(200)["title"], Value::Null);
    guest.post("/appointments", story.booking(200, 30)).await.problem(403, "forbidden");
    let other = session_path(&story.book(60, 30).await);
    guest.get(&other).await.problem(404, "not_found");
    assert_eq!(guest.get("/sessions").await.expect(200)["items"].as_array().unwrap().len(), 1);

    let body = json!({ "participant_id": joined["participant_id"] });
    story.doctor.post(&format!("{session}/admit"), body).await.expect(200);
    assert_eq!(guest.get(&session).await.expect(200)["client"]["name"], "Sam");

    let again = anonymous.post("/invitations/redeem", json!({ "token": secret })).await.expect(200);
    let same = story.server.bearer(again["access_token"].as_str().unwrap());
    let rejoined = same.post(&format!("{session}/join"), json!({})).await.expect(200);
    assert_eq!(rejoined["participant_id"], joined["participant_id"], "the same person comes again");
}

#[tokio::test]
async fn the_client_comes_by_a_link_as_the_client() {
    let story = Story::new().await;
    let booked = story.book(0, 30).await;
    let invited = story
        .doctor
        .post(&format!("{}/invitations", appointment_path(&booked)), json!({ "role": "client" }))
        .await
        .expect(201);
    let (_, secret) = invited["url"].as_str().unwrap().split_once('#').unwrap();
    let redeemed =
        story.server.anonymous().post("/invitations/redeem", json!({ "token": secret })).await.expect(200);
    let client = story.server.bearer(redeemed["access_token"].as_str().unwrap());
    let seen = client.get(&session_path(&booked)).await.expect(200);
    assert_eq!(seen["you"]["role"], "client");
}

#[tokio::test]
async fn a_link_that_is_none_or_is_over_opens_nothing() {
    let story = Story::new().await;
    let booked = story.book(0, 30).await;
    let path = format!("{}/invitations", appointment_path(&booked));
    let invited = story.doctor.post(&path, json!({ "role": "guest" })).await.expect(201);
    let (_, secret) = invited["url"].as_str().unwrap().split_once('#').unwrap();
    let anonymous = story.server.anonymous();
    anonymous.post("/invitations/redeem", json!({ "token": "nonsense" })).await.problem(404, "not_found");
    anonymous.post("/invitations/redeem", json!({ "token": 5 })).await.problem(422, "invalid");
    story.server.advance(MINUTE * (30 + 24 * 60));
    anonymous.post("/invitations/redeem", json!({ "token": secret })).await.problem(404, "not_found");
    story.doctor.post(&path, json!({ "role": "owner" })).await.problem(422, "invalid");
}

on_both! {
    async fn a_link_lives_as_long_as_its_appointment_wherever_it_is_moved(story: Story) {
        let booked = story.book(60, 30).await;
        let (link, path) = (Link::new(&story, &booked, "client").await, appointment_path(&booked));
        let weeks = story.server.now() + HOUR * 24 * 21;
        story.doctor.patch(&path, json!({ "starts_at": weeks })).await.expect(200);
        story.advance(20 * 24 * 60).await;
        let client = link.open(&story).await;
        assert_eq!(client.get(&path).await.expect(200)["starts_at"], json!(weeks));
        // Forwards again, by minutes.
        let soon = story.server.now() + MINUTE * 10;
        story.doctor.patch(&path, json!({ "starts_at": soon })).await.expect(200);
        join(&client, &session_path(&booked)).await;
        story.advance(60).await;
        assert_eq!(client.get(&path).await.expect(200)["status"], "no_show");
        story.advance(24 * 60 - 1).await;
        link.open(&story).await.get(&path).await.expect(200);
        story.advance(1).await;
        link.opens_nothing(&story).await;
    }

    async fn what_a_link_gives_lasts_twelve_hours_and_no_longer_than_the_link(story: Story) {
        let booked = story.book(11 * 60, 30).await;
        let (link, path) = (Link::new(&story, &booked, "client").await, session_path(&booked));
        let client = link.open_for(&story, HOUR * 12).await;
        story.server.advance(HOUR * 12 - MINUTE);
        client.get(&path).await.expect(200);
        story.server.advance(MINUTE);
        client.get(&path).await.problem(401, "unauthorized");
        link.open_for(&story, HOUR * 12).await.get(&path).await.expect(200);

        story.advance(60).await;
        story.advance(22 * 60).await;
        let last = link.open_for(&story, HOUR * 12).await;
        last.get(&path).await.expect(200);
        story.advance(2 * 60).await;
        last.get(&path).await.problem(401, "unauthorized");
        assert!(story.server.log().contains("why=\"invitation\""), "{}", story.server.log());
    }

    async fn what_a_link_gives_weeks_before_is_good_on_the_day(story: Story) {
        let booked = story.book(24 * 60, 30).await;
        let (path, session) = (appointment_path(&booked), session_path(&booked));
        let link = Link::new(&story, &booked, "client").await;
        let starts_at = json!(story.server.now() + HOUR * 24 * 8);
        story.doctor.patch(&path, json!({ "starts_at": starts_at })).await.expect(200);
        let client = link.open_for(&story, HOUR * 24 * 9 + MINUTE * 30).await;
        story.server.advance(HOUR * 24 * 8);
        join(&client, &session).await;
        story.advance(2 * 60).await;
        story.advance(24 * 60).await;
        client.get(&session).await.problem(401, "unauthorized");
        link.opens_nothing(&story).await;
    }

    async fn what_a_link_gave_weeks_before_ends_with_the_link(story: Story) {
        let booked = story.book(14 * 24 * 60, 30).await;
        let link = Link::new(&story, &booked, "client").await;
        let client = link.open_for(&story, HOUR * 24 * 15 + MINUTE * 30).await;
        // Forwards again: what was given does not outlive it.
        let soon = json!(story.server.now() + MINUTE * 10);
        story.doctor.patch(&appointment_path(&booked), json!({ "starts_at": soon })).await.expect(200);
        client.get(&session_path(&booked)).await.expect(200);
        story.advance(60).await;
        story.advance(24 * 60).await;
        client.get(&session_path(&booked)).await.problem(401, "unauthorized");
    }

    async fn a_link_counts_as_the_passcode_given(story: Story) {
        let booked = guarded(&story).await;
        for role in ["client", "guest"] {
            let person = Link::new(&story, &booked, role).await.open(&story).await;
            assert_eq!(join(&person, &session_path(&booked)).await["state"], "waiting", "{role}");
        }
        let renewed = format!("{}/passcode", session_path(&booked));
        story.doctor.post(&renewed, json!({})).await.expect(200);
        join(&Link::new(&story, &booked, "client").await.open(&story).await, &session_path(&booked)).await;
    }

    async fn each_copy_is_a_link_of_its_own_for_the_same_person_and_one_withdrawal_ends_them_all(story: Story) {
        let booked = guarded(&story).await;
        let session = session_path(&booked);
        let (letter, print) =
            (Link::new(&story, &booked, "client").await, Link::new(&story, &booked, "client").await);
        let guest = Link::new(&story, &booked, "guest").await;
        assert!(listed(&story.doctor, &booked).await.iter().all(|it| it["last_used_at"].is_null()));
        let (phone, desk) = (letter.open(&story).await, print.open(&story).await);
        assert_eq!(join(&phone, &session).await["participant_id"], join(&desk, &session).await["participant_id"]);
        let interpreter = guest.open(&story).await;
        join(&interpreter, &session).await;
        let seen = listed(&story.doctor, &booked).await;
        assert_eq!(seen.len(), 3);
        assert_eq!(seen.iter().filter(|it| it["role"] == "client").count(), 2);
        for it in &seen {
            assert_eq!((&it["by_code"], &it["last_used_at"]), (&json!(false), &json!(story.server.now())));
        }
        assert!(!json!(seen).to_string().contains(&letter.secret));

        letter.withdraw(&story, &booked).await;
        for party in [&phone, &desk] {
            party.get(&session).await.problem(401, "unauthorized");
            party.post(&format!("{session}/join"), json!({})).await.problem(401, "unauthorized");
        }
        letter.opens_nothing(&story).await;
        print.opens_nothing(&story).await;
        letter.withdraw(&story, &booked).await;
        assert_eq!(listed(&story.doctor, &booked).await.len(), 1, "the guest's stays");
        interpreter.get(&session).await.expect(200);

        let anew = Link::new(&story, &booked, "client").await.open(&story).await;
        assert_eq!(join(&anew, &session).await["state"], "waiting");
    }

    async fn who_came_by_a_withdrawn_link_is_out_at_once_and_comes_back_by_no_old_token(story: Story) {
        let booked = guarded(&story).await;
        let session = session_path(&booked);
        story.doctor.post(&format!("{session}/join"), json!({})).await.expect(200);
        let link = Link::new(&story, &booked, "client").await;
        let client = link.open(&story).await;
        let mut socket = Listener::of(&client).await;
        let waiting = join(&client, &session).await;
        admit(&story, &session, &waiting).await;
        let inside = join(&client, &session).await;
        assert_eq!(inside["state"], "admitted");
        story.fact(&session, &inside["participant_id"], FactKind::Connected).await;

        link.withdraw(&story, &booked).await;
        socket.cut().await;
        let seen = story.see(&session).await;
        let place = seen["participants"].as_array().unwrap().iter().find(|p| p["role"] == "client").unwrap();
        assert_eq!((&place["connected"], &place["state"]), (&json!(false), &json!("waiting")));
        offer_media(&story, &session, &inside).await.problem(403, "forbidden");

        story.server.advance(MINUTE);
        let anew = Link::new(&story, &booked, "client").await.open(&story).await;
        let waiting = join(&anew, &session).await;
        assert_eq!(waiting["state"], "waiting", "somebody else was let in, perhaps");
        admit(&story, &session, &waiting).await;
        let again = join(&anew, &session).await;
        offer_media(&story, &session, &inside).await.problem(401, "unauthorized");
        assert_eq!(offer_media(&story, &session, &again).await.status, 201);
    }

    async fn whoever_signed_in_stays_when_the_links_are_withdrawn(story: Story) {
        let booked = story.book(0, 30).await;
        let session = session_path(&booked);
        let link = Link::new(&story, &booked, "client").await;
        let by_link = link.open(&story).await;
        join(&by_link, &session).await;
        let waiting = join(&story.patient, &session).await;
        admit(&story, &session, &waiting).await;
        let mut socket = Listener::of(&story.patient).await;
        socket.hear("state").await;
        link.withdraw(&story, &booked).await;
        assert_eq!(join(&story.patient, &session).await["state"], "admitted");
        let heard = socket.ask("enter", json!({ "session_id": booked["session_id"] })).await;
        assert_eq!(heard["ok"], true, "{heard}");
        by_link.get(&session).await.problem(401, "unauthorized");
    }

    async fn a_guest_whose_link_is_withdrawn_gives_the_place_up(story: Story) {
        let mut body = story.booking(0, 30);
        body["max_participants"] = json!(3);
        let booked = story.doctor.post("/appointments", body).await.expect(201);
        let session = session_path(&booked);
        let (one, two) = (Link::new(&story, &booked, "guest").await, Link::new(&story, &booked, "guest").await);
        join(&one.open(&story).await, &session).await;
        let late = two.open(&story).await;
        late.post(&format!("{session}/join"), json!({})).await.problem(409, "full");
        one.withdraw(&story, &booked).await;
        join(&late, &session).await;
    }

    async fn links_of_a_cancelled_appointment_tell_that_it_is_and_hold_again_when_it_is_back(story: Story) {
        let booked = story.book(60, 30).await;
        let (path, session) = (appointment_path(&booked), session_path(&booked));
        let link = Link::new(&story, &booked, "client").await;
        story.doctor.post(&format!("{path}/cancel"), json!({})).await.expect(200);
        let client = link.open(&story).await;
        assert_eq!(client.get(&session).await.expect(200)["status"], "cancelled");
        client.post(&format!("{session}/join"), json!({})).await.problem(409, "ended");
        story.doctor.post(&format!("{path}/invitations"), json!({ "role": "client" })).await.problem(409, "ended");
        story.doctor.patch(&path, json!({ "status": "scheduled" })).await.expect(200);
        story.advance(50).await;
        join(&link.open(&story).await, &session).await;
    }

    async fn only_who_may_invite_sees_invitations_and_withdraws_them(story: Story) {
        let booked = story.book(0, 30).await;
        let link = Link::new(&story, &booked, "client").await;
        let client = link.open(&story).await;
        let path = format!("{}/invitations", appointment_path(&booked));
        let one = format!("{path}/{}", link.id);
        for party in [&client, &story.patient] {
            party.get(&path).await.problem(403, "forbidden");
            party.delete(&one).await.problem(403, "forbidden");
        }
        let stranger = story.server.practitioner("Dr. Else").await;
        stranger.get(&path).await.problem(404, "not_found");
        stranger.delete(&one).await.problem(404, "not_found");
        let other = story.book(60, 30).await;
        let elsewhere = format!("{}/invitations/{}", appointment_path(&other), link.id);
        story.doctor.delete(&elsewhere).await.problem(404, "not_found");
        client.get(&session_path(&booked)).await.expect(200);
    }
}
