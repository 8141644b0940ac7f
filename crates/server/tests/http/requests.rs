//! Clients who want to be seen now, and who may accept them.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::common::{Listener, Party};
use crate::garage::{Garage, at_once, ids, request};
use crate::story::MINUTE;

#[tokio::test]
async fn a_request_becomes_a_session_with_its_id() {
    let garage = Garage::new().await;
    let mechanic = garage.mechanic().await;
    let body = request(json!({ "plan": "basic", "kind": "diagnostic", "metadata": { "car": "R4" } }));
    let asked = garage.customer.post("/requests", body).await.expect(201);
    assert_eq!((&asked["status"], &asked["session_id"]), (&json!("pending"), &Value::Null));
    assert_eq!(asked["expires_at"], json!(garage.server.now() + MINUTE * 30));
    assert_eq!(mechanic.get("/requests").await.expect(200)["items"], json!([asked]));

    let path = format!("/requests/{}", asked["id"].as_str().unwrap());
    let session = mechanic.post(&format!("{path}/accept"), json!({})).await.expect(200);
    assert_eq!(session["id"], asked["id"]);
    assert_eq!((&session["status"], &session["kind"]), (&json!("scheduled"), &json!("diagnostic")));
    assert_eq!(session["starts_at"], json!(garage.server.now()));
    assert_eq!(session["ends_at"], json!(garage.server.now() + MINUTE * 30));
    let appointment = format!("/appointments/{}", session["appointment_id"].as_str().unwrap());
    let appointment = garage.customer.get(&appointment).await.expect(200);
    assert_eq!(
        json!([appointment["plan"], appointment["started_by"], appointment["metadata"]]),
        json!(["basic", "either", { "car": "R4" }])
    );
    assert_eq!(appointment["practitioner_id"], json!(mechanic.id()));

    let id = asked["id"].as_str().unwrap().parse().unwrap();
    let room = garage.server.app.store.session_details(id).await.unwrap().unwrap().session.room_name.clone();
    assert!(room.starts_with(&format!("therapy-{}-{}-", mechanic.id(), garage.customer.id())), "{room}");

    let accepted = garage.customer.get(&path).await.expect(200);
    assert_eq!(accepted["status"], "accepted");
    assert_eq!(accepted["practitioner_id"], json!(mechanic.id()));
    assert_eq!(accepted["session_id"], asked["id"]);
    assert_eq!(mechanic.get(&path).await.expect(200)["concern"], "It rattles when I brake");
    assert_eq!(mechanic.get("/requests").await.expect(200)["items"], json!([]));
    // No passcode, and either may start.
    let session = format!("/sessions/{}", asked["id"].as_str().unwrap());
    garage.customer.post(&format!("{session}/join"), json!({})).await.expect(200);
    garage.customer.post(&format!("{session}/start"), json!({})).await.expect(200);
}

#[tokio::test]
async fn whoever_accepts_says_how_long_it_takes() {
    let garage = Garage::new().await;
    let mechanic = garage.mechanic().await;
    let accept = format!("{}/accept", garage.ask().await);
    mechanic.post(&accept, json!({ "duration_minutes": 3 })).await.problem(422, "invalid");
    let session = mechanic.post(&accept, json!({ "duration_minutes": 45 })).await.expect(200);
    assert_eq!(session["ends_at"], json!(garage.server.now() + MINUTE * 45));
}

