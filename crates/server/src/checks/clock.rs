//! The clock, against whichever other one is at hand: the database server's, or a provider's.

use std::path::Path;
use std::sync::Arc;

use jiff::fmt::rfc2822;
use jiff::{SignedDuration, Timestamp};
use openvisit_store::examine;
use reqwest::header::DATE;
use url::Url;

use super::{CheckResult, Code};
use openvisit_app::settings::Settings;

/// More than networks and whole seconds explain.
const NOTICED: SignedDuration = SignedDuration::from_secs(5);
/// From here on tokens and signatures are refused elsewhere.
const HARMFUL: SignedDuration = SignedDuration::from_secs(60);
const JAAS: &str = "https://8x8.vc";
const TWILIO: &str = "https://video.twilio.com";
/// Written by systemd's time service once it has set the clock.
const SET_BY_SYSTEMD: &str = "/run/systemd/timesync/synchronized";

pub(super) async fn run(settings: Arc<Settings>) -> CheckResult {
    if let Some(away) = from_database(&settings).await {
        return judged(away, "the database");
    }
    for (name, url) in providers(&settings) {
        if let Some(away) = from_date(url).await {
            return judged(away, name);
        }
    }
    if Path::new(SET_BY_SYSTEMD).exists() {
        return CheckResult::ok(Code::ClockSet);
    }
    CheckResult::warning(Code::ClockUnknown)
}

/// How far this machine's clock is ahead; as much as the question took is nobody's fault.
async fn from_database(settings: &Settings) -> Option<SignedDuration> {
    let asked = Timestamp::now();
    let theirs = examine(&settings.database_url()).await.ok()?.now?;
    Some(ahead(asked, theirs, theirs))
}

/// Where each configured provider has a server whose answers have a date.
fn providers(settings: &Settings) -> Vec<(&'static str, Url)> {
    let standard = |url: String| Url::parse(&url).ok();
    let livekit = settings.livekit.as_ref().and_then(|own| http_of(own.api_url.as_ref().unwrap_or(&own.url)));
    let jitsi = settings.jitsi.as_ref().and_then(|own| own.url.clone().or_else(|| standard(JAAS.to_owned())));
    let chime = settings.chime.as_ref().and_then(|own| {
        let region = &own.region;
        own.api_url.clone().or_else(|| standard(format!("https://meetings-chime.{region}.amazonaws.com")))
    });
    let twilio =
        settings.twilio.as_ref().and_then(|own| own.api_url.clone().or_else(|| standard(TWILIO.to_owned())));
    let all = [("livekit", livekit), ("jitsi", jitsi), ("chime", chime), ("twilio", twilio)];
    all.into_iter().filter_map(|(name, url)| Some((name, url?))).collect()
}

/// LiveKit's address is a socket's, and answers HTTP, too.
fn http_of(url: &Url) -> Option<Url> {
    match url.as_str().strip_prefix("ws") {
        Some(rest) => Url::parse(&format!("http{rest}")).ok(),
        None => Some(url.clone()),
    }
}

async fn from_date(url: Url) -> Option<SignedDuration> {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().ok()?;
    let asked = Timestamp::now();
    let answer = client.head(url).send().await.ok()?;
    let date = answer.headers().get(DATE)?.to_str().ok()?;
    let theirs = rfc2822::parse(date).ok()?.timestamp();
    // It names the second that had begun.
    Some(ahead(asked, theirs, theirs + SignedDuration::from_secs(1)))
}

/// They looked at their clock at some time between `asked` and now, and it said something between `first` and `last`.
fn ahead(asked: Timestamp, first: Timestamp, last: Timestamp) -> SignedDuration {
    let now = Timestamp::now();
    if asked > last {
        last.duration_until(asked)
    } else if now < first {
        first.duration_until(now)
    } else {
        SignedDuration::ZERO
    }
}

fn judged(away: SignedDuration, against: &str) -> CheckResult {
    let found = match away.abs() {
        away if away >= HARMFUL => CheckResult::fault(Code::ClockWrong),
        away if away >= NOTICED => CheckResult::warning(Code::ClockWrong),
        _ => return CheckResult::ok(Code::ClockRight).because(against),
    };
    let word = if away.is_negative() { "behind" } else { "ahead of" };
    found.because(format_args!("{} s {word} {against}", away.abs().as_secs()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::Verdict;

    #[test]
    fn a_clock_is_wrong_by_more_than_the_question_took() {
        let now = Timestamp::now();
        let seconds = SignedDuration::from_secs;
        assert_eq!(ahead(now - seconds(2), now - seconds(1), now - seconds(1)), SignedDuration::ZERO);
        assert_eq!(ahead(now, now - seconds(90), now - seconds(90)), seconds(90));
        assert!(ahead(now, now + seconds(90), now + seconds(90)) < seconds(-80));
        assert_eq!(judged(seconds(2), "it").verdict, Verdict::Ok);
        assert_eq!(
            judged(seconds(-9), "it"),
            CheckResult::warning(Code::ClockWrong).because("9 s behind it")
        );
        assert_eq!(
            judged(seconds(90), "it"),
            CheckResult::fault(Code::ClockWrong).because("90 s ahead of it")
        );
    }
}
