//! Writing sessions, and refusing overlaps.
//!
//! Of a practitioner, and of a client, no two live appointments overlap: the schema refuses it. Before that,
//! the one in the way is looked up, so that the refusal can name it. On PostgreSQL both parties are locked
//! first, lowest first, until the transaction ends; SQLite has one writer.

use openvisit_core::Timestamp;
use openvisit_core::appointment::Slot;
use openvisit_core::ids::PersonId;
use openvisit_core::session::{PartyRole, Session};

use super::row::{AppointmentDoc, SessionDoc};
use super::sums::{Share, attended};
use crate::tx::DatabaseConnection;
use crate::value::{fold, instant, micros, parse, to_json};
use crate::{StoreError, Tx, search};

impl Tx {
    /// Stores a new session. `due_at` is [`Session::due`]. The ledger goes by [`Tx::record`]. Its events follow those of the
    /// request that it was, if it was one.
    ///
    /// # Errors
    /// [`StoreError::SlotTaken`]; [`StoreError::NotUnique`]: `external_id`, `room_name`.
    pub async fn insert(&mut self, session: &Session, due_at: Option<Timestamp>) -> Result<(), StoreError> {
        self.claim_slot(session).await?;
        let appointment = &session.appointment;
        let sql = "insert into session (id, appointment_id, external_issuer, external_id, organization_id, \
                   practitioner_id, client_id, starts_at, ends_at, status, due_at, hold_expires_at, \
                   appointment_doc, session_doc, version, created_at, updated_at, started_at, attended, \
                   title_key, lasted, room_name, title_search, event_sequence) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, \
                   $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, \
                   coalesce((select event_sequence from request where id = $1), 0))";
        execute!(
            self,
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
        )?;
        self.sums.add(session, &Share::of(session));
        Ok(())
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
        let practitioner = session.appointment.practitioner_id;
        self.update(session, due_at, practitioner, &share).await
    }

    /// As [`Tx::save`], for what was loaded as `before`: what that tells need not be asked for again. The practitioner may be
    /// another one.
    ///
    /// # Errors
    /// As [`Tx::save`].
    pub async fn save_changed(
        &mut self,
        before: &Session,
        session: &mut Session,
        due_at: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let held_by = |session: &Session| (session.appointment.practitioner_id, session.appointment.slot);
        let keeps_slot = before.state.is_live() && held_by(before) == held_by(session);
        if !keeps_slot {
            self.claim_slot(session).await?;
        }
        // Of a live one nothing is summed but that it is there; facts that come late change what an ended one adds.
        let share = if before.state.is_live() { Share::of(before) } else { self.share(session).await? };
        self.update(session, due_at, before.appointment.practitioner_id, &share).await
    }

    async fn update(
        &mut self,
        session: &mut Session,
        due_at: Option<Timestamp>,
        practitioner_before: PersonId,
        before: &Share,
    ) -> Result<(), StoreError> {
        let appointment = &session.appointment;
        let sql = "update session set starts_at = $3, ends_at = $4, status = $5, due_at = $6, \
                   hold_expires_at = $7, appointment_doc = $8, session_doc = $9, updated_at = $10, deleted_at = $11, \
                   started_at = $12, attended = $13, title_key = $14, lasted = $15, title_search = $16, practitioner_id = $17, \
                   version = version + 1 \
                   where id = $1 and version = $2";
        let saved = execute!(
            self,
            sql,
            session.id.to_string(),
            session.version,
            micros(appointment.slot.starts_at),
            micros(appointment.slot.ends_at),
            session.state.status().name(),
            due_at.map(micros),
            appointment.hold_expires_at.map(micros),
            to_json(&AppointmentDoc::from(appointment))?,
            to_json(&SessionDoc::from(&*session))?,
            micros(appointment.updated_at),
            session.deleted_at.map(micros),
            session.state.started_at().map(micros),
            attended(session),
            appointment.title.as_deref().map(fold),
            lasted(session),
            appointment.title.as_deref().map(search::key),
            appointment.practitioner_id.to_string(),
        )?;
        if saved == 0 {
            return Err(StoreError::Conflict);
        }
        self.sums.subtract(session, practitioner_before, before);
        self.sums.add(session, &Share::of(session));
        session.version += 1;
        Ok(())
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

    /// Makes sure that a session, if it is live, has its time for itself until the transaction ends.
    async fn claim_slot(&mut self, session: &Session) -> Result<(), StoreError> {
        if !session.state.is_live() {
            return Ok(());
        }
        let appointment = &session.appointment;
        self.lock_parties(appointment.practitioner_id, appointment.client_id).await?;
        let sql = concat!(
            "select id, starts_at, ends_at, practitioner_id from session where (practitioner_id = $1 or client_id = $2) \
             and id <> $3 and ",
            live_overlapping!("$4", "$5"),
            " limit 1"
        );
        let in_the_way = fetch_optional!(
            self,
            (String, i64, i64, String),
            sql,
            appointment.practitioner_id.to_string(),
            appointment.client_id.to_string(),
            session.id.to_string(),
            micros(appointment.slot.starts_at),
            micros(appointment.slot.ends_at),
        )?;
        let Some((id, starts_at, ends_at, practitioner)) = in_the_way else { return Ok(()) };
        let starts_at = instant("session.starts_at", starts_at)?;
        let conflicting = Slot { starts_at, ends_at: instant("session.ends_at", ends_at)? };
        let is_practitioners = practitioner == appointment.practitioner_id.to_string();
        let party = if is_practitioners { PartyRole::Practitioner } else { PartyRole::Client };
        Err(StoreError::SlotTaken { conflicting, session_id: parse("session.id", &id)?, party })
    }

    pub(crate) async fn lock_parties(
        &mut self,
        practitioner: PersonId,
        client: PersonId,
    ) -> Result<(), StoreError> {
        let DatabaseConnection::Postgres(tx) = &mut self.connection else { return Ok(()) };
        let (a, b) = (lock_key(practitioner), lock_key(client));
        // One statement; its rows, and so the locks, come in the array's order.
        let sql = "select pg_advisory_xact_lock(key) from unnest($1::bigint[]) as key";
        sqlx::query(sql).bind([a.min(b), a.max(b)]).execute(&mut **tx).await?;
        Ok(())
    }
}

/// From start to end, in microseconds, once it has been held.
fn lasted(session: &Session) -> Option<i64> {
    let (started_at, ended_at) = session.state.held_from().zip(session.state.ended_at())?;
    i64::try_from(started_at.duration_until(ended_at).as_micros()).ok()
}

/// A person's advisory lock. Two people may share one by chance; they then wait for each other.
fn lock_key(person: PersonId) -> i64 {
    let (high, low) = person.0.as_u64_pair();
    (high ^ low) as i64
}
