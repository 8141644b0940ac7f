//! E-mails to people: what a change of an appointment causes is stored with it ([`enqueue`]), and written and sent
//! afterwards ([`run`]). Without `[mail]` in the settings nothing of it happens.

pub mod calendar;
mod compose;
mod decide;
pub mod email;
pub(crate) mod enqueue;
pub mod run;
pub mod smtp;
pub mod texts;
pub mod times;

use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use lettre::address::Envelope;
use openvisit_core::ids::{EmailId, Seed};
use openvisit_store::StoredEmail;
use tokio::sync::Notify;

use crate::app::App;
use crate::error::Error;
use crate::settings::Settings;
use crate::settings::mail::{Mail, MailServer, mailbox};
use email::{Content, Sender, addressee};
use smtp::{Refused, Smtp, Taken};
use texts::{House, Templates};

/// What the rest of the application knows of e-mails.
pub struct Messages {
    mailer: Option<Mailer>,
    wake: Notify,
    works: Mutex<Option<bool>>,
}

impl Messages {
    /// # Errors
    /// What of the settings cannot be used.
    pub fn new(settings: &Settings) -> anyhow::Result<Self> {
        Ok(Self { mailer: Mailer::of(settings)?, wake: Notify::new(), works: Mutex::default() })
    }

    /// Whether e-mails are sent.
    #[must_use]
    pub fn are_on(&self) -> bool {
        self.mailer.is_some()
    }

    /// Whether the mail server took what it was last given; `None` before the first.
    #[must_use]
    pub fn work(&self) -> Option<bool> {
        *self.works.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn learn(&self, works: bool) {
        *self.works.lock().unwrap_or_else(PoisonError::into_inner) = Some(works);
    }

    /// Some were stored: send them now.
    pub fn wake(&self) {
        if self.are_on() {
            self.wake.notify_one();
        }
    }

    async fn woken(&self) {
        self.wake.notified().await;
    }

    fn mailer(&self) -> Option<&Mailer> {
        self.mailer.as_ref()
    }

    fn per_minute(&self) -> Option<usize> {
        let most = self.mailer.as_ref()?.settings.per_minute;
        (most > 0).then(|| usize::try_from(most).unwrap_or(usize::MAX))
    }
}

/// Lets a message be sent again, whatever became of it; `None` where there is none of this id.
///
/// # Errors
/// `conflict` where no e-mail is sent, and those of the store.
pub async fn resend(app: &App, id: EmailId) -> Result<Option<StoredEmail>, Error> {
    if !app.messages.are_on() {
        return Err(Error::Conflict("this server sends no e-mail: mail.url is not set".to_owned()));
    }
    let mut tx = app.store.begin().await?;
    tx.resend_email(id, app.clock.now()).await?;
    let email = tx.email(id).await?;
    tx.commit().await?;
    app.messages.wake();
    Ok(email)
}

/// Who sends e-mails.
pub struct Mailer {
    pub sender: Sender,
    pub smtp: Smtp,
    pub settings: Mail,
    pub templates: Templates,
}

impl Mailer {
    /// `None` where the settings name no mail server.
    ///
    /// # Errors
    /// What of the settings cannot be used.
    pub fn of(settings: &Settings) -> anyhow::Result<Option<Self>> {
        let Some(mail) = &settings.mail else { return Ok(None) };
        let wrong = |key: &str, why: &str| anyhow::anyhow!("mail.{key}: {why}");
        let server = MailServer::parse(mail.url.expose()).map_err(|why| wrong("url", why))?;
        let address = |key: &str, text: &str| mailbox(text).ok_or_else(|| wrong(key, "is no e-mail address"));
        let from = address("from", &mail.from)?;
        let reply_to = mail.reply_to.as_deref().map(|text| address("reply_to", text)).transpose()?;
        let sender = Sender { from, reply_to };
        let templates = Templates::load(mail.templates.as_deref(), house(settings))?;
        Ok(Some(Self { sender, smtp: Smtp::new(server, &machine()), settings: mail.clone(), templates }))
    }

    /// Sends one that says that mail works.
    ///
    /// # Errors
    /// It is no address. Then why it was not taken.
    pub async fn check(
        &self,
        to: &str,
        name: &str,
        now: Timestamp,
    ) -> anyhow::Result<Result<Taken, Refused>> {
        let to = addressee("", to).map_err(|_| anyhow::anyhow!("{to:?} is no e-mail address"))?;
        let content = Content {
            subject: format!("{name}: e-mail works"),
            text: format!(
                "This message was sent by `openvisit mail check`.\r\n\r\n{name} can send e-mail, from {}.\r\n",
                self.sender.from.email
            ),
            ..Content::default()
        };
        let id = EmailId::new(Seed { now, random: rand::random() });
        let email = self.sender.email(to, id, &content, now)?;
        Ok(self.smtp.send(&email.envelope, &email.message).await)
    }
}

/// What all e-mails of a server with these settings say.
#[must_use]
pub fn house(settings: &Settings) -> House {
    House {
        service: settings.name.clone(),
        wording: settings.wording_preset().to_owned(),
        accent: settings.accent.map(String::from),
        support: settings.support.clone().or_else(|| settings.support_phone.clone()),
    }
}

/// What this machine calls itself, where that is a name that others may know.
fn machine() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    Some(name.trim()).filter(|name| name.contains('.')).unwrap_or_default().to_owned()
}

/// `c…@example.org`: enough to see which of somebody's addresses it is.
#[must_use]
pub fn masked(address: &str) -> String {
    let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    let first = local.chars().next().map(String::from).unwrap_or_default();
    format!("{first}…@{domain}")
}

/// What a server said, without the address that it said it of.
fn hidden(answer: &str, envelope: &Envelope) -> String {
    envelope.to().iter().fold(answer.to_owned(), |told, to| {
        let address: &str = to.as_ref();
        told.replace(address, &masked(address))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_names_nobody() {
        let to = "carla.client@clients.test".parse().unwrap();
        let envelope = Envelope::new(None, vec![to]).unwrap();
        let told = hidden("<carla.client@clients.test>: no such user carla.client@clients.test", &envelope);
        assert_eq!(told, "<c…@clients.test>: no such user c…@clients.test");
        assert_eq!(masked("ñandú@clients.test"), "ñ…@clients.test");
    }
}
