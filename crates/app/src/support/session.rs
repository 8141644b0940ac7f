//! Where a session is, whatever id it is asked for by, and whether it can be ended now.

use jiff::Timestamp;
use openvisit_core::appointment::{ExternalId, Kind};
use openvisit_core::policy::Policy;
use openvisit_core::request::{Request, Status as RequestStatus};
use openvisit_core::session::{PartyRole, Session, State};
use openvisit_store::{StoreError, Tx};

use crate::settings::Wording;

/// What an id stands for.
#[derive(Debug)]
pub enum SupportSubject {
    Session {
        session: Box<Session>,
        /// What it came from, if it was one.
        request: Option<Request>,
    },
    /// Nobody has accepted it.
    Request(Request),
}

/// What a session's or a request's own id, an appointment's, or another system's stands for: of that of `issuer` alone,
/// where one is given.
///
/// # Errors
/// Those of the store.
pub async fn find(
    tx: &mut Tx,
    id: &str,
    issuer: Option<&str>,
    now: Timestamp,
) -> Result<Option<SupportSubject>, StoreError> {
    let Some(session) = find_session(tx, id, issuer).await? else {
        return Ok(request(tx, id, now).await?.map(SupportSubject::Request));
    };
    let request = request(tx, &session.id.to_string(), now).await?;
    Ok(Some(SupportSubject::Session { session: Box::new(session), request }))
}

async fn find_session(tx: &mut Tx, id: &str, issuer: Option<&str>) -> Result<Option<Session>, StoreError> {
    if let Ok(id) = id.parse()
        && let Some(session) = tx.session(id).await?
    {
        return Ok(Some(session));
    }
    if let Ok(id) = id.parse()
        && let Some(session) = tx.session_by_appointment(id).await?
    {
        return Ok(Some(session));
    }
    match issuer {
        Some(issuer) => {
            let external = ExternalId { issuer: issuer.to_owned(), id: id.to_owned() };
            tx.session_by_external(&external).await
        }
        None => Ok(tx.sessions_by_external_id(id).await?.into_iter().next()),
    }
}

async fn request(tx: &mut Tx, id: &str, now: Timestamp) -> Result<Option<Request>, StoreError> {
    let Ok(id) = id.parse() else { return Ok(None) };
    Ok(tx.request(id).await?.map(|sealed| sealed.request.at(now)))
}

impl SupportSubject {
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Session { session, .. } => session.appointment.kind,
            Self::Request(request) => request.wish.kind,
        }
    }

    #[must_use]
    pub fn request(&self) -> Option<&Request> {
        match self {
            Self::Session { request, .. } => request.as_ref(),
            Self::Request(request) => Some(request),
        }
    }

    /// Whether ending it would change anything.
    #[must_use]
    pub fn can_be_ended(&self) -> bool {
        match self {
            Self::Session { session, .. } => session.state.is_live(),
            Self::Request(request) => request.status() == RequestStatus::Pending,
        }
    }

    #[must_use]
    pub fn payment_settled(&self) -> bool {
        match self {
            Self::Session { session, .. } => session.appointment.payment.settled(),
            // It is asked for when there is an appointment.
            Self::Request(_) => true,
        }
    }

    /// When its door opens, where it has one that somebody may still come through.
    #[must_use]
    pub fn opens_at(&self, policy: &Policy) -> Option<Timestamp> {
        let Self::Session { session, .. } = self else { return None };
        let has_door = session.state.is_live() && session.appointment.kind != Kind::InPerson;
        has_door.then(|| session.opens_at(policy))
    }

    /// When time changes it next, if nobody does.
    #[must_use]
    pub fn due(&self, policy: &Policy, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Session { session, .. } => session.due(policy),
            Self::Request(request) => request.due(now),
        }
    }

    /// What there is to do about it, in sentences.
    #[must_use]
    pub fn recommendations(&self, policy: &Policy, words: &Wording<'_>, now: Timestamp) -> Vec<String> {
        match self {
            Self::Session { session, .. } => of_session(session, policy, words, now),
            Self::Request(request) => of_request(request, words, now),
        }
    }
}

