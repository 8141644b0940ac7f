//! `POST /api/video-sessions/{id}/verify-password`

use axum::extract::State;
use garde::Validate;
use openvisit_app::auth::caller;
use openvisit_app::sessions::passcode::check_passcode;
use openvisit_app::{App, Error};
use openvisit_core::access::Action;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::find::find_shown;
use super::jitsi::{self, WayIn};
use super::view::VideoSession;
use crate::dialects::refused::Refused;
use crate::http::caller::Caller;
use crate::http::extract::{Json, OptionalJson, Path};

#[derive(Debug, Default, Deserialize, ToSchema, Validate)]
#[garde(allow_unvalidated)]
pub struct VerifyPassword {
    /// Six digits; nobody is asked who is the partner or gave it before.
    pub password: Option<String>,
}

/// The caller may enter.
#[derive(Debug, Serialize, ToSchema)]
pub struct PasswordVerified {
    /// True; refusals carry it, too, as false.
    pub valid: bool,
    pub meeting_room_id: Option<String>,
    pub meeting_link: Option<String>,
    #[serde(flatten)]
    pub way_in: WayIn,
    pub session: VideoSession,
}

/// Whether the caller may enter now. Whoever gave the right password is not asked again, by no route. Where Jitsi
/// carries the session they come by it: a partner lets the user in, and a user who comes first has no way in yet.
#[utoipa::path(post, path = "/api/video-sessions/{id}/verify-password", tag = "practice",
    params(("id" = uuid::Uuid, Path)), request_body = Option<VerifyPassword>,
    responses((status = 200, body = PasswordVerified)), security(("bearer" = [])))]
pub async fn post(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    OptionalJson(body): OptionalJson<VerifyPassword>,
) -> Result<Json<PasswordVerified>, Refused> {
    verify(&app, &caller, &id, body.password).await.map(Json).map_err(|error| {
        let mut refused = Refused::from(error);
        refused.more.insert("valid".to_owned(), json!(false));
        refused
    })
}

async fn verify(
    app: &App,
    caller: &caller::Caller,
    id: &str,
    password: Option<String>,
) -> Result<PasswordVerified, Error> {
    let session = find_shown(&mut app.store.read().await?, caller, id, Action::Join).await?;
    let session = if jitsi::carries(&session) {
        jitsi::come(app, caller, &session, password).await?
    } else {
        check_passcode(app, caller, session.id.into(), password, &app.settings.policy()).await?;
        VideoSession::look(app, &mut app.store.read().await?, caller, &session).await?
    };
    Ok(PasswordVerified {
        valid: true,
        meeting_room_id: session.meeting_room_id.clone(),
        meeting_link: session.meeting_link.clone(),
        way_in: session.way_in.clone(),
        session,
    })
}
