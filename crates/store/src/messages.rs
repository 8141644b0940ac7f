//! E-mails on their way to people. A row says who is told what; the text is written when it is sent.
//!
//! Whoever sends holds a lease, so that several nodes share the work. A lease that ran out is anybody's again, and its
//! message may have been sent: the same id goes out again.

use openvisit_core::Timestamp;
use openvisit_core::ids::{EmailId, InvitationId, PersonId, SessionId};
use openvisit_core::message::{DueReminders, Kind};
use serde::Serialize;
use sqlx::{AssertSqlSafe, FromRow};

use crate::tx::DatabaseConnection;
use crate::value::{corrupt, instant, micros, optional_instant, parse, parse_optional};
use crate::{StoreError, Tx};

/// Who is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Recipient {
    Person(PersonId),
    /// Whom an invitation is for.
    Guest(InvitationId),
}

impl Recipient {
    fn id(self) -> String {
        match self {
            Self::Person(id) => id.to_string(),
            Self::Guest(id) => id.to_string(),
        }
    }

    fn is_guest(self) -> bool {
        matches!(self, Self::Guest(_))
    }
}

/// A message that is to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEmail {
    pub id: EmailId,
    pub kind: Kind,
    pub to: Recipient,
    /// The session that it is of, with its version; `None` for what is of an account.
    pub session: Option<(SessionId, i64)>,
    /// The slot that a reminder is for: one is stored for each.
    pub slot_starts_at: Option<Timestamp>,
    /// The secret of the link in it, where there is one already.
    pub sealed_link: Option<Vec<u8>>,
    pub at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EmailState {
    Pending,
    Sent,
    /// The mail server does not take it.
    GivenUp,
    /// It was no more true, or there is nobody to send it to.
    Dropped,
}

impl EmailState {
    pub const ALL: [Self; 4] = [Self::Pending, Self::Sent, Self::GivenUp, Self::Dropped];

    /// As a row has it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sent => "sent",
            Self::GivenUp => "given_up",
            Self::Dropped => "dropped",
        }
    }
}

/// A message as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEmail {
    pub id: EmailId,
    pub kind: Kind,
    pub to: Recipient,
    pub session_id: Option<SessionId>,
    pub sequence: i64,
    pub slot_starts_at: Option<Timestamp>,
    pub sealed_link: Option<Vec<u8>>,
    pub state: EmailState,
    /// How often it was tried, the try that is under way included.
    pub attempts: u32,
    pub due_at: Timestamp,
    /// Somebody is sending until then, or was, and nobody knows what became of it.
    pub leased_until: Option<Timestamp>,
    pub created_at: Timestamp,
    pub begun_at: Timestamp,
    pub attempted_at: Option<Timestamp>,
    pub done_at: Option<Timestamp>,
    /// The mail server's code.
    pub status: Option<u16>,
    /// What it said, or why the message is not sent.
    pub answer: Option<String>,
    /// The address, masked.
    pub sent_to: Option<String>,
}

impl StoredEmail {
    /// Whether it stands before another one of the same session and recipient.
    #[must_use]
    pub fn is_before(&self, other: &Self) -> bool {
        let place = |it: &Self| (it.sequence, it.created_at, it.id);
        place(self) < place(other)
    }

    /// Whether it reached the mail server, for all that is known.
    #[must_use]
    pub fn may_have_been_sent(&self) -> bool {
        self.state == EmailState::Sent || (self.state == EmailState::Pending && self.leased_until.is_some())
    }
}

/// A page of the log, the latest first.
#[derive(Clone, Copy, Debug, Default)]
pub struct Emails {
    pub before: Option<EmailId>,
    pub state: Option<EmailState>,
    pub limit: u32,
}

/// A reminder that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueReminder {
    pub session_id: SessionId,
    pub version: i64,
    pub to: Recipient,
    pub slot_starts_at: Timestamp,
}

const COLUMNS: &str = "id, kind, recipient, is_guest, session_id, sequence, slot_starts_at, sealed_link, state, attempts, \
                       due_at, leased_until, created_at, begun_at, attempted_at, done_at, status, answer, sent_to";

