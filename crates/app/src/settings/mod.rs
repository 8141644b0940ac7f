//! Settings: file, then environment, then flags.

pub mod branding;
mod check;
mod examples;
pub mod issuer;
pub mod keys;
mod load;
pub mod mail;
mod secrets;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use ipnet::IpNet;
use jiff::SignedDuration;
use openvisit_core::appointment::MediaProvider;
use openvisit_core::event;
use openvisit_core::ids::SessionId;
use openvisit_core::policy::Policy;
use openvisit_core::request::Rules;
use openvisit_providers::{ChimeSettings, JitsiSettings, LiveKitSettings, TwilioSettings};
use serde::{Deserialize, Serialize, Serializer};
use url::Url;

use crate::ice_servers::IceServerSetting;
pub use check::is_this_machine;
pub use issuer::Issuer;
pub use load::{DEFAULT_FILE, Loaded, Sources, WrongSetting, WrongSettings, load};
pub use mail::Mail;
pub use openvisit_providers::Secret;
pub use secrets::{
    KnownSecrets, MADE, SHORTEST, Secrets, file as secrets_file, fingerprint, key_of, known_jwt_secret,
};

/// Everything that an operator may choose, checked.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default)]
pub struct Settings {
    pub listen: SocketAddr,
    pub data_dir: PathBuf,
    database_url: Option<String>,
    public_url: Option<Url>,
    jwt_secret: Option<Secret>,
    notes_key: Option<Secret>,
    previous_notes_key: Option<Secret>,
    passcode_pepper: Option<Secret>,
    /// Made-up people and appointments, on loopback only.
    pub demo: bool,
    /// Accounts with passwords of this server; off where another issuer vouches for everybody.
    pub local_login: bool,
    /// Whether pictures and PDF can be sent in a call's chat.
    pub chat_files: bool,
    pub log_format: LogFormat,
    pub log: Option<String>,
    wording: String,
    /// What the pages call this service.
    pub name: String,
    /// The colour of buttons and links.
    pub accent: Option<branding::Colour>,
    pub logo: Option<PathBuf>,
    /// Where people turn to who need help.
    pub support: Option<String>,
    /// The same by telephone.
    pub support_phone: Option<String>,
    /// The language of the pages for whoever has not chosen one.
    pub locale: Option<String>,
    join_window_seconds: u32,
    practitioner_window_seconds: u32,
    reconnect_grace_seconds: u32,
    no_show_grace_seconds: u32,
    /// How long calls may go on here once the server is told to stop.
    pub drain_seconds: u32,
    overrun_seconds: u32,
    overrun_warning_seconds: u32,
    request_plan_tiers: BTreeMap<String, Vec<String>>,
    request_organization_first_seconds: u32,
    request_expiry_seconds: u32,
    /// Attendee-minutes a month.
    pub quota_minutes: u32,
    /// Whether nothing new begins once they are used up; else operators are only told.
    pub quota_enforce: bool,
    access_token_seconds: u32,
    refresh_token_seconds: u32,
    /// Calls of one caller that change something; 0: any number.
    pub writes_per_minute: u32,
    pub trusted_proxies: Vec<IpNet>,
    /// Whose pages may call the API; those of any origin where it is `*` alone.
    pub cors_origins: Vec<String>,
    /// Who may show the pages in a frame; nobody when empty.
    pub frame_ancestors: Vec<String>,
    pub tls: Tls,
    pub operation: Operation,
    pub media: Media,
    pub livekit: Option<LiveKitSettings>,
    pub jitsi: Option<JitsiSettings>,
    pub chime: Option<ChimeSettings>,
    pub twilio: Option<TwilioSettings>,
    /// Who sends e-mails; nobody where it is not set.
    pub mail: Option<Mail>,
    pub dialects: Dialects,
    /// The message broker that events go to, if there is one.
    pub amqp_url: Option<Secret>,
    pub amqp_exchange: String,
    /// The types of events that the broker gets; `*` is all of them.
    amqp_events: Vec<String>,
    /// Whether they come with the metadata of their bookings.
    pub amqp_metadata: bool,
    /// Where webhooks may go besides the public internet.
    pub webhook_allowed_networks: Vec<IpNet>,
    #[serde(serialize_with = "number_of")]
    pub issuers: Vec<Issuer>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    #[default]
    Text,
    Json,
}

