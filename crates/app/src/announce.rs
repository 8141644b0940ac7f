//! What was committed, told to whoever listens: sockets, the media server, the rooms of media providers, the outbox.
//! The other nodes of a PostgreSQL read it in rows of the same transaction ([`crate::nodes`]), and tell it to theirs.
//!
//! A listener is called before whoever asked gets an answer, so it waits for nothing: whoever loses the media has lost
//! them by then, and everything that takes time goes into a queue ([`Announcer::subscribe`]). What concerns one session
//! is told in the order in which it was committed ([`Announcer::turn`]).

pub mod concern;
mod news;

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use openvisit_core::ids::{ParticipantId, PersonId, SessionId};
use openvisit_core::session::Session;
use openvisit_store::{SealedRequest, SessionDetails, Tx};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::sync::{Mutex, MutexGuard};

pub use concern::Concern;
pub use news::News;

use crate::app::App;
use crate::auth::basis::SignedOut;
use crate::error::Error;
use crate::nodes::notice;

/// Sessions share turns and counters by the hash of their id; this many change at the same time.
const SHARES: usize = 64;

/// One thing that has happened.
#[derive(Clone, Debug)]
pub enum Announcement {
    /// A session was booked or changed.
    Session(Arc<Committed>),
    /// A request was made or changed.
    Request(Arc<SealedRequest>),
    /// Something was said in a session's chat; whoever is told looks up what.
    Said { session: SessionId },
    /// Somebody came to a session, or went, by a dialect's socket.
    Sockets { session: SessionId },
    /// Somebody's place in the media is gone, though the session says nothing of it.
    Left { session: Arc<Session>, participant: ParticipantId },
    /// An account was disabled.
    Disabled(PersonId),
    /// An account has other roles, or is of another organization: its sockets come anew.
    Rights(PersonId),
    /// Some of somebody's ways in are over.
    SignedOut { person: PersonId, ended: SignedOut },
    /// What somebody came by without an account was withdrawn.
    Withdrawn { session: SessionId, person: PersonId },
    /// The other nodes took this one for gone, and have closed what was open here: whoever is connected comes anew.
    TakenForGone,
}

/// A change of a session that is in the database now.
#[derive(Debug)]
pub struct Committed {
    pub news: News,
    pub after: SessionDetails,
}

/// Whose media an announcement ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaLoss {
    /// Everybody's in a session.
    All(SessionId),
    One(SessionId, ParticipantId),
}

impl Announcement {
    /// Who has no place in the media any more.
    #[must_use]
    pub fn media_losses(&self) -> Vec<MediaLoss> {
        match self {
            Self::Session(committed) => committed.news.media_losses(committed.after.session.id),
            Self::Left { session, participant } => vec![MediaLoss::One(session.id, *participant)],
            Self::Request(_)
            | Self::Disabled(_)
            | Self::Rights(_)
            | Self::SignedOut { .. }
            | Self::Withdrawn { .. }
            | Self::TakenForGone
            | Self::Said { .. }
            | Self::Sockets { .. } => Vec::new(),
        }
    }

    /// Whether other programs are told of it.
    #[must_use]
    pub fn has_events(&self) -> bool {
        match self {
            Self::Session(committed) => !committed.news.events.is_empty(),
            Self::Request(_) => true,
            Self::Left { .. }
            | Self::Disabled(_)
            | Self::Rights(_)
            | Self::SignedOut { .. }
            | Self::Withdrawn { .. }
            | Self::TakenForGone
            | Self::Said { .. }
            | Self::Sockets { .. } => false,
        }
    }
}

impl MediaLoss {
    fn session(self) -> SessionId {
        match self {
            Self::All(session) | Self::One(session, _) => session,
        }
    }
}

/// The right to change a session, and to tell of it.
pub type Turn<'a> = MutexGuard<'a, ()>;

type Listener = Box<dyn Fn(&Announcement) + Send + Sync>;
type LossListener = Box<dyn Fn(MediaLoss) + Send + Sync>;
type Interest = Box<dyn Fn(&Concern) -> bool + Send + Sync>;

