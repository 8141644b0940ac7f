//! A customer asks, mechanics see and accept.

use crate::common::{Listener, Party, Server, send};
use crate::garage::{Garage, at_once, ids};
use crate::story::MINUTE;
use openvisit_core::actor::Actor;
use openvisit_core::ids::{RequestId, Seed};
use openvisit_core::request::State;
use reqwest::Method;
use serde_json::{Value, json};

use super::{NOWHERE, Shop, ask, assert_every_field_is_there, assert_not_found, get, intake, post};

#[tokio::test]
async fn intake_makes_a_pending_request() {
    let shop = Shop::new().await;
    let body = intake(json!({ "metadata": { "car": "R4" } }));
    let request = ask(&shop.customer, body).await.expect(201);
    assert_every_field_is_there(&request);
    assert_eq!(
        json!([request["status"], request["plan"], request["type"], request["concern"], request["metadata"]]),
        json!(["pending", "basic", "video", "It rattles when I brake", { "car": "R4" }])
    );
    assert_eq!((&request["mechanic_id"], &request["started_at"]), (&Value::Null, &Value::Null));
    assert_eq!(request["customer_user_id"], json!(shop.customer.id()));
    assert_eq!(request["created_at"], shop.now());
    assert_eq!(shop.see(request["id"].as_str().unwrap()).await, request);
}

#[tokio::test]
async fn intake_says_what_is_wrong() {
    let shop = Shop::new().await;
    for (more, named) in [
        (json!({ "type": "in_person" }), "kind"),
        (json!({ "type": "dance" }), "type"),
        (json!({ "concern": "" }), "concern"),
        (json!({ "concern": "x".repeat(2_001) }), "concern"),
        (json!({ "workshopId": NOWHERE }), "organization_id"),
        (json!({ "workshopId": "the one at the corner" }), "workshopId"),
    ] {
        let refused = ask(&shop.customer, intake(more)).await.expect(422);
        assert_eq!(refused["code"], "invalid");
        assert!(refused["error"].as_str().unwrap().starts_with(named), "{refused}");
    }
    let request = shop.customer.raw(Method::POST, "/api/sessions/requests").body("{");
    let refused = send(request.header("content-type", "application/json")).await.expect(400);
    assert_eq!(refused["code"], "bad_request");
    assert_eq!(ask(&shop.mechanic, intake(json!({}))).await.expect(403)["code"], "forbidden");
    assert_eq!(get(&shop.customer, "/sessions/requests").await.expect(200)["items"], json!([]));
    for _ in 0..5 {
        shop.asked(json!({})).await;
    }
    assert_eq!(ask(&shop.customer, intake(json!({}))).await.expect(409)["code"], "conflict");
}

#[tokio::test]
async fn a_mechanic_sees_what_he_may_accept_and_a_customer_his_own() {
    let shop = Shop::of(Garage::with("request_plan_tiers = { premium = ['gold'] }").await).await;
    let basic = shop.asked(json!({})).await;
    let premium = shop.asked(json!({ "plan": "premium" })).await;
    let list = async |party: &Party| get(party, "/sessions/requests").await.expect(200);
    assert_eq!(ids(&list(&shop.mechanic).await), [basic.as_str()]);
    let gold = shop.garage.mechanic_of("gold").await;
    let mut seen: Vec<_> = ids(&list(&gold).await).into_iter().map(str::to_owned).collect();
    seen.sort();
    let mut both = [basic.clone(), premium.clone()];
    both.sort();
    assert_eq!(seen, both);
    assert_eq!(ids(&list(&shop.garage.server.client("Another").await).await), [""; 0]);

    // A customer's list says what became of each.
    post(&gold, &format!("/sessions/requests/{premium}/accept")).await.expect(200);
    post(&gold, &format!("/sessions/{premium}/start")).await.expect(200);
    post(&shop.customer, &format!("/sessions/requests/{basic}/cancel")).await.expect(200);
    let own = list(&shop.customer).await;
    for session in own["items"].as_array().unwrap() {
        assert_every_field_is_there(session);
        let live = session["id"] == json!(premium);
        assert_eq!(session["status"], if live { "live" } else { "cancelled" });
    }
    assert_eq!(ids(&own).len(), 2);
    assert_eq!(ids(&list(&shop.mechanic).await), [""; 0]);
}

#[tokio::test]
async fn a_mechanic_takes_a_request_and_it_becomes_a_session() {
    let shop = Shop::new().await;
    let id = shop.asked(json!({ "metadata": { "car": "R4" } })).await;
    let before = shop.see(&id).await;
    shop.advance(MINUTE);
    let session = post(&shop.mechanic, &format!("/sessions/requests/{id}/accept")).await.expect(200);
    assert_every_field_is_there(&session);
    assert_eq!((&session["id"], &session["status"]), (&json!(id), &json!("pending")));
    assert_eq!(session["mechanic_id"], json!(shop.mechanic.id()));
    for field in ["plan", "type", "concern", "metadata", "customer_user_id"] {
        assert_eq!(session[field], before[field], "{field}");
    }
    for party in [&shop.customer, &shop.mechanic, &shop.garage.admin] {
        assert_eq!(get(party, &format!("/sessions/{id}")).await.expect(200), session);
    }
}

