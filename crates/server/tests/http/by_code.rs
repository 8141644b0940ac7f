//! Whoever comes by the plain link and the passcode, without an account.

use openvisit_core::attendance::FactKind;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::common::{Party, Reply, send};
use crate::story::{Story, on_both, session_path};

const PROXIED: &str = "trusted_proxies = ['127.0.0.0/8']";
const NOWHERE: &str = "01890000-0000-7000-8000-000000000000";

/// An appointment that asks for a passcode.
struct Guarded {
    id: String,
    path: String,
    code: String,
    booked: Value,
}

impl Guarded {
    async fn now(story: &Story) -> Self {
        Self::of(story, story.booking(0, 30)).await
    }

    async fn of(story: &Story, mut body: Value) -> Self {
        body["passcode"] = json!(true);
        let booked = story.doctor.post("/appointments", body).await.expect(201);
        Self {
            id: booked["session_id"].as_str().unwrap().to_owned(),
            path: session_path(&booked),
            code: booked["passcode"].as_str().unwrap().to_owned(),
            booked,
        }
    }

    /// Six digits, but not these.
    fn wrong(&self) -> String {
        let code: u32 = self.code.parse().unwrap();
        format!("{:06}", (code + 1) % 1_000_000)
    }

    /// Somebody comes by the code.
    async fn come(&self, story: &Story, name: &str) -> Party {
        let came = guess(story, 1, &self.id, &self.code, name).await.expect(200);
        assert_eq!((&came["session_id"], &came["expires_in"]), (&json!(self.id), &json!(12 * 3600)));
        story.server.bearer(came["access_token"].as_str().unwrap())
    }

    async fn join(&self, who: &Party) -> Value {
        who.post(&format!("{}/join", self.path), json!({})).await.expect(200)
    }

    async fn admit(&self, story: &Story, joined: &Value) {
        let body = json!({ "participant_id": joined["participant_id"] });
        story.doctor.post(&format!("{}/admit", self.path), body).await.expect(200);
    }

    /// Somebody's place, as the practitioner sees it.
    async fn place(&self, story: &Story, joined: &Value) -> Value {
        let seen = story.see(&self.path).await;
        let places = seen["participants"].as_array().unwrap();
        places.iter().find(|p| p["id"] == joined["participant_id"]).unwrap().clone()
    }
}

/// A stranger's guess from an address, which counts where proxies are trusted.
async fn guess(story: &Story, address: u8, session: &str, code: &str, name: &str) -> Reply {
    let request = story.server.anonymous().request(Method::POST, "/invitations/code");
    let request = request.header("x-forwarded-for", format!("203.0.113.{address}"));
    send(request.json(&json!({ "session_id": session, "passcode": code, "name": name }))).await
}

fn is_told_to_wait(reply: Reply, most: i64) {
    let seconds = reply.problem(429, "too_many_requests")["retry_after_seconds"].as_i64().unwrap();
    assert!((1..=most).contains(&seconds), "{seconds}");
}

