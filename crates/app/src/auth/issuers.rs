//! Tokens that other systems made: each issuer with its own key and one pinned algorithm.

use anyhow::{Context, anyhow};
use jiff::Timestamp;
use jsonwebtoken::{DecodingKey, Validation};
use openvisit_core::person::{Identity, Role};
use serde_json::{Map, Value};

use super::jwks::Jwks;
use super::tokens::BadToken;
use crate::settings::issuer::{Algorithm, Issuer, KeySource};

/// Other people's clocks may be wrong by this much, in seconds.
const SKEW: i64 = 30;
/// The longest subject, name or address that is taken from a token.
const LONGEST: usize = 255;

/// The issuers of the settings.
pub struct Issuers(Vec<Verifier>);

struct Verifier {
    settings: Issuer,
    key: Key,
    validation: Validation,
}

enum Key {
    Fixed(DecodingKey),
    Fetched(Jwks),
}

/// What a verified token of another issuer says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreign {
    pub identity: Identity,
    pub name: Option<String>,
    pub email: Option<String>,
    /// `None` when the token says nothing of roles.
    pub roles: Option<Vec<Role>>,
    /// Whether a person who is not known yet is to be made.
    pub create: bool,
}

impl Issuers {
    /// # Errors
    /// A key cannot be read.
    pub fn new(issuers: &[Issuer]) -> anyhow::Result<Self> {
        let verifiers = issuers.iter().map(|issuer| {
            verifier(issuer).with_context(|| format!("issuers: the key of {} cannot be used", issuer.issuer))
        });
        Ok(Self(verifiers.collect::<Result<_, _>>()?))
    }

    /// Verifies a token that is not this server's own.
    ///
    /// # Errors
    /// No issuer of the settings made it, or not for us, or it has expired.
    pub async fn read(&self, token: &str, now: Timestamp) -> Result<Foreign, BadToken> {
        let unverified: Map<String, Value> =
            jsonwebtoken::dangerous::insecure_decode_claims(token).map_err(|_| BadToken)?;
        let named = unverified.get("iss");
        for verifier in self.0.iter().filter(|verifier| verifier.settings.may_have_made(named)) {
            if let Ok(claims) = verifier.verify(token, now).await {
                return verifier.settings.foreign(&claims).ok_or(BadToken);
            }
        }
        Err(BadToken)
    }
}

fn verifier(issuer: &Issuer) -> anyhow::Result<Verifier> {
    let source = issuer.key_source().ok_or_else(|| anyhow!("there must be exactly one"))?;
    let key = match source {
        KeySource::Secret(secret) => Key::Fixed(DecodingKey::from_secret(secret.as_bytes())),
        KeySource::Pem(pem) => Key::Fixed(public_key(issuer.algorithm(), pem.as_bytes())?),
        KeySource::PemFile(path) => {
            let pem = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
            Key::Fixed(public_key(issuer.algorithm(), &pem)?)
        }
        KeySource::Jwks(url) => Key::Fetched(Jwks::new(url.clone())),
    };
    Ok(Verifier { validation: validation(issuer), settings: issuer.clone(), key })
}

fn public_key(algorithm: Algorithm, pem: &[u8]) -> anyhow::Result<DecodingKey> {
    let key = match algorithm {
        Algorithm::RS256 => DecodingKey::from_rsa_pem(pem),
        Algorithm::ES256 => DecodingKey::from_ec_pem(pem),
        Algorithm::EdDSA => DecodingKey::from_ed_pem(pem),
        Algorithm::HS256 => return Err(anyhow!("HS256 has no public key")),
    };
    key.with_context(|| format!("this is no PEM public key for {algorithm:?}"))
}

fn validation(issuer: &Issuer) -> Validation {
    let mut validation = Validation::new(match issuer.algorithm() {
        Algorithm::HS256 => jsonwebtoken::Algorithm::HS256,
        Algorithm::RS256 => jsonwebtoken::Algorithm::RS256,
        Algorithm::ES256 => jsonwebtoken::Algorithm::ES256,
        Algorithm::EdDSA => jsonwebtoken::Algorithm::EdDSA,
    });
    let mut required = vec!["exp"];
    // Compared in `verify`, with the server's clock.
    validation.validate_exp = false;
    match &issuer.audience {
        Some(audience) => {
            validation.set_audience(&[audience]);
            required.push("aud");
        }
        None => validation.validate_aud = false,
    }
    if !issuer.accept_missing_issuer {
        required.push("iss");
    }
    validation.set_issuer(&[&issuer.issuer]);
    validation.set_required_spec_claims(&required);
    validation
}

impl Verifier {
    async fn verify(&self, token: &str, now: Timestamp) -> Result<Map<String, Value>, BadToken> {
        let key = match &self.key {
            Key::Fixed(key) => key.clone(),
            Key::Fetched(jwks) => {
                let header = jsonwebtoken::decode_header(token).map_err(|_| BadToken)?;
                jwks.key(header.kid.as_deref(), now).await.ok_or(BadToken)?
            }
        };
        let claims: Map<String, Value> =
            jsonwebtoken::decode(token, &key, &self.validation).map_err(|_| BadToken)?.claims;
        let (now, seconds) = (now.as_second(), |name: &str| claims.get(name).and_then(Value::as_f64));
        #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are far below 2^52")]
        let (early, late) = ((now + SKEW) as f64, (now - SKEW) as f64);
        let expired = seconds("exp").is_none_or(|exp| exp <= late);
        let not_yet = seconds("nbf").is_some_and(|nbf| nbf > early);
        if expired || not_yet { Err(BadToken) } else { Ok(claims) }
    }
}

impl Issuer {
    fn may_have_made(&self, named: Option<&Value>) -> bool {
        match named {
            Some(name) => name.as_str() == Some(&self.issuer),
            None => self.accept_missing_issuer,
        }
    }

    /// `None` when the token does not say who.
    fn foreign(&self, claims: &Map<String, Value>) -> Option<Foreign> {
        let text = |name: &str| {
            let text = claim(claims, name)?.as_str()?.trim();
            (!text.is_empty() && text.len() <= LONGEST).then(|| text.to_owned())
        };
        let subject = match claim(claims, &self.id_claim)? {
            Value::Number(number) => number.to_string(),
            _ => text(&self.id_claim)?,
        };
        Some(Foreign {
            identity: Identity { issuer: self.issuer.clone(), subject },
            name: text(&self.name_claim),
            email: text(&self.email_claim),
            roles: claim(claims, &self.role_claim).map(|words| self.roles_of(words)),
            create: self.create_people,
        })
    }

    fn roles_of(&self, words: &Value) -> Vec<Role> {
        let words = match words {
            Value::Array(words) => words.iter().filter_map(Value::as_str).collect(),
            Value::String(word) => vec![word.as_str()],
            _ => vec![],
        };
        let mut roles: Vec<Role> = words.into_iter().filter_map(|word| self.role_of(word)).collect();
        roles.sort_unstable();
        roles.dedup();
        roles
    }
}

/// A claim by its name, or by its path.
fn claim<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    claims.get(name).or_else(|| {
        let (first, rest) = name.split_once('.')?;
        claim(claims.get(first)?.as_object()?, rest)
    })
}
