//! Writing sessions, and refusing overlaps ([`super::overlap`]).

use openvisit_core::Timestamp;
use openvisit_core::ids::PersonId;
use openvisit_core::session::Session;

use super::row::{AppointmentDoc, SessionDoc};
use super::sums::{Share, attended, attendees};
use crate::outbox::EventLine;
use crate::value::{fold, micros, to_json};
use crate::{StoreError, Tx, search};

/// The number of the session's last event, and the request that it was.
type Numbered = (i64, Option<String>);

fn count(events: usize) -> i64 {
    i64::try_from(events).unwrap_or(i64::MAX)
}

impl Tx {
    /// Stores a new session without events. `due_at` is [`Session::due`]. The ledger goes by [`Tx::record`].
    ///
    /// # Errors
    /// As [`Tx::insert_with`].
    pub async fn insert(&mut self, session: &Session, due_at: Option<Timestamp>) -> Result<(), StoreError> {
        self.insert_with(session, due_at, 0).await.map(drop)
    }

    /// As [`Tx::insert`], with so many events to come: they follow those of the request that it was, if it was one.
    ///
    /// # Errors
    /// [`StoreError::SlotTaken`]; [`StoreError::NotUnique`]: `external_id`, `room_name`.
    pub async fn insert_with(
        &mut self,
        session: &Session,
        due_at: Option<Timestamp>,
        events: usize,
    ) -> Result<EventLine, StoreError> {
        self.claim_slot(session).await?;
        self.free = None;
        let appointment = &session.appointment;
        let sql = "insert into session (id, appointment_id, external_issuer, external_id, organization_id, \
                   practitioner_id, client_id, starts_at, ends_at, status, due_at, hold_expires_at, \
                   appointment_doc, session_doc, version, created_at, updated_at, started_at, attended, \
                   title_key, lasted, room_name, title_search, attendees, event_sequence) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, \
                   $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, \
                   $25 + coalesce((select event_sequence from request where id = $1), 0)) \
                   returning event_sequence, (select request.id from request where request.id = session.id)";
        let numbered = fetch_optional!(
            self,
            Numbered,
            sql,
            session.id.to_string(),
            appointment.id.to_string(),
            appointment.external.as_ref().map(|external| &external.issuer),
            appointment.external.as_ref().map(|external| &external.id),
            appointment.organization_id.map(|id| id.to_string()),
            appointment.practitioner_id.to_string(),
            appointment.client_id.to_string(),
            micros(appointment.slot.starts_at),
            micros(appointment.slot.ends_at),
            session.state.status().name(),
            due_at.map(micros),
            appointment.hold_expires_at.map(micros),
            to_json(&AppointmentDoc::from(appointment))?,
            to_json(&SessionDoc::from(session))?,
            session.version,
            micros(appointment.created_at),
            micros(appointment.updated_at),
            session.state.started_at().map(micros),
            attended(session),
            appointment.title.as_deref().map(fold),
            lasted(session),
            &session.room_name,
            appointment.title.as_deref().map(search::key),
            attendees(session),
            count(events),
        )?;
        self.sums.add(session, &Share::of(session));
        EventLine::of(session, numbered, events)
    }

    /// Stores what became of a session, if nobody else has saved it since it was loaded, and counts its
    /// version up. Client, organization, external id and the room's name never change. The ledger goes by [`Tx::record`].
    ///
    /// Save at most one live session per transaction, or lock all parties first: on PostgreSQL two
    /// transactions that save the same two in different order can deadlock, which is then a conflict.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when somebody was faster; [`StoreError::SlotTaken`] when its time, after a move
    /// or a reactivation, is not free.
    pub async fn save(&mut self, session: &mut Session, due_at: Option<Timestamp>) -> Result<(), StoreError> {
        self.claim_slot(session).await?;
        let share = self.share(session).await?;
        self.arrange(session).await?;
        let practitioner = session.appointment.practitioner_id;
        self.update(session, due_at, practitioner, &share, 0).await.map(drop)
    }

