//! Which routes a key opens.

use std::collections::{BTreeSet, HashMap};

use openvisit_core::scope::Scope;
use reqwest::Method;
use serde_json::json;

use super::{Program, RECEPTION, SOME_ID, every_scope};
use crate::common::{Listener, Party, Server, send};
use crate::story::{Story, session_path};

const DIALECTS: [&str; 5] = ["telehealth", "marketplace", "counselling", "clinic", "practice"];

/// Routes that ask for the caller's own token, and that no key opens.
const FOR_PEOPLE: [&str; 33] = [
    "DELETE /api/v1/me/calendar-feed",
    "DELETE /api/v1/service-accounts/{id}/keys/{key}",
    "DELETE /api/v1/sessions/{id}/phone",
    "GET /api/v1/me",
    "GET /api/v1/me/calendar-feed",
    "GET /api/v1/messages",
    "GET /api/v1/service-accounts",
    "GET /api/v1/service-accounts/{id}",
    "GET /api/v1/sessions/{id}/files/{file}",
    "PATCH /api/v1/me",
    "PATCH /api/v1/service-accounts/{id}",
    "POST /api/v1/me/calendar-feed",
    "POST /api/v1/me/password",
    "POST /api/v1/messages/{id}/resend",
    "POST /api/v1/requests",
    "POST /api/v1/requests/{id}/accept",
    "POST /api/v1/requests/{id}/cancel",
    "POST /api/v1/service-accounts",
    "POST /api/v1/service-accounts/{id}/keys",
    "POST /api/v1/service-accounts/{id}/keys/{key}/rotate",
    "POST /api/v1/sessions/{id}/admit",
    "POST /api/v1/sessions/{id}/deny",
    "POST /api/v1/sessions/{id}/door-chat",
    "POST /api/v1/sessions/{id}/files",
    "POST /api/v1/sessions/{id}/join",
    "POST /api/v1/sessions/{id}/leave",
    "POST /api/v1/sessions/{id}/passcode/verify",
    "POST /api/v1/sessions/{id}/phone",
    "POST /api/v1/sessions/{id}/remove",
    "POST /api/v1/sessions/{id}/start",
    "PUT /api/v1/sessions/{id}/door-chat",
    "PUT /api/v1/sessions/{id}/notes",
    "PUT /api/v1/sessions/{id}/rating",
];

/// Whoever signs as the provider: see `providers.rs`.
const BY_SIGNATURE: &str = "POST /api/v1/providers/{name}/events";

fn address(path: &str) -> String {
    let parts = path.split('/').map(|part| if part.starts_with('{') { SOME_ID } else { part });
    parts.collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn each_route_of_the_canonical_api_is_for_people_or_opened_by_one_scope() {
    let server = Server::start().await;
    // An account has not room for all of them.
    let (alone, rest) = (Program::mighty(&server).await, Program::mighty(&server).await);
    let mut openers = HashMap::new();
    for scope in every_scope() {
        let others: Vec<_> = every_scope().into_iter().filter(|other| *other != scope).collect();
        openers.insert(scope, (alone.key(&server, &[scope]).await, rest.key(&server, &others).await));
    }
    let document = send(server.anonymous().raw(Method::GET, "/openapi.json")).await.expect(200);
    let (mut used, mut for_people) = (BTreeSet::new(), BTreeSet::new());
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let method: Method = method.to_uppercase().parse().unwrap();
            let name = format!("{method} {path}");
            let security = &operation["security"];
            let is_callers = security.is_null() || *security == json!([{ "bearer": [] }]);
            let Some(scope) = operation["x-scope"].as_str() else {
                if path.starts_with("/api/v1/") && is_callers && name != BY_SIGNATURE {
                    for_people.insert(name);
                }
                continue;
            };
            assert!(is_callers, "{name} looks at no key");
            used.insert(scope.to_owned());
            let ask = async |key: &Party| send(key.raw(method.clone(), &address(path))).await;
            let (only, all_others) = &openers[scope];
            let refused = ask(all_others).await.problem(403, "forbidden");
            assert_eq!(refused["detail"], format!("this API key lacks the scope {scope}"), "{name}");
            let opened = ask(only).await;
            assert!(!matches!(opened.status, 401 | 403), "{name}: {} {}", opened.status, opened.body);
        }
    }
    let expected: BTreeSet<_> = FOR_PEOPLE.map(str::to_owned).into();
    assert_eq!(for_people, expected, "say which scope opens a new route, or that none does");
    assert_eq!(used.len(), Scope::ALL.len(), "each scope opens something: {used:?}");
}

