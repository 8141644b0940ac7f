//! Signing in and out, one's own account, and those that administrators keep.

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

use crate::common::{Party, Reply, Server, send};

const PASSWORD: &str = "correct horse battery";

/// An account with a password, made by an administrator.
async fn account(server: &Server, email: &str) -> Value {
    let body = json!({ "email": email, "name": "Erika Muster", "roles": ["client"], "password": PASSWORD });
    server.admin().await.post("/users", body).await.expect(201)
}

async fn login(server: &Server, email: &str, password: &str) -> Reply {
    server.anonymous().post("/auth/login", json!({ "email": email, "password": password })).await
}

/// The cookie that an answer sets, as a browser sends it back.
fn cookie(reply: &Reply) -> String {
    reply.header("set-cookie").split(';').next().unwrap_or_default().to_owned()
}

async fn with_cookie(server: &Server, path: &str, cookie: &str) -> Reply {
    send(server.anonymous().request(Method::POST, path).header("cookie", cookie)).await
}

#[tokio::test]
async fn who_knows_the_password_is_let_in() {
    let server = Server::start().await;
    let user = account(&server, "erika@example.org").await;
    let reply = login(&server, " Erika@Example.ORG", PASSWORD).await;
    let set = reply.header("set-cookie").to_owned();
    for part in ["openvisit_refresh=", "HttpOnly", "SameSite=Strict", "Path=/api/v1/auth", "Max-Age="] {
        assert!(set.contains(part), "{set}");
    }
    let answer = reply.expect(200);
    assert_eq!(answer["token_type"], "Bearer");
    assert_eq!(answer["expires_in"], 900);
    assert_eq!(answer["user"], user);
    let erika = server.bearer(answer["access_token"].as_str().unwrap());
    assert_eq!(erika.get("/me").await.expect(200), user);
    server.advance(SignedDuration::from_mins(15));
    erika.get("/me").await.problem(401, "unauthorized");
}

#[tokio::test]
async fn who_does_not_learns_nothing() {
    let server = Server::start().await;
    account(&server, "erika@example.org").await;
    let wrong = login(&server, "erika@example.org", "wrong").await.problem(401, "unauthorized");
    let unknown = login(&server, "nobody@example.org", PASSWORD).await.problem(401, "unauthorized");
    assert_eq!(wrong, unknown);
}