/// Who may see what operators look at.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Operation {
    /// `/metrics`.
    pub metrics: Exposure,
    /// `/docs` and `/openapi.json`.
    pub docs: Exposure,
    pub token: Option<Secret>,
    /// Where they are besides, with `/health` and `/ready`, for whoever can reach that.
    pub listen: Option<SocketAddr>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Exposure {
    /// Everybody.
    #[default]
    Open,
    /// Whoever has the token.
    Token,
    /// Nobody, but at the address of their own.
    Listener,
}

/// PEM files; both or none.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Tls {
    pub certificate: Option<PathBuf>,
    pub key: Option<PathBuf>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default)]
pub struct Media {
    /// Where the media sockets listen; `::` is every address of both families.
    pub bind: IpAddr,
    /// The first worker's UDP port; the others take the following ones. 0: any free ones.
    pub port: u16,
    /// Also listen on TCP, at the first port, for networks that block UDP.
    pub tcp: bool,
    /// 0: one per core.
    pub workers: usize,
    /// What browsers are told; the machine's own addresses when empty.
    pub public_address: Vec<IpAddr>,
    /// STUN and TURN servers that clients are told of.
    #[serde(serialize_with = "number_of")]
    pub ice_servers: Vec<IceServerSetting>,
    /// How many may test their devices and line at once; 0: nobody.
    pub test_calls: usize,
    /// Who carries what no booking gives to another; where it is not set, the one that is configured.
    provider: Option<MediaProvider>,
    /// Who goes on when the provider fails.
    pub fallback: Fallback,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fallback {
    #[default]
    None,
    Embedded,
}

/// The five wire contracts.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default)]
pub struct Dialects {
    pub telehealth: Dialect,
    pub marketplace: Dialect,
    pub counselling: Dialect,
    pub clinic: Dialect,
    pub practice: Dialect,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default)]
pub struct Dialect {
    pub enabled: bool,
    /// Its routes are also under these paths, besides their own.
    pub prefixes: Vec<String>,
    pub ids: DialectIds,
}

/// By which ids a dialect's answers name appointments and people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DialectIds {
    /// Those that the caller's own system gave, where it gave any.
    #[default]
    Theirs,
    Ours,
}

impl Default for Dialect {
    fn default() -> Self {
        Self { enabled: true, prefixes: Vec::new(), ids: DialectIds::default() }
    }
}

impl Dialects {
    /// Each of them.
    #[must_use]
    pub fn all(&self) -> [&Dialect; 5] {
        [&self.telehealth, &self.marketplace, &self.counselling, &self.clinic, &self.practice]
    }
}

impl Default for Dialects {
    fn default() -> Self {
        let plain = Dialect::default;
        Self {
            telehealth: plain(),
            marketplace: plain(),
            counselling: plain(),
            // The path that the clinic's gateways forward.
            clinic: Dialect { prefixes: vec!["/video".to_owned()], ..plain() },
            practice: plain(),
        }
    }
}

/// What the parties are called on the pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wording<'a> {
    pub practitioner: &'a str,
    pub client: &'a str,
}

