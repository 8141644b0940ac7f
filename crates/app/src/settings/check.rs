//! What settings must be together, and what is still missing for use off localhost.

use std::net::IpAddr;

use super::branding::Logo;
use super::examples;
use super::issuer::{Algorithm, Issuer, KeySource};
use super::{Exposure, SHORTEST, Settings};
use crate::ice_url::IceUrl;
use openvisit_core::appointment::MediaProvider;
use openvisit_core::person::{TOKEN_ISSUER, is_our_issuer};
use url::{Host, Url};

/// A setting that is wrong, and why.
type Wrong = (&'static str, String);

/// What no single key can tell.
pub(super) fn together(settings: &Settings) -> Vec<Wrong> {
    let mut wrong = pairs(settings);
    wrong.extend(operation(settings));
    wrong.extend(pictures(settings));
    wrong.extend(media(settings));
    wrong.extend(settings.issuers.iter().filter_map(|issuer| {
        let why = issuer_fault(settings, issuer)?;
        Some(("issuers", format!("{}: {why}", issuer.issuer)))
    }));
    wrong
}

fn pairs(settings: &Settings) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    if settings.demo && !settings.listen.ip().is_loopback() {
        let why = "demo mode listens on loopback only, since everybody knows its passwords";
        wrong.push(("listen", why.to_owned()));
    }
    match (&settings.tls.certificate, &settings.tls.key) {
        (Some(_), None) => wrong.push(("tls.key", "is missing; tls.certificate is given".to_owned())),
        (None, Some(_)) => wrong.push(("tls.certificate", "is missing; tls.key is given".to_owned())),
        _ => {}
    }
    if let Some(why) = settings.database_url.as_deref().and_then(wrong_database) {
        wrong.push(("database_url", why.to_owned()));
    }
    wrong
}

fn wrong_database(url: &str) -> Option<&'static str> {
    if !["sqlite:", "postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme)) {
        return Some("is neither SQLite nor PostgreSQL");
    }
    (!openvisit_store::is_understood(url)).then_some("is not understood as a URL of that database")
}

fn operation(settings: &Settings) -> Vec<Wrong> {
    let operation = &settings.operation;
    let exposed = [("operation.metrics", operation.metrics), ("operation.docs", operation.docs)];
    let fault = |exposure| match exposure {
        Exposure::Token if operation.token.is_none() => Some("is token, but there is no operation.token"),
        Exposure::Listener if operation.listen.is_none() => {
            Some("is listener, but there is no operation.listen")
        }
        _ => None,
    };
    exposed.into_iter().filter_map(|(key, exposure)| Some((key, fault(exposure)?.to_owned()))).collect()
}

fn pictures(settings: &Settings) -> Vec<Wrong> {
    let accent = settings.accent.and_then(|accent| accent.check().err());
    let logo = settings.logo.as_ref().and_then(|path| Logo::read(path).err());
    let wrong = [accent.map(|why| ("accent", why)), logo.map(|why| ("logo", why))];
    wrong.into_iter().flatten().collect()
}

fn media(settings: &Settings) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    if settings.media.public_address.iter().any(IpAddr::is_unspecified) {
        let why = "names every address; browsers are told these, one by one";
        wrong.push(("media.public_address", why.to_owned()));
    }
    let provider = settings.media_provider();
    if provider != MediaProvider::Embedded && !settings.media_providers().contains(&provider) {
        let name = provider.name();
        wrong.push(("media.provider", format!("is {name}, but there is no block [{name}]")));
    }
    for (n, server) in settings.media.ice_servers.iter().enumerate() {
        for url in server.urls.iter().filter(|url| IceUrl::parse(url).is_none()) {
            let why = format!(
                "entry {}: {url:?} is no address that browsers accept, such as stun:stun.example.org, \
                 turn:turn.example.org:3478?transport=udp or turns:turn.example.org",
                n + 1
            );
            wrong.push(("media.ice_servers", why));
        }
    }
    wrong
}

fn issuer_fault(settings: &Settings, issuer: &Issuer) -> Option<&'static str> {
    let name = issuer.issuer.as_str();
    if ["", TOKEN_ISSUER].contains(&name) || is_our_issuer(name) {
        return Some("this name is the server's own");
    }
    let has = |other: &&Issuer| other.algorithms().iter().any(|one| issuer.algorithms().contains(one));
    if settings.issuers.iter().filter(|other| other.issuer == name).filter(has).count() > 1 {
        return Some("is there twice with the same algorithm");
    }
    if !issuer.algorithms.is_empty() {
        if issuer.algorithm.is_some() || issuer.algorithms.contains(&Algorithm::HS256) {
            return Some("algorithms are RS256, ES256, EdDSA, and leave algorithm out");
        }
        if !matches!(issuer.key_source(), Some(KeySource::Jwks(_))) {
            return Some("algorithms go with jwks_url; a key has one algorithm");
        }
    }
    if issuer.roles.values().any(|role| !issuer.may_give(*role)) {
        return Some("roles gives more than max_role allows (practitioner when it is not set)");
    }
    match (issuer.key_source(), issuer.algorithm()) {
        (None, _) => Some("needs exactly one of secret, public_key, public_key_file, jwks_url"),
        (Some(KeySource::Secret(secret)), Algorithm::HS256) if secret.len() < SHORTEST => {
            Some("the secret must have at least 16 characters")
        }
        (Some(KeySource::Secret(_)), Algorithm::HS256) => None,
        (Some(KeySource::Secret(_)), _) => Some("a secret goes with algorithm HS256"),
        (Some(KeySource::Jwks(url)), _) if !["http", "https"].contains(&url.scheme()) => {
            Some("jwks_url is an https:// address")
        }
        (Some(_), Algorithm::HS256) => Some("a public key goes with RS256, ES256 or EdDSA"),
        _ => None,
    }
}

/// Whether a URL leads to whatever machine it is opened on.
#[must_use]
pub fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

/// What works, and perhaps not as it was meant; one sentence each.
pub(super) fn doubtful(settings: &Settings) -> Vec<String> {
    let mut doubts = examples::left(settings);
    let addresses = &settings.media.public_address;
    if settings.public_url.as_ref().is_some_and(|url| !is_this_machine(url))
        && !addresses.is_empty()
        && addresses.iter().all(IpAddr::is_loopback)
    {
        doubts.push(
            "media.public_address leads every browser to its own machine, while public_url is for others: nobody else gets \
             sound or picture. Name the address under which they reach this one"
                .to_owned(),
        );
    }
    let Some(jitsi) = &settings.jitsi else { return doubts };
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
