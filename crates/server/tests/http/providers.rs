//! Calls that a media provider carries: the same life cycle, told by the provider.

use jiff::Timestamp;
use openvisit_app::attendance::callbacks::record;
use openvisit_app::providers::cleanup::close_all;
use openvisit_core::appointment::MediaProvider;
use openvisit_core::session::PartyRole;
use openvisit_providers::Credentials;
use openvisit_testkit::vendors::chime::FakeChime;
use openvisit_testkit::vendors::jitsi::FakeJaas;
use openvisit_testkit::vendors::livekit::FakeLiveKit;
use openvisit_testkit::vendors::twilio::FakeTwilio;
use openvisit_testkit::vendors::{Post, Vendor, VendorBehaviour, VendorEvent, VendorEventKind};
use reqwest::Method;
use serde_json::{Value, json};

use crate::common::{Listener, Party, Reply, Server, send};
use crate::story::{MINUTE, Story, appointment_path, session_path};

const PUBLIC: &str = "public_url = 'https://openvisit.test'\n";

/// A practice whose calls a vendor carries.
struct Carried<V> {
    story: Story,
    vendor: V,
    name: &'static str,
}

impl<V: Vendor> Carried<V> {
    async fn by(vendor: V) -> Self {
        Self::with(vendor, "").await
    }

    async fn with(vendor: V, top: &str) -> Self {
        let story = Story::with(&format!("{PUBLIC}{top}\n{}", vendor.toml())).await;
        let name = vendor.provider().name();
        Self { story, vendor, name }
    }

    fn now(&self) -> Timestamp {
        self.story.server.now()
    }

    /// Comes to the door and, let in, to the vendor's room by what was given.
    async fn come(&self, party: &Party, session: &str) -> Value {
        let joined = party.post(&format!("{session}/join"), json!({})).await.expect(200);
        if joined["state"] == "admitted" {
            self.vendor.enter(&credentials(&joined["media"]), self.now()).unwrap();
        }
        joined
    }

    /// The vendor tells of somebody, in its own way.
    async fn deliver(
        &self,
        id: u128,
        session: &str,
        participant: &Value,
        event: VendorEventKind,
        at: Timestamp,
    ) {
        let news = news(id, session, participant, event, at);
        if self.name == "chime" {
            let notice = self.vendor.deliver(&self.vendor.provider(), &news).await.unwrap().unwrap();
            return record(&self.story.server.app, MediaProvider::Chime, notice).await.unwrap();
        }
        self.post(self.vendor.post(&news, true)).await.expect(204);
    }

    async fn post(&self, post: Post) -> Reply {
        let path = format!("/providers/{}/events", self.name);
        let request = self.story.server.anonymous().request(Method::POST, &path);
        send(request.headers(post.headers).body(post.body)).await
    }

    /// Both are in the vendor's room, and it has told so.
    async fn call(&self, session: &str) -> (Value, Value) {
        let (doctor, patient) = self.meet(session).await;
        for (id, participant) in [(1, &doctor), (2, &patient)] {
            self.deliver(id, session, participant, VendorEventKind::Came, self.now()).await;
        }
        (doctor, patient)
    }

    /// Both are in the vendor's room, of which it tells nobody.
    async fn meet(&self, session: &str) -> (Value, Value) {
        let doctor = self.come(&self.story.doctor, session).await["participant_id"].clone();
        let patient = self.come(&self.story.patient, session).await["participant_id"].clone();
        let admit = json!({ "participant_id": patient });
        self.story.doctor.post(&format!("{session}/admit"), admit).await.expect(200);
        self.come(&self.story.patient, session).await;
        (doctor, patient)
    }
}

fn news(id: u128, session: &str, participant: &Value, event: VendorEventKind, at: Timestamp) -> VendorEvent {
    let room = session.rsplit('/').next().unwrap().to_owned();
    let participant = participant.as_str().unwrap().parse().unwrap();
    VendorEvent { id, event, room, participant, connection: 1, at }
}

