//! Links for people without an account.

use serde_json::{Value, json};

use crate::story::{MINUTE, Story, appointment_path, session_path};

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
