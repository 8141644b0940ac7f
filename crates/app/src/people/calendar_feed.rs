//! Somebody's calendar at a secret address, for programs that cannot sign in: read only, ninety days back and a year ahead.

use jiff::{SignedDuration, Timestamp};
use openvisit_core::appointment::Kind;
use openvisit_core::session::Status;
use openvisit_store::CalendarEntry;

use crate::app::App;
use crate::appointments::invite::{new_secret, token_hash};
use crate::auth::caller::Caller;
use crate::error::Error;
use crate::messages::calendar::{Entry, Method, calendar};

const BACK: SignedDuration = SignedDuration::from_hours(90 * 24);
const AHEAD: SignedDuration = SignedDuration::from_hours(366 * 24);
/// More than anybody has in that time.
const AT_MOST: u32 = 10_000;

/// A calendar, or that it is still the one that somebody has.
#[derive(Debug)]
pub struct Feed {
    /// Another one for another calendar.
    pub etag: String,
    pub changed_at: Option<Timestamp>,
    /// `None` where they have it already.
    pub text: Option<String>,
}

/// Gives the caller's calendar an address, in place of the one that it had, with clients by name or without. Known this once.
///
/// # Errors
/// `forbidden` for whoever has no account, and those of the store.
pub async fn renew(app: &App, caller: &Caller, names: bool) -> Result<String, Error> {
    caller.require_account()?;
    let secret = new_secret();
    let mut tx = app.store.begin().await?;
    tx.set_calendar_feed(caller.person_id, &token_hash(&secret), names, app.clock.now()).await?;
    tx.commit().await?;
    Ok(format!("{}/api/v1/calendar-feeds/{secret}.ics", app.settings.public_url()))
}

/// Since when the caller's calendar has its address, and whether clients stand in it by name; `None` where it has none.
///
/// # Errors
/// As [`renew`].
pub async fn since(app: &App, caller: &Caller) -> Result<Option<(Timestamp, bool)>, Error> {
    caller.require_account()?;
    Ok(app.store.read().await?.calendar_feed_since(caller.person_id).await?)
}

/// Takes the address away.
///
/// # Errors
/// As [`renew`].
pub async fn withdraw(app: &App, caller: &Caller) -> Result<(), Error> {
    caller.require_account()?;
    let mut tx = app.store.begin().await?;
    tx.withdraw_calendar_feed(caller.person_id).await?;
    Ok(tx.commit().await?)
}

/// The calendar at an address. `known` is the mark of the one that whoever asks has.
///
/// # Errors
/// `not_found` where there is none, or its owner is disabled; those of the store.
pub async fn read(app: &App, secret: &str, known: Option<&str>) -> Result<Feed, Error> {
    let secret = secret.strip_suffix(".ics").unwrap_or(secret);
    let mut tx = app.store.read().await?;
    let (owner, names) = tx.calendar_feed(&token_hash(secret)).await?.ok_or(Error::NotFound)?;
    let person = tx.person(owner).await?.filter(|person| !person.disabled).ok_or(Error::NotFound)?;
    // By whole days, or it would be another calendar each moment.
    let (from, to) = span(app.clock.now());
    let (count, changed_at) = tx.calendar_mark(owner, from, to).await?;
    let changed = changed_at.map_or(0, Timestamp::as_microsecond);
    let etag = format!("\"{count}-{changed}-{}\"", from.as_second());
    if known == Some(etag.as_str()) {
        return Ok(Feed { etag, changed_at, text: None });
    }
    let found = tx.calendar_entries(owner, from, to, AT_MOST).await?;
    let entries: Vec<_> = found.into_iter().map(|found| entry(app, names, found)).collect();
    let name = format!("{} · {}", app.settings.name, person.name);
    let text = calendar(Method::Publish, Some(&name), &entries);
    Ok(Feed { etag, changed_at, text: Some(text) })
}

fn span(now: Timestamp) -> (Timestamp, Timestamp) {
    let today = now.as_second().div_euclid(86_400) * 86_400;
    let today = Timestamp::from_second(today).unwrap_or(now);
    let (from, to) = (today.checked_sub(BACK), today.checked_add(AHEAD));
    (from.unwrap_or(Timestamp::MIN), to.unwrap_or(Timestamp::MAX))
}

/// Without the title, which others may read over a shoulder or at the calendar's provider.
fn entry(app: &App, names: bool, found: CalendarEntry) -> Entry {
    Entry {
        session: found.session,
        sequence: found.version,
        slot: found.slot,
        is_cancelled: found.status == Status::Cancelled,
        changed_at: found.updated_at,
        summary: if names || !found.with_client { found.with } else { app.settings.name.clone() },
        description: None,
        url: (found.kind != Kind::InPerson).then(|| app.settings.join_url(found.session)),
        organizer: None,
        attendee: None,
    }
}
