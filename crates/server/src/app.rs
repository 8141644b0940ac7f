//! What every handler, socket and timer works with.

use std::fs::DirBuilder;
use std::ops::Deref;
use std::os::unix::fs::DirBuilderExt;
use std::sync::Arc;

use anyhow::Context;
use openvisit_core::ids::Seed;
use openvisit_store::Store;
use tokio_util::sync::CancellationToken;

use crate::auth::issuers::Issuers;
use crate::auth::password::Passwords;
use crate::auth::throttle::Throttle;
use crate::auth::tokens::Tokens;
use crate::clock::Clock;
use crate::config::{Secrets, Settings};

/// The running server's parts. Cloning shares them.
#[derive(Clone)]
pub struct App(Arc<Parts>);

pub struct Parts {
    pub settings: Settings,
    pub secrets: Secrets,
    pub clock: Clock,
    pub store: Store,
    pub tokens: Tokens,
    pub issuers: Issuers,
    pub passwords: Passwords,
    pub logins: Throttle,
    /// Cancelled when the server goes down; whoever runs on its own listens to it.
    pub stopping: CancellationToken,
}

impl App {
    /// Opens the database and the keys.
    ///
    /// # Errors
    /// The data folder, the secrets, the database or an issuer's key cannot be used.
    pub async fn open(settings: Settings, clock: Clock) -> anyhow::Result<Self> {
        let folder = &settings.data_dir;
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .with_context(|| format!("data_dir: cannot make the folder {}", folder.display()))?;
        let secrets = Secrets::of(&settings)?;
        let store = Store::open(&settings.database_url()).await.context("database_url: cannot open it")?;
        Ok(Self(Arc::new(Parts {
            tokens: Tokens::new(&secrets.jwt),
            issuers: Issuers::new(&settings.issuers)?,
            passwords: Passwords::default(),
            logins: Throttle::default(),
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
