//! Wrong passcodes: ten a caller, thirty a session, counted in the database, by person and by nothing else.

use openvisit_core::ids::ParticipantId;
use openvisit_core::session::{Admission, Participant, PartyRole};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::common::{Party, Reply, send};
use crate::story::{Story, on_both, session_path};

/// An appointment that begins now and has a passcode.
struct Guarded {
    booked: Value,
}

impl Guarded {
    async fn new(story: &Story) -> Self {
        let mut body = story.booking(0, 30);
        body["passcode"] = json!(true);
        Self { booked: story.doctor.post("/appointments", body).await.expect(201) }
    }

    fn code(&self) -> &str {
        self.booked["passcode"].as_str().unwrap()
    }

    /// Six digits, but not these.
    fn wrong(&self) -> String {
        let code: u32 = self.code().parse().unwrap();
        format!("{:06}", (code + 1) % 1_000_000)
    }

    async fn guess(&self, who: &Party, code: &str) -> Reply {
        who.post(&format!("{}/join", session_path(&self.booked)), json!({ "passcode": code })).await
    }

    /// So many wrong guesses, of which so many are left after the last.
    async fn guess_wrong(&self, who: &Party, times: u32, left: u32) {
        for number in 1..=times {
            let wrong = self.guess(who, &self.wrong()).await.problem(403, "passcode_wrong");
            assert_eq!(wrong["tries_left"], left + times - number);
        }
    }

    /// Not even the right one lets in.
    async fn is_locked_for(&self, who: &Party) {
        self.guess(who, self.code()).await.problem(429, "locked");
    }

    /// Somebody with an account and a place in it who has never given the passcode: links count as given, but rows from
    /// before that are there.
    async fn seated(&self, story: &Story) -> Party {
        let (app, seated) = (&story.server.app, story.server.client("Gus").await);
        let mut tx = app.store.begin().await.unwrap();
        let id = self.booked["session_id"].as_str().unwrap().parse().unwrap();
        let mut session = tx.session(id).await.unwrap().unwrap();
        session.participants.push(Participant {
            id: ParticipantId::new(app.seed()),
            person_id: seated.id(),
            role: PartyRole::Guest,
            name: "Gus".to_owned(),
            admission: Admission::Waiting,
            verified: false,
            entered_at: app.clock.now(),
            admitted_at: None,
            invitation: None,
            by_code: false,
            here_since: None,
            left_at: None,
        });
        let due = session.due(&app.settings.policy());
        tx.save(&mut session, due).await.unwrap();
        tx.commit().await.unwrap();
        seated
    }

    async fn renew(&self, story: &Story) -> String {
        let path = format!("{}/passcode", session_path(&self.booked));
        let renewed = story.doctor.post(&path, json!({})).await.expect(200);
        renewed["passcode"].as_str().unwrap().to_owned()
    }
}