on_both! {
    async fn who_comes_by_code_waits_and_is_shown_as_such(story: Story) {
        let session = Guarded::now(&story).await;
        let mo = session.come(&story, " Mo ").await;
        let seen = mo.get(&session.path).await.expect(200);
        assert_eq!((&seen["client"]["name"], &seen["you"]["role"]), (&Value::Null, &json!("guest")));
        let joined = session.join(&mo).await;
        assert_eq!((&joined["state"], &joined["media"]), (&json!("waiting"), &Value::Null));
        let place = session.place(&story, &joined).await;
        assert_eq!((&place["name"], &place["by_code"], &place["role"]), (&json!("Mo"), &json!(true), &json!("client")));
        session.admit(&story, &joined).await;
        assert_eq!(session.join(&mo).await["state"], "admitted", "a reload asks nobody again");

        let again = session.join(&session.come(&story, "Mo").await).await;
        assert_eq!(again["state"], "waiting", "nobody knows that it is the same Mo");
        for path in ["/sessions", "/appointments"] {
            assert_eq!(mo.get(path).await.expect(200)["items"].as_array().unwrap().len(), 1);
        }
        mo.post(&format!("{}/end", session.path), json!({})).await.problem(403, "forbidden");
    }

    async fn a_door_that_stands_open_for_the_client_keeps_who_comes_by_code_waiting(story: Story) {
        let session = Guarded::now(&story).await;
        let mo = session.come(&story, "Mo").await;
        let joined = session.join(&mo).await;
        let body = json!({ "sessionId": session.id, "userRole": "clinician" });
        send(story.doctor.raw(Method::POST, "/telehealth/sessions/join").json(&body)).await.expect(200);
        story.doctor.post(&format!("{}/start", session.path), json!({})).await.expect(200);
        assert_eq!(session.join(&mo).await["state"], "waiting");
        let late = session.come(&story, "Mo, later").await;
        assert_eq!(session.join(&late).await["state"], "waiting");
        let body = json!({ "passcode": session.code });
        let client = story.patient.post(&format!("{}/join", session.path), body).await.expect(200);
        assert_eq!(client["state"], "admitted");
        session.admit(&story, &joined).await;
        assert_eq!(session.join(&mo).await["state"], "admitted");
    }

    async fn who_comes_by_code_has_the_clients_place_so_that_the_visit_takes_place(story: Story) {
        let mut body = story.booking(0, 30);
        body["max_participants"] = json!(2);
        let session = Guarded::of(&story, body).await;
        let doctor = story.doctor.post(&format!("{}/join", session.path), json!({})).await.expect(200);
        let mo = session.come(&story, "Mo").await;
        let joined = session.join(&mo).await;
        session.admit(&story, &joined).await;
        story.fact(&session.path, &doctor["participant_id"], FactKind::Connected).await;
        story.fact(&session.path, &joined["participant_id"], FactKind::Connected).await;
        assert_eq!(story.see(&session.path).await["status"], "in_progress");

        let third = session.come(&story, "Somebody else").await;
        third.post(&format!("{}/join", session.path), json!({})).await.problem(409, "full");
        let body = json!({ "passcode": session.code });
        let client = story.patient.post(&format!("{}/join", session.path), body).await.expect(200);
        assert_eq!(client["state"], "waiting", "the client always has a place");
        assert_eq!(session.place(&story, &client).await["role"], "client");
        assert_eq!(session.place(&story, &joined).await["connected"], true, "and puts nobody out");
        story.doctor.post(&format!("{}/end", session.path), json!({})).await.expect(200);
        assert_eq!(story.see(&session.path).await["outcome"], "completed");
    }

    async fn who_comes_by_code_while_the_client_is_connected_is_a_guest_and_puts_nobody_out(story: Story) {
        let session = Guarded::now(&story).await;
        let body = json!({ "passcode": session.code });
        let client = story.patient.post(&format!("{}/join", session.path), body).await.expect(200);
        story.fact(&session.path, &client["participant_id"], FactKind::Connected).await;
        let joined = session.join(&session.come(&story, "Sam").await).await;
        assert_ne!(joined["participant_id"], client["participant_id"]);
        assert_eq!(session.place(&story, &joined).await["role"], "guest");
        assert_eq!(session.place(&story, &client).await["connected"], true);
    }

    async fn nobody_learns_by_guessing_which_sessions_there_are(story: Story) {
        let right = |session: Guarded| (session.id, session.code);
        let open = Guarded::of(&story, story.booking(0, 5)).await;
        let early = right(Guarded::of(&story, story.booking(31, 10)).await);
        let mut unpaid = story.booking(5, 5);
        unpaid["payment_required"] = json!(true);
        let unpaid = right(Guarded::of(&story, unpaid).await);
        let cancelled = Guarded::of(&story, story.booking(45, 10)).await;
        story.doctor.post(&format!("/appointments/{}/cancel", cancelled.booked["id"].as_str().unwrap()), json!({})).await.expect(200);
        let off = Guarded::of(&story, story.booking(10, 5)).await;
        let path = format!("/appointments/{}", off.booked["id"].as_str().unwrap());
        story.doctor.patch(&path, json!({ "passcode": false })).await.expect(200);
        let wrong = open.wrong();
        let without = story.book(80, 30).await["session_id"].as_str().unwrap().to_owned();
        let asked = [
            (open.id.clone(), wrong), (NOWHERE.to_owned(), open.code.clone()), early, unpaid, right(cancelled), right(off),
            (without, open.code.clone()),
        ];
        let mut answers = Vec::new();
        for (number, (session, code)) in asked.into_iter().enumerate() {
            let reply = guess(&story, 1, &session, &code, "Mo").await;
            let mut body = reply.problem(403, "passcode_wrong");
            assert_eq!(body["tries_left"], 9 - number);
            body["tries_left"] = Value::Null;
            answers.push(body);
        }
        assert!(answers.windows(2).all(|two| two[0] == two[1]), "{answers:?}");
        story.server.anonymous().get(&open.path).await.problem(401, "unauthorized");
        story.server.anonymous().get(&format!("/sessions/{NOWHERE}")).await.problem(401, "unauthorized");
        guess(&story, 1, &open.id, "12345", "Mo").await.problem(422, "invalid");
        guess(&story, 1, &open.id, &open.code, " ").await.problem(422, "invalid");
        guess(&story, 1, "no id", &open.code, "Mo").await.problem(422, "invalid");
    }

    async fn whom_the_practice_shuts_out_is_out_however_they_came(story: Story) {
        let session = Guarded::now(&story).await;
        let mo = session.come(&story, "Mo").await;
        let joined = session.join(&mo).await;
        session.admit(&story, &joined).await;
        let path = format!("/appointments/{}/invitations", session.booked["id"].as_str().unwrap());
        let listed = story.doctor.get(&path).await.expect(200)["items"][0].clone();
        assert_eq!((&listed["by_code"], &listed["name"]), (&json!(true), &json!("Mo")));
        assert_eq!(story.doctor.delete(&format!("{path}/{}", listed["id"].as_str().unwrap())).await.status, 204);
        mo.get(&session.path).await.problem(401, "unauthorized");
        assert_eq!(session.place(&story, &joined).await["state"], "removed");
    }
}

