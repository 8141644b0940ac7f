//! The listening side: connections, time-outs, TLS.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use axum_server::accept::NoDelayAcceptor;
use axum_server::tls_rustls::RustlsAcceptor;
use axum_server::{Address, Handle, Server as Listening};
use hyper_util::rt::TokioTimer;

use crate::http::metrics;
use crate::router::router;
use crate::run::Running;
use crate::tls::Certificate;

/// Whoever takes longer to send a request's head holds a connection for nothing.
const HEAD: Duration = Duration::from_secs(15);

/// Answers on `listener` until `handle` says stop.
///
/// # Errors
/// The certificate cannot be used, or the listener fails.
pub async fn serve(
    running: Running,
    listener: TcpListener,
    handle: Handle<SocketAddr>,
) -> anyhow::Result<()> {
    let Running { server, socket_layer, .. } = running;
    let app = server.app.clone();
    listener.set_nonblocking(true)?;
    let certificate = Certificate::of(&app.settings.tls).await?;
    let service = router(server, socket_layer).into_make_service_with_connect_info::<SocketAddr>();
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

/// Only so patient.
fn patient<A: Address>(server: &mut Listening<A>) {
    server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(HEAD);
}
