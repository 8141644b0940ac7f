//! Addresses to which events are sent. Their secrets come and go sealed.

use openvisit_core::Timestamp;
use openvisit_core::delivery::Interest;
use openvisit_core::ids::WebhookId;
use sqlx::{AssertSqlSafe, FromRow};

use crate::value::{from_json, instant, micros, optional_instant, parse, parse_optional, to_json};
use crate::{StoreError, Target, Tx};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    pub id: WebhookId,
    pub url: String,
    pub interest: Interest,
    pub sealed_secret: Vec<u8>,
    /// What messages are signed with as well.
    pub old_secret: Option<OldSecret>,
    /// Whether events come with the booking's metadata.
    pub wants_metadata: bool,
    /// Nothing is sent to it; what happens meanwhile is kept until it is enabled again.
    pub disabled: bool,
    pub created_at: Timestamp,
}

/// The secret before the latest one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OldSecret {
    pub sealed: Vec<u8>,
    pub until: Timestamp,
}

const COLUMNS: &str = "id, url, events, organization_id, secret, disabled, created_at, wants_metadata, old_secret, \
                       old_secret_until";

#[derive(FromRow)]
struct WebhookRow {
    id: String,
    url: String,
    events: Option<String>,
    organization_id: Option<String>,
    secret: Vec<u8>,
    disabled: bool,
    created_at: i64,
    wants_metadata: bool,
    old_secret: Option<Vec<u8>>,
    old_secret_until: Option<i64>,
}

impl TryFrom<WebhookRow> for Webhook {
    type Error = StoreError;

    fn try_from(row: WebhookRow) -> Result<Self, StoreError> {
        let until = optional_instant("webhook.old_secret_until", row.old_secret_until)?;
        Ok(Self {
            id: parse("webhook.id", &row.id)?,
            url: row.url,
            interest: interest(row.events.as_deref(), row.organization_id.as_deref())?,
            sealed_secret: row.secret,
            old_secret: row.old_secret.zip(until).map(|(sealed, until)| OldSecret { sealed, until }),
            wants_metadata: row.wants_metadata,
            disabled: row.disabled,
            created_at: instant("webhook.created_at", row.created_at)?,
        })
    }
}

fn interest(events: Option<&str>, organization: Option<&str>) -> Result<Interest, StoreError> {
    Ok(Interest {
        events: events.map(|text| from_json("webhook.events", text)).transpose()?,
        organization_id: parse_optional("webhook.organization_id", organization)?,
    })
}

impl Tx {
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn insert_webhook(&mut self, webhook: &Webhook) -> Result<(), StoreError> {
        let sql = AssertSqlSafe(format!(
            "insert into webhook ({COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        ));
        execute!(
            self,
            sql,
            webhook.id.to_string(),
            &webhook.url,
            webhook.interest.events.as_ref().map(to_json).transpose()?,
            webhook.interest.organization_id.map(|id| id.to_string()),
            &webhook.sealed_secret,
            webhook.disabled,
            micros(webhook.created_at),
            webhook.wants_metadata,
            webhook.old_secret.as_ref().map(|old| old.sealed.as_slice()),
            webhook.old_secret.as_ref().map(|old| micros(old.until)),
        )?;
        Ok(())
    }

    /// Replaces what may change of a webhook: all but its secrets.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is not there.
    pub async fn update_webhook(&mut self, webhook: &Webhook) -> Result<(), StoreError> {
        let sql = "update webhook set url = $2, events = $3, organization_id = $4, disabled = $5, wants_metadata = $6 where id = $1";
        let updated = execute!(
            self,
            sql,
            webhook.id.to_string(),
            &webhook.url,
            webhook.interest.events.as_ref().map(to_json).transpose()?,
            webhook.interest.organization_id.map(|id| id.to_string()),
            webhook.disabled,
            webhook.wants_metadata,
        )?;
        if updated == 0 { Err(StoreError::Conflict) } else { Ok(()) }
    }

    /// Gives a webhook another secret; the one that it has is the old one until then.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is not there.
    pub async fn rotate_secret(
        &mut self,
        id: WebhookId,
        sealed: &[u8],
        until: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "update webhook set old_secret = secret, old_secret_until = $3, secret = $2 where id = $1";
        let updated = execute!(self, sql, id.to_string(), sealed, micros(until))?;
        if updated == 0 { Err(StoreError::Conflict) } else { Ok(()) }
    }

    /// Forgets a webhook and all that was on its way to it; whether it was there.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delete_webhook(&mut self, id: WebhookId) -> Result<bool, StoreError> {
        let deleted = execute!(self, "delete from webhook where id = $1", id.to_string())?;
        execute!(self, "delete from delivery where target = $1", Target::Webhook(id).to_string())?;
        Ok(deleted > 0)
    }

    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn webhook(&mut self, id: WebhookId) -> Result<Option<Webhook>, StoreError> {
        let sql = AssertSqlSafe(format!("select {COLUMNS} from webhook where id = $1"));
        fetch_optional!(self, WebhookRow, sql, id.to_string())?.map(Webhook::try_from).transpose()
    }

    /// A page of webhooks, oldest first, beginning after one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn webhooks(
        &mut self,
        after: Option<WebhookId>,
        limit: u32,
    ) -> Result<Vec<Webhook>, StoreError> {
        let sql = AssertSqlSafe(format!("select {COLUMNS} from webhook where id > $1 order by id limit $2"));
        let after = after.map(|id| id.to_string()).unwrap_or_default();
        let rows = fetch_all!(self, WebhookRow, sql, after, i64::from(limit))?;
        rows.into_iter().map(Webhook::try_from).collect()
    }

    /// The webhooks for which an event waits that may be tried now.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn due_webhooks(&mut self, now: Timestamp) -> Result<Vec<Webhook>, StoreError> {
        let sql = AssertSqlSafe(format!(
            "select {COLUMNS} from webhook w where not disabled and exists (select 1 from delivery d \
             where d.target = w.id and d.state = 'pending' and d.due_at <= $1 \
             and (d.leased_until is null or d.leased_until <= $1)) order by id"
        ));
        let rows = fetch_all!(self, WebhookRow, sql, micros(now))?;
        rows.into_iter().map(Webhook::try_from).collect()
    }

    /// What each webhook wants to hear of, the disabled ones too: later, when they are enabled again.
    pub(crate) async fn interests(&mut self) -> Result<Vec<(WebhookId, Interest)>, StoreError> {
        let sql = "select id, events, organization_id from webhook";
        let rows = fetch_all!(self, (String, Option<String>, Option<String>), sql)?;
        rows.into_iter()
            .map(|(id, events, organization)| {
                Ok((parse("webhook.id", &id)?, interest(events.as_deref(), organization.as_deref())?))
            })
            .collect()
    }
}
