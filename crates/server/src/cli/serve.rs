//! `openvisit serve`.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use anyhow::{Context, bail};
use axum_server::Handle;
use clap::Args;
use openvisit_store::{Contents, ServerLock};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{sleep, timeout};

use crate::run::{self, Running};
use crate::serve::{self as listening, Doors};
use crate::{demo, logging};
use openvisit_app::App;
use openvisit_app::app::make_folder;
use openvisit_app::attendance;
use openvisit_app::clock::Clock;
use openvisit_app::nodes::{self, homes};
use openvisit_app::settings::{Loaded, Settings};

/// How long requests in progress may take when the server goes down.
const FINISH: Duration = Duration::from_secs(10);
/// How long a balancer may go on sending requests here, until it has asked whether this node is ready.
const BALANCER: Duration = Duration::from_secs(3);
/// How often it is looked whether calls have ended.
const LOOK: Duration = Duration::from_millis(200);

#[derive(Args)]
pub struct Serve {
    /// Address and port [default: 127.0.0.1:8086]
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// Made-up people and appointments to try it with; on loopback only
    #[arg(long)]
    demo: bool,
    /// text or json [default: text]
    #[arg(long, value_name = "FORMAT")]
    log_format: Option<String>,
}

impl Serve {
    /// The settings that were given as flags.
    pub fn flags(&self) -> Vec<(&'static str, String)> {
        let demo = self.demo.then(|| "true".to_owned());
        [("listen", self.listen.clone()), ("log_format", self.log_format.clone()), ("demo", demo)]
            .into_iter()
            .filter_map(|(key, value)| Some((key, value?)))
            .collect()
    }
}

pub fn run(loaded: Loaded) -> anyhow::Result<()> {
    logging::start(&loaded.settings)?;
    openvisit_app::crypto::choose_provider();
    tracing::info!("{}", loaded.source());
    for warning in &loaded.warnings {
        tracing::warn!("{warning}");
    }
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(serve(loaded.settings))
}

async fn serve(mut settings: Settings) -> anyhow::Result<()> {
    let listen = settings.listen;
    make_folder(&settings)?;
    let _alone = ServerLock::take(&settings.database_url(), &format!("openvisit serve, listen {listen}"))
        .context("database_url")?;
    let listener = TcpListener::bind(listen).with_context(|| cannot_bind(listen))?;
    // Port 0 has become a real one.
    settings.listen = listener.local_addr()?;
    let doors = Doors::open(&settings, listener).await?;
    let running = run::open(settings, Clock::system()).await?;
    let app = &running.server.app;
    if app.settings.demo {
        demo::prepare(app).await?;
    } else if app.store.contents().await? == Contents::Demo {
        bail!(
            "this database holds a demo, whose passwords everybody knows; start it with --demo or choose another data_dir"
        );
    }
    run::keep_time(app).await?;
    let handle = Handle::new();
    // Heard from here on: whoever reads that we listen may stop us at once.
    tokio::spawn(stop_on_signal(running.clone(), handle.clone(), signals()));
    tracing::info!("listening on {}", app.settings.public_url());
    listening::serve(running.clone(), doors, handle).await?;
    running.server.sfu.stop().await;
    app.store.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// What helps where an address cannot be taken.
fn cannot_bind(listen: SocketAddr) -> String {
    format!(
        "listen: cannot bind {listen}. Another program may have it (`ss -ltnp` shows which), and below port 1024 the account \
         needs the right (docs/operate.md, No proxy)"
    )
}

fn signals() -> io::Result<[Signal; 2]> {
    Ok([signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?])
}

/// Lets the calls that go on here end, for as long as the settings say; whoever asks a balancer for a new one gets another
/// node.
async fn drain(app: &App) {
    let patience = Duration::from_secs(app.settings.drain_seconds.into());
    let calls = app.open_intervals.calls();
    if patience.is_zero() || calls == 0 {
        return;
    }
    tracing::info!(
        calls,
        "told to stop: waiting for the calls here to end, {} seconds at most",
        patience.as_secs()
    );
    app.nodes.drain();
    let _ = timeout(patience, all_calls_end(app)).await;
}

/// Gives the calls that still go on here to other nodes, where there are some, and waits until everybody has moved and the
/// balancer has heard.
async fn hand_over(app: &App) {
    if !nodes::has_company(app).await {
        return;
    }
    app.nodes.drain();
    match homes::hand_over(app).await {
        Ok(calls) => tracing::info!(calls, "other nodes have the calls that went on here"),
        Err(error) => {
            tracing::warn!(code = error.code(), "could not give the calls that go on here to other nodes");
        }
    }
    sleep(BALANCER).await;
    let _ = timeout(FINISH, all_calls_end(app)).await;
    let calls = app.open_intervals.calls();
    if calls > 0 {
        tracing::info!(calls, "stopping in the middle of calls");
    }
}

async fn all_calls_end(app: &App) {
    while app.open_intervals.calls() > 0 {
        sleep(LOOK).await;
    }
}

/// Takes no more connections, lets requests in progress end, and tells all background tasks to stop.
async fn stop_on_signal(running: Running, handle: Handle<SocketAddr>, signals: io::Result<[Signal; 2]>) {
    let Ok([mut terminate, mut interrupt]) = signals else {
        tracing::error!("could not listen for signals; only SIGKILL will stop this server");
        return;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    let app = &running.server.app;
    tokio::select! {
        () = async { drain(app).await; hand_over(app).await } => {}
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping");
    app.stopping.cancel();
    handle.graceful_shutdown(Some(FINISH));
    // What is open now was there until now.
    if let Err(error) = attendance::beat(app).await {
        tracing::warn!(code = error.code(), "could not write the last attendance heartbeat");
    }
    // Long polls would be waited for.
    running.sockets.close().await;
}
