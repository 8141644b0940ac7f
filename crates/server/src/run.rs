//! A server is put together here, and everything that runs by itself is started.

use anyhow::Context;
use openvisit_app::announce::{Announcement, From, MediaLoss};
use openvisit_app::attendance::{self, callbacks};
use openvisit_app::clock::Clock;
use openvisit_app::providers::cleanup;
use openvisit_app::settings::Settings;
use openvisit_app::settings::branding::Logo;
use openvisit_app::{App, messages, nodes, outbox, recovery, timers, usage};
use openvisit_store::StoreError;
use socketioxide::SocketIo;
use socketioxide::layer::SocketIoLayer;

use crate::checks::{Proof, ReportCache};
use crate::dialects::counselling::socket as counselling;
use crate::http::metrics;
use crate::media_homes;
use crate::offers::Offers;
use crate::readiness::Readiness;
use crate::realtime::{self, Realtime};
use crate::sfu_io::{Sfu, SfuConfig};
use crate::state::{Parts, Server};
use crate::test_calls::{self, TestCalls};

/// A server that listens nowhere yet.
#[derive(Clone)]
pub struct Running {
    pub server: Server,
    /// All sockets.
    pub sockets: SocketIo,
    /// Serves `/socket.io`.
    pub socket_layer: SocketIoLayer,
}

/// Opens the database, the keys and the media ports, and lets everybody hear what is announced.
///
/// # Errors
/// The data folder, the secrets, the database, a port or a file of the settings cannot be used.
pub async fn open(settings: Settings, clock: Clock) -> anyhow::Result<Running> {
    let logo = settings.logo.as_deref().map(Logo::read).transpose();
    let logo = logo.map_err(|reason| anyhow::anyhow!("logo: {reason}"))?;
    let app = App::open(settings, clock).await?;
    let proof = Proof::of(&app.secrets.jwt);
    let config = SfuConfig { probe_key: Some(proof.media.clone()), ..SfuConfig::of(&app.settings.media) };
    let (sfu, media_events) = Sfu::start(&config)?;
    listen_for_media_losses(&app, &sfu);
    media_homes::listen_for_losses(&app, &sfu);
    let mail = app.mail.subscribe();
    tokio::spawn(attendance::follow_media(app.clone(), media_events));
    if !app.providers.is_empty() {
        tokio::spawn(cleanup::follow(app.clone(), app.announcer.subscribe(From::Here)));
    }
    let (socket_layer, sockets) = realtime::open(app.settings.policy().reconnect_grace);
    let realtime = Realtime::start(&app, &sockets);
    if app.settings.dialects.counselling.enabled {
        counselling::start(&app, &sockets);
    }
    // Once everybody here listens.
    nodes::join(&app, node_name(&app.settings)).await?;
    let started_at = app.clock.now();
    let checks = ReportCache::default();
    let test_calls = TestCalls::new(app.settings.media.test_calls);
    let server = Server::new(Parts {
        app,
        sfu,
        realtime,
        test_calls,
        proof,
        checks,
        logo,
        readiness: Readiness::default(),
        offers: Offers::default(),
        started_at,
    });
    tokio::spawn(test_calls::keep_time(server.clone()));
    tokio::spawn(media_homes::follow_mail(server.clone(), mail));
    Ok(Running { server, sockets, socket_layer })
}

/// How the operator knows this process among several: by its machine and port.
pub(crate) fn node_name(settings: &Settings) -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    format!("{}:{}", host.trim(), settings.listen.port())
}

/// Whoever loses the media loses them before anybody is answered.
fn listen_for_media_losses(app: &App, sfu: &Sfu) {
    let media = sfu.clone();
    app.announcer.listen_for_losses(move |loss| match loss {
        MediaLoss::All(session) => media.close_session(session),
        MediaLoss::One(session, participant) => media.remove(session, participant),
    });
    let media = sfu.clone();
    app.announcer.listen(From::Everywhere, move |announcement: &Announcement| {
        if let Announcement::TakenForGone = announcement {
            media.close_all();
        }
    });
}

/// Takes up what the last run left, while others are answered already, then lets timers, heartbeats and deliveries run.
///
/// # Errors
/// The database is away.
pub async fn keep_time(app: &App) -> anyhow::Result<()> {
    metrics::start();
    recovery::begin(app).await.context("the database")?;
    let recovering = app.clone();
    tokio::spawn(async move {
        recovery::finish_at_last(&recovering).await;
        timers::run(recovering).await;
    });
    tokio::spawn(attendance::run_heartbeat(app.clone()));
    tokio::spawn(usage::watch(app.clone()));
    deliver(app).await.context("the database")?;
    send_emails(app).await?;
    look_after_providers(app);
    Ok(())
}

/// Delivers events until the server stops.
///
/// # Errors
/// The database is away.
pub async fn deliver(app: &App) -> Result<(), StoreError> {
    outbox::recover::recover(app).await?;
    tokio::spawn(outbox::broker::run(app.clone()));
    tokio::spawn(outbox::webhooks::run(app.clone()));
    tokio::spawn(outbox::prune::run(app.clone()));
    Ok(())
}

/// Sends e-mails until the server stops, where a mail server is named.
///
/// # Errors
/// The database is away.
pub async fn send_emails(app: &App) -> anyhow::Result<()> {
    messages::run::recover(app).await.context("the database")?;
    tokio::spawn(messages::run::run(app.clone()));
    Ok(())
}

/// Closes rooms at media providers, and reads their queues, until the server stops.
pub fn look_after_providers(app: &App) {
    if app.providers.is_empty() {
        return;
    }
    tokio::spawn(cleanup::run(app.clone()));
    for name in app.providers.with_queue() {
        tokio::spawn(callbacks::follow_queue(app.clone(), name));
    }
}
