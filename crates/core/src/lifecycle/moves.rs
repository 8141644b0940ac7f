//! What people do to a session.

use jiff::Timestamp;

use super::{Change, Move, Refusal};
use crate::actor::Actor;
use crate::appointment::{Kind, MediaProvider, Payment, PaymentStatus, Slot, StartedBy};
use crate::attendance::{Fact, FactKind, Source};
use crate::doorway::Doorway;
use crate::event::Event;
use crate::ids::PersonId;
use crate::policy::Policy;
use crate::session::{Admission, PartyRole, Session, State, before};

impl Session {
    /// Starts by hand, which also admits the appointment's client; not who came by code. Starting twice is no error.
    ///
    /// # Errors
    /// When it has ended, is not paid, is too early, has no call, or `by` may not start it.
    pub fn start(mut self, at: Timestamp, policy: &Policy, by: Actor) -> Result<Change, Refusal> {
        if self.appointment.kind == Kind::InPerson {
            return Err(Refusal::NoCall);
        }
        self.expect_possible(Move::Start)?;
        if self.is_in_progress() {
            return Ok(Change::nothing(self));
        }
        let started_by = self.appointment.started_by.unwrap_or(policy.started_by);
        if !started_by.allows(by) {
            return Err(Refusal::NotTheStarter(starter(started_by)));
        }
        if !self.appointment.payment.settled() {
            return Err(Refusal::PaymentRequired);
        }
        let window = match by {
            Actor::Practitioner | Actor::Admin => policy.practitioner_window,
            _ => policy.join_window,
        };
        let opens_at = before(self.appointment.slot.starts_at, window);
        if at < opens_at {
            return Err(Refusal::too_early(at, opens_at));
        }
        self.expect_quota(policy)?;
        let mut events = Vec::new();
        if let Some(client) = self.waiting_client() {
            self.set_admission(client, Admission::Admitted, at)?;
            events.push(Event::Admitted { participant: client });
        }
        self.state = State::InProgress { since: at, by };
        events.push(Event::Started { by });
        Ok(Change { session: self, events })
    }

    /// Ends for everyone, once: whoever comes second gets the ended session. What never began is a
    /// no-show; where nothing proves who came, what has begun by the clock counts as held.
    #[must_use]
    pub fn end(mut self, at: Timestamp, by: Actor, reason: Option<String>) -> Change {
        let starts_at = self.appointment.slot.starts_at;
        match self.state {
            State::InProgress { since, .. } => self.complete(since, at, by, reason),
            State::Scheduled | State::Waiting { .. } if !self.is_proven() && at > starts_at => {
                self.complete(starts_at, at, by, reason)
            }
            State::Scheduled | State::Waiting { .. } => self.miss(at, by, reason),
            State::Completed { .. } | State::Cancelled { .. } | State::NoShow { .. } => {
                self.close_everyone(at);
                Change::nothing(self)
            }
        }
    }

    /// Calls the appointment off before it began. Cancelling twice is no error.
    ///
    /// # Errors
    /// When the session has begun or has ended otherwise.
    pub fn cancel(mut self, at: Timestamp, by: Actor, reason: Option<String>) -> Result<Change, Refusal> {
        self.expect_possible(Move::Cancel)?;
        if let State::Cancelled { .. } = self.state {
            return Ok(Change::nothing(self));
        }
        self.close_everyone(at);
        self.state = State::Cancelled { at, by, reason };
        Ok(Change::with(self, Event::Cancelled { by }))
    }

    /// Takes it off the lists of a program that deletes, and calls it off where it has not begun. It is kept:
    /// what happened stays provable.
    ///
    /// # Errors
    /// While it is in progress.
    pub fn delete(self, at: Timestamp, by: Actor) -> Result<Change, Refusal> {
        let over = !self.state.is_live();
        let mut change = if over { Change::nothing(self) } else { self.cancel(at, by, None)? };
        change.session.deleted_at.get_or_insert(at);
        Ok(change)
    }

    /// Takes a cancellation back. Whether the time is still free, the store decides.
    ///
    /// # Errors
    /// When it is not cancelled, or its slot is over.
    pub fn reactivate(mut self, at: Timestamp) -> Result<Change, Refusal> {
        self.expect_possible(Move::Reactivate)?;
        if self.appointment.slot.ends_at <= at {
            return Err(Refusal::SlotOver);
        }
        self.state = State::Scheduled;
        self.appointment.hold_expires_at = None;
        self.deleted_at = None;
        self.return_to_waiting_room(at);
        Ok(Change::with(self, Event::Reactivated))
    }

    /// Moves to another slot, which [`Slot::book`] has made. Who waits is sent home: the door of the new
    /// slot opens in its own time.
    ///
    /// # Errors
    /// When the session has begun or ended.
    pub fn move_to(mut self, at: Timestamp, slot: Slot) -> Result<Change, Refusal> {
        self.expect_possible(Move::Move)?;
        if slot == self.appointment.slot {
            return Ok(Change::nothing(self));
        }
        self.close_everyone(at);
        let from = std::mem::replace(&mut self.appointment.slot, slot);
        self.state = State::Scheduled;
        self.return_to_waiting_room(at);
        Ok(Change::with(self, Event::Moved { from }))
    }

