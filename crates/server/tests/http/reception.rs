//! What reception and colleagues see: the practitioners of the house, and lists narrowed to one of them.

use serde_json::{Value, json};

use crate::common::{Party, Server};
use crate::garage::ids;
use crate::story::{Story, on_both};

/// A clinic with Dr. Ada and her patient's assistant in it.
async fn clinic(story: &Story) -> (Value, Party) {
    let admin = story.server.admin().await;
    let clinic = admin.post("/organizations", json!({ "name": "Clinic" })).await.expect(201)["id"].clone();
    let assistant = story.server.assistant("Alex").await;
    join(&admin, &clinic, &[&assistant, &story.doctor]).await;
    (clinic, assistant)
}

async fn join(admin: &Party, clinic: &Value, people: &[&Party]) {
    for party in people {
        let changes = json!({ "organization_id": clinic });
        admin.patch(&format!("/users/{}", party.id()), changes).await.expect(200);
    }
}

async fn names(party: &Party, path: &str) -> Vec<String> {
    let page = party.get(path).await.expect(200);
    let name = |item: &Value| item["name"].as_str().unwrap().to_owned();
    page["items"].as_array().unwrap().iter().map(name).collect()
}

#[tokio::test]
async fn practitioners_of_the_house_are_known_in_it() {
    let story = Story::new().await;
    let (clinic, assistant) = clinic(&story).await;
    let admin = story.server.admin().await;
    let colleague = story.server.practitioner("Dr. Bo").await;
    join(&admin, &clinic, &[&colleague]).await;
    let elsewhere = story.server.practitioner("Dr. Cleo").await;
    for party in [&assistant, &story.doctor] {
        assert_eq!(names(party, "/practitioners").await, ["Dr. Ada", "Dr. Bo"]);
    }
    assert_eq!(names(&assistant, "/practitioners?q=bo").await, ["Dr. Bo"]);
    assert_eq!(names(&elsewhere, "/practitioners").await, ["Dr. Cleo"]);
    assert_eq!(names(&admin, "/practitioners").await, ["Dr. Ada", "Dr. Bo", "Dr. Cleo"]);
    story.patient.get("/practitioners").await.problem(403, "forbidden");

    let first = assistant.get("/practitioners?limit=1").await.expect(200);
    let expected = json!({
        "id": story.doctor.id(), "name": "Dr. Ada", "organization_id": clinic, "accepts_requests": false,
    });
    assert_eq!(first["items"], json!([expected]));
    let rest = format!("/practitioners?cursor={}", first["next_cursor"].as_str().unwrap());
    assert_eq!(names(&assistant, &rest).await, ["Dr. Bo"]);
}

#[tokio::test]
async fn reception_sees_one_calendar_of_many() {
    let story = Story::new().await;
    let (clinic, assistant) = clinic(&story).await;
    let colleague = story.server.practitioner("Dr. Bo").await;
    join(&story.server.admin().await, &clinic, &[&colleague, &story.patient]).await;
    let mut booked = Vec::new();
    for (doctor, from_now) in [(&story.doctor, 0), (&colleague, 60)] {
        booked.push(doctor.post("/appointments", story.booking(from_now, 30)).await.expect(201));
    }
    let of = |party: &Party| format!("practitioner_id={}", party.id());
    for list in ["appointments", "sessions"] {
        assert_eq!(
            assistant.get(&format!("/{list}")).await.expect(200)["items"].as_array().unwrap().len(),
            2
        );
        for (doctor, appointment) in [&story.doctor, &colleague].into_iter().zip(&booked) {
            let own = assistant.get(&format!("/{list}?{}", of(doctor))).await.expect(200);
            let id = if list == "appointments" { "id" } else { "session_id" };
            assert_eq!(ids(&own), [appointment[id].as_str().unwrap()], "{list}");
        }
        // A colleague's calendar is not a practitioner's to see.
        let others = story.doctor.get(&format!("/{list}?{}", of(&colleague))).await.expect(200);
        assert_eq!(others["items"], json!([]));
        assistant.get(&format!("/{list}?practitioner_id=x")).await.problem(422, "invalid");
    }
}

on_both! {
    async fn sessions_are_searched_and_turned_round(story: Story) {
        let mut sessions = Vec::new();
        for (title, from_now) in [("Blood test", 0), ("Follow-up", 60)] {
            let mut booking = story.booking(from_now, 30);
            booking["title"] = json!(title);
            sessions.push(story.doctor.post("/appointments", booking).await.expect(201)["session_id"].clone());
        }
        let list = async |party: &Party, query: &str| {
            let page = party.get(&format!("/sessions?{query}")).await.expect(200);
            Value::from(ids(&page))
        };
        let (first, second) = (&sessions[0], &sessions[1]);
        assert_eq!(list(&story.doctor, "order=desc").await, json!([second, first]));
        assert_eq!(list(&story.doctor, "order=asc").await, json!([first, second]));
        assert_eq!(list(&story.doctor, "q=BLOOD").await, json!([first]));
        assert_eq!(list(&story.doctor, "q=sam&order=desc").await, json!([second, first]));
        assert_eq!(list(&story.patient, "q=sam").await, json!([]));
        assert_eq!(list(&story.patient, "q=ada").await, json!([first, second]));
        let page = story.doctor.get("/sessions?order=desc&limit=1").await.expect(200);
        let cursor = page["next_cursor"].as_str().unwrap();
        assert_eq!(list(&story.doctor, &format!("order=desc&cursor={cursor}")).await, json!([first]));
        story.doctor.get("/sessions?order=sideways").await.problem(422, "invalid");
    }
}

