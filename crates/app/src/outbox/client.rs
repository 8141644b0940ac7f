//! The HTTP client of all webhooks.

use std::error::Error;
use std::sync::OnceLock;
use std::time::Duration;

use reqwest::redirect;

use super::addresses::{Addresses, Refused};

/// From the connection to the answer's head; the rest of the answer is not read.
const TIME_OUT: Duration = Duration::from_secs(15);

/// The HTTP client of all webhooks.
pub(super) struct Client {
    addresses: Addresses,
    time_out: Duration,
    client: OnceLock<reqwest::Client>,
}

impl Client {
    pub(super) fn new(addresses: Addresses) -> Self {
        Self { addresses, time_out: TIME_OUT, client: OnceLock::new() }
    }

    /// Made when first needed: reading the system's certificates takes its time.
    pub(super) fn get(&self) -> reqwest::Result<reqwest::Client> {
        if let Some(client) = self.client.get() {
            return Ok(client.clone());
        }
        let client = reqwest::Client::builder()
            .timeout(self.time_out)
            .redirect(redirect::Policy::none())
            // A proxy would resolve the name itself.
            .no_proxy()
            .dns_resolver(self.addresses.clone())
            .user_agent(concat!("OpenVisit/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(self.client.get_or_init(|| client).clone())
    }
}

/// Why nothing was answered.
pub(super) fn cause(error: &reqwest::Error) -> &'static str {
    let mut causes = std::iter::successors(error.source(), |cause| (*cause).source());
    if causes.any(<dyn Error>::is::<Refused>) {
        "refused_address"
    } else if error.is_timeout() {
        "timeout"
    } else {
        "connection"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_receiver_that_says_nothing_is_given_up_on() {
        crate::crypto::choose_provider();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let mut client = Client::new(Addresses::new(vec![]));
        client.time_out = Duration::from_millis(50);
        let error = client.get().unwrap().post(url).send().await.unwrap_err();
        assert_eq!(cause(&error), "timeout");
    }

    #[tokio::test]
    async fn a_name_is_looked_at_when_it_is_connected_to() {
        crate::crypto::choose_provider();
        let client = Client::new(Addresses::new(vec![]));
        let error = client.get().unwrap().post("http://localhost:9/").send().await.unwrap_err();
        assert_eq!(cause(&error), "refused_address");
    }
}
