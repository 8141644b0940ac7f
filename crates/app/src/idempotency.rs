//! Calls that are carried out once, however often they are made: their keys are claimed, and their answers kept, in the
//! database, so that another node or a restart knows of them. `openvisit_store::carrying_out` tells what a crash can do
//! in between.

use std::time::Duration;

use jiff::SignedDuration;
use openvisit_store::{CallProgress, KeptAnswer, KeyedCall, StoreError};
use tokio::time::{Instant, sleep};

use crate::app::App;
use crate::error::Error;
use crate::seal::{Of, WrongKey};

/// How long an answer is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(24);
/// How long a try that says nothing counts as alive. One that was only slow can commit nothing any more once its lease is
/// over and another has taken over.
const LEASE: SignedDuration = SignedDuration::from_secs(20);
/// How long a repeat waits for the first try's answer: longer than a lease, so that it learns what became of
/// one that died.
const PATIENCE: Duration = Duration::from_secs(30);
const FIRST_LOOK: Duration = Duration::from_millis(10);
const LAST_LOOK: Duration = Duration::from_millis(200);
/// How many calls are forgotten at a time.
const BATCH: u32 = 500;

/// Whose turn it is to answer.
#[derive(Debug)]
pub enum Turn {
    /// To be carried out now.
    Ours,
    Answered(KeptAnswer),
    /// The key was used for another call.
    KeyReused,
    /// The first try is still under way.
    InUse,
    /// It was carried out, and its answer was lost.
    AnswerLost,
}

/// Claims the call's key, or waits for the answer of whoever was first.
///
/// # Errors
/// Those of the store.
pub async fn turn(app: &App, call: &KeyedCall) -> Result<Turn, Error> {
    let patience = Instant::now() + PATIENCE;
    let mut pause = FIRST_LOOK;
    loop {
        let mut tx = app.store.read().await?;
        let earlier = tx.earlier_call(&call.caller, &call.key, app.clock.now()).await?;
        drop(tx);
        match earlier {
            None if claim(app, call).await? => return Ok(Turn::Ours),
            // Another was faster.
            None => {}
            Some(earlier) if earlier.fingerprint != call.fingerprint => return Ok(Turn::KeyReused),
            Some(earlier) => match earlier.progress {
                CallProgress::Answered(answer) => return Ok(Turn::Answered(answer)),
                CallProgress::Lost => return Ok(Turn::AnswerLost),
                CallProgress::Running if Instant::now() > patience => return Ok(Turn::InUse),
                CallProgress::Running => {
                    sleep(pause).await;
                    pause = LAST_LOOK.min(pause * 2);
                }
            },
        }
    }
}

async fn claim(app: &App, call: &KeyedCall) -> Result<bool, Error> {
    let now = app.clock.now();
    let until = |after| now.checked_add(after).unwrap_or(now);
    let mut tx = app.store.begin().await?;
    let ours = tx.claim_call(call, now, until(LEASE), until(KEPT)).await?;
    tx.commit().await?;
    Ok(ours)
}

/// The call is still being carried out.
///
/// # Errors
/// Those of the store.
pub async fn renew(app: &App, call: &KeyedCall) -> Result<(), Error> {
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    tx.lease_call(call, now.checked_add(LEASE).unwrap_or(now)).await?;
    Ok(tx.commit().await?)
}

/// What became of a call.
#[derive(Clone, Copy, Debug)]
pub enum Ended<'a> {
    /// It is answered like this from now on.
    Answered(&'a KeptAnswer),
    /// It was refused for now and changed nothing: it may be made again.
    Refused,
    /// Something failed on our side, perhaps halfway.
    Failed,
}

/// Keeps the answer, or frees the key where the call may be made again.
///
/// # Errors
/// Those of the store.
pub async fn end(app: &App, call: &KeyedCall, ended: Ended<'_>) -> Result<(), Error> {
    let mut tx = app.store.begin().await?;
    match ended {
        Ended::Answered(answer) => tx.keep_answer(call, answer).await?,
        Ended::Refused => tx.forget_call(call).await?,
        Ended::Failed => tx.lease_call(call, app.clock.now()).await?,
    }
    Ok(tx.commit().await?)
}

/// A body as it is kept.
///
/// # Errors
/// When the system gives no random bytes.
pub fn seal(app: &App, call: &KeyedCall, body: &str) -> Result<Vec<u8>, Error> {
    app.sealer.seal(of(call), body).map_err(Error::internal)
}

/// The body of a kept answer.
///
/// # Errors
/// The server's key was changed since.
pub fn open(app: &App, call: &KeyedCall, answer: &KeptAnswer) -> Result<String, WrongKey> {
    app.sealer.open(of(call), &answer.sealed_body)
}

fn of(call: &KeyedCall) -> Of<'_> {
    Of::Answer { caller: &call.caller, key: &call.key }
}

/// Forgets what is older than a day.
///
/// # Errors
/// [`StoreError::Unavailable`].
pub async fn forget_expired(app: &App) -> Result<(), StoreError> {
    loop {
        let mut tx = app.store.begin().await?;
        let forgotten = tx.forget_expired_calls(app.clock.now(), BATCH).await?;
        tx.commit().await?;
        if forgotten < u64::from(BATCH) {
            return Ok(());
        }
    }
}