#[tokio::test]
async fn guessing_is_slowed_down() {
    let server = Server::start().await;
    account(&server, "erika@example.org").await;
    for _ in 0..10 {
        login(&server, "erika@example.org", "wrong").await.problem(401, "unauthorized");
    }
    let refused = login(&server, "erika@example.org", PASSWORD).await;
    assert_eq!(refused.header("retry-after"), "900");
    assert_eq!(refused.problem(429, "too_many_requests")["retry_after_seconds"], 900);
    server.advance(SignedDuration::from_mins(15));
    login(&server, "erika@example.org", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn a_refresh_token_is_good_once() {
    let server = Server::start().await;
    account(&server, "erika@example.org").await;
    let first = cookie(&login(&server, "erika@example.org", PASSWORD).await);
    let refreshed = with_cookie(&server, "/auth/refresh", &first).await;
    let second = cookie(&refreshed);
    assert_ne!(first, second);
    assert!(refreshed.expect(200)["access_token"].is_string());

    // Stolen and used later: the thief and the owner are both out.
    server.advance(SignedDuration::from_mins(1));
    with_cookie(&server, "/auth/refresh", &first).await.problem(401, "unauthorized");
    with_cookie(&server, "/auth/refresh", &second).await.problem(401, "unauthorized");
}

#[tokio::test]
async fn an_operator_says_how_long_a_browser_stays_signed_in() {
    let server = Server::with("refresh_token_seconds = 3600").await;
    account(&server, "erika@example.org").await;
    let first = login(&server, "erika@example.org", PASSWORD).await;
    assert!(first.header("set-cookie").contains("Max-Age=3600"), "{}", first.header("set-cookie"));
    server.advance(SignedDuration::from_mins(59));
    let second = with_cookie(&server, "/auth/refresh", &cookie(&first)).await;
    server.advance(SignedDuration::from_mins(60));
    with_cookie(&server, "/auth/refresh", &cookie(&second)).await.problem(401, "unauthorized");
}

#[tokio::test]
async fn two_tabs_may_refresh_at_once() {
    let server = Server::start().await;
    account(&server, "erika@example.org").await;
    let shared = cookie(&login(&server, "erika@example.org", PASSWORD).await);
    let (one, other) = tokio::join!(
        with_cookie(&server, "/auth/refresh", &shared),
        with_cookie(&server, "/auth/refresh", &shared)
    );
    let (one, other) = (cookie(&one), cookie(&other));
    server.advance(SignedDuration::from_mins(1));
    with_cookie(&server, "/auth/refresh", &one).await.expect(200);
    with_cookie(&server, "/auth/refresh", &other).await.expect(200);
}

#[tokio::test]
async fn a_refresh_token_ends_with_logout_and_with_time() {
    let server = Server::start().await;
    account(&server, "erika@example.org").await;
    let out = cookie(&login(&server, "erika@example.org", PASSWORD).await);
    let reply = with_cookie(&server, "/auth/logout", &out).await;
    assert!(reply.header("set-cookie").contains("Max-Age=0"));
    reply.expect(204);
    with_cookie(&server, "/auth/refresh", &out).await.problem(401, "unauthorized");

    let late = cookie(&login(&server, "erika@example.org", PASSWORD).await);
    server.advance(SignedDuration::from_hours(24 * 30));
    with_cookie(&server, "/auth/refresh", &late).await.problem(401, "unauthorized");
    with_cookie(&server, "/auth/refresh", "openvisit_refresh=x").await.problem(401, "unauthorized");
    server.anonymous().post("/auth/refresh", json!({})).await.problem(401, "unauthorized");
}

#[tokio::test]
async fn a_new_password_ends_the_other_logins() {
    let server = Server::start().await;
    account(&server, "erika@example.org").await;
    let elsewhere = cookie(&login(&server, "erika@example.org", PASSWORD).await);
    let here = login(&server, "erika@example.org", PASSWORD).await.expect(200);
    let erika = server.bearer(here["access_token"].as_str().unwrap());
    let change = |current: &str, new: &str| {
        erika.post("/me/password", json!({ "current_password": current, "new_password": new }))
    };
    change("wrong", "another horse").await.problem(422, "invalid");
    change(PASSWORD, "short").await.problem(422, "invalid");
    let changed = change(PASSWORD, "another horse").await;
    let mine = cookie(&changed);
    changed.expect(204);
    with_cookie(&server, "/auth/refresh", &elsewhere).await.problem(401, "unauthorized");
    with_cookie(&server, "/auth/refresh", &mine).await.expect(200);
    login(&server, "erika@example.org", PASSWORD).await.problem(401, "unauthorized");
    login(&server, "erika@example.org", "another horse").await.expect(200);
}

#[tokio::test]
async fn a_disabled_account_is_out_at_once() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let user = account(&server, "erika@example.org").await;
    let reply = login(&server, "erika@example.org", PASSWORD).await;
    let kept = cookie(&reply);
    let erika = server.bearer(reply.expect(200)["access_token"].as_str().unwrap());
    let path = format!("/users/{}", user["id"].as_str().unwrap());
    assert_eq!(admin.patch(&path, json!({ "disabled": true })).await.expect(200)["disabled"], true);
    erika.get("/me").await.problem(401, "unauthorized");
    with_cookie(&server, "/auth/refresh", &kept).await.problem(401, "unauthorized");
    login(&server, "erika@example.org", PASSWORD).await.problem(401, "unauthorized");
}

#[tokio::test]
async fn administrators_keep_accounts() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let clinic = admin.post("/organizations", json!({ "name": "Clinic" })).await.expect(201);
    assert_eq!(admin.get("/organizations").await.expect(200)["items"], json!([clinic]));
    server.advance(SignedDuration::from_secs(1));
    let practice = admin.post("/organizations", json!({ "name": "Practice" })).await.expect(201);
    let first = admin.get("/organizations?limit=1").await.expect(200);
    assert_eq!((&first["items"], &first["next_cursor"]), (&json!([clinic]), &clinic["id"]));
    let second = format!("/organizations?limit=1&cursor={}", first["next_cursor"].as_str().unwrap());
    let second = admin.get(&second).await.expect(200);
    assert_eq!((&second["items"], &second["next_cursor"]), (&json!([practice]), &json!(null)));
    let doctor = admin
        .post(
            "/users",
            json!({ "email": "a@example.org", "name": " Dr. A ", "roles": ["practitioner"],
                    "organization_id": clinic["id"], "timezone": "Europe/Berlin", "locale": "de-AT" }),
        )
        .await
        .expect(201);
    assert_eq!(doctor["name"], "Dr. A");
    assert_eq!(doctor["issuer"], "local");
    assert_eq!(doctor["practitioner"], json!({ "service_tier": null, "accepts_requests": false }));
    let path = format!("/users/{}", doctor["id"].as_str().unwrap());
    assert_eq!(admin.get(&path).await.expect(200), doctor);
    let changed = admin
        .patch(
            &path,
            json!({ "timezone": null, "name": "Dr. B", "practitioner": { "accepts_requests": true } }),
        )
        .await
        .expect(200);
    assert_eq!(changed["timezone"], Value::Null);
    assert_eq!(changed["locale"], "de-AT");
    assert_eq!(changed["name"], "Dr. B");
    assert_eq!(changed["practitioner"]["accepts_requests"], true);
    let twice = json!({ "email": "A@example.org", "name": "X", "roles": ["client"] });
    let taken = admin.post("/users", twice).await.problem(409, "conflict");
    assert_eq!(taken["errors"], json!([{ "field": "email", "code": "taken", "message": "is taken" }]));
    admin.patch(&path, json!({ "password": PASSWORD })).await.expect(200);
    let refused = admin.patch(&path, json!({ "email": null })).await.problem(422, "invalid");
    assert_eq!(refused["errors"][0]["field"], "email", "it is what she signs in with");
    let nobody = json!({ "email": "c@example.org", "name": "C", "roles": ["client"] });
    let nobody = admin.post("/users", nobody).await.expect(201);
    let path = format!("/users/{}", nobody["id"].as_str().unwrap());
    assert_eq!(admin.patch(&path, json!({ "email": null })).await.expect(200)["email"], Value::Null);
    admin.patch(&path, json!({ "name": "D" })).await.expect(200);
    admin.patch(&path, json!({ "password": PASSWORD })).await.problem(422, "invalid");
    let me = format!("/users/{}", admin.id());
    admin.patch(&me, json!({ "disabled": true })).await.problem(409, "conflict");
}