#[tokio::test]
async fn a_request_is_seen_by_its_client_by_whoever_may_accept_it_and_by_nobody_else() {
    let garage = Garage::with("request_plan_tiers = { premium = ['gold'] }").await;
    let path = garage.ask_with(json!({ "plan": "premium" })).await;
    let gold = garage.mechanic_of("gold").await;
    for sees in [&garage.customer, &gold, &garage.admin] {
        assert_eq!(ids(&sees.get("/requests").await.expect(200)).len(), 1);
        assert_eq!(sees.get(&path).await.expect(200)["concern"], "It rattles when I brake");
    }
    let not_yet = garage.mechanic_with(json!({ "practitioner": { "service_tier": "gold" } })).await;
    let strangers = [
        garage.mechanic_of("silver").await,
        not_yet,
        garage.server.client("Stranger").await,
        garage.server.assistant("Front desk").await,
    ];
    for stranger in &strangers {
        assert_eq!(stranger.get("/requests").await.expect(200)["items"], json!([]));
        stranger.get(&path).await.problem(404, "not_found");
        stranger.post(&format!("{path}/cancel"), json!({})).await.problem(404, "not_found");
    }
    gold.post(&format!("{path}/cancel"), json!({})).await.problem(404, "not_found");
    // Once it is taken, it is the two parties' alone.
    let other = garage.mechanic_of("gold").await;
    gold.post(&format!("{path}/accept"), json!({})).await.expect(200);
    other.get(&path).await.problem(404, "not_found");
}

#[tokio::test]
async fn whoever_may_not_see_a_request_cannot_accept_it() {
    let garage = Garage::with("request_plan_tiers = { premium = ['gold'] }").await;
    let path = garage.ask_with(json!({ "plan": "premium" })).await;
    let accept = format!("{path}/accept");
    garage.customer.post(&accept, json!({})).await.problem(403, "forbidden");
    garage.server.practitioner("New").await.post(&accept, json!({})).await.problem(403, "forbidden");
    let silver = garage.mechanic_of("silver").await;
    silver.post(&accept, json!({})).await.problem(404, "not_found");
    let unknown = "/requests/01890000-0000-7000-8000-000000000000/accept";
    for stranger in [garage.server.client("Other").await, garage.server.assistant("Desk").await] {
        let refused = stranger.post(&accept, json!({})).await.problem(404, "not_found");
        assert_eq!(refused, stranger.post(unknown, json!({})).await.problem(404, "not_found"));
    }
    silver.post(unknown, json!({})).await.problem(404, "not_found");
    // Nobody accepts a request of his own, whatever else he is.
    garage.change(&garage.customer, json!({ "roles": ["client", "practitioner"] })).await;
    garage
        .change(
            &garage.customer,
            json!({ "practitioner": { "accepts_requests": true, "service_tier": "gold" } }),
        )
        .await;
    garage.customer.post(&accept, json!({})).await.problem(403, "forbidden");
    assert_eq!(garage.admin.get(&path).await.expect(200)["status"], "pending");
    // What is gone tells nothing to whoever never saw it.
    garage.admin.post(&format!("{path}/cancel"), json!({})).await.expect(200);
    silver.post(&accept, json!({})).await.problem(404, "not_found");
}

#[tokio::test]
async fn an_organizations_own_practitioners_go_first() {
    let garage = Garage::new().await;
    let workshop = garage.workshop().await;
    let own = garage.mechanic_with(json!({ "organization_id": workshop })).await;
    let other = garage.mechanic().await;
    let path = garage.ask_with(json!({ "organization_id": workshop })).await;
    let request = own.get(&path).await.expect(200);
    assert_eq!(request["opens_at"], json!(garage.server.now() + MINUTE * 2));
    other.get(&path).await.problem(404, "not_found");
    other.post(&format!("{path}/accept"), json!({})).await.problem(404, "not_found");
    garage.server.advance(SignedDuration::from_secs(119));
    assert_eq!(other.get("/requests").await.expect(200)["items"], json!([]));
    garage.server.advance(SignedDuration::from_secs(1));
    assert_eq!(ids(&other.get("/requests").await.expect(200)).len(), 1);
    other.post(&format!("{path}/accept"), json!({})).await.expect(200);
}

