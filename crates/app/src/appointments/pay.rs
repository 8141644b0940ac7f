//! A payment service, or an application, tells of a payment or of its refund.

use openvisit_core::access::Action;
use openvisit_core::appointment::{Payment, PaymentStatus};
use openvisit_core::ids::AppointmentId;
use openvisit_core::session::Session;
use openvisit_store::SessionDetails;

use crate::app::App;
use crate::auth::caller::Caller;
use crate::error::Error;
use crate::sessions::change::change;

/// What is said of a payment, in any case; the first of each line is ours.
const WORDS: [(&[&str], PaymentStatus); 3] = [
    (&["confirmed", "paid", "verified"], PaymentStatus::Confirmed),
    (&["refunded"], PaymentStatus::Refunded),
    (&["open", "pending"], PaymentStatus::Open),
];

/// The payment of which somebody says this word, which is kept where it is not one of ours: an application is given back
/// what it said. `None` where the word says nothing of a payment.
#[must_use]
pub fn said(word: &str) -> Option<Payment> {
    let says = |words: &[&str]| words.iter().any(|known| known.eq_ignore_ascii_case(word));
    let (words, status) = WORDS.into_iter().find(|(words, _)| says(words))?;
    let is_ours = words.first() == Some(&word);
    Some(Payment { status, reference: None, said: (!is_ours).then(|| word.to_owned()) })
}

/// Writes down what was told; a reference is the payment service's own.
///
/// # Errors
/// `forbidden` for whoever keeps no payments.
pub async fn pay(
    app: &App,
    caller: &Caller,
    id: AppointmentId,
    told: Payment,
) -> Result<SessionDetails, Error> {
    change(app, caller, id, Action::Payment, |session: Session, _| Ok(session.pay(told.clone()))).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_an_application_is_kept_beside_what_it_means() {
        for (word, status) in [
            ("Paid", PaymentStatus::Confirmed),
            ("VERIFIED", PaymentStatus::Confirmed),
            ("Confirmed", PaymentStatus::Confirmed),
            ("Refunded", PaymentStatus::Refunded),
            ("Pending", PaymentStatus::Open),
        ] {
            let payment = said(word).unwrap();
            assert_eq!((payment.status, payment.said.as_deref()), (status, Some(word)));
        }
        for ours in ["confirmed", "refunded", "open"] {
            assert_eq!(said(ours).unwrap().said, None, "{ours}");
        }
        for nothing in ["", " Paid", "paid twice", "not_required"] {
            assert_eq!(said(nothing), None, "{nothing}");
        }
    }
}
