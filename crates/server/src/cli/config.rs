//! `openvisit config check`: what is in force, where it comes from, and what is missing.

use anyhow::ensure;
use jiff::Timestamp;

use crate::tls::Certificate;
use openvisit_app::auth::issuers::Issuers;
use openvisit_app::outbox::broker;
use openvisit_app::providers::Providers;
use openvisit_app::settings::issuer::{Issuer, KeySource};
use openvisit_app::settings::keys::{Form, KEYS};
use openvisit_app::settings::{KnownSecrets, Loaded, MADE, Settings, fingerprint, shown};

use openvisit_core::person::Role;

use super::files::out_of_reach;
use super::say::{say, sentence};

pub async fn run(loaded: &Loaded) -> anyhow::Result<()> {
    say(loaded.source())?;
    for warning in &loaded.warnings {
        say(format_args!("warning: {warning}"))?;
    }
    for key in KEYS {
        let place = loaded.given.iter().find(|(name, _)| *name == key.name).map(|(_, place)| place.as_str());
        let value = match (&key.form, place) {
            (Form::Secret(_) | Form::BrokerUrl, Some(_)) => "(not shown)".to_owned(),
            (_, None) if MADE.contains(&key.name) => "(generated, in the data folder)".to_owned(),
            _ => shown(&loaded.settings, key.name).unwrap_or_else(|| "(none)".to_owned()),
        };
        say(format_args!("{} = {value}  # {}", key.name, place.unwrap_or("default")))?;
    }
    if let Ok(known) = KnownSecrets::of(&loaded.settings)
        && let Some(notes) = known.notes
    {
        say(format_args!("\nThe fingerprint of notes_key is {}.", fingerprint(&notes)))?;
    }
    for issuer in &loaded.settings.issuers {
        say(format_args!("\n{}", accepted(issuer)))?;
    }
    let faults = faults(loaded).await?;
    say(format_args!("\n{}", broker(&loaded.settings).await))?;
    let missing = loaded.settings.missing_off_localhost();
    if missing.is_empty() {
        say("\nNothing is missing for calls from other machines.")?;
    } else {
        say("\nFine for this machine. For calls from other machines this is missing:")?;
        for line in missing {
            say(format_args!("- {line}"))?;
        }
    }
    ensure!(faults.is_empty(), "this keeps a server from starting:\n- {}", faults.join("\n- "));
    Ok(())
}

/// What a start would stumble over, with the files that the settings name: all of it.
async fn faults(loaded: &Loaded) -> anyhow::Result<Vec<String>> {
    let settings = &loaded.settings;
    let mut faults = out_of_reach(loaded);
    match Certificate::of(&settings.tls).await {
        Ok(certificate) => {
            if let Some(doubt) = certificate.and_then(|it| it.doubt(Timestamp::now())) {
                say(format_args!("\nwarning: {doubt}"))?;
            }
        }
        Err(error) => faults.push(sentence(&error)),
    }
    faults.extend(Issuers::new(&settings.issuers).err().map(|error| sentence(&error)));
    faults.extend(Providers::new(settings).err().map(|error| sentence(&error)));
    Ok(faults)
}

/// What a token of this issuer must be, and may say.
fn accepted(issuer: &Issuer) -> String {
    let algorithms = issuer.algorithms().iter().map(|one| one.name()).collect::<Vec<_>>().join(", ");
    let keys = match issuer.key_source() {
        Some(KeySource::Secret(_)) => "its secret (not shown)".to_owned(),
        Some(KeySource::Pem(_)) => "public_key of the settings".to_owned(),
        Some(KeySource::PemFile(path)) => path.display().to_string(),
        Some(KeySource::Jwks(url)) => url.to_string(),
        None => "nowhere".to_owned(),
    };
    let iss = if issuer.accept_missing_issuer { ", or none" } else { "" };
    let aud = issuer.audience.as_deref().map_or_else(|| "not looked at".to_owned(), |aud| format!("{aud:?}"));
    let roles =
        issuer.roles.iter().map(|(word, role)| format!("{word:?} is {}, ", named(*role))).collect::<String>();
    let unknown = if issuer.create_people { "are made" } else { "are refused" };
    format!(
        "Tokens of {:?} are taken:\n- iss {:?}{iss}; aud {aud}; exp must be there\n- signed with {algorithms}, by a key of \
         {keys}\n- who it is: claim {:?}, name {:?}, e-mail {:?}\n- role: claim {:?}; {roles}at most {}\n- people who are \
         not known yet {unknown}",
        issuer.issuer,
        issuer.issuer,
        issuer.id_claim,
        issuer.name_claim,
        issuer.email_claim,
        issuer.role_claim,
        named(issuer.max_role),
    )
}

fn named(role: Role) -> &'static str {
    match role {
        Role::Client => "client",
        Role::Assistant => "assistant",
        Role::Practitioner => "practitioner",
        Role::Admin => "admin",
    }
}

/// Whether events reach the message broker.
async fn broker(settings: &Settings) -> String {
    if settings.amqp_url.is_none() {
        return "No message broker: events go to webhooks only (amqp_url).".to_owned();
    }
    match broker::try_out(settings).await {
        Ok(_) => format!("The message broker answers; events go to exchange {}.", settings.amqp_exchange),
        Err(error) => format!("warning: the message broker cannot be used (amqp_url): {error:#}"),
    }
}
