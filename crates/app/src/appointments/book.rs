//! An appointment is booked, and its session made with it.

use jiff::Timestamp;
use openvisit_core::appointment::{
    Appointment, ExternalId, Kind, MediaProvider, Payment, Price, StartedBy, USUAL_PARTICIPANTS,
};
use openvisit_core::ids::{AppointmentId, OrganizationId, PersonId, SessionId};
use openvisit_core::person::{Identity, Person, PractitionerProfile, Role};
use openvisit_core::session::Session;
use openvisit_store::{SessionDetails, Tx};
use serde_json::{Map, Value};

use super::terms;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::error::{Error, FieldCode};
use crate::sessions::change;
use crate::sessions::find::NOT_YOURS;

/// Who, when, and on what terms.
#[derive(Clone, Debug)]
pub struct Booking {
    /// The caller, where they are a practitioner and this is not given.
    pub practitioner: Option<Party>,
    pub client: Option<Party>,
    /// The id that another system gave it; unique per issuer.
    pub external_id: Option<String>,
    pub organization_id: Option<OrganizationId>,
    pub starts_at: Timestamp,
    pub duration_minutes: i64,
    pub title: Option<String>,
    /// Both parties see them.
    pub notes: Option<String>,
    pub kind: Kind,
    pub booking_type: Option<String>,
    pub plan: Option<String>,
    pub price: Option<Price>,
    pub payment: Payment,
    pub hold_expires_at: Option<Timestamp>,
    /// Whether clients and guests need a passcode; by default for video.
    pub passcode: Option<bool>,
    pub max_participants: Option<i64>,
    /// Who may start; a booking of type `DIRECT` is the client's where this is not given.
    pub started_by: Option<StartedBy>,
    /// The server's choice where it is not given.
    pub media_provider: Option<MediaProvider>,
    pub metadata: Map<String, Value>,
}

impl Booking {
    /// A video appointment of which nothing else is said.
    #[must_use]
    pub fn video(starts_at: Timestamp, duration_minutes: i64) -> Self {
        Self {
            practitioner: None,
            client: None,
            external_id: None,
            organization_id: None,
            starts_at,
            duration_minutes,
            title: None,
            notes: None,
            kind: Kind::Video,
            booking_type: None,
            plan: None,
            price: None,
            payment: Payment::default(),
            hold_expires_at: None,
            passcode: None,
            max_participants: None,
            started_by: None,
            media_provider: None,
            metadata: Map::new(),
        }
    }
}

/// One of the two who meet.
#[derive(Clone, Debug)]
pub enum Party {
    Known(PersonId),
    /// Somebody whom another system knows; made known here when new.
    Theirs(TheirPerson),
}

/// Somebody by another system's word.
#[derive(Clone, Debug)]
pub struct TheirPerson {
    pub identity: Identity,
    pub name: Option<String>,
    pub email: Option<String>,
    /// Who that is here, where they were looked up just now.
    pub known: Option<Box<Person>>,
}

/// What was booked; the passcode is given this once.
#[derive(Debug)]
pub struct Booked {
    pub details: SessionDetails,
    pub passcode: Option<String>,
}

/// Who is no practitioner, assistant or administrator books nothing for anybody.
///
/// # Errors
/// `forbidden`.
pub fn may_book(caller: &Caller) -> Result<(), Error> {
    caller.require_account()?;
    let staff = [Role::Practitioner, Role::Assistant, Role::Admin];
    if staff.iter().any(|role| caller.is(*role)) { Ok(()) } else { Err(Error::Forbidden(NOT_YOURS)) }
}

/// # Errors
/// `invalid`, `forbidden`, `slot_taken`, `conflict` for an external id that is taken.
pub async fn book(app: &App, caller: &Caller, booking: Booking) -> Result<Booked, Error> {
    may_book(caller)?;
    let wants_passcode =
        booking.passcode.unwrap_or(booking.kind == Kind::Video) && booking.kind != Kind::InPerson;
    let mut appointment = draft(app, caller, &booking)?;
    appointment.passcode_enabled = wants_passcode;
    let passcode = wants_passcode.then(|| app.passcodes.generate());
    let hash = match &passcode {
        Some(code) => Some(app.passcodes.hash(appointment.session_id, code).await.map_err(Error::internal)?),
        None => None,
    };
    let turn = app.announcer.turn(appointment.session_id).await;
    let mut tx = app.store.begin().await?;
    place_parties(app, &mut tx, caller, &booking, &mut appointment).await?;
    let session = Session::of(appointment);
    let booked = change::book(app, &mut tx, &session).await?;
    if let Some(hash) = hash {
        tx.set_passcode(session.id, &hash, app.clock.now()).await?;
    }
    let details = booked.commit(app, tx, turn).await?;
    // One of them may have got a name just now.
    let Appointment { practitioner_id, client_id, .. } = details.session.appointment;
    [practitioner_id, client_id].into_iter().for_each(|id| app.person_cache.forget(id));
    Ok(Booked { details, passcode })
}

