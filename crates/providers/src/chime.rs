//! Amazon Chime SDK meetings: meetings and attendees by its API, presence from the SQS queue that Chime writes to.
//!
//! An attendee has one token for good, which ends with the meeting or when they are removed: who asks again gets the
//! same, and no slot's end is in it. There is no video URL. Attendees have no roles.
//!
//! Facts from the Amazon Chime SDK's API reference (`CreateMeeting`, `CreateAttendee`, `Attendee`) and developer guide
//! ("Understanding Amazon Chime SDK meeting lifecycle events").

use std::time::Duration;

use aws_sdk_chimesdkmeetings::Client;
use aws_sdk_chimesdkmeetings::config::http::HttpResponse;
use aws_sdk_chimesdkmeetings::config::retry::RetryConfig;
use aws_sdk_chimesdkmeetings::config::{BehaviorVersion, Credentials as Keys, Region};
use aws_sdk_chimesdkmeetings::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_chimesdkmeetings::types::{Attendee, Meeting as ChimeMeeting, NotificationsConfiguration};
use jiff::Timestamp;
use openvisit_core::ids::ParticipantId;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::Url;

use crate::error::code;
use crate::http_api::PATIENCE;
use crate::{
    Credentials, ParticipantGrant, PresenceChange, PresenceEvent, ProviderConnection, ProviderError, Room,
    RoomHandle, Secret, Sources, ToldRoom,
};

/// Seconds that one question to the queue waits for messages; the longest that SQS allows.
const LONG_POLL: u8 = 20;
/// Messages that SQS hands out at once; the most that it does.
const AT_ONCE: i32 = 10;
/// What Chime says of a meeting or attendee that is not there any more.
const GONE: &str = "NotFoundException";
/// What Chime says when the same is asked twice at the same moment.
const CONFLICT: &str = "ConflictException";
/// Then the other question is answered soon.
const AFTER_CONFLICT: Duration = Duration::from_millis(300);

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ChimeSettings {
    pub access_key_id: String,
    pub secret_access_key: Secret,
    /// Where the API is asked, such as `eu-central-1`.
    pub region: String,
    /// Where the media flow; the API's region where it is left out.
    pub media_region: Option<String>,
    /// Where joins and leaves are reported; without it no presence events come. In `region`.
    pub queue_url: Option<Url>,
    /// The same queue, for Chime to write to; left out where a rule of EventBridge fills the queue.
    pub queue_arn: Option<String>,
    /// Other addresses than Amazon's, for both.
    pub api_url: Option<Url>,
}

pub struct Chime {
    settings: ChimeSettings,
    api: Client,
    queue: aws_sdk_sqs::Client,
}

/// A message of the queue: it comes again until it is [deleted](Chime::delete).
#[derive(Debug)]
pub struct Message {
    receipt: Secret,
    /// What it tells; `None` where it is about nothing of ours.
    pub event: Option<PresenceEvent>,
}

impl Chime {
    #[must_use]
    pub fn new(settings: ChimeSettings) -> Self {
        let secret = settings.secret_access_key.expose();
        let keys = Keys::new(&settings.access_key_id, secret, None, None, "openvisit");
        let region = Region::new(settings.region.clone());
        // Who asks us waits, and asks again: nothing is tried twice in here.
        let mut api = aws_sdk_chimesdkmeetings::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .retry_config(RetryConfig::disabled())
            .region(region.clone())
            .credentials_provider(keys.clone());
        let mut queue = aws_sdk_sqs::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .retry_config(RetryConfig::disabled())
            .region(region)
            .credentials_provider(keys);
        if let Some(url) = &settings.api_url {
            api = api.endpoint_url(url.as_str());
            queue = queue.endpoint_url(url.as_str());
        }
        let (api, queue) = (Client::from_conf(api.build()), aws_sdk_sqs::Client::from_conf(queue.build()));
        Self { settings, api, queue }
    }

    pub(crate) fn proves_presence(&self) -> bool {
        self.settings.queue_url.is_some()
    }

    /// A meeting ends by itself some minutes after the last has left; who comes then gets the session's next one.
    pub(crate) async fn open(
        &self,
        room: &Room<'_>,
        known: Option<&RoomHandle>,
    ) -> Result<RoomHandle, ProviderError> {
        let mut number = 0;
        if let Some(known) = known {
            let asked = self.api.get_meeting().meeting_id(id(known)?).send().await;
            match asked.map_err(refused) {
                Ok(_) => return Ok(known.clone()),
                Err(error) if is(GONE, &error) => number = known.0["number"].as_u64().unwrap_or(0) + 1,
                Err(error) => return Err(error),
            }
        }
        match self.create(room, number).await {
            Err(error) if is(CONFLICT, &error) => {
                tokio::time::sleep(AFTER_CONFLICT).await;
                self.create(room, number).await
            }
            other => other,
        }
    }