fn credentials(media: &Value) -> Credentials {
    Credentials {
        url: media["url"].as_str().map(str::to_owned),
        token: media["token"].as_str().unwrap().to_owned(),
        expires_at: media["expires_at"].as_str().unwrap().parse().unwrap(),
        details: media["details"].clone(),
    }
}

/// One test for each vendor and each of these.
macro_rules! each {
    ($($name:ident: $vendor:ty { $($row:ident)* })*) => {
        $(mod $name {
            use super::*;
            $(
                #[tokio::test]
                async fn $row() {
                    super::$row(<$vendor>::start().await).await;
                }
            )*
        })*
    };
}

each! {
    livekit: FakeLiveKit { a_whole_consultation a_failure_is_told_clearly both_fall_back closed_after_a_restart }
    // It is asked nothing when somebody joins: nothing can fail there.
    jaas: FakeJaas { a_whole_consultation }
    chime: FakeChime { a_whole_consultation a_failure_is_told_clearly both_fall_back closed_after_a_restart }
    twilio: FakeTwilio { a_whole_consultation a_failure_is_told_clearly both_fall_back closed_after_a_restart }
}

/// From the door to the minutes, as with the embedded media server.
async fn a_whole_consultation(vendor: impl Vendor) {
    let practice = Carried::by(vendor).await;
    let story = &practice.story;
    let session = story.now().await;
    let (doctor, patient) = practice.call(&session).await;
    let running = story.see(&session).await;
    assert_eq!(running["status"], "in_progress");
    assert_eq!(running["media_provider"], practice.name);
    assert_eq!(running["participants"][1]["connected"], true);
    story.advance(12).await;
    let ended = story.doctor.post(&format!("{session}/end"), json!({})).await.expect(200);
    assert_eq!((&ended["status"], &ended["duration_seconds"]), (&json!("completed"), &json!(12 * 60)));
    assert_eq!(ended["attendee_seconds"], 24 * 60);
    close_all(&story.server.app).await.unwrap();
    if practice.vendor.provider().can_remove_participants() {
        assert_eq!(practice.vendor.inside(), [] as [String; 0]);
    }
    // What is told afterwards changes nothing.
    for (id, participant) in [(3, &doctor), (4, &patient)] {
        practice.deliver(id, &session, participant, VendorEventKind::Left, practice.now()).await;
    }
    assert_eq!(story.see(&session).await["attendee_seconds"], 24 * 60);
}

#[tokio::test]
async fn what_is_told_twice_late_and_reversed_makes_the_same_minutes() {
    let practice = Carried::by(FakeLiveKit::start().await).await;
    let story = &practice.story;
    let session = story.now().await;
    let doctor = practice.come(&story.doctor, &session).await["participant_id"].clone();
    let patient = practice.come(&story.patient, &session).await["participant_id"].clone();
    let admit = json!({ "participant_id": patient });
    story.doctor.post(&format!("{session}/admit"), admit).await.expect(200);
    let began = practice.now();
    story.advance(20).await;
    // The goings come first, and everything comes twice, twenty minutes late.
    let news = [
        (4, &patient, VendorEventKind::Left, 15),
        (3, &doctor, VendorEventKind::Left, 16),
        (2, &patient, VendorEventKind::Came, 5),
        (1, &doctor, VendorEventKind::Came, 1),
    ];
    for (id, participant, event, minute) in news.iter().chain(&news) {
        practice.deliver(*id, &session, participant, *event, began + MINUTE * *minute).await;
    }
    story.advance(5).await;
    let seen = story.see(&session).await;
    let seconds = |at: usize| seen["participants"][at]["connected_seconds"].as_i64().unwrap();
    assert_eq!((seconds(0), seconds(1)), (11 * 60, 10 * 60), "from when both were there: {seen}");
    assert_eq!(seen["attendee_seconds"], (11 + 10) * 60);
    assert_eq!((&seen["status"], &seen["duration_seconds"]), (&json!("completed"), &json!(11 * 60)));
}

