//! The counselling contract's words for states, payments, parts and refusals.

use jiff::SignedDuration;
use openvisit_app::Error;
use openvisit_app::appointments::pay::said;
use openvisit_app::error::FieldCode;
use openvisit_core::appointment::{Payment, PaymentStatus, StartedBy};
use openvisit_core::lifecycle::Move;
use openvisit_core::session::{PartyRole, Session, Status};

use crate::http::problem::Problem;

/// Whoever may, where the booking does not say: this contract knows no other rule.
pub const STARTED_BY: StartedBy = StartedBy::Either;

const PENDING: &str = "Pending";
const CONFIRMED: &str = "Confirmed";
const IN_PROGRESS: &str = "In Progress";
const COMPLETED: &str = "Completed";
const CANCELLED: &str = "Cancelled";

/// Calls shorter than the first or longer than the second are remarked upon.
const USUAL: (SignedDuration, SignedDuration) = (SignedDuration::from_mins(1), SignedDuration::from_hours(3));

#[must_use]
pub fn status(session: &Session) -> &'static str {
    match session.state.status() {
        Status::Scheduled | Status::Waiting if !session.appointment.payment.settled() => PENDING,
        status => paid(status),
    }
}

fn paid(status: Status) -> &'static str {
    match status {
        Status::Scheduled | Status::Waiting => CONFIRMED,
        Status::InProgress => IN_PROGRESS,
        Status::Completed | Status::NoShow => COMPLETED,
        Status::Cancelled => CANCELLED,
    }
}

/// The moves that the contract draws.
fn allowed_from(word: &str) -> &'static str {
    match word {
        PENDING => "Confirmed, Cancelled",
        CONFIRMED => "In Progress, Cancelled",
        IN_PROGRESS => "Completed",
        _ => "none",
    }
}

/// As the application said it; otherwise, what needs no payment counts as paid.
#[must_use]
pub fn payment(payment: &Payment) -> &str {
    if let Some(said) = &payment.said {
        return said;
    }
    match payment.status {
        PaymentStatus::NotRequired | PaymentStatus::Confirmed => "Confirmed",
        PaymentStatus::Open => "Pending",
        PaymentStatus::Refunded => "Refunded",
    }
}

/// What the application says of a payment.
///
/// # Errors
/// `invalid` for a word that says nothing of one.
pub fn told_payment(word: &str) -> Result<Payment, Error> {
    let text = "Pending, Confirmed, Paid, Verified or Refunded";
    said(word).ok_or_else(|| Error::invalid("paymentStatus", FieldCode::Invalid, text))
}

#[must_use]
pub fn part(role: PartyRole) -> &'static str {
    match role {
        PartyRole::Practitioner => "psychologist",
        PartyRole::Client => "client",
        PartyRole::Guest => "guest",
    }
}

/// What a request is refused with.
#[must_use]
pub fn problem(problem: &Problem) -> String {
    match problem {
        Problem::Refused(error) => refusal(error),
        other => other.to_string(),
    }
}

/// A refusal that names the present status, the asked one and the allowed ones where it is about a move.
#[must_use]
pub fn refusal(error: &Error) -> String {
    let no_move = |from: &str, to: &str| {
        format!("the session is {from} and cannot become {to}; allowed from {from}: {}", allowed_from(from))
    };
    match error {
        Error::PaymentRequired => {
            format!("Payment must be confirmed first: {}", no_move(PENDING, IN_PROGRESS))
        }
        Error::NotAllowedNow { state, asked: Move::End } => no_move(paid(*state), COMPLETED),
        Error::NotAllowedNow { state: status, .. } | Error::Ended { status } => {
            no_move(paid(*status), IN_PROGRESS)
        }
        other => other.to_string(),
    }
}

/// What is unusual about a call that has ended.
#[must_use]
pub fn warnings(session: &Session) -> Vec<&'static str> {
    let duration = session.duration().unwrap_or_default();
    let warning = match session.state.status() {
        Status::NoShow => Some("the call never started; its duration is 0 minutes"),
        Status::Completed if duration < USUAL.0 => Some("the call lasted less than 1 minute"),
        Status::Completed if duration > USUAL.1 => Some("the call lasted more than 3 hours"),
        _ => None,
    };
    warning.into_iter().collect()
}
