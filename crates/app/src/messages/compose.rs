//! A message is written: who reads it, in which language and zone, what it says, and by which link they come.

use jiff::Timestamp;
use lettre::message::Mailbox;
use openvisit_core::appointment::{self, Appointment};
use openvisit_core::ids::{InvitationId, SessionId};
use openvisit_core::message::{Kind, still_holds};
use openvisit_core::person::Person;
use openvisit_core::session::{PartyRole, Session};
use openvisit_store::{Invitation, Recipient, StoreError, StoredEmail, Tx};

use super::calendar::{Entry, Method, calendar};
use super::decide::decide;
use super::email::{CalendarPart, Content, Email, addressee, one_line};
use super::texts::Said;
use super::times::Reader;
use super::{Mailer, masked};
use crate::app::App;
use crate::appointments::invite::{new_secret, token_hash};
use crate::error::Error;
use crate::seal::Of;

/// What is done with a message.
pub(super) enum Composed {
    Send {
        email: Email,
        masked: String,
    },
    /// It is not sent, and why.
    Drop(&'static str),
}

/// Writes a message as it is now.
pub(super) async fn compose(app: &App, mailer: &Mailer, email: &StoredEmail) -> Result<Composed, Error> {
    match email.session_id {
        Some(session) => of_session(app, mailer, email, session).await,
        None => of_account(app, mailer, email).await,
    }
}

/// Who reads it.
struct Addressee {
    name: Option<String>,
    address: String,
    locale: Option<String>,
    zone: Option<String>,
}

impl Addressee {
    fn of(person: Person) -> Option<Self> {
        // Whom another system made known by an id alone has no name yet.
        let name = Some(person.name).filter(|name| *name != person.identity.subject);
        let address = person.email.filter(|_| !person.disabled)?;
        Some(Self { name, address, locale: person.locale, zone: person.timezone })
    }

    fn guest(invitation: Invitation) -> Option<Self> {
        let address = invitation.email.filter(|_| invitation.withdrawn_at.is_none())?;
        Some(Self { name: invitation.name, address, locale: None, zone: None })
    }