#[tokio::test]
async fn who_is_not_the_provider_is_told_nothing_and_changes_nothing() {
    let practice = Carried::by(FakeLiveKit::start().await).await;
    let story = &practice.story;
    let session = story.now().await;
    let joined = practice.come(&story.doctor, &session).await;
    let doctor = &joined["participant_id"];
    let forged =
        practice.vendor.post(&news(1, &session, doctor, VendorEventKind::Came, practice.now()), false);
    practice.post(forged).await.problem(401, "unauthorized");
    assert_eq!(story.see(&session).await["participants"][0]["connected"], false);
    let anybody = story.server.anonymous();
    anybody.post("/providers/livekit/events", json!({})).await.problem(401, "unauthorized");
    for name in ["embedded", "jitsi", "chime", "nobody"] {
        anybody.post(&format!("/providers/{name}/events"), json!({})).await.problem(404, "not_found");
    }
    // Of rooms that are none of ours the provider tells, too.
    let other = "/sessions/01890000-0000-7000-8000-000000000000";
    practice.deliver(2, other, doctor, VendorEventKind::Came, practice.now()).await;
}

/// However it fails, and however often it is asked again, there is one room.
async fn a_failure_is_told_clearly(vendor: impl Vendor) {
    let practice = Carried::by(vendor).await;
    let story = &practice.story;
    let session = story.now().await;
    let join = format!("{session}/join");
    for mood in [VendorBehaviour::Broken, VendorBehaviour::Throttling, VendorBehaviour::Garbage] {
        practice.vendor.fake().behave_as(mood);
        story.doctor.post(&join, json!({})).await.problem(503, "media_unavailable");
    }
    assert!(
        story.server.log().contains("a media provider could not open a room or make credentials"),
        "{}",
        story.server.log()
    );
    practice.vendor.fake().behave_as(VendorBehaviour::Torn);
    story.doctor.post(&join, json!({})).await.problem(503, "media_unavailable");
    practice.vendor.fake().behave_as(VendorBehaviour::Well);
    practice.come(&story.doctor, &session).await;
    practice.come(&story.doctor, &session).await;
    assert_eq!(practice.vendor.rooms_made(), Some(1));
    assert!(!practice.story.server.log().contains("openvisit.test/"), "no address with a room in it");
}

/// To the embedded server, and the room that is left is closed.
async fn both_fall_back(vendor: impl Vendor) {
    let practice = Carried::with(vendor, "media.fallback = 'embedded'").await;
    let story = &practice.story;
    let session = story.now().await;
    let (_, patient) = practice.call(&session).await;
    let mut listener = Listener::of(&story.patient).await;
    listener.hear("state").await;
    practice.vendor.fake().behave_as(VendorBehaviour::Broken);
    let again = story.doctor.post(&format!("{session}/join"), json!({})).await.expect(200);
    assert_eq!(again["media"]["provider"], "embedded");
    assert_eq!(again["session"]["media_provider"], "embedded", "no older than what it fell back to");
    let told = listener.hear("updated").await;
    assert_eq!(told["session"]["media_provider"], "embedded");
    let again = story.patient.post(&format!("{session}/join"), json!({})).await.expect(200);
    assert_eq!((&again["media"]["provider"], &again["participant_id"]), (&json!("embedded"), &patient));
    assert_eq!(story.see(&session).await["status"], "in_progress");
    // The room is closed as soon as the provider can be asked again.
    close_all(&story.server.app).await.unwrap();
    assert_eq!(practice.vendor.inside().len(), 2);
    practice.vendor.fake().behave_as(VendorBehaviour::Well);
    story.advance(1).await;
    close_all(&story.server.app).await.unwrap();
    assert_eq!(practice.vendor.inside(), [] as [String; 0]);
}