    /// Chime answers a request token that it knows with the meeting that it made for it.
    async fn create(&self, room: &Room<'_>, number: u64) -> Result<RoomHandle, ProviderError> {
        let told = self.settings.queue_arn.as_ref();
        let told = told.map(|arn| NotificationsConfiguration::builder().sqs_queue_arn(arn).build());
        let asked = self
            .api
            .create_meeting()
            .client_request_token(format!("{}-{number}", room.name()))
            .external_meeting_id(room.name())
            .media_region(self.settings.media_region.as_ref().unwrap_or(&self.settings.region))
            .set_notifications_configuration(told);
        let made = asked.send().await.map_err(refused)?;
        let meeting = made.meeting().filter(|it| it.external_meeting_id() == Some(&room.name()));
        let meeting = meeting.ok_or_else(|| ProviderError::Garbled("no meeting, or another".into()))?;
        let id =
            meeting.meeting_id().ok_or_else(|| ProviderError::Garbled("a meeting without its id".into()))?;
        Ok(RoomHandle(json!({ "id": id, "number": number, "Meeting": vendor_description(meeting) })))
    }

    /// Chime answers an external user that it knows with the attendee that it made for it.
    pub(crate) async fn credentials(
        &self,
        meeting: &RoomHandle,
        grant: &ParticipantGrant,
    ) -> Result<Credentials, ProviderError> {
        let asked = self.api.create_attendee().meeting_id(id(meeting)?);
        let made = asked.external_user_id(grant.participant.to_string()).send().await.map_err(refused)?;
        let attendee = made.attendee().ok_or_else(|| ProviderError::Garbled("no attendee".into()))?;
        let token = attendee
            .join_token()
            .ok_or_else(|| ProviderError::Garbled("an attendee without a token".into()))?;
        let attendee = json!({
            "AttendeeId": attendee.attendee_id(),
            "ExternalUserId": attendee.external_user_id(),
            "JoinToken": token,
        });
        Ok(Credentials {
            url: None,
            token: token.to_owned(),
            expires_at: grant.until,
            details: json!({ "Meeting": meeting.0["Meeting"], "Attendee": attendee }),
        })
    }

    pub(crate) async fn remove(&self, meeting: &RoomHandle, who: ParticipantId) -> Result<(), ProviderError> {
        let (meeting, who) = (id(meeting)?, who.to_string());
        let listed = match self
            .api
            .list_attendees()
            .meeting_id(meeting)
            .max_results(100)
            .send()
            .await
            .map_err(refused)
        {
            Err(error) if is(GONE, &error) => return Ok(()),
            other => other?,
        };
        let attendee = listed.attendees().iter().find(|it| it.external_user_id() == Some(&who));
        let Some(attendee) = attendee.and_then(Attendee::attendee_id) else { return Ok(()) };
        let deleted = self.api.delete_attendee().meeting_id(meeting).attendee_id(attendee).send().await;
        ignore_not_found(deleted.map(|_| ()).map_err(refused))
    }

    pub(crate) async fn close(&self, meeting: &RoomHandle) -> Result<(), ProviderError> {
        let deleted = self.api.delete_meeting().meeting_id(id(meeting)?).send().await;
        ignore_not_found(deleted.map(|_| ()).map_err(refused))
    }

    /// Asks for a meeting that nobody has: that it is unknown says that address and keys are right.
    /// Source: Amazon's guide "Content Security Policy", meetings.
    pub(crate) fn sources() -> Sources {
        let connections = ["https://*.chime.aws", "wss://*.chime.aws"].map(str::to_owned).to_vec();
        // Its sound is sent twice by a worker that it makes from text.
        Sources { connections, workers: vec!["blob:".to_owned()], ..Sources::default() }
    }

    pub(crate) async fn health(&self) -> Result<(), ProviderError> {
        let asked = self.api.get_meeting().meeting_id(uuid::Uuid::nil().to_string()).send().await;
        ignore_not_found(asked.map(|_| ()).map_err(refused))
    }

    /// Waits up to 20 seconds for messages. Without a queue there are none, at once.
    ///
    /// # Errors
    /// When the queue cannot be asked.
    pub async fn receive(&self) -> Result<Vec<Message>, ProviderError> {
        let Some(url) = &self.settings.queue_url else { return Ok(vec![]) };
        let asked = self.queue.receive_message().queue_url(url.as_str());
        let asked = asked.max_number_of_messages(AT_ONCE).wait_time_seconds(LONG_POLL.into()).send();
        let patience = PATIENCE + Duration::from_secs(LONG_POLL.into());
        let received = tokio::time::timeout(patience, asked).await.map_err(|_| ProviderError::TimedOut)?;
        let received = received.map_err(refused)?;
        let messages = received.messages().iter().filter_map(|it| {
            let (id, body) = (it.message_id().unwrap_or_default(), it.body().unwrap_or_default());
            Some(Message { receipt: it.receipt_handle()?.into(), event: presence_event(id, body) })
        });
        Ok(messages.collect())
    }