on_both! {
    async fn ten_wrong_guesses_lock_a_caller_and_thirty_the_session_until_it_is_renewed(story: Story) {
        let session = Guarded::new(&story).await;
        let (one, two, three) =
            (session.seated(&story).await, session.seated(&story).await, session.seated(&story).await);
        session.guess_wrong(&story.patient, 10, 0).await;
        session.is_locked_for(&story.patient).await;
        session.guess_wrong(&one, 10, 0).await;
        session.is_locked_for(&one).await;
        session.guess_wrong(&two, 10, 0).await;
        session.is_locked_for(&three).await;
        let code = session.renew(&story).await;
        session.guess(&story.patient, &code).await.expect(200);
        session.guess(&three, &code).await.expect(200);
    }

    async fn who_is_locked_out_uses_up_nobody_elses_tries(story: Story) {
        let session = Guarded::new(&story).await;
        let guest = session.seated(&story).await;
        session.guess_wrong(&guest, 10, 0).await;
        for _ in 0..40 {
            session.is_locked_for(&guest).await;
        }
        session.guess_wrong(&story.patient, 1, 9).await;
        session.guess(&story.patient, session.code()).await.expect(200);
    }

    async fn a_right_guess_gives_nobody_else_new_tries(story: Story) {
        let session = Guarded::new(&story).await;
        let guest = session.seated(&story).await;
        session.guess_wrong(&guest, 9, 1).await;
        session.guess_wrong(&story.patient, 9, 1).await;
        session.guess(&story.patient, session.code()).await.expect(200);
        session.guess_wrong(&guest, 1, 0).await;
        session.is_locked_for(&guest).await;
    }

    async fn guests_who_guess_never_use_up_the_clients_tries(story: Story) {
        let session = Guarded::new(&story).await;
        for _ in 0..3 {
            let guest = session.seated(&story).await;
            session.guess_wrong(&guest, 10, 0).await;
        }
        session.is_locked_for(&session.seated(&story).await).await;
        session.guess_wrong(&story.patient, 9, 1).await;
        session.guess(&story.patient, session.code()).await.expect(200);
    }

    async fn a_restart_and_another_node_count_on(story: Story) {
        let mut story = story;
        let session = Guarded::new(&story).await;
        session.guess_wrong(&story.patient, 4, 6).await;
        let node = story.server.another_node().await;
        session.guess_wrong(&story.patient.at(node.address), 3, 3).await;
        session.guess_wrong(&story.patient, 1, 2).await;
        story.server.restart().await;
        let patient = story.patient.at(story.server.address);
        session.guess_wrong(&patient, 2, 0).await;
        session.is_locked_for(&patient).await;
        session.is_locked_for(&story.patient.at(node.address)).await;
    }

    async fn of_sixty_four_guesses_at_once_ten_are_compared(story: Story) {
        let session = Guarded::new(&story).await;
        let code: u32 = session.code().parse().unwrap();
        let path = format!("{}/join", session_path(&session.booked));
        let guesses = (1..=64).map(|number| {
            let (patient, path) = (story.patient.clone(), path.clone());
            let body = json!({ "passcode": format!("{:06}", (code + number) % 1_000_000) });
            async move { patient.post(&path, body).await }
        });
        let answers = guesses.collect::<JoinSet<_>>().join_all().await;
        let (compared, locked): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 403);
        assert_eq!((compared.len(), locked.len()), (10, 54));
        let left = compared.into_iter().map(|a| a.problem(403, "passcode_wrong")["tries_left"].as_u64().unwrap());
        let mut left: Vec<_> = left.collect();
        left.sort_unstable();
        assert_eq!(left, (0..10).collect::<Vec<_>>());
        for answer in locked {
            answer.problem(429, "locked");
        }
        session.is_locked_for(&story.patient).await;
    }

    async fn all_routes_share_one_count_and_one_memory_of_the_right_code(story: Story) {
        let session = Guarded::new(&story).await;
        let id = session.booked["session_id"].as_str().unwrap();
        let verify = async |code: &str| {
            let path = format!("/api/video-sessions/{id}/verify-password");
            send(story.patient.raw(Method::POST, &path).json(&json!({ "password": code }))).await
        };
        let telehealth = async || {
            let body = json!({ "sessionId": id, "userRole": "patient" });
            send(story.patient.raw(Method::POST, "/telehealth/sessions/join").json(&body)).await
        };
        for left in [9, 8, 7, 6, 5] {
            assert_eq!(verify(&session.wrong()).await.problem(403, "passcode_wrong")["tries_left"], left);
        }
        session.guess_wrong(&story.patient, 5, 0).await;
        verify(session.code()).await.problem(429, "locked");
        session.is_locked_for(&story.patient).await;
        let refused = telehealth().await;
        assert!(matches!(refused.status, 400..500), "{}", refused.body);
        let code = session.renew(&story).await;
        verify(&code).await.expect(200);
        assert_eq!(telehealth().await.expect(200)["data"]["status"], "WAITING_ROOM");
        story.patient.post(&format!("{}/join", session_path(&session.booked)), json!({})).await.expect(200);
    }
}

