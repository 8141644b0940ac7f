use jiff::Timestamp;
use openvisit_core::ids::{EmailId, SessionId};
use openvisit_core::message::Kind;
use openvisit_store::{EmailState, StoredEmail};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An e-mail to somebody, without what it says.
#[derive(Serialize, ToSchema)]
#[schema(as = Message)]
pub struct MessageView {
    /// What stands before the @ of its `Message-ID`: it stays the same however often it is sent.
    #[schema(value_type = uuid::Uuid)]
    pub id: EmailId,
    #[schema(value_type = KindName)]
    pub kind: Kind,
    /// Null for what is of an account.
    #[schema(value_type = Option<uuid::Uuid>)]
    pub session_id: Option<SessionId>,
    /// The address, masked; null until it is known.
    #[schema(example = "c…@example.org")]
    pub sent_to: Option<String>,
    #[schema(value_type = StateName)]
    pub state: EmailState,
    pub attempts: u32,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_attempt_at: Option<Timestamp>,
    /// Null where it was sent, given up or dropped.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_attempt_at: Option<Timestamp>,
    /// When it was sent, given up or dropped.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub done_at: Option<Timestamp>,
    /// The mail server's code (SMTP); null where it said nothing.
    #[schema(example = 250)]
    pub code: Option<u16>,
    /// What the mail server said; of what was dropped why: `replaced`, `cancelled`, `moved`, `over`, `too_late`, `is_here`,
    /// `not_open`, `taken_back`, `held`, `never_told`, `no_address`, `wrong_address`, `withdrawn`, `no_link`.
    pub answer: Option<String>,
}

/// What an e-mail is for.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MessageKind)]
pub enum KindName {
    Invitation,
    Moved,
    Cancelled,
    DayBefore,
    HourBefore,
    PasswordReset,
    AccountInvitation,
}

/// As callers name it. What is dropped was no longer true, or there was nobody to send it to.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MessageState)]
pub enum StateName {
    Pending,
    Sent,
    GivenUp,
    Dropped,
}

impl From<StateName> for EmailState {
    fn from(name: StateName) -> Self {
        match name {
            StateName::Pending => Self::Pending,
            StateName::Sent => Self::Sent,
            StateName::GivenUp => Self::GivenUp,
            StateName::Dropped => Self::Dropped,
        }
    }
}

impl From<StoredEmail> for MessageView {
    fn from(email: StoredEmail) -> Self {
        let waits = email.state == EmailState::Pending;
        Self {
            id: email.id,
            kind: email.kind,
            session_id: email.session_id,
            sent_to: email.sent_to,
            state: email.state,
            attempts: email.attempts,
            created_at: email.created_at,
            last_attempt_at: email.attempted_at,
            next_attempt_at: waits.then_some(email.due_at),
            done_at: email.done_at,
            code: email.status,
            answer: email.answer,
        }
    }
}
