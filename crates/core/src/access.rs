//! Who may see and do what. Every route, socket and dialect asks here.

pub use crate::actor::Actor;
use crate::ids::{OrganizationId, PersonId, SessionId};
use crate::person::Role;
use crate::session::Session;

/// Somebody who asks for something, as their token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    pub person_id: PersonId,
    pub roles: Vec<Role>,
    pub organization_id: Option<OrganizationId>,
    /// An invitation's token reaches this one session and nothing else.
    pub only_session: Option<SessionId>,
}

impl Caller {
    #[must_use]
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}

/// What a caller is to one session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relation {
    Practitioner,
    Client,
    /// Invited, or let in before: somebody with a place in this session who is neither party.
    Guest,
    /// Books and moves for the organization.
    Assistant,
    Admin,
}

impl From<Relation> for Actor {
    fn from(relation: Relation) -> Self {
        match relation {
            Relation::Practitioner => Self::Practitioner,
            Relation::Client => Self::Client,
            Relation::Guest => Self::Guest,
            Relation::Assistant => Self::Assistant,
            Relation::Admin => Self::Admin,
        }
    }
}

/// What somebody may want of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    See,
    /// Take part: join, leave, media.
    Join,
    /// Admit, deny, remove.
    Admit,
    /// A word to those who wait.
    Tell,
    Start,
    End,
    /// Put an outcome right.
    Correct,
    Extend,
    /// To the telephone, and back.
    Phone,
    Cancel,
    /// Move, change, reactivate.
    Change,
    Invite,
    RenewPasscode,
    /// The practitioner's own notes and rating of a session: read and write.
    Notes,
    /// The client's rating.
    Rate,
    /// The evidence timeline.
    Timeline,
    /// Confirm or refund a payment.
    Payment,
}

impl Relation {
    /// What `caller` is to `session`; `None` means that for this caller it does not exist.
    #[must_use]
    pub fn of(caller: &Caller, session: &Session) -> Option<Self> {
        if caller.only_session.is_some_and(|only| only != session.id) {
            return None;
        }
        let appointment = &session.appointment;
        if caller.person_id == appointment.practitioner_id {
            return Some(Self::Practitioner);
        }
        if caller.person_id == appointment.client_id {
            return Some(Self::Client);
        }
        if caller.only_session == Some(session.id)
            || session.participants.iter().any(|p| p.person_id == caller.person_id)
        {
            return Some(Self::Guest);
        }
        if caller.is(Role::Admin) {
            return Some(Self::Admin);
        }
        let same_organization =
            caller.organization_id.is_some() && caller.organization_id == appointment.organization_id;
        (caller.is(Role::Assistant) && same_organization).then_some(Self::Assistant)
    }

    /// Whether the caller may: by their relation here, or else as an administrator.
    #[must_use]
    pub fn permits(self, caller: &Caller, action: Action) -> bool {
        let is_admin = caller.only_session.is_none() && caller.is(Role::Admin);
        self.may(action) || (is_admin && Self::Admin.may(action))
    }

    #[must_use]
    pub fn may(self, action: Action) -> bool {
        use Action as A;
        match self {
            Self::Practitioner => !matches!(action, A::Rate | A::Payment),
            Self::Client => {
                matches!(action, A::See | A::Join | A::Start | A::End | A::Cancel | A::Rate | A::Timeline)
            }
            Self::Guest => matches!(action, A::See | A::Join),
            Self::Assistant => {
                matches!(action, A::See | A::Tell | A::Cancel | A::Change | A::Invite | A::RenewPasscode)
            }
            Self::Admin => !matches!(action, A::Join | A::Notes | A::Rate | A::Admit | A::Phone | A::Tell),
        }
    }
}
