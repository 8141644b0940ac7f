//! E-mails to whoever is invited: who is told what, when, in which words, and what never.

mod accounts;
mod calendars;
mod month;
mod reminders;
mod telling;
mod trouble;

use jiff::SignedDuration;
use openvisit::run::send_emails;
use openvisit_app::App;
use openvisit_store::{EmailState, Emails, StoredEmail};
use openvisit_testkit::mail::{Mail, MailServer, Manners, Mood};
use serde_json::{Value, json};

use crate::common::Party;
use crate::story::{MINUTE, Story};
use crate::webhooks::until;

pub const HOUR: SignedDuration = SignedDuration::from_hours(1);
pub const DAY: SignedDuration = SignedDuration::from_hours(24);

/// A practice whose server sends e-mails.
struct Posting {
    story: Story,
    mail: MailServer,
}

impl Posting {
    async fn sqlite() -> Self {
        Self::with("", Manners::default()).await
    }

    /// With these lines of `[mail]`, and a server of these manners.
    async fn with(toml: &str, manners: Manners) -> Self {
        let mail = MailServer::with(manners).await;
        let story = Story::with(&format!("{}{toml}", mail.settings())).await;
        Self::of(story, mail).await
    }

    async fn postgres() -> Self {
        let mail = MailServer::start().await;
        let story = Story::postgres_with(&mail.settings()).await;
        Self::of(story, mail).await
    }

    async fn of(story: Story, mail: MailServer) -> Self {
        send_emails(&story.server.app).await.unwrap();
        Self { story, mail }
    }

    fn app(&self) -> &App {
        &self.story.server.app
    }

    /// A client with an address.
    async fn client(&self, name: &str, locale: &str, timezone: &str) -> Value {
        let email = format!("{}@clients.test", name.split(' ').next().unwrap().to_lowercase());
        let client = json!({ "name": name, "email": email, "locale": locale, "timezone": timezone });
        self.story.doctor.post("/clients", client).await.expect(201)["id"].clone()
    }

    async fn carla(&self) -> Value {
        self.client("Carla Client", "en-GB", "Europe/Berlin").await
    }

    /// An appointment that begins so long from now, for half an hour.
    async fn book(&self, client: &Value, from_now: SignedDuration) -> Value {
        self.book_with(client, from_now, json!({})).await
    }

    async fn book_with(&self, client: &Value, from_now: SignedDuration, more: Value) -> Value {
        let mut body = self.story.booking(0, 30);
        body["client_id"] = client.clone();
        body["starts_at"] = json!(self.story.server.now() + from_now);
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        self.story.doctor.post("/appointments", body).await.expect(201)
    }

    async fn move_to(&self, booked: &Value, from_now: SignedDuration) {
        let starts_at = self.story.server.now() + from_now;
        self.doctor()
            .patch(&crate::story::appointment_path(booked), json!({ "starts_at": starts_at }))
            .await
            .expect(200);
    }

    async fn cancel(&self, booked: &Value) {
        let path = format!("{}/cancel", crate::story::appointment_path(booked));
        self.doctor().post(&path, json!({ "reason": "canary-reason" })).await.expect(200);
    }

    fn doctor(&self) -> &Party {
        &self.story.doctor
    }

    /// Turns the clock, and lets what is due be sent.
    fn advance(&self, by: SignedDuration) {
        self.story.server.advance(by);
        self.app().messages.wake();
    }

    /// All messages, the oldest first.
    async fn stored(&self) -> Vec<StoredEmail> {
        let page = Emails { limit: 1_000, ..Emails::default() };
        let mut all = self.app().store.read().await.unwrap().emails(&page).await.unwrap();
        all.sort_by_key(|email| (email.created_at, email.sequence, email.id));
        all
    }

    /// Waits until nothing is on its way and nothing is due, and gives what there is.
    async fn settled(&self) -> Vec<StoredEmail> {
        // What is due now is stored by the loop, which may be asleep.
        openvisit_app::messages::run::remind(self.app(), self.story.server.now()).await.unwrap();
        self.app().messages.wake();
        until("all are sent", async || {
            let all = self.stored().await;
            let now = self.story.server.now();
            let waits = |email: &StoredEmail| {
                email.state == EmailState::Pending && (email.leased_until.is_some() || email.due_at <= now)
            };
            (!all.iter().any(waits)).then_some(all)
        })
        .await
    }

    /// What became of each, the oldest first.
    async fn outcomes(&self) -> Vec<(&'static str, &'static str, Option<String>)> {
        let all = self.settled().await;
        let told = |email: StoredEmail| {
            let why = email.answer.filter(|_| email.state != EmailState::Sent);
            (email.kind.name(), email.state.word(), why)
        };
        all.into_iter().map(told).collect()
    }
}

/// The subjects of those that arrived, in order.
fn subjects(mails: &[Mail]) -> Vec<&str> {
    mails.iter().map(Mail::subject).collect()
}

/// The value of a line of a calendar entry.
fn value<'a>(calendar: &'a [String], name: &str) -> &'a str {
    let found: Vec<_> = calendar.iter().filter_map(|line| line.strip_prefix(&format!("{name}:"))).collect();
    assert_eq!(found.len(), 1, "{name} in {calendar:?}");
    found[0]
}

/// Runs a test on a database of each kind.
macro_rules! on_both_with_mail {
    ($($(#[$attribute:meta])* async fn $name:ident($posting:ident: Posting) $body:block)+) => {
        $(
            $(#[$attribute])*
            mod $name {
                use super::*;

                async fn run($posting: Posting) $body

                #[tokio::test]
                async fn sqlite() {
                    run(Posting::sqlite().await).await;
                }

                #[tokio::test]
                async fn postgres() {
                    run(Posting::postgres().await).await;
                }
            }
        )+
    };
}
use on_both_with_mail;