#[tokio::test]
async fn what_is_no_account_is_refused() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let good = json!({ "email": "a@example.org", "name": "A", "roles": ["client"] });
    for (field, value) in [
        ("email", json!("no address")),
        ("email", json!(null)),
        ("email", json!(7)),
        ("name", json!(" ")),
        ("name", json!("x".repeat(201))),
        ("roles", json!([])),
        ("roles", json!(["root"])),
        ("password", json!("elevenchars")),
        ("password", json!("Password1234")),
        ("password", json!("x".repeat(257))),
        ("timezone", json!("Mars/Olympus")),
        ("locale", json!("de_DE")),
        ("organization_id", json!("01890000-0000-7000-8000-000000000000")),
        ("organization_id", json!("x")),
        ("issuer", json!("elsewhere")),
        ("surprise", json!(1)),
    ] {
        let mut body = good.clone();
        body[field] = value;
        let problem = admin.post("/users", body).await.problem(422, "invalid");
        let told = problem["errors"][0]["field"].as_str().unwrap();
        assert!(told.starts_with(field) || told.is_empty(), "{field}: {problem}");
    }
    let common = admin.post("/users", json!({ "password": "PasswordPassword", "name": "A", "roles": ["client"], "email": "a@example.org" })).await;
    assert_eq!(common.problem(422, "invalid")["errors"][0]["code"], "too_common");
    admin.post("/users", good).await.expect(201);
}