    /// As [`Tx::save`], for what was loaded as `before`, with so many events to come: what `before` tells need not be asked
    /// for again. The practitioner may be another one.
    ///
    /// # Errors
    /// As [`Tx::save`].
    pub async fn save_changed(
        &mut self,
        before: &Session,
        session: &mut Session,
        due_at: Option<Timestamp>,
        events: usize,
    ) -> Result<EventLine, StoreError> {
        let held_by = |session: &Session| (session.appointment.practitioner_id, session.appointment.slot);
        let keeps_slot = before.state.is_live() && held_by(before) == held_by(session);
        if !keeps_slot {
            self.claim_slot(session).await?;
        }
        // Of a live one nothing is summed but that it is there; facts that come late change what an ended one adds.
        let share = if before.state.is_live() { Share::of(before) } else { self.share(session).await? };
        let arranged = |session: &Session| (held_by(session), session.appointment.title.clone());
        if arranged(before) != arranged(session) {
            self.arrange(session).await?;
        }
        self.update(session, due_at, before.appointment.practitioner_id, &share, events).await
    }

    /// Stores with whom it is, when, and what it is called. Few changes concern these, and each costs a place in several indices.
    async fn arrange(&mut self, session: &Session) -> Result<(), StoreError> {
        let appointment = &session.appointment;
        let sql = "update session set starts_at = $3, ends_at = $4, title_key = $5, title_search = $6, practitioner_id = $7 \
                   where id = $1 and version = $2";
        let (id, title) = (session.id.to_string(), appointment.title.as_deref());
        let (starts_at, ends_at) = (micros(appointment.slot.starts_at), micros(appointment.slot.ends_at));
        let practitioner = appointment.practitioner_id.to_string();
        let (key, words) = (title.map(fold), title.map(search::key));
        execute!(self, sql, id, session.version, starts_at, ends_at, key, words, practitioner)?;
        Ok(())
    }

    /// All else; that nobody else has saved it meanwhile shows here.
    async fn update(
        &mut self,
        session: &mut Session,
        due_at: Option<Timestamp>,
        practitioner_before: PersonId,
        before: &Share,
        events: usize,
    ) -> Result<EventLine, StoreError> {
        self.free = None;
        let appointment = &session.appointment;
        let sql = "update session set status = $3, due_at = $4, hold_expires_at = $5, appointment_doc = $6, session_doc = $7, \
                   updated_at = $8, deleted_at = $9, started_at = $10, attended = $11, lasted = $12, attendees = $13, \
                   event_sequence = event_sequence + $14, version = version + 1 \
                   where id = $1 and version = $2 \
                   returning event_sequence, (select request.id from request where request.id = session.id)";
        let numbered = fetch_optional!(
            self,
            Numbered,
            sql,
            session.id.to_string(),
            session.version,
            session.state.status().name(),
            due_at.map(micros),
            appointment.hold_expires_at.map(micros),
            to_json(&AppointmentDoc::from(appointment))?,
            to_json(&SessionDoc::from(&*session))?,
            micros(appointment.updated_at),
            session.deleted_at.map(micros),
            session.state.started_at().map(micros),
            attended(session),
            lasted(session),
            attendees(session),
            count(events),
        )?;
        let line = EventLine::of(session, numbered, events)?;
        self.sums.subtract(session, practitioner_before, before);
        self.sums.add(session, &Share::of(session));
        session.version += 1;
        Ok(line)
    }

    /// What the session adds to the sums as it is stored. That the row does not change until it is saved, its
    /// version makes sure.
    async fn share(&mut self, session: &Session) -> Result<Share, StoreError> {
        let sql = "select status, started_at, attended from session where id = $1 and version = $2";
        let row = fetch_optional!(
            self,
            (String, Option<i64>, Option<i64>),
            sql,
            session.id.to_string(),
            session.version
        )?;
        let (status, started_at, attended) = row.ok_or(StoreError::Conflict)?;
        Share::stored(status, started_at, attended)
    }
}

/// From start to end, in microseconds, once it has been held.
fn lasted(session: &Session) -> Option<i64> {
    let (started_at, ended_at) = session.state.held_from().zip(session.state.ended_at())?;
    i64::try_from(started_at.duration_until(ended_at).as_micros()).ok()
}
