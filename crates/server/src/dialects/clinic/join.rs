//! `POST /api/video/sessions/{id}/join`

use axum::extract::State;
use garde::Validate;
use openvisit_app::App;
use openvisit_app::sessions::join::{Door, enter};
use openvisit_app::sessions::media;
use openvisit_app::sessions::view::Viewer;
use openvisit_core::ids::SessionId;
use openvisit_core::session::Admission;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::view::{Attendee, AttendeeEntry, Media, MediaUrls, SessionWord, attendees};
use crate::http::caller::Caller;
use crate::http::extract::{Json, OptionalJson, Path};
use crate::http::media_grant::MediaGrant;
use crate::http::problem::Problem;

#[derive(Debug, Default, Deserialize, ToSchema, Validate)]
#[garde(allow_unvalidated)]
#[schema(as = ClinicJoinBody)]
pub struct JoinBody {
    /// Told to nobody, like `browser_info`.
    #[schema(value_type = Option<Object>)]
    #[expect(dead_code, reason = "named for the API's description")]
    pub device_info: Option<serde_json::Value>,
    #[schema(value_type = Option<Object>)]
    #[expect(dead_code, reason = "named for the API's description")]
    pub browser_info: Option<serde_json::Value>,
    /// Six digits; asked of patients and guests once, where the session has a passcode.
    pub passcode: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClinicJoined)]
pub struct Joined {
    #[schema(value_type = uuid::Uuid)]
    session_id: SessionId,
    /// waiting (no token yet; join again later) or admitted.
    #[schema(value_type = String)]
    status: Admission,
    attendee: Attendee,
    aws_media_urls: MediaUrls,
    media: Media,
    session_status: SessionWord,
    attendees: Vec<AttendeeEntry>,
}

/// Comes in, for the first time or again; the doctor lets the patient in by coming.
#[utoipa::path(post, path = "/api/video/sessions/{id}/join", tag = "clinic",
    params(("id" = uuid::Uuid, Path, description = "the session's")),
    request_body = Option<JoinBody>, responses((status = 200, body = Joined)), security(("bearer" = [])))]
pub async fn join(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SessionId>,
    OptionalJson(body): OptionalJson<JoinBody>,
) -> Result<Json<Joined>, Problem> {
    let entered = enter(&app, &caller, id, body.passcode, Door::Open).await?;
    let (session, status) = (&entered.details.session, entered.admission);
    let granted = match status {
        Admission::Admitted => Some(MediaGrant::of(id, media::grant(&app, &caller, &entered).await?)),
        _ => None,
    };
    Ok(Json(Joined {
        session_id: id,
        status,
        attendee: Attendee::of(&app, &caller, entered.participant, granted.as_ref()),
        aws_media_urls: granted.as_ref().map(|grant| MediaUrls::of(&app, grant)).unwrap_or_default(),
        media: Media::of(session, granted),
        session_status: SessionWord::of(session.state.status()),
        attendees: attendees(session, Viewer::of(&caller, session)?),
    }))
}
