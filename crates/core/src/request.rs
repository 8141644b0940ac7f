//! A client's wish to be seen now, waiting for a practitioner to accept it.
//!
//! ```text
//! pending ─accept─▶ accepted: its session has the same id
//!    ├──withdraw──▶ withdrawn
//!    └──time over─▶ expired
//! ```

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::appointment::{Appointment, Kind, MediaProvider, Payment, Slot, StartedBy, USUAL_PARTICIPANTS};
use crate::ids::{AppointmentId, OrganizationId, PersonId, RequestId, SessionId};
use crate::person::{Person, Role};
use crate::session::after;

/// How many requests of one client may be pending at a time.
pub const MAX_PENDING: u32 = 5;
/// How many minutes the appointment has that a request becomes, unless the practitioner says otherwise.
pub const MINUTES: i64 = 30;

/// What an operator may set about requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The service tiers that a plan is for; a plan that is not in here is for everyone.
    pub plan_tiers: BTreeMap<String, Vec<String>>,
    /// How long a request to an organization is seen by that organization's practitioners only.
    pub organization_first: SignedDuration,
    /// How long a request waits.
    pub expiry: SignedDuration,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            plan_tiers: BTreeMap::new(),
            organization_first: SignedDuration::from_mins(2),
            expiry: SignedDuration::from_mins(30),
        }
    }
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum State {
    Pending,
    Accepted { at: Timestamp, by: PersonId },
    Withdrawn { at: Timestamp, by: Actor },
    Expired { at: Timestamp },
}

/// A state's name: the word for it in the API and in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Pending,
    Accepted,
    Withdrawn,
    Expired,
}

impl Status {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
        }
    }
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// What the client asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestDetails {
    pub organization_id: Option<OrganizationId>,
    pub plan: Option<String>,
    pub kind: Kind,
    pub metadata: serde_json::Map<String, serde_json::Value>,
}

/// A request. What the client wrote about it is health data and is kept apart, sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub id: RequestId,
    pub client_id: PersonId,
    pub wish: RequestDetails,
    pub state: State,
    pub created_at: Timestamp,
    /// Until then the organization's own practitioners go first; `None` without an organization.
    pub opens_at: Option<Timestamp>,
    pub expires_at: Timestamp,
}

/// The session that a request becomes has its id, so that one id is good for life.
impl From<RequestId> for SessionId {
    fn from(id: RequestId) -> Self {
        Self(id.0)
    }
}

impl Request {
    /// Whether the same practitioners may be wanted by both.
    #[must_use]
    pub fn competes_with(&self, other: &Self) -> bool {
        let organizations = self.wish.organization_id.zip(other.wish.organization_id);
        organizations.is_none_or(|(own, theirs)| own == theirs)
    }

    /// How long it waited to be accepted.
    #[must_use]
    pub fn waited(&self) -> Option<SignedDuration> {
        self.accepted_at().map(|at| self.created_at.duration_until(at))
    }

    #[must_use]
    pub fn accepted_at(&self) -> Option<Timestamp> {
        match self.state {
            State::Accepted { at, .. } => Some(at),
            State::Pending | State::Withdrawn { .. } | State::Expired { .. } => None,
        }
    }

    /// The practitioner whose it is.
    #[must_use]
    pub fn accepted_by(&self) -> Option<PersonId> {
        match self.state {
            State::Accepted { by, .. } => Some(by),
            State::Pending | State::Withdrawn { .. } | State::Expired { .. } => None,
        }
    }

    /// Who let it end without a session.
    #[must_use]
    pub fn ended_by(&self) -> Option<Actor> {
        match self.state {
            State::Withdrawn { by, .. } => Some(by),
            State::Expired { .. } => Some(Actor::System),
            State::Pending | State::Accepted { .. } => None,
        }
    }
}

/// The very rule by which somebody may not accept a request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Ineligible {
    #[error("this person is no practitioner")]
    NotAPractitioner,
    #[error("the account is disabled")]
    Disabled,
    #[error("the practitioner does not accept requests")]
    DoesNotAccept,
    #[error("the request is {0}")]
    Gone(Status),
    #[error("nobody accepts a request of their own")]
    OwnRequest,
    #[error("the plan {plan} is for the service tiers {}", tiers.join(", "))]
    Tier { plan: String, tiers: Vec<String> },
    #[error("the organization's own practitioners go first, until {until}")]
    OrganizationFirst { until: Timestamp },
}

impl Ineligible {
    /// The rule's stable name.
    #[must_use]
    pub fn rule(&self) -> &'static str {
        match self {
            Self::NotAPractitioner => "not_a_practitioner",
            Self::Disabled => "account_disabled",
            Self::DoesNotAccept => "does_not_accept_requests",
            Self::Gone(_) => "request_gone",
            Self::OwnRequest => "own_request",
            Self::Tier { .. } => "tier",
            Self::OrganizationFirst { .. } => "organization_first",
        }
    }
}

/// What somebody needs to see any request at all: a practitioner, an account that is not disabled, and the
/// statement that they accept requests.
///
/// # Errors
/// Says which of the three is missing.
pub fn may_accept_any(person: &Person) -> Result<(), Ineligible> {
    if !person.is(Role::Practitioner) {
        return Err(Ineligible::NotAPractitioner);
    }
    if person.disabled {
        return Err(Ineligible::Disabled);
    }
    match &person.practitioner {
        Some(profile) if profile.accepts_requests => Ok(()),
        _ => Err(Ineligible::DoesNotAccept),
    }
}