/// The room of a session that ended while the vendor could not be asked.
async fn closed_after_a_restart(vendor: impl Vendor) {
    let mut practice = Carried::by(vendor).await;
    let session = practice.story.now().await;
    practice.call(&session).await;
    practice.vendor.fake().behave_as(VendorBehaviour::Broken);
    practice.story.doctor.post(&format!("{session}/end"), json!({})).await.expect(200);
    close_all(&practice.story.server.app).await.unwrap();
    practice.story.server.restart().await;
    practice.vendor.fake().behave_as(VendorBehaviour::Well);
    practice.story.server.advance(MINUTE);
    close_all(&practice.story.server.app).await.unwrap();
    assert_eq!(practice.vendor.inside(), [] as [String; 0]);
}

#[tokio::test]
async fn an_operator_is_told_that_no_callback_arrives() {
    const SILENT: &str = "the provider sent no presence events for this session";
    let practice = Carried::by(FakeLiveKit::start().await).await;
    let session = practice.story.now().await;
    practice.call(&session).await;
    practice.story.doctor.post(&format!("{session}/end"), json!({})).await.expect(200);
    close_all(&practice.story.server.app).await.unwrap();
    assert!(!practice.story.server.log().contains(SILENT), "of this one it was told");
    let session = session_path(&practice.story.book(60, 30).await);
    practice.story.server.advance(MINUTE * 60);
    practice.meet(&session).await;
    practice.story.doctor.post(&format!("{session}/end"), json!({})).await.expect(200);
    close_all(&practice.story.server.app).await.unwrap();
    let log = practice.story.server.log();
    assert!(log.contains(SILENT), "{log}");
}

#[tokio::test]
async fn a_call_goes_on_while_the_server_is_started_anew() {
    let mut practice = Carried::by(FakeLiveKit::start().await).await;
    let session = practice.story.now().await;
    let (doctor, patient) = practice.call(&session).await;
    practice.story.server.advance(MINUTE * 10);
    practice.story.server.restart().await;
    openvisit_app::recovery::recover(&practice.story.server.app).await.unwrap();
    let (server, story) = (&practice.story.server, &practice.story);
    let doctor_again = server.sign_in(story.doctor.id());
    assert_eq!(doctor_again.get(&session).await.expect(200)["status"], "in_progress");
    server.advance(MINUTE * 10);
    for (id, participant) in [(3, &doctor), (4, &patient)] {
        practice.deliver(id, &session, participant, VendorEventKind::Left, practice.now()).await;
    }
    practice.story.advance(5).await;
    let seen = doctor_again.get(&session).await.expect(200);
    assert_eq!((&seen["status"], &seen["attendee_seconds"]), (&json!("completed"), &json!(2 * 20 * 60)));
}

#[tokio::test]
async fn who_has_no_place_any_more_is_put_out_of_the_room() {
    let practice = Carried::by(FakeLiveKit::start().await).await;
    let story = &practice.story;
    let session = story.now().await;
    let (doctor, patient) = practice.call(&session).await;
    let old = story.patient.post(&format!("{session}/join"), json!({})).await.expect(200);
    let remove = json!({ "participant_id": patient });
    story.doctor.post(&format!("{session}/remove"), remove).await.expect(200);
    inside(&practice.vendor, &[&doctor]).await;
    story.patient.post(&format!("{session}/join"), json!({})).await.problem(403, "denied");
    // One's own LiveKit takes the token of before for ten minutes.
    assert!(practice.vendor.enter(&credentials(&old["media"]), practice.now()).is_ok());
    practice.deliver(5, &session, &patient, VendorEventKind::Came, practice.now()).await;
    inside(&practice.vendor, &[&doctor]).await;
}

/// Waits until these are in the room, and nobody else.
async fn inside(vendor: &impl Vendor, expected: &[&Value]) {
    let names: Vec<_> = expected.iter().filter_map(|it| it.as_str()).collect();
    vendor.fake().until(|| vendor.inside() == names).await;
}

