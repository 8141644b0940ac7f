//! What settings must be together, and what is still missing for use off localhost.

use std::net::IpAddr;

use super::branding::Logo;
use super::issuer::{Algorithm, Issuer, KeySource};
use super::{Exposure, SHORTEST, Settings};
use openvisit_core::appointment::MediaProvider;
use openvisit_core::person::{TOKEN_ISSUER, is_our_issuer};

/// What no single key can tell.
///
/// # Errors
/// The key that is wrong, and why.
pub(super) fn together(settings: &Settings) -> Result<(), (&'static str, String)> {
    if settings.demo && !settings.listen.ip().is_loopback() {
        return Err((
            "listen",
            "demo mode listens on loopback only, since everybody knows its passwords".into(),
        ));
    }
    match (&settings.tls.certificate, &settings.tls.key) {
        (Some(_), None) => return Err(("tls.key", "is missing; tls.certificate is given".into())),
        (None, Some(_)) => return Err(("tls.certificate", "is missing; tls.key is given".into())),
        _ => {}
    }
    let operation = &settings.operation;
    let exposed = [("operation.metrics", operation.metrics), ("operation.docs", operation.docs)];
    for (key, exposure) in exposed {
        match exposure {
            Exposure::Token if operation.token.is_none() => {
                return Err((key, "is token, but there is no operation.token".into()));
            }
            Exposure::Listener if operation.listen.is_none() => {
                return Err((key, "is listener, but there is no operation.listen".into()));
            }
            _ => {}
        }
    }
    if let Some(accent) = settings.accent {
        accent.check().map_err(|reason| ("accent", reason))?;
    }
    if let Some(path) = &settings.logo {
        Logo::read(path).map_err(|reason| ("logo", reason))?;
    }
    if settings.media.public_address.iter().any(IpAddr::is_unspecified) {
        return Err((
            "media.public_address",
            "names every address; browsers are told these, one by one".into(),
        ));
    }
    let url = &settings.database_url;
    if let Some(url) = url.as_deref()
        && !["sqlite:", "postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme))
    {
        return Err(("database_url", "is neither SQLite nor PostgreSQL".into()));
    }
    let provider = settings.media_provider();
    if provider != MediaProvider::Embedded && !settings.media_providers().contains(&provider) {
        let name = provider.name();
        return Err(("media.provider", format!("is {name}, but there is no block [{name}]")));
    }
    for issuer in &settings.issuers {
        let name = issuer.issuer.as_str();
        let wrong = |why: &str| Err(("issuers", format!("{name}: {why}")));
        if ["", TOKEN_ISSUER].contains(&name) || is_our_issuer(name) {
            return wrong("this name is the server's own");
        }
        let has = |other: &&Issuer| other.algorithms().iter().any(|one| issuer.algorithms().contains(one));
        if settings.issuers.iter().filter(|other| other.issuer == name).filter(has).count() > 1 {
            return wrong("is there twice with the same algorithm");
        }
        if !issuer.algorithms.is_empty() {
            if issuer.algorithm.is_some() || issuer.algorithms.contains(&Algorithm::HS256) {
                return wrong("algorithms are RS256, ES256, EdDSA, and leave algorithm out");
            }
            if !matches!(issuer.key_source(), Some(KeySource::Jwks(_))) {
                return wrong("algorithms go with jwks_url; a key has one algorithm");
            }
        }
        if issuer.roles.values().any(|role| !issuer.may_give(*role)) {
            return wrong("roles gives more than max_role allows (practitioner when it is not set)");
        }
        match (issuer.key_source(), issuer.algorithm()) {
            (None, _) => return wrong("needs exactly one of secret, public_key, public_key_file, jwks_url"),
            (Some(KeySource::Secret(secret)), Algorithm::HS256) if secret.len() < SHORTEST => {
                return wrong("the secret must have at least 16 characters");
            }
            (Some(KeySource::Secret(_)), Algorithm::HS256) => {}
            (Some(KeySource::Secret(_)), _) => return wrong("a secret goes with algorithm HS256"),
            (Some(_), Algorithm::HS256) => return wrong("a public key goes with RS256, ES256 or EdDSA"),
            _ => {}
        }
    }
    Ok(())
}

/// What works, and perhaps not as it was meant; one sentence each.
pub(super) fn doubtful(settings: &Settings) -> Vec<String> {
    let Some(jitsi) = &settings.jitsi else { return Vec::new() };
    let mut doubts = Vec::new();
    if jitsi.lacks_key() {
        doubts.push(
            "jitsi.tenant is set without jitsi.key_id and jitsi.private_key: no tokens are signed, and calls go on \
             without; whoever knows a room's name can join"
                .to_owned(),
        );
    }
    if jitsi.names_no_domain() {
        doubts.push(
            "no domain is named for Jitsi (jitsi.url): calls go to meet.jit.si, where whoever knows a room's name can \
             join, and nobody's presence can be proven: no session becomes a no-show by itself"
                .to_owned(),
        );
    }
    doubts
}

impl Settings {
    /// What a browser on another machine would miss, one line each; empty when nothing is missing.
    #[must_use]
    pub fn missing_off_localhost(&self) -> Vec<String> {
        let mut missing = Vec::new();
        if !self.is_https() {
            missing.push(
                "https: browsers give camera and microphone to HTTPS pages only. Set tls.certificate and \
                 tls.key, or put a proxy with TLS in front and set public_url to its https:// address"
                    .to_owned(),
            );
        }
        if self.public_url.is_none() {
            missing.push("public_url: links in invitations name this address".to_owned());
        }
        if self.listen.ip().is_loopback() && self.trusted_proxies.is_empty() {
            missing.push(
                "listen is on loopback: other machines cannot reach it. Set listen to 0.0.0.0:<port>, or, \
                 behind a proxy on this machine, trusted_proxies to [\"127.0.0.1/32\"]"
                    .to_owned(),
            );
        }
        if self.public_url.is_some() && self.tls.certificate.is_none() && self.trusted_proxies.is_empty() {
            missing.push(
                "trusted_proxies: without it every client seems to come from the proxy's address, and \
                 login throttling counts them as one"
                    .to_owned(),
            );
        }
        if self.media.public_address.is_empty() {
            missing.push(
                "media.public_address: the addresses under which browsers reach the media ports. Without \
                 it the machine's own addresses are offered, which fails behind NAT"
                    .to_owned(),
            );
        }
        missing
    }
}
