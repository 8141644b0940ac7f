//! Amazon Chime SDK meetings and the SQS queue that Chime tells its events: both verify the request's signature
//! (Signature Version 4), by hand.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Arc, Mutex, MutexGuard};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use openvisit_providers::{
    Chime, ChimeSettings, Credentials, Message, PresenceEvent, Provider, ProviderError,
};
use serde_json::{Value, json};

use super::{Fake, PageEntry, Post, Vendor, VendorEvent, VendorEventKind};

const KEY_ID: &str = "AKIAOPENVISIT";
const SECRET: &str = "the secret access key of the test";
const REGION: &str = "eu-central-1";
const QUEUE: &str = "https://sqs.eu-central-1.amazonaws.com/111122223333/openvisit";
const QUEUE_ARN: &str = "arn:aws:sqs:eu-central-1:111122223333:openvisit";
const MAX_AGE_SECONDS: i64 = 900;

struct FakeMeeting {
    id: String,
    token: String,
    external: String,
    ended: bool,
    /// By id: the external user, and whether the page is connected.
    attendees: BTreeMap<String, (String, bool)>,
}

#[derive(Default)]
struct FakeChimeState {
    meetings: Vec<FakeMeeting>,
    /// By receipt.
    queue: BTreeMap<String, String>,
    counted: u32,
    conflicts: u32,
}

impl FakeChimeState {
    fn next(&mut self) -> String {
        self.counted += 1;
        format!("00000000-0000-0000-0000-{:012}", self.counted)
    }

    fn running(&mut self, id: &str) -> Option<&mut FakeMeeting> {
        self.meetings.iter_mut().find(|it| it.id == id && !it.ended)
    }
}

pub struct FakeChime {
    fake: Fake,
    state: Arc<Mutex<FakeChimeState>>,
}

impl FakeChime {
    pub async fn start() -> Self {
        let state = Arc::new(Mutex::new(FakeChimeState::default()));
        let router = Router::new().fallback(answer).with_state(Arc::clone(&state));
        Self { fake: Fake::start(router).await, state }
    }

    fn state(&self) -> MutexGuard<'_, FakeChimeState> {
        self.state.lock().unwrap()
    }

    /// The next meetings are being made already, by somebody else.
    pub fn conflicts(&self, times: u32) {
        self.state().conflicts = times;
    }

    pub fn settings(&self) -> ChimeSettings {
        ChimeSettings {
            access_key_id: KEY_ID.into(),
            secret_access_key: SECRET.into(),
            region: REGION.into(),
            media_region: Some("eu-west-1".into()),
            queue_url: Some(QUEUE.parse().unwrap()),
            queue_arn: Some(QUEUE_ARN.into()),
            api_url: Some(self.fake.url()),
        }
    }

    /// Somebody writes to the queue.
    pub fn write(&self, body: &str) {
        let mut state = self.state();
        let receipt = format!("receipt/{}", state.next());
        state.queue.insert(receipt, body.to_owned());
    }

    pub async fn receive(&self, provider: &Provider) -> Result<Vec<Message>, ProviderError> {
        let Provider::Chime(chime) = provider else { panic!("not Chime") };
        chime.receive().await
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

fn hmac_of(key: &[u8], text: &str) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes()).as_ref().to_vec()
}

