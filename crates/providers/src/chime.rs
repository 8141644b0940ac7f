//! Amazon Chime SDK meetings: meetings and attendees by its API, presence from the SQS queue that Chime writes to.

use std::time::Duration;

use aws_sdk_chimesdkmeetings::Client;
use aws_sdk_chimesdkmeetings::config::retry::RetryConfig;
use aws_sdk_chimesdkmeetings::config::timeout::TimeoutConfig;
use aws_sdk_chimesdkmeetings::config::{BehaviorVersion, Credentials as Keys, Region};
use aws_sdk_chimesdkmeetings::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_chimesdkmeetings::types::{Attendee, Meeting as ChimeMeeting, NotificationsConfiguration};
use jiff::Timestamp;
use openvisit_core::ids::ParticipantId;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use crate::http_api::PATIENCE;
use crate::{Credentials, Meeting, Presence, ProviderError, Room, Seat, Told, What};

/// How long one question to the queue waits for letters; the longest that SQS allows.
const LONG_POLL: i32 = 20;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChimeSettings {
    pub access_key_id: String,
    pub secret_access_key: String,
    /// Where the API is asked, such as `eu-central-1`.
    pub region: String,
    /// Where the media flow; the API's region where it is left out.
    pub media_region: Option<String>,
    /// Where Chime tells of joins and leaves; without it nobody's presence is told.
    pub queue_url: Option<Url>,
    pub queue_arn: Option<String>,
    /// Other addresses than Amazon's.
    pub api_url: Option<Url>,
}

pub struct Chime {
    settings: ChimeSettings,
    api: Client,
    queue: aws_sdk_sqs::Client,
}

/// A message of the queue: told until it is [burnt](Chime::burn).
pub struct Letter {
    receipt: String,
    /// What it says; empty where it is about nothing of ours.
    pub told: Vec<Told>,
}

impl Chime {
    #[must_use]
    pub fn new(settings: ChimeSettings) -> Self {
        let keys = Keys::new(&settings.access_key_id, &settings.secret_access_key, None, None, "openvisit");
        let region = Region::new(settings.region.clone());
        let mut api = aws_sdk_chimesdkmeetings::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(region.clone())
            .credentials_provider(keys.clone())
            .retry_config(RetryConfig::standard().with_max_attempts(2))
            .timeout_config(TimeoutConfig::builder().operation_timeout(PATIENCE).build());
        let patience = PATIENCE + Duration::from_secs(LONG_POLL.unsigned_abs().into());
        let mut queue = aws_sdk_sqs::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(region)
            .credentials_provider(keys)
            .timeout_config(TimeoutConfig::builder().operation_timeout(patience).build());
        if let Some(url) = &settings.api_url {
            api = api.endpoint_url(url.as_str());
            queue = queue.endpoint_url(url.as_str());
        }
        let (api, queue) = (Client::from_conf(api.build()), aws_sdk_sqs::Client::from_conf(queue.build()));
        Self { settings, api, queue }
    }

    #[must_use]
    pub fn proves_presence(&self) -> bool {
        self.settings.queue_url.is_some()
    }

    /// A meeting ends by itself when all have been gone for some minutes; who comes then gets the session's next one.
    pub(crate) async fn open(&self, room: &Room, known: Option<&Meeting>) -> Result<Meeting, ProviderError> {
        let mut number = 0;
        if let Some(known) = known {
            let asked = self.api.get_meeting().meeting_id(meeting_id(known)?).send().await;
            match asked.map_err(refused) {
                Ok(_) => return Ok(known.clone()),
                Err(error) if is_gone(&error) => number = known.0["number"].as_u64().unwrap_or(0) + 1,
                Err(error) => return Err(error),
            }
        }
        let told = self.settings.queue_arn.as_ref();
        let told = told.map(|arn| NotificationsConfiguration::builder().sqs_queue_arn(arn).build());
        let made = self
            .api
            .create_meeting()
            .client_request_token(format!("{}-{number}", room.name()))
            .external_meeting_id(room.name())
            .media_region(self.settings.media_region.as_ref().unwrap_or(&self.settings.region))
            .set_notifications_configuration(told)
            .send()
            .await
            .map_err(refused)?;
        let meeting = made.meeting().ok_or_else(|| ProviderError::Garbled("no meeting".into()))?;
        if meeting.external_meeting_id() != Some(&room.name()) || meeting.meeting_id().is_none() {
            return Err(ProviderError::Garbled("another meeting".into()));
        }
        Ok(Meeting(json!({ "number": number, "Meeting": as_told(meeting) })))
    }