    /// Another practitioner takes the appointment over before it begins; whether they have the time, the store decides.
    /// Client, link and passcode stay. Who had it has no place in it any more, and the door that they opened is closed.
    ///
    /// # Errors
    /// When the session has begun or ended.
    pub fn hand_over(mut self, at: Timestamp, to: PersonId) -> Result<Change, Refusal> {
        self.expect_possible(Move::HandOver)?;
        if to == self.appointment.practitioner_id {
            return Ok(Change::nothing(self));
        }
        let mut events = vec![Event::HandedOver { from: self.appointment.practitioner_id }];
        if let Some(participant) = self.party(PartyRole::Practitioner).map(|participant| participant.id) {
            self.close_connections(participant, at);
            events.push(Event::Removed { participant });
        }
        for participant in &mut self.participants {
            if participant.role == PartyRole::Practitioner {
                (participant.role, participant.admission) = (PartyRole::Guest, Admission::Removed);
            }
            if participant.person_id == to {
                (participant.role, participant.admission) = (PartyRole::Practitioner, Admission::Admitted);
            }
        }
        self.auto_admit_client = false;
        self.appointment.practitioner_id = to;
        Ok(Change { session: self, events })
    }

    /// Puts the hard stop off.
    ///
    /// # Errors
    /// When the session is not in progress, or by less than 1 or more than 240 minutes.
    pub fn extend(mut self, minutes: i64) -> Result<Change, Refusal> {
        self.expect_possible(Move::Extend)?;
        if !(1..=240).contains(&minutes) {
            return Err(Refusal::ExtendBy);
        }
        self.extended_minutes = self.extended_minutes.saturating_add(minutes);
        self.warned = false;
        Ok(Change::with(self, Event::Extended { minutes }))
    }

    /// A payment came in or went back. A refund does not end what has begun. A reference, and the word that was said of the
    /// same status, stay until another is told.
    #[must_use]
    pub fn pay(mut self, told: Payment) -> Change {
        let known = &self.appointment.payment;
        let is_same = known.status == told.status;
        let payment = Payment {
            status: told.status,
            reference: told.reference.or_else(|| known.reference.clone()),
            said: told.said.or_else(|| known.said.clone().filter(|_| is_same)),
        };
        if payment == *known {
            return Change::nothing(self);
        }
        let event = match payment.status {
            // Another word alone is no other payment.
            _ if is_same && payment.reference == known.reference => Event::Changed,
            PaymentStatus::Confirmed => Event::PaymentConfirmed,
            PaymentStatus::Refunded => Event::PaymentRefunded,
            PaymentStatus::NotRequired | PaymentStatus::Open => Event::Changed,
        };
        self.appointment.payment = payment;
        Change::with(self, event)
    }

    /// Gives the call to another media provider, before it begins.
    ///
    /// # Errors
    /// When the session has begun or ended.
    pub fn set_provider(
        self,
        at: Timestamp,
        provider: MediaProvider,
        presence_proven: bool,
    ) -> Result<Change, Refusal> {
        self.expect_possible(Move::Carry)?;
        Ok(self.with_provider(at, provider, presence_proven))
    }

    /// Takes the call over from a provider that fails, also while it is in progress. What has ended stays as it was, and
    /// so does a call of more people than the embedded server has room for: nobody loses their place by it.
    #[must_use]
    pub fn fall_back(self, at: Timestamp) -> Change {
        let fits = self.places_taken() <= usize::from(MediaProvider::Embedded.most_participants());
        if self.state.is_live() && fits {
            self.with_provider(at, MediaProvider::Embedded, true)
        } else {
            Change::nothing(self)
        }
    }

    /// Nobody is in the old provider's room any more, whatever it fails to tell.
    fn with_provider(mut self, at: Timestamp, provider: MediaProvider, presence_proven: bool) -> Change {
        if provider == self.appointment.media_provider {
            return Change::nothing(self);
        }
        let told =
            self.attendance.intervals().filter(|(key, it)| key.source == Source::Provider && it.is_open());
        let open: Vec<_> = told.map(|(key, _)| *key).collect();
        for key in open {
            self.attendance.apply(&Fact { key, kind: FactKind::Disconnected, at });
        }
        self.appointment.media_provider = provider;
        self.appointment.presence_proven = presence_proven;
        Change::with(self, Event::Changed)
    }

    pub(super) fn complete(
        mut self,
        started_at: Timestamp,
        ended_at: Timestamp,
        by: Actor,
        reason: Option<String>,
    ) -> Change {
        self.close_everyone(ended_at);
        self.state = State::Completed { started_at, ended_at: ended_at.max(started_at), by, reason };
        Change::with(self, Event::Completed { by })
    }

    pub(super) fn miss(mut self, at: Timestamp, by: Actor, reason: Option<String>) -> Change {
        let absent = self.absent();
        self.close_everyone(at);
        self.state = State::NoShow { at, by, reason, absent, started_at: self.state.started_at() };
        Change::with(self, Event::NoShow { absent })
    }

    pub(super) fn close_everyone(&mut self, at: Timestamp) {
        self.hang_up_phone(at);
        let everyone: Vec<_> = self.participants.iter().map(|p| p.id).collect();
        for who in everyone {
            self.close_connections(who, at);
            self.lapse(who, at);
        }
        self.doorway = Doorway::default();
    }

    /// Nobody is let in for a slot that has yet to come; who has a place keeps it.
    fn return_to_waiting_room(&mut self, at: Timestamp) {
        self.moved_at = Some(at);
        self.warned = false;
        self.auto_admit_client = false;
        for participant in &mut self.participants {
            if participant.role != PartyRole::Practitioner {
                participant.admission = Admission::Waiting;
                participant.admitted_at = None;
                participant.left_at.get_or_insert(at);
            }
        }
    }
}

fn starter(started_by: StartedBy) -> &'static str {
    match started_by {
        StartedBy::Practitioner => "practitioner",
        StartedBy::Client => "client",
        StartedBy::Either => "practitioner or the client",
    }
}

/// The longest end or cancel reason, in characters.
pub const MAX_REASON: usize = 500;