/// "Create a signed AWS API request", step by step; the code of the refusal.
fn signed(parts: &Parts, body: &[u8], service: &str) -> Result<(), &'static str> {
    const MISSING: &str = "MissingAuthenticationTokenException";
    const WRONG: &str = "InvalidSignatureException";
    let text = |name: &str| parts.headers.get(name).and_then(|it| it.to_str().ok());
    let given = text("authorization").and_then(|it| it.strip_prefix("AWS4-HMAC-SHA256 ")).ok_or(MISSING)?;
    let given: BTreeMap<_, _> = given.split(", ").filter_map(|it| it.split_once('=')).collect();
    let time = text("x-amz-date").ok_or(MISSING)?;
    let sent = DateTime::strptime("%Y%m%dT%H%M%SZ", time).map_err(|_| WRONG)?;
    let sent = sent.to_zoned(TimeZone::UTC).map_err(|_| WRONG)?.timestamp();
    if (Timestamp::now().as_second() - sent.as_second()).abs() > MAX_AGE_SECONDS {
        return Err("RequestExpired");
    }
    let scope = format!("{}/{REGION}/{service}/aws4_request", &time[..8]);
    let (key_id, claimed) = given.get("Credential").and_then(|it| it.split_once('/')).ok_or(MISSING)?;
    if key_id != KEY_ID {
        return Err("UnrecognizedClientException");
    }
    let names = given.get("SignedHeaders").ok_or(MISSING)?;
    let covers = |name: &str| names.split(';').any(|it| it == name);
    if claimed != scope
        || !covers("host")
        || !covers("x-amz-date")
        || (!body.is_empty() && !covers("content-type"))
    {
        return Err(WRONG);
    }
    let headers = names
        .split(';')
        .fold(String::new(), |all, name| format!("{all}{name}:{}\n", text(name).unwrap_or_default().trim()));
    let mut query: Vec<_> =
        parts.uri.query().unwrap_or_default().split('&').filter(|it| !it.is_empty()).collect();
    query.sort_unstable();
    let canonical = [
        parts.method.as_str(),
        parts.uri.path(),
        &query.join("&"),
        &headers,
        names,
        &hex(digest(&SHA256, body).as_ref()),
    ]
    .join("\n");
    let canonical = hex(digest(&SHA256, canonical.as_bytes()).as_ref());
    let to_sign = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{canonical}");
    let key = scope.split('/').fold(format!("AWS4{SECRET}").into_bytes(), |key, part| hmac_of(&key, part));
    if given.get("Signature") == Some(&hex(&hmac_of(&key, &to_sign)).as_str()) { Ok(()) } else { Err(WRONG) }
}

fn refuse(status: StatusCode, code: &str) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CONNECTION, "close")];
    let body = json!({ "Code": code, "Message": "refused", "RequestId": "1", "__type": format!("com.amazon#{code}") });
    (status, headers, [("x-amzn-errortype", code)], body.to_string()).into_response()
}

fn answered(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

async fn answer(State(state): State<Arc<Mutex<FakeChimeState>>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 1 << 16).await.unwrap_or_default();
    let target = parts.headers.get("x-amz-target").and_then(|it| it.to_str().ok()).map(str::to_owned);
    if let Err(code) = signed(&parts, &body, if target.is_some() { "sqs" } else { "chime" }) {
        return refuse(StatusCode::FORBIDDEN, code);
    }
    let mut state = state.lock().unwrap();
    let answered = match target {
        Some(target) => queue(&mut state, &target, &parts, &body),
        None => meetings(&mut state, &parts, &body),
    };
    answered.unwrap_or_else(|| refuse(StatusCode::BAD_REQUEST, "BadRequestException"))
}

fn queue(state: &mut FakeChimeState, target: &str, parts: &Parts, body: &Bytes) -> Option<Response> {
    let asked: Value = serde_json::from_slice(body).ok()?;
    if parts.headers.get(header::CONTENT_TYPE)? != "application/x-amz-json-1.0" || asked["QueueUrl"] != QUEUE
    {
        return None;
    }
    let answer = match target {
        "AmazonSQS.ReceiveMessage" => {
            let (most, seconds) =
                (asked["MaxNumberOfMessages"].as_u64()?, asked["WaitTimeSeconds"].as_u64()?);
            if !(1..=10).contains(&most) || seconds > 20 {
                return None;
            }
            let messages: Vec<_> = state.queue.iter().take(usize::try_from(most).ok()?).collect();
            let messages = messages.into_iter().map(|(receipt, body)| {
                json!({ "MessageId": receipt.trim_start_matches("receipt/"), "ReceiptHandle": receipt, "Body": body })
            });
            json!({ "Messages": messages.collect::<Vec<_>>() })
        }
        "AmazonSQS.DeleteMessage" => {
            state.queue.remove(asked["ReceiptHandle"].as_str()?);
            json!({})
        }
        _ => return None,
    };
    Some(answered(StatusCode::OK, &answer))
}

fn named<'a>(asked: &'a Value, field: &str) -> Option<&'a str> {
    asked[field].as_str().filter(|it| (2..=64).contains(&it.len()))
}

fn as_json(meeting: &FakeMeeting) -> Value {
    let at = |what: &str| format!("https://{what}.chime.test/{}", meeting.id);
    json!({ "Meeting": {
        "MeetingId": meeting.id, "ExternalMeetingId": meeting.external, "MediaRegion": "eu-west-1",
        "MeetingArn": format!("arn:aws:chime:{REGION}:111122223333:meeting/{}", meeting.id), "TenantIds": [],
        "MediaPlacement": { "AudioHostUrl": at("audio"), "AudioFallbackUrl": at("fallback"),
            "SignalingUrl": at("signal"), "TurnControlUrl": at("turn"), "EventIngestionUrl": at("events") },
    } })
}