    /// An attendee has one token for good: who asks again is told the same.
    pub(crate) async fn credentials(
        &self,
        room: &Room,
        meeting: &Meeting,
        seat: &Seat,
    ) -> Result<Credentials, ProviderError> {
        let asked = self.api.create_attendee().meeting_id(meeting_id(meeting)?);
        let made = asked.external_user_id(seat.participant.to_string()).send().await.map_err(refused)?;
        let attendee = made.attendee().ok_or_else(|| ProviderError::Garbled("no attendee".into()))?;
        let token = attendee.join_token().ok_or_else(|| ProviderError::Garbled("an attendee without a token".into()))?;
        Ok(Credentials {
            url: None,
            token: token.to_owned(),
            expires_at: seat.until.min(room.closes_at),
            details: json!({ "Meeting": meeting.0["Meeting"], "Attendee": attendee_as_told(attendee) }),
        })
    }

    pub(crate) async fn remove(&self, meeting: &Meeting, participant: ParticipantId) -> Result<(), ProviderError> {
        let (id, who) = (meeting_id(meeting)?, participant.to_string());
        let listed = match self.api.list_attendees().meeting_id(id).max_results(100).send().await.map_err(refused) {
            Err(error) if is_gone(&error) => return Ok(()),
            other => other?,
        };
        let attendee = listed.attendees().iter().find(|it| it.external_user_id() == Some(&who));
        let Some(attendee) = attendee.and_then(Attendee::attendee_id) else { return Ok(()) };
        let deleted = self.api.delete_attendee().meeting_id(id).attendee_id(attendee).send().await;
        gone_is_fine(deleted.map(|_| ()).map_err(refused))
    }

    pub(crate) async fn close(&self, meeting: &Meeting) -> Result<(), ProviderError> {
        let deleted = self.api.delete_meeting().meeting_id(meeting_id(meeting)?).send().await;
        gone_is_fine(deleted.map(|_| ()).map_err(refused))
    }

    /// Asks for a meeting that nobody has: that it is unknown says that address and keys are right.
    pub(crate) async fn health(&self) -> Result<(), ProviderError> {
        let asked = self.api.get_meeting().meeting_id(uuid::Uuid::nil().to_string()).send().await;
        gone_is_fine(asked.map(|_| ()).map_err(refused))
    }

    /// Waits up to 20 seconds for letters.
    ///
    /// # Errors
    /// When the queue cannot be asked.
    pub async fn letters(&self) -> Result<Vec<Letter>, ProviderError> {
        let Some(url) = &self.settings.queue_url else { return Ok(vec![]) };
        let asked = self.queue.receive_message().queue_url(url.as_str());
        let received =
            asked.max_number_of_messages(10).wait_time_seconds(LONG_POLL).send().await.map_err(refused)?;
        let letters = received.messages().iter().filter_map(|it| {
            Some(Letter { receipt: it.receipt_handle()?.to_owned(), told: told(it.body().unwrap_or_default()) })
        });
        Ok(letters.collect())
    }

