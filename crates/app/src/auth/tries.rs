//! One try at a password. It is counted against its account before it is made, and given back when it was right; tries at
//! one account go one after the other, so that right ones at once never hold each other up. Of an address only failures
//! count: many people may be behind it. Who signed in before on a device has a budget of their own there, so that a
//! stranger's tries shut nobody out.

use std::net::IpAddr;

use jiff::SignedDuration;
use openvisit_store::Tx;

use super::budget::{self, Budget, Guesser};
use super::device;
use super::throttle::{Turn, network};
use crate::app::App;
use crate::error::Error;

const WITHIN: SignedDuration = SignedDuration::from_mins(15);
const PER_ACCOUNT: Budget = Budget { guesses: 10, within: WITHIN };
const PER_ADDRESS: Budget = Budget { guesses: 100, within: WITHIN };
/// As many tries more may come from one address before its failures count.
const AT_ONCE_PER_ADDRESS: usize = 8;

/// A try that is under way. Dropped, it counts as a failure of the account's.
#[derive(Debug)]
pub struct Try {
    account: Guesser,
    /// A device that is known answers for itself.
    address: Option<Guesser>,
    _turns: Vec<Turn>,
}

impl Try {
    /// Waits for its turn, and counts. `devices` is what the browser remembers of those who signed in there.
    ///
    /// # Errors
    /// `too_many_requests` where too many failed before, and those of the store.
    pub async fn begin(app: &App, account: &str, from: IpAddr, devices: Option<&str>) -> Result<Self, Error> {
        let account = account.trim().to_lowercase();
        let who =
            |kind: &str, what: &str| app.sealer.fingerprint(&[b"login", kind.as_bytes(), what.as_bytes()]);
        let known = devices.and_then(|devices| device::known(&app.sealer, &account, devices));
        let (account, address) = match known {
            Some(device) => (format!("device {}", who("device", device)), None),
            None => (
                format!("account {}", who("account", &account)),
                Some(format!("failed {}", who("address", &network(from).to_string()))),
            ),
        };
        let mut turns = vec![app.logins.turn(&account, 1).await?];
        if let Some(address) = &address {
            turns.push(app.logins.turn(address, AT_ONCE_PER_ADDRESS).await?);
        }
        let (account, address) = ((account, PER_ACCOUNT), address.map(|address| (address, PER_ADDRESS)));
        budget::expect(&mut app.store.read().await?, address.as_slice(), app.clock.now()).await?;
        budget::count(app, std::slice::from_ref(&account)).await?;
        Ok(Self { account, address, _turns: turns })
    }

    /// It was wrong: the address is told apart by that.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn failed(self, app: &App) -> Result<(), Error> {
        let Some(address) = self.address else { return Ok(()) };
        match budget::count(app, &[address]).await {
            // Others of the same address were faster.
            Ok(_) | Err(Error::TooManyRequests { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// It was right: what it took is given back, once `tx` is committed. Keep it until then.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn succeeded(&self, tx: &mut Tx) -> Result<(), Error> {
        Ok(tx.return_stranger_guess(&self.account.0).await?)
    }
}
