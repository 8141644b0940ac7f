//! Where a request stands among those that wait, and when it is likely to be accepted.

use jiff::{SignedDuration, Timestamp};
use openvisit_core::request::{Request, Status};
use openvisit_store::{Requests, Tx};

use crate::app::App;
use crate::error::Error;

/// Whoever stands behind so many is told no place.
const LONGEST: u32 = 200;
/// How many that were accepted lately tell how long it takes, how few do not, and how long ago lately is.
const SAMPLE: u32 = 20;
const FEWEST: usize = 3;
const LATELY: SignedDuration = SignedDuration::from_hours(24);

/// Both `None` for a request that waits no more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Queue {
    /// From 1; those count that the same practitioners may be wanted by. `None` where too many wait.
    pub place: Option<u32>,
    /// By how long the last ones waited; `None` where too few did, or that time is over.
    pub expected_at: Option<Timestamp>,
}

/// # Errors
/// Those of the store.
pub async fn queue(app: &App, tx: &mut Tx, request: &Request) -> Result<Queue, Error> {
    if request.status() != Status::Pending {
        return Ok(Queue::default());
    }
    let now = app.clock.now();
    let waiting = tx.requests(Requests::Pending, None, LONGEST).await?;
    let is_seen = waiting.iter().any(|other| other.request.id == request.id);
    let waiting = waiting.into_iter().map(|other| other.request.at(now));
    let ahead = waiting
        .filter(|other| other.id < request.id && other.status() == Status::Pending)
        .filter(|other| other.competes_with(request));
    let place = is_seen.then(|| u32::try_from(ahead.count()).unwrap_or(LONGEST) + 1);
    let usual = usual_wait(tx, request, now).await?;
    let expected_at = usual.and_then(|wait| request.created_at.checked_add(wait).ok()).filter(|at| *at > now);
    Ok(Queue { place, expected_at })
}

/// The median.
async fn usual_wait(tx: &mut Tx, request: &Request, now: Timestamp) -> Result<Option<SignedDuration>, Error> {
    let accepted = tx.requests(Requests::Accepted, None, SAMPLE).await?;
    let lately = |other: &Request| other.created_at.duration_until(now) < LATELY;
    let accepted = accepted.into_iter().map(|other| other.request);
    let mut waits: Vec<_> = accepted
        .filter(|other| lately(other) && other.competes_with(request))
        .filter_map(|other| other.waited())
        .collect();
    waits.sort_unstable();
    Ok((waits.len() >= FEWEST).then(|| waits[waits.len() / 2]))
}
