//! A session in the marketplace's words.

use jiff::{SignedDuration, Timestamp};
use openvisit_app::auth::caller::Caller;
use openvisit_app::requests::concern;
use openvisit_app::sessions::view::Labels;
use openvisit_app::{App, Error};
use openvisit_core::access::Actor;
use openvisit_core::appointment::{Kind, Price};
use openvisit_core::ids::{OrganizationId, PersonId, RequestId, SessionId};
use openvisit_core::request::{Request, State as RequestState};
use openvisit_core::session::{Session, State};
use openvisit_store::{SealedRequest, SessionDetails, Tx};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::words;
use crate::dialects::ids::Ids;
use crate::http::words::AppointmentKind;

#[derive(Debug, Serialize, ToSchema)]
pub struct MarketplaceSession {
    #[schema(value_type = uuid::Uuid)]
    pub id: SessionId,
    /// pending, waiting, live, completed or cancelled.
    pub status: &'static str,
    pub plan: Option<String>,
    #[serde(rename = "type")]
    #[schema(value_type = AppointmentKind)]
    pub kind: Kind,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub started_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Timestamp>,
    /// Rounded up; 0 for a no-show, null until it is completed.
    pub duration_minutes: Option<i64>,
    /// Null until a mechanic has accepted it; what the caller's own system calls them, or else our id.
    pub mechanic_id: Option<String>,
    /// As `mechanic_id`.
    pub customer_user_id: String,
    #[schema(value_type = Option<uuid::Uuid>)]
    pub openvisit_mechanic_id: Option<PersonId>,
    #[schema(value_type = uuid::Uuid)]
    pub openvisit_customer_user_id: PersonId,
    pub base_price: Option<f64>,
    /// What was given, and `cancelled_by` or `no_show` where that is how it ended.
    #[schema(value_type = Object)]
    pub metadata: Map<String, Value>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// What the customer wrote; null where it was no request.
    pub concern: Option<String>,
    #[schema(value_type = Option<uuid::Uuid>)]
    pub workshop_id: Option<OrganizationId>,
    /// When the request expires unless a mechanic accepts it.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
}

const NO_SHOW: &str = "Session ended before starting (customer/mechanic no-show)";

/// The session, with what the customer wrote when they asked for it.
///
/// # Errors
/// Those of the store.
pub async fn show(app: &App, caller: &Caller, details: &SessionDetails) -> Result<MarketplaceSession, Error> {
    let session = &details.session;
    let request = app.store.read().await?.request(RequestId(session.id.0)).await?;
    let people = People { ids: ids(app, caller), labels: details.into() };
    Ok(MarketplaceSession::of_session(app, &people, session, request.as_ref()))
}

/// A request that is none of the sessions yet.
///
/// # Errors
/// Those of the store.
pub async fn show_request(
    app: &App,
    caller: &Caller,
    request: &SealedRequest,
) -> Result<MarketplaceSession, Error> {
    let people = People::of(app, &mut app.store.read().await?, caller, &[request.request.client_id]).await?;
    Ok(MarketplaceSession::of_request(app, &people, request))
}

/// Whom a caller is told of, and by which ids.
pub struct People {
    ids: Ids,
    labels: Labels,
}

impl People {
    /// # Errors
    /// Those of the store.
    pub async fn of(app: &App, tx: &mut Tx, caller: &Caller, people: &[PersonId]) -> Result<Self, Error> {
        Ok(Self { ids: ids(app, caller), labels: Labels::of(tx, people).await? })
    }

    fn id(&self, id: PersonId) -> String {
        self.ids.person(id, self.labels.get(id))
    }
}

/// The ids that this caller is answered with.
pub fn ids(app: &App, caller: &Caller) -> Ids {
    Ids::of(caller, &app.settings.dialects.marketplace)
}

impl MarketplaceSession {
    /// For the two parties and administrators; with the request that it came from, if it was one.
    #[must_use]
    pub fn of_session(
        app: &App,
        people: &People,
        session: &Session,
        request: Option<&SealedRequest>,
    ) -> Self {
        let appointment = &session.appointment;
        let state = &session.state;
        Self {
            id: session.id,
            status: words::status(state),
            plan: plan(appointment.plan.clone(), appointment.kind),
            kind: appointment.kind,
            started_at: state.started_at(),
            ended_at: state.ended_at(),
            duration_minutes: duration_minutes(session),
            mechanic_id: Some(people.id(appointment.practitioner_id)),
            customer_user_id: people.id(appointment.client_id),
            openvisit_mechanic_id: Some(appointment.practitioner_id),
            openvisit_customer_user_id: appointment.client_id,
            base_price: appointment.price.as_ref().and_then(number),
            metadata: with_outcome(appointment.metadata.clone(), state),
            created_at: appointment.created_at,
            updated_at: updated_at(session),
            concern: request.and_then(|sealed| concern(app, sealed)),
            workshop_id: appointment.organization_id,
            expires_at: None,
        }
    }