on_both! {
    async fn reception_finds_a_client_by_any_part_of_the_name_and_sees_their_page(story: Story) {
        let (_, assistant) = clinic(&story).await;
        let client = assistant.post("/clients", json!({ "name": "Łukasz Weiß-Müller" })).await.expect(201);
        let clients = "/clients?q=";
        for q in ["lukasz", "weiss", "M%C3%BCller%20%C5%82uk", "mueller", "MULLER%20LU", "ß"] {
            assert_eq!(names(&assistant, &format!("{clients}{q}")).await, ["Łukasz Weiß-Müller"], "{q}");
        }
        assert_eq!(names(&assistant, &format!("{clients}lukasz%20berg")).await, [""; 0]);
        let path = format!("/clients/{}", client["id"].as_str().unwrap());
        assert_eq!(assistant.get(&path).await.expect(200), client);
        assert_eq!(story.doctor.get(&path).await.expect(200)["name"], "Łukasz Weiß-Müller");
        let elsewhere = story.server.practitioner("Dr. Cleo").await;
        elsewhere.get(&path).await.problem(404, "not_found");
        story.patient.get(&path).await.problem(403, "forbidden");

        let mut booking = story.booking(60, 30);
        booking["client_id"] = client["id"].clone();
        booking["practitioner_id"] = json!(story.doctor.id());
        booking["title"] = json!("Rücken, Übungen");
        let booked = assistant.post("/appointments", booking).await.expect(201);
        story.book(120, 30).await;
        for list in ["appointments", "sessions"] {
            let own = assistant.get(&format!("/{list}?client_id={}", client["id"].as_str().unwrap())).await.expect(200);
            let id = if list == "appointments" { "id" } else { "session_id" };
            assert_eq!(ids(&own), [booked[id].as_str().unwrap()], "{list}");
            // Not theirs to see: nothing.
            let none = elsewhere.get(&format!("/{list}?client_id={}", client["id"].as_str().unwrap())).await;
            assert_eq!(none.expect(200)["items"], json!([]));
        }
        for q in ["rucken", "ubungen%20ruck", "LUKASZ"] {
            let found = assistant.get(&format!("/sessions?q={q}")).await.expect(200);
            assert_eq!(ids(&found), [booked["session_id"].as_str().unwrap()], "{q}");
        }
    }
}

#[tokio::test]
async fn whoever_was_invited_does_not_search() {
    let story = Story::new().await;
    let appointment = story.book(0, 30).await;
    let path = format!("/appointments/{}/invitations", appointment["id"].as_str().unwrap());
    let link = story.doctor.post(&path, json!({ "role": "guest" })).await.expect(201);
    let token = link["url"].as_str().unwrap().split('#').next_back().unwrap().to_owned();
    let token = token.rsplit('=').next().unwrap();
    let redeemed = story.server.anonymous().post("/invitations/redeem", json!({ "token": token })).await;
    let guest = story.server.bearer(redeemed.expect(200)["access_token"].as_str().unwrap());
    assert_eq!(ids(&guest.get("/sessions").await.expect(200)).len(), 1);
    assert_eq!(guest.get("/sessions?q=sam").await.expect(200)["items"], json!([]));
}

#[tokio::test]
async fn a_practitioner_changes_his_own_account_and_nothing_else() {
    let server = Server::start().await;
    let doctor = server.practitioner("Dr. Ada").await;
    let changes = json!({
        "name": " Dr. Ada Lovelace ", "timezone": "Europe/Paris", "locale": "fr", "accepts_requests": true,
    });
    let user = doctor.patch("/me", changes).await.expect(200);
    assert_eq!(user["name"], "Dr. Ada Lovelace");
    assert_eq!((&user["timezone"], &user["locale"]), (&json!("Europe/Paris"), &json!("fr")));
    assert_eq!(user["practitioner"]["accepts_requests"], true);
    assert_eq!(doctor.get("/me").await.expect(200), user);
    let user = doctor.patch("/me", json!({ "timezone": null })).await.expect(200);
    assert_eq!((&user["timezone"], &user["locale"]), (&json!(null), &json!("fr")));
    for wrong in [
        json!({ "name": " " }),
        json!({ "timezone": "Mars/Olympus" }),
        json!({ "locale": "?" }),
        json!({ "roles": ["admin"] }),
        json!({ "organization_id": null }),
    ] {
        doctor.patch("/me", wrong).await.problem(422, "invalid");
    }
    let client = server.client("Sam").await;
    client.patch("/me", json!({ "name": "Samantha" })).await.expect(200);
    let refused = client.patch("/me", json!({ "accepts_requests": true })).await.problem(422, "invalid");
    assert_eq!(refused["errors"][0]["field"], "accepts_requests");
}
