//! Messages on their way into the database: in the transaction of the change that they tell of.

use jiff::Timestamp;
use openvisit_core::event::Event;
use openvisit_core::ids::{EmailId, PersonId, RequestId};
use openvisit_core::message::{Kind, caused};
use openvisit_core::session::{PartyRole, Session};
use openvisit_store::{Invitation, NewEmail, Recipient, Tx};

use crate::app::App;
use crate::error::Error;
use crate::seal::Of;

/// What a change tells whoever is invited. Save the session first.
///
/// # Errors
/// Those of the store.
pub(crate) async fn of_change(
    app: &App,
    tx: &mut Tx,
    before: Option<&Session>,
    after: &Session,
    events: &[Event],
    now: Timestamp,
) -> Result<(), Error> {
    if !app.messages.are_on() {
        return Ok(());
    }
    let Some(kind) = caused(before, after, events, now) else { return Ok(()) };
    store(app, tx, kind, Recipient::Person(after.appointment.client_id), after, now).await?;
    // Nobody else can have been invited to what was booked just now.
    if before.is_some() {
        for guest in tx.guests_with_address(after.id).await? {
            store(app, tx, kind, Recipient::Guest(guest), after, now).await?;
        }
    }
    Ok(())
}

/// As [`of_change`], of a new session. Whoever asked for it waits for it on a page.
///
/// # Errors
/// Those of the store.
pub(crate) async fn of_new(
    app: &App,
    tx: &mut Tx,
    session: &Session,
    request: Option<RequestId>,
    now: Timestamp,
) -> Result<(), Error> {
    match request {
        Some(_) => Ok(()),
        None => of_change(app, tx, None, session, &[Event::Booked], now).await,
    }
}

async fn store(
    app: &App,
    tx: &mut Tx,
    kind: Kind,
    to: Recipient,
    session: &Session,
    now: Timestamp,
) -> Result<(), Error> {
    let email = NewEmail {
        id: EmailId::new(app.seed()),
        kind,
        to,
        session: Some((session.id, session.version)),
        slot_starts_at: None,
        sealed_link: None,
        at: now,
    };
    tx.store_email(&email).await?;
    Ok(())
}

/// A guest gets the link that was made for them.
///
/// # Errors
/// Those of the store.
pub(crate) async fn of_guest(
    app: &App,
    tx: &mut Tx,
    invitation: &Invitation,
    session: &Session,
    secret: &str,
) -> Result<(), Error> {
    if !app.messages.are_on() || invitation.role != PartyRole::Guest {
        return Ok(());
    }
    let id = EmailId::new(app.seed());
    let sealed = app.sealer.seal(Of::EmailLink(id), secret).map_err(Error::internal)?;
    let email = NewEmail {
        id,
        kind: Kind::Invitation,
        to: Recipient::Guest(invitation.id),
        session: Some((session.id, session.version)),
        slot_starts_at: None,
        sealed_link: Some(sealed),
        at: invitation.created_at,
    };
    tx.store_email(&email).await?;
    Ok(())
}

/// A link by which somebody chooses a password.
///
/// # Errors
/// Those of the store.
pub(crate) async fn of_account(
    app: &App,
    tx: &mut Tx,
    kind: Kind,
    person: PersonId,
    secret: &str,
) -> Result<(), Error> {
    let (id, at) = (EmailId::new(app.seed()), app.clock.now());
    let sealed = app.sealer.seal(Of::EmailLink(id), secret).map_err(Error::internal)?;
    let to = Recipient::Person(person);
    let email = NewEmail { id, kind, to, session: None, slot_starts_at: None, sealed_link: Some(sealed), at };
    tx.store_email(&email).await?;
    Ok(())
}
