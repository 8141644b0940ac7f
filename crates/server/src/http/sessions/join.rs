//! `POST /sessions/{id}/join`: to the door, through it, and into the media, in one exchange.

use axum::extract::State;
use garde::Validate;
use jiff::{SignedDuration, Timestamp};
use openvisit_core::access::{Action, Relation};
use openvisit_core::appointment::{MediaProvider, StartedBy};
use openvisit_core::ids::{ConnectionId, ParticipantId, SessionId};
use openvisit_core::lifecycle::Move;
use openvisit_core::lifecycle::door::Visitor;
use openvisit_core::policy::Policy;
use openvisit_core::session::{Admission, PartyRole, Session, Status};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::media::{admitted_participant, answer};
use super::view::SessionView;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::tokens::MediaAccess;
use crate::changes::{Which, change, find};
use crate::http::extract::{Json, OptionalJson, Path};
use crate::http::problem::Problem;
use crate::ice::IceServer;
use crate::passcode::{GUESSES_PER_CALLER, GUESSES_PER_SESSION, Passcodes};
use crate::providers::{Seated, prepare, seat};
use crate::usage;

/// As long as the longest appointment with its overrun, so that no call loses its way back in.
const MEDIA_TOKEN_LIFE: SignedDuration = SignedDuration::from_hours(24);

#[derive(Debug, Default, Deserialize, ToSchema, Validate)]
#[garde(allow_unvalidated)]
pub struct JoinBody {
    /// Six digits; asked of clients and guests once, where the session has a passcode.
    pub passcode: Option<String>,
    /// What the client says of its device; told to nobody.
    #[schema(value_type = Option<Object>)]
    pub device: Option<serde_json::Value>,
    /// An SDP offer, at most 64 kB: the answer then comes back at once, without another exchange.
    pub offer: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct JoinView {
    #[schema(value_type = uuid::Uuid)]
    pub participant_id: ParticipantId,
    /// waiting or admitted.
    #[schema(value_type = String)]
    pub state: Admission,
    /// Null while waiting; join again after the `admitted` event.
    pub media: Option<MediaGrant>,
    /// The SDP answer to `offer`.
    pub answer: Option<String>,
    pub session: SessionView,
}

/// What a client needs to connect its media.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MediaGrant {
    #[schema(value_type = String, example = "embedded")]
    pub provider: MediaProvider,
    /// Where it connects: of the embedded provider, where an offer is posted. Null where the provider's own program
    /// knows.
    pub url: Option<String>,
    /// Empty where the provider asks for none.
    pub token: String,
    pub ice_servers: Vec<IceServer>,
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
    /// Where this connection is restarted and hung up, when `offer` was answered.
    pub resource: Option<String>,
    /// What else the provider's own program asks for.
    #[schema(value_type = Option<Object>)]
    pub details: Option<serde_json::Value>,
}

/// Comes to the door; once admitted, gets the media.
#[utoipa::path(post, path = "/sessions/{id}/join", tag = "sessions", params(("id" = uuid::Uuid, Path)),
    request_body = Option<JoinBody>, responses((status = 200, body = JoinView)), security(("bearer" = [])))]
pub async fn post(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SessionId>,
    OptionalJson(body): OptionalJson<JoinBody>,
) -> Result<Json<JoinView>, Problem> {
    if let Some(offer) = &body.offer {
        super::media::check_offer(offer)?;
    }
    let (mut session, participant_id) =
        enter(&app, &caller, Which::Session(id), body.passcode, Door::Kept).await?;
    let state = admission(&session, participant_id)?;
    let (mut media, mut sdp) = (None, None);
    if state == Admission::Admitted {
        let mut grant = grant(&app, &session, participant_id).await?;
        if grant.provider != session.appointment.media_provider {
            // It has just fallen back.
            session = app.store.read().await?.session(id).await?.ok_or(Problem::NotFound)?;
        }
        // An offer is for the embedded server alone.
        if let Some(offer) = body.offer.filter(|_| grant.provider == MediaProvider::Embedded) {
            let connection = ConnectionId::new(app.seed());
            sdp = Some(answer(&app, id, participant_id, connection, offer).await?);
            grant.resource = Some(super::media::resource(id, connection));
        }
        media = Some(grant);
    }
    let session = super::show(&app, &caller, &session).await?;
    Ok(Json(JoinView { participant_id, state, media, answer: sdp, session }))
}

