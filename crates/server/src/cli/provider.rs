//! `openvisit provider check`: whether it is there, and a room, a place in it, and both gone again, at a configured media provider.

use anyhow::{Context, bail};
use jiff::{SignedDuration, Timestamp};
use openvisit_core::ids::{ParticipantId, Seed, SessionId};
use openvisit_core::session::PartyRole;
use openvisit_providers::{Credentials, Meeting, Provider, ProviderError, Room, Seat};

use openvisit_app::clock::Clock;
use openvisit_app::providers::Providers;
use openvisit_app::settings::Settings;

/// As long as a short appointment.
const SLOT: SignedDuration = SignedDuration::from_mins(15);

/// Tells each step as it goes. A room that was opened is closed again whatever happens in between.
pub async fn check(name: &str, settings: &Settings) -> anyhow::Result<()> {
    let providers = Providers::new(settings)?;
    let Some((_, provider)) = providers.named(name) else {
        bail!("{name} is not configured: there is no block [{name}] in the settings (docs/providers.md)");
    };
    let now = Clock::System.now();
    let room = Room { session: SessionId::new(Seed { now, random: rand::random() }), seats: 2 };
    told("ok", "reach it", name, provider.health().await)?;
    let meeting = told(rooms(provider), "open a room", name, provider.open(&room, None).await)?;
    let tried = try_out(name, provider, &room, &meeting, now).await;
    let closed =
        told(rooms(provider), "close the room for everybody", name, provider.close(&room, &meeting).await);
    tried.and(closed)?;
    for limit in limits(provider) {
        println!("note: {limit}");
    }
    Ok(())
}

/// What is done in a room.
async fn try_out(
    name: &str,
    provider: &Provider,
    room: &Room,
    meeting: &Meeting,
    now: Timestamp,
) -> anyhow::Result<()> {
    let again = told(rooms(provider), "open it once more", name, provider.open(room, Some(meeting)).await)?;
    if again.id() != meeting.id() {
        bail!("there are two rooms now: {name} does not know the first one again");
    }
    let participant = ParticipantId::new(Seed { now, random: rand::random() });
    let seat = Seat {
        participant,
        role: PartyRole::Client,
        name: "openvisit provider check".to_owned(),
        from: now,
        until: now.saturating_add(SLOT).unwrap_or(now),
    };
    let credentials = provider.credentials(room, meeting, &seat, now).await;
    let credentials = told("ok", "make a token for one participant", name, credentials)?;
    println!("ok        {}", judged(&credentials, &seat)?);
    told(
        rooms(provider),
        "remove the participant",
        name,
        provider.remove(room, meeting, participant, now).await,
    )
}

/// What can be told of a token without going in with it.
fn judged(credentials: &Credentials, seat: &Seat) -> anyhow::Result<String> {
    let Credentials { token, expires_at, .. } = credentials;
    if *expires_at <= seat.from {
        bail!("the token is of no use: it ended at {expires_at}; is this machine's clock right?");
    }
    if token.is_empty() {
        return Ok("no token: whoever has the room's address gets in".to_owned());
    }
    Ok(format!("the token lets in until {expires_at}"))
}

/// What comes of a step with its rooms that went well: who keeps none is not asked.
fn rooms(provider: &Provider) -> &'static str {
    if provider.puts_out() { "ok" } else { "not asked" }
}

/// Prints how a step went; what it gave.
fn told<T>(well: &str, step: &str, name: &str, done: Result<T, ProviderError>) -> anyhow::Result<T> {
    match done {
        Ok(given) => {
            println!("{well:<9} {step}");
            Ok(given)
        }
        Err(error) => {
            println!("fault     {step}: {error}");
            Err(anyhow::anyhow!("{}", likely_cause(name, &error))).context(format!("{name} cannot {step}"))
        }
    }
}

fn likely_cause(name: &str, error: &ProviderError) -> String {
    match error {
        ProviderError::Unreachable(_) => {
            format!("nothing answers there: look at the addresses in [{name}], and at firewalls")
        }
        ProviderError::TimedOut => "it takes too long: look whether it runs, and at firewalls".to_owned(),
        ProviderError::Throttled { .. } => "it is asked too often: try again later".to_owned(),
        ProviderError::Broken(_) => {
            "it is in trouble itself: look at its log, or at the vendor's status page".to_owned()
        }
        ProviderError::Garbled(_) => {
            format!("something else answers there: look at the addresses in [{name}]")
        }
        ProviderError::Unauthorized(_) => format!(
            "the key is not known there, was withdrawn, or may not do this: compare the keys in [{name}] with the \
             vendor's, its account and region, and this machine's clock"
        ),
        ProviderError::Refused(_) => {
            format!(
                "it does not want to: look its code up at the vendor, and compare [{name}] with docs/providers.md"
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
            "Jitsi makes rooms when somebody comes, and puts nobody out: only its page code was asked for. Whether it takes \
             the token shows when somebody joins",
        );
    }
    if !provider.proves_presence() {
        limits.push("it tells nobody's presence: nobody is said to have missed a session by itself");
    } else {
        limits.push("whether its news of who comes and goes arrive here shows in a call");
    }
    limits
}
