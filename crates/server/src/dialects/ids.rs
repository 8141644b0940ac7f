//! Whom and what a dialect's ids mean, and which it answers with: an appointment's and a person's may be ours, or those
//! that the caller's own system gave. What another system gave names nothing to this one.

use openvisit_app::Error;
use openvisit_app::appointments::book::{Party, TheirPerson};
use openvisit_app::auth::caller::Caller;
use openvisit_app::error::FieldCode;
use openvisit_app::sessions::view::Labels;
use openvisit_app::settings::{Dialect, DialectIds};
use openvisit_core::access::Relation;
use openvisit_core::appointment::{Appointment, ExternalId};
use openvisit_core::ids::{PersonId, SessionId};
use openvisit_core::person::{Identity, LOCAL_ISSUER, Person, is_our_issuer};
use openvisit_core::session::Session;
use openvisit_store::{Label, Store, Tx};
use serde::{Deserialize, Deserializer};

/// The ids that one caller is answered with.
#[derive(Clone, Debug)]
pub struct Ids {
    /// Whose; none for ours.
    issuer: Option<String>,
}

impl Ids {
    /// Accounts of this server see its own ids; the others those of their system, unless the operator wants ours.
    #[must_use]
    pub fn of(caller: &Caller, dialect: &Dialect) -> Self {
        let issuer = issuer(caller);
        let theirs = dialect.ids == DialectIds::Theirs && !is_our_issuer(issuer);
        Self { issuer: theirs.then(|| issuer.to_owned()) }
    }

    /// What the caller's system calls an appointment, where it does. What this server's own accounts booked for its
    /// people counts as called so by it.
    #[must_use]
    pub fn external(&self, appointment: &Appointment, labels: &Labels) -> Option<String> {
        let (external, issuer) = (appointment.external.as_ref()?, self.issuer.as_deref()?);
        let for_theirs = external.issuer == LOCAL_ISSUER && concerns(issuer, appointment, labels);
        (external.issuer == issuer || for_theirs).then(|| external.id.clone())
    }

    #[must_use]
    pub fn appointment(&self, appointment: &Appointment, labels: &Labels) -> String {
        self.external(appointment, labels).unwrap_or_else(|| appointment.id.to_string())
    }

    /// A session's id where that is its booking's.
    #[must_use]
    pub fn booked_session(&self, appointment: &Appointment, labels: &Labels) -> String {
        self.external(appointment, labels).unwrap_or_else(|| appointment.session_id.to_string())
    }

    #[must_use]
    pub fn person(&self, id: PersonId, label: Option<&Label>) -> String {
        label.and_then(|label| self.subject(&label.identity)).unwrap_or_else(|| id.to_string())
    }

    /// What the caller's system calls somebody, where it does.
    #[must_use]
    pub fn subject(&self, identity: &Identity) -> Option<String> {
        (self.issuer.as_ref() == Some(&identity.issuer)).then(|| identity.subject.clone())
    }
}

/// A session's own id; what is none names nothing.
///
/// # Errors
/// `not_found`.
pub fn session(text: &str) -> Result<SessionId, Error> {
    text.parse().map_err(|_| Error::NotFound)
}

/// The session of an appointment, by our id or by that of the caller's own system.
///
/// # Errors
/// `not_found` where there is none at all; whether the caller may see it is not looked at.
pub async fn appointment(tx: &mut Tx, caller: &Caller, text: &str) -> Result<SessionId, Error> {
    let ours = match text.parse() {
        Ok(id) => tx.session_by_appointment(id).await?,
        Err(_) => None,
    };
    Ok(meant(tx, caller, text, ours).await?.id)
}

/// A session by its own id, or by what the caller's own system calls its appointment.
///
/// # Errors
/// As [`appointment`].
pub async fn session_or_external(tx: &mut Tx, caller: &Caller, text: &str) -> Result<Session, Error> {
    let ours = match text.parse() {
        Ok(id) => tx.session(id).await?,
        Err(_) => None,
    };
    meant(tx, caller, text, ours).await
}

/// Of what has this id here and what the caller's system calls so, the one that the caller may see. Where they may see
/// none, the only one: of several nobody can tell which was meant.
async fn meant(tx: &mut Tx, caller: &Caller, text: &str, ours: Option<Session>) -> Result<Session, Error> {
    let own = by_external(tx, issuer(caller), text).await?;
    let mut found: Vec<Session> = own.into_iter().chain(ours).collect();
    if let Some(seen) = found.iter().position(|session| is_visible(caller, session)) {
        return Ok(found.swap_remove(seen));
    }
    // What this server's own accounts booked for somebody of another system may have that system's id.
    match booked_here(tx, caller, text).await? {
        Some(session) => Ok(session),
        None if found.len() == 1 => Ok(found.remove(0)),
        None => Err(Error::NotFound),
    }
}

