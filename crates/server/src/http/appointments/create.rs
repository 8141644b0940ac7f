//! `POST /appointments`

use axum::extract::State;
use axum::http::StatusCode;
use garde::Validate;
use jiff::Timestamp;
use openvisit_core::appointment::{
    Appointment, ExternalId, Kind, MAX_PARTICIPANTS, MediaProvider, Payment, PaymentStatus, StartedBy,
};
use openvisit_core::ids::{AppointmentId, OrganizationId, PersonId, SessionId};
use openvisit_core::person::{INVITATION_ISSUER, Identity, LOCAL_ISSUER, Person, PractitionerProfile, Role};
use openvisit_core::session::Session;
use openvisit_store::Tx;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::terms;
use super::view::{AppointmentView, PriceBody};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::changes::NOT_YOURS;
use crate::http::extract::Json;
use crate::http::problem::Problem;
use crate::http::sessions::view::AppointmentKind;

#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct CreateBody {
    /// The caller, where he or she is a practitioner and this is not given.
    #[schema(value_type = Option<uuid::Uuid>)]
    pub practitioner_id: Option<PersonId>,
    pub practitioner: Option<PartyBody>,
    #[schema(value_type = Option<uuid::Uuid>)]
    pub client_id: Option<PersonId>,
    pub client: Option<PartyBody>,
    /// The id that another system gave it; unique per issuer.
    pub external_id: Option<String>,
    #[schema(value_type = Option<uuid::Uuid>)]
    pub organization_id: Option<OrganizationId>,
    #[schema(value_type = String, format = DateTime)]
    pub starts_at: Timestamp,
    /// 5 to 720.
    pub duration_minutes: i64,
    pub title: Option<String>,
    pub notes: Option<String>,
    #[serde(default)]
    #[schema(value_type = Option<AppointmentKind>)]
    pub kind: Kind,
    pub booking_type: Option<String>,
    pub plan: Option<String>,
    pub price: Option<PriceBody>,
    #[serde(default)]
    pub payment_required: bool,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub hold_expires_at: Option<Timestamp>,
    /// Whether clients and guests need a passcode; by default true for video.
    pub passcode: Option<bool>,
    /// 2 to 4.
    pub max_participants: Option<u8>,
    /// practitioner, client or either; a booking of type `DIRECT` is the client's where this is not given, any other
    /// the practitioner's.
    #[schema(value_type = Option<String>)]
    pub started_by: Option<StartedBy>,
    /// embedded, or one that is configured; the server's choice where it is not given.
    #[schema(value_type = Option<String>)]
    pub media_provider: Option<MediaProvider>,
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub metadata: serde_json::Map<String, serde_json::Value>,
}

impl CreateBody {
    /// A video appointment that says nothing but its start.
    #[must_use]
    pub fn video(starts_at: Timestamp) -> Self {
        Self {
            practitioner_id: None,
            practitioner: None,
            client_id: None,
            client: None,
            external_id: None,
            organization_id: None,
            starts_at,
            duration_minutes: 0,
            title: None,
            notes: None,
            kind: Kind::Video,
            booking_type: None,
            plan: None,
            price: None,
            payment_required: false,
            hold_expires_at: None,
            passcode: None,
            max_participants: None,
            started_by: None,
            media_provider: None,
            metadata: serde_json::Map::new(),
        }
    }
}

/// Somebody whom another system knows; made known here when new.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct PartyBody {
    pub issuer: String,
    pub subject: String,
    pub name: Option<String>,
    pub email: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CreatedView {
    #[serde(flatten)]
    pub appointment: AppointmentView,
    /// Shown this once; null where there is none.
    pub passcode: Option<String>,
}

/// Books an appointment, and makes its session.
#[utoipa::path(post, path = "/appointments", tag = "appointments", request_body = CreateBody,
    responses((status = 201, body = CreatedView)), security(("bearer" = [])))]
