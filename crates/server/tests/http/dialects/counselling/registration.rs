//! `PUT /api/video-calls/session/{id}`: the application makes its sessions known by itself.

use reqwest::Method;
use serde_json::{Value, json};

use crate::common::{MORNING, Party, Reply, send};
use crate::issuers::{SECRET, signed};
use crate::story::{Story, on_both};

const PORTAL: &str = "[[issuers]]\nissuer = 'portal'\nsecret = 'a secret that two systems share'\n\
    create_people = true\nmax_role = 'admin'\n";

fn person(story: &Story, subject: &str, role: &str) -> Party {
    let claims =
        json!({ "iss": "portal", "sub": subject, "role": role, "exp": MORNING.as_second() + 86_400 });
    story.server.bearer(signed(&claims, SECRET))
}

fn row(story: &Story, changes: Value) -> Value {
    let mut row = json!({
        "clientId": "c-1", "psychologistId": "p-1", "sessionDate": story.server.now(), "durationMinutes": 50,
        "clientName": "Sam", "psychologistName": "Dr. Ada",
    });
    for (name, value) in changes.as_object().unwrap() {
        row[name] = value.clone();
    }
    row
}

async fn put(party: &Party, id: &str, body: Value) -> Reply {
    send(party.raw(Method::PUT, &format!("/api/video-calls/session/{id}")).json(&body)).await
}

async fn post(party: &Party, path: &str) -> Reply {
    send(party.raw(Method::POST, &format!("/api/video-calls/{path}"))).await
}

