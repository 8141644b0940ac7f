//! `/test-calls`: whoever wants to know before an appointment sees and hears themselves through the media server, without
//! an account.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use garde::Validate;
use openvisit_app::Error;
use openvisit_app::auth::basis::Basis;
use openvisit_core::appointment::MediaProvider;
use openvisit_core::ids::{ConnectionId, ParticipantId, SessionId};
use openvisit_media::Connection;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::address::ClientAddress;
use super::extract::{Json, Path};
use super::problem::Problem;
use super::sessions::{MediaCaller, MediaGrantView, Sdp, check_offer, sdp};
use crate::media_homes;
use crate::state::Server;
use crate::test_calls::{LIFE, end};

pub fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(create)).routes(routes!(restart, hang_up))
}

#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
struct TestCallBody {
    /// An SDP offer, at most 64 kB.
    offer: String,
}

#[derive(Serialize, ToSchema)]
struct TestCallView {
    /// Good until the test ends by itself.
    media: MediaGrantView,
    /// The SDP answer to `offer`.
    answer: String,
}

/// Begins a test: for a minute, whatever is sent comes back to the sender, and to nobody else. Nothing is kept of it.
/// There are few at once, and few for each network: `too_many_requests` says when to try again, `not_found` that the
/// operator wants none.
#[utoipa::path(post, path = "/test-calls", tag = "media", request_body = TestCallBody,
    responses((status = 201, body = TestCallView)), security(()))]
async fn create(
    State(server): State<Server>,
    ClientAddress(from): ClientAddress,
    Json(body): Json<TestCallBody>,
) -> Result<Response, Problem> {
    check_offer(&body.offer)?;
    let app = &server.app;
    let (session, participant) = (SessionId::new(app.seed()), ParticipantId::new(app.seed()));
    let connection = Connection { session, participant, id: ConnectionId::new(app.seed()) };
    let expires_at = server.test_calls.begin(connection, from, app.clock.now())?;
    let answer = match server.sfu.echo(connection, body.offer).await {
        Ok(answer) => answer.sdp,
        Err(refused) => {
            end(&server, session);
            return Err(refused.into());
        }
    };
    let now = app.clock.now();
    let issued = app.tokens.media(session, participant, Basis::Token, now, LIFE).map_err(Error::internal)?;
    let ice_servers = app.ice_servers.short_lived(participant, expires_at);
    let media = MediaGrantView {
        provider: MediaProvider::Embedded,
        url: None,
        token: issued.token,
        ice_servers: ice_servers.into_iter().map(Into::into).collect(),
        expires_at,
        resource: Some(format!("/api/v1/test-calls/{session}")),
        details: None,
    };
    Ok((StatusCode::CREATED, Json(TestCallView { media, answer })).into_response())
}

/// Restarts ICE, by a full new offer.
#[utoipa::path(patch, path = "/test-calls/{id}", tag = "media", params(("id" = uuid::Uuid, Path)),
    request_body(content = String, content_type = "application/sdp"),
    responses((status = 201, body = String, content_type = "application/sdp")), security(("media" = [])))]
async fn restart(
    State(server): State<Server>,
    Path(id): Path<SessionId>,
    caller: MediaCaller,
    Sdp(offer): Sdp,
) -> Result<Response, Problem> {
    caller.of(id)?;
    let answer = media_homes::restart_test(&server, id, offer).await?;
    Ok((StatusCode::CREATED, sdp(answer)).into_response())
}

/// Ends it. Ending twice is no error.
#[utoipa::path(delete, path = "/test-calls/{id}", tag = "media", params(("id" = uuid::Uuid, Path)),
    responses((status = 204)), security(("media" = [])))]
async fn hang_up(
    State(server): State<Server>,
    Path(id): Path<SessionId>,
    caller: MediaCaller,
) -> Result<StatusCode, Problem> {
    caller.of(id)?;
    media_homes::end_test(&server, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
