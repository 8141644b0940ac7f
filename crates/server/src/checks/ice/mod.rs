//! STUN and TURN servers, asked as a browser asks them: with credentials that this server makes, by the way that
//! their URL names. An allocation is given back at once.

mod dialog;
mod line;
mod url;

use std::net::SocketAddr;

use jiff::{SignedDuration, Timestamp};
use openvisit_core::ids::ParticipantId;
use tokio::net::lookup_host;
use turn_types::stun::attribute::ErrorCode;
use uuid::Uuid;

use self::url::{Kind, Target};
use super::{Code, Found};
use dialog::Dialog;
use line::Line;
use openvisit_app::ice_servers::IceServers;
use openvisit_app::outbox::is_public;
use openvisit_app::settings::Settings;

/// Longer than one check.
const CREDENTIALS_LAST: SignedDuration = SignedDuration::from_mins(2);

/// One URL of the settings, with what a client would be told to go with it.
pub(super) struct Server {
    pub url: String,
    credentials: Option<(String, String)>,
}

/// Why a server is of no use.
pub(super) enum Trouble {
    Io(std::io::Error),
    /// Its answer is no STUN, or not to this question.
    Strange(&'static str),
    /// By its code.
    Refused(u16),
}

impl From<std::io::Error> for Trouble {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

/// All URLs, in the settings' order.
pub(super) fn servers(settings: &Settings) -> Vec<Server> {
    let nobody = ParticipantId(Uuid::nil());
    let until = Timestamp::now().saturating_add(CREDENTIALS_LAST).unwrap_or(Timestamp::MAX);
    let told = IceServers(settings.media.ice_servers.clone()).servers(nobody, until);
    told.into_iter()
        .flat_map(|server| {
            let credentials = server.username.zip(server.credential);
            server.urls.into_iter().map(move |url| Server { url, credentials: credentials.clone() })
        })
        .collect()
}

pub(super) async fn look(server: Server) -> Found {
    let Some(target) = Target::parse(&server.url) else { return Found::fault(Code::IceUrlWrong) };
    if target.kind == Kind::Turn && server.credentials.is_none() {
        return Found::fault(Code::TurnSecretMissing);
    }
    asked(&target, server.credentials).await.unwrap_or_else(failed)
}

async fn asked(target: &Target, credentials: Option<(String, String)>) -> Result<Found, Trouble> {
    // The first address is the one that a browser tries first, too.
    let there = lookup_host((target.host.as_str(), target.port)).await?.next();
    let there = there.ok_or_else(|| std::io::Error::other("the name has no address"))?;
    let mut dialog = Dialog::new(Line::open(target, there).await?);
    match credentials.filter(|_| target.kind == Kind::Turn) {
        None => dialog.bind().await.map(|seen| Found::ok(Code::StunAnswers).because(seen.ip())),
        Some((user, password)) => dialog.allocate(user, password).await.map(|relay| judged(there, relay)),
    }
}

/// A relay whose own address nobody can reach is of use on its own network only.
fn judged(there: SocketAddr, relay: Option<SocketAddr>) -> Found {
    match relay {
        None => Found::warning(Code::TurnOpen),
        Some(relay) if is_public(there.ip()) && !is_public(relay.ip()) => {
            Found::warning(Code::TurnRelayPrivate).because(relay.ip())
        }
        Some(relay) => Found::ok(Code::TurnRelays).because(relay.ip()),
    }
}

fn failed(trouble: Trouble) -> Found {
    match trouble {
        Trouble::Io(error) => Found::fault(Code::IceUnreachable).because(error),
        Trouble::Strange(what) => Found::fault(Code::IceStrange).because(what),
        Trouble::Refused(
            code @ (ErrorCode::UNAUTHORIZED | ErrorCode::FORBIDDEN | ErrorCode::WRONG_CREDENTIALS),
        ) => Found::fault(Code::TurnCredentialsRefused).because(code),
        Trouble::Refused(code @ (ErrorCode::ALLOCATION_QUOTA_REACHED | ErrorCode::INSUFFICIENT_CAPACITY)) => {
            Found::warning(Code::TurnFull).because(code)
        }
        Trouble::Refused(code) => Found::fault(Code::IceRefuses).because(code),
    }
}
