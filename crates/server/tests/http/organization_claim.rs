//! In which organization somebody is may be their token's to say: then reception needs nothing but its token.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::common::{Party, Server};
use crate::issuers::{SECRET, claims, signed};
use crate::story::{Story, on_both};

const SETTINGS: &str = "[[issuers]]\nissuer = 'clinic'\nsecret = 'a secret that two systems share'\n\
    audience = 'visits'\nid_claim = 'userId'\nmax_role = 'admin'\norganization_claim = 'org.id'\ncreate_people = true\n";

/// Somebody by their token, in this organization.
fn by_token(server: &Server, user: &str, role: &str, organization: Value) -> Party {
    let claims = claims(json!({
        "userId": user, "role": role, "name": user, "email": null, "org": { "id": organization },
    }));
    server.bearer(signed(&claims, SECRET))
}

async fn organization(admin: &Party, name: &str) -> String {
    let made = admin.post("/organizations", json!({ "name": name })).await.expect(201);
    made["id"].as_str().unwrap().to_owned()
}

/// Where a token puts somebody; the reason in the log where it puts them nowhere.
async fn placed(server: &Server, token: &Party) -> Result<Value, String> {
    let before = server.log().len();
    let reply = token.get("/me").await;
    if reply.status == 200 {
        return Ok(reply.json()["organization_id"].clone());
    }
    reply.problem(401, "unauthorized");
    let log = server.log()[before..].to_owned();
    let why = log.split("why=\"").nth(1).and_then(|rest| rest.split('"').next());
    Err(why.unwrap_or_default().to_owned())
}

fn booking(server: &Server, doctor: &str, hour: i64) -> Value {
    let of = |subject: &str| json!({ "issuer": "clinic", "subject": subject });
    json!({
        "practitioner": of(doctor), "client": of("pat-7"), "duration_minutes": 30,
        "starts_at": server.now() + SignedDuration::from_hours(hour),
    })
}