    fn mailbox(&self) -> Option<Mailbox> {
        addressee(self.name.as_deref().unwrap_or_default(), &self.address).ok()
    }
}

async fn addressee_of(tx: &mut Tx, to: Recipient) -> Result<Option<Addressee>, StoreError> {
    Ok(match to {
        Recipient::Person(id) => tx.person(id).await?.and_then(Addressee::of),
        Recipient::Guest(id) => tx.invitation_by_id(id).await?.and_then(Addressee::guest),
    })
}

async fn of_session(
    app: &App,
    mailer: &Mailer,
    email: &StoredEmail,
    session: SessionId,
) -> Result<Composed, Error> {
    let now = app.clock.now();
    let mut tx = app.store.read().await?;
    let session = tx.session(session).await?.ok_or(Error::NotFound)?;
    let all = tx.emails_to(session.id, email.to).await?;
    let reader = addressee_of(&mut tx, email.to).await?;
    let practitioner = tx.person(session.appointment.practitioner_id).await?;
    let organization = match session.appointment.organization_id {
        Some(id) => tx.organization(id).await?.map(|organization| organization.name),
        None => None,
    };
    let link = link_so_far(app, &mut tx, &all).await?;
    drop(tx);
    let decision = decide(email, &all);
    if !decision.replaces.is_empty() {
        let mut tx = app.store.begin().await?;
        for replaced in decision.replaces {
            tx.drop_email(replaced.id, "replaced", now).await?;
        }
        tx.commit().await?;
    }
    let kind = match decision
        .says
        .and_then(|kind| still_holds(kind, &session, email.slot_starts_at, now).map(|()| kind))
    {
        Ok(kind) => kind,
        Err(why) => return Ok(Composed::Drop(why)),
    };
    let Some(reader) = reader else { return Ok(Composed::Drop("no_address")) };
    let Some(to) = reader.mailbox() else { return Ok(Composed::Drop("wrong_address")) };
    let url = match (needs_link(kind, &session.appointment), link) {
        (false, _) => None,
        (true, LinkSoFar::Withdrawn) => return Ok(Composed::Drop("withdrawn")),
        (true, LinkSoFar::Secret(secret)) => Some(url(app, &secret)),
        (true, LinkSoFar::None) if matches!(email.to, Recipient::Guest(_)) => {
            // Theirs was made before there were e-mails, and given to them otherwise.
            return Ok(Composed::Drop("no_link"));
        }
        (true, LinkSoFar::None) => Some(url(app, &new_link(app, email, &session).await?)),
    };
    let about = About {
        session: &session,
        practitioner: practitioner.as_ref(),
        organization: organization.as_deref(),
    };
    let content = content(app, mailer, kind, &reader, &about, url)?;
    let masked = masked(&reader.address);
    let email = mailer.sender.email(to, email.id, &content, now).map_err(Error::internal)?;
    Ok(Composed::Send { email, masked })
}

fn needs_link(kind: Kind, appointment: &Appointment) -> bool {
    kind != Kind::Cancelled && appointment.kind != appointment::Kind::InPerson
}

fn url(app: &App, secret: &str) -> String {
    format!("{}/invite#{secret}", app.settings.public_url())
}

/// The link that this person has got already.
enum LinkSoFar {
    None,
    Secret(String),
    /// Somebody took it away: it is not for an e-mail to give them another.
    Withdrawn,
}

async fn link_so_far(app: &App, tx: &mut Tx, all: &[StoredEmail]) -> Result<LinkSoFar, Error> {
    for email in all.iter().rev() {
        let Some(sealed) = &email.sealed_link else { continue };
        // Where the key is lost, so is the link.
        let Ok(secret) = app.sealer.open(Of::EmailLink(email.id), sealed) else { continue };
        return Ok(match tx.invitation(&token_hash(&secret)).await? {
            Some(invitation) if invitation.withdrawn_at.is_none() => LinkSoFar::Secret(secret),
            _ => LinkSoFar::Withdrawn,
        });
    }
    Ok(LinkSoFar::None)
}

/// Makes one for the client.
async fn new_link(app: &App, email: &StoredEmail, session: &Session) -> Result<String, Error> {
    let secret = new_secret();
    let sealed = app.sealer.seal(Of::EmailLink(email.id), &secret).map_err(Error::internal)?;
    let mut tx = app.store.begin().await?;
    let invitation = Invitation {
        id: InvitationId::new(app.seed()),
        token_hash: token_hash(&secret),
        session_id: session.id,
        role: PartyRole::Client,
        name: None,
        email: None,
        by_code: false,
        created_by: session.appointment.created_by,
        created_at: app.clock.now(),
        last_used_at: None,
        withdrawn_at: None,
        person_id: None,
    };
    tx.insert_invitation(&invitation).await?;
    tx.set_email_link(email.id, &sealed).await?;
    tx.commit().await?;
    Ok(secret)
}

/// The appointment, and who meets.
pub(super) struct About<'a> {
    pub session: &'a Session,
    pub practitioner: Option<&'a Person>,
    pub organization: Option<&'a str>,
}

impl About<'_> {
    fn practitioner_name(&self) -> String {
        self.practitioner.map(|person| one_line(&person.name)).unwrap_or_default()
    }

    fn practice(&self, app: &App) -> String {
        self.organization.map_or_else(|| app.settings.name.clone(), one_line)
    }
}

