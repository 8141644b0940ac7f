//! What every command works with.

use std::fs::DirBuilder;
use std::ops::Deref;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::sync::Arc;

use anyhow::Context;
use openvisit_core::ids::Seed;
use openvisit_store::{Store, Wish, refusal};
use tokio_util::sync::CancellationToken;

use crate::announce::{Announcement, Announcer, From, MediaLoss};
use crate::auth::issuers::Issuers;
use crate::auth::media_bases::MediaBases;
use crate::auth::password::Passwords;
use crate::auth::person_cache::PersonCache;
use crate::auth::refused::RefusalLog;
use crate::auth::standing::Standing;
use crate::auth::throttle::Throttle;
use crate::auth::tokens::Tokens;
use crate::auth::writes::Writes;
use crate::clock::Clock;
use crate::ice_servers::IceServers;
use crate::keys;
use crate::messages::Messages;
use crate::nodes::OtherNodes;
use crate::nodes::homes::Homes;
use crate::nodes::mail::Mail;
use crate::outbox::Outbox;
use crate::passcodes::Passcodes;
use crate::presence::{OpenIntervals, Unconnected};
use crate::providers::Providers;
use crate::recovery::Unrecovered;
use crate::seal::Sealer;
use crate::settings::{Secrets, Settings, key_of};

/// The application's parts. Cloning shares them.
#[derive(Clone)]
pub struct App(Arc<Parts>);

pub struct Parts {
    pub settings: Settings,
    pub secrets: Secrets,
    pub clock: Clock,
    pub store: Store,
    pub tokens: Tokens,
    pub issuers: Issuers,
    pub refusals: RefusalLog,
    pub passwords: Passwords,
    pub logins: Throttle,
    pub person_cache: PersonCache,
    pub standing: Standing,
    pub media_bases: MediaBases,
    pub writes: Writes,
    pub passcodes: Passcodes,
    pub sealer: Sealer,
    pub ice_servers: IceServers,
    pub providers: Arc<Providers>,
    pub open_intervals: OpenIntervals,
    pub unconnected: Arc<Unconnected>,
    pub unrecovered: Unrecovered,
    pub outbox: Arc<Outbox>,
    pub messages: Arc<Messages>,
    pub announcer: Announcer,
    pub nodes: OtherNodes,
    pub mail: Mail,
    pub homes: Arc<Homes>,
    /// Cancelled when the server goes down; whoever runs on its own listens to it.
    pub stopping: CancellationToken,
}

impl App {
    /// Opens the database and the keys. Nothing runs by itself yet.
    ///
    /// # Errors
    /// The data folder, the secrets, the database or an issuer's key cannot be used.
    pub async fn open(settings: Settings, clock: Clock) -> anyhow::Result<Self> {
        make_folder(&settings)?;
        let store = Store::open(&settings.database_url()).await.context("database_url: cannot open it")?;
        let secrets = keys::secrets_of(&store, &settings).await?;
        let sealer = keys::open(&store, &secrets, clock.now()).await?;
        let providers = Arc::new(Providers::new(&settings)?);
        let outbox = Arc::new(Outbox::new(&settings));
        let messages = Arc::new(Messages::new(&settings)?);
        let unconnected = Arc::new(Unconnected::default());
        let homes = Arc::new(Homes::default());
        Ok(Self(Arc::new(Parts {
            tokens: Tokens::new(&secrets.jwt),
            issuers: Issuers::new(&settings.issuers)?,
            refusals: RefusalLog::default(),
            passwords: Passwords::default(),
            logins: Throttle::default(),
            person_cache: PersonCache::default(),
            standing: Standing::new(clock.now()),
            media_bases: MediaBases::default(),
            writes: Writes::new(settings.writes_per_minute),
            passcodes: Passcodes::new(key_of(&secrets.passcode_pepper)),
            sealer,
            ice_servers: IceServers(settings.media.ice_servers.clone()),
            open_intervals: OpenIntervals::default(),
            unrecovered: Unrecovered::default(),
            announcer: announcer(&outbox, &messages, &providers, &unconnected, &homes, &clock),
            nodes: OtherNodes::default(),
            mail: Mail::default(),
            homes,
            unconnected,
            providers,
            outbox,
            messages,
            stopping: CancellationToken::new(),
            settings,
            secrets,
            clock,
            store,
        })))
    }

    /// What a new id is made of.
    #[must_use]
    pub fn seed(&self) -> Seed {
        Seed { now: self.clock.now(), random: rand::random() }
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// With those who listen from the start: events are delivered, and rooms closed, as soon as they can be.
fn announcer(
    outbox: &Arc<Outbox>,
    messages: &Arc<Messages>,
    providers: &Arc<Providers>,
    unconnected: &Arc<Unconnected>,
    homes: &Arc<Homes>,
    clock: &Clock,
) -> Announcer {
    let (outbox, messages, providers) = (outbox.clone(), messages.clone(), providers.clone());
    let (unconnected, homes, clock) = (unconnected.clone(), homes.clone(), clock.clone());
    let announcer = Announcer::default();
    announcer.listen(From::Here, move |announcement: &Announcement| {
        if announcement.has_events() {
            outbox.wake();
            messages.wake();
        }
        if announcement.media_losses().iter().any(|loss| matches!(loss, MediaLoss::All(_))) {
            providers.wake();
        }
    });
    announcer.listen_for_losses(move |loss| {
        if let MediaLoss::All(session) = loss {
            homes.give_up(session);
        }
    });
    let waiting = unconnected.clone();
    announcer.take_interest(move |concern| concern.somebody_waits || waiting.knows(concern.session));
    announcer.listen(From::Everywhere, move |announcement: &Announcement| match announcement {
        Announcement::Session(committed) => unconnected.follow(&committed.after.session, clock.now()),
        Announcement::Left { participant, .. } => unconnected.forget(*participant),
        _ => {}
    });
    announcer
}

/// Makes the data folder, for its owner only; warns where others can write to it.
///
/// # Errors
/// It is not there and cannot be made.
pub fn make_folder(settings: &Settings) -> anyhow::Result<()> {
    let folder = &settings.data_dir;
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(|error| refusal(folder, Wish::Folder, &error))
        .map_err(|why| anyhow::anyhow!("data_dir: cannot make the folder {}: {why}", folder.display()))?;
    // It may have been there, and hold more than ours: it is the operator's to change.
    if folder.metadata().is_ok_and(|folder| folder.permissions().mode() & 0o022 != 0) {
        tracing::warn!("data_dir: others can write to {0}; run: chmod 700 {0}", folder.display());
    }
    Ok(())
}