on_both! {
    settings SETTINGS;

    async fn reception_books_by_its_token_alone(story: Story) {
        let server = &story.server;
        let clinic = organization(&server.admin().await, "Clinic").await;
        for (hour, role) in [(1, "assistant"), (2, "admin")] {
            // Nobody has seen the doctor yet.
            let doctor = format!("doc-{hour}");
            let desk = by_token(server, &format!("desk-{hour}"), role, json!("Clinic"));
            let booked = desk.post("/appointments", booking(server, &doctor, hour)).await.expect(201);
            assert_eq!(booked["organization_id"], json!(clinic), "{role}");
            let practitioners = desk.get(&format!("/practitioners?q={doctor}")).await.expect(200);
            let id = practitioners["items"][0]["id"].clone();
            assert_eq!(id, booked["practitioner_id"]);
            // The doctor comes, is the same, and sees it; reception books for them by their id, too.
            let doctor = by_token(server, &doctor, "DOCTOR", json!(clinic));
            assert_eq!(doctor.get("/me").await.expect(200)["id"], id);
            assert_eq!(doctor.get("/appointments").await.expect(200)["items"][0]["id"], booked["id"]);
            let mut by_id = booking(server, "", hour + 10);
            by_id["practitioner"] = Value::Null;
            by_id["practitioner_id"] = id;
            desk.post("/appointments", by_id).await.expect(201);
        }
    }

    async fn whom_reception_may_book_for_stays_in_its_organization(story: Story) {
        let server = &story.server;
        let admin = server.admin().await;
        organization(&admin, "Clinic").await;
        organization(&admin, "Elsewhere").await;
        by_token(server, "doc-1", "DOCTOR", json!("Elsewhere")).get("/me").await.expect(200);
        let desk = by_token(server, "desk-1", "assistant", json!("Clinic"));
        desk.post("/appointments", booking(server, "doc-1", 1)).await.problem(422, "invalid");
        // Both follow their tokens.
        let moved = by_token(server, "desk-1", "assistant", json!("Elsewhere"));
        moved.post("/appointments", booking(server, "doc-1", 1)).await.expect(201);
        by_token(server, "doc-1", "DOCTOR", json!("Clinic")).get("/me").await.expect(200);
        moved.post("/appointments", booking(server, "doc-1", 2)).await.problem(422, "invalid");
        assert_eq!(moved.get("/practitioners").await.expect(200)["items"], json!([]));
    }

    async fn a_token_puts_everybody_where_it_says(story: Story) {
        let server = &story.server;
        let admin = server.admin().await;
        let (clinic, number) = (organization(&admin, "Clinic").await, organization(&admin, "42").await);
        for role in ["DOCTOR", "assistant", "admin", "PATIENT"] {
            let told = async |organization: Value| placed(server, &by_token(server, role, role, organization)).await;
            for word in [json!("Clinic"), json!(" Clinic "), json!(clinic), json!(clinic.to_uppercase()), json!(["Clinic"])] {
                assert_eq!(told(word.clone()).await, Ok(json!(clinic)), "{role} {word}");
            }
            assert_eq!(told(json!(42)).await, Ok(json!(number)), "{role}");
            // Nothing is said: it stays. In none: it goes.
            let silent = server.bearer(signed(&claims(json!({ "userId": role, "role": role })), SECRET));
            assert_eq!(placed(server, &silent).await, Ok(json!(number)), "{role}");
            for none in [Value::Null, json!(""), json!([])] {
                told(json!("Clinic")).await.unwrap();
                assert_eq!(told(none.clone()).await, Ok(Value::Null), "{role} {none}");
            }
        }
    }

    async fn a_token_that_names_no_organization_of_ours_is_refused_and_the_log_says_why(story: Story) {
        let server = &story.server;
        let admin = server.admin().await;
        let clinic = organization(&admin, "Clinic").await;
        for _ in 0..2 {
            organization(&admin, "Practice").await;
        }
        by_token(server, "desk", "assistant", json!("Clinic")).get("/me").await.expect(200);
        for (word, why) in [
            (json!("clinic"), "unknown_organization"),
            (json!("01890000-0000-7000-8000-000000000000"), "unknown_organization"),
            (json!("Practice"), "several_organizations"),
            (json!(true), "claim"),
            (json!({ "Clinic": {} }), "claim"),
            (json!(["Clinic", "Practice"]), "claim"),
            (json!([["Clinic"]]), "claim"),
            (json!("Cli\u{0}nic"), "claim"),
            (json!("x".repeat(256)), "claim"),
        ] {
            // Of somebody known, and of somebody new.
            for user in ["desk", "new"] {
                let refused = placed(server, &by_token(server, user, "assistant", word.clone())).await;
                assert_eq!(refused, Err(why.to_owned()), "{user} {word}");
            }
        }
        let desk = by_token(server, "desk", "assistant", json!("Clinic"));
        assert_eq!(placed(server, &desk).await, Ok(json!(clinic)));
        assert!(!server.log().contains("Practice"));
        assert!(!admin.get("/users?q=new").await.body.contains("\"subject\":\"new\""), "nobody was made");
    }
}

#[tokio::test]
async fn without_the_setting_organizations_are_an_administrators_to_give() {
    let server = Server::with(&SETTINGS.replace("organization_claim = 'org.id'\n", "")).await;
    let admin = server.admin().await;
    let clinic = organization(&admin, "Clinic").await;
    let desk = by_token(&server, "desk", "assistant", json!("Clinic"));
    let me = desk.get("/me").await.expect(200);
    assert_eq!(me["organization_id"], Value::Null);
    let given = json!({ "organization_id": clinic });
    admin.patch(&format!("/users/{}", me["id"].as_str().unwrap()), given).await.expect(200);
    assert_eq!(placed(&server, &desk).await, Ok(json!(clinic)));
    let elsewhere = by_token(&server, "desk", "assistant", json!("Elsewhere"));
    assert_eq!(placed(&server, &elsewhere).await, Ok(json!(clinic)));
}
