//! What a start of the server finds of the last run's deliveries.

use openvisit_store::{StoreError, Target};

use crate::app::App;

/// Frees what was on its way, and forgets what the broker is to get no more.
///
/// # Errors
/// The database is away.
pub async fn recover(app: &App) -> Result<(), StoreError> {
    let mut tx = app.store.begin().await?;
    tx.end_leases().await?;
    if app.outbox.has_broker() {
        let now = app.clock.now();
        let dropped = tx.keep_only(Target::Broker, &app.outbox.broker_events, now).await?;
        if dropped > 0 {
            tracing::warn!(
                dropped,
                "events of types that amqp_events does not name any more are not published"
            );
        }
    }
    tx.commit().await
}
