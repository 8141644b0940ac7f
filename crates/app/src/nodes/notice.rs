//! An announcement as the other nodes read it: ids, and what happened. What they act on they load.

use std::collections::HashMap;
use std::sync::Arc;

use openvisit_core::ids::{ParticipantId, PersonId, RequestId, SessionId};
use openvisit_store::{SealedRequest, StoreError, Tx};
use serde::{Deserialize, Serialize};

use crate::announce::{Announcement, Committed, Concern, News};
use crate::app::App;
use crate::auth::basis::SignedOut;
use crate::error::Error;
use crate::people::{accounts, signed_out};

/// Nodes of another version may know more or fewer.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Notice {
    Session { id: SessionId, news: News, concern: Option<Concern> },
    Request(RequestId),
    Said(SessionId),
    Sockets(SessionId),
    Left { session: SessionId, participant: ParticipantId },
    Disabled(PersonId),
    Rights(PersonId),
    SignedOut { person: PersonId, ended: SignedOut },
    Withdrawn { session: SessionId, person: PersonId },
}

impl Notice {
    fn session(&self) -> Option<SessionId> {
        match self {
            Self::Session { id: session, .. }
            | Self::Said(session)
            | Self::Sockets(session)
            | Self::Left { session, .. }
            | Self::Withdrawn { session, .. } => Some(*session),
            Self::Request(_) | Self::Disabled(_) | Self::Rights(_) | Self::SignedOut { .. } => None,
        }
    }

    /// `None` for what changed nothing that anybody hears of.
    fn of(announcement: &Announcement) -> Option<Self> {
        Some(match announcement {
            Announcement::Session(committed) if committed.news.is_none() => return None,
            Announcement::Session(committed) => Self::Session {
                id: committed.after.session.id,
                news: committed.news.clone(),
                concern: Some(Concern::of(committed)),
            },
            Announcement::Request(sealed) => Self::Request(sealed.request.id),
            Announcement::Said { session } => Self::Said(*session),
            Announcement::Sockets { session } => Self::Sockets(*session),
            Announcement::Left { session, participant } => {
                Self::Left { session: session.id, participant: *participant }
            }
            Announcement::Disabled(person) => Self::Disabled(*person),
            Announcement::Rights(person) => Self::Rights(*person),
            Announcement::SignedOut { person, ended } => {
                Self::SignedOut { person: *person, ended: ended.clone() }
            }
            Announcement::Withdrawn { session, person } => {
                Self::Withdrawn { session: *session, person: *person }
            }
            // Of this process only.
            Announcement::TakenForGone => return None,
        })
    }
}

/// Writes announcements for the other nodes; they hear of them once the transaction is committed.
///
/// # Errors
/// Those of the store.
pub async fn write(tx: &mut Tx, announcements: &[Announcement]) -> Result<(), StoreError> {
    if !tx.may_be_followed() {
        return Ok(());
    }
    let notices = announcements.iter().filter_map(Notice::of);
    let texts = notices.map(|notice| {
        serde_json::to_string(&notice)
            .map_err(|_| StoreError::Internal("a notice has no JSON form".to_owned()))
    });
    tx.write_notices(&texts.collect::<Result<Vec<_>, _>>()?).await
}

/// What others wrote, apart by what it is about: what is about one session keeps its order.
pub(super) fn in_lines(written: impl Iterator<Item = String>) -> Vec<Vec<Notice>> {
    let mut lines: Vec<Vec<Notice>> = Vec::new();
    let mut of_session: HashMap<SessionId, usize> = HashMap::new();
    for text in written {
        let Ok(notice) = serde_json::from_str::<Notice>(&text) else {
            tracing::debug!("another node wrote a notice that this version does not know");
            continue;
        };
        match notice.session().map(|session| *of_session.entry(session).or_insert(lines.len())) {
            Some(line) if line < lines.len() => lines[line].push(notice),
            _ => lines.push(vec![notice]),
        }
    }
    lines
}

/// Tells here what another node has committed.
///
/// # Errors
/// Those of the store.
pub(super) async fn pass_on(app: &App, notice: Notice) -> Result<(), Error> {
    match notice {
        // Whoever loses the media has their home here or elsewhere; most changes concern nobody at this node otherwise.
        Notice::Session { id, news, concern: Some(concern) } if !app.announcer.is_of_interest(&concern) => {
            app.announcer.pass_on_losses(&news.media_losses(id));
            Ok(())
        }
        Notice::Session { id, news, .. } => pass_on_session(app, id, news).await,
        Notice::Request(id) => {
            let found = app.store.read().await?.request(id).await?;
            let now = app.clock.now();
            let sealed = found.map(|sealed| SealedRequest { request: sealed.request.at(now), ..sealed });
            tell(app, sealed.map(|sealed| Announcement::Request(Arc::new(sealed))));
            Ok(())
        }
        Notice::Said(session) => {
            tell(app, Some(Announcement::Said { session }));
            Ok(())
        }
        Notice::Sockets(session) => {
            tell(app, Some(Announcement::Sockets { session }));
            Ok(())
        }
        Notice::Left { session, participant } => {
            let session = app.store.read().await?.session(session).await?;
            tell(app, session.map(|session| Announcement::Left { session: Arc::new(session), participant }));
            Ok(())
        }
        Notice::Disabled(person) => {
            app.person_cache.forget(person);
            tell(app, Some(Announcement::Disabled(person)));
            let left = accounts::places_left(app, person).await?;
            left.into_iter().for_each(|left| tell(app, Some(left)));
            Ok(())
        }
        Notice::Rights(person) => {
            app.person_cache.forget(person);
            tell(app, Some(Announcement::Rights(person)));
            Ok(())
        }
        Notice::SignedOut { person, ended } => signed_out::pass_on(app, person, ended).await,
        Notice::Withdrawn { session, person } => {
            tell(app, Some(Announcement::Withdrawn { session, person }));
            Ok(())
        }
    }
}

async fn pass_on_session(app: &App, id: SessionId, news: News) -> Result<(), Error> {
    // What is committed here meanwhile is told after this, or is in what is loaded.
    let turn = app.announcer.turn(id).await;
    let details = app.store.session_details(id).await?;
    tell(
        app,
        details.map(|details| Announcement::Session(Arc::new(Committed { news, after: (*details).clone() }))),
    );
    drop(turn);
    Ok(())
}

fn tell(app: &App, announcement: Option<Announcement>) {
    if let Some(announcement) = announcement {
        app.announcer.pass_on(&announcement);
    }
}
