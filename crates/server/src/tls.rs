//! TLS by certificate files, which may be replaced while the server runs.

use std::path::Path;
use std::time::{Duration, SystemTime};

use anyhow::Context;
use axum_server::tls_rustls::RustlsConfig;

use crate::app::App;
use crate::config::Tls;

/// Whoever renews certificates does so days ahead.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// Chooses the one cryptographic library for everything in this process.
pub fn choose_provider() {
    // Somebody chose already: a test, or an embedding program.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
}

/// The certificate of the settings, if there is one.
///
/// # Errors
/// A file cannot be read, or the two do not belong together.
pub async fn load(files: &Tls) -> anyhow::Result<Option<RustlsConfig>> {
    let (Some(certificate), Some(key)) = (&files.certificate, &files.key) else { return Ok(None) };
    let config = RustlsConfig::from_pem_file(certificate, key)
        .await
        .with_context(|| format!("tls: cannot use {} with {}", certificate.display(), key.display()))?;
    Ok(Some(config))
}

/// Takes the files anew whenever one of them has changed. New connections get the new certificate.
pub async fn renew(app: App, config: RustlsConfig) {
    let (Some(certificate), Some(key)) = (&app.settings.tls.certificate, &app.settings.tls.key) else {
        return;
    };
    let mut known = (changed(certificate), changed(key));
    loop {
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            () = app.stopping.cancelled() => return,
        }
        let now = (changed(certificate), changed(key));
        if now == known {
            continue;
        }
        match config.reload_from_pem_file(certificate, key).await {
            Ok(()) => {
                known = now;
                tracing::info!("the TLS certificate was replaced");
            }
            // Perhaps one of the two is not there yet; looked at again.
            Err(error) => tracing::warn!(%error, "the new TLS certificate cannot be used; the old one stays"),
        }
    }
}

fn changed(path: &Path) -> Option<SystemTime> {
    std::fs::metadata(path).and_then(|metadata| metadata.modified()).ok()
}