#[derive(FromRow)]
struct Row {
    id: String,
    kind: String,
    recipient: String,
    is_guest: bool,
    session_id: Option<String>,
    sequence: i64,
    slot_starts_at: Option<i64>,
    sealed_link: Option<Vec<u8>>,
    state: String,
    attempts: i64,
    due_at: i64,
    leased_until: Option<i64>,
    created_at: i64,
    begun_at: i64,
    attempted_at: Option<i64>,
    done_at: Option<i64>,
    status: Option<i64>,
    answer: Option<String>,
    sent_to: Option<String>,
}

impl TryFrom<Row> for StoredEmail {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let state = EmailState::ALL.into_iter().find(|state| state.word() == row.state);
        Ok(Self {
            id: parse("message.id", &row.id)?,
            kind: Kind::named(&row.kind).ok_or_else(|| corrupt("message.kind"))?,
            to: recipient(&row.recipient, row.is_guest)?,
            session_id: parse_optional("message.session_id", row.session_id.as_deref())?,
            sequence: row.sequence,
            slot_starts_at: optional_instant("message.slot_starts_at", row.slot_starts_at)?,
            sealed_link: row.sealed_link,
            state: state.ok_or_else(|| corrupt("message.state"))?,
            attempts: u32::try_from(row.attempts).map_err(|_| corrupt("message.attempts"))?,
            due_at: instant("message.due_at", row.due_at)?,
            leased_until: optional_instant("message.leased_until", row.leased_until)?,
            created_at: instant("message.created_at", row.created_at)?,
            begun_at: instant("message.begun_at", row.begun_at)?,
            attempted_at: optional_instant("message.attempted_at", row.attempted_at)?,
            done_at: optional_instant("message.done_at", row.done_at)?,
            status: row.status.and_then(|status| u16::try_from(status).ok()),
            answer: row.answer,
            sent_to: row.sent_to,
        })
    }
}

fn recipient(id: &str, is_guest: bool) -> Result<Recipient, StoreError> {
    Ok(if is_guest {
        Recipient::Guest(parse("message.recipient", id)?)
    } else {
        Recipient::Person(parse("message.recipient", id)?)
    })
}

