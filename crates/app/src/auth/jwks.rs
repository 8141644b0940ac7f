//! An issuer's public keys, fetched from its JWKS address and kept.

use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::Jwk;
use serde::Deserialize;
use serde_json::{Map, Value};
use tokio::sync::Mutex;
use url::Url;

use crate::settings::issuer::Algorithm;

/// Whoever makes up key ids cannot make us ask more often.
const AT_MOST_EVERY: SignedDuration = SignedDuration::from_secs(30);
/// Older keys are asked for anew behind the back of whoever uses them.
const FRESH: SignedDuration = SignedDuration::from_mins(5);
/// Keys that nobody used for so long are asked for before they are: the issuer may have withdrawn them.
const USABLE: SignedDuration = SignedDuration::from_mins(60);
const TIME_OUT: Duration = Duration::from_secs(5);
const LARGEST: usize = 256 * 1024;
/// Of keys that may all be meant.
const MOST_TRIED: usize = 32;

#[derive(Clone)]
pub(super) struct Jwks(Arc<Shared>);

struct Shared {
    url: Url,
    fetched: RwLock<Fetched>,
    /// Held while asking, so that one asks for all.
    asking: Mutex<()>,
}

#[derive(Default)]
struct Fetched {
    keys: Vec<PublicKey>,
    fetched_at: Option<Timestamp>,
    asked_at: Option<Timestamp>,
}

/// A key that verifies signatures, and of which tokens.
#[derive(Clone)]
struct PublicKey {
    kid: Option<String>,
    algorithm: Algorithm,
    key: DecodingKey,
}

impl Jwks {
    pub(super) fn new(url: Url) -> Self {
        Self(Arc::new(Shared { url, fetched: RwLock::default(), asking: Mutex::default() }))
    }

    /// The keys that a token with this header may be signed with, likeliest first. Nobody waits for the issuer
    /// while there are some.
    pub(super) async fn keys(
        &self,
        kid: Option<&str>,
        algorithm: Algorithm,
        now: Timestamp,
    ) -> Vec<DecodingKey> {
        let (keys, age, asked) = self.read(|fetched| {
            (
                fetched.find(kid, algorithm),
                fetched.age(now),
                fetched.asked_at.is_some_and(|at| within(at, now)),
            )
        });
        match age {
            Some(age) if !keys.is_empty() && (age < USABLE || asked) => {
                if age >= FRESH && !asked && self.0.asking.try_lock().is_ok() {
                    let (jwks, seen) = (self.clone(), now);
                    tokio::spawn(async move { jwks.refresh(seen).await });
                }
                keys
            }
            _ => {
                self.refresh(now).await;
                self.read(|fetched| fetched.find(kid, algorithm))
            }
        }
    }

    /// Those that have come since, when the keys at hand verified nothing: the issuer may have changed one and kept
    /// its id. Empty when it may not be asked yet.
    pub(super) async fn newer_keys(
        &self,
        kid: Option<&str>,
        algorithm: Algorithm,
        now: Timestamp,
    ) -> Vec<DecodingKey> {
        let before = self.read(|fetched| fetched.fetched_at);
        self.refresh(now).await;
        self.read(|fetched| if fetched.fetched_at == before { vec![] } else { fetched.find(kid, algorithm) })
    }

    /// Asks, unless somebody just did.
    async fn refresh(&self, now: Timestamp) {
        let _asking = self.0.asking.lock().await;
        if self.read(|fetched| fetched.asked_at.is_some_and(|at| within(at, now))) {
            return;
        }
        let answer = fetch(&self.0.url).await;
        let mut fetched = self.0.fetched.write().unwrap_or_else(PoisonError::into_inner);
        fetched.asked_at = Some(now);
        match answer {
            Ok(keys) => {
                fetched.keys = keys;
                fetched.fetched_at = Some(now);
            }
            // The keys at hand stay: an issuer that is down for a while locks nobody out.
            Err(error) => {
                let mut url = self.0.url.clone();
                // It may carry what is not to be logged.
                url.set_query(None);
                tracing::warn!(%url, error = format_args!("{error:#}"), "cannot fetch an issuer's keys");
            }
        }
    }

    fn read<T>(&self, look: impl FnOnce(&Fetched) -> T) -> T {
        look(&self.0.fetched.read().unwrap_or_else(PoisonError::into_inner))
    }
}

fn within(asked_at: Timestamp, now: Timestamp) -> bool {
    asked_at.duration_until(now) < AT_MOST_EVERY
}

