//! `openvisit practitioner inspect`: why somebody sees no requests. No names.

use std::fmt::Write;

use anyhow::Context;

use openvisit_app::clock::Clock;
use openvisit_app::settings::Settings;
use openvisit_app::support::practitioner::{PractitionerInspection, inspect};

use super::say::say;

pub async fn run(who: &str, settings: &Settings) -> anyhow::Result<()> {
    let store = super::existing_store(settings).await?;
    let (rules, now) = (settings.request_rules(), Clock::system().now());
    let inspected = inspect(&mut store.read().await?, who, None, &rules, now).await?;
    store.close().await;
    say(report(&inspected, settings)?.trim_end())?;
    inspected.person.map(drop).context("there is no account with this e-mail address or id")
}

fn report(inspected: &PractitionerInspection, settings: &Settings) -> Result<String, std::fmt::Error> {
    let mut text = String::new();
    if let Some(person) = &inspected.person {
        writeln!(text, "account            {}", person.id)?;
        writeln!(text, "practitioner       {}", yes(inspected.is_practitioner()))?;
        writeln!(text, "enabled            {}", yes(inspected.can_sign_in()))?;
        writeln!(text, "accepts requests   {}", yes(inspected.accepts_requests()))?;
        writeln!(text, "service tier       {}", inspected.service_tier().unwrap_or("(none)"))?;
        let organization = person.organization_id.map_or("(none)".to_owned(), |id| id.to_string());
        writeln!(text, "organization       {organization}")?;
    }
    writeln!(text, "requests that wait {}, seen {}", inspected.pending, inspected.visible)?;
    for (id, rule) in &inspected.filtered {
        writeln!(text, "  {id}  {}: {rule}", rule.rule())?;
    }
    writeln!(text, "\nwhat to do")?;
    for sentence in inspected.recommendations(&settings.wording()) {
        writeln!(text, "  {sentence}")?;
    }
    Ok(text)
}

fn yes(it_is: bool) -> &'static str {
    if it_is { "yes" } else { "no" }
}