#[tokio::test]
async fn forged_forwarding_headers_give_no_new_tries() {
    let story = Story::with("trusted_proxies = ['127.0.0.0/8']").await;
    let session = Guarded::new(&story).await;
    let guess = async |number: u32, code: &str| {
        let address = format!("203.0.113.{number}");
        let request = story
            .patient
            .request(Method::POST, &format!("{}/join", session_path(&session.booked)))
            .header("x-forwarded-for", &address)
            .header("x-real-ip", &address)
            .header("forwarded", format!("for={address}"))
            .header("user-agent", &address);
        send(request.json(&json!({ "passcode": code }))).await
    };
    for number in 0..10 {
        guess(number, &session.wrong()).await.problem(403, "passcode_wrong");
    }
    guess(99, session.code()).await.problem(429, "locked");
}

#[tokio::test]
async fn new_tokens_of_the_same_person_give_no_new_tries() {
    let story = Story::new().await;
    let admin = story.server.admin().await;
    let account = json!({
        "email": "sam@example.org", "name": "Sam", "roles": ["client"], "password": "a long enough password",
    });
    let sam = admin.post("/users", account).await.expect(201);
    let log_in = async || {
        let body = json!({ "email": "sam@example.org", "password": "a long enough password" });
        let login = story.server.anonymous().post("/auth/login", body).await.expect(200);
        story.server.bearer(login["access_token"].as_str().unwrap())
    };
    let mut body = story.booking(0, 30);
    body["passcode"] = json!(true);
    body["client_id"] = sam["id"].clone();
    body["practitioner_id"] = json!(story.doctor.id());
    let session = Guarded { booked: admin.post("/appointments", body).await.expect(201) };
    session.guess_wrong(&log_in().await, 3, 7).await;
    session.guess_wrong(&log_in().await, 3, 4).await;
    let issued = || story.server.sign_in(sam["id"].as_str().unwrap().parse().unwrap());
    session.guess_wrong(&issued(), 2, 2).await;
    session.guess_wrong(&issued(), 2, 0).await;
    for token in [log_in().await, issued()] {
        session.is_locked_for(&token).await;
    }
    let id = session.booked["session_id"].as_str().unwrap();
    let by_link = story.server.invited(&admin, id, "client").await;
    let joined = by_link.post(&format!("{}/join", session_path(&session.booked)), json!({})).await;
    assert_eq!(joined.expect(200)["state"], "waiting", "a link needs no guess");
}

#[tokio::test]
async fn tokens_of_another_issuer_count_by_their_subject_and_reach_nobody_elses_session() {
    let issuers = "[[issuers]]\nissuer = 'portal'\nsecret = 'a secret that two systems share'\n\
                   create_people = true\n\
                   [[issuers]]\nissuer = 'other'\nsecret = 'a secret of somebody else here'\n\
                   create_people = true\n";
    let story = Story::with(issuers).await;
    let token = |issuer: &str, secret: &str, number: i64| {
        let expires = story.server.now().as_second() + 3_600 + number;
        let claims = json!({ "iss": issuer, "sub": "sam", "role": "user", "exp": expires, "jti": number });
        let key = jsonwebtoken::EncodingKey::from_secret(secret.as_bytes());
        let token = jsonwebtoken::encode(&jsonwebtoken::Header::default(), &claims, &key).unwrap();
        story.server.bearer(token)
    };
    let mut body = story.booking(0, 30);
    body["passcode"] = json!(true);
    body.as_object_mut().unwrap().remove("client_id");
    body["client"] = json!({ "issuer": "portal", "subject": "sam" });
    let session = Guarded { booked: story.doctor.post("/appointments", body).await.expect(201) };
    for number in 0..10 {
        let sam = token("portal", "a secret that two systems share", number);
        session.guess_wrong(&sam, 1, 9 - u32::try_from(number).unwrap()).await;
    }
    session.is_locked_for(&token("portal", "a secret that two systems share", 11)).await;
    let namesake = token("other", "a secret of somebody else here", 0);
    session.guess(&namesake, session.code()).await.problem(404, "not_found");
}
