//! Who has signed out, or was, is out: their requests, sockets and media, at every node and within seconds. A token that
//! merely ends cuts no call. And a page of another origin speaks for nobody.

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

use crate::common::{Listener, Party, Reply, Server, send};
use crate::joining::offer_of_a_client;
use crate::story::{MINUTE, Story, on_both, session_path};

const PASSWORD: &str = "correct horse battery";
const ADDRESS: &str = "sam@example.org";

/// One login, as a browser has it.
struct Login {
    party: Party,
    cookie: String,
}

async fn sign_in(at: &Party, password: &str) -> Login {
    let reply = at.post("/auth/login", json!({ "email": ADDRESS, "password": password })).await;
    let cookie = cookie(&reply);
    let mut party = at.clone();
    party.token = Some(reply.expect(200)["access_token"].as_str().unwrap().to_owned());
    Login { party, cookie }
}

fn cookie(reply: &Reply) -> String {
    reply.header("set-cookie").split(';').next().unwrap_or_default().to_owned()
}

impl Login {
    async fn post(&self, path: &str) -> Reply {
        send(self.party.request(Method::POST, path).header("cookie", &self.cookie)).await
    }

    async fn is_out(&self) {
        self.party.get("/me").await.problem(401, "unauthorized");
        Listener::refused(&self.party).await;
        let mut browser = self.party.clone();
        browser.token = None;
        let refresh = browser.request(Method::POST, "/auth/refresh").header("cookie", &self.cookie);
        send(refresh).await.problem(401, "unauthorized");
    }
}

/// A story whose client has an account with a password, and a client's browsers at the client's node.
async fn with_account(story: &Story) -> Party {
    let admin = story.server.admin().await;
    let account = json!({ "email": ADDRESS, "password": PASSWORD });
    admin.patch(&format!("/users/{}", story.patient.id()), account).await.expect(200);
    // What was given to them in that second is over with it.
    story.server.advance(SignedDuration::from_secs(1));
    let mut browser = story.patient.clone();
    browser.token = None;
    browser
}

/// Several sessions of one story; the path of the one that the login is let into with their media, and its media token.
async fn in_a_call(story: &Story, client: &Login) -> (String, Value) {
    let session = story.now().await;
    story.doctor.post(&format!("{session}/join"), json!({})).await.expect(200);
    let waiting = client.party.post(&format!("{session}/join"), json!({})).await.expect(200);
    let body = json!({ "participant_id": waiting["participant_id"] });
    story.doctor.post(&format!("{session}/admit"), body).await.expect(200);
    let offer = json!({ "offer": offer_of_a_client() });
    let joined = client.party.post(&format!("{session}/join"), offer).await.expect(200);
    (session, joined["media"]["token"].clone())
}

/// At the client's node, too, where they have one of their own.
fn peers(story: &Story) -> u64 {
    let there = story.node.as_ref().map_or(0, |node| node.running.server.sfu.stats().peers);
    story.server.running.server.sfu.stats().peers + there
}

async fn media_are_over(story: &Story, session: &str, token: &Value) {
    while peers(story) > 0 {
        tokio::task::yield_now().await;
    }
    let bearer = story.server.bearer(token.as_str().unwrap());
    let offer = bearer.request(Method::POST, &format!("{session}/media"));
    let offer = offer.header("content-type", "application/sdp").body(offer_of_a_client());
    send(offer).await.problem(401, "unauthorized");
}

