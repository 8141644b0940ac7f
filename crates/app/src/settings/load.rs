//! From file, environment and flags to [`Settings`], or to the reason why not.

use std::fmt;
use std::path::{Path, PathBuf};

use figment::error::Kind;
use figment::providers::{Format, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider};

use super::keys::{Form, KEYS, Key, THEIR_VARIABLES};
use super::{Settings, check};

/// Where settings come from; what comes later wins.
#[derive(Debug, Default)]
pub struct Sources {
    /// The file that was asked for; it must be there.
    pub file: Option<PathBuf>,
    /// Variables with their names, of which those that begin with `OPENVISIT_` and [`THEIR_VARIABLES`] count.
    pub environment: Vec<(String, String)>,
    /// Keys and values of the command line.
    pub flags: Vec<(&'static str, String)>,
}

/// The file that is read when none was asked for, if it is there.
pub const DEFAULT_FILE: &str = "openvisit.toml";

/// Variables that are no settings of the server.
const OTHER_VARIABLES: &[&str] = &["OPENVISIT_CONFIG", "OPENVISIT_TEST_POSTGRES", "OPENVISIT_TEST_AMQP"];

const ICE_SERVER: &str =
    "[[media.ice_servers]] with urls (a list), and for TURN secret, or username and credential";

/// A setting that is not allowed; the server does not start.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {reason}\n  given in: {place}\n  allowed: {allowed}")]
pub struct WrongSetting {
    pub key: String,
    pub reason: String,
    pub place: String,
    pub allowed: String,
}

/// What was loaded, and what the operator should know.
#[derive(Debug)]
pub struct Loaded {
    pub settings: Settings,
    pub warnings: Vec<String>,
    /// The keys that somebody set, each with its place.
    pub given: Vec<(&'static str, String)>,
}

/// Reads, checks and puts together the settings.
///
/// # Errors
/// The first setting that is not allowed, with its place and what is.
pub fn load(sources: &Sources) -> Result<Loaded, WrongSetting> {
    let theirs = Texts::theirs(&sources.environment).fold(file(sources)?, Figment::merge);
    let figment = theirs.merge(Texts::environment(&sources.environment)).merge(Texts::flags(&sources.flags));
    check_names(&figment)?;
    let given = check_values(&figment)?;
    let mut settings: Settings = figment.extract().map_err(|error| unreadable(&figment, &error))?;
    settings.complete();
    check::together(&settings).map_err(|(key, reason)| WrongSetting {
        key: key.to_owned(),
        reason,
        place: place(&figment, key),
        allowed: Key::find(key).map_or_else(String::new, |key| key.form.allowed()),
    })?;
    let mut warnings = unknown_variables(&sources.environment);
    warnings.extend(check::doubtful(&settings));
    Ok(Loaded { settings, warnings, given })
}

fn file(sources: &Sources) -> Result<Figment, WrongSetting> {
    match &sources.file {
        Some(path) if !path.is_file() => Err(WrongSetting {
            key: "--config".to_owned(),
            reason: match path.try_exists() {
                Err(error) => format!("cannot look for {}: {error}", path.display()),
                Ok(_) => format!("there is no file {}", path.display()),
            },
            place: "command line or OPENVISIT_CONFIG".to_owned(),
            allowed: "a TOML file".to_owned(),
        }),
        Some(path) => Ok(Figment::from(Toml::file_exact(path))),
        None if Path::new(DEFAULT_FILE).is_file() => Ok(Figment::from(Toml::file_exact(DEFAULT_FILE))),
        None => Ok(Figment::new()),
    }
}

/// Settings that were given as text.
struct Texts {
    place: &'static str,
    values: Dict,
}

impl Texts {
    fn environment(variables: &[(String, String)]) -> Self {
        let mut values = Dict::new();
        for key in KEYS.iter().filter(|key| !matches!(key.form, Form::Tables)) {
            let name = key.variable();
            if let Some((_, text)) = variables.iter().find(|(variable, _)| *variable == name) {
                insert(&mut values, key.name, key.form.value_of(text));
            }
        }
        Self { place: "environment", values }
    }

    /// One of each variable of the five applications that says something.
    fn theirs(variables: &[(String, String)]) -> impl Iterator<Item = Self> {
        THEIR_VARIABLES.iter().filter_map(|(place, name)| {
            let (_, text) =
                variables.iter().find(|(variable, text)| variable == place && !text.is_empty())?;
            let mut values = Dict::new();
            insert(&mut values, name, Key::find(name)?.form.value_of(text));
            Some(Self { place, values })
        })
    }

    fn flags(flags: &[(&'static str, String)]) -> Self {
        let mut values = Dict::new();
        for (name, text) in flags {
            if let Some(key) = Key::find(name) {
                insert(&mut values, name, key.form.value_of(text));
            }
        }
        Self { place: "command line", values }
    }
}

impl Provider for Texts {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.place)
    }

