//! Offers, restarts and hang-ups at any node: who is asked has checked who asks; the session's home, which may be another
//! node, answers with its own candidates, or this one becomes the home.

use std::time::Duration;

use openvisit_app::auth::basis::Basis;
use openvisit_app::nodes::homes::{Home, find, home_of, take_over};
use openvisit_app::nodes::letter::{Answer, Letter, Question};
use openvisit_app::nodes::mail::{self, Received};
use openvisit_app::sessions::media::{Shown, note_basis, permitted, still_permitted};
use openvisit_app::{App, Error};
use openvisit_core::ids::{PersonId, SessionId};
use openvisit_media::{Connection, MediaRefusal};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::sfu_io::Sfu;
use crate::state::Server;
use crate::test_calls;

/// Whoever leaves a question unanswered for so long does not have the session any more.
const PATIENCE: Duration = Duration::from_secs(2);
/// The home may be another one by the time it is asked.
const TRIES: usize = 4;

/// A participant's offer.
#[derive(Clone, Debug)]
pub struct Offer {
    pub connection: Connection,
    pub person: PersonId,
    pub sdp: String,
    pub shown: Shown,
    /// What the announcer said before the participant's place was looked up.
    pub media_losses: u64,
}

/// Why an offer was not answered.
enum NotJoined {
    Media(MediaRefusal),
    Other(Error),
}

/// Lets somebody who has a place into the media of their session; the SDP answer.
///
/// # Errors
/// What is wrong with the offer; that there is no place any more, or no home to be found just now.
pub async fn join(server: &Server, offer: Offer) -> Result<String, Error> {
    let Connection { session, participant, .. } = offer.connection;
    for _ in 0..TRIES {
        let (node, epoch) = match home_of(&server.app, session).await? {
            Home::Here => return Ok(join_here(server, offer).await?),
            Home::There { node, epoch } => (node, epoch),
        };
        let Offer { connection, sdp, shown: Shown { basis, issued_at }, .. } = offer.clone();
        let question = Question::Join { connection, offer: sdp, issued_at, basis: Some(basis) };
        match mail::ask(&server.app, &node, question, PATIENCE).await? {
            Some(Answer::Sdp(answer)) => return Ok(answer),
            Some(Answer::Refused(refusal)) => return Err(refusal.into()),
            Some(Answer::NotPermitted) => {
                permitted(&server.app, session, participant, offer.shown).await?;
                return Err(Error::Unavailable);
            }
            Some(Answer::Unavailable) => return Err(Error::Unavailable),
            Some(Answer::NotHome) => {}
            // Whoever asks again asks a node that stays.
            None if server.app.nodes.is_draining() => return Err(Error::Unavailable),
            None => take_over(&server.app, session, &node, epoch).await?,
        }
    }
    Err(Error::Unavailable)
}

async fn join_here(server: &Server, offer: Offer) -> Result<String, NotJoined> {
    let Offer { connection, person, sdp, media_losses, shown } = offer;
    let (session, participant) = (connection.session, connection.participant);
    note_basis(&server.app, session, participant, (person, shown.basis));
    let answer = match server.sfu.join(connection, sdp).await {
        // Another node may have room for it.
        Err(MediaRefusal::Busy) => {
            server.app.homes.give_up(session);
            return Err(MediaRefusal::Busy.into());
        }
        answer => answer?,
    };
    if let Err(error) = still_permitted(&server.app, session, participant, shown.basis, media_losses).await {
        server.sfu.hang_up(connection);
        if let Error::Ended { .. } = error {
            server.app.homes.give_up(session);
        }
        return Err(error.into());
    }
    Ok(answer.sdp)
}

/// Answers a full new offer of a connection that is there: an ICE restart.
///
/// # Errors
/// `not_found` where it is not, or its home does not answer: a new connection is answered by another.
pub async fn restart(server: &Server, connection: Connection, offer: String) -> Result<String, Error> {
    let (node, epoch) = match find(&server.app, connection.session).await? {
        Some(Home::Here) => return Ok(server.sfu.restart(connection, offer).await?.sdp),
        Some(Home::There { node, epoch }) => (node, epoch),
        None => return Err(Error::NotFound),
    };
    let question = Question::Restart { connection, offer };
    match mail::ask(&server.app, &node, question, PATIENCE).await? {
        Some(answer) => sdp(answer),
        None => {
            if !server.app.nodes.is_draining() {
                take_over(&server.app, connection.session, &node, epoch).await?;
            }
            Err(Error::NotFound)
        }
    }
}