impl Default for Media {
    fn default() -> Self {
        Self {
            bind: IpAddr::from([0; 16]),
            port: 8087,
            tcp: true,
            workers: 0,
            public_address: Vec::new(),
            ice_servers: Vec::new(),
            test_calls: 20,
            provider: None,
            fallback: Fallback::default(),
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        let policy = Policy::default();
        let requests = Rules::default();
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8086)),
            data_dir: PathBuf::from("data"),
            database_url: None,
            public_url: None,
            jwt_secret: None,
            notes_key: None,
            previous_notes_key: None,
            passcode_pepper: None,
            demo: false,
            local_login: true,
            chat_files: true,
            log_format: LogFormat::default(),
            log: None,
            wording: "doctor/patient".to_owned(),
            name: "OpenVisit".to_owned(),
            accent: None,
            logo: None,
            support: None,
            support_phone: None,
            locale: None,
            join_window_seconds: in_seconds(policy.join_window),
            practitioner_window_seconds: in_seconds(policy.practitioner_window),
            reconnect_grace_seconds: in_seconds(policy.reconnect_grace),
            no_show_grace_seconds: in_seconds(policy.no_show_grace),
            drain_seconds: 0,
            overrun_seconds: in_seconds(policy.overrun),
            overrun_warning_seconds: in_seconds(policy.overrun_warning),
            request_plan_tiers: requests.plan_tiers,
            request_organization_first_seconds: in_seconds(requests.organization_first),
            request_expiry_seconds: in_seconds(requests.expiry),
            quota_minutes: 1_000,
            quota_enforce: false,
            access_token_seconds: 15 * 60,
            refresh_token_seconds: 30 * 86_400,
            writes_per_minute: 6_000,
            trusted_proxies: Vec::new(),
            cors_origins: Vec::new(),
            frame_ancestors: Vec::new(),
            tls: Tls::default(),
            operation: Operation::default(),
            media: Media::default(),
            livekit: None,
            jitsi: None,
            chime: None,
            twilio: None,
            mail: None,
            dialects: Dialects::default(),
            amqp_url: None,
            amqp_exchange: "openvisit".to_owned(),
            amqp_events: vec![keys::COMPLETED.to_owned()],
            amqp_metadata: false,
            webhook_allowed_networks: Vec::new(),
            issuers: Vec::new(),
        }
    }
}

impl Settings {
    /// A Jitsi that was chosen, and of which nothing more is said, is the public one.
    fn complete(&mut self) {
        if self.media.provider == Some(MediaProvider::Jitsi) && self.jitsi.is_none() {
            self.jitsi = Some(JitsiSettings::default());
        }
    }

    /// The times that the core asks for.
    #[must_use]
    pub fn policy(&self) -> Policy {
        Policy {
            join_window: seconds(self.join_window_seconds),
            practitioner_window: seconds(self.practitioner_window_seconds),
            reconnect_grace: seconds(self.reconnect_grace_seconds),
            no_show_grace: seconds(self.no_show_grace_seconds),
            overrun: seconds(self.overrun_seconds),
            overrun_warning: seconds(self.overrun_warning_seconds),
            ..Policy::default()
        }
    }

    /// Who may see which request, and for how long.
    #[must_use]
    pub fn request_rules(&self) -> Rules {
        Rules {
            plan_tiers: self.request_plan_tiers.clone(),
            organization_first: seconds(self.request_organization_first_seconds),
            expiry: seconds(self.request_expiry_seconds),
        }
    }

    /// The providers that are configured besides the embedded one.
    #[must_use]
    pub fn media_providers(&self) -> Vec<MediaProvider> {
        let configured = [
            (MediaProvider::LiveKit, self.livekit.is_some()),
            (MediaProvider::Jitsi, self.jitsi.is_some()),
            (MediaProvider::Chime, self.chime.is_some()),
            (MediaProvider::Twilio, self.twilio.is_some()),
        ];
        configured.into_iter().filter(|(_, given)| *given).map(|(provider, _)| provider).collect()
    }

    /// Who carries what no booking gives to another: as set, or the only one that is configured.
    #[must_use]
    pub fn media_provider(&self) -> MediaProvider {
        let only = match self.media_providers()[..] {
            [only] => Some(only),
            _ => None,
        };
        self.media.provider.or(only).unwrap_or_default()
    }