    fn data(&self) -> figment::Result<Map<Profile, Dict>> {
        Ok(Profile::Default.collect(self.values.clone()))
    }
}

fn insert(values: &mut Dict, name: &str, value: Value) {
    match name.split_once('.') {
        None => {
            values.insert(name.to_owned(), value);
        }
        Some((section, rest)) => {
            let entry = values.entry(section.to_owned()).or_insert_with(|| Value::from(Dict::new()));
            if let Value::Dict(_, inner) = entry {
                insert(inner, rest, value);
            }
        }
    }
}

fn check_names(figment: &Figment) -> Result<(), WrongSetting> {
    let all: Dict = figment.extract().map_err(|error| unreadable(figment, &error))?;
    for name in names(&all, "") {
        if Key::find(&name).is_none() {
            let reason = match nearest(&name, KEYS.iter().map(|key| key.name.to_owned())) {
                Some(known) => format!("there is no such setting; did you mean {known}?"),
                None => "there is no such setting".to_owned(),
            };
            let place = place(figment, &name);
            let allowed = KEYS.iter().map(|key| key.name).collect::<Vec<_>>().join(", ");
            return Err(WrongSetting { key: name, reason, place, allowed });
        }
    }
    Ok(())
}

/// The dotted names of all values.
fn names(dict: &Dict, prefix: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (name, value) in dict {
        let name = format!("{prefix}{name}");
        match value {
            Value::Dict(_, inner) if Key::find(&name).is_none() && !inner.is_empty() => {
                found.extend(names(inner, &format!("{name}.")));
            }
            _ => found.push(name),
        }
    }
    found
}

fn check_values(figment: &Figment) -> Result<Vec<(&'static str, String)>, WrongSetting> {
    let mut given = Vec::new();
    for key in KEYS {
        let Ok(value) = figment.find_value(key.name) else { continue };
        let place = place(figment, key.name);
        if !key.form.allows(&value) {
            return Err(WrongSetting {
                key: key.name.to_owned(),
                reason: key.form.reason(&value),
                place,
                allowed: key.form.allowed(),
            });
        }
        given.push((key.name, place));
    }
    Ok(given)
}

/// Where a key's value comes from.
fn place(figment: &Figment, name: &str) -> String {
    let Some(metadata) = figment.find_metadata(name) else { return "nowhere (the default)".to_owned() };
    described(metadata, name)
}

fn described(metadata: &Metadata, name: &str) -> String {
    let variable = || Key::find(name).map_or_else(String::new, Key::variable);
    match (&metadata.source, metadata.name.as_ref()) {
        (Some(source), _) => format!("file {source}"),
        (None, "environment") => format!("environment variable {}", variable()),
        (None, other) if THEIR_VARIABLES.iter().any(|(variable, _)| *variable == other) => {
            format!("environment variable {other}")
        }
        (None, "command line") => format!("command line --{}", name.replace('_', "-")),
        (None, other) => other.to_owned(),
    }
}

/// An error of figment: broken TOML, half a block, or an issuer's table.
fn unreadable(figment: &Figment, error: &figment::Error) -> WrongSetting {
    let (key, entry) = entry_of(&error.path);
    if let Kind::MissingField(field) = &error.kind
        && let Some(missing) = Key::find(&format!("{key}.{field}"))
    {
        return WrongSetting {
            key: missing.name.to_owned(),
            reason: "is missing".to_owned(),
            place: format!("nowhere, unlike others of [{key}]"),
            allowed: missing.form.allowed(),
        };
    }
    let place = match &error.metadata {
        Some(metadata) => described(metadata, &key),
        None => place(figment, &key),
    };
    let allowed = match Key::find(&key) {
        _ if key.starts_with("issuers") => super::issuer::ALLOWED.to_owned(),
        _ if key.starts_with("media.ice_servers") => ICE_SERVER.to_owned(),
        Some(known) => known.form.allowed(),
        None => "TOML".to_owned(),
    };
    WrongSetting {
        key: if key.is_empty() { "settings".to_owned() } else { key },
        reason: format!("{entry}{}", DisplayKind(&error.kind)),
        place,
        allowed,
    }
}

/// The setting that a path leads into, and which of its entries, counted as people do.
fn entry_of(path: &[String]) -> (String, String) {
    let Some(at) = path.iter().position(|part| part.parse::<usize>().is_ok()) else {
        return (path.join("."), String::new());
    };
    let number = path[at].parse().unwrap_or(0) + 1;
    let inside = path[at + 1..].iter().map(|part| match part.parse::<usize>() {
        Ok(n) => (n + 1).to_string(),
        Err(_) => part.clone(),
    });
    let inside: Vec<_> = std::iter::once(format!("entry {number}")).chain(inside).collect();
    (path[..at].join("."), format!("{}: ", inside.join(", ")))
}

struct DisplayKind<'a>(&'a Kind);

impl fmt::Display for DisplayKind<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

fn unknown_variables(environment: &[(String, String)]) -> Vec<String> {
    let known = || KEYS.iter().map(Key::variable);
    environment
        .iter()
        .map(|(name, _)| name)
        .filter(|name| name.starts_with("OPENVISIT_") && !OTHER_VARIABLES.contains(&name.as_str()))
        .filter(|name| !known().any(|variable| variable == **name))
        .map(|name| match nearest(name, known()) {
            Some(near) => format!("{name} is no setting; did you mean {near}?"),
            None => format!("{name} is no setting"),
        })
        .collect()
}

/// The name that was probably meant.
fn nearest(name: &str, known: impl Iterator<Item = String>) -> Option<String> {
    known
        .map(|candidate| (strsim::damerau_levenshtein(name, &candidate), candidate))
        .min()
        .filter(|(distance, candidate)| *distance <= candidate.len() / 3 + 1)
        .map(|(_, candidate)| candidate)
}
