//! `POST /sessions/{id}/media` and its resource: WHIP-style, an SDP offer in and an answer out.

use axum::extract::{FromRequest, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use openvisit_core::appointment::MediaProvider;
use openvisit_core::ids::{ConnectionId, ParticipantId, SessionId};
use openvisit_core::session::{Admission, Participant, Session};
use openvisit_media::Connection;

use crate::app::App;
use crate::auth::caller::bearer;
use crate::changes::NOT_YOURS;
use crate::http::extract::{Path, body};
use crate::http::problem::Problem;

/// Whom a media token stands for.
#[derive(Clone, Copy, Debug)]
pub struct MediaCaller {
    session: SessionId,
    participant: ParticipantId,
}

impl MediaCaller {
    fn of(self, session: SessionId) -> Result<ParticipantId, Problem> {
        if self.session == session { Ok(self.participant) } else { Err(Problem::NotFound) }
    }
}

impl FromRequestParts<App> for MediaCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let token = bearer(parts).ok_or(Problem::Unauthorized)?;
        let access = app.tokens.read_media(token, app.clock.now()).map_err(|_| Problem::Unauthorized)?;
        Ok(Self { session: access.session_id, participant: access.participant_id })
    }
}

/// A body of type `application/sdp`.
#[derive(Debug)]
pub struct Sdp(String);

impl FromRequest<App> for Sdp {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &App) -> Result<Self, Problem> {
        let kind =
            request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        if kind.split(';').next().unwrap_or_default().trim() != "application/sdp" {
            return Err(Problem::UnsupportedMediaType("application/sdp"));
        }
        let text = body(request).await?;
        let text = String::from_utf8(text.into()).map_err(|_| Problem::invalid("offer", "not UTF-8"))?;
        check_offer(&text)?;
        Ok(Self(text))
    }
}

/// Connects: 201 with the answer and the connection's place in `Location`.
#[utoipa::path(post, path = "/sessions/{id}/media", tag = "media", params(("id" = uuid::Uuid, Path)),
    request_body(content = String, content_type = "application/sdp"),
    responses((status = 201, body = String, content_type = "application/sdp")), security(("media" = [])))]
pub async fn connect(
    State(app): State<App>,
    Path(id): Path<SessionId>,
    caller: MediaCaller,
    Sdp(offer): Sdp,
) -> Result<Response, Problem> {
    let participant = caller.of(id)?;
    permitted(&app, id, participant).await?;
    let connection = ConnectionId::new(app.seed());
    let answer = answer(&app, id, participant, connection, offer).await?;
    Ok((StatusCode::CREATED, [(header::LOCATION, resource(id, connection))], sdp(answer)).into_response())
}

/// Restarts ICE on the same connection, by a full new offer.
#[utoipa::path(patch, path = "/sessions/{id}/media/{connection}", tag = "media",
    params(("id" = uuid::Uuid, Path), ("connection" = uuid::Uuid, Path)),
    request_body(content = String, content_type = "application/sdp"),
    responses((status = 201, body = String, content_type = "application/sdp")), security(("media" = [])))]
pub async fn restart(
    State(app): State<App>,
    Path((id, connection)): Path<(SessionId, ConnectionId)>,
    caller: MediaCaller,
    Sdp(offer): Sdp,
) -> Result<Response, Problem> {
    let participant = caller.of(id)?;
    permitted(&app, id, participant).await?;
    let connection = Connection { session: id, participant, id: connection };
    let answer = app.sfu.restart(connection, offer).await?;
    Ok((StatusCode::CREATED, sdp(answer.sdp)).into_response())
}

/// Hangs up. Hanging up twice is no error.
#[utoipa::path(delete, path = "/sessions/{id}/media/{connection}", tag = "media",
    params(("id" = uuid::Uuid, Path), ("connection" = uuid::Uuid, Path)),
    responses((status = 204)), security(("media" = [])))]
pub async fn hang_up(
    State(app): State<App>,
    Path((id, connection)): Path<(SessionId, ConnectionId)>,
    caller: MediaCaller,
) -> Result<StatusCode, Problem> {
    let participant = caller.of(id)?;
    app.sfu.hang_up(Connection { session: id, participant, id: connection });
    Ok(StatusCode::NO_CONTENT)
}

/// As long as the media token's participant has a place in the call.
async fn permitted(app: &App, id: SessionId, participant: ParticipantId) -> Result<(), Problem> {
    let mut tx = app.store.read().await?;
    let session = tx.session(id).await?.ok_or(Problem::NotFound)?;
    // A token of before the call was given to another provider.
    if session.appointment.media_provider != MediaProvider::Embedded {
        return Err(Problem::NotFound);
    }
    let person = admitted_participant(&session, participant)?.person_id;
    let enabled = tx.person(person).await?.is_some_and(|person| !person.disabled);
    if enabled { Ok(()) } else { Err(Problem::Unauthorized) }
}

pub(super) fn admitted_participant(session: &Session, id: ParticipantId) -> Result<&Participant, Problem> {
    if !session.state.is_live() {
        return Err(openvisit_core::lifecycle::Refusal::Ended(session.state.status()).into());
    }
    let participant = session.participant(id).ok_or(Problem::NotFound)?;
    match participant.admission {
        Admission::Admitted => Ok(participant),
        _ => Err(Problem::Forbidden(NOT_YOURS)),
    }
}

/// Refuses what cannot be an offer before anything is changed.
pub(super) fn check_offer(offer: &str) -> Result<(), Problem> {
    openvisit_media::check_offer(offer).map_err(Problem::from)
}

pub(super) async fn answer(
    app: &App,
    session: SessionId,
    participant: ParticipantId,
    connection: ConnectionId,
    offer: String,
) -> Result<String, Problem> {
    let connection = Connection { session, participant, id: connection };
    let answer = app.sfu.join(connection, offer).await?;
    // Whoever ended the session or removed him in the meantime could not close what was not there yet.
    if let Err(problem) = permitted(app, session, participant).await {
        app.sfu.hang_up(connection);
        return Err(problem);
    }
    Ok(answer.sdp)
}

pub(super) fn resource(session: SessionId, connection: ConnectionId) -> String {
    format!("/api/v1/sessions/{session}/media/{connection}")
}

fn sdp(text: String) -> impl IntoResponse {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/sdp"));
    (headers, text)
}