/// Who lets the client in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// The practitioner, by hand.
    Kept,
    /// Nobody need: the practitioner's program has no way to ask, so that his coming lets the client in.
    Open,
}

/// Brings the caller to the door, and through it where the rules let him. A practitioner is in at once.
///
/// # Errors
/// The join refusals of the API.
pub async fn enter(
    app: &App,
    caller: &Caller,
    which: Which,
    passcode: Option<String>,
    door: Door,
) -> Result<(Session, ParticipantId), Problem> {
    let policy = usage::policy(app).await?;
    let verified = check_passcode(app, caller, which, passcode, &policy).await?;
    let visitor = visitor(app, caller, verified);
    let session = change(app, which, caller, Action::Join, move |session, moment| {
        let visitor = Visitor { role: part(moment.relation), ..visitor.clone() };
        let change = session.enter(moment.now, &policy, visitor)?;
        if door == Door::Open && moment.relation == Relation::Practitioner {
            return Ok(change.then(|session| session.open_door(moment.now, &policy))?);
        }
        Ok(change)
    })
    .await?;
    let participant = session.participant_of(caller.person.id).map(|p| p.id);
    participant.map(|id| (session, id)).ok_or(Problem::NotFound)
}

/// Comes in, starts and opens the door, at one stroke: what a start means where a program has no door to keep. An
/// administrator starts and stays out. Starting what is in progress is coming in again.
///
/// `started_by`: who may, where the booking does not say.
///
/// # Errors
/// The refusals of [`enter`] and of a start.
pub async fn start_and_enter(
    app: &App,
    caller: &Caller,
    which: Which,
    passcode: Option<String>,
    started_by: StartedBy,
) -> Result<(Session, Option<ParticipantId>), Problem> {
    let policy = Policy { started_by, ..usage::policy(app).await? };
    start_with(app, caller, which, passcode, policy, |_| Ok(())).await
}

/// As [`start_and_enter`], for programs in which only one start starts; the practitioner may be early by as much as
/// he likes.
///
/// # Errors
/// As [`start_and_enter`]; `not_allowed_now` for the second start.
pub async fn start_once(
    app: &App,
    caller: &Caller,
    which: Which,
    passcode: Option<String>,
) -> Result<(Session, Option<ParticipantId>), Problem> {
    let policy = Policy { practitioner_window: SignedDuration::MAX, ..usage::policy(app).await? };
    let not_begun = |session: &Session| match session.state.status() {
        state @ Status::InProgress => Err(Problem::NotAllowedNow { state, asked: Move::Start }),
        _ => Ok(()),
    };
    start_with(app, caller, which, passcode, policy, not_begun).await
}

async fn start_with<F>(
    app: &App,
    caller: &Caller,
    which: Which,
    passcode: Option<String>,
    policy: Policy,
    check: F,
) -> Result<(Session, Option<ParticipantId>), Problem>
where
    F: Fn(&Session) -> Result<(), Problem> + Sync,
{
    let (session, relation) = find(&mut app.store.read().await?, which, caller, Action::Start).await?;
    // What cannot start says so before it asks for a passcode.
    check(&session)?;
    session.clone().start(app.clock.now(), &policy, relation.into())?;
    let verified = match relation {
        Relation::Client => check_passcode(app, caller, which, passcode, &policy).await?,
        _ => false,
    };
    prepare(app, &session).await?;
    let visitor = visitor(app, caller, verified);
    let session = change(app, which, caller, Action::Start, move |session, moment| {
        let now = moment.now;
        check(&session)?;
        let started = session.start(now, &policy, moment.relation.into())?;
        let open = started.then(|session| session.open_door(now, &policy))?;
        if !matches!(moment.relation, Relation::Practitioner | Relation::Client) {
            return Ok(open);
        }
        let visitor = Visitor { role: part(moment.relation), ..visitor.clone() };
        Ok(open.then(|session| session.enter(now, &policy, visitor))?)
    })
    .await?;
    let participant = session.participant_of(caller.person.id).map(|p| p.id);
    Ok((session, participant))
}

/// The caller at the door; the role is found out there.
fn visitor(app: &App, caller: &Caller, passcode_verified: bool) -> Visitor {
    Visitor {
        person_id: caller.person.id,
        role: PartyRole::Guest,
        name: caller.person.name.clone(),
        new_id: ParticipantId::new(app.seed()),
        passcode_verified,
    }
}

