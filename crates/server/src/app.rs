//! What every handler, socket and timer works with.

use std::fs::DirBuilder;
use std::ops::Deref;
use std::os::unix::fs::DirBuilderExt;
use std::sync::Arc;

use anyhow::Context;
use jiff::Timestamp;
use openvisit_core::ids::{ParticipantId, PersonId, Seed, SessionId};
use openvisit_core::session::Session;
use openvisit_store::Store;
use socketioxide::layer::SocketIoLayer;
use tokio_util::sync::CancellationToken;

use crate::attendance::{self, Attendance};
use crate::auth::issuers::Issuers;
use crate::auth::password::Passwords;
use crate::auth::recent::Recent;
use crate::auth::throttle::Throttle;
use crate::auth::tokens::Tokens;
use crate::checks::{Kept, Proof};
use crate::clock::Clock;
use crate::config::branding::Logo;
use crate::config::{Secrets, Settings, key_of};
use crate::http::metrics;
use crate::http::problem::Problem;
use crate::ice::IceServers;
use crate::outbox::{self, Outbox};
use crate::passcode::Passcodes;
use crate::providers::{self, Providers};
use crate::realtime::Realtime;
use crate::seal::Sealer;
use crate::sfu_io::{Sfu, SfuConfig};
use crate::timers;
use crate::usage;

/// The running server's parts. Cloning shares them.
#[derive(Clone)]
pub struct App(Arc<Parts>);

pub struct Parts {
    pub settings: Settings,
    pub secrets: Secrets,
    pub clock: Clock,
    pub started_at: Timestamp,
    pub store: Store,
    pub proof: Proof,
    pub checks: Kept,
    pub tokens: Tokens,
    pub issuers: Issuers,
    pub passwords: Passwords,
    pub logins: Throttle,
    pub recent: Recent,
    pub passcodes: Passcodes,
    pub sealer: Sealer,
    pub ice: IceServers,
    pub logo: Option<Logo>,
    pub sfu: Sfu,
    pub providers: Providers,
    pub attendance: Attendance,
    pub realtime: Realtime,
    pub outbox: Outbox,
    /// Serves `/socket.io`.
    pub socket_layer: SocketIoLayer,
    /// Cancelled when the server goes down; whoever runs on its own listens to it.
    pub stopping: CancellationToken,
}

impl App {
    /// Opens the database and the keys.
    ///
    /// # Errors
    /// The data folder, the secrets, the database or an issuer's key cannot be used.
    pub async fn open(settings: Settings, clock: Clock) -> anyhow::Result<Self> {
        make_folder(&settings)?;
        let secrets = Secrets::of(&settings)?;
        let store = Store::open(&settings.database_url()).await.context("database_url: cannot open it")?;
        let logo = settings.logo.as_deref().map(Logo::read).transpose();
        let logo = logo.map_err(|reason| anyhow::anyhow!("logo: {reason}"))?;
        let proof = Proof::of(&secrets.jwt);
        let sfu_config = SfuConfig { probe_key: Some(proof.media.clone()), ..settings.media.sfu_config() };
        let (sfu, media_events) = Sfu::start(&sfu_config)?;
        let (socket_layer, realtime) = Realtime::new(settings.policy().reconnect_grace);
        let app = Self(Arc::new(Parts {
            proof,
            checks: Kept::default(),
            tokens: Tokens::new(&secrets.jwt),
            issuers: Issuers::new(&settings.issuers)?,
            passwords: Passwords::default(),
            logins: Throttle::default(),
            recent: Recent::default(),
            passcodes: Passcodes::new(key_of(&secrets.passcode_pepper)),
            sealer: Sealer::new(&key_of(&secrets.notes)),
            logo,
            ice: IceServers(settings.media.ice_servers.clone()),
            sfu,
            providers: Providers::new(&settings)?,
            attendance: Attendance::default(),
            realtime,
            outbox: Outbox::new(&settings),
            socket_layer,
            stopping: CancellationToken::new(),
            settings,
            secrets,
            started_at: clock.now(),
            clock,
            store,
        }));
        app.realtime.serve(&app);
        tokio::spawn(attendance::follow_media(app.clone(), media_events));
        Ok(app)
    }

    /// Takes up what the last run left, then lets timers, heartbeats and deliveries run.
    ///
    /// # Errors
    /// The database is away.
    pub async fn keep_time(&self) -> anyhow::Result<()> {
        metrics::start();
        timers::recover(self).await.context("the database")?;
        tokio::spawn(timers::run(self.clone()));
        tokio::spawn(attendance::keep_beating(self.clone()));
        tokio::spawn(usage::watch(self.clone()));
        outbox::start(self).await.context("the database")?;
        providers::start(self);
        Ok(())
    }

    /// Ends the sockets and the media of somebody whose account was disabled.
    ///
    /// # Errors
    /// The database is away; the sockets are closed all the same.
    pub async fn cut_off(&self, person: PersonId) -> Result<(), Problem> {
        self.realtime.cut(person).await;
        let mut tx = self.store.read().await?;
        for id in self.attendance.sessions() {
            let Some(session) = tx.session(id).await? else { continue };
            if let Some(participant) = session.participant_of(person) {
                self.remove_media(&session, participant.id);
            }
        }
        Ok(())
    }

    /// Ends all media of a session, also those that a provider carries no more.
    pub fn close_media(&self, session: SessionId) {
        self.sfu.close_session(session);
        self.providers.wake();
    }

    /// Ends all media of a participant.
    pub fn remove_media(&self, session: &Session, participant: ParticipantId) {
        self.sfu.remove(session.id, participant);
        providers::put_out_soon(self, session, participant);
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

/// Makes the data folder, for its owner only.
///
/// # Errors
/// It is not there and cannot be made.
pub fn make_folder(settings: &Settings) -> anyhow::Result<()> {
    let folder = &settings.data_dir;
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .with_context(|| format!("data_dir: cannot make the folder {}", folder.display()))
}
