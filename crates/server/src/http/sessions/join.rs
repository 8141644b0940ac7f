//! `POST /sessions/{id}/join`: to the door, through it, and into the media, in one exchange.

use axum::extract::State;
use garde::Validate;
use jiff::Timestamp;
use openvisit_app::Error;
use openvisit_app::sessions::join::{Door, enter};
use openvisit_app::sessions::media::{self, Shown};
use openvisit_core::appointment::MediaProvider;
use openvisit_core::ids::{ParticipantId, SessionId};
use openvisit_core::session::Admission;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::media::{NewOffer, answer, check_offer};
use super::show::show_to;
use super::view::SessionView;
use crate::http::caller::Caller;
use crate::http::extract::{Json, OptionalJson, Path};
use crate::http::ice_server::IceServer;
use crate::http::media_grant::{MediaGrant, resource};
use crate::http::problem::Problem;
use crate::state::Server;

#[derive(Debug, Default, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct JoinBody {
    /// Six digits; asked of clients and guests once, where the session has a passcode.
    pub passcode: Option<String>,
    /// What the client says of its device; told to nobody.
    #[schema(value_type = Option<Object>)]
    #[expect(dead_code, reason = "named for the API's description")]
    pub device: Option<serde_json::Value>,
    /// An SDP offer, at most 64 kB: the answer then comes back at once, without another exchange.
    pub offer: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct JoinView {
    #[schema(value_type = uuid::Uuid)]
    pub participant_id: ParticipantId,
    /// waiting or admitted.
    #[schema(value_type = String)]
    pub state: Admission,
    /// Null while waiting; join again after the `admitted` event.
    pub media: Option<MediaGrantView>,
    /// The SDP answer to `offer`.
    pub answer: Option<String>,
    pub session: SessionView,
}

/// What a client needs to connect its media.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = MediaGrant)]
pub struct MediaGrantView {
    #[schema(value_type = String, example = "embedded")]
    pub provider: MediaProvider,
    /// Where it connects: of the embedded provider, where an offer is posted. Null where the provider's own program
    /// knows.
    pub url: Option<String>,
    /// Empty where the provider asks for none.
    pub token: String,
    pub ice_servers: Vec<IceServer>,
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
    /// Where this connection is restarted and hung up, when `offer` was answered.
    pub resource: Option<String>,
    /// What else the provider's own program asks for.
    #[schema(value_type = Option<Object>)]
    pub details: Option<serde_json::Value>,
}

impl From<MediaGrant> for MediaGrantView {
    fn from(grant: MediaGrant) -> Self {
        let MediaGrant { provider, url, token, ice_servers, expires_at, details } = grant;
        Self { provider, url, token, ice_servers, expires_at, resource: None, details }
    }
}

/// Comes to the door; once admitted, gets the media.
#[utoipa::path(post, path = "/sessions/{id}/join", tag = "sessions", params(("id" = uuid::Uuid, Path)),
    request_body = Option<JoinBody>, responses((status = 200, body = JoinView)), security(("bearer" = [])))]
pub async fn post(
    State(server): State<Server>,
    caller: Caller,
    Path(id): Path<SessionId>,
    OptionalJson(body): OptionalJson<JoinBody>,
) -> Result<Json<JoinView>, Problem> {
    if let Some(offer) = &body.offer {
        check_offer(offer)?;
    }
    let app = &server.app;
    let mut entered = enter(app, &caller, id, body.passcode, Door::Kept).await?;
    let (participant_id, state) = (entered.participant, entered.admission);
    let (mut media, mut sdp) = (None, None);
    if state == Admission::Admitted {
        let grant = MediaGrant::of(id, media::grant(app, &caller, &entered).await?);
        if grant.provider != entered.details.session.appointment.media_provider {
            // It has just fallen back.
            let details = app.store.session_details(id).await?.ok_or(Error::NotFound)?;
            entered.details = (*details).clone();
        }
        let mut grant = MediaGrantView::from(grant);
        // An offer is for the embedded server alone.
        if let Some(offer) = body.offer.filter(|_| grant.provider == MediaProvider::Embedded) {
            let offer = NewOffer {
                session: id,
                participant: participant_id,
                person: caller.person_id,
                sdp: offer,
                shown: Shown { basis: caller.basis, issued_at: None },
                media_losses: entered.media_losses,
            };
            let answered = answer(&server, offer).await?;
            grant.resource = Some(resource(id, answered.0));
            sdp = Some(answered.1);
        }
        media = Some(grant);
    }
    let session = show_to(app, &caller, &entered.details).await?;
    Ok(Json(JoinView { participant_id, state, media, answer: sdp, session }))
}