    /// What has been written down need not be told again.
    ///
    /// # Errors
    /// When the queue cannot be asked; the message will then come once more.
    pub async fn delete(&self, message: &Message) -> Result<(), ProviderError> {
        let Some(url) = &self.settings.queue_url else { return Ok(()) };
        let asked = self.queue.delete_message().queue_url(url.as_str());
        let asked = asked.receipt_handle(message.receipt.expose()).send();
        let deleted = tokio::time::timeout(PATIENCE, asked).await.map_err(|_| ProviderError::TimedOut)?;
        deleted.map(|_| ()).map_err(refused)
    }
}

/// Chime's event in a message, if it is one: who else writes to the queue, is passed over. That only Chime can write
/// to it, is for the queue's policy to say.
fn presence_event(message: &str, body: &str) -> Option<PresenceEvent> {
    let Event { id, detail, .. } =
        serde_json::from_str(body).ok().filter(|it: &Event| it.source == "aws.chime")?;
    let session = detail.external_meeting_id?.parse().ok()?;
    let at = Timestamp::from_millisecond(detail.timestamp).ok()?;
    // An attendee keeps its id when it comes again: a connection has no name.
    let participant = detail.external_user_id.and_then(|id| id.parse().ok());
    let connection = participant.map(|participant| ProviderConnection { participant, name: None });
    let change = match (detail.event_type.as_str(), connection) {
        ("chime:AttendeeJoined", Some(it)) => PresenceChange::Connected(it),
        ("chime:AttendeeLeft" | "chime:AttendeeDropped" | "chime:AttendeeDeleted", Some(it)) => {
            PresenceChange::Disconnected(it)
        }
        ("chime:MeetingEnded", _) => PresenceChange::RoomEnded,
        _ => return None,
    };
    Some(PresenceEvent {
        id: id.unwrap_or_else(|| message.to_owned()),
        room: ToldRoom::Of(session),
        at,
        change,
    })
}

#[derive(Deserialize)]
struct Event {
    /// EventBridge's; a queue that Chime itself fills may have none.
    id: Option<String>,
    source: String,
    detail: Detail,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Detail {
    event_type: String,
    /// Milliseconds.
    timestamp: i64,
    external_meeting_id: Option<String>,
    external_user_id: Option<String>,
}

/// In Chime's own format, which its page code and the clinic dialect read.
fn vendor_description(meeting: &ChimeMeeting) -> Value {
    let media = meeting.media_placement().map(|it| {
        json!({
            "AudioHostUrl": it.audio_host_url(),
            "AudioFallbackUrl": it.audio_fallback_url(),
            "SignalingUrl": it.signaling_url(),
            "TurnControlUrl": it.turn_control_url(),
            "EventIngestionUrl": it.event_ingestion_url(),
        })
    });
    json!({
        "MeetingId": meeting.meeting_id(),
        "ExternalMeetingId": meeting.external_meeting_id(),
        "MediaRegion": meeting.media_region(),
        "MediaPlacement": media,
        "MeetingArn": meeting.meeting_arn(),
        "TenantIds": meeting.tenant_ids(),
    })
}

fn id(meeting: &RoomHandle) -> Result<&str, ProviderError> {
    meeting.id().ok_or_else(|| ProviderError::Garbled("a meeting that was kept without its id".into()))
}

fn is(wanted: &str, error: &ProviderError) -> bool {
    matches!(error, ProviderError::Refused(code) | ProviderError::Broken(code) if code == wanted)
}

/// What is not there any more need not be removed.
fn ignore_not_found(result: Result<(), ProviderError>) -> Result<(), ProviderError> {
    result.or_else(|error| if is(GONE, &error) { Ok(()) } else { Err(error) })
}

/// By the status first: a proxy's answer has no code of Amazon's.
fn refused<E: ProvideErrorMetadata>(error: SdkError<E, HttpResponse>) -> ProviderError {
    let status = error.raw_response().map_or(0, |it| it.status().as_u16());
    let said = match &error {
        SdkError::TimeoutError(_) => return ProviderError::TimedOut,
        SdkError::DispatchFailure(failure) if failure.is_timeout() => return ProviderError::TimedOut,
        SdkError::DispatchFailure(failure) => {
            let cause = failure.as_connector_error().map_or_else(String::new, ToString::to_string);
            return ProviderError::Unreachable(cause);
        }
        SdkError::ConstructionFailure(_) => return ProviderError::Setting("chime: no such question".into()),
        SdkError::ServiceError(answer) => answer.err().code().map(code),
        _ => None,
    };
    match (status, said.unwrap_or_default()) {
        (429, _) => ProviderError::Throttled { retry_after: None },
        (500.., said) => ProviderError::Broken(format!("{status} {said}").trim_end().to_owned()),
        (_, said) => match said.as_str() {
            "" => ProviderError::Garbled(format!("not Amazon's, status {status}")),
            CONFLICT => ProviderError::Broken(said),
            "ThrottlingException" | "RequestThrottled" | "LimitExceededException" => {
                ProviderError::Throttled { retry_after: None }
            }
            _ if status == 401 || status == 403 => ProviderError::Unauthorized(said),
            "AccessDeniedException" | "UnrecognizedClientException" | "InvalidSignatureException" => {
                ProviderError::Unauthorized(said)
            }
            _ => ProviderError::Refused(said),
        },
    }
}