fn sdp(answer: Answer) -> Result<String, Error> {
    match answer {
        Answer::Sdp(sdp) => Ok(sdp),
        Answer::Refused(refusal) => Err(refusal.into()),
        Answer::Unavailable => Err(Error::Unavailable),
        Answer::NotHome | Answer::NotPermitted => Err(Error::NotFound),
    }
}

/// Ends a connection, wherever it is; nothing happens if it has ended.
///
/// # Errors
/// Those of the store.
pub async fn hang_up(server: &Server, connection: Connection) -> Result<(), Error> {
    server.sfu.hang_up(connection);
    if let Some(Home::There { node, .. }) = find(&server.app, connection.session).await? {
        mail::tell(&server.app, &node, Letter::HangUp(connection)).await?;
    }
    Ok(())
}

/// Answers a full new offer of somebody who tests their devices, at whichever node they do.
///
/// # Errors
/// `not_found` where nobody has this test.
pub async fn restart_test(server: &Server, test: SessionId, offer: String) -> Result<String, Error> {
    if let Some(connection) = server.test_calls.find(test) {
        return Ok(server.sfu.restart(connection, offer).await?.sdp);
    }
    let question = Question::RestartTest { session: test, offer };
    let answer = mail::ask_all(&server.app, question, PATIENCE).await?;
    answer.map_or(Err(Error::NotFound), sdp)
}

/// Ends a test of devices, wherever it is.
///
/// # Errors
/// Those of the store.
pub async fn end_test(server: &Server, test: SessionId) -> Result<(), Error> {
    if test_calls::end(server, test) {
        return Ok(());
    }
    mail::tell_all(&server.app, Letter::EndTest(test)).await
}

/// Closes the media of whatever session another node has now.
pub fn listen_for_losses(app: &App, sfu: &Sfu) {
    let sfu = sfu.clone();
    app.homes.when_lost(move |session| sfu.move_session(session));
}

/// Does what other nodes ask, until the server stops.
pub async fn follow_mail(server: Server, mut mail: UnboundedReceiver<Received>) {
    loop {
        let received = tokio::select! {
            received = mail.recv() => received,
            () = server.app.stopping.cancelled() => return,
        };
        let Some(Received { from, letter }) = received else { return };
        match letter {
            Letter::HangUp(connection) => server.sfu.hang_up(connection),
            Letter::EndTest(test) => drop(test_calls::end(&server, test)),
            Letter::Question { id, question } => {
                let server = server.clone();
                tokio::spawn(async move {
                    if let Some(answer) = answer(&server, question).await {
                        mail::answer(&server.app, &from, id, answer).await;
                    }
                });
            }
            // Whoever asked has it, and rooms theirs.
            Letter::Answer { .. } | Letter::Relayed { .. } | Letter::MediaState { .. } => {}
        }
    }
}

async fn answer(server: &Server, question: Question) -> Option<Answer> {
    let answered = match question {
        Question::Join { connection, offer, issued_at, basis } => {
            let shown = Shown { basis: basis.unwrap_or(Basis::Token), issued_at };
            return Some(join_as_asked(server, connection, offer, shown).await);
        }
        Question::Restart { connection, offer } => server.sfu.restart(connection, offer).await,
        Question::RestartTest { session, offer } => {
            let connection = server.test_calls.find(session)?;
            server.sfu.restart(connection, offer).await
        }
    };
    Some(answered.map_or_else(Answer::Refused, |answer| Answer::Sdp(answer.sdp)))
}

/// Whoever asks has looked at the same; what changed since then may have been told here already.
async fn join_as_asked(server: &Server, connection: Connection, sdp: String, shown: Shown) -> Answer {
    let Connection { session, participant, .. } = connection;
    let media_losses = server.app.announcer.media_losses(session);
    let joined = async {
        let person = permitted(&server.app, session, participant, shown).await?;
        if home_of(&server.app, session).await? != Home::Here {
            return Ok(None);
        }
        join_here(server, Offer { connection, person, sdp, shown, media_losses }).await.map(Some)
    };
    match joined.await {
        Ok(Some(answer)) => Answer::Sdp(answer),
        Ok(None) => Answer::NotHome,
        Err(NotJoined::Media(refusal)) => Answer::Refused(refusal),
        Err(NotJoined::Other(Error::Unavailable | Error::VersionConflict)) => Answer::Unavailable,
        Err(NotJoined::Other(_)) => Answer::NotPermitted,
    }
}

impl From<MediaRefusal> for NotJoined {
    fn from(refusal: MediaRefusal) -> Self {
        Self::Media(refusal)
    }
}

impl From<Error> for NotJoined {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

impl From<NotJoined> for Error {
    fn from(refused: NotJoined) -> Self {
        match refused {
            NotJoined::Media(refusal) => refusal.into(),
            NotJoined::Other(error) => error,
        }
    }
}