/// The appointment that the booking describes, its parties still to be placed.
fn draft(app: &App, caller: &Caller, booking: &Booking) -> Result<Appointment, Error> {
    let now = app.clock.now();
    let booking = booking.clone();
    let issuer = caller.person.identity.namespace();
    let started_by = booking.started_by.or_else(|| starter_of(booking.booking_type.as_deref()));
    let selected = app.providers.chosen(booking.media_provider)?;
    let count = booking.max_participants.unwrap_or(USUAL_PARTICIPANTS.into());
    Ok(Appointment {
        id: AppointmentId::new(app.seed()),
        session_id: SessionId::new(app.seed()),
        external: terms::short("external_id", booking.external_id)?.map(|id| ExternalId { issuer, id }),
        organization_id: booking.organization_id,
        practitioner_id: caller.person.id,
        client_id: caller.person.id,
        slot: terms::slot(booking.starts_at, booking.duration_minutes, now)?,
        title: terms::short("title", booking.title)?,
        notes: terms::notes(booking.notes)?,
        kind: booking.kind,
        booking_type: terms::short("booking_type", booking.booking_type)?,
        plan: terms::short("plan", booking.plan)?,
        price: booking.price,
        payment: booking.payment,
        hold_expires_at: booking.hold_expires_at.map(crate::clock::truncate),
        passcode_enabled: false,
        max_participants: terms::max_participants(count, selected.name)?,
        started_by,
        media_provider: selected.name,
        presence_proven: selected.proves_presence,
        metadata: terms::metadata(booking.metadata)?,
        created_by: caller.person.id,
        created_at: now,
        updated_at: now,
    })
}

/// `DIRECT` bookings are driven by the client, as the clinic contract has it.
fn starter_of(booking_type: Option<&str>) -> Option<StartedBy> {
    (booking_type == Some("DIRECT")).then_some(StartedBy::Client)
}

/// Finds or makes the two parties, and checks that the caller may book for them.
async fn place_parties(
    app: &App,
    tx: &mut Tx,
    caller: &Caller,
    booking: &Booking,
    appointment: &mut Appointment,
) -> Result<(), Error> {
    let practitioner = practitioner(app, tx, caller, booking.practitioner.as_ref()).await?;
    let client = client(app, tx, caller, booking.client.as_ref()).await?;
    if practitioner.id == client.id {
        let text = "somebody else than the practitioner";
        return Err(Error::invalid("client_id", FieldCode::Conflicting, text));
    }
    appointment.practitioner_id = practitioner.id;
    appointment.client_id = client.id;
    appointment.organization_id = match appointment.organization_id {
        Some(asked) if Some(asked) != practitioner.organization_id && !caller.is(Role::Admin) => {
            let text = "the practitioner's organization";
            return Err(Error::invalid("organization_id", FieldCode::NotAllowed, text));
        }
        Some(asked) => {
            let unknown = || Error::invalid("organization_id", FieldCode::Unknown, "unknown");
            tx.organization(asked).await?.ok_or_else(unknown)?;
            Some(asked)
        }
        None => practitioner.organization_id,
    };
    Ok(())
}

async fn practitioner(
    app: &App,
    tx: &mut Tx,
    caller: &Caller,
    party: Option<&Party>,
) -> Result<Person, Error> {
    let who = match party {
        Some(Party::Theirs(theirs)) => Some(their_person(app, tx, caller, theirs, Role::Practitioner).await?),
        Some(Party::Known(id)) => tx.person(*id).await?,
        None if caller.is(Role::Practitioner) => Some(caller.person.clone()),
        None => {
            let text = "give practitioner_id or practitioner";
            return Err(Error::invalid("practitioner_id", FieldCode::Required, text));
        }
    };
    let unknown = || Error::invalid("practitioner_id", FieldCode::Unknown, "no such practitioner");
    let who = who.filter(|p| p.is(Role::Practitioner) && !p.disabled).ok_or_else(unknown)?;
    let same_organization =
        who.organization_id.is_some() && who.organization_id == caller.person.organization_id;
    let may = who.id == caller.person.id
        || caller.is(Role::Admin)
        || (caller.is(Role::Assistant) && same_organization);
    if may { Ok(who) } else { Err(unknown()) }
}