fn as_attendee(id: &str, external: &str) -> Value {
    json!({ "AttendeeId": id, "ExternalUserId": external, "JoinToken": format!("JoinToken{}", id.replace('-', "")) })
}

fn meetings(state: &mut FakeChimeState, parts: &Parts, body: &Bytes) -> Option<Response> {
    let path: Vec<_> = parts.uri.path().trim_start_matches('/').split('/').collect();
    let gone = || Some(refuse(StatusCode::NOT_FOUND, "NotFoundException"));
    let done = Some(StatusCode::NO_CONTENT.into_response());
    match (&parts.method, path.as_slice()) {
        (&Method::POST, ["meetings"]) => create(state, &serde_json::from_slice(body).ok()?),
        (&Method::GET, ["meetings", id]) => {
            state.running(id).map_or_else(gone, |it| Some(answered(StatusCode::OK, &as_json(it))))
        }
        (&Method::DELETE, ["meetings", id]) => {
            let Some(meeting) = state.running(id) else { return gone() };
            meeting.ended = true;
            done
        }
        (&Method::POST, ["meetings", id, "attendees"]) => {
            let asked: Value = serde_json::from_slice(body).ok()?;
            let (external, new) = (named(&asked, "ExternalUserId")?.to_owned(), state.next());
            let Some(meeting) = state.running(id) else { return gone() };
            // "If you create an attendee with the same external user id, the service returns the existing record."
            let there =
                meeting.attendees.iter().find(|(_, (it, _))| *it == external).map(|(id, _)| id.clone());
            let id = there.unwrap_or(new);
            meeting.attendees.entry(id.clone()).or_insert_with(|| (external.clone(), false));
            Some(answered(StatusCode::CREATED, &json!({ "Attendee": as_attendee(&id, &external) })))
        }
        (&Method::GET, ["meetings", id, "attendees"]) => {
            let Some(meeting) = state.running(id) else { return gone() };
            let all: Vec<_> =
                meeting.attendees.iter().map(|(id, (external, _))| as_attendee(id, external)).collect();
            Some(answered(StatusCode::OK, &json!({ "Attendees": all })))
        }
        (&Method::DELETE, ["meetings", id, "attendees", attendee]) => {
            let removed = state.running(id).and_then(|it| it.attendees.remove(*attendee));
            if removed.is_some() { done } else { gone() }
        }
        _ => None,
    }
}

/// A request token that is known is answered with its meeting, whatever became of that.
fn create(state: &mut FakeChimeState, asked: &Value) -> Option<Response> {
    const FIELDS: [&str; 4] =
        ["ClientRequestToken", "ExternalMeetingId", "MediaRegion", "NotificationsConfiguration"];
    if !asked.as_object()?.keys().all(|it| FIELDS.contains(&it.as_str()))
        || asked["NotificationsConfiguration"]["SqsQueueArn"] != QUEUE_ARN
        || asked["MediaRegion"] != "eu-west-1"
    {
        return None;
    }
    let (token, external) = (named(asked, "ClientRequestToken")?, named(asked, "ExternalMeetingId")?);
    if state.conflicts > 0 {
        state.conflicts -= 1;
        return Some(refuse(StatusCode::CONFLICT, "ConflictException"));
    }
    if !state.meetings.iter().any(|it| it.token == token) {
        let (id, token, external) = (state.next(), token.to_owned(), external.to_owned());
        state.meetings.push(FakeMeeting { id, token, external, ended: false, attendees: BTreeMap::new() });
    }
    let meeting = state.meetings.iter().find(|it| it.token == token)?;
    Some(answered(StatusCode::CREATED, &as_json(meeting)))
}

impl Vendor for FakeChime {
    fn provider(&self) -> Provider {
        Provider::Chime(Chime::new(self.settings()))
    }

    fn with_wrong_keys(&self) -> Provider {
        let secret_access_key = "another secret access key".into();
        Provider::Chime(Chime::new(ChimeSettings { secret_access_key, ..self.settings() }))
    }

    fn fake(&self) -> &Fake {
        &self.fake
    }