    /// Where both parties join.
    #[must_use]
    pub fn join_url(&self, session: SessionId) -> String {
        format!("{}/join/{session}", self.public_url())
    }

    #[must_use]
    pub fn database_url(&self) -> String {
        self.database_url
            .clone()
            .unwrap_or_else(|| format!("sqlite://{}", self.data_dir.join("openvisit.db").display()))
    }

    #[must_use]
    pub fn access_token_life(&self) -> SignedDuration {
        seconds(self.access_token_seconds)
    }

    #[must_use]
    pub fn refresh_token_life(&self) -> SignedDuration {
        seconds(self.refresh_token_seconds)
    }

    /// The types of events that the broker gets; none where there is no broker.
    #[must_use]
    pub fn amqp_events(&self) -> Vec<String> {
        let named = self.amqp_url.iter().flat_map(|_| &self.amqp_events);
        named
            .flat_map(|name| match name.as_str() {
                keys::EVERY_EVENT => event::NAMES.map(str::to_owned).to_vec(),
                name => vec![name.to_owned()],
            })
            .collect()
    }

    /// The address that browsers use, without a slash at the end.
    #[must_use]
    pub fn public_url(&self) -> String {
        match &self.public_url {
            Some(url) => url.as_str().trim_end_matches('/').to_owned(),
            None => {
                let scheme = if self.is_https() { "https" } else { "http" };
                let host = if self.listen.ip().is_loopback() || self.listen.ip().is_unspecified() {
                    "localhost".to_owned()
                } else {
                    self.listen.ip().to_string()
                };
                format!("{scheme}://{host}:{}", self.listen.port())
            }
        }
    }

    /// The address that was set, if one was.
    #[must_use]
    pub fn given_public_url(&self) -> Option<&Url> {
        self.public_url.as_ref()
    }

    /// Whether browsers come by HTTPS: here or at a proxy.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.tls.certificate.is_some() || self.public_url.as_ref().is_some_and(|url| url.scheme() == "https")
    }

    /// Whether pages of other origins show or load ours.
    #[must_use]
    pub fn is_used_elsewhere(&self) -> bool {
        !self.cors_origins.is_empty() || !self.frame_ancestors.is_empty()
    }

    /// Whose pages those are, as far as they are named.
    #[must_use]
    pub fn origins_elsewhere(&self) -> Vec<String> {
        let named = self.frame_ancestors.iter().chain(&self.cors_origins);
        let mut origins: Vec<String> = named
            .filter(|origin| *origin != keys::EVERY_ORIGIN)
            .map(|origin| origin.trim_end_matches('/').to_owned())
            .collect();
        origins.sort_unstable();
        origins.dedup();
        origins
    }

    /// The name of the wording, such as `doctor/patient`.
    #[must_use]
    pub fn wording_preset(&self) -> &str {
        &self.wording
    }

    #[must_use]
    pub fn wording(&self) -> Wording<'_> {
        let (practitioner, client) = self.wording.split_once('/').unwrap_or(("practitioner", "client"));
        Wording { practitioner, client }
    }
}

/// A setting's value as text; `None` when it has none.
#[must_use]
pub fn shown(settings: &Settings, key: &str) -> Option<String> {
    let all = serde_json::to_value(settings).ok()?;
    let value = key.split('.').try_fold(&all, |value, part| value.get(part))?;
    (!value.is_null()).then(|| value.to_string())
}

/// Tables hold keys and passwords; how many there are is enough to show.
fn number_of<S: Serializer, T>(tables: &[T], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{} of them", tables.len()))
}

fn seconds(count: u32) -> SignedDuration {
    SignedDuration::from_secs(i64::from(count))
}

fn in_seconds(duration: SignedDuration) -> u32 {
    u32::try_from(duration.as_secs()).unwrap_or(u32::MAX)
}
