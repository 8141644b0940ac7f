//! What a start of the server finds of the last run's deliveries.

use openvisit_core::delivery::PATIENCE;
use openvisit_store::{StoreError, Target};

use crate::app::App;

/// Frees what was on its way, forgets what the broker is to get no more, and takes up what it is to get only now.
///
/// # Errors
/// The database is away.
pub async fn recover(app: &App) -> Result<(), StoreError> {
    let has_others = match app.store.nodes() {
        Some(nodes) => nodes.has_others().await?,
        None => false,
    };
    let mut tx = app.store.begin().await?;
    // What others have on its way is theirs; what nobody has any more is free when its lease is over.
    if !has_others {
        tx.end_leases().await?;
    }
    if app.outbox.has_broker() {
        let now = app.clock.now();
        let dropped = tx.keep_only(Target::Broker, &app.outbox.broker_events, now).await?;
        if dropped > 0 {
            tracing::warn!(
                dropped,
                "events of types that amqp_events does not name any more are not published"
            );
        }
        let types = &app.outbox.broker_events;
        let missed = tx.address_missed(Target::Broker, types, now - PATIENCE, now).await?;
        if missed > 0 {
            tracing::info!(missed, "events of types that amqp_events did not name before are published now");
        }
    }
    tx.commit().await
}
