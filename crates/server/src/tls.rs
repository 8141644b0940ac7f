//! TLS by certificate files, which may be replaced while the server runs.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::{Context, ensure};
use axum_server::tls_rustls::RustlsConfig;
use jiff::{SignedDuration, Timestamp};
use openvisit_store::{Wish, refusal};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_util::sync::CancellationToken;

use openvisit_app::settings::Tls;

/// Whoever renews certificates does so days ahead.
const LOOK_EVERY: Duration = Duration::from_secs(30);
/// Who renews certificates by themselves has done so by then; of one that lives for days, its last sixth.
const SOON: SignedDuration = SignedDuration::from_hours(14 * 24);
const SOON_OF_LIFE: i32 = 6;

/// A certificate with its files, and when they were last changed.
pub struct Certificate {
    pub config: RustlsConfig,
    files: (PathBuf, PathBuf),
    changed: Changed,
    validity: Option<Validity>,
    /// What was said of its end already.
    told: Option<String>,
}

/// From when to when it can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Validity {
    from: Timestamp,
    to: Timestamp,
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
        let validity = Validity::of(certificate);
        Ok(Some(Self { config, files, changed, validity, told: None }))
    }

    /// Whether browsers take it now, as far as its time goes.
    #[must_use]
    pub fn is_valid(&self, now: Timestamp) -> bool {
        self.validity.is_none_or(|Validity { from, to }| from <= now && now < to)
    }

    /// What is to be said of its time.
    #[must_use]
    pub fn doubt(&self, now: Timestamp) -> Option<String> {
        let Validity { from, to } = self.validity?;
        let soon = SOON.min(from.duration_until(to) / SOON_OF_LIFE);
        let said = if now < from {
            format!(
                "is valid from {from} on only: browsers refuse it until then; look at this machine's clock"
            )
        } else if now >= to {
            format!("has expired on {to}: browsers refuse it; renew it")
        } else if now.duration_until(to) < soon {
            format!("expires on {to}: renew it")
        } else {
            return None;
        };
        Some(format!("tls.certificate: the certificate in {} {said}", self.files.0.display()))
    }

    /// Says so in the log, once.
    pub fn tell_doubt(&mut self, now: Timestamp) {
        let doubt = self.doubt(now);
        if let Some(doubt) = doubt.as_ref().filter(|_| doubt != self.told) {
            tracing::warn!("{doubt}");
        }
        self.told = doubt;
    }

    /// Looks at the files again and again until the server stops.
    pub async fn renew(mut self, stopping: CancellationToken) {
        loop {
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {
                    self.look().await;
                    self.tell_doubt(Timestamp::now());
                }
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
                self.validity = Validity::of(&self.files.0);
                tracing::info!("the TLS certificate was replaced");
            }
            // Perhaps one of the two is not there yet; looked at again.
            Err(error) => tracing::warn!(%error, "the new TLS certificate cannot be used; the old one stays"),
        }
    }
}

impl Validity {
    /// Of the first certificate of a file.
    fn of(path: &Path) -> Option<Self> {
        let first = CertificateDer::from_pem_file(path).ok()?;
        let (_, certificate) = x509_parser::parse_x509_certificate(&first).ok()?;
        let [from, to] = [certificate.validity().not_before, certificate.validity().not_after]
            .map(|at| Timestamp::from_second(at.timestamp()).ok());
        Some(Self { from: from?, to: to.unwrap_or(Timestamp::MAX) })
    }
}

fn read(setting: &str, path: &Path) -> anyhow::Result<Vec<u8>> {
    let shown = path.display();
    let pem = std::fs::read(path).map_err(|error| {
        anyhow::anyhow!("{setting}: cannot read {shown}: {}", refusal(path, Wish::Read, &error))
    })?;
    ensure!(
        setting != "tls.key" || !String::from_utf8_lossy(&pem).contains("ENCRYPTED"),
        "{setting}: the key in {shown} is locked with a passphrase, and nobody is there to enter it at a start. Unlock it: \
         openssl pkey -in {shown} -out unlocked.pem"
    );
    let (what, is_there) = match setting {
        "tls.key" => ("private key", PrivateKeyDer::from_pem_slice(&pem).is_ok()),
        _ => ("certificate", CertificateDer::from_pem_slice(&pem).is_ok()),
    };
    ensure!(is_there, "{setting}: there is no {what} in {shown} (PEM)");
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
    #[tokio::test]
    async fn an_end_that_is_near_or_over_is_told() {
        openvisit_app::crypto::choose_provider();
        let folder = tempfile::tempdir().unwrap();
        let mut certificate = Certificate::of(&write(&folder, 1)).await.unwrap().unwrap();
        let day = |day: i64| Timestamp::from_second(day * 86_400).unwrap();
        let mut said = |(from, to): (i64, i64), now: i64| {
            certificate.validity = Some(Validity { from: day(from), to: day(to) });
            let words = certificate.doubt(day(now)).unwrap_or_default();
            (certificate.is_valid(day(now)), words.split("cert.pem ").last().unwrap_or_default().to_owned())
        };
        let expired = "has expired on 1970-04-01T00:00:00Z: browsers refuse it; renew it".to_owned();
        assert_eq!(said((0, 90), 90), (false, expired));
        assert_eq!(said((0, 90), 77), (true, "expires on 1970-04-01T00:00:00Z: renew it".to_owned()));
        assert_eq!(said((0, 90), 75), (true, String::new()));
        assert!(said((5, 90), 4).1.starts_with("is valid from 1970-01-06T00:00:00Z on only"));
        // One of six days is not always about to end.
        assert_eq!(said((0, 6), 4), (true, String::new()));
        assert!(said((0, 6), 5).1.is_empty() && !said((0, 7), 6).1.is_empty());
    }

    #[tokio::test]
    async fn a_certificate_s_time_is_read_and_a_locked_key_is_told() {
        openvisit_app::crypto::choose_provider();
        let folder = tempfile::tempdir().unwrap();
        let files = write(&folder, 1);
        let made = Certificate::of(&files).await.unwrap().unwrap();
        // As its maker sets it.
        let expected = ["1975-01-01T00:00:00Z", "4096-01-01T00:00:00Z"].map(|at| at.parse().unwrap());
        assert_eq!(made.validity.map(|Validity { from, to }| [from, to]), Some(expected));
        std::fs::write(files.key.as_ref().unwrap(), "-----BEGIN ENCRYPTED PRIVATE KEY-----\n").unwrap();
        let told = Certificate::of(&files).await.err().unwrap().to_string();
        assert!(told.contains("locked with a passphrase") && told.contains("openssl pkey -in"), "{told}");
    }
}
