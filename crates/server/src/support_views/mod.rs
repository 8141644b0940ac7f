//! What support staff are told, in whichever words an API has for it.

use jiff::Timestamp;
use openvisit_core::appointment::Kind;
use openvisit_core::ids::{OrganizationId, ParticipantId, PersonId, RequestId, SessionId};
use openvisit_core::person::Person;
use openvisit_core::policy::Policy;
use openvisit_core::request::{Ineligible, Request, Status as RequestStatus};
use openvisit_core::session::{Admission, Participant, PartyRole, Session, State};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::words::{AppointmentKind, RequestStatus as RequestStatusName};
use openvisit_app::auth::caller::Caller;
use openvisit_app::sessions::view::Labels;
use openvisit_app::settings::Wording;
use openvisit_app::support::practitioner::{PractitionerInspection, inspect};
use openvisit_app::support::session::{SupportSubject, find, recommendations_for_nothing};
use openvisit_app::{App, Error};
use openvisit_store::Label;

/// By which id somebody is named to whoever asks.
pub type IdOf<'a> = &'a (dyn Fn(PersonId, Option<&Label>) -> String + Sync);

/// Our ids.
#[must_use]
pub fn ours(id: PersonId, _: Option<&Label>) -> String {
    id.to_string()
}

/// People, and the ids that whoever asks is told.
struct People<'a> {
    labels: Labels,
    id_of: IdOf<'a>,
}

impl People<'_> {
    fn id(&self, id: PersonId) -> String {
        (self.id_of)(id, self.labels.get(id))
    }
}

/// What roles and states are called.
pub struct Terms {
    pub role: fn(PartyRole) -> &'static str,
    pub state: fn(&State) -> &'static str,
}

/// Another system's support staff look at what that system gave ids to; this server's own at everything.
fn scope(caller: &Caller) -> Option<&str> {
    let identity = &caller.person.identity;
    (!identity.is_ours()).then_some(identity.issuer.as_str())
}

/// Where a session is, and whether it can be ended now.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct SessionCheck {
    found: bool,
    #[schema(value_type = Option<uuid::Uuid>)]
    id: Option<SessionId>,
    #[schema(value_type = Option<AppointmentKind>)]
    kind: Option<Kind>,
    /// Of a request that nobody accepted: pending or cancelled.
    status: Option<&'static str>,
    /// What it came from; null where it was booked.
    request: Option<RequestCheck>,
    participants: Vec<ParticipantCheck>,
    can_be_ended: bool,
    /// False where it cannot start until its payment is confirmed.
    payment_settled: bool,
    /// When the door opens; null where there is none, or it is no more.
    #[schema(value_type = Option<String>, format = DateTime)]
    opens_at: Option<Timestamp>,
    /// When time changes it next, if nobody does.
    #[schema(value_type = Option<String>, format = DateTime)]
    due_at: Option<Timestamp>,
    recommendations: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
struct RequestCheck {
    #[schema(value_type = uuid::Uuid)]
    id: RequestId,
    #[schema(value_type = RequestStatusName)]
    status: RequestStatus,
    customer_user_id: String,
    #[schema(value_type = uuid::Uuid)]
    openvisit_customer_user_id: PersonId,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// Until then it is for its organization's own; null once it is for all.
    #[schema(value_type = Option<String>, format = DateTime)]
    organization_only_until: Option<Timestamp>,
}

#[derive(Debug, Serialize, ToSchema)]
struct ParticipantCheck {
    #[schema(value_type = uuid::Uuid)]
    id: ParticipantId,
    user_id: String,
    #[schema(value_type = uuid::Uuid)]
    openvisit_user_id: PersonId,
    role: &'static str,
    /// waiting, admitted, denied or removed.
    #[schema(value_type = String)]
    state: Admission,
    present: bool,
}

impl SessionCheck {
    /// Looks for what the id stands for.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn look(
        app: &App,
        caller: &Caller,
        id: &str,
        words: &Wording<'_>,
        terms: &Terms,
        id_of: IdOf<'_>,
    ) -> Result<Self, Error> {
        let now = app.clock.now();
        let mut tx = app.store.read().await?;
        let Some(found) = find(&mut tx, id, scope(caller), now).await? else {
            return Ok(Self { recommendations: recommendations_for_nothing(), ..Self::default() });
        };
        let people = People { labels: Labels::of(&mut tx, &people_of(&found)).await?, id_of };
        let policy = app.settings.policy();
        let recommendations = found.recommendations(&policy, words, now);
        Ok(Self { recommendations, ..Self::of(&found, terms, &people, &policy, now) })
    }

    fn of(
        found: &SupportSubject,
        terms: &Terms,
        people: &People<'_>,
        policy: &Policy,
        now: Timestamp,
    ) -> Self {
        let (id, status, participants) = match found {
            SupportSubject::Session { session, .. } => {
                (session.id, (terms.state)(&session.state), participants(session, terms, people))
            }
            SupportSubject::Request(request) => {
                let status = if request.ended_at().is_some() { "cancelled" } else { "pending" };
                (request.session_id(), status, Vec::new())
            }
        };
        Self {
            found: true,
            id: Some(id),
            kind: Some(found.kind()),
            status: Some(status),
            request: found.request().map(|request| RequestCheck::of(request, people, now)),
            participants,
            can_be_ended: found.can_be_ended(),
            payment_settled: found.payment_settled(),
            opens_at: found.opens_at(policy),
            due_at: found.due(policy, now),
            recommendations: Vec::new(),
        }
    }
}

