//! The listening side: connections, time-outs, TLS.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use anyhow::Context;
use axum_server::accept::NoDelayAcceptor;
use axum_server::tls_rustls::RustlsAcceptor;
use axum_server::{Address, Handle, Server as Listening};
use hyper_util::rt::TokioTimer;
use jiff::Timestamp;

use crate::http::metrics;
use crate::router;
use crate::run::Running;
use crate::state::Server;
use crate::tls::Certificate;
use openvisit_app::settings::Settings;

/// Whoever takes longer to send a request's head holds a connection for nothing.
const HEAD: Duration = Duration::from_secs(15);

/// What is listened at, and with which certificate.
pub struct Doors {
    listener: TcpListener,
    certificate: Option<Certificate>,
    operation: Option<TcpListener>,
}

impl Doors {
    /// Those of the settings, besides the listener that is there already: whoever tells that a server listens has them.
    ///
    /// # Errors
    /// The certificate cannot be used, or the operators' address cannot be taken.
    pub async fn open(settings: &Settings, listener: TcpListener) -> anyhow::Result<Self> {
        let mut certificate = Certificate::of(&settings.tls).await?;
        if let Some(certificate) = &mut certificate {
            certificate.tell_doubt(Timestamp::now());
        }
        let bind = |listen: SocketAddr| {
            TcpListener::bind(listen).with_context(|| format!("operation.listen: cannot bind {listen}"))
        };
        let operation = settings.operation.listen.map(bind).transpose()?;
        for listener in [Some(&listener), operation.as_ref()].into_iter().flatten() {
            listener.set_nonblocking(true)?;
        }
        Ok(Self { listener, certificate, operation })
    }
}

/// Answers at these doors until `handle` says stop.
///
/// # Errors
/// A listener fails.
pub async fn serve(running: Running, doors: Doors, handle: Handle<SocketAddr>) -> anyhow::Result<()> {
    let Running { server, socket_layer, .. } = running;
    let Doors { listener, certificate, operation } = doors;
    let app = server.app.clone();
    if let Some(listener) = operation {
        serve_operation(server.clone(), listener).context("operation.listen")?;
    }
    let service = router::router(server, socket_layer).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(metrics::fold(app.stopping.clone()));
    let mut listening = axum_server::from_tcp(listener)?.handle(handle);
    patient(&mut listening);
    match certificate {
        None => listening.acceptor(NoDelayAcceptor::new()).serve(service).await?,
        Some(certificate) => {
            let tls = RustlsAcceptor::new(certificate.config.clone()).acceptor(NoDelayAcceptor::new());
            tokio::spawn(certificate.renew(app.stopping.clone()));
            listening.acceptor(tls).serve(service).await?;
        }
    }
    Ok(())
}

/// Answers operators at an address of their own, until the server stops.
fn serve_operation(server: Server, listener: TcpListener) -> anyhow::Result<()> {
    tracing::info!("operators are answered on http://{}", listener.local_addr()?);
    let (handle, stopping) = (Handle::new(), server.app.stopping.clone());
    let service = router::operation(server).into_make_service_with_connect_info::<SocketAddr>();
    let mut listening = axum_server::from_tcp(listener)?.handle(handle.clone());
    patient(&mut listening);
    tokio::spawn(async move {
        stopping.cancelled().await;
        handle.shutdown();
    });
    tokio::spawn(async move {
        if let Err(error) = listening.serve(service).await {
            tracing::error!(%error, "operators are not answered any more");
        }
    });
    Ok(())
}

/// Only so patient.
fn patient<A: Address>(server: &mut Listening<A>) {
    server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(HEAD);
}