#[tokio::test]
async fn an_operator_says_how_long_an_organizations_own_go_first() {
    let garage = Garage::with("request_organization_first_seconds = 30").await;
    let workshop = garage.workshop().await;
    let other = garage.mechanic().await;
    let path = garage.ask_with(json!({ "organization_id": workshop })).await;
    garage.server.advance(SignedDuration::from_secs(29));
    other.post(&format!("{path}/accept"), json!({})).await.problem(404, "not_found");
    garage.server.advance(SignedDuration::from_secs(1));
    other.post(&format!("{path}/accept"), json!({})).await.expect(200);
}

#[tokio::test]
async fn of_32_who_accept_at_once_one_wins() {
    one_of_32_wins_in(Garage::new().await).await;
}

#[tokio::test]
async fn of_32_who_accept_at_once_one_wins_on_postgresql() {
    one_of_32_wins_in(Garage::postgres().await).await;
}

async fn one_of_32_wins_in(garage: Garage) {
    let mut mechanics = Vec::new();
    for _ in 0..32 {
        mechanics.push(garage.mechanic().await);
    }
    for _ in 0..3 {
        let path = garage.ask().await;
        let accept = format!("{path}/accept");
        let answers = at_once(mechanics.clone(), |mechanic| {
            let accept = accept.clone();
            async move { mechanic.post(&accept, json!({})).await }
        })
        .await;
        let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 200);
        assert_eq!(won.len(), 1);
        for answer in lost {
            assert_eq!(answer.problem(409, "request_taken")["request_status"], "accepted");
        }
        let session = won[0].json();
        let path = format!("/sessions/{}", session["id"].as_str().unwrap());
        assert_eq!(garage.customer.get(&path).await.expect(200)["practitioner"], session["practitioner"]);
        garage.customer.post(&format!("{path}/end"), json!({})).await.expect(200);
    }
}

#[tokio::test]
async fn whoever_withdraws_while_another_accepts_gets_one_of_two_answers() {
    withdraw_against_accept_in(Garage::new().await).await;
}

#[tokio::test]
async fn whoever_withdraws_while_another_accepts_gets_one_of_two_answers_on_postgresql() {
    withdraw_against_accept_in(Garage::postgres().await).await;
}

async fn withdraw_against_accept_in(garage: Garage) {
    let mechanic = garage.mechanic().await;
    for _ in 0..20 {
        let path = garage.ask().await;
        let (customer, id) = (garage.customer.id(), path.clone());
        let answers = at_once(vec![garage.customer.clone(), mechanic.clone()], |party| {
            let verb = if party.id() == customer { "cancel" } else { "accept" };
            let path = format!("{id}/{verb}");
            async move { party.post(&path, json!({})).await }
        })
        .await;
        let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
        let session = path.replace("requests", "sessions");
        if garage.customer.get(&path).await.expect(200)["status"] == "accepted" {
            garage.customer.post(&format!("{session}/end"), json!({})).await.expect(200);
        } else {
            garage.customer.get(&session).await.problem(404, "not_found");
        }
    }
}

#[tokio::test]
async fn a_request_waits_on_when_one_of_the_two_is_busy() {
    let garage = Garage::new().await;
    let (busy, free) = (garage.mechanic().await, garage.mechanic().await);
    let first = garage.ask().await;
    let second = garage.ask().await;
    let session = busy.post(&format!("{first}/accept"), json!({})).await.expect(200);
    // The customer is busy now, with whomever it is; another customer meets a busy mechanic.
    free.post(&format!("{second}/accept"), json!({})).await.problem(409, "slot_taken");
    let other = garage.server.client("Another").await;
    let third = other.post("/requests", request(json!({}))).await.expect(201);
    let third = format!("/requests/{}", third["id"].as_str().unwrap());
    busy.post(&format!("{third}/accept"), json!({})).await.problem(409, "slot_taken");
    for path in [&second, &third] {
        assert_eq!(free.get(path).await.expect(200)["status"], "pending");
    }
    let session = format!("/sessions/{}", session["id"].as_str().unwrap());
    busy.post(&format!("{session}/end"), json!({})).await.expect(200);
    free.post(&format!("{second}/accept"), json!({})).await.expect(200);
    busy.post(&format!("{third}/accept"), json!({})).await.expect(200);
}