impl Tx {
    /// Stores a message to somebody who has an address; whether there is one, and it is no reminder that is there already.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn store_email(&mut self, email: &NewEmail) -> Result<bool, StoreError> {
        // PostgreSQL has to be told what a parameter is that stands in a list of a select.
        macro_rules! stored {
            ($has_address:literal) => {
                concat!(
                    "insert into message (id, kind, recipient, is_guest, session_id, sequence, slot_starts_at, sealed_link, \
                     state, attempts, due_at, created_at, begun_at) \
                     select $1, $2, $3, $4, $5, $6, $7, $8, 'pending', 0, $9, $9, $9 from ",
                    $has_address,
                    " where id = $3 and email is not null on conflict do nothing"
                )
            };
        }
        let sql = if email.to.is_guest() { stored!("invitation") } else { stored!("person") };
        let inserted = execute!(
            self,
            sql,
            email.id.to_string(),
            email.kind.name(),
            email.to.id(),
            email.to.is_guest(),
            email.session.map(|(id, _)| id.to_string()),
            email.session.map_or(0, |(_, version)| version),
            email.slot_starts_at.map(micros),
            email.sealed_link.as_deref(),
            micros(email.at),
        )?;
        Ok(inserted > 0)
    }

    /// The guests of a session whose invitations have an address, and were not withdrawn.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn guests_with_address(&mut self, session: SessionId) -> Result<Vec<InvitationId>, StoreError> {
        let sql = "select id from invitation where session_id = $1 and role = '\"guest\"' and email is not null \
                   and withdrawn_at is null and not by_code order by id";
        let rows = fetch_all!(self, (String,), sql, session.to_string())?;
        rows.into_iter().map(|(id,)| parse("invitation.id", &id)).collect()
    }

    /// Who is to be reminded now, and was not yet.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn due_reminders(
        &mut self,
        kind: Kind,
        due: DueReminders,
        limit: u32,
    ) -> Result<Vec<DueReminder>, StoreError> {
        macro_rules! not_told {
            ($recipient:literal) => {
                concat!(
                    "status in ('scheduled', 'waiting') and starts_at > $1 and starts_at <= $2 \
                     and not exists (select 1 from message m where m.session_id = session.id and m.recipient = ",
                    $recipient,
                    " and ((m.kind = $3 and m.slot_starts_at = session.starts_at) \
                     or (m.kind in ('invitation', 'moved') and (m.state = 'pending' or m.created_at > session.starts_at - $4))))"
                )
            };
        }
        let sql = concat!(
            "select session.id, version, starts_at, client_id as recipient, $6 as is_guest from session \
             join person on person.id = client_id where person.email is not null and not person.disabled and ",
            not_told!("client_id"),
            " union all select session.id, version, starts_at, invitation.id as recipient, $7 as is_guest \
             from session join invitation on invitation.session_id = session.id where role = '\"guest\"' \
             and email is not null and withdrawn_at is null and not by_code and ",
            not_told!("invitation.id"),
            // Nodes that store the same ones at the same time do so in the same order.
            " order by 1, 4 limit $5"
        );
        let told_since = (due.lead + due.quiet).as_micros();
        let rows = fetch_all!(
            self,
            (String, i64, i64, String, bool),
            sql,
            micros(due.from),
            micros(due.to),
            kind.name(),
            i64::try_from(told_since).unwrap_or(i64::MAX),
            i64::from(limit),
            false,
            true,
        )?;
        rows.into_iter()
            .map(|(session, version, starts_at, id, is_guest)| {
                Ok(DueReminder {
                    session_id: parse("session.id", &session)?,
                    version,
                    to: recipient(&id, is_guest)?,
                    slot_starts_at: instant("session.starts_at", starts_at)?,
                })
            })
            .collect()
    }

    /// Takes at most `limit` messages that may be sent now, for whoever asks and nobody else until `leased_until`. Of those
    /// of a session to the same person only the last is, since it says all, and only while no other is on its way.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn lease_emails(
        &mut self,
        now: Timestamp,
        leased_until: Timestamp,
        limit: u32,
    ) -> Result<Vec<StoredEmail>, StoreError> {
        macro_rules! lease {
            ($dialect:ident) => {
                concat!(
                    "with picked as materialized (select id from message m where state = 'pending' and due_at <= $1 \
                     and (leased_until is null or leased_until <= $1) and not exists (select 1 from message e \
                     where e.session_id = m.session_id and e.recipient = m.recipient and e.id <> m.id \
                     and e.state = 'pending' and (e.leased_until > $1 \
                     or (e.sequence, e.created_at, e.id) > (m.sequence, m.created_at, m.id))) \
                     order by due_at, id limit $3",
                    skip_locked!($dialect),
                    ") update message set leased_until = $2, attempts = attempts + 1, attempted_at = $1 \
                     where id in (select id from picked) returning id, kind, recipient, is_guest, session_id, sequence, \
                     slot_starts_at, sealed_link, state, attempts, due_at, leased_until, created_at, begun_at, \
                     attempted_at, done_at, status, answer, sent_to"
                )
            };
        }
        let rows = fetch_all!(
            self,
            Row,
            sql_for!(self, lease!()),
            micros(now),
            micros(leased_until),
            i64::from(limit)
        )?;
        rows.into_iter().map(StoredEmail::try_from).collect()
    }

    /// Whether a message waits that may be sent now.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn has_due_email(&mut self, now: Timestamp) -> Result<bool, StoreError> {
        let sql = "select 1 from message where state = 'pending' and due_at <= $1 \
                   and (leased_until is null or leased_until <= $1) limit 1";
        Ok(fetch_optional!(self, (i32,), sql, micros(now))?.is_some())
    }

    /// All that somebody is told of a session, in order.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn emails_to(
        &mut self,
        session: SessionId,
        to: Recipient,
    ) -> Result<Vec<StoredEmail>, StoreError> {
        let sql = AssertSqlSafe(format!(
            "select {COLUMNS} from message where session_id = $1 and recipient = $2 order by sequence, created_at, id"
        ));
        let rows = fetch_all!(self, Row, sql, session.to_string(), to.id())?;
        rows.into_iter().map(StoredEmail::try_from).collect()
    }

    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn email(&mut self, id: EmailId) -> Result<Option<StoredEmail>, StoreError> {
        let sql = AssertSqlSafe(format!("select {COLUMNS} from message where id = $1"));
        fetch_optional!(self, Row, sql, id.to_string())?.map(StoredEmail::try_from).transpose()
    }

    /// A page of all messages, the latest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn emails(&mut self, page: &Emails) -> Result<Vec<StoredEmail>, StoreError> {
        let sql = AssertSqlSafe(format!(
            "select {COLUMNS} from message where id < $1 and ($2 = '' or state = $2) order by id desc limit $3"
        ));
        // Behind every id.
        let before = page.before.map_or_else(|| "~".to_owned(), |id| id.to_string());
        let state = page.state.map_or("", EmailState::word);
        let rows = fetch_all!(self, Row, sql, before, state, i64::from(page.limit))?;
        rows.into_iter().map(StoredEmail::try_from).collect()
    }

    /// How many wait, since when the first of them has, and whether any was tried in vain.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn waiting_emails(&mut self) -> Result<(i64, Option<Timestamp>, bool), StoreError> {
        let sql = "select count(*), min(begun_at), count(answer) from message where state = 'pending'";
        let (count, oldest, failed) =
            fetch_optional!(self, (i64, Option<i64>, i64), sql)?.unwrap_or_default();
        Ok((count, optional_instant("message.begun_at", oldest)?, failed > 0))
    }

    /// The link in it, for this and every further try.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn set_email_link(&mut self, id: EmailId, sealed: &[u8]) -> Result<(), StoreError> {
        execute!(self, "update message set sealed_link = $2 where id = $1", id.to_string(), sealed)?;
        Ok(())
    }

    /// The mail server has it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn mark_email_sent(
        &mut self,
        email: &StoredEmail,
        sent_to: &str,
        (status, answer): (u16, &str),
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "update message set state = 'sent', done_at = $2, leased_until = null, status = $3, answer = $4, \
                   sent_to = $5 where id = $1 and state = 'pending'";
        execute!(self, sql, email.id.to_string(), micros(now), i64::from(status), answer, sent_to)?;
        Ok(())
    }

    /// The mail server did not take it; the next try is at `next`, or never. Nothing happens when somebody else has taken it
    /// up in the meantime.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn mark_email_failed(
        &mut self,
        email: &StoredEmail,
        sent_to: &str,
        (status, answer): (Option<u16>, &str),
        next: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "update message set state = $3, done_at = $4, due_at = $5, leased_until = null, status = $6, answer = $7, \
                   sent_to = $8 where id = $1 and state = 'pending' and attempts = $2";
        let state = if next.is_some() { EmailState::Pending } else { EmailState::GivenUp };
        execute!(
            self,
            sql,
            email.id.to_string(),
            i64::from(email.attempts),
            state.word(),
            next.is_none().then(|| micros(now)),
            micros(next.unwrap_or(email.due_at)),
            status.map(i64::from),
            answer,
            sent_to,
        )?;
        Ok(())
    }

    /// It is not sent, and why.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn drop_email(
        &mut self,
        id: EmailId,
        why: &'static str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "update message set state = 'dropped', done_at = $2, leased_until = null, answer = $3 \
                   where id = $1 and state = 'pending'";
        execute!(self, sql, id.to_string(), micros(now), why)?;
        Ok(())
    }

    /// Lets a message that was given up, sent or dropped be sent again, with all its days of tries; whether it was.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn resend_email(&mut self, id: EmailId, now: Timestamp) -> Result<bool, StoreError> {
        let sql = "update message set state = 'pending', attempts = 0, due_at = $2, begun_at = $2, leased_until = null, \
                   done_at = null, status = null, answer = null where id = $1 and state <> 'pending'";
        Ok(execute!(self, sql, id.to_string(), micros(now))? > 0)
    }

    /// Lets everything be tried now that waits for its next try: the mail server is back.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn hurry_emails(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        let sql = "update message set due_at = $1 where state = 'pending' and due_at > $1";
        execute!(self, sql, micros(now))
    }

    /// Nobody sends any more: the server was just started, and it is the database's only one. Whether what was on its way
    /// arrived, nobody knows.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn end_email_leases(&mut self, now: Timestamp) -> Result<(), StoreError> {
        if let DatabaseConnection::Sqlite(_) = self.connection {
            let sql = "update message set leased_until = $1 where state = 'pending' and leased_until > $1";
            execute!(self, sql, micros(now))?;
        }
        Ok(())
    }

    /// Forgets at most `limit` messages that ended before an instant, and whose appointments did; how many went.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn prune_emails(&mut self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let sql = "delete from message where id in (select id from message m where done_at < $1 and not exists ( \
                   select 1 from session s where s.id = m.session_id and s.ends_at >= $1) limit $2)";
        execute!(self, sql, micros(before), i64::from(limit))
    }
}
