//! `/sessions/{id}/word` and `/sessions/{id}/door-chat`: what the practice says to whoever waits, and they to it.

use axum::extract::State;
use garde::Validate;
use jiff::Timestamp;
use openvisit_app::App;
use openvisit_app::sessions::doorway::{self, MAX_LATE, MAX_TEXT, Shown, ShownMessage, ShownWord};
use openvisit_core::access::Actor;
use openvisit_core::ids::{MessageId, ParticipantId, SessionId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::show::show_to;
use super::view::SessionView;
use crate::http::caller::Caller;
use crate::http::extract::{Json, OptionalJson, Path};
use crate::http::problem::Problem;
use crate::http::words::Party;

/// What is said between the practice and whoever waits to be let in. It ends with the waiting.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DoorwayView {
    /// To all who wait; null for whoever is in, and where there is none.
    pub word: Option<WordView>,
    /// Whether whoever waits may write to the practitioner.
    pub chat_open: bool,
    /// The oldest first; who waits sees their own.
    pub messages: Vec<DoorMessageView>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WordView {
    /// By how much the practitioner is late.
    pub late_minutes: Option<u16>,
    pub text: Option<String>,
    #[schema(value_type = Party)]
    pub by: Actor,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DoorMessageView {
    #[schema(value_type = uuid::Uuid)]
    pub id: MessageId,
    /// Who waits at one end of it.
    #[schema(value_type = uuid::Uuid)]
    pub participant_id: ParticipantId,
    #[schema(value_type = Party)]
    pub by: Actor,
    pub text: String,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

impl From<Shown> for DoorwayView {
    fn from(Shown { word, chat_open, messages }: Shown) -> Self {
        let word =
            word.map(|ShownWord { late_minutes, text, by, at }| WordView { late_minutes, text, by, at });
        let message = |ShownMessage { id, with, by, text, at }| DoorMessageView {
            id,
            participant_id: with,
            by,
            text,
            at,
        };
        Self { word, chat_open, messages: messages.into_iter().map(message).collect() }
    }
}

/// At least one of the two.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct WordBody {
    /// 1 to 240: that the practitioner is so late.
    #[garde(range(min = 1, max = MAX_LATE))]
    #[schema(minimum = 1, maximum = 240)]
    pub late_minutes: Option<u16>,
    /// At most 500 characters.
    #[garde(length(chars, max = MAX_TEXT))]
    #[schema(max_length = 500)]
    pub text: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct DoorChatBody {
    #[garde(skip)]
    pub open: bool,
}

#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct DoorMessageBody {
    /// 1 to 500 characters.
    #[garde(length(chars, max = MAX_TEXT))]
    #[schema(max_length = 500)]
    pub text: String,
    /// To whom the practitioner writes, where several wait.
    #[garde(skip)]
    #[schema(value_type = Option<uuid::Uuid>)]
    pub participant_id: Option<ParticipantId>,
}

/// Tells all who wait something, by the practitioner or by reception; it takes the place of what was told before.
#[utoipa::path(put, path = "/sessions/{id}/word", tag = "sessions", params(("id" = uuid::Uuid, Path)),
    request_body = Option<WordBody>, responses((status = 200, body = SessionView)), security(("bearer" = [])))]
pub async fn tell(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SessionId>,
    OptionalJson(body): OptionalJson<WordBody>,
) -> Result<Json<SessionView>, Problem> {
    let details = doorway::tell(&app, &caller, id, body.late_minutes, body.text).await?;
    Ok(Json(show_to(&app, &caller, &details).await?))
}

/// Takes the word back.
#[utoipa::path(delete, path = "/sessions/{id}/word", tag = "sessions", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = SessionView)), security(("bearer" = [])))]
pub async fn take_back(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SessionId>,
) -> Result<Json<SessionView>, Problem> {
    let details = doorway::take_back(&app, &caller, id).await?;
    Ok(Json(show_to(&app, &caller, &details).await?))
}

/// Lets those who wait write to the practitioner, or no more: then what was written is gone.
#[utoipa::path(put, path = "/sessions/{id}/door-chat", tag = "sessions", params(("id" = uuid::Uuid, Path)),
    request_body = DoorChatBody, responses((status = 200, body = SessionView)), security(("bearer" = [])))]
pub async fn open_chat(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SessionId>,
    Json(body): Json<DoorChatBody>,
) -> Result<Json<SessionView>, Problem> {
    let details = doorway::open_chat(&app, &caller, id, body.open).await?;
    Ok(Json(show_to(&app, &caller, &details).await?))
}

/// Writes to somebody who waits, or to the practitioner by whoever waits.
#[utoipa::path(post, path = "/sessions/{id}/door-chat", tag = "sessions", params(("id" = uuid::Uuid, Path)),
    request_body = DoorMessageBody, responses((status = 200, body = SessionView)), security(("bearer" = [])))]
pub async fn say(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SessionId>,
    Json(body): Json<DoorMessageBody>,
) -> Result<Json<SessionView>, Problem> {
    let details = doorway::say(&app, &caller, id, body.participant_id, body.text).await?;
    Ok(Json(show_to(&app, &caller, &details).await?))
}
