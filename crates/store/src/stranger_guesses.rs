//! Guesses by strangers at passcodes, and by anybody at passwords, within windows of time. Only hashes of accounts and
//! addresses come here.

use openvisit_core::Timestamp;

use crate::value::{instant, micros};
use crate::{StoreError, Tx};

/// A few at a time, and none that another guess is just forgetting.
macro_rules! forget_over {
    ($dialect:ident) => {
        concat!(
            "delete from stranger_guess where who in (select who from stranger_guess where ends_at <= $1 \
             order by ends_at limit 20",
            skip_locked!($dialect),
            ")"
        )
    };
}

/// How many guesses somebody has made, and when they are forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StrangerGuesses {
    pub count: i64,
    pub forgotten_at: Timestamp,
}

impl Tx {
    /// How many guesses `who` has made, an address or all together at one session.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn stranger_guesses(
        &mut self,
        who: &str,
        now: Timestamp,
    ) -> Result<Option<StrangerGuesses>, StoreError> {
        let sql = "select guesses, ends_at from stranger_guess where who = $1 and ends_at > $2";
        let found = fetch_optional!(self, (i64, i64), sql, who, micros(now))?;
        let read = |(count, ends_at)| {
            let forgotten_at = instant("stranger_guess.ends_at", ends_at)?;
            Ok(StrangerGuesses { count, forgotten_at })
        };
        found.map(read).transpose()
    }

    /// Counts a guess: the first begins a window that ends at `ends_at`. Gives how many there are in it. Commit before
    /// comparing, so that guesses at the same moment all count; drop the transaction for one that is too many.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn count_stranger_guess(
        &mut self,
        who: &str,
        now: Timestamp,
        ends_at: Timestamp,
    ) -> Result<i64, StoreError> {
        let sql = "insert into stranger_guess (who, guesses, ends_at) values ($1, 1, $3) \
                   on conflict (who) do update set \
                   guesses = case when stranger_guess.ends_at > $2 then stranger_guess.guesses + 1 else 1 end, \
                   ends_at = case when stranger_guess.ends_at > $2 then stranger_guess.ends_at else $3 end \
                   returning guesses";
        let counted = fetch_optional!(self, (i64,), sql, who, micros(now), micros(ends_at))?;
        Ok(counted.map_or(1, |(count,)| count))
    }

    /// Gives back a guess that was right.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn return_stranger_guess(&mut self, who: &str) -> Result<(), StoreError> {
        let sql = "update stranger_guess set guesses = guesses - 1 where who = $1 and guesses > 0";
        execute!(self, sql, who)?;
        Ok(())
    }

    /// Deletes some of the windows that are over. In a transaction of its own: whoever counts holds rows that it may
    /// wait for.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn forget_stranger_guesses(&mut self, now: Timestamp) -> Result<(), StoreError> {
        execute!(self, sql_for!(self, forget_over!()), micros(now))?;
        Ok(())
    }
}