on_both! {
    settings PROXIED;

    async fn strangers_who_guess_lock_out_no_client_and_each_other_for_minutes(story: Story) {
        let session = Guarded::now(&story).await;
        for address in [1, 2] {
            for left in (0..10).rev() {
                let wrong = guess(&story, address, &session.id, &session.wrong(), "Eve").await;
                assert_eq!(wrong.problem(403, "passcode_wrong")["tries_left"], left);
            }
        }
        // The address, at whichever session; and all of them, at this one.
        is_told_to_wait(guess(&story, 1, NOWHERE, "123456", "Eve").await, 900);
        is_told_to_wait(guess(&story, 3, &session.id, &session.code, "Mo").await, 300);
        guess(&story, 3, NOWHERE, "123456", "Mo").await.problem(403, "passcode_wrong");
        let body = json!({ "passcode": session.code });
        story.patient.post(&format!("{}/join", session.path), body).await.expect(200);

        story.server.advance(jiff::SignedDuration::from_mins(5));
        guess(&story, 3, &session.id, &session.code, "Mo").await.expect(200);
        is_told_to_wait(guess(&story, 1, &session.id, &session.code, "Eve").await, 600);
        story.server.advance(jiff::SignedDuration::from_mins(10));
        guess(&story, 1, &session.id, &session.code, "Not Eve").await.expect(200);
    }

    async fn a_client_who_guessed_too_often_locks_out_nobody_by_code(story: Story) {
        let session = Guarded::now(&story).await;
        for _ in 0..10 {
            let body = json!({ "passcode": session.wrong() });
            story.patient.post(&format!("{}/join", session.path), body).await.problem(403, "passcode_wrong");
        }
        session.come(&story, "Mo").await;
    }

    async fn a_session_that_is_not_there_runs_out_of_guesses_like_one_that_is(story: Story) {
        for address in 1..=2 {
            for _ in 0..10 {
                guess(&story, address, NOWHERE, "123456", "Eve").await.problem(403, "passcode_wrong");
            }
        }
        is_told_to_wait(guess(&story, 3, NOWHERE, "123456", "Eve").await, 300);
    }

    async fn of_sixty_four_guesses_at_once_ten_are_compared_and_a_restart_forgets_none(story: Story) {
        let mut story = story;
        let session = Guarded::now(&story).await;
        let code: u32 = session.code.parse().unwrap();
        let anonymous = story.server.anonymous();
        let guesses = (1..=64).map(|number| {
            let (id, code) = (session.id.clone(), format!("{:06}", (code + number) % 1_000_000));
            let request = anonymous.request(Method::POST, "/invitations/code");
            let request = request.header("x-forwarded-for", "203.0.113.1");
            let request = request.json(&json!({ "session_id": id, "passcode": code, "name": "Eve" }));
            async move { send(request).await.status }
        });
        let answers = guesses.collect::<JoinSet<_>>().join_all().await;
        let compared = answers.iter().filter(|status| **status == 403).count();
        assert_eq!((compared, answers.iter().filter(|status| **status == 429).count()), (10, 54));
        story.server.restart().await;
        is_told_to_wait(guess(&story, 1, &session.id, &session.code, "Eve").await, 900);
        guess(&story, 2, &session.id, &session.code, "Mo").await.expect(200);
    }
}

#[tokio::test]
async fn forged_forwarding_headers_give_strangers_no_new_tries() {
    let story = Story::new().await;
    let session = Guarded::now(&story).await;
    for address in 0..10 {
        guess(&story, address, &session.id, &session.wrong(), "Eve").await.problem(403, "passcode_wrong");
    }
    is_told_to_wait(guess(&story, 99, &session.id, &session.code, "Eve").await, 900);
}

#[tokio::test]
async fn right_codes_from_one_address_use_up_none_of_its_guesses() {
    let story = Story::new().await;
    let session = Guarded::now(&story).await;
    for _ in 0..15 {
        session.come(&story, "Mo").await;
    }
}
