//! `/api/v1/sessions`: what happens at an appointment.

mod admit;
pub mod end;
mod extend;
mod get;
pub mod join;
mod leave;
pub mod list;
mod media;
pub mod notes;
mod passcode;
mod rating;
pub mod start;
mod timeline;
pub mod view;

use std::sync::Arc;

use openvisit_core::access::{self, Action, Relation};
use openvisit_core::ids::{PersonId, SessionId};
use openvisit_core::session::{Presence, Session};
use openvisit_store::{Seen, Tx};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::auth::caller::Caller;
use crate::http::problem::Problem;
use crate::seal::Of;
use view::{Names, SessionView, Viewer};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(get::get))
        .routes(routes!(join::post))
        .routes(routes!(admit::admit))
        .routes(routes!(admit::deny))
        .routes(routes!(admit::remove))
        .routes(routes!(start::start))
        .routes(routes!(leave::leave))
        .routes(routes!(extend::extend))
        .routes(routes!(end::post))
        .routes(routes!(passcode::renew))
        .routes(routes!(notes::put))
        .routes(routes!(rating::put))
        .routes(routes!(timeline::get))
        .routes(routes!(media::connect))
        .routes(routes!(media::restart, media::hang_up))
}

/// A session with all that a page shows of it, for a caller: one that he may not see is not there.
///
/// # Errors
/// `not_found`, and those of the store.
pub async fn look(app: &App, caller: &Caller, id: SessionId) -> Result<(Arc<Seen>, Viewer), Problem> {
    let seen = app.store.seen(id).await?.ok_or(Problem::NotFound)?;
    let relation = Relation::of(caller, &seen.session).ok_or(Problem::NotFound)?;
    Ok((seen, Viewer { person: caller.person_id, relation }))
}

/// The practitioner's notes, where the viewer may read them.
///
/// # Errors
/// They cannot be opened.
pub fn notes_for(app: &App, seen: &Seen, viewer: Viewer) -> Result<Option<String>, Problem> {
    let sealed = seen.sealed_notes.as_ref().filter(|_| viewer.may(Action::Notes));
    let opened = sealed.map(|sealed| app.sealer.open(Of::Notes(seen.session.id), sealed));
    opened.transpose().map_err(Problem::internal)
}

/// What was looked at, as the viewer may see it.
///
/// # Errors
/// The notes cannot be opened, and those of the store.
pub async fn show_seen(app: &App, seen: &Seen, viewer: Viewer) -> Result<SessionView, Problem> {
    let appointment = &seen.session.appointment;
    let parties = [
        (appointment.practitioner_id, seen.practitioner_name.clone()),
        (appointment.client_id, seen.client_name.clone()),
    ];
    let names = parties.into_iter().filter_map(|(id, name)| Some((id, name?))).collect();
    let notes = notes_for(app, seen, viewer)?;
    let presence = if waits(&seen.session, viewer) {
        Some(presence(&mut app.store.read().await?, &seen.session).await?)
    } else {
        None
    };
    let (policy, now) = (app.settings.policy(), app.clock.now());
    Ok(SessionView::of(&seen.session, viewer, &Names(names), notes, presence, &policy, now))
}

/// The session as the caller may see it.
///
/// # Errors
/// Those of the store.
pub async fn show(app: &App, caller: &Caller, session: &Session) -> Result<SessionView, Problem> {
    let mut tx = app.store.read().await?;
    let names = names(&mut tx, std::slice::from_ref(session)).await?;
    show_in(&mut tx, app, caller, session, &names).await
}

pub(crate) async fn show_in(
    tx: &mut Tx,
    app: &App,
    caller: &access::Caller,
    session: &Session,
    names: &Names,
) -> Result<SessionView, Problem> {
    let relation = Relation::of(caller, session).ok_or(Problem::NotFound)?;
    let notes = if relation.may(Action::Notes) { open_notes(tx, app, session).await? } else { None };
    let viewer = Viewer { person: caller.person_id, relation };
    let presence = if waits(session, viewer) { Some(presence(tx, session).await?) } else { None };
    Ok(SessionView::of(session, viewer, names, notes, presence, &app.settings.policy(), app.clock.now()))
}

/// Whether the viewer may be waiting for the practitioner.
fn waits(session: &Session, viewer: Viewer) -> bool {
    matches!(viewer.relation, Relation::Client | Relation::Guest) && session.is_under_way()
}

/// Where the practitioner is.
async fn presence(tx: &mut Tx, session: &Session) -> Result<Presence, Problem> {
    if session.has_practitioner() {
        return Ok(Presence::Here);
    }
    let others = tx.under_way(session.appointment.practitioner_id).await?;
    let elsewhere = others.iter().any(|other| other.id != session.id && other.has_practitioner());
    Ok(if elsewhere { Presence::InAnotherCall } else { Presence::Away })
}

/// The names of the two parties of each session.
///
/// # Errors
/// Those of the store.
pub async fn names(tx: &mut Tx, sessions: &[Session]) -> Result<Names, Problem> {
    let mut people: Vec<PersonId> =
        sessions.iter().flat_map(|s| [s.appointment.practitioner_id, s.appointment.client_id]).collect();
    people.sort_unstable();
    people.dedup();
    Ok(Names(tx.names(&people).await?))
}

async fn open_notes(tx: &mut Tx, app: &App, session: &Session) -> Result<Option<String>, Problem> {
    let Some(sealed) = tx.notes(session.id).await? else { return Ok(None) };
    app.sealer.open(Of::Notes(session.id), &sealed).map(Some).map_err(Problem::internal)
}