#[tokio::test]
async fn a_booking_chooses_its_provider_until_the_call_has_begun() {
    let practice = Carried::with(FakeLiveKit::start().await, "media.provider = 'embedded'").await;
    let story = &practice.story;
    let mut booking = story.booking(0, 30);
    booking["media_provider"] = json!("jitsi");
    let refused = story.doctor.post("/appointments", booking.clone()).await.problem(422, "invalid");
    assert_eq!(refused["errors"][0]["field"], "media_provider", "{refused}");
    booking["media_provider"] = json!("livekit");
    let made = story.doctor.post("/appointments", booking).await.expect(201);
    assert_eq!(made["media_provider"], "livekit");
    let (path, session) = (appointment_path(&made), session_path(&made));
    let opened = practice.come(&story.doctor, &session).await;
    assert_eq!(opened["media"]["provider"], "livekit");
    let embedded = json!({ "media_provider": "embedded" });
    story.doctor.patch(&path, embedded.clone()).await.expect(200);
    close_all(&story.server.app).await.unwrap();
    assert_eq!(practice.vendor.inside(), [] as [String; 0], "its room is closed");
    let moved = story.doctor.post(&format!("{session}/join"), json!({})).await.expect(200);
    assert_eq!(moved["media"]["provider"], "embedded");
    story.doctor.patch(&path, json!({ "media_provider": "livekit" })).await.expect(200);
    practice.call(&session).await;
    story.doctor.patch(&path, embedded).await.problem(409, "not_allowed_now");
    story.patient.patch(&path, json!({ "media_provider": "embedded" })).await.problem(403, "forbidden");
}

#[tokio::test]
async fn whoever_books_is_told_which_providers_there_are() {
    let media = async |toml: &str| {
        let server = Server::with(toml).await;
        server.anonymous().get("/config").await.expect(200)["media"].clone()
    };
    assert_eq!(media("").await, json!({ "providers": ["embedded"], "default": "embedded" }));
    let jitsi = "[jitsi]\nurl = 'https://meet.test'\n";
    let both = json!(["embedded", "jitsi"]);
    assert_eq!(media(jitsi).await, json!({ "providers": both, "default": "jitsi" }));
    let set = format!("media.provider = 'embedded'\n{jitsi}");
    assert_eq!(media(&set).await, json!({ "providers": both, "default": "embedded" }));
}

#[tokio::test]
async fn a_public_jitsi_proves_nothing_and_decides_no_no_show() {
    let story = Story::with("[jitsi]\nurl = 'https://meet.test'\n").await;
    let session = story.now().await;
    let joined = story.doctor.post(&format!("{session}/join"), json!({})).await.expect(200);
    assert_eq!(joined["media"]["provider"], "jitsi");
    assert_eq!(joined["media"]["token"], "");
    let held = session_path(&story.book(40, 30).await);
    story.advance(44).await;
    assert_eq!(story.see(&session).await["status"], "waiting");
    story.advance(1).await;
    let closed = story.see(&session).await;
    assert_eq!((&closed["status"], &closed["absent"]), (&json!("cancelled"), &Value::Null));
    for party in [&story.doctor, &story.patient] {
        party.post(&format!("{held}/join"), json!({})).await.expect(200);
    }
    let ended = story.doctor.post(&format!("{held}/end"), json!({})).await.expect(200);
    assert_eq!(ended["status"], "completed");
    story.server.anonymous().post("/providers/jitsi/events", json!({})).await.problem(401, "unauthorized");
}