    /// What has been written down need not be told again.
    ///
    /// # Errors
    /// When the queue cannot be asked; the letter will then come once more.
    pub async fn burn(&self, letter: &Letter) -> Result<(), ProviderError> {
        let Some(url) = &self.settings.queue_url else { return Ok(()) };
        let asked = self.queue.delete_message().queue_url(url.as_str());
        asked.receipt_handle(&letter.receipt).send().await.map(|_| ()).map_err(refused)
    }
}

/// What a message says; who else writes to the queue, is passed over.
fn told(body: &str) -> Vec<Told> {
    let event = serde_json::from_str::<Event>(body).ok().filter(|it| it.source == "aws.chime");
    event.and_then(|it| it.detail.told()).into_iter().collect()
}

#[derive(Deserialize)]
struct Event {
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

impl Detail {
    /// An attendee keeps its id when it comes again, so connections have no names of their own.
    fn told(&self) -> Option<Told> {
        let session = self.external_meeting_id.as_ref()?.parse().ok()?;
        let at = Timestamp::from_millisecond(self.timestamp).ok()?;
        let who = || Some(Presence { participant: self.external_user_id.as_ref()?.parse().ok()?, connection: None });
        let what = match self.event_type.as_str() {
            "chime:AttendeeJoined" => What::Came(who()?),
            "chime:AttendeeLeft" | "chime:AttendeeDropped" | "chime:AttendeeDeleted" => What::Left(who()?),
            "chime:MeetingEnded" => What::RoomEnded,
            _ => return None,
        };
        Some(Told { session, at, what })
    }
}

/// As Chime's own page code and the clinic dialect read it.
fn as_told(meeting: &ChimeMeeting) -> Value {
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
    })
}

fn attendee_as_told(attendee: &Attendee) -> Value {
    json!({
        "AttendeeId": attendee.attendee_id(),
        "ExternalUserId": attendee.external_user_id(),
        "JoinToken": attendee.join_token(),
    })
}

fn meeting_id(meeting: &Meeting) -> Result<&str, ProviderError> {
    let id = meeting.0["Meeting"]["MeetingId"].as_str();
    id.ok_or_else(|| ProviderError::Garbled("a meeting that was kept without its id".into()))
}

const GONE: &str = "NotFoundException";

fn is_gone(error: &ProviderError) -> bool {
    matches!(error, ProviderError::Refused(code) if code == GONE)
}

/// Asked of what is not there any more: then it is as it was to be.
fn gone_is_fine(result: Result<(), ProviderError>) -> Result<(), ProviderError> {
    result.or_else(|error| if is_gone(&error) { Ok(()) } else { Err(error) })
}

fn refused<E: ProvideErrorMetadata + std::error::Error + 'static, R>(error: SdkError<E, R>) -> ProviderError {
    let code = match &error {
        SdkError::TimeoutError(_) => return ProviderError::TimedOut,
        SdkError::DispatchFailure(failure) if failure.is_timeout() => return ProviderError::TimedOut,
        SdkError::DispatchFailure(failure) => {
            let cause = failure.as_connector_error().map_or_else(String::new, ToString::to_string);
            return ProviderError::Unreachable(cause);
        }
        SdkError::ConstructionFailure(_) => return ProviderError::Setting("chime: no such question".into()),
        SdkError::ServiceError(_) => error.code().map(str::to_owned),
        _ => None,
    };
    let Some(code) = code else { return ProviderError::Garbled("no answer of Chime's".into()) };
    match code.as_str() {
        "ThrottlingException" | "ThrottledClientException" | "LimitExceededException" => {
            ProviderError::Throttled { retry_after: None }
        }
        "ServiceFailureException" | "ServiceUnavailableException" => ProviderError::Broken(code),
        "UnauthorizedException" | "ForbiddenException" | "AccessDeniedException" | "InvalidSignatureException"
        | "UnrecognizedClientException" | "SignatureDoesNotMatch" | "InvalidClientTokenId" => {
            ProviderError::Unauthorized(code)
        }
        _ => ProviderError::Refused(code),
    }
}
