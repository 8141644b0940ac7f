//! Somebody's ways in are over: by signing out, by another password, by a refresh token that was stolen. What came by them
//! is out at once, at every node: requests, sockets and media.

use openvisit_core::ids::PersonId;
use openvisit_store::Tx;

use crate::announce::{self, Announcement};
use crate::app::App;
use crate::auth::basis::{Basis, LoginId, SignedOut};
use crate::error::Error;

/// Ends one login within a transaction that [`commit`] commits.
///
/// # Errors
/// Those of the store.
pub async fn one(tx: &mut Tx, login: LoginId) -> Result<SignedOut, Error> {
    tx.revoke_refresh_family(&login.to_string()).await?;
    Ok(SignedOut::Login(login))
}

/// Ends all that a person came by within a transaction that [`commit`] commits, but for what the caller came by where that
/// is a login of theirs.
///
/// # Errors
/// Those of the store.
pub async fn all(
    app: &App,
    tx: &mut Tx,
    person: PersonId,
    caller: Option<Basis>,
) -> Result<SignedOut, Error> {
    let kept = match caller {
        Some(Basis::Login(login)) => Some(login),
        _ => None,
    };
    let family = kept.map(|login| login.to_string());
    tx.sign_out(person, family.as_deref(), app.clock.now()).await?;
    Ok(SignedOut::AllBut(kept.into_iter().collect()))
}

/// Commits, and puts out whoever came by what is over.
///
/// # Errors
/// Those of the store.
pub async fn commit(app: &App, tx: Tx, person: PersonId, ended: SignedOut) -> Result<(), Error> {
    announce::commit(app, tx, &[Announcement::SignedOut { person, ended: ended.clone() }]).await?;
    app.standing.forget();
    app.person_cache.forget(person);
    for left in places_left(app, person, &ended).await? {
        app.announcer.announce(&left);
    }
    Ok(())
}

/// Puts out here whoever came by what another node has ended.
///
/// # Errors
/// Those of the store.
pub(crate) async fn pass_on(app: &App, person: PersonId, ended: SignedOut) -> Result<(), Error> {
    app.standing.forget();
    app.person_cache.forget(person);
    app.announcer.pass_on(&Announcement::SignedOut { person, ended: ended.clone() });
    for left in places_left(app, person, &ended).await? {
        app.announcer.pass_on(&left);
    }
    Ok(())
}

async fn places_left(app: &App, person: PersonId, ended: &SignedOut) -> Result<Vec<Announcement>, Error> {
    let taken = app.media_bases.take(person, ended);
    let mut places = Vec::with_capacity(taken.len());
    for (session, participant) in taken {
        if let Some(session) = app.store.read().await?.session(session).await? {
            places.push(Announcement::Left { session: session.into(), participant });
        }
    }
    Ok(places)
}

/// Puts out whoever was signed out everywhere since this was asked before, also by the command line, which tells the nodes of
/// a PostgreSQL by a notice and the process of a SQLite by nothing.
///
/// # Errors
/// Those of the store.
pub(crate) async fn look(app: &App) -> Result<(), Error> {
    if app.store.nodes().is_some() {
        return Ok(());
    }
    let mut tx = app.store.read().await?;
    let found = tx.signed_out_since(app.standing.looked_until()).await?;
    let Some((_, last)) = found.last().copied() else { return Ok(()) };
    let mut ended = Vec::with_capacity(found.len());
    for (person, _) in &found {
        let kept = tx.refresh_families(*person).await?.iter().filter_map(|it| it.parse().ok()).collect();
        ended.push((*person, SignedOut::AllBut(kept)));
    }
    drop(tx);
    for (person, ended) in ended {
        pass_on(app, person, ended).await?;
    }
    app.standing.look_from(last);
    Ok(())
}