on_both! {
    settings PORTAL;

    async fn an_unknown_session_is_made_and_a_known_one_is_brought_up_to_date(story: Story) {
        let (admin, psychologist) = (person(&story, "root", "admin"), person(&story, "p-1", "psychologist"));
        let made = put(&admin, "77", row(&story, json!({ "paymentStatus": "Pending" }))).await.expect(201);
        let session = &made["session"];
        assert_eq!((&session["id"], &session["status"]), (&json!("77"), &json!("Pending")));
        assert_eq!(session["client"], json!({
            "id": "c-1", "userId": "c-1", "name": "Sam", "openvisit_id": session["client"]["openvisit_id"],
        }));
        assert_eq!(session["psychologist"]["name"], "Dr. Ada");
        post(&psychologist, "start/77").await.expect(400);

        let paid = put(&admin, "77", row(&story, json!({ "paymentStatus": "Paid" }))).await.expect(200);
        assert_eq!((&paid["session"]["status"], &paid["session"]["openvisit_session_id"]),
            (&json!("Confirmed"), &session["openvisit_session_id"]));
        let later = row(&story, json!({ "sessionDate": "2030-01-05T10:00:00Z", "durationMinutes": null }));
        let moved = put(&psychologist, "77", later.clone()).await.expect(200);
        assert_eq!(moved["session"]["sessionDate"], "2030-01-05T10:00:00Z");
        assert_eq!(moved["session"]["status"], "Confirmed", "what is not said stays");
        assert_eq!(put(&psychologist, "77", later).await.expect(200)["session"], moved["session"]);
    }

    async fn a_name_that_comes_later_is_taken_until_they_sign_in(story: Story) {
        let admin = person(&story, "root", "admin");
        let nameless = row(&story, json!({ "clientName": null, "psychologistName": null }));
        let made = put(&admin, "77", nameless).await.expect(201);
        assert_eq!(made["session"]["client"]["name"], "c-1");
        let named = put(&admin, "77", row(&story, json!({ "clientEmail": "sam@example.org" }))).await.expect(200);
        assert_eq!(named["session"]["client"]["name"], "Sam");
        let me = person(&story, "c-1", "client").get("/me").await.expect(200);
        assert_eq!((&me["name"], &me["email"]), (&json!("Sam"), &json!("sam@example.org")));
        let renamed = put(&admin, "77", row(&story, json!({ "clientName": "Somebody" }))).await.expect(200);
        assert_eq!(renamed["session"]["client"]["name"], "Sam", "a name that is known stays");
    }

    async fn whoever_is_neither_its_psychologist_nor_an_administrator_is_refused(story: Story) {
        let admin = person(&story, "root", "admin");
        for other in [person(&story, "c-1", "client"), person(&story, "p-2", "psychologist")] {
            put(&other, "77", row(&story, json!({}))).await.expect(403);
        }
        put(&story.server.anonymous(), "77", row(&story, json!({}))).await.expect(401);
        put(&admin, "77", row(&story, json!({}))).await.expect(201);
        for other in [person(&story, "c-9", "client"), person(&story, "p-2", "psychologist")] {
            put(&other, "77", row(&story, json!({}))).await.expect(403);
        }
        put(&person(&story, "c-1", "client"), "77", row(&story, json!({ "durationMinutes": 20 }))).await.expect(403);
    }

    async fn what_is_called_off_before_it_is_paid_is_cancelled(story: Story) {
        let admin = person(&story, "root", "admin");
        let made = put(&admin, "77", row(&story, json!({ "paymentStatus": "Pending" }))).await.expect(201);
        let appointment = made["session"]["openvisit_appointment_id"].as_str().unwrap();
        admin.post(&format!("/appointments/{appointment}/cancel"), json!({})).await.expect(200);
        let path = "/api/video-calls/session/77";
        let seen = send(admin.raw(Method::GET, path)).await.expect(200);
        assert_eq!(seen["session"]["status"], "Cancelled");
    }

    async fn a_local_date_is_the_psychologists(story: Story) {
        let (admin, psychologist) = (person(&story, "root", "admin"), person(&story, "p-1", "psychologist"));
        psychologist.patch("/me", json!({ "timezone": "Europe/Berlin" })).await.expect(200);
        let form = row(&story, json!({ "sessionDate": "2030-01-05T12:30", "durationMinutes": "50" }));
        let made = put(&admin, "77", form).await.expect(201);
        assert_eq!(made["session"]["sessionDate"], "2030-01-05T11:30:00Z");
        let skipped = row(&story, json!({ "sessionDate": "2030-03-31T02:30" }));
        let refused = put(&admin, "78", skipped).await.expect(422);
        assert_eq!(refused["errors"][0]["field"], "sessionDate");
    }

    async fn what_is_no_id_of_letters_makes_nothing_known(story: Story) {
        let admin = person(&story, "root", "admin");
        for id in ["%20", "%0A", "%20%09", "a%0Ab"] {
            let refused = put(&admin, id, row(&story, json!({}))).await.expect(422);
            assert_eq!(refused["errors"][0]["field"], "sessionId", "{id:?}");
        }
        put(&admin, "a%00b", row(&story, json!({}))).await.expect(404);
    }

    async fn what_is_wrong_is_said_at_its_field(story: Story) {
        let admin = person(&story, "root", "admin");
        put(&admin, "77", row(&story, json!({}))).await.expect(201);
        for (id, field, changes) in [
            ("78", "clientId", json!({ "clientId": null })),
            ("78", "durationMinutes", json!({ "durationMinutes": 4 })),
            ("78", "paymentStatus", json!({ "paymentStatus": "Perhaps" })),
            ("78", "sessionDate", json!({ "sessionDate": "1999-01-01T00:00:00Z" })),
            ("77", "clientId", json!({ "clientId": "c-2" })),
            ("77", "psychologistId", json!({ "psychologistId": "p-2" })),
        ] {
            let refused = put(&admin, id, row(&story, changes.clone())).await.expect(422);
            assert_eq!(refused["errors"][0]["field"], field, "{changes}: {refused}");
        }
    }

    async fn of_many_at_once_one_is_made(story: Story) {
        let admin = person(&story, "root", "admin");
        let mut tries = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let (admin, row) = (admin.clone(), row(&story, json!({})));
            tries.spawn(async move { put(&admin, "77", row).await });
        }
        let answers = tries.join_all().await;
        let made = answers.iter().filter(|answer| answer.status == 201).count();
        assert_eq!((made, answers.iter().filter(|answer| answer.status == 200).count()), (1, 7));
    }
}
