//! From file, environment and flags to [`Settings`], or to the reason why not.

use std::fmt;
use std::fs::File;
use std::path::{Path, PathBuf};

use figment::error::Kind;
use figment::providers::{Format, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider};

use openvisit_store::{Wish, refusal};

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

/// Variables that are no settings of the server, and those of its tests and scripts.
const OTHER_VARIABLES: &[&str] = &["OPENVISIT_CONFIG"];
const OF_TESTS: &str = "OPENVISIT_TEST_";

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

/// All that are not allowed, one at least.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct WrongSettings(pub Vec<WrongSetting>);

impl From<WrongSetting> for WrongSettings {
    fn from(wrong: WrongSetting) -> Self {
        Self(vec![wrong])
    }
}

/// What was loaded, and what the operator should know.
#[derive(Debug)]
pub struct Loaded {
    pub settings: Settings,
    /// The file that was read, if one was.
    pub file: Option<PathBuf>,
    pub warnings: Vec<String>,
    /// The keys that somebody set, each with its place.
    pub given: Vec<(&'static str, String)>,
}

impl Loaded {
    /// Which file was read, in words.
    #[must_use]
    pub fn source(&self) -> String {
        let shown =
            |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).display().to_string();
        match &self.file {
            Some(path) => format!("the settings file is {}", shown(path)),
            None => format!(
                "no settings file: all settings are the defaults, variables or flags (there is no {}, and neither --config \
                 nor OPENVISIT_CONFIG names another)",
                shown(Path::new(DEFAULT_FILE))
            ),
        }
    }
}

/// Reads, checks and puts together the settings.
///
/// # Errors
/// All settings that are not allowed, each with its place and what is.
pub fn load(sources: &Sources) -> Result<Loaded, WrongSettings> {
    let file = file(sources)?;
    let theirs = Texts::theirs(&sources.environment).fold(in_file(file.as_deref()), Figment::merge);
    let figment = theirs.merge(Texts::environment(&sources.environment)).merge(Texts::flags(&sources.flags));
    let mut all: Dict = figment.extract().map_err(|error| unreadable(&figment, &error))?;
    let mut wrong = check_names(&figment, &all);
    wrong.extend(tables_in_variables(&sources.environment));
    let (given, not_allowed) = check_values(&figment);
    // What is wrong is left out, so that the rest is looked at as well.
    not_allowed.iter().for_each(|wrong| leave_out(&mut all, &wrong.key));
    wrong.extend(not_allowed);
    let mut settings = readable(&figment, all, &mut wrong)?;
    settings.complete();
    let follows = |key: &str, reason: &str| {
        wrong.iter().any(|wrong| wrong.key == key || follows_from(&wrong.key, reason))
    };
    let together = check::together(&settings).into_iter().filter(|(key, reason)| !follows(key, reason));
    let together: Vec<_> = together.map(|(key, reason)| not_together(&figment, key, reason)).collect();
    wrong.extend(together);
    // Two issuers that are the same are so both.
    wrong.dedup();
    if !wrong.is_empty() {
        return Err(WrongSettings(wrong));
    }
    let mut warnings = unknown_variables(&sources.environment);
    warnings.extend(check::doubtful(&settings));
    Ok(Loaded { settings, file, warnings, given })
}

/// All that can be read. What cannot is told, and left out.
fn readable(
    figment: &Figment,
    mut all: Dict,
    wrong: &mut Vec<WrongSetting>,
) -> Result<Settings, WrongSettings> {
    loop {
        match Value::from(all.clone()).deserialize() {
            Ok(settings) => return Ok(settings),
            Err(error) => {
                let told = unreadable(figment, &error);
                let before = all.clone();
                leave_out(&mut all, &told.key);
                wrong.push(told);
                if all == before {
                    return Err(WrongSettings(std::mem::take(wrong)));
                }
            }
        }
    }
}

/// Takes a setting away. Half a block of a provider's says nothing: it goes as a whole.
fn leave_out(all: &mut Dict, name: &str) {
    match name.split_once('.') {
        Some(("livekit" | "jitsi" | "chime" | "twilio" | "mail", _)) | None => {
            all.remove(name.split('.').next().unwrap_or(name));
        }
        Some((section, rest)) => {
            if let Some(Value::Dict(_, inner)) = all.get_mut(section) {
                leave_out(inner, rest);
            }
        }
    }
}

/// Whether something is only wrong because this setting was left out: another of its section names it, or all of them.
fn follows_from(key: &str, reason: &str) -> bool {
    key.split_once('.')
        .is_some_and(|(section, _)| reason.contains(key) || reason.contains(&format!("[{section}]")))
}

fn not_together(figment: &Figment, key: &str, reason: String) -> WrongSetting {
    let allowed = Key::find(key).map_or_else(String::new, |key| key.form.allowed());
    WrongSetting { key: key.to_owned(), reason, place: place(figment, key), allowed }
}