#[tokio::test]
async fn no_key_opens_what_is_for_people() {
    let server = Server::start().await;
    let program = Program::mighty(&server).await;
    let key = program.key(&server, &every_scope()).await;
    for name in FOR_PEOPLE {
        let (method, path) = name.split_once(' ').unwrap();
        let reply = send(key.raw(method.parse().unwrap(), &address(path))).await;
        assert!(
            reply.problem(403, "forbidden")["detail"].as_str().unwrap().starts_with("no API key"),
            "{name}"
        );
    }
    assert!(Listener::refused(&key).await.contains("unauthorized"));
    assert!(Listener::refused_at_root(&key, json!({ "token": key.token })).await.contains("unauthorized"));
    assert!(server.log().contains("why=\"api_key_not_taken\""));
}

#[tokio::test]
async fn a_dialect_takes_no_key_and_says_so_as_it_does() {
    let server = Server::start().await;
    let key = Program::mighty(&server).await.key(&server, &every_scope()).await;
    let nobody = server.anonymous();
    let mut asked = 0;
    for dialect in DIALECTS {
        let document = send(nobody.raw(Method::GET, &format!("/openapi/{dialect}.json"))).await.expect(200);
        for (path, operations) in document["paths"].as_object().unwrap() {
            for method in operations.as_object().unwrap().keys() {
                let method: Method = method.to_uppercase().parse().unwrap();
                let ask = async |party: &Party| send(party.raw(method.clone(), &address(path))).await;
                let (refused, stranger) = (ask(&key).await, ask(&nobody).await);
                assert_eq!((refused.status, &refused.body), (401, &stranger.body), "{method} {path}");
                asked += 1;
            }
        }
    }
    assert!(asked > 30, "{asked}");
}

#[tokio::test]
async fn a_key_makes_no_more_of_its_account_than_an_assistant_is() {
    let story = Story::new().await;
    let program = Program::new(&story).await;
    let key = program.key(&story.server, &RECEPTION).await;
    let booked = story.book(1, 30).await;
    let session = session_path(&booked);
    story.doctor.put(&format!("{session}/notes"), json!({ "notes": "private" })).await.expect(200);
    let seen = key.get(&session).await;
    assert!(!seen.body.contains("private"), "{}", seen.body);
    seen.expect(200);
    // What an administrator may.
    key.get(&format!("{session}/timeline")).await.problem(403, "forbidden");
    key.post(&format!("{session}/end"), json!({ "reason": "over" })).await.problem(403, "forbidden");
    // What is another organization's.
    let elsewhere = story.server.practitioner("Dr. Bo").await;
    let client = elsewhere.post("/clients", json!({ "name": "Cyd" })).await.expect(201)["id"].clone();
    let theirs = json!({ "client_id": client, "starts_at": story.server.now(), "duration_minutes": 30 });
    let theirs = elsewhere.post("/appointments", theirs).await.expect(201);
    key.get(&session_path(&theirs)).await.problem(404, "not_found");
    key.get(&format!("/clients/{}", client.as_str().unwrap())).await.problem(404, "not_found");
    let mut booking = story.booking(90, 30);
    booking["practitioner_id"] = json!(elsewhere.id());
    key.post("/appointments", booking).await.problem(422, "invalid");
    // A scope that its role makes nothing of is no part of a key.
    for scope in every_scope() {
        let made = program.admin.post(&format!("{}/keys", program.path), json!({ "scopes": [scope] })).await;
        if RECEPTION.contains(&scope) {
            made.expect(201);
        } else {
            let refused = made.problem(422, "invalid");
            assert_eq!(refused["errors"][0]["code"], "not_allowed", "{scope}");
        }
    }
}
