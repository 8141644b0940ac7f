//! TLS by certificate files, which may be replaced while the server runs.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::Context;
use axum_server::tls_rustls::RustlsConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_util::sync::CancellationToken;

use openvisit_app::settings::Tls;

/// Whoever renews certificates does so days ahead.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// A certificate with its files, and when they were last changed.
pub struct Certificate {
    pub config: RustlsConfig,
    files: (PathBuf, PathBuf),
    changed: Changed,
}

type Changed = (Option<SystemTime>, Option<SystemTime>);

impl Certificate {
    /// The certificate of the settings, if there is one.
    ///
    /// # Errors
    /// A file cannot be read, or the two do not belong together.
    pub async fn of(settings: &Tls) -> anyhow::Result<Option<Self>> {
        let (Some(certificate), Some(key)) = (&settings.certificate, &settings.key) else { return Ok(None) };
        let files = (certificate.clone(), key.clone());
        let changed = changed(&files);
        let config = RustlsConfig::from_pem(read("tls.certificate", certificate)?, read("tls.key", key)?);
        let config = config.await.with_context(|| misfit(certificate, key))?;
        Ok(Some(Self { config, files, changed }))
    }

    /// Looks at the files again and again until the server stops.
    pub async fn renew(mut self, stopping: CancellationToken) {
        loop {
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => self.look().await,
                () = stopping.cancelled() => return,
            }
        }
    }

    /// Takes the files anew when one of them has changed. New connections get the new certificate.
    async fn look(&mut self) {
        let now = changed(&self.files);
        if now == self.changed {
            return;
        }
        match self.config.reload_from_pem_file(&self.files.0, &self.files.1).await {
            Ok(()) => {
                self.changed = now;
                tracing::info!("the TLS certificate was replaced");
            }
            // Perhaps one of the two is not there yet; looked at again.
            Err(error) => tracing::warn!(%error, "the new TLS certificate cannot be used; the old one stays"),
        }
    }
}

fn read(setting: &str, path: &Path) -> anyhow::Result<Vec<u8>> {
    let pem = std::fs::read(path).with_context(|| format!("{setting}: cannot read {}", path.display()))?;
    let (what, is_there) = match setting {
        "tls.key" => ("private key", PrivateKeyDer::from_pem_slice(&pem).is_ok()),
        _ => ("certificate", CertificateDer::from_pem_slice(&pem).is_ok()),
    };
    anyhow::ensure!(is_there, "{setting}: there is no {what} in {} (PEM)", path.display());
    Ok(pem)
}

fn misfit(certificate: &Path, key: &Path) -> String {
    let (certificate, key) = (certificate.display(), key.display());
    format!("tls: the key in {key} is not that of the first certificate in {certificate}, or cannot be used")
}

fn changed((certificate, key): &(PathBuf, PathBuf)) -> Changed {
    let at = |path: &Path| std::fs::metadata(path).and_then(|metadata| metadata.modified()).ok();
    (at(certificate), at(key))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tempfile::TempDir;

    use super::*;

    /// Writes a new certificate, changed `minute` minutes after 1970.
    fn write(folder: &TempDir, minute: u64) -> Tls {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let put = |name: &str, pem: String| {
            let path = folder.path().join(name);
            std::fs::write(&path, pem).unwrap();
            let at = SystemTime::UNIX_EPOCH + Duration::from_secs(minute * 60);
            std::fs::File::options().append(true).open(&path).unwrap().set_modified(at).unwrap();
            Some(path)
        };
        Tls {
            certificate: put("cert.pem", made.cert.pem()),
            key: put("key.pem", made.signing_key.serialize_pem()),
        }
    }

    #[tokio::test]
    async fn changed_files_are_taken_and_broken_ones_are_not() {
        openvisit_app::crypto::choose_provider();
        let folder = tempfile::tempdir().unwrap();
        let files = write(&folder, 1);
        let mut certificate = Certificate::of(&files).await.unwrap().unwrap();
        let first = certificate.config.get_inner();
        certificate.look().await;
        assert!(Arc::ptr_eq(&first, &certificate.config.get_inner()));

        write(&folder, 2);
        certificate.look().await;
        let second = certificate.config.get_inner();
        assert!(!Arc::ptr_eq(&first, &second));

        std::fs::write(files.certificate.unwrap(), "broken").unwrap();
        certificate.look().await;
        assert!(Arc::ptr_eq(&second, &certificate.config.get_inner()));
        write(&folder, 3);
        certificate.look().await;
        assert!(!Arc::ptr_eq(&second, &certificate.config.get_inner()));
    }
}