#[tokio::test]
async fn a_request_is_withdrawn_by_its_client_or_an_administrator() {
    let garage = Garage::new().await;
    let mechanic = garage.mechanic().await;
    for party in [&garage.customer, &garage.admin] {
        let path = garage.ask().await;
        let withdrawn = party.post(&format!("{path}/cancel"), json!({})).await.expect(200);
        assert_eq!(withdrawn["status"], "withdrawn");
        assert_eq!(withdrawn["ended_at"], json!(garage.server.now()));
        garage.server.advance(MINUTE);
        // Twice is no error, and changes nothing.
        assert_eq!(party.post(&format!("{path}/cancel"), json!({})).await.expect(200), withdrawn);
        let gone = mechanic.post(&format!("{path}/accept"), json!({})).await.problem(409, "request_gone");
        assert_eq!(gone["request_status"], "withdrawn");
    }
    let path = garage.ask().await;
    mechanic.post(&format!("{path}/accept"), json!({})).await.expect(200);
    garage.customer.post(&format!("{path}/cancel"), json!({})).await.problem(409, "request_taken");
}

#[tokio::test]
async fn a_request_expires() {
    let garage = Garage::with("request_expiry_seconds = 60").await;
    let mechanic = garage.mechanic().await;
    let path = garage.ask().await;
    garage.server.advance(MINUTE);
    // Before a timer has looked, and after.
    for _ in 0..2 {
        let gone = mechanic.post(&format!("{path}/accept"), json!({})).await.problem(409, "request_gone");
        assert_eq!(gone["request_status"], "expired");
        let expired = garage.customer.get(&path).await.expect(200);
        assert_eq!((&expired["status"], &expired["ended_at"]), (&json!("expired"), &expired["expires_at"]));
        assert_eq!(garage.customer.post(&format!("{path}/cancel"), json!({})).await.expect(200), expired);
        assert_eq!(mechanic.get("/requests").await.expect(200)["items"], json!([]));
        garage.tick().await;
    }
}

#[tokio::test]
async fn a_client_has_only_so_many_requests_waiting() {
    let garage = Garage::new().await;
    let first = garage.ask().await;
    for _ in 1..5 {
        garage.ask().await;
    }
    garage.customer.post("/requests", request(json!({}))).await.problem(409, "conflict");
    garage.customer.post(&format!("{first}/cancel"), json!({})).await.expect(200);
    garage.ask().await;
}

#[tokio::test]
async fn what_is_no_request_is_refused() {
    let garage = Garage::new().await;
    for (more, field) in [
        (json!({ "kind": "in_person" }), "kind"),
        (json!({ "kind": "dance" }), "kind"),
        (json!({ "concern": "  " }), "concern"),
        (json!({ "concern": "😀".repeat(2_001) }), "concern"),
        (json!({ "concern": null }), "concern"),
        (json!({ "plan": "x".repeat(201) }), "plan"),
        (json!({ "organization_id": "01890000-0000-7000-8000-000000000000" }), "organization_id"),
        (json!({ "metadata": { "text": "x".repeat(20_000) } }), "metadata"),
    ] {
        let problem = garage.customer.post("/requests", request(more)).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], field);
    }
    garage.mechanic().await.post("/requests", request(json!({}))).await.problem(403, "forbidden");
    assert_eq!(garage.customer.get("/requests").await.expect(200)["items"], json!([]));
    garage.ask_with(json!({ "concern": "😀".repeat(2_000) })).await;
}