/// What to do about an id that stands for nothing.
#[must_use]
pub fn recommendations_for_nothing() -> Vec<String> {
    vec![
        "No session, appointment or request has this id: look whether it is complete.".to_owned(),
        "Another system's id is found only where the appointment was booked with it as its external id."
            .to_owned(),
    ]
}

fn of_session(session: &Session, policy: &Policy, words: &Wording<'_>, now: Timestamp) -> Vec<String> {
    let due = session.due(policy);
    let mut sentences = match &session.state {
        State::Scheduled => of_scheduled(session, policy, now),
        State::Waiting { .. } => of_waiting(session, policy, words, now),
        State::InProgress { .. } => of_in_progress(session, due),
        State::Completed { .. } | State::Cancelled { .. } | State::NoShow { .. } => {
            vec!["It has ended; ending it again changes nothing.".to_owned()]
        }
    };
    if let Some(due) = due.filter(|due| now.duration_until(*due).as_secs() < -OVERDUE_SECONDS) {
        sentences.push(format!(
            "Something was due at {due} and has not happened: look whether the server runs and reaches its database."
        ));
    }
    sentences
}

/// Timers look twice a second; who is this late does not run.
const OVERDUE_SECONDS: i64 = 30;

fn of_scheduled(session: &Session, policy: &Policy, now: Timestamp) -> Vec<String> {
    let mut sentences = Vec::new();
    if !session.appointment.payment.settled() {
        sentences.push("It cannot start until its payment is confirmed.".to_owned());
    }
    let opens_at = session.opens_at(policy);
    if session.appointment.kind == Kind::InPerson {
        sentences.push("It is a visit in person and has no call.".to_owned());
    } else if now < opens_at {
        sentences.push(format!("Its door opens at {opens_at}."));
    } else {
        sentences.push("Nobody has come yet: it can be started, or cancelled.".to_owned());
    }
    sentences
}

fn of_waiting(session: &Session, policy: &Policy, words: &Wording<'_>, now: Timestamp) -> Vec<String> {
    let client = session.party(PartyRole::Client);
    let waits = client.is_some_and(|client| session.waits_since(client, now, policy).is_some());
    let mut sentences =
        vec!["Somebody came and it has not begun: start it, or end it as a no-show.".to_owned()];
    if waits {
        sentences.push(format!(
            "The {} waits to be let in: the {} admits them by starting.",
            words.client, words.practitioner
        ));
    }
    if let Some(left_at) = client.and_then(|client| session.last_here(client, now, policy)) {
        sentences.push(format!("The {} was here at {left_at} and has left.", words.client));
    }
    sentences
}

fn of_in_progress(session: &Session, due: Option<Timestamp>) -> Vec<String> {
    let connected = session.participants.iter().any(|p| session.attendance.is_present(p.id));
    match due {
        Some(due) if !connected => {
            vec![format!(
                "It is under way and nobody is connected: it ends by itself at {due}, or by hand now."
            )]
        }
        _ => vec!["It is under way: either party can end it.".to_owned()],
    }
}

fn of_request(request: &Request, words: &Wording<'_>, now: Timestamp) -> Vec<String> {
    match request.status() {
        RequestStatus::Pending => {
            let mut sentences = vec![format!(
                "No {} has accepted it yet; it expires at {}, unless its {} withdraws it.",
                words.practitioner, request.expires_at, words.client
            )];
            if let Some(until) = request.opens_at.filter(|until| now < *until) {
                sentences.push(format!("Until {until} only its organization's own may accept it."));
            }
            sentences.push(format!(
                "Why a certain {} does not see it, the view of that {0} tells.",
                words.practitioner
            ));
            sentences
        }
        gone => vec![format!("It was never accepted and is {gone}: a new request is needed.")],
    }
}
