//! Addresses to which events are sent: made, changed, forgotten, and sent to again.

use jiff::SignedDuration;
use openvisit_core::delivery::{Interest, PATIENCE};
use openvisit_core::ids::{EventId, OrganizationId, WebhookId};
use openvisit_store::{Delivery, OldSecret, Round, Target, Webhook};
use url::Url;

use crate::app::App;
use crate::error::{Error, FieldCode};
use crate::outbox::secret;
use crate::people::rules;
use crate::seal::Of;

/// For so long messages are signed with the secret before, too.
const OLD_SECRET: SignedDuration = SignedDuration::from_hours(24);

/// What changes of a webhook; what is not given stays. An inner `None` means all.
#[derive(Clone, Debug, Default)]
pub struct WebhookChanges {
    pub url: Option<String>,
    pub events: Option<Option<Vec<String>>>,
    pub organization_id: Option<Option<OrganizationId>>,
    pub wants_metadata: Option<bool>,
    pub disabled: Option<bool>,
}

/// Lets events be sent to an address. Gives the secret that messages are signed with, this once.
///
/// # Errors
/// `invalid` for an address to which nothing may be sent, and for an unknown organization.
pub async fn add(
    app: &App,
    url: &str,
    interest: Interest,
    wants_metadata: bool,
) -> Result<(Webhook, String), Error> {
    let id = WebhookId::new(app.seed());
    let secret = secret::generate();
    let webhook = Webhook {
        id,
        url: address(app, url).await?,
        interest,
        sealed_secret: app.sealer.seal(Of::WebhookSecret(id), &secret).map_err(Error::internal)?,
        old_secret: None,
        wants_metadata,
        disabled: false,
        created_at: app.clock.now(),
    };
    let mut tx = app.store.begin().await?;
    rules::organization(&mut tx, webhook.interest.organization_id).await?;
    tx.insert_webhook(&webhook).await?;
    tx.commit().await?;
    Ok((webhook, secret))
}

/// Changes a webhook; its secret stays. Enabled again, it gets what happened meanwhile, as far back as tries go.
///
/// # Errors
/// As [`add`], and `not_found`.
pub async fn change(app: &App, id: WebhookId, changes: WebhookChanges) -> Result<Webhook, Error> {
    let url = match &changes.url {
        Some(url) => Some(address(app, url).await?),
        None => None,
    };
    let mut tx = app.store.begin().await?;
    let mut webhook = tx.webhook(id).await?.ok_or(Error::NotFound)?;
    if let Some(url) = url {
        webhook.url = url;
    }
    if let Some(events) = changes.events {
        webhook.interest.events = events;
    }
    if let Some(organization) = changes.organization_id {
        rules::organization(&mut tx, organization).await?;
        webhook.interest.organization_id = organization;
    }
    webhook.wants_metadata = changes.wants_metadata.unwrap_or(webhook.wants_metadata);
    let is_back = webhook.disabled && changes.disabled == Some(false);
    webhook.disabled = changes.disabled.unwrap_or(webhook.disabled);
    tx.update_webhook(&webhook).await?;
    if is_back {
        let now = app.clock.now();
        let (kept, given_up) = tx.resume(Target::Webhook(id), now - PATIENCE, now).await?;
        tracing::info!(webhook = %id, kept, given_up, "a webhook was enabled and gets what waited for it");
    }
    tx.commit().await?;
    app.outbox.wake();
    Ok(webhook)
}

/// Gives a webhook another secret, and shows it this once. The one before stays valid for a day.
///
/// # Errors
/// `not_found`.
pub async fn rotate(app: &App, id: WebhookId) -> Result<(Webhook, String), Error> {
    let secret = secret::generate();
    let sealed = app.sealer.seal(Of::WebhookSecret(id), &secret).map_err(Error::internal)?;
    let mut tx = app.store.begin().await?;
    let webhook = tx.webhook(id).await?.ok_or(Error::NotFound)?;
    let until = app.clock.now() + OLD_SECRET;
    tx.rotate_secret(id, &sealed, until).await?;
    tx.commit().await?;
    let old_secret = Some(OldSecret { sealed: webhook.sealed_secret, until });
    Ok((Webhook { sealed_secret: sealed, old_secret, ..webhook }, secret))
}

/// Forgets a webhook: nothing more is sent to it.
///
/// # Errors
/// `not_found`.
pub async fn forget(app: &App, id: WebhookId) -> Result<(), Error> {
    let mut tx = app.store.begin().await?;
    if !tx.delete_webhook(id).await? {
        return Err(Error::NotFound);
    }
    Ok(tx.commit().await?)
}

/// Sends an event again, whatever became of it, with the same id. Gives what became of it in each round before, too.
///
/// # Errors
/// `not_found`, and `conflict` for a disabled webhook.
pub async fn redeliver(app: &App, id: WebhookId, event: EventId) -> Result<(Delivery, Vec<Round>), Error> {
    let mut tx = app.store.begin().await?;
    let webhook = tx.webhook(id).await?.ok_or(Error::NotFound)?;
    if webhook.disabled {
        return Err(Error::Conflict("the webhook is disabled; enable it first".to_owned()));
    }
    let target = Target::Webhook(id);
    if !tx.redeliver(target, event, app.clock.now()).await? {
        return Err(Error::NotFound);
    }
    let delivery = tx.delivery(target, event).await?.ok_or(Error::NotFound)?;
    let rounds = tx.earlier_rounds(target, &[event]).await?.remove(&event).unwrap_or_default();
    tx.commit().await?;
    app.outbox.wake();
    Ok((delivery, rounds))
}

/// The address in its normal form, if events may be sent there.
async fn address(app: &App, url: &str) -> Result<String, Error> {
    let wrong = |code, why: &str| Error::invalid("url", code, why);
    let url: Url = url.parse().map_err(|_| wrong(FieldCode::Malformed, "is no URL"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong(FieldCode::Malformed, "must begin with https:// or http://"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong(FieldCode::CredentialsInUrl, "must not hold a user name or password"));
    }
    let private = "leads to an address that is not public; see webhook_allowed_networks";
    app.outbox.addresses.check(&url).await.map_err(|_| wrong(FieldCode::NotPublic, private))?;
    Ok(url.into())
}