#[tokio::test]
async fn a_clinic_is_given_what_chime_gave() {
    let practice = Carried::by(FakeChime::start().await).await;
    let story = &practice.story;
    let appointment = story.book(0, 30).await;
    let path = format!("/api/video/sessions/{}/start", appointment["id"].as_str().unwrap());
    let reply = send(story.doctor.raw(Method::POST, &path).json(&json!({}))).await.expect(200);
    let media = &reply["media"];
    assert_eq!(media["provider"], "chime", "{reply}");
    let (meeting, attendee) = (&media["details"]["Meeting"], &media["details"]["Attendee"]);
    assert_eq!(attendee["JoinToken"], media["token"]);
    assert_eq!(reply["chime_meeting_id"], meeting["MeetingId"], "{reply}");
    let placement = &meeting["MediaPlacement"];
    let (audio, signaling) = (&placement["AudioHostUrl"], &placement["SignalingUrl"]);
    assert_eq!(&reply["aws_media_urls"]["audio_host_url"], audio, "{reply}");
    assert_eq!(&reply["aws_media_urls"]["signaling_url"], signaling);
    assert_eq!(&reply["aws_media_urls"]["video_host_url"], signaling, "Chime has none of its own");
    assert_eq!(reply["doctor_attendee"]["attendee_id"], attendee["AttendeeId"]);
    assert_eq!(reply["doctor_attendee"]["external_user_id"], attendee["ExternalUserId"]);
    let id = reply["session_id"].as_str().unwrap();
    let seen = send(story.doctor.raw(Method::GET, &format!("/api/video/sessions/{id}"))).await.expect(200);
    assert_eq!(seen["chime_meeting_id"], meeting["MeetingId"]);
}

#[tokio::test]
async fn chimes_queue_is_heard() {
    let practice = Carried::by(FakeChime::start().await).await;
    let story = &practice.story;
    let session = story.now().await;
    openvisit::run::look_after_providers(&story.server.app);
    let doctor = practice.come(&story.doctor, &session).await["participant_id"].clone();
    let mut listener = Listener::of(&story.doctor).await;
    let news = news(1, &session, &doctor, VendorEventKind::Came, practice.now());
    practice.vendor.write(&practice.vendor.post(&news, true).body);
    let joined = listener.hear("joined").await;
    assert_eq!(joined["session"]["participants"][0]["connected"], true);
}

#[tokio::test]
async fn call_pages_alone_may_load_what_the_provider_needs() {
    let practice = Carried::by(FakeLiveKit::start().await).await;
    let anybody = practice.story.server.anonymous();
    let policy = async |path: &str| {
        let page = send(anybody.raw(Method::GET, path)).await;
        (page.header("content-security-policy").to_owned(), page.header("permissions-policy").to_owned())
    };
    let (of_call, _) = policy("/join/01890000-0000-7000-8000-000000000000").await;
    assert!(of_call.contains(" wss://livekit.test https://livekit.test;"), "{of_call}");
    for path in ["/", "/today", "/joinery", "/invite/x"] {
        let (policy, permissions) = policy(path).await;
        assert!(!policy.contains("livekit.test"), "{path}: {policy}");
        assert!(permissions.starts_with("camera=(self), "), "{path}: {permissions}");
    }
    let story = Story::with("[jitsi]\nurl = 'https://meet.test'\n").await;
    let page = send(story.server.anonymous().raw(Method::GET, "/join/x")).await;
    let policy = page.header("content-security-policy");
    assert!(policy.contains("frame-src https://meet.test;"), "{policy}");
    assert!(page.header("permissions-policy").contains("camera=(self \"https://meet.test\")"));
}

#[tokio::test]
async fn a_practitioner_is_let_in_as_one() {
    let practice = Carried::by(FakeJaas::start().await).await;
    let session = practice.story.now().await;
    let given = practice.come(&practice.story.doctor, &session).await;
    let entered = practice.vendor.enter(&credentials(&given["media"]), practice.now()).unwrap();
    assert_eq!(entered.moderator, Some(true));
    assert_eq!(given["session"]["participants"][0]["role"], json!(PartyRole::Practitioner));
}