impl Request {
    #[must_use]
    pub fn new(
        id: RequestId,
        client_id: PersonId,
        wish: RequestDetails,
        now: Timestamp,
        rules: &Rules,
    ) -> Self {
        Self {
            id,
            client_id,
            opens_at: wish.organization_id.map(|_| after(now, rules.organization_first)),
            expires_at: after(now, rules.expiry),
            wish,
            state: State::Pending,
            created_at: now,
        }
    }

    #[must_use]
    pub fn session_id(&self) -> SessionId {
        self.id.into()
    }

    #[must_use]
    pub fn status(&self) -> Status {
        match self.state {
            State::Pending => Status::Pending,
            State::Accepted { .. } => Status::Accepted,
            State::Withdrawn { .. } => Status::Withdrawn,
            State::Expired { .. } => Status::Expired,
        }
    }

    /// When it was withdrawn or expired.
    #[must_use]
    pub fn ended_at(&self) -> Option<Timestamp> {
        match self.state {
            State::Pending | State::Accepted { .. } => None,
            State::Withdrawn { at, .. } | State::Expired { at } => Some(at),
        }
    }

    #[must_use]
    pub fn updated_at(&self) -> Timestamp {
        match self.state {
            State::Pending => self.created_at,
            State::Accepted { at, .. } | State::Withdrawn { at, .. } | State::Expired { at } => at,
        }
    }

    /// The request as it is at `now`: one that waits too long has expired, whether a timer has noticed or not.
    #[must_use]
    pub fn at(self, now: Timestamp) -> Self {
        if self.state == State::Pending && self.expires_at <= now {
            return Self { state: State::Expired { at: self.expires_at }, ..self };
        }
        self
    }

    /// When time will next do something to it: show it to everyone, or end it.
    #[must_use]
    pub fn due(&self, now: Timestamp) -> Option<Timestamp> {
        let pending = self.state == State::Pending;
        let opens_at = self.opens_at.filter(|at| *at > now && *at < self.expires_at);
        pending.then_some(opens_at.unwrap_or(self.expires_at))
    }

    /// Whether this person may see and accept it now.
    ///
    /// # Errors
    /// Says which rule forbids it.
    pub fn check(&self, person: &Person, rules: &Rules, now: Timestamp) -> Result<(), Ineligible> {
        self.meant_for(person, rules, now)?;
        match self.clone().at(now).status() {
            Status::Pending => Ok(()),
            gone => Err(Ineligible::Gone(gone)),
        }
    }

    /// Whether it is for this person to see, whatever has become of it. Who may not see it does not learn that
    /// it is gone either.
    ///
    /// # Errors
    /// Says which rule forbids it.
    pub fn meant_for(&self, person: &Person, rules: &Rules, now: Timestamp) -> Result<(), Ineligible> {
        may_accept_any(person)?;
        if person.id == self.client_id {
            return Err(Ineligible::OwnRequest);
        }
        let plan = self.wish.plan.as_deref();
        if let Some((plan, tiers)) = plan.and_then(|plan| rules.plan_tiers.get_key_value(plan)) {
            let tier = person.practitioner.as_ref().and_then(|profile| profile.service_tier.as_ref());
            if !tier.is_some_and(|tier| tiers.contains(tier)) {
                return Err(Ineligible::Tier { plan: plan.clone(), tiers: tiers.clone() });
            }
        }
        match self.opens_at {
            Some(until) if now < until && person.organization_id != self.wish.organization_id => {
                Err(Ineligible::OrganizationFirst { until })
            }
            _ => Ok(()),
        }
    }

    /// A practitioner takes it.
    ///
    /// # Errors
    /// As [`Request::check`].
    pub fn accept(self, now: Timestamp, by: &Person, rules: &Rules) -> Result<Self, Ineligible> {
        self.check(by, rules, now)?;
        Ok(Self { state: State::Accepted { at: now, by: by.id }, ..self })
    }

    /// Its client, or an administrator on their behalf, withdraws it. What is over already stays as it is.
    ///
    /// # Errors
    /// When a practitioner has accepted it: there is a session now, which is cancelled instead.
    pub fn withdraw(self, now: Timestamp, by: Actor) -> Result<Self, Ineligible> {
        let request = self.at(now);
        match request.state {
            State::Pending => Ok(Self { state: State::Withdrawn { at: now, by }, ..request }),
            State::Withdrawn { .. } | State::Expired { .. } => Ok(request),
            State::Accepted { .. } => Err(Ineligible::Gone(Status::Accepted)),
        }
    }

    /// The appointment it becomes when `practitioner` accepts it: it begins now, either may start it, and
    /// there is no passcode.
    #[must_use]
    pub fn appointment(&self, id: AppointmentId, practitioner: &Person, slot: Slot) -> Appointment {
        let wish = self.wish.clone();
        Appointment {
            id,
            session_id: self.session_id(),
            external: None,
            organization_id: practitioner.organization_id,
            practitioner_id: practitioner.id,
            client_id: self.client_id,
            slot,
            title: None,
            notes: None,
            kind: wish.kind,
            booking_type: None,
            plan: wish.plan,
            price: None,
            payment: Payment::default(),
            hold_expires_at: None,
            passcode_enabled: false,
            max_participants: USUAL_PARTICIPANTS,
            started_by: Some(StartedBy::Either),
            media_provider: MediaProvider::default(),
            presence_proven: true,
            metadata: wish.metadata,
            created_by: practitioner.id,
            created_at: slot.starts_at,
            updated_at: slot.starts_at,
        }
    }
}