on_both! {
    async fn who_signs_out_is_out_everywhere_and_their_other_devices_are_not(story: Story) {
        let browser = with_account(&story).await;
        let (telephone, desk) = (sign_in(&browser, PASSWORD).await, sign_in(&browser, PASSWORD).await);
        let (mut at_telephone, mut at_desk) = (Listener::of(&telephone.party).await, Listener::of(&desk.party).await);
        let (session, media) = in_a_call(&story, &telephone).await;
        desk.post("/auth/logout").await.expect(204);
        desk.is_out().await;
        at_desk.cut().await;
        telephone.party.get("/me").await.expect(200);
        assert_eq!(peers(&story), 1, "the call goes on at the other device");
        at_telephone.ask("knock", json!(null)).await;
        telephone.post("/auth/logout").await.expect(204);
        telephone.is_out().await;
        at_telephone.cut().await;
        media_are_over(&story, &session, &media).await;
    }

    async fn a_new_password_puts_out_all_but_who_gave_it(story: Story) {
        let browser = with_account(&story).await;
        let (here, elsewhere) = (sign_in(&browser, PASSWORD).await, sign_in(&browser, PASSWORD).await);
        let program = story.server.sign_in(story.patient.id()).at(browser.address());
        let mut listeners =
            [Listener::of(&elsewhere.party).await, Listener::of(&program).await, Listener::of(&here.party).await];
        let (session, media) = in_a_call(&story, &elsewhere).await;
        let new = json!({ "current_password": PASSWORD, "new_password": "another horse battery" });
        let changed = here.party.post("/me/password", new).await;
        let kept = cookie(&changed);
        changed.expect(204);
        for listener in &mut listeners[..2] {
            listener.cut().await;
        }
        elsewhere.is_out().await;
        program.get("/me").await.problem(401, "unauthorized");
        media_are_over(&story, &session, &media).await;
        here.party.get("/me").await.expect(200);
        listeners[2].ask("knock", json!(null)).await;
        let mut anonymous = browser.clone();
        anonymous.token = None;
        let refresh = |cookie: &str| anonymous.request(Method::POST, "/auth/refresh").header("cookie", cookie);
        send(refresh(&here.cookie)).await.problem(401, "unauthorized");
        send(refresh(&kept)).await.expect(200);
    }

    async fn an_administrators_new_password_puts_out_all(story: Story) {
        let browser = with_account(&story).await;
        let login = sign_in(&browser, PASSWORD).await;
        let mut listener = Listener::of(&login.party).await;
        let (session, media) = in_a_call(&story, &login).await;
        let admin = story.server.admin().await;
        let user = format!("/users/{}", story.patient.id());
        admin.patch(&user, json!({ "password": "another horse battery" })).await.expect(200);
        listener.cut().await;
        login.is_out().await;
        media_are_over(&story, &session, &media).await;
        sign_in(&browser, "another horse battery").await.party.get("/me").await.expect(200);
    }

    async fn a_stolen_refresh_token_puts_out_its_login(story: Story) {
        let browser = with_account(&story).await;
        let (login, other) = (sign_in(&browser, PASSWORD).await, sign_in(&browser, PASSWORD).await);
        let mut listener = Listener::of(&login.party).await;
        login.post("/auth/refresh").await.expect(200);
        story.server.advance(MINUTE);
        login.post("/auth/refresh").await.problem(401, "unauthorized");
        listener.cut().await;
        login.is_out().await;
        other.party.get("/me").await.expect(200);
    }

    async fn what_was_disabled_and_enabled_again_opens_nothing_old(story: Story) {
        let browser = with_account(&story).await;
        let login = sign_in(&browser, PASSWORD).await;
        let program = story.server.sign_in(story.patient.id()).at(browser.address());
        let admin = story.server.admin().await;
        let user = format!("/users/{}", story.patient.id());
        for disabled in [true, false] {
            admin.patch(&user, json!({ "disabled": disabled })).await.expect(200);
        }
        login.is_out().await;
        program.get("/me").await.problem(401, "unauthorized");
    }

    async fn who_lost_a_role_hears_no_more_by_it(story: Story) {
        let admin = story.server.admin().await;
        let assistant = story.server.assistant("Ann").await;
        let mut listener = Listener::of(&assistant).await;
        let user = format!("/users/{}", assistant.id());
        admin.patch(&user, json!({ "roles": ["client"] })).await.expect(200);
        listener.cut().await;
    }
}

#[tokio::test]
async fn the_command_line_puts_out_whoever_gets_another_password() {
    let story = Story::new().await;
    let browser = with_account(&story).await;
    let login = sign_in(&browser, PASSWORD).await;
    let mut listener = Listener::of(&login.party).await;
    let store = openvisit_store::Store::open(&story.server.app.settings.database_url()).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    tx.sign_out(story.patient.id(), None, story.server.now() + SignedDuration::from_secs(1)).await.unwrap();
    tx.commit().await.unwrap();
    story.tick().await;
    listener.cut().await;
    login.is_out().await;
}