#[tokio::test]
async fn lists_go_on_where_the_page_before_ended() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for name in ["Cyd", "Ann", "Bob"] {
        server.client(name).await;
    }
    let first = admin.get("/users?limit=2").await.expect(200);
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = admin.get(&format!("/users?limit=2&cursor={cursor}")).await.expect(200);
    let names: Vec<&str> = [&first, &second]
        .iter()
        .flat_map(|page| page["items"].as_array().unwrap())
        .map(|user| user["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["Administrator", "Ann", "Bob", "Cyd"]);
    assert_eq!(second["next_cursor"], Value::Null);
    let found = admin.get("/users?q=bO").await.expect(200);
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    for query in ["limit=0", "limit=101", "limit=x", "limit=-1", "cursor=x"] {
        admin.get(&format!("/users?{query}")).await.problem(422, "invalid");
    }
}

#[tokio::test]
async fn practitioners_know_their_own_clients() {
    let server = Server::start().await;
    let (doctor, other) = (server.practitioner("Dr. A").await, server.practitioner("Dr. B").await);
    let client = doctor.post("/clients", json!({ "name": "Cyd" })).await.expect(201);
    assert_eq!(client["roles"], json!(["client"]));
    assert_eq!(client["email"], Value::Null);
    let known = async |party: &Party| party.get("/clients").await.expect(200)["items"].clone();
    assert_eq!(known(&doctor).await, json!([client]));
    assert_eq!(known(&other).await, json!([]));
    let assistant = server.assistant("Ann").await;
    assistant.post("/clients", json!({ "name": "Eve" })).await.expect(201);
    server.client("Dan").await.get("/clients").await.problem(403, "forbidden");
    server.anonymous().get("/clients").await.problem(401, "unauthorized");
}

#[tokio::test]
async fn everybody_learns_what_the_pages_need() {
    let server = Server::with(
        "wording = 'psychologist/client'\nlocal_login = false\n\
         frame_ancestors = ['https://portal.example.org/', 'https://b.example.org']\n\
         cors_origins = ['https://portal.example.org']",
    )
    .await;
    let config = server.anonymous().get("/config").await.expect(200);
    assert_eq!(
        config["wording"],
        json!({ "preset": "psychologist/client", "practitioner": "psychologist", "client": "client" })
    );
    assert_eq!(config["demo"], Value::Null);
    assert_eq!(config["local_login"], false);
    assert_eq!(config["return_origins"], json!(["https://b.example.org", "https://portal.example.org"]));
    login(&server, "erika@example.org", PASSWORD).await.problem(403, "forbidden");
}

#[tokio::test]
async fn what_this_server_changes_of_somebody_counts_at_once() {
    let server = Server::start().await;
    let (admin, doctor) = (server.admin().await, server.practitioner("Dr. Ada").await);
    // Each request is answered from what the one before has left.
    for name in ["Dr. A.", "Dr. Ada B."] {
        let path = format!("/users/{}", doctor.id());
        admin.patch(&path, json!({ "name": name })).await.expect(200);
        assert_eq!(doctor.get("/me").await.expect(200)["name"], name);
    }
    admin.patch(&format!("/users/{}", doctor.id()), json!({ "roles": ["client"] })).await.expect(200);
    assert_eq!(doctor.get("/me").await.expect(200)["roles"], json!(["client"]));
    admin.patch(&format!("/users/{}", doctor.id()), json!({ "disabled": true })).await.expect(200);
    doctor.get("/me").await.problem(401, "unauthorized");
}
