//! Tokens that other systems made: each issuer with its own keys and its pinned algorithms.

use anyhow::{Context, anyhow};
use jiff::Timestamp;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{DecodingKey, Validation};
use openvisit_core::person::{Identity, Role};
use openvisit_store::{Wish, refusal};
use serde_json::{Map, Value};

use super::header::TokenHeader;
use super::jwks::Jwks;
use super::refused::{Refusal, Refused};
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
    /// One for each algorithm: what a token says of itself chooses among these and no others.
    validations: Vec<(Algorithm, Validation)>,
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
    /// An organization's id or name; inside, `None` for whoever is in none. `None` when the token says nothing of it.
    pub organization: Option<Option<String>>,
    /// Whether a person who is not known yet is to be made.
    pub create: bool,
    pub expires_at: Timestamp,
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
    pub async fn read(&self, token: &str, now: Timestamp) -> Result<Foreign, Refusal> {
        let nobodys = |why| Refusal { why, issuer: None };
        let header = TokenHeader::of(token).map_err(nobodys)?;
        let unverified: Map<String, Value> = jsonwebtoken::dangerous::insecure_decode_claims(token)
            .map_err(|_| nobodys(Refused::Malformed))?;
        let named = unverified.get("iss");
        let mut refused = nobodys(Refused::Issuer(named.and_then(Value::as_str).map(str::to_owned)));
        for verifier in self.0.iter().filter(|verifier| verifier.settings.may_have_made(named)) {
            let read = match verifier.verify(token, &header, now).await {
                Ok((claims, expires_at)) => verifier.settings.foreign(&claims, expires_at),
                Err(why) => Err(why),
            };
            match read {
                Ok(foreign) => return Ok(foreign),
                Err(why) if refused.issuer.is_none() || why.got_further_than(&refused.why) => {
                    refused = Refusal { why, issuer: Some(verifier.settings.issuer.clone()) };
                }
                Err(_) => {}
            }
        }
        Err(refused)
    }
}

