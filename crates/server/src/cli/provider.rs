//! `openvisit provider check`: whether a media provider can be reached, and opens a room, makes a token, and closes the room.

use anyhow::{Context, bail};
use jiff::{SignedDuration, Timestamp};
use openvisit_core::ids::{ParticipantId, Seed, SessionId};
use openvisit_core::session::PartyRole;
use openvisit_providers::{Credentials, ParticipantGrant, Provider, ProviderError, Room, RoomHandle};

use openvisit_app::clock::Clock;
use openvisit_app::providers::Providers;
use openvisit_app::settings::Settings;

use super::say::say;

/// As long as a short appointment.
const SLOT: SignedDuration = SignedDuration::from_mins(15);

/// Tells each step as it goes. A room that was opened is closed again whatever happens in between.
pub async fn check(name: &str, settings: &Settings) -> anyhow::Result<()> {
    let providers = Providers::new(settings)?;
    let Some((_, provider)) = providers.named(name) else {
        bail!("{name} is not configured: there is no block [{name}] in the settings (docs/providers.md)");
    };
    let now = Clock::system().now();
    let session = SessionId::new(Seed { now, random: rand::random() });
    let shown_name = session.to_string();
    let room = Room { session, shown_name: &shown_name, capacity: 2 };
    report_step("ok", "reach the provider", name, provider.health().await)?;
    let meeting = report_step(rooms(provider), "open a room", name, provider.open(&room, None).await)?;
    let tried = try_out(name, provider, &room, &meeting, now).await;
    let closed = report_step(
        rooms(provider),
        "close the room for everybody",
        name,
        provider.close(&room, &meeting).await,
    );
    tried.and(closed)?;
    for limit in limits(provider) {
        say(format_args!("note: {limit}"))?;
    }
    Ok(())
}

/// What is done in a room.
async fn try_out(
    name: &str,
    provider: &Provider,
    room: &Room<'_>,
    meeting: &RoomHandle,
    now: Timestamp,
) -> anyhow::Result<()> {
    let again = report_step(
        rooms(provider),
        "open the same room again",
        name,
        provider.open(room, Some(meeting)).await,
    )?;
    if again.id() != meeting.id() {
        bail!("{name} opened a second room for the same session");
    }
    let participant = ParticipantId::new(Seed { now, random: rand::random() });
    let grant = ParticipantGrant {
        participant,
        role: PartyRole::Client,
        name: "openvisit provider check".to_owned(),
        email: None,
        from: now,
        until: now.saturating_add(SLOT).unwrap_or(now),
    };
    let credentials = provider.credentials(room, meeting, &grant, now).await;
    let credentials = report_step("ok", "make a token for one participant", name, credentials)?;
    say(format_args!("ok        {}", judged(&credentials, &grant)?))?;
    report_step(
        rooms(provider),
        "remove the participant",
        name,
        provider.remove(room, meeting, participant, now).await,
    )
}

/// What can be said of a token without using it.
fn judged(credentials: &Credentials, grant: &ParticipantGrant) -> anyhow::Result<String> {
    let Credentials { token, expires_at, .. } = credentials;
    if *expires_at <= grant.from {
        bail!("the token is not valid: it expired at {expires_at}; check this machine's clock");
    }
    if token.is_empty() {
        return Ok("no token: anybody who knows the room's address can join".to_owned());
    }
    Ok(format!("the token is valid until {expires_at}"))
}

/// How a successful step with rooms is reported: a provider without rooms is skipped.
fn rooms(provider: &Provider) -> &'static str {
    if provider.can_remove_participants() { "ok" } else { "skipped" }
}

/// Prints how a step went, and returns its result. What was begun is ended, also where nothing can be printed.
fn report_step<T>(well: &str, step: &str, name: &str, done: Result<T, ProviderError>) -> anyhow::Result<T> {
    match done {
        Ok(given) => {
            let _ = say(format_args!("{well:<9} {step}"));
            Ok(given)
        }
        Err(error) => {
            let _ = say(format_args!("fault     {step}: {error}"));
            Err(anyhow::anyhow!("{}", likely_cause(name, &error))).context(format!("{name} cannot {step}"))
        }
    }
}

fn likely_cause(name: &str, error: &ProviderError) -> String {
    match error {
        ProviderError::Unreachable(_) => {
            format!("nothing answers there: check the addresses in [{name}], and firewalls")
        }
        ProviderError::TimedOut => "no answer in time: check that it is running, and firewalls".to_owned(),
        ProviderError::Throttled { .. } => "too many requests: try again later".to_owned(),
        ProviderError::Broken(_) => {
            "the provider has a problem of its own: check its log, or the vendor's status page".to_owned()
        }
        ProviderError::Garbled(_) => {
            format!("something else answers there: check the addresses in [{name}]")
        }
        ProviderError::Unauthorized(_) => format!(
            "the key is not known there, was withdrawn, or may not do this: compare the keys in [{name}] with the \
             vendor's, its account and region, and this machine's clock"
        ),
        ProviderError::Refused(_) => {
            format!(
                "the provider refused: look its code up at the vendor, and compare [{name}] with docs/providers.md"
            )
        }
        ProviderError::Setting(_) | ProviderError::Over | ProviderError::Forged => {
            format!("compare [{name}] with docs/providers.md")
        }
    }
}

/// What this cannot show of a provider.
fn limits(provider: &Provider) -> Vec<&'static str> {
    let mut limits = Vec::new();
    if matches!(provider, Provider::Jitsi(_)) {
        limits.push(
            "Jitsi creates a room when somebody joins, and cannot remove anybody: only its page code was checked. Whether it \
             accepts the token shows when somebody joins",
        );
    }
    if !provider.proves_presence() {
        limits.push("it sends no presence events: no session becomes a no-show by itself");
    } else {
        limits.push("whether its presence events arrive here shows in a call");
    }
    limits
}
