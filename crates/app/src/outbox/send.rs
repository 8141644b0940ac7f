//! One try to bring an event to a webhook.

use openvisit_core::delivery::refuses_for_good;
use openvisit_store::{Attempt, Failure, Webhook};
use reqwest::StatusCode;
use reqwest::header::CONTENT_TYPE;
use url::Url;

use super::addresses::Refused;
use super::client::cause;
use super::{cloud_event, secret};
use crate::app::App;
use crate::seal::Of;

/// Sends an event; gives the status of the answer that took it.
pub(super) async fn send(app: &App, webhook: &Webhook, attempt: &Attempt) -> Result<u16, Failure> {
    let fails = |reason| Failure { status: None, reason };
    let url: Url = webhook.url.parse().map_err(|_| fails("url"))?;
    app.outbox.addresses.check_literal(&url).map_err(|Refused| fails("refused_address"))?;
    let id = attempt.event.id.to_string();
    let timestamp = app.clock.now().as_second();
    let body = cloud_event::body_for(app, attempt, webhook.wants_metadata).to_string();
    let signature =
        signatures(app, webhook, &id, timestamp, &body).ok_or_else(|| fails("secret_unreadable"))?;
    let request = app
        .outbox
        .client
        .get()
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
        Err(error) => {
            let reason = cause(&error);
            // Without the address, which may carry what is not to be logged.
            let error = anyhow::Error::new(error.without_url());
            let (webhook, event) = (webhook.id, attempt.event.id);
            tracing::info!(%webhook, %event, reason, error = format_args!("{error:#}"), "a webhook was not reached");
            Err(fails(reason))
        }
    }
}

/// With each secret that is valid, the latest first; `None` where one cannot be read.
fn signatures(app: &App, webhook: &Webhook, id: &str, timestamp: i64, body: &str) -> Option<String> {
    let old = webhook.old_secret.as_ref().filter(|old| app.clock.now() < old.until).map(|old| &old.sealed);
    let signed = [&webhook.sealed_secret].into_iter().chain(old).map(|sealed| {
        let secret = app.sealer.open(Of::WebhookSecret(webhook.id), sealed).ok()?;
        secret::signature(&secret, id, timestamp, body)
    });
    Some(signed.collect::<Option<Vec<_>>>()?.join(" "))
}

fn reason(status: StatusCode) -> &'static str {
    match status {
        StatusCode::GONE => "gone",
        _ if refuses_for_good(Some(status.as_u16())) => "refused",
        _ if status.is_redirection() => "redirect",
        _ => "status",
    }
}
