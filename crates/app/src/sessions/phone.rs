//! When video or sound fails, they go on by telephone, and back.

use openvisit_core::access::{Action, Relation};
use openvisit_core::ids::{ConnectionId, ParticipantId, PersonId, SessionId};
use openvisit_core::lifecycle::admission::Visitor;
use openvisit_core::lifecycle::phone::PhoneCall;
use openvisit_core::session::{PartyRole, Session};
use openvisit_store::SessionDetails;

use super::change::change;
use super::view::Viewer;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::error::Error;
use crate::usage;

/// Goes on by telephone, by the practitioner's word. `shows_practitioner`: the client is shown their number.
///
/// # Errors
/// The refusals of [`Session::go_on_by_phone`], and those of the store.
pub async fn go_on_by_phone(
    app: &App,
    caller: &Caller,
    id: SessionId,
    shows_practitioner: bool,
) -> Result<SessionDetails, Error> {
    let policy = usage::policy(app).await?;
    let details = app.store.session_details(id).await?.ok_or(Error::NotFound)?;
    let appointment = &details.session.appointment;
    let name = |label: &Option<openvisit_store::Label>| {
        label.as_ref().map_or_else(String::new, |it| it.name.clone())
    };
    let visitor = |role, person_id, name| Visitor {
        person_id,
        role,
        name,
        new_id: ParticipantId::new(app.seed()),
        passcode_verified: false,
        invitation: None,
        by_code: false,
    };
    let call = PhoneCall {
        practitioner: visitor(
            PartyRole::Practitioner,
            appointment.practitioner_id,
            name(&details.practitioner),
        ),
        client: visitor(PartyRole::Client, appointment.client_id, name(&details.client)),
        connection: ConnectionId::new(app.seed()),
        shows_practitioner,
    };
    change(app, caller, id, Action::Phone, |session: Session, moment| {
        Ok(session.go_on_by_phone(moment.now, &policy, call.clone())?)
    })
    .await
}

/// They talk by video again.
///
/// # Errors
/// The refusals of [`Session::back_to_video`], and those of the store.
pub async fn back_to_video(app: &App, caller: &Caller, id: SessionId) -> Result<SessionDetails, Error> {
    change(app, caller, id, Action::Phone, |session: Session, moment| Ok(session.back_to_video(moment.now)?))
        .await
}

/// The numbers that somebody is shown while it goes on by telephone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Numbers {
    pub practitioner: Option<String>,
    pub client: Option<String>,
}

/// The practitioner sees both; the client their own, and the practitioner's where they want it; nobody else any.
///
/// # Errors
/// Those of the store.
pub async fn numbers(app: &App, session: &Session, viewer: Viewer) -> Result<Numbers, Error> {
    let Some(by_phone) = session.by_phone else { return Ok(Numbers::default()) };
    let sees_practitioner = match viewer.relation {
        Relation::Practitioner => true,
        Relation::Client => by_phone.shows_practitioner,
        Relation::Guest | Relation::Assistant | Relation::Admin => return Ok(Numbers::default()),
    };
    let practitioner =
        if sees_practitioner { number(app, session.appointment.practitioner_id).await? } else { None };
    Ok(Numbers { practitioner, client: number(app, session.appointment.client_id).await? })
}

async fn number(app: &App, person: PersonId) -> Result<Option<String>, Error> {
    Ok(app.store.person(person).await?.and_then(|person| person.phone))
}
