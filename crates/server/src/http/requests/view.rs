//! A request on the wire.

use jiff::Timestamp;
use openvisit_app::auth::caller::Caller;
use openvisit_app::queue::{Queue, queue};
use openvisit_app::{App, Error, requests};
use openvisit_core::appointment::Kind;
use openvisit_core::ids::{OrganizationId, PersonId, RequestId, SessionId};
use openvisit_core::request::Status;
use openvisit_store::{SealedRequest, Tx};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::words::{AppointmentKind, RequestStatus};

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RequestView {
    #[schema(value_type = uuid::Uuid)]
    pub id: RequestId,
    #[schema(value_type = RequestStatus)]
    pub status: Status,
    #[schema(value_type = uuid::Uuid)]
    pub client_id: PersonId,
    pub plan: Option<String>,
    #[schema(value_type = AppointmentKind)]
    pub kind: Kind,
    /// What the client wrote; null when it cannot be read any more, since the server's key was changed.
    pub concern: Option<String>,
    #[schema(value_type = Option<uuid::Uuid>)]
    pub organization_id: Option<OrganizationId>,
    #[schema(value_type = Object)]
    pub metadata: serde_json::Map<String, serde_json::Value>,
    /// Until then the organization's own practitioners go first.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub opens_at: Option<Timestamp>,
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
    /// Who accepted it.
    #[schema(value_type = Option<uuid::Uuid>)]
    pub practitioner_id: Option<PersonId>,
    /// The session that it became: its own id, once it was accepted.
    #[schema(value_type = Option<uuid::Uuid>)]
    pub session_id: Option<SessionId>,
    /// When it was withdrawn or expired.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Timestamp>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// The place in the queue, from 1, told to its client; null where it waits no more, and where very many wait.
    pub place: Option<u32>,
    /// When it is likely to be accepted, by how long the last ones waited, told to its client; null where nobody knows.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expected_at: Option<Timestamp>,
}

impl RequestView {
    /// As [`RequestView::open`], with the place in the queue for the client whose it is.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn queued(
        app: &App,
        tx: &mut Tx,
        caller: &Caller,
        sealed: SealedRequest,
    ) -> Result<Self, Error> {
        let own = sealed.request.client_id == caller.person_id;
        let queue = if own { queue(app, tx, &sealed.request).await? } else { Queue::default() };
        let Queue { place, expected_at } = queue;
        Ok(Self { place, expected_at, ..Self::open(app, sealed) })
    }

    /// For whoever may see the request.
    #[must_use]
    pub fn open(app: &App, sealed: SealedRequest) -> Self {
        let concern = requests::concern(app, &sealed);
        let request = sealed.request;
        let practitioner_id = request.accepted_by();
        Self {
            id: request.id,
            status: request.status(),
            client_id: request.client_id,
            concern,
            opens_at: request.opens_at,
            expires_at: request.expires_at,
            practitioner_id,
            session_id: practitioner_id.map(|_| request.session_id()),
            ended_at: request.ended_at(),
            created_at: request.created_at,
            place: None,
            expected_at: None,
            plan: request.wish.plan,
            kind: request.wish.kind,
            organization_id: request.wish.organization_id,
            metadata: request.wish.metadata,
        }
    }
}