pub async fn post(
    State(app): State<App>,
    caller: Caller,
    Json(body): Json<CreateBody>,
) -> Result<(StatusCode, Json<CreatedView>), Problem> {
    let (session, passcode) = create(&app, &caller, body).await?;
    let appointment = super::show(&app, &caller, &session).await?;
    Ok((StatusCode::CREATED, Json(CreatedView { appointment, passcode })))
}

/// Who is no practitioner, assistant or administrator books nothing for anybody.
///
/// # Errors
/// `forbidden`.
pub fn may_book(caller: &Caller) -> Result<(), Problem> {
    caller.require_account()?;
    let staff = [Role::Practitioner, Role::Assistant, Role::Admin];
    if staff.iter().any(|role| caller.is(*role)) { Ok(()) } else { Err(Problem::Forbidden(NOT_YOURS)) }
}

/// Books; the passcode is given back this once.
///
/// # Errors
/// `invalid`, `forbidden`, `not_found` for a party whom the caller may not book, `slot_taken`, `conflict` for an
/// external id that is taken.
pub async fn create(
    app: &App,
    caller: &Caller,
    body: CreateBody,
) -> Result<(Session, Option<String>), Problem> {
    may_book(caller)?;
    let wants_passcode = body.passcode.unwrap_or(body.kind == Kind::Video) && body.kind != Kind::InPerson;
    let mut appointment = draft(app, caller, &body)?;
    appointment.passcode_enabled = wants_passcode;
    let passcode = wants_passcode.then(|| app.passcodes.generate());
    let hash = match &passcode {
        Some(code) => {
            Some(app.passcodes.hash(appointment.session_id, code).await.map_err(Problem::internal)?)
        }
        None => None,
    };
    let mut tx = app.store.begin().await?;
    place_parties(app, &mut tx, caller, &body, &mut appointment).await?;
    let session = Session::of(appointment);
    crate::changes::book(app, &mut tx, &session).await?;
    if let Some(hash) = hash {
        tx.set_passcode(session.id, &hash, app.clock.now()).await?;
    }
    tx.commit().await?;
    crate::changes::tell_booked(app, &session).await;
    Ok((session, passcode))
}

