//! The room at Jitsi, for pages that open it themselves. Whoever is given the way in has come to the session: they
//! count, and only they are given it.

use openvisit_app::auth::caller::Caller;
use openvisit_app::sessions::join::{Door, EntryResult, enter};
use openvisit_app::sessions::media::{self, Media};
use openvisit_app::sessions::way_in;
use openvisit_app::{App, Error};
use openvisit_core::appointment::MediaProvider;
use openvisit_core::session::{Admission, Session};
use openvisit_providers::JitsiLinks;
use serde::Serialize;
use utoipa::ToSchema;

use super::view::VideoSession;

/// Null until the caller may enter, and where another than Jitsi carries the session.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
#[schema(as = JitsiWayIn)]
pub struct WayIn {
    /// Opens the call in a page of its own, as the caller: it is for nobody else.
    pub meeting_url: Option<String>,
    /// The same for a frame.
    pub iframe_url: Option<String>,
    /// What Jitsi's External API is told.
    pub domain: Option<String>,
    /// Null where the domain asks for no token.
    pub jwt: Option<String>,
}

impl From<JitsiLinks> for WayIn {
    fn from(links: JitsiLinks) -> Self {
        let JitsiLinks { meeting_url, iframe_url, domain, jwt } = links;
        Self { meeting_url: Some(meeting_url), iframe_url: Some(iframe_url), domain: Some(domain), jwt }
    }
}

pub fn carries(session: &Session) -> bool {
    session.appointment.media_provider == MediaProvider::Jitsi
}

/// The caller comes to the door: in this dialect a partner's coming opens it to the user.
///
/// # Errors
/// The join refusals.
pub async fn come(
    app: &App,
    caller: &Caller,
    session: &Session,
    password: Option<String>,
) -> Result<VideoSession, Error> {
    let entered = enter(app, caller, session.id, password, Door::Open).await?;
    let way_in = if entered.admission == Admission::Admitted {
        given(app, caller, &entered).await?
    } else {
        WayIn::default()
    };
    Ok(VideoSession { way_in, ..VideoSession::of(app, caller, &entered.details)? })
}

/// The session with the way in; `None` where it has none for the caller now. That Jitsi is at fault keeps nobody from
/// looking.
///
/// # Errors
/// Those of the store.
pub async fn look(app: &App, caller: &Caller, session: &Session) -> Result<Option<VideoSession>, Error> {
    if !carries(session) || app.providers.get(MediaProvider::Jitsi).is_none() {
        return Ok(None);
    }
    let Some(entered) = way_in::find(app, caller, session).await? else { return Ok(None) };
    let way_in = match given(app, caller, &entered).await {
        Ok(way_in) => way_in,
        Err(error @ (Error::Internal | Error::Unavailable)) => return Err(error),
        Err(_) => WayIn::default(),
    };
    Ok(Some(VideoSession { way_in, ..VideoSession::of(app, caller, &entered.details)? }))
}

/// The way in of somebody who was let in.
async fn given(app: &App, caller: &Caller, entered: &EntryResult) -> Result<WayIn, Error> {
    let Media::Elsewhere(_, credentials) = media::grant(app, caller, entered).await? else {
        return Ok(WayIn::default());
    };
    let name = entered.details.session.participant(entered.participant).map_or("", |it| it.name.as_str());
    let links = JitsiLinks::of(&credentials, name, caller.person.email.as_deref());
    Ok(links.map(WayIn::from).unwrap_or_default())
}