impl Fetched {
    fn age(&self, now: Timestamp) -> Option<SignedDuration> {
        Some(self.fetched_at?.duration_until(now))
    }

    /// A key id is a hint, and not every key has one (RFC 7517, 4.5); several may share one, told apart by the rest.
    fn find(&self, kid: Option<&str>, algorithm: Algorithm) -> Vec<DecodingKey> {
        let of = |wanted: Option<Option<&str>>| {
            let fits = move |key: &&PublicKey| {
                key.algorithm == algorithm && wanted.is_none_or(|kid| key.kid.as_deref() == kid)
            };
            self.keys.iter().filter(fits).take(MOST_TRIED).map(|key| key.key.clone()).collect::<Vec<_>>()
        };
        let Some(kid) = kid else { return of(None) };
        let named = of(Some(Some(kid)));
        if named.is_empty() { of(Some(None)) } else { named }
    }
}

/// Why an issuer's address gave no keys.
#[derive(Debug)]
pub enum NoKeys {
    /// Nobody answers there, or not by a certificate that we trust.
    Unreachable(String),
    /// What answers there is no JWKS.
    Strange(String),
}

/// How many keys an issuer's address has for each of these algorithms. A look: nothing is kept.
///
/// # Errors
/// It gives none.
pub async fn look(url: &Url, algorithms: &[Algorithm]) -> Result<Vec<(Algorithm, usize)>, NoKeys> {
    let keys = fetch(url).await.map_err(|error| {
        let cause = error.chain().last().map(ToString::to_string).unwrap_or_default();
        match error.downcast_ref::<reqwest::Error>() {
            Some(error) if error.is_status() => {
                NoKeys::Strange(error.status().map_or(cause, |status| status.to_string()))
            }
            Some(_) => NoKeys::Unreachable(cause),
            None => NoKeys::Strange(cause),
        }
    })?;
    let number = |algorithm| keys.iter().filter(|key| key.algorithm == algorithm).count();
    Ok(algorithms.iter().map(|algorithm| (*algorithm, number(*algorithm))).collect())
}

#[derive(Deserialize)]
struct Answer {
    keys: Vec<Value>,
}

async fn fetch(url: &Url) -> anyhow::Result<Vec<PublicKey>> {
    let response = client()?.get(url.clone()).send().await.and_then(reqwest::Response::error_for_status);
    let mut response = response.map_err(reqwest::Error::without_url)?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        anyhow::ensure!(body.len() + chunk.len() <= LARGEST, "the answer is too large");
        body.extend_from_slice(&chunk);
    }
    anyhow::ensure!(response.status().is_success(), "the answer is {}", response.status());
    let answer: Answer = serde_json::from_slice(&body)?;
    Ok(answer.keys.iter().filter_map(PublicKey::of).collect())
}

impl PublicKey {
    /// `None` for a key that signs nothing we could verify; such may stand among the others (RFC 7517, 5).
    fn of(jwk: &Value) -> Option<Self> {
        let jwk = jwk.as_object()?;
        let given = |name: &str| jwk.get(name).filter(|value| !value.is_null());
        let text = |name: &str| given(name).and_then(Value::as_str);
        let is_for_signatures = given("use").is_none_or(|word| word == "sig");
        let verifies = given("key_ops").is_none_or(|operations| {
            operations.as_array().is_some_and(|operations| operations.iter().any(|word| word == "verify"))
        });
        let algorithm = match (text("kty")?, text("crv")) {
            ("RSA", _) => Algorithm::RS256,
            ("EC", Some("P-256")) => Algorithm::ES256,
            ("OKP", Some("Ed25519")) => Algorithm::EdDSA,
            _ => return None,
        };
        let is_its = given("alg").is_none_or(|word| {
            // RFC 9864 gives EdDSA with this curve a name of its own.
            word == algorithm.name() || (algorithm == Algorithm::EdDSA && word == "Ed25519")
        });
        if !(is_for_signatures && verifies && is_its) {
            return None;
        }
        // Only what the key is made of: of the rest the library takes no word that it does not know.
        let material = ["kty", "crv", "x", "y", "n", "e"].into_iter();
        let material: Map<String, Value> =
            material.filter_map(|name| Some((name.to_owned(), jwk.get(name)?.clone()))).collect();
        let key = DecodingKey::from_jwk(&serde_json::from_value::<Jwk>(material.into()).ok()?).ok()?;
        let kid = text("kid").map(str::to_owned);
        Some(Self { kid, algorithm, key })
    }
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