    fn toml(&self) -> String {
        let api_url = self.fake.url();
        format!(
            "[chime]\naccess_key_id = '{KEY_ID}'\nsecret_access_key = '{SECRET}'\nregion = '{REGION}'\n\
             media_region = 'eu-west-1'\nqueue_url = '{QUEUE}'\nqueue_arn = '{QUEUE_ARN}'\napi_url = '{api_url}'\n"
        )
    }

    fn asked(&self) -> &'static [&'static str] {
        &["open", "credentials", "remove", "close", "health"]
    }

    fn rooms_made(&self) -> Option<usize> {
        Some(self.state().meetings.len())
    }

    /// A join token is good as long as its meeting and its attendee are.
    fn enter(&self, credentials: &Credentials, _now: Timestamp) -> Result<PageEntry, String> {
        let details = &credentials.details;
        let placed =
            ["AudioHostUrl", "SignalingUrl", "TurnControlUrl", "EventIngestionUrl", "AudioFallbackUrl"];
        if !placed.iter().all(|it| details["Meeting"]["MediaPlacement"][it].is_string()) {
            return Err("not Chime's whole meeting".into());
        }
        let (meeting, attendee) =
            (details["Meeting"]["MeetingId"].as_str(), details["Attendee"]["AttendeeId"].as_str());
        let (meeting, attendee) = (meeting.ok_or("no meeting")?, attendee.ok_or("no attendee")?);
        let mut state = self.state();
        let meeting = state.running(meeting).ok_or("the meeting has ended")?;
        let room = meeting.external.clone();
        let (external, connected) = meeting.attendees.get_mut(attendee).ok_or("no such attendee")?;
        let told = as_attendee(attendee, external);
        if details["Attendee"] != told || told["JoinToken"] != credentials.token {
            return Err("not this attendee's token".into());
        }
        *connected = true;
        Ok(PageEntry { room, participant: external.clone(), name: None, moderator: None })
    }

    fn inside(&self) -> Vec<String> {
        let state = self.state();
        let running = state.meetings.iter().filter(|it| !it.ended);
        let attendees = running.flat_map(|it| it.attendees.values());
        attendees.filter(|(_, connected)| *connected).map(|(external, _)| external.clone()).collect()
    }

    fn expire_rooms(&self) {
        self.state().meetings.iter_mut().for_each(|it| it.ended = true);
    }

    /// As "Understanding Amazon Chime SDK meeting lifecycle events" shows it. Nobody posts it to us.
    fn post(&self, news: &VendorEvent, _genuine: bool) -> Post {
        let (event, of_one) = match news.event {
            VendorEventKind::Came => ("chime:AttendeeJoined", true),
            // A second connection's end was not meant.
            VendorEventKind::Left if news.connection > 1 => ("chime:AttendeeDropped", true),
            VendorEventKind::Left => ("chime:AttendeeLeft", true),
            VendorEventKind::Ended => ("chime:MeetingEnded", false),
            VendorEventKind::Other => ("chime:AttendeeVideoStarted", true),
        };
        let mut detail = json!({ "version": "0", "eventType": event, "timestamp": news.at.as_millisecond(),
            "meetingId": "00000000-0000-0000-0000-000000000001", "externalMeetingId": news.room,
            "mediaRegion": "eu-west-1" });
        if of_one {
            detail["attendeeId"] = json!("00000000-0000-0000-0000-000000000002");
            detail["externalUserId"] = json!(news.participant.to_string());
            detail["networkType"] = json!("Voip");
        }
        let body = json!({ "version": "0", "id": news.id.to_string(), "source": "aws.chime", "account": "111122223333",
            "region": REGION, "detail-type": "Chime Meeting State Change", "time": "2026-05-04T08:00:00Z",
            "resources": [], "detail": detail })
        .to_string();
        Post { headers: HeaderMap::new(), body }
    }

    async fn deliver(
        &self,
        provider: &Provider,
        news: &VendorEvent,
    ) -> Result<Option<PresenceEvent>, ProviderError> {
        self.write(&self.post(news, true).body);
        let Provider::Chime(chime) = provider else { panic!("not Chime") };
        let mut messages = chime.receive().await?;
        assert_eq!(messages.len(), 1, "one message was written");
        let message = messages.remove(0);
        chime.delete(&message).await?;
        Ok(message.event)
    }

    fn secrets(&self) -> Vec<String> {
        vec![SECRET.into()]
    }
}