/// Commits, and tells everybody: whoever listens here at once, other nodes by rows of the same transaction.
///
/// # Errors
/// Those of the store; then nobody was told.
pub async fn commit(app: &App, mut tx: Tx, announcements: &[Announcement]) -> Result<(), Error> {
    notice::write(&mut tx, announcements).await?;
    tx.commit().await?;
    app.nodes.wake_others();
    announcements.iter().for_each(|announcement| app.announcer.announce(announcement));
    Ok(())
}

/// Tells everybody what is no change of the database.
///
/// # Errors
/// Those of the store; whoever listens here was told.
pub async fn tell(app: &App, announcement: &Announcement) -> Result<(), Error> {
    app.announcer.announce(announcement);
    if app.store.nodes().is_some() {
        let mut tx = app.store.begin().await?;
        notice::write(&mut tx, std::slice::from_ref(announcement)).await?;
        tx.commit().await?;
        app.nodes.wake_others();
    }
    Ok(())
}

/// What a listener is told.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// What this process has committed.
    Here,
    /// That, and what other nodes have.
    Everywhere,
}

/// Tells announcements to its listeners.
pub struct Announcer {
    listeners: RwLock<Vec<(From, Listener)>>,
    loss_listeners: RwLock<Vec<LossListener>>,
    interests: RwLock<Vec<Interest>>,
    turns: [Mutex<()>; SHARES],
    losses: [AtomicU64; SHARES],
}

impl Default for Announcer {
    fn default() -> Self {
        Self {
            listeners: RwLock::default(),
            loss_listeners: RwLock::default(),
            interests: RwLock::default(),
            turns: std::array::from_fn(|_| Mutex::default()),
            losses: std::array::from_fn(|_| AtomicU64::new(0)),
        }
    }
}

impl Announcer {
    /// From now on `listener` is told everything. Whoever asked waits for it.
    pub fn listen(&self, from: From, listener: impl Fn(&Announcement) + Send + Sync + 'static) {
        self.listeners.write().unwrap_or_else(PoisonError::into_inner).push((from, Box::new(listener)));
    }

    /// From now on `listener` is told who loses the media, before anybody is told why.
    pub fn listen_for_losses(&self, listener: impl Fn(MediaLoss) + Send + Sync + 'static) {
        self.loss_listeners.write().unwrap_or_else(PoisonError::into_inner).push(Box::new(listener));
    }

    /// What other nodes do to sessions is passed on while at least one says that it concerns somebody here.
    pub fn take_interest(&self, interest: impl Fn(&Concern) -> bool + Send + Sync + 'static) {
        self.interests.write().unwrap_or_else(PoisonError::into_inner).push(Box::new(interest));
    }

    /// Whether a change concerns anybody here.
    #[must_use]
    pub fn is_of_interest(&self, concern: &Concern) -> bool {
        self.interests.read().unwrap_or_else(PoisonError::into_inner).iter().any(|interest| interest(concern))
    }

    /// A queue of what is announced from now on, for whoever need not be waited for.
    #[must_use]
    pub fn subscribe(&self, from: From) -> UnboundedReceiver<Announcement> {
        let (queue, receiver) = unbounded_channel();
        self.listen(from, move |announcement| {
            // Whoever listens no more needs no news.
            let _ = queue.send(announcement.clone());
        });
        receiver
    }

