//! One try to bring an event to a webhook.

use std::error::Error;
use std::sync::OnceLock;
use std::time::Duration;

use openvisit_store::{Attempt, Failure, Webhook};
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, StatusCode, redirect};
use url::Url;

use super::addresses::{Addresses, Refused};
use super::{cloud_event, secret};
use crate::app::App;
use crate::seal::Of;

/// From the connection to the answer's head; the rest of the answer is not read.
const TIME_OUT: Duration = Duration::from_secs(15);

/// The HTTP client of all webhooks.
pub(super) struct Sender {
    addresses: Addresses,
    time_out: Duration,
    client: OnceLock<Client>,
}

impl Sender {
    pub(super) fn new(addresses: Addresses) -> Self {
        Self { addresses, time_out: TIME_OUT, client: OnceLock::new() }
    }

    /// Made when first needed: reading the system's certificates takes its time.
    fn client(&self) -> reqwest::Result<Client> {
        if let Some(client) = self.client.get() {
            return Ok(client.clone());
        }
        let client = Client::builder()
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

/// Sends an event; gives the status of the answer that took it.
pub(super) async fn send(app: &App, webhook: &Webhook, attempt: &Attempt) -> Result<u16, Failure> {
    let fails = |reason| Failure { status: None, reason };
    let url: Url = webhook.url.parse().map_err(|_| fails("url"))?;
    app.outbox.addresses.check_literal(&url).map_err(|Refused| fails("refused_address"))?;
    let secret = app
        .sealer
        .open(Of::WebhookSecret(webhook.id), &webhook.sealed_secret)
        .map_err(|_| fails("secret_unreadable"))?;
    let id = attempt.event.id.to_string();
    let timestamp = app.clock.now().as_second();
    let body = cloud_event::body(attempt, &app.settings.public_url()).to_string();
    let signature =
        secret::signature(&secret, &id, timestamp, &body).ok_or_else(|| fails("secret_unreadable"))?;
    let request = app
        .outbox
        .sender
        .client()
        .map_err(|_| fails("client"))?
        .post(url)
        .header(CONTENT_TYPE, cloud_event::CONTENT_TYPE)
        .header("webhook-id", id)
        .header("webhook-timestamp", timestamp)
        .header("webhook-signature", signature)
        .body(body);
    match request.send().await {
        Ok(answer) if answer.status().is_success() => Ok(answer.status().as_u16()),
        Ok(answer) => {
            let status = answer.status();
            Err(Failure { status: Some(status.as_u16()), reason: reason(status) })
        }
        Err(error) => Err(fails(cause(&error))),
    }
}

fn reason(status: StatusCode) -> &'static str {
    match status {
        StatusCode::GONE => "gone",
        _ if status.is_redirection() => "redirect",
        _ => "status",
    }
}

fn cause(error: &reqwest::Error) -> &'static str {
    let mut causes = std::iter::successors(error.source(), |cause| (*cause).source());
    if causes.any(|cause| cause.is::<Refused>()) {
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
        crate::tls::choose_provider();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let mut sender = Sender::new(Addresses::new(vec![]));
        sender.time_out = Duration::from_millis(50);
        let error = sender.client().unwrap().post(url).send().await.unwrap_err();
        assert_eq!(cause(&error), "timeout");
    }

    #[tokio::test]
    async fn a_name_is_looked_at_when_it_is_connected_to() {
        crate::tls::choose_provider();
        let sender = Sender::new(Addresses::new(vec![]));
        let error = sender.client().unwrap().post("http://localhost:9/").send().await.unwrap_err();
        assert_eq!(cause(&error), "refused_address");
    }
}
