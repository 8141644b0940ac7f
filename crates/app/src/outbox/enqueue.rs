//! Events on their way into the outbox: in the transaction of the change that they tell of, for the broker where it wants
//! them, and with what the program that booked stored with the booking, sealed.

use jiff::Timestamp;
use openvisit_core::event::{self, Event, Origin, Parties};
use openvisit_core::ids::{EventId, SessionId};
use openvisit_core::request::Request;
use openvisit_core::session::Session;
use openvisit_store::{EventLine, OutboxRow, Target, Tx};
use serde_json::{Map, Value};

use crate::app::App;
use crate::error::Error;
use crate::seal::Of;

/// What happened to a session, in the line that it was saved with.
///
/// # Errors
/// Those of the store.
pub(crate) async fn of_session(
    app: &App,
    tx: &mut Tx,
    mut line: EventLine,
    session: &Session,
    parties: Parties,
    events: &[Event],
    now: Timestamp,
) -> Result<(), Error> {
    let origin = Origin { parties, request_id: line.request };
    for event in events {
        let told = (event.name(), event.data(session, &origin));
        let row = row(app, session.id, told, &session.appointment.metadata, now)?;
        tx.enqueue_next(&mut line, &row).await?;
        for_broker(app, tx, &row).await?;
    }
    Ok(())
}

/// What happened to a request, which is what it is now. Save it first.
///
/// # Errors
/// Those of the store.
pub(crate) async fn of_request(
    app: &App,
    tx: &mut Tx,
    request: &Request,
    now: Timestamp,
) -> Result<(), Error> {
    let people: Vec<_> = [request.client_id].into_iter().chain(request.accepted_by()).collect();
    let labels = tx.labels(&people).await?;
    let known = |person| labels.get(&person).map(|label| label.identity.clone());
    let told = (event::request_name(request), event::request_data(request, known));
    let row = row(app, request.session_id(), told, &request.wish.metadata, now)?;
    tx.enqueue_of_request(&row, request.wish.organization_id).await?;
    for_broker(app, tx, &row).await
}

fn row(
    app: &App,
    session_id: SessionId,
    (event_type, data): (&str, Value),
    metadata: &Map<String, Value>,
    now: Timestamp,
) -> Result<OutboxRow, Error> {
    let id = EventId::new(app.seed());
    let sealed_metadata = sealed(app, metadata, id)?;
    Ok(OutboxRow { id, session_id, event_type: event_type.to_owned(), at: now, data, sealed_metadata })
}

async fn for_broker(app: &App, tx: &mut Tx, row: &OutboxRow) -> Result<(), Error> {
    if app.outbox.broker_wants(&row.event_type) {
        tx.address(row.id, Target::Broker, row.at).await?;
    }
    Ok(())
}

/// What the program that booked stored with the booking: whatever it may be, it is in no event's data.
fn sealed(app: &App, metadata: &Map<String, Value>, event: EventId) -> Result<Option<Vec<u8>>, Error> {
    if metadata.is_empty() {
        return Ok(None);
    }
    let text = serde_json::to_string(metadata).map_err(Error::internal)?;
    app.sealer.seal(Of::EventMetadata(event), &text).map(Some).map_err(Error::internal)
}