async fn client(app: &App, tx: &mut Tx, caller: &Caller, party: Option<&Party>) -> Result<Person, Error> {
    let who = match party {
        Some(Party::Theirs(theirs)) => Some(their_person(app, tx, caller, theirs, Role::Client).await?),
        Some(Party::Known(id)) if caller.is(Role::Admin) => tx.person(*id).await?,
        Some(Party::Known(id)) => tx.client_of(caller.person.id, caller.organization_id, *id).await?,
        None => return Err(Error::invalid("client_id", FieldCode::Required, "give client_id or client")),
    };
    who.filter(|p| p.is(Role::Client) && !p.disabled)
        .ok_or_else(|| Error::invalid("client_id", FieldCode::Unknown, "no such client"))
}

/// A person by another system's id. Whoever is known by a name stays unchanged.
pub(super) async fn their_person(
    app: &App,
    tx: &mut Tx,
    caller: &Caller,
    theirs: &TheirPerson,
    role: Role,
) -> Result<Person, Error> {
    let field =
        |name: &str| format!("{}.{name}", if role == Role::Client { "client" } else { "practitioner" });
    let Identity { issuer, subject } = &theirs.identity;
    if theirs.identity.is_ours() || issuer.is_empty() {
        let text = "another system's name; use the id for people of ours";
        return Err(Error::invalid(field("issuer"), FieldCode::NotAllowed, text));
    }
    if subject.is_empty() || subject.len() > 255 || issuer.len() > 255 {
        let code = if subject.is_empty() { FieldCode::Required } else { FieldCode::TooLong };
        return Err(Error::invalid(field("subject"), code, "1 to 255 characters"));
    }
    let person = Person {
        id: PersonId::new(app.seed()),
        identity: theirs.identity.clone(),
        email: terms::short("email", theirs.email.clone())?,
        phone: None,
        name: terms::short("name", theirs.name.clone())?.unwrap_or_else(|| subject.clone()),
        roles: vec![role],
        organization_id: caller.person.organization_id,
        timezone: None,
        locale: None,
        disabled: false,
        signed_out_at: None,
        practitioner: (role == Role::Practitioner).then(PractitionerProfile::default),
        created_by: Some(caller.person.id),
        created_at: app.clock.now(),
    };
    let found = match &theirs.known {
        Some(known) => (**known).clone(),
        None => tx.person_or_insert(&person).await?,
    };
    if found.id == person.id {
        return Ok(found);
    }
    // Whoever is known already is shown only to those who may know them: a guessed id tells nothing.
    let own_system = caller.person.identity.issuer == *issuer || caller.is(Role::Admin);
    if own_system {
        return introduced(tx, found, person).await;
    }
    let known = match role {
        // Whom reception sees in its list of practitioners.
        Role::Practitioner if caller.organization_id.is_some() && caller.is(Role::Assistant) => {
            Some(found).filter(|found| found.organization_id == caller.organization_id)
        }
        _ => tx.client_of(caller.person.id, caller.organization_id, found.id).await?,
    };
    let unknown =
        || Error::invalid(field("subject"), FieldCode::NotAllowed, "somebody whom you may not book");
    known.ok_or_else(unknown)
}

/// Somebody who was made known by an id alone is called as a later booking says, until they sign in and say themselves.
async fn introduced(tx: &mut Tx, known: Person, told: Person) -> Result<Person, Error> {
    if known == called(known.clone(), &told) {
        return Ok(known);
    }
    // Somebody may have changed them since they were looked up.
    let Some(known) = tx.person(known.id).await? else { return Err(Error::NotFound) };
    let introduced = called(known, &told);
    tx.update_person(&introduced).await?;
    Ok(introduced)
}

fn called(mut known: Person, told: &Person) -> Person {
    // Whoever came before anybody booked for them has signed in.
    if known.created_by.is_some() {
        if known.name == known.identity.subject {
            known.name.clone_from(&told.name);
        }
        known.email = known.email.or_else(|| told.email.clone());
    }
    known
}
