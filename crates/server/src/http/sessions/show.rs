//! A session, shown to somebody.

use openvisit_app::auth::caller::Caller;
use openvisit_app::sessions::doorway;
use openvisit_app::sessions::phone::numbers;
use openvisit_app::sessions::view::{Viewer, notes, presence};
use openvisit_app::{App, Error};
use openvisit_store::SessionDetails;

use super::view::{Beside, SessionView};

/// The session as a caller may see it.
///
/// # Errors
/// Those of [`show`].
pub async fn show_to(app: &App, caller: &Caller, details: &SessionDetails) -> Result<SessionView, Error> {
    show(app, details, Viewer::of(caller, &details.session)?).await
}

/// The session as the viewer may see it.
///
/// # Errors
/// Those of the store.
pub async fn show(app: &App, details: &SessionDetails, viewer: Viewer) -> Result<SessionView, Error> {
    let beside = Beside {
        notes: notes(app, details, viewer),
        doorway: doorway::shown(app, &details.session, viewer).into(),
        presence: presence(app, &details.session, viewer).await?,
        numbers: numbers(app, &details.session, viewer).await?,
    };
    let (policy, now) = (app.settings.policy(), app.clock.now());
    Ok(SessionView::of(&details.session, viewer, &details.into(), beside, &policy, now))
}