    /// Held from before a session's commit until it is announced, so that nobody is told of two changes the wrong way
    /// round. It is taken before the unit of work begins: who commits may wait for units that have begun, and these for no turn.
    pub async fn turn(&self, session: SessionId) -> Turn<'_> {
        self.turns[share(session)].lock().await
    }

    /// The turns of several sessions, lowest first: whoever has one waits for nothing but their commit.
    pub async fn turns(&self, sessions: &[SessionId]) -> Vec<Turn<'_>> {
        let shares: BTreeSet<_> = sessions.iter().map(|session| share(*session)).collect();
        let mut turns = Vec::with_capacity(shares.len());
        for share in shares {
            turns.push(self.turns[share].lock().await);
        }
        turns
    }

    /// Tells everybody here of what happened here. Who loses the media has lost them when this returns.
    pub fn announce(&self, announcement: &Announcement) {
        self.tell(announcement, |_| true);
    }

    /// Tells what another node has committed. What follows from it once, follows there.
    pub fn pass_on(&self, announcement: &Announcement) {
        self.tell(announcement, |from| from == From::Everywhere);
    }

    /// Whoever loses the media by what another node has committed has lost them when this returns.
    pub fn pass_on_losses(&self, losses: &[MediaLoss]) {
        for loss in losses {
            self.losses[share(loss.session())].fetch_add(1, Ordering::SeqCst);
            for listener in self.loss_listeners.read().unwrap_or_else(PoisonError::into_inner).iter() {
                listener(*loss);
            }
        }
    }

    fn tell(&self, announcement: &Announcement, is_meant: impl Fn(From) -> bool) {
        self.pass_on_losses(&announcement.media_losses());
        if let Announcement::Disabled(_) | Announcement::SignedOut { .. } = announcement {
            for count in &self.losses {
                count.fetch_add(1, Ordering::SeqCst);
            }
        }
        for (from, listener) in self.listeners.read().unwrap_or_else(PoisonError::into_inner).iter() {
            if is_meant(*from) {
                listener(announcement);
            }
        }
    }

    /// A number that is another one once somebody in this session has lost the media: whoever lets somebody into the
    /// media asks before the session is loaded and again afterwards.
    #[must_use]
    pub fn media_losses(&self, session: SessionId) -> u64 {
        self.losses[share(session)].load(Ordering::SeqCst)
    }
}

fn share(session: SessionId) -> usize {
    let mut hasher = DefaultHasher::new();
    session.hash(&mut hasher);
    usize::try_from(hasher.finish() % SHARES as u64).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(n: u128) -> Announcement {
        Announcement::Disabled(PersonId(uuid::Uuid::from_u128(n)))
    }

    #[tokio::test]
    async fn whoever_subscribes_is_told_in_order() {
        let announcer = Announcer::default();
        announcer.announce(&left(0));
        let mut queue = announcer.subscribe(From::Everywhere);
        for n in 1..=3 {
            announcer.announce(&left(n));
        }
        for n in 1..=3 {
            let Some(Announcement::Disabled(person)) = queue.recv().await else { panic!("nothing") };
            assert_eq!(person.0.as_u128(), n);
        }
    }

    #[test]
    fn a_listener_is_told_before_the_announcement_returns() {
        let (announcer, told) = (Announcer::default(), Arc::new(AtomicU64::new(0)));
        let counted = told.clone();
        announcer.listen(From::Here, move |_| {
            counted.fetch_add(1, Ordering::SeqCst);
        });
        announcer.announce(&left(1));
        assert_eq!(told.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn what_another_node_did_is_told_to_whoever_wants_that() {
        let (announcer, told) = (Announcer::default(), Arc::new(AtomicU64::new(0)));
        for (from, worth) in [(From::Here, 1), (From::Everywhere, 10)] {
            let counted = told.clone();
            announcer.listen(from, move |_| {
                counted.fetch_add(worth, Ordering::SeqCst);
            });
        }
        announcer.announce(&left(1));
        assert_eq!(told.load(Ordering::SeqCst), 11);
        announcer.pass_on(&left(1));
        assert_eq!(told.load(Ordering::SeqCst), 21);
    }

    #[test]
    fn who_loses_the_media_is_told_and_counted_before_anybody_hears_why() {
        let (announcer, session) = (Announcer::default(), SessionId(uuid::Uuid::from_u128(7)));
        let told = Arc::new(AtomicU64::new(0));
        let counted = told.clone();
        announcer.listen_for_losses(move |loss| {
            assert_eq!(loss, MediaLoss::All(session));
            counted.fetch_add(1, Ordering::SeqCst);
        });
        let before = announcer.media_losses(session);
        announcer.pass_on_losses(&[MediaLoss::All(session)]);
        assert_eq!((told.load(Ordering::SeqCst), announcer.media_losses(session)), (1, before + 1));
    }

    #[test]
    fn whoever_was_cut_off_is_counted_in_every_session() {
        let (announcer, session) = (Announcer::default(), SessionId(uuid::Uuid::from_u128(7)));
        let before = announcer.media_losses(session);
        announcer.announce(&left(1));
        assert_ne!(announcer.media_losses(session), before);
    }
}