fn verifier(issuer: &Issuer) -> anyhow::Result<Verifier> {
    let source = issuer.key_source().ok_or_else(|| anyhow!("there must be exactly one"))?;
    let key = match source {
        KeySource::Secret(secret) => Key::Fixed(DecodingKey::from_secret(secret.as_bytes())),
        KeySource::Pem(pem) => Key::Fixed(public_key(issuer.algorithm(), pem.as_bytes())?),
        KeySource::PemFile(path) => {
            let pem = std::fs::read(path).map_err(|error| {
                let why = refusal(path, Wish::Read, &error);
                anyhow::anyhow!("cannot read {}: {why}", path.display())
            })?;
            Key::Fixed(public_key(issuer.algorithm(), &pem)?)
        }
        KeySource::Jwks(url) => Key::Fetched(Jwks::new(url.clone())),
    };
    let validations = issuer.algorithms().iter().map(|one| (*one, validation(issuer, *one))).collect();
    Ok(Verifier { validations, settings: issuer.clone(), key })
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

fn validation(issuer: &Issuer, algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(match algorithm {
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
    async fn verify(
        &self,
        token: &str,
        header: &TokenHeader,
        now: Timestamp,
    ) -> Result<(Map<String, Value>, Timestamp), Refused> {
        let pinned = self.validations.iter().find(|(algorithm, _)| algorithm.name() == header.alg);
        let (algorithm, validation) = pinned.ok_or_else(|| Refused::Algorithm(header.alg.clone()))?;
        let kid = header.kid.as_deref();
        let claims = match &self.key {
            Key::Fixed(key) => verified(token, std::slice::from_ref(key), validation)?,
            Key::Fetched(jwks) => {
                let keys = jwks.keys(kid, *algorithm, now).await;
                if keys.is_empty() {
                    return Err(Refused::UnknownKey(header.kid.clone()));
                }
                match verified(token, &keys, validation) {
                    Err(Refused::Signature) => {
                        verified(token, &jwks.newer_keys(kid, *algorithm, now).await, validation)?
                    }
                    read => read?,
                }
            }
        };
        let expires_at = in_time(&claims, now)?;
        Ok((claims, expires_at))
    }
}

/// By whichever of the keys made it.
fn verified(
    token: &str,
    keys: &[DecodingKey],
    validation: &Validation,
) -> Result<Map<String, Value>, Refused> {
    for key in keys {
        let error = match jsonwebtoken::decode(token, key, validation) {
            Ok(read) => return Ok(read.claims),
            Err(error) => error,
        };
        // These are looked at once the signature is right.
        match error.kind() {
            ErrorKind::InvalidAudience => return Err(Refused::Audience),
            ErrorKind::InvalidIssuer => return Err(Refused::Claim("iss")),
            ErrorKind::MissingRequiredClaim(name) => {
                return Err(match name.as_str() {
                    "aud" => Refused::Audience,
                    "iss" => Refused::Claim("iss"),
                    _ => Refused::Claim("exp"),
                });
            }
            _ => {}
        }
    }
    Err(Refused::Signature)
}

/// Both claims are seconds since 1970, or the token means something that we do not. When it ends, the clocks' difference
/// included.
fn in_time(claims: &Map<String, Value>, now: Timestamp) -> Result<Timestamp, Refused> {
    let seconds = |name: &'static str| {
        let number = |value: &Value| value.as_f64().ok_or(Refused::Claim(name));
        claims.get(name).map(number).transpose()
    };
    let now = now.as_second();
    #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are far below 2^52")]
    let (early, late) = ((now + SKEW) as f64, (now - SKEW) as f64);
    let exp = seconds("exp")?.ok_or(Refused::Claim("exp"))?;
    #[expect(clippy::cast_possible_truncation, reason = "a number that is too large is brought into range")]
    let end = exp as i64;
    if exp <= late {
        return Err(Refused::ExpiredSince(Timestamp::from_second(end).unwrap_or(Timestamp::UNIX_EPOCH)));
    }
    if seconds("nbf")?.is_some_and(|nbf| nbf > early) {
        return Err(Refused::NotYet);
    }
    Ok(Timestamp::from_second(end.saturating_add(SKEW)).unwrap_or(Timestamp::MAX))
}

impl Issuer {
    fn may_have_made(&self, named: Option<&Value>) -> bool {
        match named {
            Some(name) => name.as_str() == Some(&self.issuer),
            None => self.accept_missing_issuer,
        }
    }

    /// Whom the token stands for, and what it says of them.
    fn foreign(&self, claims: &Map<String, Value>, expires_at: Timestamp) -> Result<Foreign, Refused> {
        let text = |name: &str| {
            let text = claim(claims, name)?.as_str()?.trim();
            (!text.is_empty() && text.len() <= LONGEST).then(|| text.to_owned())
        };
        let subject = match claim(claims, &self.id_claim) {
            Some(Value::Number(number)) => Some(number.to_string()),
            _ => text(&self.id_claim),
        };
        let subject = subject.ok_or(Refused::Claim("subject"))?;
        let in_organization = self.organization_claim.as_deref().and_then(|name| claim(claims, name));
        Ok(Foreign {
            identity: Identity { issuer: self.issuer.clone(), subject },
            name: text(&self.name_claim),
            email: text(&self.email_claim),
            roles: claim(claims, &self.role_claim).map(|words| self.roles_of(words)),
            organization: in_organization.map(organization).transpose()?,
            create: self.create_people,
            expires_at,
        })
    }

    fn roles_of(&self, words: &Value) -> Vec<Role> {
        let words = match words {
            Value::Array(words) => words.iter().filter_map(Value::as_str).collect(),
            Value::String(word) => vec![word.as_str()],
            _ => vec![],
        };
        let mut roles: Vec<Role> = words
            .into_iter()
            .filter_map(|word| self.role_of(word))
            .filter(|role| self.may_give(*role))
            .collect();
        roles.sort_unstable();
        roles.dedup();
        roles
    }
}

/// What a claim says of the organization: a text, a number, or a list of one; nothing where it is null or empty.
fn organization(claim: &Value) -> Result<Option<String>, Refused> {
    match claim {
        Value::Null => Ok(None),
        Value::Number(number) => Ok(Some(number.to_string())),
        Value::String(text) if text.len() <= LONGEST && !text.contains(char::is_control) => {
            let text = text.trim();
            Ok((!text.is_empty()).then(|| text.to_owned()))
        }
        Value::Array(list) if list.is_empty() => Ok(None),
        Value::Array(list) if list.len() == 1 && !list.iter().any(Value::is_array) => organization(&list[0]),
        _ => Err(Refused::Claim("organization")),
    }
}

/// A claim by its name, or by its path.
fn claim<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    claims.get(name).or_else(|| {
        let (first, rest) = name.split_once('.')?;
        claim(claims.get(first)?.as_object()?, rest)
    })
}