/// Whether the passcode was asked for and is right, now or once before. A guess is counted, and the count committed, before it
/// is compared, so that many guesses at once gain nothing.
///
/// # Errors
/// What keeps the caller from the door, and the passcode's refusals.
pub async fn check_passcode(
    app: &App,
    caller: &Caller,
    which: Which,
    given: Option<String>,
    policy: &Policy,
) -> Result<bool, Problem> {
    let mut tx = app.store.read().await?;
    let (session, relation) = find(&mut tx, which, caller, Action::Join).await?;
    let (person, role) = (caller.person.id, part(relation));
    session.check_door(app.clock.now(), policy, person, role)?;
    if !session.asks_passcode(person, role) {
        return Ok(false);
    }
    if !tx.must_guess(session.id, &person.to_string()).await? {
        return Ok(true);
    }
    drop(tx);
    let Some(code) = given else { return Err(Problem::PasscodeRequired) };
    if !Passcodes::is_well_formed(&code) {
        return Err(Problem::invalid("passcode", "six digits"));
    }
    let (tries_left, hash) = count_guess(app, session.id, caller).await?;
    let matches = app.passcodes.matches(session.id, &code, hash.clone()).await.map_err(Problem::internal)?;
    if matches && remember_right(app, session.id, caller, &hash).await? {
        return Ok(true);
    }
    Err(Problem::PasscodeWrong { tries_left })
}

/// How many tries the caller has left after this one, and what it is compared with. A try too many is not
/// compared, so it does not count: who is locked out locks nobody else out.
async fn count_guess(app: &App, session: SessionId, caller: &Caller) -> Result<(u32, String), Problem> {
    let mut tx = app.store.begin().await?;
    let guess = tx.count_guess(session, &caller.person.id.to_string()).await?;
    let guess = guess.ok_or(Problem::VersionConflict)?;
    let left = (GUESSES_PER_CALLER - guess.of_caller).min(GUESSES_PER_SESSION - guess.of_session);
    let left = u32::try_from(left).map_err(|_| Problem::Locked)?;
    tx.commit().await?;
    Ok((left, guess.hash))
}

/// A right code was no wrong guess. Says whether it is still the code: it may have been renewed since.
async fn remember_right(app: &App, session: SessionId, caller: &Caller, hash: &str) -> Result<bool, Problem> {
    let mut tx = app.store.begin().await?;
    let right = tx.guessed_right(session, &caller.person.id.to_string(), hash).await?;
    tx.commit().await?;
    Ok(right)
}

/// The media token and addresses of somebody who has been let in.
///
/// # Errors
/// When he has not, the token cannot be made, or the session's provider fails.
pub async fn grant(app: &App, session: &Session, participant: ParticipantId) -> Result<MediaGrant, Problem> {
    let seated = seat(app, session, admitted_participant(session, participant)?).await?;
    match seated {
        Seated::Here => grant_here(app, session, participant),
        Seated::Elsewhere(provider, credentials) => Ok(MediaGrant {
            provider,
            url: credentials.url,
            token: credentials.token,
            ice_servers: Vec::new(),
            expires_at: credentials.expires_at,
            resource: None,
            details: Some(credentials.details),
        }),
    }
}

fn grant_here(app: &App, session: &Session, participant: ParticipantId) -> Result<MediaGrant, Problem> {
    let to = MediaAccess { session_id: session.id, participant_id: participant };
    let issued = app.tokens.media(to, app.clock.now(), MEDIA_TOKEN_LIFE).map_err(Problem::internal)?;
    let expires_at = issued.expires_at;
    Ok(MediaGrant {
        provider: MediaProvider::Embedded,
        url: Some(format!("/api/v1/sessions/{}/media", session.id)),
        token: issued.token,
        ice_servers: app.ice.servers(participant, expires_at),
        expires_at,
        resource: None,
        details: None,
    })
}

/// How far somebody has come.
///
/// # Errors
/// `not_found` for who takes no part.
pub fn admission(session: &Session, id: ParticipantId) -> Result<Admission, Problem> {
    session.participant(id).map(|p| p.admission).ok_or(Problem::NotFound)
}

/// Who may join, joins as this.
fn part(relation: Relation) -> PartyRole {
    match relation {
        Relation::Practitioner => PartyRole::Practitioner,
        Relation::Client => PartyRole::Client,
        Relation::Guest | Relation::Assistant | Relation::Admin => PartyRole::Guest,
    }
}
