//! Sends requests to whoever may accept them, and to their client.

use openvisit_app::auth::caller::Caller;
use openvisit_app::{App, Error, requests};
use openvisit_core::ids::{PersonId, RequestId};
use openvisit_core::person::Role;
use openvisit_core::request::Status;
use openvisit_store::SealedRequest;
use serde::Serialize;
use socketioxide::extract::SocketRef;

use super::{NAMESPACE, Realtime, rooms};
use crate::http::requests::view::RequestView;

/// The sockets of all practitioners.
const PRACTITIONERS: &str = "practitioners";

/// How many waiting requests are sent at connect.
const AT_CONNECT: usize = 100;

/// A request that is new or has changed.
#[derive(Serialize)]
struct OpenRequest {
    request: RequestView,
}

/// A request that nobody can accept any more.
#[derive(Serialize)]
struct RequestClosed {
    id: RequestId,
    status: Status,
}

impl Realtime {
    /// Sends the state of a request: `request` as long as it waits, then `request_gone`.
    pub(super) async fn send_request(&self, sealed: &SealedRequest) {
        if let Err(error) = self.try_send_request(sealed).await {
            tracing::warn!(code = error.code(), request = %sealed.request.id, "could not send a request to the practitioners");
        }
    }

    async fn try_send_request(&self, sealed: &SealedRequest) -> Result<(), Error> {
        let Some(namespace) = self.io.of(NAMESPACE) else { return Ok(()) };
        let mut people = self.meant(sealed).await?;
        people.push(sealed.request.client_id);
        let sockets = namespace.within(people.into_iter().map(rooms::of_person).collect::<Vec<_>>());
        let told = if sealed.request.status() == Status::Pending {
            sockets
                .emit("request", &OpenRequest { request: RequestView::open(&self.app, sealed.clone()) })
                .await
        } else {
            let gone = RequestClosed { id: sealed.request.id, status: sealed.request.status() };
            sockets.emit("request_gone", &gone).await
        };
        if let Err(error) = told {
            // A socket whose buffer is full gets the queue when it connects again.
            tracing::debug!(%error, "could not send an event to a socket");
        }
        Ok(())
    }

    /// The connected practitioners whom the request is meant for, as their accounts are now.
    async fn meant(&self, sealed: &SealedRequest) -> Result<Vec<PersonId>, Error> {
        let Some(namespace) = self.io.of(NAMESPACE) else { return Ok(Vec::new()) };
        let sockets = namespace.within(PRACTITIONERS).sockets();
        let mut people: Vec<PersonId> =
            sockets.iter().filter_map(|socket| Some(socket.extensions.get::<Caller>()?.person_id)).collect();
        people.sort_unstable();
        people.dedup();
        let (rules, now) = (self.app.settings.request_rules(), self.app.clock.now());
        let mut tx = self.app.store.read().await?;
        let mut meant = Vec::new();
        for id in people {
            let person = tx.person(id).await?;
            if person.is_some_and(|person| sealed.request.meant_for(&person, &rules, now).is_ok()) {
                meant.push(id);
            }
        }
        Ok(meant)
    }
}

/// Sends the waiting requests to a socket that connects, so that it has missed nothing.
pub(super) async fn send_pending(app: &App, socket: &SocketRef, caller: &Caller) -> Result<(), Error> {
    if caller.only_session.is_some() {
        return Ok(());
    }
    if caller.is(Role::Practitioner) {
        socket.join(PRACTITIONERS);
    } else if !caller.is(Role::Client) {
        return Ok(());
    }
    let mut tx = app.store.read().await?;
    let found = requests::list(app, &mut tx, caller, None, AT_CONNECT).await?;
    drop(tx);
    for sealed in found.into_iter().filter(|sealed| sealed.request.status() == Status::Pending) {
        let told = OpenRequest { request: RequestView::open(app, sealed) };
        if let Err(error) = socket.emit("request", &told) {
            tracing::debug!(%error, "could not send a request to a socket");
        }
    }
    Ok(())
}
