//! How much a thread takes in before it looks at what else there is: under more packets than it can carry, joins, hang-ups
//! and timers have their turn all the same.

/// Batches from one socket, 32 datagrams each: three milliseconds of work.
const BATCHES: usize = 8;
/// Commands. The answer to an offer takes a millisecond, in which no packet is forwarded.
pub(super) const COMMANDS: usize = 4;

/// Takes batch after batch until the source says that it is empty, or has had its turn. True where it may have more: nothing
/// else will tell, since a socket that was not emptied raises no new event.
pub(super) fn take<E>(mut batch: impl FnMut() -> Result<bool, E>) -> Result<bool, E> {
    for _ in 0..BATCHES {
        if !batch()? {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_that_is_never_empty_has_its_turn_and_no_more() {
        let mut taken = 0;
        let mut full = || {
            taken += 1;
            Ok::<_, ()>(true)
        };
        assert_eq!(take(&mut full), Ok(true));
        assert_eq!(take(&mut full), Ok(true));
        assert_eq!(taken, 2 * BATCHES);
    }

    #[test]
    fn an_empty_source_is_left_at_once() {
        let mut left = 3;
        let last = || {
            left -= 1;
            Ok::<_, ()>(left > 0)
        };
        assert_eq!(take(last), Ok(false));
        assert_eq!(left, 0);
        assert_eq!(take(|| Err::<bool, _>("broken")), Err("broken"));
    }
}