fn content(
    app: &App,
    mailer: &Mailer,
    kind: Kind,
    addressee: &Addressee,
    about: &About<'_>,
    url: Option<String>,
) -> Result<Content, Error> {
    let appointment = &about.session.appointment;
    let locales = addressee.locale.as_deref().into_iter().chain(app.settings.locale.as_deref());
    let of_practitioner = about.practitioner.and_then(|person| person.timezone.as_deref());
    let zones = addressee.zone.as_deref().into_iter().chain(of_practitioner);
    let reader = Reader::new(locales, zones);
    let mut facts =
        vec![("when", reader.slot(appointment.slot)), ("practitioner", about.practitioner_name())];
    let title = appointment.title.as_deref().filter(|_| mailer.settings.titles).map(one_line);
    facts.extend(title.clone().map(|title| ("title", title)));
    let said = Said {
        kind,
        language: reader.language,
        name: addressee.name.as_deref().map(one_line).unwrap_or_default(),
        practice: about.practice(app),
        day: reader.day(appointment.slot.starts_at),
        time: reader.time(appointment.slot.starts_at),
        online: appointment.kind != appointment::Kind::InPerson,
        facts,
        link: url.clone().map(|url| ("open", url)),
    };
    let texts = mailer.templates.texts(&said).map_err(Error::internal)?;
    let method = match kind {
        Kind::Invitation | Kind::Moved => Some(Method::Request),
        Kind::Cancelled => Some(Method::Cancel),
        _ => None,
    };
    let calendar = method.map(|method| {
        let summary =
            title.unwrap_or_else(|| format!("{}: {}", about.practice(app), about.practitioner_name()));
        let entry = Entry {
            session: about.session.id,
            sequence: about.session.version,
            slot: appointment.slot,
            is_cancelled: method == Method::Cancel,
            changed_at: appointment.updated_at,
            summary,
            description: None,
            url,
            organizer: Some((about.practice(app), mailer.sender.from.email.to_string())),
            attendee: Some((said.name.clone(), addressee.address.clone())),
        };
        CalendarPart { method: method.name(), text: calendar(method, None, &[entry]) }
    });
    Ok(Content { subject: texts.subject, text: texts.text, html: Some(texts.html), calendar })
}

async fn of_account(app: &App, mailer: &Mailer, email: &StoredEmail) -> Result<Composed, Error> {
    let Some(sealed) = &email.sealed_link else { return Ok(Composed::Drop("no_link")) };
    let Ok(secret) = app.sealer.open(Of::EmailLink(email.id), sealed) else {
        return Ok(Composed::Drop("no_link"));
    };
    let mut tx = app.store.read().await?;
    let reader = addressee_of(&mut tx, email.to).await?;
    let now = app.clock.now();
    let is_good = is_good(&mut tx, &secret, email.to, now).await?;
    drop(tx);
    if !is_good {
        return Ok(Composed::Drop("over"));
    }
    let Some(reader) = reader else { return Ok(Composed::Drop("no_address")) };
    let Some(to) = reader.mailbox() else { return Ok(Composed::Drop("wrong_address")) };
    let locales = reader.locale.as_deref().into_iter().chain(app.settings.locale.as_deref());
    let said = Said {
        kind: email.kind,
        language: Reader::new(locales, []).language,
        name: reader.name.as_deref().map(one_line).unwrap_or_default(),
        practice: app.settings.name.clone(),
        day: String::new(),
        time: String::new(),
        online: true,
        facts: Vec::new(),
        link: Some(("password", format!("{}/password#{secret}", app.settings.public_url()))),
    };
    let texts = mailer.templates.texts(&said).map_err(Error::internal)?;
    let content =
        Content { subject: texts.subject, text: texts.text, html: Some(texts.html), calendar: None };
    let masked = masked(&reader.address);
    let email = mailer.sender.email(to, email.id, &content, now).map_err(Error::internal)?;
    Ok(Composed::Send { email, masked })
}

async fn is_good(tx: &mut Tx, secret: &str, to: Recipient, now: Timestamp) -> Result<bool, Error> {
    let found = tx.account_link(&token_hash(secret), now).await?;
    Ok(matches!(to, Recipient::Person(person) if found == Some(person)))
}