#[tokio::test]
async fn of_32_simultaneous_accepts_one_wins() {
    one_accept_wins_in(Garage::new().await).await;
}

#[tokio::test]
async fn of_32_simultaneous_accepts_one_wins_on_postgresql() {
    one_accept_wins_in(Garage::postgres().await).await;
}

async fn one_accept_wins_in(garage: Garage) {
    let shop = Shop::of(garage).await;
    let mut mechanics = Vec::new();
    for _ in 0..31 {
        mechanics.push(shop.garage.mechanic().await);
    }
    // One of them presses twice.
    mechanics.push(mechanics[0].clone());
    let id = shop.asked(json!({})).await;
    let answers = at_once(mechanics, |mechanic| {
        let path = format!("/sessions/requests/{id}/accept");
        async move { post(&mechanic, &path).await }
    })
    .await;
    let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 200);
    assert_eq!((won.len(), lost.len()), (1, 31));
    for answer in lost {
        let refused = answer.expect(409);
        assert_eq!(
            (&refused["error"], &refused["code"]),
            (&json!("the request is accepted"), &json!("request_taken"))
        );
    }
    assert_eq!(shop.see(&id).await["mechanic_id"], won[0].json()["mechanic_id"]);
    assert_eq!(shop.events(&id).await, ["request.created", "request.accepted", "appointment.booked"]);
}

#[tokio::test]
async fn the_customer_withdraws_a_request() {
    let shop = Shop::new().await;
    let id = shop.asked(json!({ "metadata": { "car": "R4" } })).await;
    let path = format!("/sessions/requests/{id}/cancel");
    assert_not_found(post(&shop.mechanic, &path).await);
    assert_not_found(post(&shop.garage.server.client("Another").await, &path).await);
    let withdrawn = post(&shop.customer, &path).await.expect(200);
    assert_eq!((&withdrawn["status"], &withdrawn["ended_at"]), (&json!("cancelled"), &shop.now()));
    assert_eq!(withdrawn["metadata"], json!({ "car": "R4", "cancelled_by": "customer" }));
    assert_eq!(shop.see(&id).await, withdrawn);
    // An accept of a request that is gone.
    let late = post(&shop.mechanic, &format!("/sessions/requests/{id}/accept")).await.expect(409);
    assert_eq!(late["code"], "request_gone");
    let taken = shop.accepted(json!({})).await;
    let late = post(&shop.customer, &format!("/sessions/requests/{taken}/cancel")).await.expect(409);
    assert_eq!(late["code"], "request_taken");
    for verb in ["accept", "cancel"] {
        let party = if verb == "accept" { &shop.mechanic } else { &shop.customer };
        assert_not_found(post(party, &format!("/sessions/requests/{NOWHERE}/{verb}")).await);
    }
}

#[tokio::test]
async fn three_things_are_needed_to_see_any_request() {
    let shop = Shop::new().await;
    shop.asked(json!({})).await;
    let seen = async |party: &Party| {
        let list = get(party, "/sessions/requests").await;
        if list.status == 401 { 0 } else { ids(&list.expect(200)).len() }
    };
    let mechanic = &shop.mechanic;
    let signed_in = || shop.garage.server.sign_in(mechanic.id());
    assert_eq!(seen(mechanic).await, 1);
    let changes = [
        (
            json!({ "practitioner": { "accepts_requests": false } }),
            json!({ "practitioner": { "accepts_requests": true } }),
        ),
        (json!({ "disabled": true }), json!({ "disabled": false })),
        (
            json!({ "roles": ["assistant"] }),
            json!({ "roles": ["practitioner"], "practitioner": { "accepts_requests": true } }),
        ),
    ];
    for (wrong, right) in changes {
        shop.garage.change(mechanic, wrong.clone()).await;
        assert_eq!(seen(&signed_in()).await, 0, "{wrong}");
        shop.garage.change(mechanic, right).await;
        // What was given in the second in which they were put out is over with it.
        shop.garage.server.advance(jiff::SignedDuration::from_secs(1));
        assert_eq!(seen(&signed_in()).await, 1, "{wrong}");
    }
}

#[tokio::test]
async fn a_workshops_mechanics_go_first() {
    let shop = Shop::new().await;
    let workshop = shop.garage.workshop().await;
    let own = shop.garage.mechanic_with(json!({ "organization_id": workshop })).await;
    let id = shop.asked(json!({ "workshopId": workshop })).await;
    assert_eq!(shop.see(&id).await["workshop_id"], workshop);
    let seen = async |party: &Party| ids(&get(party, "/sessions/requests").await.expect(200)).len();
    assert_eq!((seen(&own).await, seen(&shop.mechanic).await), (1, 0));
    assert_not_found(post(&shop.mechanic, &format!("/sessions/requests/{id}/accept")).await);
    shop.advance(MINUTE * 2);
    assert_eq!((seen(&own).await, seen(&shop.mechanic).await), (1, 1));
    post(&shop.mechanic, &format!("/sessions/requests/{id}/accept")).await.expect(200);
}

