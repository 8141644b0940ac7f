//! An issuer's public keys, fetched from its JWKS address and fetched.

use std::sync::{OnceLock, PoisonError, RwLock};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::JwkSet;
use tokio::sync::Mutex;
use url::Url;

/// Whoever makes up key ids cannot make us ask more often.
const AT_MOST_EVERY: SignedDuration = SignedDuration::from_secs(30);
/// A key that the issuer withdrew is believed no longer than this.
const KEPT: SignedDuration = SignedDuration::from_mins(10);
const TIME_OUT: Duration = Duration::from_secs(5);
const LARGEST: usize = 256 * 1024;

pub(super) struct Jwks {
    url: Url,
    fetched: RwLock<Fetched>,
    /// Held while asking, so that one asks for all.
    asking: Mutex<()>,
}

#[derive(Default)]
struct Fetched {
    keys: Option<JwkSet>,
    fetched_at: Option<Timestamp>,
    asked_at: Option<Timestamp>,
}

impl Jwks {
    pub(super) fn new(url: Url) -> Self {
        Self { url, fetched: RwLock::default(), asking: Mutex::default() }
    }

    /// The key of that id; without an id, the only key there is.
    pub(super) async fn key(&self, kid: Option<&str>, now: Timestamp) -> Option<DecodingKey> {
        if let Some(key) = self.fresh(kid, now) {
            return Some(key);
        }
        let _asking = self.asking.lock().await;
        // Somebody else may have asked while we waited.
        if let Some(key) = self.fresh(kid, now) {
            return Some(key);
        }
        if self.may_ask(now) {
            self.ask(now).await;
        }
        self.read(|fetched| fetched.find(kid))
    }

    fn fresh(&self, kid: Option<&str>, now: Timestamp) -> Option<DecodingKey> {
        self.read(|fetched| {
            let fetched_at = fetched.fetched_at?;
            (fetched_at.duration_until(now) < KEPT).then(|| fetched.find(kid)).flatten()
        })
    }

    fn may_ask(&self, now: Timestamp) -> bool {
        self.read(|fetched| fetched.asked_at.is_none_or(|at| at.duration_until(now) >= AT_MOST_EVERY))
    }

    async fn ask(&self, now: Timestamp) {
        let answer = fetch(&self.url).await;
        let mut fetched = self.fetched.write().unwrap_or_else(PoisonError::into_inner);
        fetched.asked_at = Some(now);
        match answer {
            Ok(keys) => {
                fetched.keys = Some(keys);
                fetched.fetched_at = Some(now);
            }
            // The keys at hand stay: an issuer that is down for a while locks nobody out.
            Err(error) => tracing::warn!(url = %self.url, %error, "cannot fetch an issuer's keys"),
        }
    }

    fn read<T>(&self, look: impl FnOnce(&Fetched) -> T) -> T {
        look(&self.fetched.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Fetched {
    fn find(&self, kid: Option<&str>) -> Option<DecodingKey> {
        let keys = self.keys.as_ref()?;
        let jwk = match (kid, keys.keys.as_slice()) {
            (Some(kid), _) => keys.find(kid)?,
            (None, [only]) => only,
            (None, _) => return None,
        };
        DecodingKey::from_jwk(jwk).ok()
    }
}

async fn fetch(url: &Url) -> anyhow::Result<JwkSet> {
    let mut response = client()?.get(url.clone()).send().await?.error_for_status()?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        anyhow::ensure!(body.len() + chunk.len() <= LARGEST, "the answer is too large");
        body.extend_from_slice(&chunk);
    }
    anyhow::ensure!(response.status().is_success(), "the answer is {}", response.status());
    Ok(serde_json::from_slice(&body)?)
}

/// Made when first needed: reading the system's certificates takes its time.
fn client() -> anyhow::Result<reqwest::Client> {
    static CLIENT: OnceLock<reqwest::Client> = OnceLock::new();
    if let Some(client) = CLIENT.get() {
        return Ok(client.clone());
    }
    let client = reqwest::Client::builder()
        .timeout(TIME_OUT)
        // Keys come from the address that the operator named, and from nowhere else.
        .redirect(reqwest::redirect::Policy::none())
        .build()?;
    Ok(CLIENT.get_or_init(|| client).clone())
}