#[tokio::test]
async fn of_two_people_in_one_browser_one_signs_out() {
    let story = Story::new().await;
    let browser = with_account(&story).await;
    let (first, second) = (sign_in(&browser, PASSWORD).await, sign_in(&browser, PASSWORD).await);
    // The first tab's token, with the cookie that the second tab has left behind.
    let tab = Login { party: first.party.clone(), cookie: second.cookie.clone() };
    let reply = tab.post("/auth/logout").await;
    assert!(!reply.headers.contains_key("set-cookie"), "it is the other's");
    reply.expect(204);
    first.party.get("/me").await.problem(401, "unauthorized");
    second.party.get("/me").await.expect(200);
    second.post("/auth/refresh").await.expect(200);
}

#[tokio::test]
async fn a_token_that_merely_ends_cuts_no_call() {
    let story = Story::new().await;
    let browser = with_account(&story).await;
    let login = sign_in(&browser, PASSWORD).await;
    let mut listener = Listener::of(&login.party).await;
    let (session, _) = in_a_call(&story, &login).await;
    let next = session_path(&story.book(60, 30).await);
    let of = |session: &str| json!({ "session_id": session.rsplit('/').next().unwrap() });
    assert_eq!(listener.ask("enter", of(&session)).await["ok"], true);
    story.server.advance(MINUTE * 14);
    listener.hear("expiring").await;
    story.server.advance(MINUTE);
    listener.hear("expired").await;
    login.party.get("/me").await.problem(401, "unauthorized");
    assert_eq!(listener.ask("enter", of(&next)).await, json!({ "ok": false, "code": "unauthorized" }));
    assert_eq!(listener.ask("enter", of(&session)).await["ok"], true, "it is in this one");
    let say = |session: &str| json!({ "session_id": of(session)["session_id"], "text": "still here" });
    assert_eq!(listener.ask("chat", say(&next)).await["code"], "unauthorized");
    assert!(listener.ask("chat", say(&session)).await["id"].is_string());
    // Heard are the call that it is in, and nothing of another one.
    let booked = story.book(120, 30).await;
    story.doctor.post(&format!("{session}/start"), json!({})).await.expect(200);
    assert_eq!(listener.hear("started").await["session"]["id"], of(&session)["session_id"]);
    while let Some(told) = listener.heard_already("booked") {
        assert_ne!(told["session"]["id"], booked["session_id"], "booked after the token's end");
    }

    let mut stranger = Listener::of(&story.doctor).await;
    let theirs = json!({ "token": login.party.token });
    assert_eq!(stranger.ask("renew", theirs.clone()).await["code"], "unauthorized");
    assert_eq!(listener.ask("renew", theirs).await["code"], "unauthorized", "it has ended");
    let doctors = json!({ "token": story.doctor.token });
    assert_eq!(listener.ask("renew", doctors).await["code"], "forbidden");
    let again = sign_in(&browser, PASSWORD).await;
    assert_eq!(listener.ask("renew", json!({ "token": again.party.token })).await["ok"], true);
    let missed = booked["session_id"].clone();
    listener.hear_that("state", |told| told["session"]["id"] == missed).await;
    assert_eq!(
        listener.ask("enter", of(&next)).await["code"],
        "not_found",
        "as for all who have not come to it"
    );
}

#[tokio::test]
async fn a_page_of_another_origin_opens_no_socket_and_no_login() {
    let server = Server::with("cors_origins = ['https://portal.example.org']").await;
    let nobody = server.anonymous();
    let own = format!("http://{}", nobody.address());
    let asked = async |method: Method, path: &str, origin: &str| {
        send(nobody.raw(method, path).header("origin", origin)).await.status
    };
    let socket = "/socket.io/?EIO=4&transport=polling";
    for (origin, status) in [
        (own.as_str(), 200),
        ("https://portal.example.org", 200),
        ("https://evil.example.org", 403),
        ("null", 403),
    ] {
        assert_eq!(asked(Method::GET, socket, origin).await, status, "{origin}");
        let refused = if status == 200 { 401 } else { 403 };
        assert_eq!(asked(Method::POST, "/api/v1/auth/refresh", origin).await, refused, "{origin}");
        assert_eq!(
            asked(Method::GET, "/api/v1/config", origin).await,
            200,
            "a browser keeps that from the page"
        );
    }
    let upgrade = nobody.raw(Method::GET, "/socket.io/?EIO=4&transport=websocket");
    let upgrade = upgrade.header("origin", "https://evil.example.org").header("upgrade", "websocket");
    send(upgrade.header("connection", "upgrade")).await.problem(403, "forbidden");
}
