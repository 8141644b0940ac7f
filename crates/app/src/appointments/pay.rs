//! A payment service tells of a payment, or of its refund.

use openvisit_core::access::Action;
use openvisit_core::appointment::PaymentStatus;
use openvisit_core::ids::AppointmentId;
use openvisit_core::session::Session;
use openvisit_store::SessionDetails;

use crate::app::App;
use crate::auth::caller::Caller;
use crate::error::Error;
use crate::sessions::change::change;

/// `reference` is the payment service's own.
///
/// # Errors
/// `forbidden` for whoever keeps no payments.
pub async fn pay(
    app: &App,
    caller: &Caller,
    id: AppointmentId,
    status: PaymentStatus,
    reference: Option<String>,
) -> Result<SessionDetails, Error> {
    change(app, caller, id, Action::Payment, |session: Session, _| Ok(session.pay(status, reference.clone())))
        .await
}
