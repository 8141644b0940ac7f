//! Turns at something that is tried by many at once, such as an account or from an address.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::Error;

/// So many turns are remembered before those that nobody waits for are forgotten.
const TIDY_AT: usize = 1_000;

/// Who is trying just now, here.
#[derive(Debug, Default)]
pub struct Throttle {
    turns: Mutex<HashMap<String, Weak<Semaphore>>>,
}

/// Until it is dropped, it is ours.
#[derive(Debug)]
pub struct Turn(#[expect(dead_code, reason = "dropping it lets go")] OwnedSemaphorePermit);

impl Throttle {
    /// Waits until fewer than `at_once` others are at it.
    ///
    /// # Errors
    /// Only a fault of ours.
    pub async fn turn(&self, who: &str, at_once: usize) -> Result<Turn, Error> {
        let turns = {
            let mut all = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
            if all.len() >= TIDY_AT {
                all.retain(|_, turns| turns.strong_count() > 0);
            }
            let known = all.get(who).and_then(Weak::upgrade);
            known.unwrap_or_else(|| {
                let turns = Arc::new(Semaphore::new(at_once));
                all.insert(who.to_owned(), Arc::downgrade(&turns));
                turns
            })
        };
        turns.acquire_owned().await.map(Turn).map_err(Error::internal)
    }
}

/// Whose address it is: IPv6 by its /64, since one customer has all of that.
#[must_use]
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ipv6_counts_by_network() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
    }

    #[tokio::test]
    async fn turns_at_one_are_taken_one_after_the_other_and_forgotten() {
        let throttle = Throttle::default();
        let first = throttle.turn("a", 1).await.unwrap();
        let mut second = Box::pin(throttle.turn("a", 1));
        assert!(futures_is_pending(second.as_mut()));
        throttle.turn("b", 1).await.unwrap();
        drop(first);
        drop(second.await.unwrap());
        for n in 0..TIDY_AT * 2 {
            throttle.turn(&n.to_string(), 1).await.unwrap();
        }
        assert!(throttle.turns.lock().unwrap().len() <= TIDY_AT);
    }

    fn futures_is_pending<T>(future: std::pin::Pin<&mut impl Future<Output = T>>) -> bool {
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        future.poll(&mut context).is_pending()
    }
}