#[tokio::test]
async fn the_queue_updates_by_itself() {
    let shop = Shop::new().await;
    let mut queue = Listener::of(&shop.mechanic).await;
    let id = shop.asked(json!({})).await;
    assert_eq!(queue.expect("request").await["request"]["id"], json!(id));
    shop.end(&shop.customer, &id).await;
    let gone = loop {
        // Who has just connected is told what waits, perhaps once more.
        match queue.next().await {
            (name, gone) if name == "request_gone" => break gone,
            (_, told) => assert_eq!(told["request"]["id"], json!(id)),
        }
    };
    assert_eq!(gone, json!({ "id": id, "status": "withdrawn" }));
}

#[tokio::test]
async fn the_applications_own_tokens_say_customer_and_mechanic() {
    let issuer = "[[issuers]]\nissuer = 'market'\nsecret = 'a secret that two systems share'\n\
                  create_people = true\nmax_role = 'admin'\n";
    let server = Server::with(issuer).await;
    let party = |id: &str, role: &str| {
        let claims = json!({
            "iss": "market", "sub": id, "role": role, "name": id, "exp": server.now().as_second() + 600,
        });
        let key = jsonwebtoken::EncodingKey::from_secret(b"a secret that two systems share");
        server.bearer(jsonwebtoken::encode(&jsonwebtoken::Header::default(), &claims, &key).unwrap())
    };
    let (customer, mechanic, admin) =
        (party("c-1", "customer"), party("m-1", "mechanic"), party("a-1", "admin"));
    let request = ask(&customer, intake(json!({}))).await.expect(201);
    // Who is new accepts nothing until somebody says so.
    assert_eq!(get(&mechanic, "/sessions/requests").await.expect(200)["items"], json!([]));
    let user = mechanic.get("/me").await.expect(200)["id"].as_str().unwrap().to_owned();
    let accepts = json!({ "practitioner": { "accepts_requests": true } });
    admin.patch(&format!("/users/{user}"), accepts).await.expect(200);
    assert_eq!(get(&mechanic, "/sessions/requests").await.expect(200)["items"], json!([request]));
    let id = request["id"].as_str().unwrap();
    post(&mechanic, &format!("/sessions/requests/{id}/accept")).await.expect(200);
    assert_eq!(post(&customer, &format!("/sessions/{id}/end")).await.expect(200)["status"], "cancelled");
}

#[tokio::test]
async fn a_queue_of_which_no_part_is_asked_for_holds_all() {
    let shop = Shop::new().await;
    for number in 0..25 {
        let customer = shop.garage.server.client(&format!("Customer {number}")).await;
        ask(&customer, intake(json!({}))).await.expect(201);
    }
    let queue = get(&shop.mechanic, "/sessions/requests").await.expect(200);
    assert_eq!((queue["items"].as_array().unwrap().len(), &queue["next_cursor"]), (25, &Value::Null));
}

#[tokio::test]
async fn a_customers_list_that_is_read_in_several_parts_is_one_list() {
    let shop = Shop::new().await;
    let first = shop.asked(json!({})).await;
    let app = &shop.garage.server.app;
    let sealed = app.store.read().await.unwrap().request(first.parse().unwrap()).await.unwrap().unwrap();
    let mut tx = app.store.begin().await.unwrap();
    for number in 1..=1_001 {
        let mut old = sealed.clone();
        let now = shop.garage.server.now() + jiff::SignedDuration::from_millis(number);
        old.request.id = RequestId::new(Seed { now, random: [1; 10] });
        old.request.state = State::Withdrawn { at: now, by: Actor::Client };
        assert!(tx.insert_request(&old).await.unwrap());
    }
    tx.commit().await.unwrap();
    let page = async |query: &str| {
        let path = format!("/sessions/requests{query}");
        let answer = get(&shop.customer, &path).await.expect(200);
        (ids(&answer).into_iter().map(str::to_owned).collect::<Vec<_>>(), answer["next_cursor"].clone())
    };
    let (all, next) = page("").await;
    assert_eq!((all.len(), next), (1_002, Value::Null));
    assert!(all.is_sorted_by(|one, next| one > next), "the newest first, none twice");
    let (some, next) = page("?limit=700").await;
    assert_eq!(some, all[..700]);
    let (others, end) = page(&format!("?limit=700&cursor={}", next.as_str().unwrap())).await;
    assert_eq!((others, end), (all[700..].to_vec(), Value::Null));
    let (exactly, end) = page("?limit=1002").await;
    assert_eq!((exactly, end), (all, Value::Null));
}