impl RequestCheck {
    fn of(request: &Request, people: &People<'_>, now: Timestamp) -> Self {
        Self {
            id: request.id,
            status: request.status(),
            customer_user_id: people.id(request.client_id),
            openvisit_customer_user_id: request.client_id,
            created_at: request.created_at,
            expires_at: request.expires_at,
            organization_only_until: request.opens_at.filter(|until| now < *until),
        }
    }
}

/// Everybody who is named.
fn people_of(found: &SupportSubject) -> Vec<PersonId> {
    let participants = match found {
        SupportSubject::Session { session, .. } => session.participants.as_slice(),
        SupportSubject::Request(_) => &[],
    };
    let client = found.request().map(|request| request.client_id);
    participants.iter().map(|participant| participant.person_id).chain(client).collect()
}

fn participants(session: &Session, terms: &Terms, people: &People<'_>) -> Vec<ParticipantCheck> {
    let check = |participant: &Participant| ParticipantCheck {
        id: participant.id,
        user_id: people.id(participant.person_id),
        openvisit_user_id: participant.person_id,
        role: (terms.role)(participant.role),
        state: participant.admission,
        present: session.attendance.is_present(participant.id),
    };
    session.participants.iter().map(check).collect()
}

/// Why a practitioner sees no requests.
#[derive(Debug, Serialize, ToSchema)]
pub struct MechanicFlow {
    login: LoginCheck,
    mechanic: MechanicCheck,
    required: RequiredCheck,
    /// How many requests wait.
    pending_requests: usize,
    /// How many of them the practitioner may see.
    visible_requests: usize,
    filtered_out: Vec<FilteredRequest>,
    /// How many accounts go by this address or id; a practitioner's was looked at.
    accounts: usize,
    recommendations: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
struct LoginCheck {
    exists: bool,
    enabled: bool,
    user_id: Option<String>,
    #[schema(value_type = Option<uuid::Uuid>)]
    openvisit_user_id: Option<PersonId>,
}

#[derive(Debug, Serialize, ToSchema)]
struct MechanicCheck {
    linked: bool,
    user_id: Option<String>,
    #[schema(value_type = Option<uuid::Uuid>)]
    openvisit_user_id: Option<PersonId>,
    can_accept_sessions: bool,
    service_tier: Option<String>,
    #[schema(value_type = Option<uuid::Uuid>)]
    workshop_id: Option<OrganizationId>,
}

/// The three things that are needed to see any request.
#[derive(Debug, Serialize, ToSchema)]
struct RequiredCheck {
    linked: bool,
    login_exists_and_is_enabled: bool,
    can_accept_sessions: bool,
}

#[derive(Debug, Serialize, ToSchema)]
struct FilteredRequest {
    #[schema(value_type = uuid::Uuid)]
    request_id: RequestId,
    /// The rule's name.
    rule: &'static str,
    /// The rule in a sentence.
    reason: String,
    /// Rule `tier`: the service tiers that the request's plan is for.
    tiers: Option<Vec<String>>,
    /// Rule `organization_first`: when it is for all.
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
}

impl FilteredRequest {
    fn of((request_id, rule): &(RequestId, Ineligible)) -> Self {
        let (tiers, until) = match rule {
            Ineligible::Tier { tiers, .. } => (Some(tiers.clone()), None),
            Ineligible::OrganizationFirst { until } => (None, Some(*until)),
            _ => (None, None),
        };
        Self { request_id: *request_id, rule: rule.rule(), reason: rule.to_string(), tiers, until }
    }
}

impl MechanicFlow {
    /// Looks at the account with this e-mail address or id.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn look(
        app: &App,
        caller: &Caller,
        who: &str,
        words: &Wording<'_>,
        id_of: IdOf<'_>,
    ) -> Result<Self, Error> {
        let mut tx = app.store.read().await?;
        let (rules, now) = (app.settings.request_rules(), app.clock.now());
        let inspected = inspect(&mut tx, who, scope(caller), &rules, now).await?;
        Ok(Self::of(&inspected, words, id_of))
    }

    fn of(inspected: &PractitionerInspection, words: &Wording<'_>, id_of: IdOf<'_>) -> Self {
        let person = inspected.person.as_ref();
        let id = |person: &Person| {
            let label = Label {
                name: person.name.clone(),
                identity: person.identity.clone(),
                timezone: person.timezone.clone(),
            };
            id_of(person.id, Some(&label))
        };
        let mechanic = person.filter(|_| inspected.is_practitioner());
        Self {
            login: LoginCheck {
                exists: person.is_some(),
                enabled: inspected.can_sign_in(),
                user_id: person.map(id),
                openvisit_user_id: person.map(|person| person.id),
            },
            mechanic: MechanicCheck {
                linked: inspected.is_practitioner(),
                user_id: mechanic.map(id),
                openvisit_user_id: mechanic.map(|person| person.id),
                can_accept_sessions: inspected.accepts_requests(),
                service_tier: inspected.service_tier().map(str::to_owned),
                workshop_id: mechanic.and_then(|person| person.organization_id),
            },
            required: RequiredCheck {
                linked: inspected.is_practitioner(),
                login_exists_and_is_enabled: inspected.can_sign_in(),
                can_accept_sessions: inspected.accepts_requests(),
            },
            pending_requests: inspected.pending,
            visible_requests: inspected.visible,
            filtered_out: inspected.filtered.iter().map(FilteredRequest::of).collect(),
            accounts: inspected.accounts,
            recommendations: inspected.recommendations(words),
        }
    }
}
