//! Every setting by name: what may be given, in the file, in the environment and as a flag.

use std::net::{IpAddr, SocketAddr};

use figment::value::{Dict, Num, Value};
use ipnet::IpNet;
use lapin::uri::AMQPUri;
use openvisit_core::event;
use openvisit_providers::jitsi_address;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;
use url::Url;

use Form::{
    Address, Addresses, BrokerUrl, Colour, Domain, Email, Events, Ip, Lists, LogFilter, MailUrl, Mailbox,
    Networks, Number, OneOf, Origins, OriginsOrAll, Paths, Phone, Secret, Service, Switch, Tables, Text,
    WebUrl,
};

use super::mail::{MailServer, mailbox};
use super::{SHORTEST, branding};

/// A setting: its key in the file, and what is allowed. In the environment it is `OPENVISIT_` and the
/// key in capitals, `.` as `_`.
pub struct Key {
    pub name: &'static str,
    pub form: Form,
}

/// What a setting may be.
pub enum Form {
    /// Text, described.
    Text(&'static str),
    /// Text of 16 characters at least, described.
    Secret(&'static str),
    /// Where somebody else's service is, described.
    Service(&'static str),
    OneOf(&'static [&'static str]),
    /// A whole number from .. to, of something.
    Number(u32, u32, &'static str),
    Switch,
    /// Red, green and blue in hexadecimal.
    Colour,
    Email,
    /// A telephone number, as people read it.
    Phone,
    /// What of the log is written.
    LogFilter,
    Ip,
    /// IP address and port.
    Address,
    WebUrl,
    /// A URL, or a domain that is reached by HTTPS; described.
    Domain(&'static str),
    /// IP addresses.
    Addresses,
    /// IP networks.
    Networks,
    /// Web origins, or all of them.
    OriginsOrAll,
    /// Web origins.
    Origins,
    /// Paths of URLs.
    Paths,
    /// Names, each with a list of words; what they are.
    Lists(&'static str),
    /// An AMQP URL; it holds a password.
    BrokerUrl,
    /// A mail server's URL; it holds a password.
    MailUrl,
    /// An e-mail address, perhaps with a name.
    Mailbox,
    /// Types of events.
    Events,
    /// Tables of the file; their fields are checked as they are read.
    Tables,
}

const fn key(name: &'static str, form: Form) -> Key {
    Key { name, form }
}

const DAY: u32 = 86_400;

/// Stands for all types of events.
pub const EVERY_EVENT: &str = "*";
/// Stands for all web origins.
pub const EVERY_ORIGIN: &str = "*";
/// What an appointments service waits for.
pub const COMPLETED: &str = "appointment.consultation.completed";

/// Variables by which the five applications know some of these settings; ours win.
pub const THEIR_VARIABLES: &[(&str, &str)] =
    &[("JITSI_DOMAIN", "jitsi.url"), ("JITSI_APP_ID", "jitsi.tenant")];

/// What the parties may be called.
pub const WORDINGS: &[&str] =
    &["doctor/patient", "therapist/client", "psychologist/client", "mechanic/customer"];

pub const KEYS: &[Key] = &[
    key("listen", Address),
    key("data_dir", Text("a folder")),
    key("database_url", Text("sqlite://<file> or postgres://…")),
    key("public_url", WebUrl),
    key("jwt_secret", Secret("what tokens are signed with")),
    key("notes_key", Secret("what notes are sealed with")),
    key(
        "previous_notes_key",
        Secret("what notes were sealed with before; until `openvisit keys rotate` has run"),
    ),
    key("passcode_pepper", Secret("what passcodes are hashed with")),
    key("demo", Switch),
    key("local_login", Switch),
    key("chat_files", Switch),
    key("log_format", OneOf(&["text", "json"])),
    key("log", LogFilter),
    key("wording", OneOf(WORDINGS)),
    key("name", Text("what the pages call this service")),
    key("accent", Colour),
    key("logo", Text("an SVG or PNG file")),
    key("support", Email),
    key("support_phone", Phone),
    key("locale", OneOf(&["en", "de", "fr", "es"])),
    key("join_window_seconds", Number(0, 7 * DAY, "seconds")),
    key("practitioner_window_seconds", Number(0, 30 * DAY, "seconds")),
    key("reconnect_grace_seconds", Number(1, DAY, "seconds")),
    key("drain_seconds", Number(0, DAY, "seconds")),
    key("no_show_grace_seconds", Number(1, DAY, "seconds")),
    key("overrun_seconds", Number(0, DAY, "seconds")),
    key("overrun_warning_seconds", Number(0, DAY, "seconds")),
    key("request_plan_tiers", Lists("a plan with the service tiers it is for")),
    key("request_organization_first_seconds", Number(0, DAY, "seconds")),
    key("request_expiry_seconds", Number(10, 7 * DAY, "seconds")),
    key("quota_minutes", Number(0, 100_000_000, "minutes a month")),
    key("quota_enforce", Switch),
    key("access_token_seconds", Number(5, DAY, "seconds")),
    key("refresh_token_seconds", Number(60, 365 * DAY, "seconds")),
    key("writes_per_minute", Number(0, 1_000_000, "a minute (0: any number)")),
    key("trusted_proxies", Networks),
    key("cors_origins", OriginsOrAll),
    key("frame_ancestors", Origins),
    key("tls.certificate", Text("a PEM file")),
    key("tls.key", Text("a PEM file")),
    key("operation.metrics", OneOf(&["open", "token", "listener"])),
    key("operation.docs", OneOf(&["open", "token", "listener"])),
    key("operation.token", Secret("what opens them where they are set to token")),
    key("operation.listen", Address),
    key("media.bind", Ip),
    key("media.port", Number(0, 65_535, "")),
    key("media.tcp", Switch),
    key("media.workers", Number(0, 256, "threads (0: one per core)")),
    key("media.public_address", Addresses),
    key("media.ice_servers", Tables),
    key("media.test_calls", Number(0, 1_000, "at once")),
    key("media.provider", OneOf(&["embedded", "livekit", "jitsi", "chime", "twilio"])),
    key("media.fallback", OneOf(&["none", "embedded"])),
    key("livekit.url", Service("where browsers reach it, such as wss://livekit.example.org")),
    key(
        "livekit.api_url",
        Service("where this server reaches it, if elsewhere, such as http://10.0.0.5:7880"),
    ),
    key("livekit.api_key", Text("a key of its configuration")),
    key("livekit.api_secret", Secret("that key's secret")),
    key(
        "jitsi.url",
        Domain("an installation of one's own, such as https://meet.example.org or meet.example.org"),
    ),
    key("jitsi.app_id", Text("of its token module")),
    key("jitsi.app_secret", Secret("of its token module")),
    key("jitsi.xmpp_domain", Text("what it calls itself, where that is not its host")),
    key("jitsi.tenant", Text("JaaS: vpaas-magic-cookie-…")),
    key("jitsi.key_id", Text("JaaS: vpaas-magic-cookie-…/4f4910")),
    key("jitsi.private_key", Secret("JaaS: the key as PEM")),
    key("jitsi.webhook_secret", Secret("JaaS: the webhook's secret")),
    key("chime.access_key_id", Text("an access key of AWS")),
    key("chime.secret_access_key", Secret("that key's secret")),
    key("chime.region", Text("such as eu-central-1")),
    key("chime.media_region", Text("where media flow, if elsewhere")),
    key("chime.queue_url", Service("the URL of the queue of SQS in which joins and leaves are told")),
    key("chime.queue_arn", Text("the same queue, where Chime writes to it itself")),
    key("chime.api_url", Service("another URL than Amazon's")),
    key("twilio.account_sid", Text("AC…")),
    key("twilio.auth_token", Secret("the account's")),
    key("twilio.api_key", Text("SK…")),
    key("twilio.api_secret", Secret("that key's secret")),
    key("twilio.api_url", Service("another URL than Twilio's")),
    key("mail.url", MailUrl),
    key("mail.from", Mailbox),
    key("mail.reply_to", Mailbox),
    key("mail.per_minute", Number(0, 100_000, "a minute (0: any number)")),
    key("mail.titles", Switch),
    key("mail.templates", Text("a folder of templates")),
    key("dialects.telehealth.enabled", Switch),
    key("dialects.telehealth.prefixes", Paths),
    key("dialects.telehealth.ids", OneOf(&["theirs", "ours"])),
    key("dialects.marketplace.enabled", Switch),
    key("dialects.marketplace.prefixes", Paths),
    key("dialects.marketplace.ids", OneOf(&["theirs", "ours"])),
    key("dialects.counselling.enabled", Switch),
    key("dialects.counselling.prefixes", Paths),
    key("dialects.counselling.ids", OneOf(&["theirs", "ours"])),
    key("dialects.clinic.enabled", Switch),
    key("dialects.clinic.prefixes", Paths),
    key("dialects.clinic.ids", OneOf(&["theirs", "ours"])),
    key("dialects.practice.enabled", Switch),
    key("dialects.practice.prefixes", Paths),
    key("dialects.practice.ids", OneOf(&["theirs", "ours"])),
    key("amqp_url", BrokerUrl),
    key("amqp_exchange", Text("an exchange's name")),
    key("amqp_events", Events),
    key("amqp_metadata", Switch),
    key("webhook_allowed_networks", Networks),
    key("issuers", Tables),
];

impl Key {
    #[must_use]
    pub fn variable(&self) -> String {
        format!("OPENVISIT_{}", self.name.to_uppercase().replace('.', "_"))
    }

    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        KEYS.iter().find(|key| key.name == name)
    }
}

impl Form {
    /// What is allowed, for an error's reader.
    #[must_use]
    pub fn allowed(&self) -> String {
        match self {
            Text(what) | Service(what) | Domain(what) => (*what).to_owned(),
            Secret(what) => format!("{what}, at least {SHORTEST} characters"),
            OneOf(words) => format!("one of {}", words.join(", ")),
            Number(from, to, unit) => {
                format!("a whole number from {from} to {to} {unit}").trim_end().to_owned()
            }
            Switch => "true or false".to_owned(),
            Colour => "a colour such as #1a5fb4, on which white text can be read".to_owned(),
            Email => "an e-mail address".to_owned(),
            Phone => "a telephone number, such as +49 30 901820".to_owned(),
            LogFilter => "a filter such as info or openvisit=debug; levels are error, warn, info, debug, trace, off".to_owned(),
            Ip => "an IP address, such as 0.0.0.0 or ::".to_owned(),
            Address => "an address and port, such as 127.0.0.1:8086".to_owned(),
            WebUrl => "an http or https URL without path, such as https://visit.example.org".to_owned(),
            Addresses => "IP addresses, such as [\"203.0.113.7\", \"2001:db8::7\"]".to_owned(),
            Networks => "IP networks, such as [\"10.0.0.0/8\"]; one address is [\"127.0.0.1/32\"]".to_owned(),
            OriginsOrAll => format!("[\"{EVERY_ORIGIN}\"] alone, for any page, or {}", Origins.allowed()),
            Origins => {
                "a list of origins, scheme://host[:port], such as [\"https://clinic.example.org\"]".to_owned()
            }
            Paths => "different paths, such as [\"/video\"], that hide none of the server's own, such as /api/v1 or /admin".to_owned(),
            Lists(what) => {
                format!(
                    "{what}, such as {{ premium = [\"gold\", \"silver\"] }} (as text: premium=gold|silver,basic=)"
                )
            }
            BrokerUrl => "an AMQP URL, such as amqps://user:password@broker.example.org/%2f".to_owned(),
            MailUrl => "smtps://user:password@host[:port], or smtp://… with STARTTLS (on this machine without TLS); % and @ in \
                 user and password as %25 and %40"
                .to_owned(),
            Mailbox => "an e-mail address, or Practice <visit@example.org>".to_owned(),
            Events => format!("{EVERY_EVENT:?}, or types of events: {}", event::NAMES.join(", ")),
            Tables => {
                "a list of tables, each under its name in double brackets, such as [[issuers]]".to_owned()
            }
        }
    }

    #[must_use]
    pub fn allows(&self, value: &Value) -> bool {
        match self {
            Text(_) => value.as_str().is_some_and(|text| !text.is_empty()),
            Secret(_) => value.as_str().is_some_and(|text| text.len() >= SHORTEST),
            Service(_) => value.as_str().is_some_and(|text| Url::parse(text).is_ok_and(|url| url.has_host())),
            OneOf(words) => value.as_str().is_some_and(|text| words.contains(&text)),
            Number(from, to, _) => {
                value.to_i128().is_some_and(|n| (i128::from(*from)..=i128::from(*to)).contains(&n))
            }
            Switch => matches!(value, Value::Bool(..)),
            Colour => value.as_str().is_some_and(|text| text.parse::<branding::Colour>().is_ok()),
            Email => value.as_str().is_some_and(is_email),
            Phone => value.as_str().is_some_and(is_phone),
            LogFilter => value.as_str().is_some_and(is_filter),
            Ip => value.as_str().is_some_and(|text| text.parse::<IpAddr>().is_ok()),
            Address => value.as_str().is_some_and(|text| text.parse::<SocketAddr>().is_ok()),
            WebUrl => value.as_str().is_some_and(is_origin),
            Domain(_) => value.as_str().and_then(jitsi_address).is_some_and(|url| url.has_host()),
            Addresses => all(value, |text| text.parse::<IpAddr>().is_ok()),
            Networks => all(value, |text| text.parse::<IpNet>().is_ok()),
            // A pattern, which may stand for who shows a frame, is no origin.
            OriginsOrAll => {
                let is_exact = |text: &str| is_origin(text) && !text.contains(EVERY_ORIGIN);
                all(value, is_exact) || is_only(value, EVERY_ORIGIN)
            }
            Origins => all(value, is_origin),
            Paths => all(value, is_prefix) && all_differ(value),
            Lists(_) => value.as_dict().is_some_and(|lists| lists.values().all(|list| all(list, |_| true))),
            BrokerUrl => value.as_str().is_some_and(|text| text.parse::<AMQPUri>().is_ok()),
            MailUrl => value.as_str().is_some_and(|text| MailServer::parse(text).is_ok()),
            Mailbox => value.as_str().is_some_and(|text| mailbox(text).is_some()),
            Events => all(value, |text| text == EVERY_EVENT || event::NAMES.contains(&text)),
            Tables => matches!(value, Value::Array(..)),
        }
    }

    /// Why it does not allow this value: which of several it is, where only one is wrong.
    #[must_use]
    pub fn reason(&self, value: &Value) -> String {
        match (self, value) {
            (MailUrl, Value::String(_, text)) => {
                let why = MailServer::parse(text).err().unwrap_or("is not allowed");
                format!("{why} (not shown here)")
            }
            (Secret(_) | BrokerUrl | MailUrl, _) => "is not allowed (not shown here)".to_owned(),
            (Addresses | Networks | OriginsOrAll | Origins | Paths | Events, Value::Array(_, items)) => {
                let is_wrong = |item: &Value| !self.allows(&Value::from(vec![item.clone()]));
                match items.iter().position(is_wrong) {
                    Some(n) => format!("entry {} of the list, {}, is not allowed", n + 1, shown(&items[n])),
                    None => "its entries do not go together".to_owned(),
                }
            }
            (Addresses | Networks | OriginsOrAll | Origins | Paths | Events, _) => {
                format!("{} is no list", shown(value))
            }
            (Lists(_), Value::Dict(_, lists)) => {
                let wrong = lists.iter().find(|(_, list)| !all(list, |_| true));
                wrong.map_or_else(String::new, |(name, list)| {
                    format!("{name}: {} is no list of words", shown(list))
                })
            }
            _ => format!("{} is not allowed", shown(value)),
        }
    }

    /// The value that a text from the environment or a flag stands for; lists are separated by commas.
    #[must_use]
    pub fn value_of(&self, text: &str) -> Value {
        match self {
            Number(..) => match text.parse::<i64>() {
                Ok(number) => Value::from(Num::I64(number)),
                Err(_) => Value::from(text),
            },
            Switch => match text {
                "true" | "1" => Value::from(true),
                "false" | "0" => Value::from(false),
                _ => Value::from(text),
            },
            Addresses | Networks | OriginsOrAll | Origins | Paths | Events => list(text, ','),
            Lists(_) => {
                let named = |item: &str| {
                    let (name, words) = item.split_once('=')?;
                    Some((name.trim().to_owned(), list(words, '|')))
                };
                let lists: Option<Dict> = items(text, ',').map(named).collect();
                lists.map_or_else(|| Value::from(text), Value::from)
            }
            _ => Value::from(text),
        }
    }
}

/// As it was written; what holds more than one value may hold secrets.
fn shown(value: &Value) -> String {
    match value {
        Value::Dict(..) => "a table".to_owned(),
        Value::Array(..) => "a list".to_owned(),
        one => serde_json::to_string(one).unwrap_or_default(),
    }
}

/// Separated, or written as in the file.
fn list(text: &str, separator: char) -> Value {
    if let Ok(items) = serde_json::from_str::<Vec<String>>(text) {
        return Value::from(items);
    }
    Value::from(items(text, separator).map(Value::from).collect::<Vec<_>>())
}

fn items(text: &str, separator: char) -> impl Iterator<Item = &str> {
    text.split(separator).map(str::trim).filter(|item| !item.is_empty())
}

fn all(value: &Value, test: impl Fn(&str) -> bool) -> bool {
    value.as_array().is_some_and(|items| items.iter().all(|item| item.as_str().is_some_and(&test)))
}

fn is_only(value: &Value, text: &str) -> bool {
    matches!(value.as_array(), Some([one]) if one.as_str() == Some(text))
}

fn all_differ(value: &Value) -> bool {
    let texts: Vec<_> = value.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    texts.iter().collect::<std::collections::HashSet<_>>().len() == texts.len()
}

fn is_email(text: &str) -> bool {
    garde::rules::email::Email::validate_email(&text).is_ok()
}

/// Digits, and what people write between them.
fn is_phone(text: &str) -> bool {
    let rest = text.strip_prefix('+').unwrap_or(text);
    let digits = rest.bytes().filter(u8::is_ascii_digit).count();
    (3..=20).contains(&digits) && rest.bytes().all(|b| b.is_ascii_digit() || b" ()/.-".contains(&b))
}

/// A word alone would be a part of the program of which all is written, and of the rest nothing: mostly a mistyped level.
fn is_filter(text: &str) -> bool {
    let is_meant = |part: &str| {
        part.contains(['=', ':', '[']) || part.starts_with("openvisit") || part.parse::<LevelFilter>().is_ok()
    };
    EnvFilter::try_new(text).is_ok()
        && text.split(',').map(str::trim).filter(|part| !part.is_empty()).all(is_meant)
}

/// What the server itself answers at. Neither may lie within the other.
const OWN_PATHS: &[&str] = &[
    "/_app",
    "/admin",
    "/api/v1",
    "/appointments",
    "/arrivals",
    "/calendar",
    "/clients",
    "/customer",
    "/docs",
    "/forgot",
    "/health",
    "/how-it-works",
    "/intake",
    "/invite",
    "/join",
    "/logo",
    "/metrics",
    "/openapi",
    "/openapi.json",
    "/overview",
    "/password",
    "/ready",
    "/reports",
    "/requests",
    "/sessions",
    "/settings",
    "/socket.io",
    "/telehealth",
    "/test",
    "/today",
];

fn hides_own(prefix: &str) -> bool {
    let within = |inner: &str, outer: &str| {
        inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    OWN_PATHS.iter().any(|own| within(prefix, own) || within(own, prefix))
}

/// Where routes can be mounted: `/a/b`, of letters, digits and `-._~`.
fn is_prefix(text: &str) -> bool {
    let segment = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b))
    };
    text.strip_prefix('/').is_some_and(|rest| rest.split('/').all(segment)) && !hides_own(text)
}

/// Scheme, host and port, nothing more.
fn is_origin(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.host().is_some()
            && url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
    })
}