#[tokio::test]
async fn what_an_earlier_provider_tells_late_ends_nothing() {
    let vendor = FakeLiveKit::start().await;
    let twilio = FakeTwilio::start().await;
    let top = format!("{}\nmedia.provider = 'livekit'\n{}{}", PUBLIC, vendor.toml(), twilio.toml());
    let story = Story::with(&top).await;
    let made = story.book(0, 30).await;
    let (path, session) = (appointment_path(&made), session_path(&made));
    let livekit = Carried { story, vendor, name: "livekit" };
    livekit.come(&livekit.story.doctor, &session).await;
    livekit.story.doctor.patch(&path, json!({ "media_provider": "twilio" })).await.expect(200);
    let twilio = Carried { story: livekit.story, vendor: twilio, name: "twilio" };
    let (doctor, _) = twilio.call(&session).await;
    let ended = livekit.vendor.post(&news(9, &session, &doctor, VendorEventKind::Ended, twilio.now()), true);
    let late = Carried { story: twilio.story, vendor: livekit.vendor, name: "livekit" };
    late.post(ended).await.expect(204);
    late.deliver(10, &session, &doctor, VendorEventKind::Left, late.now()).await;
    late.story.advance(5).await;
    let seen = late.story.see(&session).await;
    assert_eq!(
        (&seen["status"], &seen["participants"][0]["connected"]),
        (&json!("in_progress"), &json!(true))
    );
}

#[tokio::test]
async fn a_room_that_was_given_up_and_is_wanted_again_is_not_closed() {
    let practice = Carried::by(FakeLiveKit::start().await).await;
    let story = &practice.story;
    let made = story.book(0, 30).await;
    let (path, session) = (appointment_path(&made), session_path(&made));
    let doctor = practice.come(&story.doctor, &session).await["participant_id"].clone();
    practice.vendor.fake().behave_as(VendorBehaviour::Broken);
    for name in ["embedded", "livekit"] {
        story.doctor.patch(&path, json!({ "media_provider": name })).await.expect(200);
    }
    close_all(&story.server.app).await.unwrap();
    practice.vendor.fake().behave_as(VendorBehaviour::Well);
    practice.come(&story.doctor, &session).await;
    story.advance(1).await;
    close_all(&story.server.app).await.unwrap();
    assert!(practice.vendor.inside().contains(&doctor.as_str().unwrap().to_owned()));
}

#[tokio::test]
async fn an_embedded_token_of_before_opens_nothing_beside_the_provider() {
    let practice = Carried::with(FakeLiveKit::start().await, "media.provider = 'embedded'").await;
    let story = &practice.story;
    let made = story.book(0, 30).await;
    let (path, session) = (appointment_path(&made), session_path(&made));
    let joined = story.doctor.post(&format!("{session}/join"), json!({})).await.expect(200);
    let token = joined["media"]["token"].as_str().unwrap();
    story.doctor.patch(&path, json!({ "media_provider": "livekit" })).await.expect(200);
    let media = story.server.bearer(token).request(Method::POST, &format!("{session}/media"));
    let offer = media.header("content-type", "application/sdp").body(crate::joining::offer_of_a_client());
    send(offer).await.problem(404, "not_found");
}

#[tokio::test]
async fn a_clinic_starts_nothing_that_its_provider_cannot_carry() {
    let practice = Carried::by(FakeLiveKit::start().await).await;
    let story = &practice.story;
    let made = story.book(0, 30).await;
    let path = format!("/api/video/sessions/{}/start", made["id"].as_str().unwrap());
    let start = async || send(story.doctor.raw(Method::POST, &path).json(&json!({}))).await;
    practice.vendor.fake().behave_as(VendorBehaviour::Broken);
    assert_eq!(start().await.status, 503);
    assert_eq!(story.see(&session_path(&made)).await["status"], "scheduled");
    practice.vendor.fake().behave_as(VendorBehaviour::Well);
    start().await.expect(200);
}