/// The appointment that the body describes, its parties still to be placed.
fn draft(app: &App, caller: &Caller, body: &CreateBody) -> Result<Appointment, Problem> {
    let now = app.clock.now();
    let body = body.clone();
    let max_participants = terms::max_participants(body.max_participants.unwrap_or(MAX_PARTICIPANTS))?;
    let issuer = caller.person.identity.issuer.clone();
    let started_by = body.started_by.or_else(|| starter_of(body.booking_type.as_deref()));
    let carrier = app.providers.chosen(body.media_provider)?;
    let payment_status = if body.payment_required { PaymentStatus::Open } else { PaymentStatus::NotRequired };
    Ok(Appointment {
        id: AppointmentId::new(app.seed()),
        session_id: SessionId::new(app.seed()),
        external: terms::short("external_id", body.external_id)?.map(|id| ExternalId { issuer, id }),
        organization_id: body.organization_id,
        practitioner_id: caller.person.id,
        client_id: caller.person.id,
        slot: terms::slot(body.starts_at, body.duration_minutes, now)?,
        title: terms::short("title", body.title)?,
        notes: terms::notes(body.notes)?,
        kind: body.kind,
        booking_type: terms::short("booking_type", body.booking_type)?,
        plan: terms::short("plan", body.plan)?,
        price: terms::price(body.price)?,
        payment: Payment { status: payment_status, reference: None },
        hold_expires_at: body.hold_expires_at.map(crate::clock::truncate),
        passcode_enabled: false,
        max_participants,
        started_by,
        media_provider: carrier.name,
        presence_proven: carrier.proves_presence,
        metadata: terms::metadata(body.metadata)?,
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
    body: &CreateBody,
    appointment: &mut Appointment,
) -> Result<(), Problem> {
    let practitioner = practitioner(app, tx, caller, body).await?;
    let client = client(app, tx, caller, body).await?;
    if practitioner.id == client.id {
        return Err(Problem::invalid("client_id", "somebody else than the practitioner"));
    }
    appointment.practitioner_id = practitioner.id;
    appointment.client_id = client.id;
    appointment.organization_id = match appointment.organization_id {
        Some(asked) if Some(asked) != practitioner.organization_id && !caller.is(Role::Admin) => {
            return Err(Problem::invalid("organization_id", "the practitioner's organization"));
        }
        Some(asked) => {
            tx.organization(asked).await?.ok_or_else(|| Problem::invalid("organization_id", "unknown"))?;
            Some(asked)
        }
        None => practitioner.organization_id,
    };
    Ok(())
}

async fn practitioner(app: &App, tx: &mut Tx, caller: &Caller, body: &CreateBody) -> Result<Person, Problem> {
    let access = &**caller;
    let who = match (&body.practitioner, body.practitioner_id) {
        (Some(party), None) => Some(party_person(app, tx, caller, party, Role::Practitioner).await?),
        (None, Some(id)) => tx.person(id).await?,
        (None, None) if access.is(Role::Practitioner) => Some(caller.person.clone()),
        _ => return Err(Problem::invalid("practitioner_id", "give practitioner_id or practitioner")),
    };
    let unknown = || Problem::invalid("practitioner_id", "no such practitioner");
    let who = who.filter(|p| p.is(Role::Practitioner) && !p.disabled).ok_or_else(unknown)?;
    let same_organization =
        who.organization_id.is_some() && who.organization_id == caller.person.organization_id;
    let may = who.id == caller.person.id
        || access.is(Role::Admin)
        || (access.is(Role::Assistant) && same_organization);
    if may { Ok(who) } else { Err(unknown()) }
}

async fn client(app: &App, tx: &mut Tx, caller: &Caller, body: &CreateBody) -> Result<Person, Problem> {
    let who = match (&body.client, body.client_id) {
        (Some(party), None) => Some(party_person(app, tx, caller, party, Role::Client).await?),
        (None, Some(id)) if caller.is(Role::Admin) => tx.person(id).await?,
        (None, Some(id)) => tx.client_of(caller.person.id, caller.organization_id, id).await?,
        _ => return Err(Problem::invalid("client_id", "give client_id or client")),
    };
    who.filter(|p| p.is(Role::Client) && !p.disabled)
        .ok_or_else(|| Problem::invalid("client_id", "no such client"))
}

/// A person by another system's word. Who is known stays as he is known.
async fn party_person(
    app: &App,
    tx: &mut Tx,
    caller: &Caller,
    party: &PartyBody,
    role: Role,
) -> Result<Person, Problem> {
    let field =
        |name: &str| format!("{}.{name}", if role == Role::Client { "client" } else { "practitioner" });
    if [LOCAL_ISSUER, INVITATION_ISSUER].contains(&party.issuer.as_str()) || party.issuer.is_empty() {
        return Err(Problem::invalid(
            field("issuer"),
            "another system's name; use the id for people of ours",
        ));
    }
    if party.subject.is_empty() || party.subject.len() > 255 || party.issuer.len() > 255 {
        return Err(Problem::invalid(field("subject"), "1 to 255 characters"));
    }
    let identity = Identity { issuer: party.issuer.clone(), subject: party.subject.clone() };
    let person = Person {
        id: PersonId::new(app.seed()),
        identity,
        email: terms::short("email", party.email.clone())?,
        name: terms::short("name", party.name.clone())?.unwrap_or_else(|| party.subject.clone()),
        roles: vec![role],
        organization_id: caller.person.organization_id,
        timezone: None,
        locale: None,
        disabled: false,
        practitioner: (role == Role::Practitioner).then(PractitionerProfile::default),
        created_by: Some(caller.person.id),
        created_at: app.clock.now(),
    };
    let found = tx.person_or_insert(&person).await?;
    // Who is known already is shown only to those who may know him: whoever guesses an id learns nothing.
    let own_system = caller.person.identity.issuer == party.issuer || caller.is(Role::Admin);
    if found.id == person.id || own_system {
        return Ok(found);
    }
    let known = tx.client_of(caller.person.id, caller.organization_id, found.id).await?;
    known.ok_or_else(|| Problem::invalid(field("subject"), "somebody whom you may not book"))
}
