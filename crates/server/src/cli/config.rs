//! `openvisit config check`: what is in force, where it comes from, and what is missing.

use crate::tls::Certificate;
use openvisit_app::auth::issuers::Issuers;
use openvisit_app::outbox::broker;
use openvisit_app::providers::Providers;
use openvisit_app::settings::keys::{Form, KEYS};
use openvisit_app::settings::{Loaded, MADE, Settings, shown};

use super::say::say;

pub async fn run(loaded: &Loaded) -> anyhow::Result<()> {
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
    // As at a start, with the files that the settings name.
    Certificate::of(&loaded.settings.tls).await?;
    Issuers::new(&loaded.settings.issuers)?;
    Providers::new(&loaded.settings)?;
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
    Ok(())
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