/// What an account of this server booked under this id for people of the caller's system.
async fn booked_here(tx: &mut Tx, caller: &Caller, text: &str) -> Result<Option<Session>, Error> {
    let found = by_external(tx, LOCAL_ISSUER, text).await?.filter(|session| is_visible(caller, session));
    let Some(session) = found else { return Ok(None) };
    let labels = Labels::of_parties(tx, std::slice::from_ref(&session)).await?;
    Ok(concerns(issuer(caller), &session.appointment, &labels).then_some(session))
}

/// Whether one of those who meet is this issuer's.
fn concerns(issuer: &str, appointment: &Appointment, labels: &Labels) -> bool {
    let parties = [appointment.practitioner_id, appointment.client_id];
    parties.into_iter().filter_map(|id| labels.get(id)).any(|label| label.identity.issuer == issuer)
}

async fn by_external(tx: &mut Tx, issuer: &str, id: &str) -> Result<Option<Session>, Error> {
    if !can_be_kept(id) {
        return Ok(None);
    }
    let external = ExternalId { issuer: issuer.to_owned(), id: id.to_owned() };
    Ok(tx.session_by_external(&external).await?)
}

/// A person by the subject that the caller's own system knows them by, or by our id.
///
/// # Errors
/// `not_found`.
pub async fn person(tx: &mut Tx, caller: &Caller, text: &str) -> Result<Person, Error> {
    let identity = Identity { issuer: issuer(caller).to_owned(), subject: text.to_owned() };
    if can_be_kept(text)
        && let Some(own) = tx.person_by_identity(&identity).await?
    {
        return Ok(own);
    }
    let ours = match text.parse() {
        Ok(id) => tx.person(id).await?,
        Err(_) => None,
    };
    ours.ok_or(Error::NotFound)
}

/// As [`person`], by statements of their own; `None` where there is nobody.
async fn named(store: &Store, caller: &Caller, text: &str) -> Result<Option<Person>, Error> {
    let identity = Identity { issuer: issuer(caller).to_owned(), subject: text.to_owned() };
    if can_be_kept(text)
        && let Some(own) = store.person_by_identity(&identity).await?
    {
        return Ok(Some(own));
    }
    match text.parse() {
        Ok(id) => Ok(store.person(id).await?),
        Err(_) => Ok(None),
    }
}

/// Who meets stays: an id that is sent along must name whoever it is.
///
/// # Errors
/// `invalid` at `field` where it names somebody else, or nobody.
pub async fn expect_same(
    tx: &mut Tx,
    caller: &Caller,
    field: &str,
    given: &str,
    is: PersonId,
) -> Result<(), Error> {
    match person(tx, caller, given).await {
        Ok(person) if person.id == is => Ok(()),
        Ok(_) | Err(Error::NotFound) => {
            let text = "who meets stays; make another session";
            Err(Error::invalid(field, FieldCode::ReadOnly, text))
        }
        Err(error) => Err(error),
    }
}

/// One of the two who are to meet, as a body names them.
#[derive(Clone, Debug)]
pub struct GivenParty {
    /// Ours, or that of the caller's own system.
    pub id: String,
    pub name: Option<String>,
    pub email: Option<String>,
}

impl GivenParty {
    /// Somebody known here, or somebody whom the caller's own system knows, perhaps before we do.
    ///
    /// # Errors
    /// `invalid` at `field` where an account of this server names nobody who is known.
    pub async fn find(self, store: &Store, caller: &Caller, field: &str) -> Result<Party, Error> {
        let Self { id, name, email } = self;
        let issuer = issuer(caller);
        match named(store, caller, &id).await? {
            Some(person) if is_our_issuer(issuer) || person.identity.issuer != issuer => {
                Ok(Party::Known(person.id))
            }
            // Our id of somebody of the caller's own system is as good as that system's.
            Some(person) => {
                let identity = person.identity.clone();
                Ok(Party::Theirs(TheirPerson { identity, name, email, known: Some(Box::new(person)) }))
            }
            None if !is_our_issuer(issuer) && can_be_kept(&id) => {
                let identity = Identity { issuer: issuer.to_owned(), subject: id };
                Ok(Party::Theirs(TheirPerson { identity, name, email, known: None }))
            }
            None => Err(Error::invalid(field, FieldCode::Unknown, "names nobody whom you may book")),
        }
    }
}

/// An id in a body, where other systems write some as numbers. For `#[serde(default, deserialize_with = …)]`.
///
/// # Errors
/// The value is neither text nor a whole number.
pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "must be an id, as text or as a whole number")]
    enum Id {
        Text(String),
        Number(u64),
    }
    Ok(Option::<Id>::deserialize(deserializer)?.map(|id| match id {
        Id::Text(text) => text,
        Id::Number(number) => number.to_string(),
    }))
}

/// What one of the databases cannot keep is nobody's id.
fn can_be_kept(text: &str) -> bool {
    !text.contains('\0')
}

fn is_visible(caller: &Caller, session: &Session) -> bool {
    Relation::of(caller, session).is_some()
}

fn issuer(caller: &Caller) -> &str {
    &caller.person.identity.issuer
}
