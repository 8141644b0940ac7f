//! Domain facts for other programs, stored with the change that caused them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::actor::Actor;
use crate::appointment::Slot;
use crate::ids::{ParticipantId, PersonId, RequestId};
use crate::person::Identity;
use crate::request::{self, Request};
use crate::session::{Absent, Session, Status};

/// The names of all events: of requests, and of what they become.
pub const NAMES: [&str; 21] = [
    "request.created",
    "request.accepted",
    "request.withdrawn",
    "request.expired",
    "appointment.booked",
    "appointment.moved",
    "appointment.changed",
    "appointment.cancelled",
    "appointment.reactivated",
    "appointment.payment.confirmed",
    "appointment.payment.refunded",
    "appointment.consultation.waiting",
    "appointment.consultation.admitted",
    "appointment.consultation.denied",
    "appointment.consultation.removed",
    "appointment.consultation.started",
    "appointment.consultation.extended",
    "appointment.consultation.overrun_warning",
    "appointment.consultation.completed",
    "appointment.no_show",
    "appointment.corrected",
];

/// What happened to a session. As JSON it is for processes of the same version; other programs get [`Event::data`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    Booked,
    Moved {
        /// Where it was before.
        from: Slot,
    },
    Changed,
    /// Another practitioner has it now.
    HandedOver {
        from: PersonId,
    },
    Cancelled {
        by: Actor,
    },
    Reactivated,
    PaymentConfirmed,
    PaymentRefunded,
    /// Somebody came to the waiting room.
    Waiting {
        participant: ParticipantId,
    },
    /// Somebody has a place in the call.
    Admitted {
        participant: ParticipantId,
    },
    Denied {
        participant: ParticipantId,
    },
    Removed {
        participant: ParticipantId,
    },
    Started {
        by: Actor,
    },
    Extended {
        minutes: i64,
    },
    OverrunWarning {
        hard_stop_at: Timestamp,
    },
    Completed {
        by: Actor,
    },
    NoShow {
        absent: Option<Absent>,
    },
    /// The outcome was put right.
    Corrected {
        by: Actor,
        was: Status,
    },
}

/// How the two parties are known to whoever vouches for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parties {
    pub practitioner: Identity,
    pub client: Identity,
}

/// What an event tells of a session besides what the session says itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    pub parties: Parties,
    /// The request that the session was, if it was one.
    pub request_id: Option<RequestId>,
}

impl Event {
    /// The stable name that other programs know it by: routing key and CloudEvents type.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Booked => "appointment.booked",
            Self::Moved { .. } => "appointment.moved",
            Self::Changed | Self::HandedOver { .. } => "appointment.changed",
            Self::Cancelled { .. } => "appointment.cancelled",
            Self::Reactivated => "appointment.reactivated",
            Self::PaymentConfirmed => "appointment.payment.confirmed",
            Self::PaymentRefunded => "appointment.payment.refunded",
            Self::Waiting { .. } => "appointment.consultation.waiting",
            Self::Admitted { .. } => "appointment.consultation.admitted",
            Self::Denied { .. } => "appointment.consultation.denied",
            Self::Removed { .. } => "appointment.consultation.removed",
            Self::Started { .. } => "appointment.consultation.started",
            Self::Extended { .. } => "appointment.consultation.extended",
            Self::OverrunWarning { .. } => "appointment.consultation.overrun_warning",
            Self::Completed { .. } => "appointment.consultation.completed",
            Self::NoShow { .. } => "appointment.no_show",
            Self::Corrected { .. } => "appointment.corrected",
        }
    }

    /// The participant whom the event is about, if it is about one.
    #[must_use]
    pub fn participant(&self) -> Option<ParticipantId> {
        match self {
            Self::Waiting { participant }
            | Self::Admitted { participant }
            | Self::Denied { participant }
            | Self::Removed { participant } => Some(*participant),
            _ => None,
        }
    }

    /// The body: ids, times and outcome; never a name, a note or a reason that a person typed.
    #[must_use]
    pub fn data(&self, session: &Session, origin: &Origin) -> Value {
        let parties = &origin.parties;
        let duration = session.duration().map(|duration| duration.as_secs());
        let appointment = &session.appointment;
        let external = appointment.external.as_ref();
        let mut data = json!({
            "appointment_id": appointment.id,
            "external_id": external.map(|e| &e.id),
            "external_issuer": external.map(|e| &e.issuer),
            "session_id": session.id,
            "request_id": origin.request_id,
            "organization_id": appointment.organization_id,
            "practitioner_id": appointment.practitioner_id,
            "practitioner_issuer": parties.practitioner.issuer,
            "practitioner_subject": parties.practitioner.subject,
            "client_id": appointment.client_id,
            "client_issuer": parties.client.issuer,
            "client_subject": parties.client.subject,
            "participant_id": self.participant(),
            "kind": appointment.kind,
            "plan": appointment.plan,
            "price": appointment.price,
            "status": session.state.status(),
            "starts_at": appointment.slot.starts_at,
            "ends_at": appointment.slot.ends_at,
            "started_at": session.state.started_at(),
            "ended_at": session.state.ended_at(),
            "ended_by": session.state.ended_by(),
            "duration_seconds": duration,
            // To the nearest.
            "duration_minutes": duration.map(|seconds| (seconds + 30) / 60),
            "absent": session.state.absent(),
        });
        match self {
            Self::Moved { from } => {
                data["previous_starts_at"] = json!(from.starts_at);
                data["previous_ends_at"] = json!(from.ends_at);
            }
            Self::Changed => data["previous_practitioner_id"] = Value::Null,
            Self::HandedOver { from } => data["previous_practitioner_id"] = json!(from),
            Self::Extended { minutes } => data["minutes"] = json!(minutes),
            Self::Corrected { by, was } => {
                data["corrected_by"] = json!(by);
                data["status_before"] = json!(was);
            }
            Self::OverrunWarning { hard_stop_at } => data["hard_stop_at"] = json!(hard_stop_at),
            _ => {}
        }
        data
    }
}

/// What an event of a request is called: what happened to it last is what it is now.
#[must_use]
pub fn request_name(request: &Request) -> &'static str {
    match request.status() {
        request::Status::Pending => "request.created",
        request::Status::Accepted => "request.accepted",
        request::Status::Withdrawn => "request.withdrawn",
        request::Status::Expired => "request.expired",
    }
}

/// The body of an event of a request: ids, times and what became of it; never what the client wrote. `known` says how
/// whoever vouches for somebody knows them.
#[must_use]
pub fn request_data(request: &Request, known: impl Fn(PersonId) -> Option<Identity>) -> Value {
    let (client, practitioner) = (known(request.client_id), request.accepted_by().and_then(known));
    json!({
        "request_id": request.id,
        "session_id": request.accepted_by().map(|_| request.session_id()),
        "organization_id": request.wish.organization_id,
        "practitioner_id": request.accepted_by(),
        "practitioner_issuer": practitioner.as_ref().map(|known| &known.issuer),
        "practitioner_subject": practitioner.as_ref().map(|known| &known.subject),
        "client_id": request.client_id,
        "client_issuer": client.as_ref().map(|known| &known.issuer),
        "client_subject": client.as_ref().map(|known| &known.subject),
        "kind": request.wish.kind,
        "plan": request.wish.plan,
        "status": request.status(),
        "created_at": request.created_at,
        "opens_at": request.opens_at,
        "expires_at": request.expires_at,
        "accepted_at": request.accepted_at(),
        "ended_at": request.ended_at(),
        "ended_by": request.ended_by(),
    })
}
