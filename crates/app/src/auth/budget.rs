//! Wrong guesses that somebody has within a time, whatever they guess at. They are counted in the database, so that a
//! restart and another node count on, before a guess is compared, so that many at once gain nothing.

use jiff::{SignedDuration, Timestamp};
use openvisit_store::Tx;

use crate::app::App;
use crate::error::Error;

/// How many, in a window that the first of them begins.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    pub guesses: i64,
    pub within: SignedDuration,
}

/// Who guesses, as the store knows it, and how often they may.
pub type Guesser = (String, Budget);

/// Refuses whoever has used up theirs, and counts nothing.
///
/// # Errors
/// `too_many_requests`, and those of the store.
pub async fn expect(tx: &mut Tx, guessers: &[Guesser], now: Timestamp) -> Result<(), Error> {
    for (who, budget) in guessers {
        let made = tx.stranger_guesses(who, now).await?;
        if let Some(made) = made.filter(|made| made.count >= budget.guesses) {
            let wait = now.duration_until(made.forgotten_at);
            let begun = i64::from(wait.subsec_nanos() > 0);
            return Err(Error::TooManyRequests { retry_after_seconds: wait.as_secs() + begun });
        }
    }
    Ok(())
}

/// Counts a guess of each, in their order. Gives how many are left after it.
///
/// # Errors
/// `too_many_requests`: then it is counted against nobody. Those of the store.
pub async fn count(app: &App, guessers: &[Guesser]) -> Result<u32, Error> {
    let now = app.clock.now();
    // Those who may not guess hold up no writer.
    expect(&mut app.store.read().await?, guessers, now).await?;
    let mut tx = app.store.begin().await?;
    let mut left = i64::MAX;
    for (who, budget) in guessers {
        let ends_at = now.checked_add(budget.within).unwrap_or(now);
        left = left.min(budget.guesses - tx.count_stranger_guess(who, now, ends_at).await?);
    }
    // Too many came at the same moment: this one is not counted.
    let left = u32::try_from(left).map_err(|_| Error::TooManyRequests { retry_after_seconds: 1 })?;
    tx.commit().await?;
    let mut tx = app.store.begin().await?;
    tx.forget_stranger_guesses(now).await?;
    tx.commit().await?;
    Ok(left)
}
