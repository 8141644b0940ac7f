//! What somebody may see of a session. Notes and ratings are shown to their writers only, and whoever has not been let
//! in sees nobody but themselves.

use std::collections::HashMap;

use openvisit_core::access::{Action, Caller, Relation};
use openvisit_core::ids::PersonId;
use openvisit_core::session::{Admission, Participant, Presence, Session};
use openvisit_store::{Label, SessionDetails, Tx};
use uuid::Uuid;

use crate::app::App;
use crate::error::Error;
use crate::seal::Of;

/// Who looks: what is shown depends on it.
#[derive(Clone, Copy, Debug)]
pub struct Viewer {
    pub person: PersonId,
    pub relation: Relation,
}

impl Viewer {
    /// # Errors
    /// `not_found` for whoever may not see the session.
    pub fn of(caller: &Caller, session: &Session) -> Result<Self, Error> {
        let relation = Relation::of(caller, session).ok_or(Error::NotFound)?;
        Ok(Self { person: caller.person_id, relation })
    }

    /// As one of the session's own people, whatever else they may be.
    ///
    /// # Errors
    /// `not_found` for whoever takes no part in it.
    pub fn taking_part(person: PersonId, session: &Session) -> Result<Self, Error> {
        let only_session = Some(session.id);
        Self::of(&Caller { person_id: person, roles: vec![], organization_id: None, only_session }, session)
    }

    /// Whoever books for the session's organization, whichever of them.
    #[must_use]
    pub fn reception() -> Self {
        Self { person: PersonId(Uuid::nil()), relation: Relation::Assistant }
    }

    #[must_use]
    pub fn may(self, action: Action) -> bool {
        self.relation.may(action)
    }
}

/// A client or guest who has not been let in.
fn is_outside(session: &Session, viewer: Viewer) -> bool {
    matches!(viewer.relation, Relation::Client | Relation::Guest)
        && session.participant_of(viewer.person).is_none_or(|p| p.admission != Admission::Admitted)
}

/// A guest does not learn whose appointment it is before the practitioner lets them in.
#[must_use]
pub fn knows_client(session: &Session, viewer: Viewer) -> bool {
    viewer.relation != Relation::Guest || !is_outside(session, viewer)
}

/// Why it ended, which is not for guests.
#[must_use]
pub fn end_reason(session: &Session, viewer: Viewer) -> Option<&str> {
    session.state.end_reason().filter(|_| viewer.relation != Relation::Guest)
}

/// Whoever has not been let in sees nobody else.
pub fn shown_participants(session: &Session, viewer: Viewer) -> impl Iterator<Item = &Participant> {
    let outside = is_outside(session, viewer);
    session.participants.iter().filter(move |p| !outside || p.person_id == viewer.person)
}

/// The practitioner's notes as one viewer may see them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShownNotes {
    pub text: Option<String>,
    /// There are some, and the server's key does not open them.
    pub unreadable: bool,
}

/// The practitioner's notes, where the viewer may read them. What cannot be opened costs nobody the rest.
#[must_use]
pub fn notes(app: &App, details: &SessionDetails, viewer: Viewer) -> ShownNotes {
    let session = details.session.id;
    let sealed = details.sealed_notes.as_ref().filter(|_| viewer.may(Action::Notes));
    match sealed.map(|sealed| app.sealer.open(Of::Notes(session), sealed)).transpose() {
        Ok(text) => ShownNotes { text, unreadable: false },
        Err(error) => {
            tracing::warn!(%error, %session, "could not decrypt notes; was the notes key changed?");
            ShownNotes { text: None, unreadable: true }
        }
    }
}

/// Where the practitioner is, for whoever may be waiting for them.
///
/// # Errors
/// Those of the store.
pub async fn presence(app: &App, session: &Session, viewer: Viewer) -> Result<Option<Presence>, Error> {
    let waits = matches!(viewer.relation, Relation::Client | Relation::Guest) && session.is_under_way();
    if !waits {
        return Ok(None);
    }
    if session.has_practitioner() {
        return Ok(Some(Presence::Here));
    }
    let others = app.store.read().await?.under_way(session.appointment.practitioner_id).await?;
    let elsewhere = others.iter().any(|other| other.id != session.id && other.has_practitioner());
    Ok(Some(if elsewhere { Presence::InAnotherCall } else { Presence::Away }))
}

/// What people are called: here, and by the systems that vouch for them.
#[derive(Clone, Debug, Default)]
pub struct Labels(HashMap<PersonId, Label>);

impl Labels {
    /// Those of the two parties of each session.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn of_parties(tx: &mut Tx, sessions: &[Session]) -> Result<Self, Error> {
        let mut people: Vec<PersonId> =
            sessions.iter().flat_map(|s| [s.appointment.practitioner_id, s.appointment.client_id]).collect();
        people.sort_unstable();
        people.dedup();
        Self::of(tx, &people).await
    }

    /// # Errors
    /// Those of the store.
    pub async fn of(tx: &mut Tx, people: &[PersonId]) -> Result<Self, Error> {
        Ok(Self(tx.labels(people).await?))
    }

    #[must_use]
    pub fn get(&self, id: PersonId) -> Option<&Label> {
        self.0.get(&id)
    }

    #[must_use]
    pub fn name(&self, id: PersonId) -> Option<&str> {
        self.get(id).map(|label| label.name.as_str())
    }
}

impl From<&SessionDetails> for Labels {
    fn from(details: &SessionDetails) -> Self {
        let appointment = &details.session.appointment;
        let parties =
            [(appointment.practitioner_id, &details.practitioner), (appointment.client_id, &details.client)];
        Self(parties.into_iter().filter_map(|(id, label)| Some((id, label.clone()?))).collect())
    }
}
