//! What works from here: the operator's self-check, the same for `openvisit check` and for the administrator's page.
//! Each check looks at one thing for a few seconds, leaves nothing behind, and tells no secret.

mod address;
mod broker;
mod clock;
mod code;
mod database;
mod ice;
mod issuer;
mod keys;
mod mail;
mod media;
mod nodes;
mod proof;
mod provider;
mod realtime;
mod report;

use std::sync::Arc;
use std::time::Duration;

use openvisit_core::appointment::MediaProvider;
use serde::Serialize;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use utoipa::ToSchema;

use crate::sfu_io::{Ports, SfuConfig};
pub use code::Code;
use openvisit_app::providers::Providers;
use openvisit_app::settings::{Fallback, Settings, known_jwt_secret};
pub use proof::Proof;
pub use report::{Report, ReportCache};

/// How long one check may take: longer than a provider is waited for, which then says itself what is wrong.
const PATIENCE: Duration = Duration::from_secs(9);

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    PublicUrl,
    Realtime,
    MediaAddress,
    MediaUdp,
    MediaTcp,
    IceServer,
    Provider,
    Issuer,
    Broker,
    Mail,
    Database,
    Nodes,
    Keys,
    Clock,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Ok,
    /// It works, for some or for now.
    Warning,
    /// It does not work.
    Fault,
}

/// What one check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Finding {
    pub check: Check,
    /// Which one, where there may be several: an address, a server's URL, a provider's or an issuer's name.
    #[schema(example = "turn:turn.example.org:3478")]
    pub about: Option<String>,
    pub verdict: Verdict,
    pub code: Code,
    /// What the other side or the system said of it, in English.
    pub detail: Option<String>,
}

/// A check's answer, before it is known which check gave it.
#[derive(Debug, PartialEq, Eq)]
struct CheckResult {
    verdict: Verdict,
    code: Code,
    detail: Option<String>,
}

impl CheckResult {
    fn ok(code: Code) -> Self {
        Self { verdict: Verdict::Ok, code, detail: None }
    }

    fn warning(code: Code) -> Self {
        Self { verdict: Verdict::Warning, code, detail: None }
    }

    fn fault(code: Code) -> Self {
        Self { verdict: Verdict::Fault, code, detail: None }
    }

    fn because(self, detail: impl ToString) -> Self {
        Self { detail: Some(in_words(detail.to_string())), ..self }
    }
}

/// Why a certificate is not taken, where TLS has but a word of its own for it.
const CERTIFICATES: [(&str, &str); 3] = [
    (
        "UnknownIssuer",
        "nobody whom this machine trusts signed its certificate; see docs/operate.md, private CA",
    ),
    ("CaUsedAsEndEntity", "its certificate is a CA's own; a server's says basicConstraints=CA:FALSE"),
    ("certificate expired", "its certificate has expired: have it renewed, and compare this machine's clock"),
];

/// From whomever it comes: a proxy, an issuer, a provider, a TURN server, the broker.
fn in_words(told: String) -> String {
    let Some((word, hint)) = CERTIFICATES.iter().find(|(word, _)| told.contains(word)) else { return told };
    // What follows says where.
    let place = told.split_once("; ").map(|(_, place)| format!("; {place}")).unwrap_or_default();
    format!("{hint} ({word}){place}")
}

/// Where the checks are made.
#[derive(Clone)]
pub struct Place {
    pub settings: Arc<Settings>,
    /// How the server proves that it is itself; none where it never ran, or its secrets cannot be read.
    pub proof: Option<Proof>,
    /// The media ports, where the checks are made inside the server.
    pub ports: Option<Ports>,
}

impl Place {
    /// Beside the server, which may run or not.
    #[must_use]
    pub fn beside(settings: Settings) -> Self {
        let proof = known_jwt_secret(&settings).as_ref().map(Proof::of);
        Self { settings: Arc::new(settings), proof, ports: None }
    }

    /// Those of the running server, or those that it will take.
    fn ports(&self) -> Option<Ports> {
        self.ports.clone().or_else(|| SfuConfig::of(&self.settings.media).ports())
    }
}

/// Begins all checks at once; their findings, in an order that is always the same.
///
/// # Errors
/// A provider's settings do not fit.
pub fn begin(place: &Place) -> anyhow::Result<Vec<JoinHandle<Finding>>> {
    let settings = &place.settings;
    let (address, udp) = (address::media(Arc::clone(settings)), media::udp(place.clone()));
    let tcp = media::tcp(place.clone());
    let mut begun = vec![
        run(Check::PublicUrl, Some(settings.public_url()), address::public_url(place.clone())),
        run(Check::Realtime, None, realtime::run(place.clone())),
        run(Check::MediaAddress, None, as_it_matters(settings, address)),
        run(Check::MediaUdp, media::udp_ports(place), as_it_matters(settings, udp)),
        run(Check::MediaTcp, media::tcp_port(place), as_it_matters(settings, tcp)),
    ];
    for server in ice::servers(settings) {
        begun.push(run(Check::IceServer, Some(server.url.clone()), ice::run(server)));
    }
    for (name, provider) in Providers::new(settings)?.into_configured() {
        begun.push(run(Check::Provider, Some(name.name().to_owned()), provider::run(provider)));
    }
    for issuer in &settings.issuers {
        begun.push(run(Check::Issuer, Some(issuer.issuer.clone()), issuer::run(issuer.clone())));
    }
    begun.push(run(Check::Broker, None, broker::run(Arc::clone(settings))));
    begun.push(run(Check::Mail, None, mail::run(Arc::clone(settings))));
    begun.push(run(Check::Database, None, database::run(Arc::clone(settings))));
    if !settings.database_url().starts_with("sqlite") {
        begun.push(run(Check::Nodes, None, nodes::run(Arc::clone(settings))));
    }
    begun.push(run(Check::Keys, None, keys::run(Arc::clone(settings))));
    begun.push(run(Check::Clock, None, clock::run(Arc::clone(settings))));
    Ok(begun)
}

/// Where another carries the calls, and none goes on here, the embedded media server is for those alone that are booked
/// with it.
fn as_it_matters(
    settings: &Settings,
    look: impl Future<Output = CheckResult> + Send + 'static,
) -> impl Future<Output = CheckResult> + Send + 'static {
    let needed =
        settings.media_provider() == MediaProvider::Embedded || settings.media.fallback == Fallback::Embedded;
    async move {
        match look.await {
            found if !needed && found.verdict == Verdict::Fault => {
                CheckResult { verdict: Verdict::Warning, ..found }
            }
            found => found,
        }
    }
}

fn run(
    check: Check,
    about: Option<String>,
    look: impl Future<Output = CheckResult> + Send + 'static,
) -> JoinHandle<Finding> {
    tokio::spawn(async move {
        let CheckResult { verdict, code, detail } =
            timeout(PATIENCE, look).await.unwrap_or(CheckResult::fault(Code::TimedOut));
        Finding { check, about, verdict, code, detail }
    })
}