#[tokio::test]
async fn lists_come_in_pages() {
    let garage = Garage::new().await;
    let mechanic = garage.mechanic().await;
    let mut asked = Vec::new();
    for _ in 0..3 {
        asked.push(garage.ask().await.replace("/requests/", ""));
        garage.server.advance(MINUTE);
    }
    let walk = async |party: &Party| {
        let first = party.get("/requests?limit=2").await.expect(200);
        let cursor = first["next_cursor"].as_str().unwrap().to_owned();
        let second = party.get(&format!("/requests?limit=2&cursor={cursor}")).await.expect(200);
        assert_eq!(second["next_cursor"], Value::Null);
        [ids(&first), ids(&second)].concat().into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(walk(&mechanic).await, asked, "the longest waiting first");
    asked.reverse();
    assert_eq!(walk(&garage.customer).await, asked, "the newest first");
    assert_eq!(walk(&garage.admin).await, asked);
    mechanic.get("/requests?cursor=x").await.problem(422, "invalid");
    mechanic.get("/requests?limit=0").await.problem(422, "invalid");
}

#[tokio::test]
async fn what_a_client_wrote_is_in_no_log_and_no_event_and_not_in_plain_text_in_the_database() {
    let garage = Garage::new().await;
    let path = garage.ask().await;
    let id: openvisit_core::ids::RequestId = path.replace("/requests/", "").parse().unwrap();
    let mut tx = garage.server.app.store.read().await.unwrap();
    let concern = tx.request(id).await.unwrap().unwrap().concern;
    assert!(!concern.windows(7).any(|bytes| bytes == b"rattles"));
    drop(tx);
    garage.mechanic().await.post(&format!("{path}/accept"), json!({})).await.expect(200);
    let mut tx = garage.server.app.store.read().await.unwrap();
    let events = tx.events(openvisit_core::ids::SessionId(id.0)).await.unwrap();
    assert_eq!(events.len(), 3);
    assert!(!format!("{events:?}").contains("rattles"));
    assert!(!garage.server.log().contains("rattles"));
}

#[tokio::test]
async fn what_a_lost_key_hides_costs_nobody_the_rest_of_the_queue() {
    let garage = Garage::new().await;
    let path = garage.ask().await;
    let mut tx = garage.server.app.store.begin().await.unwrap();
    let mut other = tx.request(path.replace("/requests/", "").parse().unwrap()).await.unwrap().unwrap();
    other.request.id = openvisit_core::ids::RequestId::new(garage.server.app.seed());
    // Sealed for another request: no key opens it here.
    assert!(tx.insert_request(&other).await.unwrap());
    tx.commit().await.unwrap();
    let list = garage.mechanic().await.get("/requests").await.expect(200);
    let mut concerns: Vec<_> =
        list["items"].as_array().unwrap().iter().map(|r| r["concern"].as_str()).collect();
    concerns.sort_unstable();
    assert_eq!(concerns, [None, Some("It rattles when I brake")]);
}

#[tokio::test]
async fn the_queue_is_told_as_it_changes() {
    let garage = Garage::with("request_plan_tiers = { premium = ['gold'] }").await;
    let (gold, plain) = (garage.mechanic_of("gold").await, garage.mechanic().await);
    let waiting = garage.ask().await;
    let mut ears =
        [Listener::of(&garage.customer).await, Listener::of(&gold).await, Listener::of(&plain).await];
    for listener in &mut ears {
        let told = listener.expect("request").await;
        assert_eq!(told["request"], gold.get(&waiting).await.expect(200), "told at connect");
    }
    // One that the third may not see, and then one that he may: he hears of the second only.
    let premium = garage.ask_with(json!({ "plan": "premium" })).await;
    let basic = garage.ask_with(json!({ "plan": "basic" })).await;
    let heard = async |listener: &mut Listener, path: &str| {
        loop {
            let told = listener.expect("request").await;
            let told = format!("/requests/{}", told["request"]["id"].as_str().unwrap());
            // Whoever connected in between is told of the first one twice.
            if told != waiting {
                return assert_eq!(told, path);
            }
        }
    };
    for listener in &mut ears[..2] {
        heard(listener, &premium).await;
    }
    for listener in &mut ears {
        heard(listener, &basic).await;
    }
    // Each end is told: accepted, withdrawn.
    gold.post(&format!("{premium}/accept"), json!({})).await.expect(200);
    garage.customer.post(&format!("{basic}/cancel"), json!({})).await.expect(200);
    let gone = |path: &str, status: &str| json!({ "id": path.replace("/requests/", ""), "status": status });
    for listener in &mut ears[..2] {
        assert_eq!(listener.expect("request_gone").await, gone(&premium, "accepted"));
        assert_eq!(listener.expect("booked").await["session"]["id"], gone(&premium, "")["id"]);
    }
    for listener in &mut ears {
        assert_eq!(listener.expect("request_gone").await, gone(&basic, "withdrawn"));
    }
    garage.server.advance(MINUTE * 30);
    garage.tick().await;
    for listener in &mut ears {
        assert_eq!(listener.expect("request_gone").await, gone(&waiting, "expired"));
    }
}

#[tokio::test]
async fn a_request_that_opens_to_everyone_is_told_to_everyone() {
    let garage = Garage::new().await;
    let workshop = garage.workshop().await;
    let own = garage.mechanic_with(json!({ "organization_id": workshop })).await;
    let other = garage.mechanic().await;
    let of_all = garage.ask().await;
    let (mut own, mut other) = (Listener::of(&own).await, Listener::of(&other).await);
    let id = |told: &Value| format!("/requests/{}", told["request"]["id"].as_str().unwrap());
    // Whoever has heard what waited before is told nothing twice from here on.
    assert_eq!(id(&own.expect("request").await), of_all);
    assert_eq!(id(&other.expect("request").await), of_all);
    let path = garage.ask_with(json!({ "organization_id": workshop })).await;
    let next = garage.ask().await;
    assert_eq!(id(&own.expect("request").await), path);
    assert_eq!(id(&own.expect("request").await), next);
    assert_eq!(id(&other.expect("request").await), next);
    garage.server.advance(MINUTE * 2);
    garage.tick().await;
    assert_eq!(id(&other.expect("request").await), path);
}

#[tokio::test]
async fn a_client_learns_their_place_in_the_queue_and_when_somebody_will_see_them() {
    let garage = Garage::new().await;
    let mechanic = garage.mechanic().await;
    // Three that waited for two, four and six minutes.
    for minutes in [2, 4, 6] {
        let path = garage.ask().await;
        garage.server.advance(MINUTE * minutes);
        let session = mechanic.post(&format!("{path}/accept"), json!({})).await.expect(200);
        let path = format!("/sessions/{}/end", session["id"].as_str().unwrap());
        mechanic.post(&path, json!({})).await.expect(200);
    }
    let asked_at = garage.server.now();
    let first = garage.ask().await;
    // Ids of one instant come in any order.
    garage.server.advance(SignedDuration::from_secs(1));
    let second = garage.ask().await;
    let seen = async |path: &str| {
        let request = garage.customer.get(path).await.expect(200);
        (request["place"].clone(), request["expected_at"].clone())
    };
    let expected = json!(asked_at + MINUTE * 4);
    assert_eq!(seen(&first).await, (json!(1), expected.clone()));
    let expected = json!(asked_at + MINUTE * 4 + SignedDuration::from_secs(1));
    assert_eq!(seen(&second).await, (json!(2), expected.clone()));
    let listed = garage.customer.get("/requests").await.expect(200);
    assert_eq!((&listed["items"][0]["place"], &listed["items"][0]["expected_at"]), (&json!(2), &expected));
    assert_eq!(mechanic.get(&second).await.expect(200)["place"], Value::Null, "told to the client alone");
    garage.customer.post(&format!("{first}/cancel"), json!({})).await.expect(200);
    assert_eq!(seen(&second).await.0, json!(1));
    assert_eq!(seen(&first).await, (Value::Null, Value::Null), "it waits no more");
    garage.server.advance(MINUTE * 5);
    assert_eq!(seen(&second).await, (json!(1), Value::Null), "what did not come true is not said on");
}
