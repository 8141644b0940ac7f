//! Other systems whose tokens are taken.

use std::collections::BTreeMap;
use std::path::PathBuf;

use openvisit_core::person::Role;
use openvisit_providers::Secret;
use serde::Deserialize;
use url::Url;

pub(super) const ALLOWED: &str = "issuer, one of (secret, public_key, public_key_file, jwks_url), algorithm (HS256, \
    RS256, ES256, EdDSA) or, with jwks_url, algorithms (a list), audience, accept_missing_issuer, id_claim, name_claim, email_claim, role_claim, organization_claim, \
    roles { THEIRS = \"practitioner\" | \"client\" | \"assistant\" | \"admin\" }, max_role (client, assistant, \
    practitioner, admin), create_people";

/// How a token of this issuer is signed. Pinned: a token chooses among those named here, each with keys of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Algorithm {
    HS256,
    RS256,
    ES256,
    EdDSA,
}

impl Algorithm {
    /// As tokens name it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::HS256 => "HS256",
            Self::RS256 => "RS256",
            Self::ES256 => "ES256",
            Self::EdDSA => "EdDSA",
        }
    }
}

/// One `[[issuers]]` table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issuer {
    /// The token's `iss`, and the issuer in a person's identity.
    pub issuer: String,
    /// Also takes tokens that name no issuer, where their signature is this issuer's.
    #[serde(default)]
    pub accept_missing_issuer: bool,
    secret: Option<Secret>,
    /// PEM.
    public_key: Option<String>,
    public_key_file: Option<PathBuf>,
    jwks_url: Option<Url>,
    pub(super) algorithm: Option<Algorithm>,
    /// Several, while the issuer goes over from one to another.
    #[serde(default)]
    pub(super) algorithms: Vec<Algorithm>,
    /// The token's `aud` must hold this; not looked at when it is not set.
    pub audience: Option<String>,
    /// Who the person is at this issuer.
    #[serde(default = "sub")]
    pub id_claim: String,
    #[serde(default = "name")]
    pub name_claim: String,
    #[serde(default = "email")]
    pub email_claim: String,
    /// A claim's name, or a path into it, such as `realm_access.roles`.
    #[serde(default = "role")]
    pub role_claim: String,
    /// In which organization the person is, by its id or name; a claim's name, or a path. Without it organizations are an
    /// administrator's to give.
    pub organization_claim: Option<String>,
    /// Their word to our role; words that are not here keep their usual meaning.
    #[serde(default)]
    pub roles: BTreeMap<String, Role>,
    /// The highest role that a token may give: client, assistant, practitioner, admin.
    #[serde(default = "practitioner")]
    pub max_role: Role,
    /// People are made when they are first seen. Otherwise only those are let in whom an administrator
    /// or a booking has made known.
    #[serde(default)]
    pub create_people: bool,
}

/// What verifies an issuer's tokens.
#[derive(Clone, Copy, Debug)]
pub enum KeySource<'a> {
    Secret(&'a str),
    Pem(&'a str),
    PemFile(&'a PathBuf),
    Jwks(&'a Url),
}

impl Issuer {
    /// `None` when there is not exactly one.
    #[must_use]
    pub fn key_source(&self) -> Option<KeySource<'_>> {
        let mut sources = [
            self.secret.as_ref().map(|secret| KeySource::Secret(secret.expose())),
            self.public_key.as_deref().map(KeySource::Pem),
            self.public_key_file.as_ref().map(KeySource::PemFile),
            self.jwks_url.as_ref().map(KeySource::Jwks),
        ]
        .into_iter()
        .flatten();
        let first = sources.next();
        first.filter(|_| sources.next().is_none())
    }

    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm.unwrap_or(if self.secret.is_some() { Algorithm::HS256 } else { Algorithm::RS256 })
    }

    /// All that its tokens may be signed with.
    #[must_use]
    pub fn algorithms(&self) -> Vec<Algorithm> {
        if self.algorithms.is_empty() { vec![self.algorithm()] } else { self.algorithms.clone() }
    }

    /// Whether its tokens can make anybody this.
    #[must_use]
    pub fn may_give(&self, role: Role) -> bool {
        rank(role) <= rank(self.max_role)
    }

    /// Our role for one of their words.
    #[must_use]
    pub fn role_of(&self, word: &str) -> Option<Role> {
        self.roles.get(word).copied().or_else(|| usual_role(word))
    }
}

fn rank(role: Role) -> u8 {
    match role {
        Role::Client => 0,
        Role::Assistant => 1,
        Role::Practitioner => 2,
        Role::Admin => 3,
    }
}

fn practitioner() -> Role {
    Role::Practitioner
}

/// What systems of this field call our roles.
fn usual_role(word: &str) -> Option<Role> {
    match word.to_ascii_lowercase().as_str() {
        "practitioner" | "doctor" | "psychologist" | "mechanic" | "partner" | "therapist" | "clinician" => {
            Some(Role::Practitioner)
        }
        "client" | "patient" | "customer" | "user" => Some(Role::Client),
        "assistant" => Some(Role::Assistant),
        "admin" => Some(Role::Admin),
        _ => None,
    }
}

fn sub() -> String {
    "sub".to_owned()
}

fn name() -> String {
    "name".to_owned()
}

fn email() -> String {
    "email".to_owned()
}

fn role() -> String {
    "role".to_owned()
}
