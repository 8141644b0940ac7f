//! STUN and TURN servers, asked as a browser asks them: with credentials that this server makes, by the way that
//! their URL names. An allocation is released at once.

mod dialog;
mod line;

use std::net::SocketAddr;

use jiff::{SignedDuration, Timestamp};
use openvisit_core::ids::ParticipantId;
use tokio::net::lookup_host;
use turn_types::stun::attribute::ErrorCode;
use uuid::Uuid;

use super::{CheckResult, Code};
use dialog::StunClient;
use line::IceTransport;
use openvisit_app::ice_servers::IceServers;
use openvisit_app::ice_url::{IceUrl, UrlKind};
use openvisit_app::outbox::is_public;
use openvisit_app::settings::Settings;

/// Longer than one check.
const CREDENTIALS_LAST: SignedDuration = SignedDuration::from_mins(2);

/// One URL of the settings, with what a client would be told to go with it.
pub(super) struct IceServerCheck {
    pub url: String,
    credentials: Option<(String, String)>,
}

/// Why a server cannot be used.
pub(super) enum IceFailure {
    Io(std::io::Error),
    /// Its answer is no STUN, or not to this question.
    Strange(&'static str),
    /// By its code.
    Refused(u16),
}

impl From<std::io::Error> for IceFailure {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

/// All URLs, in the settings' order.
pub(super) fn servers(settings: &Settings) -> Vec<IceServerCheck> {
    let nobody = ParticipantId(Uuid::nil());
    let until = Timestamp::now().saturating_add(CREDENTIALS_LAST).unwrap_or(Timestamp::MAX);
    let told = IceServers(settings.media.ice_servers.clone()).servers(nobody, until);
    told.into_iter()
        .flat_map(|server| {
            let credentials = server.username.zip(server.credential);
            server.urls.into_iter().map(move |url| IceServerCheck { url, credentials: credentials.clone() })
        })
        .collect()
}

pub(super) async fn run(server: IceServerCheck) -> CheckResult {
    let Some(target) = IceUrl::parse(&server.url) else { return CheckResult::fault(Code::IceUrlWrong) };
    if target.kind == UrlKind::Turn && server.credentials.is_none() {
        return CheckResult::fault(Code::TurnSecretMissing);
    }
    asked(&target, server.credentials).await.unwrap_or_else(failed)
}

async fn asked(target: &IceUrl, credentials: Option<(String, String)>) -> Result<CheckResult, IceFailure> {
    // The first address is the one that a browser tries first, too.
    let there = lookup_host((target.host.as_str(), target.port)).await?.next();
    let there = there.ok_or_else(|| std::io::Error::other("the name has no address"))?;
    let mut dialog = StunClient::new(IceTransport::open(target, there).await?);
    match credentials.filter(|_| target.kind == UrlKind::Turn) {
        None => dialog.bind().await.map(|seen| CheckResult::ok(Code::StunAnswers).because(seen.ip())),
        Some((user, password)) => dialog.allocate(user, password).await.map(|relay| judged(there, relay)),
    }
}

/// A relay whose own address nobody can reach is of use on its own network only.
fn judged(there: SocketAddr, relay: Option<SocketAddr>) -> CheckResult {
    match relay {
        None => CheckResult::warning(Code::TurnOpen),
        Some(relay) if is_public(there.ip()) && !is_public(relay.ip()) => {
            CheckResult::warning(Code::TurnRelayPrivate).because(relay.ip())
        }
        Some(relay) => CheckResult::ok(Code::TurnRelays).because(relay.ip()),
    }
}

fn failed(trouble: IceFailure) -> CheckResult {
    match trouble {
        IceFailure::Io(error) => CheckResult::fault(Code::IceUnreachable).because(error),
        IceFailure::Strange(what) => CheckResult::fault(Code::IceStrange).because(what),
        IceFailure::Refused(
            code @ (ErrorCode::UNAUTHORIZED | ErrorCode::FORBIDDEN | ErrorCode::WRONG_CREDENTIALS),
        ) => CheckResult::fault(Code::TurnCredentialsRefused).because(code),
        IceFailure::Refused(
            code @ (ErrorCode::ALLOCATION_QUOTA_REACHED | ErrorCode::INSUFFICIENT_CAPACITY),
        ) => CheckResult::warning(Code::TurnFull).because(code),
        IceFailure::Refused(code) => CheckResult::fault(Code::IceRefuses).because(code),
    }
}
