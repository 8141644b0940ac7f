//! Under which addresses people find the pages, and browsers the media.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use reqwest::StatusCode;
use serde::Deserialize;
use socket2::{Domain, Socket, Type};
use tokio::net::{TcpStream, lookup_host};
use url::{Host, Url};
use uuid::Uuid;

use super::{CheckResult, Code, Place};
use crate::sfu_io::SfuConfig;
use openvisit_app::outbox::is_public;
use openvisit_app::settings::{Settings, is_this_machine};

/// What `/health` answers.
#[derive(Deserialize)]
struct Health {
    status: String,
    proof: Option<String>,
}

/// Set, https, reachable, and this server.
pub(super) async fn public_url(place: Place) -> CheckResult {
    let Ok(url) = Url::parse(&place.settings.public_url()) else {
        return CheckResult::fault(Code::PublicUrlUnreachable);
    };
    let given = place.settings.given_public_url().is_some();
    if url.scheme() != "https" && given && !is_this_machine(&url) {
        return CheckResult::fault(Code::PublicUrlNotHttps);
    }
    let found = match ask(&place, url).await {
        Ok(found) => found,
        Err(_) if !runs(&place).await => return not_running(&place.settings),
        Err(error) => return CheckResult::fault(Code::PublicUrlUnreachable).because(deepest(&error)),
    };
    let works = found == CheckResult::ok(Code::PublicUrlWorks);
    if works && !runs(&place).await {
        // Its secrets are other nodes' as well.
        return CheckResult::warning(Code::NotRunning).because("another node answers at the public address");
    }
    if works && !given {
        return CheckResult::warning(Code::PublicUrlLocal);
    }
    found
}

async fn ask(place: &Place, mut url: Url) -> reqwest::Result<CheckResult> {
    let challenge = Uuid::new_v4().to_string();
    url.set_path("/health");
    url.query_pairs_mut().append_pair("challenge", &challenge);
    let answer = client()?.get(url).send().await?;
    let status = answer.status();
    if is_of_a_proxy(status) {
        return Ok(proxy_alone(place, status).await);
    }
    let Ok(Health { status: word, proof }) = answer.json().await else {
        return Ok(CheckResult::fault(Code::PublicUrlOther).because(status));
    };
    Ok(match &place.proof {
        _ if word != "ok" || proof.is_none() => CheckResult::fault(Code::PublicUrlOther).because(status),
        None => CheckResult::warning(Code::PublicUrlUnproven),
        Some(own) if proof == Some(own.answer(&challenge)) => CheckResult::ok(Code::PublicUrlWorks),
        Some(_) => CheckResult::fault(Code::PublicUrlOther).because("another OpenVisit"),
    })
}

/// Whether this is what a proxy says for a server that does not answer it; some say it with numbers of their own.
pub(super) fn is_of_a_proxy(status: StatusCode) -> bool {
    matches!(status.as_u16(), 502..=504 | 520..=530)
}

/// No fault of the proxy's where the server does not run.
pub(super) async fn proxy_alone(place: &Place, status: StatusCode) -> CheckResult {
    let found = if runs(place).await { CheckResult::fault } else { CheckResult::warning };
    found(Code::ProxyAlone).because(status)
}

/// Whether it could, where nobody has its addresses.
fn not_running(settings: &Settings) -> CheckResult {
    for listen in [Some(settings.listen), settings.operation.listen].into_iter().flatten() {
        // Whoever may not is not the account that the server has.
        if let Err(error) = can_listen(listen)
            && error.kind() != ErrorKind::PermissionDenied
        {
            return CheckResult::fault(Code::ListenUnusable).because(format_args!("{listen}: {error}"));
        }
    }
    CheckResult::warning(Code::NotRunning)
}

/// Takes an address as the server would, and gives it back at once. It is never listened at: nobody comes there by mistake.
fn can_listen(address: SocketAddr) -> io::Result<()> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())
}

/// Asks as browsers do, each question on a connection of its own.
pub(super) fn client() -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder().no_proxy().http1_only().redirect(reqwest::redirect::Policy::none()).build()
}

/// Whether something listens where the server does.
pub(super) async fn runs(place: &Place) -> bool {
    let mut listen = place.settings.listen;
    if listen.ip().is_unspecified() {
        listen.set_ip(if listen.is_ipv4() {
            [127, 0, 0, 1].into()
        } else {
            IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1])
        });
    }
    TcpStream::connect(listen).await.is_ok()
}

/// Private media addresses cannot be reached where the pages are public.
pub(super) async fn media(settings: Arc<Settings>) -> CheckResult {
    let candidates = match SfuConfig::of(&settings.media).candidates() {
        Ok(candidates) if candidates.is_empty() => return CheckResult::fault(Code::MediaAddressNone),
        Ok(candidates) => candidates,
        Err(error) => return CheckResult::fault(Code::MediaAddressNone).because(error),
    };
    let told = candidates.iter().map(IpAddr::to_string).collect::<Vec<_>>().join(", ");
    let public_pages = match settings.given_public_url() {
        Some(url) => leads_outside(url).await,
        None => false,
    };
    let found = if public_pages && !candidates.iter().copied().any(is_public) {
        CheckResult::fault(Code::MediaAddressPrivate)
    } else {
        CheckResult::ok(Code::MediaAddressFits)
    };
    found.because(told)
}

async fn leads_outside(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => is_public(ip.into()),
        Some(Host::Ipv6(ip)) => is_public(ip.into()),
        Some(Host::Domain(name)) => match lookup_host((name, 0)).await {
            Ok(mut found) => found.any(|address| is_public(address.ip())),
            Err(_) => false,
        },
        None => false,
    }
}

/// What is at the bottom of an error, without the address.
pub(super) fn deepest(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}