    /// For its customer, administrators, and mechanics who may accept it.
    #[must_use]
    pub fn of_request(app: &App, people: &People, sealed: &SealedRequest) -> Self {
        let SealedRequest { request, .. } = sealed;
        let Request { wish, .. } = request;
        Self {
            id: request.session_id(),
            status: if request.ended_at().is_some() { "cancelled" } else { "pending" },
            plan: plan(wish.plan.clone(), wish.kind),
            kind: wish.kind,
            started_at: None,
            ended_at: request.ended_at(),
            duration_minutes: None,
            mechanic_id: None,
            customer_user_id: people.id(request.client_id),
            openvisit_mechanic_id: None,
            openvisit_customer_user_id: request.client_id,
            base_price: None,
            metadata: with_end(wish.metadata.clone(), &request.state),
            created_at: request.created_at,
            updated_at: request.updated_at(),
            concern: concern(app, sealed),
            workshop_id: wish.organization_id,
            expires_at: Some(request.expires_at),
        }
    }
}

fn plan(plan: Option<String>, kind: Kind) -> Option<String> {
    plan.or_else(|| (kind == Kind::Diagnostic).then(|| "diagnostic".to_owned()))
}

/// Begun minutes count, and there is at least one; what never began lasted none.
fn duration_minutes(session: &Session) -> Option<i64> {
    match session.state {
        State::Completed { .. } => session.duration().map(|duration| begun_minutes(duration).max(1)),
        State::NoShow { .. } => Some(0),
        _ => None,
    }
}

fn begun_minutes(duration: SignedDuration) -> i64 {
    duration.as_mins() + i64::from(duration > SignedDuration::from_mins(duration.as_mins()))
}

fn number(price: &Price) -> Option<f64> {
    price.amount.parse().ok()
}

/// What tells of the end is the server's to say, whatever was given.
fn without_outcome(mut metadata: Map<String, Value>) -> Map<String, Value> {
    metadata.remove("cancelled_by");
    metadata.remove("no_show");
    metadata
}

fn with_outcome(metadata: Map<String, Value>, state: &State) -> Map<String, Value> {
    let mut metadata = without_outcome(metadata);
    match state {
        State::Cancelled { by, .. } => {
            metadata.insert("cancelled_by".to_owned(), json!(words::party(*by)));
        }
        State::NoShow { at, by, .. } => {
            let no_show = json!({ "ended_at": at, "reason": NO_SHOW, "ended_by": words::party(*by) });
            metadata.insert("no_show".to_owned(), no_show);
        }
        _ => {}
    }
    metadata
}

fn with_end(metadata: Map<String, Value>, state: &RequestState) -> Map<String, Value> {
    let mut metadata = without_outcome(metadata);
    let by = match state {
        RequestState::Withdrawn { by, .. } => *by,
        RequestState::Expired { .. } => Actor::System,
        RequestState::Pending | RequestState::Accepted { .. } => return metadata,
    };
    metadata.insert("cancelled_by".to_owned(), json!(words::party(by)));
    metadata
}

/// The last thing that happened to it.
fn updated_at(session: &Session) -> Timestamp {
    let state = &session.state;
    let waiting_since = match state {
        State::Waiting { since } => Some(*since),
        _ => None,
    };
    let last = [waiting_since, state.started_at(), state.ended_at()].into_iter().flatten().max();
    last.unwrap_or(session.appointment.updated_at).max(session.appointment.updated_at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn begun_minutes_count() {
        for (milliseconds, minutes) in
            [(0, 0), (1, 1), (60_000, 1), (60_001, 2), (119_999, 2), (1_800_000, 30)]
        {
            assert_eq!(
                begun_minutes(SignedDuration::from_millis(milliseconds)),
                minutes,
                "{milliseconds} ms"
            );
        }
    }
}