/// The file that is read.
fn file(sources: &Sources) -> Result<Option<PathBuf>, WrongSetting> {
    match &sources.file {
        Some(path) if !path.is_file() => Err(WrongSetting {
            key: "--config".to_owned(),
            reason: match path.try_exists() {
                Err(error) => {
                    format!("cannot look for {}: {}", path.display(), refusal(path, Wish::Read, &error))
                }
                Ok(_) => format!("there is no file {}", path.display()),
            },
            place: "command line or OPENVISIT_CONFIG".to_owned(),
            allowed: "a TOML file".to_owned(),
        }),
        Some(path) => readable_file(path).map(Some),
        None if Path::new(DEFAULT_FILE).is_file() => readable_file(Path::new(DEFAULT_FILE)).map(Some),
        None => Ok(None),
    }
}

fn readable_file(path: &Path) -> Result<PathBuf, WrongSetting> {
    File::open(path).map(|_| path.to_owned()).map_err(|error| WrongSetting {
        key: "--config".to_owned(),
        reason: format!("cannot read {}: {}", path.display(), refusal(path, Wish::Read, &error)),
        place: format!("file {}", path.display()),
        allowed: "a TOML file that this account may read".to_owned(),
    })
}

fn in_file(file: Option<&Path>) -> Figment {
    file.map_or_else(Figment::new, |path| Figment::from(Toml::file_exact(path)))
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

fn check_names(figment: &Figment, all: &Dict) -> Vec<WrongSetting> {
    let unknown = names(all, "").into_iter().filter(|name| Key::find(name).is_none());
    unknown
        .map(|name| {
            let near = nearest(&name, KEYS.iter().map(|key| key.name.to_owned()));
            let reason = match near.first() {
                Some(known) => format!("there is no such setting; did you mean {known}?"),
                None => "there is no such setting".to_owned(),
            };
            let place = place(figment, &name);
            let allowed = match &near[..] {
                [] => "see docs/settings.md for all settings".to_owned(),
                near => format!("{}; see docs/settings.md for all settings", near.join(", ")),
            };
            WrongSetting { key: name, reason, place, allowed }
        })
        .collect()
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

/// The settings that somebody gave, each with its place; and those that are not allowed.
fn check_values(figment: &Figment) -> (Vec<(&'static str, String)>, Vec<WrongSetting>) {
    let (mut given, mut wrong) = (Vec::new(), Vec::new());
    for key in KEYS {
        let Ok(value) = figment.find_value(key.name) else { continue };
        let place = place(figment, key.name);
        if key.form.allows(&value) {
            given.push((key.name, place));
        } else {
            let (reason, allowed) = (key.form.reason(&value), key.form.allowed());
            wrong.push(WrongSetting { key: key.name.to_owned(), reason, place, allowed });
        }
    }
    (given, wrong)
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
    if let Some((reason, allowed)) = choices(&error.kind) {
        return WrongSetting { key, reason: format!("{entry}{reason}"), place, allowed };
    }
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

/// A word that is none of those there are: these are told once.
fn choices(kind: &Kind) -> Option<(String, String)> {
    match kind {
        Kind::UnknownVariant(word, known) => {
            Some((format!("{word:?} is not allowed"), format!("one of {}", known.join(", "))))
        }
        Kind::UnknownField(name, known) => {
            let near = nearest(name, known.iter().map(|&known| known.to_owned()));
            let hint = near.first().map(|near| format!("; did you mean {near}?")).unwrap_or_default();
            Some((format!("there is no {name:?}{hint}"), known.join(", ")))
        }
        _ => None,
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
        .filter(|name| name.starts_with("OPENVISIT_") && !name.starts_with(OF_TESTS))
        .filter(|name| {
            !OTHER_VARIABLES.contains(&name.as_str()) && !known().any(|variable| variable == **name)
        })
        .map(|name| match nearest(name, known()).first() {
            Some(near) => format!("{name} is no setting; did you mean {near}?"),
            None => format!("{name} is no setting; see docs/settings.md for all of them"),
        })
        .collect()
}

/// What only the file can say.
fn tables_in_variables(environment: &[(String, String)]) -> Vec<WrongSetting> {
    let tables = KEYS.iter().filter(|key| matches!(key.form, Form::Tables));
    let given = tables.filter(|key| environment.iter().any(|(name, _)| *name == key.variable()));
    given
        .map(|key| WrongSetting {
            key: key.name.to_owned(),
            reason: "cannot be given in a variable".to_owned(),
            place: format!("environment variable {}", key.variable()),
            allowed: format!("tables of the settings file, [[{}]]", key.name),
        })
        .collect()
}

/// How many names are told at most.
const NEAREST: usize = 3;

/// The names that were probably meant, the likeliest first.
fn nearest(name: &str, known: impl Iterator<Item = String>) -> Vec<String> {
    let near = known.map(|candidate| (strsim::damerau_levenshtein(name, &candidate), candidate));
    let mut near: Vec<_> = near.filter(|(distance, known)| *distance <= known.len() / 3 + 1).collect();
    near.sort();
    near.into_iter().take(NEAREST).map(|(_, candidate)| candidate).collect()
}
