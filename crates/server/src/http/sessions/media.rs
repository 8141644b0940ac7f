//! `POST /sessions/{id}/media` and its resource: WHIP-style, an SDP offer in and an answer out.

use axum::extract::{FromRef, FromRequest, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use openvisit_app::auth::tokens::MediaAccess;
use openvisit_app::error::FieldCode;
use openvisit_app::sessions::media::{Shown, permitted, relays};
use openvisit_app::{App, Error};
use openvisit_core::ids::{ConnectionId, ParticipantId, PersonId, SessionId};
use openvisit_media::Connection;

use crate::http::caller::bearer;
use crate::http::extract::{Path, body};
use crate::http::ice_server::links;
use crate::http::media_grant::resource;
use crate::http::problem::Problem;
use crate::media_homes::{self, Offer};
use crate::state::Server;

/// Whom a media token stands for.
#[derive(Clone, Copy, Debug)]
pub struct MediaCaller {
    access: MediaAccess,
}

impl MediaCaller {
    /// Whom it stands for there.
    ///
    /// # Errors
    /// `not_found` where it stands for nobody.
    pub fn of(self, session: SessionId) -> Result<ParticipantId, Problem> {
        if self.access.session_id == session {
            Ok(self.access.participant_id)
        } else {
            Err(Error::NotFound.into())
        }
    }

    /// Somebody who has a place in the media now.
    async fn permitted(self, app: &App, session: SessionId) -> Result<(ParticipantId, PersonId), Problem> {
        let participant = self.of(session)?;
        let person = permitted(app, session, participant, self.shown()).await?;
        Ok((participant, person))
    }

    fn shown(self) -> Shown {
        Shown { basis: self.access.basis, issued_at: Some(self.access.issued_at) }
    }
}

impl<S> FromRequestParts<S> for MediaCaller
where
    S: Send + Sync,
    App: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let app = App::from_ref(state);
        let token = bearer(&parts.headers).ok_or(Error::Unauthorized)?;
        let access = app.tokens.read_media(token, app.clock.now()).map_err(|_| Error::Unauthorized)?;
        Ok(Self { access })
    }
}

/// A body of type `application/sdp`.
#[derive(Debug)]
pub struct Sdp(pub String);

impl<S: Send + Sync> FromRequest<S> for Sdp {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let kind =
            request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        if kind.split(';').next().unwrap_or_default().trim() != "application/sdp" {
            return Err(Problem::UnsupportedMediaType("application/sdp"));
        }
        let text = body(request).await?;
        let text = String::from_utf8(text.into())
            .map_err(|_| Error::invalid("offer", FieldCode::Malformed, "not UTF-8"))?;
        check_offer(&text)?;
        Ok(Self(text))
    }
}

/// Connects: 201 with the answer, the connection's place in `Location`, and STUN and TURN servers in `Link`.
#[utoipa::path(post, path = "/sessions/{id}/media", tag = "media", params(("id" = uuid::Uuid, Path)),
    request_body(content = String, content_type = "application/sdp"),
    responses((status = 201, body = String, content_type = "application/sdp")), security(("media" = [])))]
pub async fn connect(
    State(server): State<Server>,
    Path(id): Path<SessionId>,
    caller: MediaCaller,
    Sdp(offer): Sdp,
) -> Result<Response, Problem> {
    let media_losses = server.app.announcer.media_losses(id);
    let (participant, person) = caller.permitted(&server.app, id).await?;
    let shown = caller.shown();
    let offer = NewOffer { session: id, participant, person, sdp: offer, shown, media_losses };
    let (connection, answer) = answer(&server, offer).await?;
    let place = [(header::LOCATION, resource(id, connection))];
    let relays = AppendHeaders(links(relays(&server.app, participant)));
    Ok((StatusCode::CREATED, place, relays, sdp(answer)).into_response())
}

/// Restarts ICE on the same connection, by a full new offer: 201 with the answer, and STUN and TURN servers with fresh
/// credentials in `Link`.
#[utoipa::path(patch, path = "/sessions/{id}/media/{connection}", tag = "media",
    params(("id" = uuid::Uuid, Path), ("connection" = uuid::Uuid, Path)),
    request_body(content = String, content_type = "application/sdp"),
    responses((status = 201, body = String, content_type = "application/sdp")), security(("media" = [])))]
pub async fn restart(
    State(server): State<Server>,
    Path((id, connection)): Path<(SessionId, ConnectionId)>,
    caller: MediaCaller,
    Sdp(offer): Sdp,
) -> Result<Response, Problem> {
    let (participant, _) = caller.permitted(&server.app, id).await?;
    server.offers.take(participant)?;
    let connection = Connection { session: id, participant, id: connection };
    let answer = media_homes::restart(&server, connection, offer).await?;
    let relays = AppendHeaders(links(relays(&server.app, participant)));
    Ok((StatusCode::CREATED, relays, sdp(answer)).into_response())
}

/// Hangs up. Hanging up twice is no error.
#[utoipa::path(delete, path = "/sessions/{id}/media/{connection}", tag = "media",
    params(("id" = uuid::Uuid, Path), ("connection" = uuid::Uuid, Path)),
    responses((status = 204)), security(("media" = [])))]
pub async fn hang_up(
    State(server): State<Server>,
    Path((id, connection)): Path<(SessionId, ConnectionId)>,
    caller: MediaCaller,
) -> Result<StatusCode, Problem> {
    let participant = caller.of(id)?;
    media_homes::hang_up(&server, Connection { session: id, participant, id: connection }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Refuses what cannot be an offer before anything is changed.
pub(crate) fn check_offer(offer: &str) -> Result<(), Problem> {
    openvisit_media::check_offer(offer).map_err(Problem::from)
}

/// An offer of somebody who has been let in.
pub(super) struct NewOffer {
    pub session: SessionId,
    pub participant: ParticipantId,
    pub person: PersonId,
    pub sdp: String,
    pub shown: Shown,
    /// As [`Announcer::media_losses`](openvisit_app::announce::Announcer::media_losses) was before it was seen that they are.
    pub media_losses: u64,
}

/// Lets them into the media, and gives the answer to the offer.
pub(super) async fn answer(server: &Server, offer: NewOffer) -> Result<(ConnectionId, String), Problem> {
    let NewOffer { session, participant, person, sdp, shown, media_losses } = offer;
    server.offers.take(participant)?;
    let id = ConnectionId::new(server.app.seed());
    let connection = Connection { session, participant, id };
    let answer = media_homes::join(server, Offer { connection, person, sdp, shown, media_losses }).await?;
    Ok((id, answer))
}

/// An answer of that type.
pub(crate) fn sdp(text: String) -> impl IntoResponse {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/sdp"));
    (headers, text)
}
