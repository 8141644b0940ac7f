//! Slows down whoever tries passwords: failures are counted per account and per client address.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use crate::error::Error;

/// Failures are forgotten this long after the first of them.
const WINDOW: SignedDuration = SignedDuration::from_mins(15);
const PER_ACCOUNT: u32 = 10;
const PER_ADDRESS: u32 = 100;
/// As much is remembered; when more come at once, the oldest windows are forgotten.
const CAPACITY: usize = 20_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Key {
    /// The first half of a hash of the e-mail address: memory holds no addresses.
    Account([u8; 16]),
    /// IPv6 by its /64, since one customer has all of that.
    Address(IpAddr),
}

#[derive(Clone, Copy)]
struct Window {
    since: Timestamp,
    tries: u32,
}

/// The memory of failed logins.
#[derive(Default)]
pub struct Throttle {
    windows: Mutex<HashMap<Key, Window>>,
}

impl Throttle {
    /// Counts a try before it is made, so that tries at the same time count too.
    ///
    /// # Errors
    /// [`Error::TooManyRequests`] where too many came before.
    pub fn begin(&self, account: &str, from: IpAddr, now: Timestamp) -> Result<(), Error> {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let keys = keys(account, from);
        let wait = keys.iter().filter_map(|(key, most)| wait(windows.get(key), *most, now)).max();
        if let Some(retry_after_seconds) = wait {
            return Err(Error::TooManyRequests { retry_after_seconds });
        }
        for (key, _) in keys {
            if windows.len() >= CAPACITY && !windows.contains_key(&key) {
                make_room(&mut windows, now);
            }
            let window = windows.entry(key).or_insert(Window { since: now, tries: 0 });
            if is_over(window, now) {
                *window = Window { since: now, tries: 0 };
            }
            window.tries += 1;
        }
        Ok(())
    }

    /// The try was right: the account's count begins anew, and the address is given its try back.
    pub fn succeeded(&self, account: &str, from: IpAddr) {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let [(account, _), (address, _)] = keys(account, from);
        windows.remove(&account);
        if let Some(window) = windows.get_mut(&address) {
            window.tries = window.tries.saturating_sub(1);
        }
    }
}

fn keys(account: &str, from: IpAddr) -> [(Key, u32); 2] {
    let digest = Sha256::digest(account.trim().to_lowercase().as_bytes());
    let mut half = [0; 16];
    half.copy_from_slice(&digest[..16]);
    [(Key::Account(half), PER_ACCOUNT), (Key::Address(network(from)), PER_ADDRESS)]
}

/// Whose address it is: IPv6 by its /64, since one customer has all of that.
#[must_use]
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
        v4 @ IpAddr::V4(_) => v4,
    }
}

fn is_over(window: &Window, now: Timestamp) -> bool {
    window.since.duration_until(now) >= WINDOW
}

fn wait(window: Option<&Window>, most: u32, now: Timestamp) -> Option<i64> {
    let window = window.filter(|window| window.tries >= most && !is_over(window, now))?;
    Some((WINDOW - window.since.duration_until(now)).as_secs().max(1))
}

/// Forgets what is over; where that is not enough, the older half.
fn make_room(windows: &mut HashMap<Key, Window>, now: Timestamp) {
    windows.retain(|_, window| !is_over(window, now));
    if windows.len() >= CAPACITY {
        let mut begun: Vec<Timestamp> = windows.values().map(|window| window.since).collect();
        let (_, middle, _) = begun.select_nth_unstable(CAPACITY / 2);
        let middle = *middle;
        windows.retain(|_, window| window.since > middle);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);

    fn address(last: u32) -> IpAddr {
        IpAddr::from(last.to_be_bytes())
    }

    #[test]
    fn an_account_is_closed_after_ten_failures_and_opens_again() {
        let throttle = Throttle::default();
        for n in 0..10 {
            throttle.begin("a@example.org", address(n), NOW).unwrap();
        }
        let later = NOW + SignedDuration::from_mins(5);
        let refused = throttle.begin("A@Example.org ", address(99), later);
        assert_eq!(refused, Err(Error::TooManyRequests { retry_after_seconds: 600 }));
        throttle.begin("b@example.org", address(1), later).unwrap();
        throttle.begin("a@example.org", address(99), NOW + WINDOW).unwrap();
    }

    #[test]
    fn an_address_is_closed_whatever_accounts_it_tries() {
        let throttle = Throttle::default();
        for n in 0..100 {
            throttle.begin(&format!("{n}@example.org"), address(7), NOW).unwrap();
        }
        assert!(throttle.begin("x@example.org", address(7), NOW).is_err());
    }

    #[test]
    fn who_knows_the_password_is_never_slowed_down() {
        let throttle = Throttle::default();
        for _ in 0..1_000 {
            throttle.begin("a@example.org", address(7), NOW).unwrap();
            throttle.succeeded("a@example.org", address(7));
        }
    }

    #[test]
    fn ipv6_counts_by_network() {
        let throttle = Throttle::default();
        for n in 0..100_u16 {
            let from = IpAddr::from([0x2001, 0xdb8, 0, 0, 0, 0, 0, n]);
            throttle.begin(&format!("{n}@example.org"), from, NOW).unwrap();
        }
        assert!(throttle.begin("x", "2001:db8::ffff".parse().unwrap(), NOW).is_err());
    }

    #[test]
    fn memory_is_bounded() {
        let throttle = Throttle::default();
        for n in 0..3 * u32::try_from(CAPACITY).unwrap() {
            let now = NOW + SignedDuration::from_micros(i64::from(n));
            throttle.begin(&n.to_string(), address(n), now).unwrap();
        }
        assert!(throttle.windows.lock().unwrap().len() <= CAPACITY + 1);
    }
}
