//! Sends what was announced to the sockets of the people it concerns.

use openvisit_app::announce::concern::audience;
use openvisit_app::announce::{Announcement, Committed};
use openvisit_app::chat::forget;
use openvisit_app::sessions::view::Viewer;
use openvisit_core::ids::{PersonId, SessionId};
use openvisit_core::session::Session;
use openvisit_store::SessionDetails;
use socketioxide::operators::BroadcastOperators;
use tokio::sync::mpsc::UnboundedReceiver;

use super::cut_off;
use super::realtime_event::{self, Payload, RealtimeEvent};
use super::{NAMESPACE, Realtime, chat, rooms, sockets};
use crate::http::sessions::show::show;

/// Sends one announcement after the other, until the server stops. One that fails does not stop the next.
pub(super) async fn run(realtime: Realtime, mut announcements: UnboundedReceiver<Announcement>) {
    loop {
        let next = tokio::select! {
            next = announcements.recv() => next,
            () = realtime.app.stopping.cancelled() => return,
        };
        let Some(announcement) = next else { return };
        let realtime = realtime.clone();
        let told = tokio::spawn(async move { realtime.send(&announcement).await });
        if let Err(error) = told.await {
            tracing::error!(%error, "sending an update to the sockets panicked");
        }
    }
}

impl Realtime {
    async fn send(&self, announcement: &Announcement) {
        match announcement {
            Announcement::Session(committed) => self.send_session(committed).await,
            Announcement::Request(sealed) => self.send_request(sealed).await,
            Announcement::Said { session } => self.send_said(*session).await,
            Announcement::Disabled(person) | Announcement::Rights(person) => {
                cut_off::all(&self.io, NAMESPACE, *person);
            }
            Announcement::SignedOut { person, ended } => {
                cut_off::signed_out(&self.io, NAMESPACE, *person, ended);
            }
            Announcement::Withdrawn { session, person } => {
                cut_off::invited(&self.io, NAMESPACE, *person, *session);
            }
            Announcement::Sockets { .. } | Announcement::Left { .. } => {}
            Announcement::TakenForGone => sockets::enter_anew(self).await,
        }
    }

    async fn send_session(&self, Committed { news, after }: &Committed) {
        let session = &after.session;
        if news.is_over {
            forget(&self.app, session.id).await;
        }
        self.spread(after, &realtime_event::of(news)).await;
        if let Some(before) = news.handed_over_by {
            self.tell_person(before, after, &[RealtimeEvent::plain("moved")]).await;
            let now = session.appointment.practitioner_id;
            self.tell_person(now, after, &[RealtimeEvent::plain("booked")]).await;
        }
        if news.practitioner_moved {
            self.update_waiting_clients(session).await;
        }
    }

    /// The practitioner came to a session or went: those who wait elsewhere are informed of that, and not where.
    async fn update_waiting_clients(&self, session: &Session) {
        let others = async {
            let mut tx = self.app.store.read().await?;
            let others = tx.under_way(session.appointment.practitioner_id).await?;
            let waits = |other: &&Session| other.id != session.id && !other.has_practitioner();
            let ids: Vec<_> = others.iter().filter(waits).map(|other| other.id).collect();
            if ids.is_empty() { Ok(Vec::new()) } else { tx.details_of(&ids).await }
        };
        match others.await {
            Ok(others) => {
                for other in &others {
                    self.spread(other, &[RealtimeEvent::plain("updated")]).await;
                }
            }
            Err(error) => {
                tracing::warn!(%error, session = %session.id, "could not update the clients who wait in other sessions");
            }
        }
    }

    async fn send_said(&self, session: SessionId) {
        if let Err(error) = chat::tell(self, session).await {
            // They hear it with what is said next.
            tracing::warn!(code = error.code(), %session, "could not send a chat message to the sockets");
        }
    }

    /// A view is made for those only who have a socket here, once for all sockets of a person.
    async fn spread(&self, details: &SessionDetails, events: &[RealtimeEvent]) {
        let Some(namespace) = self.io.of(NAMESPACE).filter(|_| !events.is_empty()) else { return };
        let people = audience(&details.session);
        for person in &people {
            self.tell_person(*person, details, events).await;
        }
        let Some(organization) = details.session.appointment.organization_id else { return };
        // Whoever takes part themselves has been told as that.
        let own: Vec<_> =
            people.into_iter().flat_map(|it| rooms::of_session(it, details.session.id)).collect();
        let sockets = namespace.within(rooms::of_reception(organization)).except(own);
        self.send_view(details, Viewer::reception(), sockets, events).await;
    }

    /// As one of those who take part sees it; who does not any more sees what a guest outside does.
    async fn tell_person(&self, person: PersonId, details: &SessionDetails, events: &[RealtimeEvent]) {
        let Some(namespace) = self.io.of(NAMESPACE) else { return };
        let sockets = namespace.within(rooms::of_session(person, details.session.id));
        if let Ok(viewer) = Viewer::taking_part(person, &details.session) {
            self.send_view(details, viewer, sockets, events).await;
        }
    }

    async fn send_view(
        &self,
        details: &SessionDetails,
        viewer: Viewer,
        sockets: BroadcastOperators,
        events: &[RealtimeEvent],
    ) {
        if sockets.clone().sockets().is_empty() {
            return;
        }
        let view = match show(&self.app, details, viewer).await {
            Ok(view) => view,
            Err(error) => {
                let session = details.session.id;
                tracing::warn!(code = error.code(), %session, "could not send an update to a participant");
                return;
            }
        };
        for event in events {
            let payload = Payload { session: &view, participant_id: event.participant };
            if let Err(error) = sockets.clone().emit(event.name, &payload).await {
                // A socket whose buffer is full gets the state when it connects again.
                tracing::debug!(%error, "could not send an event to a socket");
            }
        }
    }
}
