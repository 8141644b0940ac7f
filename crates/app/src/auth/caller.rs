//! The person who asks.

use std::ops::Deref;

use jiff::Timestamp;
use openvisit_core::access;
use openvisit_core::ids::InvitationId;
use openvisit_core::person::{Person, Role};

use super::basis::Basis;
use crate::error::Error;

/// Who asks. Derefs to what the access rules look at.
#[derive(Clone, Debug)]
pub struct Caller {
    pub(crate) access: access::Caller,
    pub person: Person,
    /// What they came by, where it was not as themselves.
    pub invitation: Option<CameBy>,
    pub basis: Basis,
    /// When their token ends; a program's key does not, or is looked at anew.
    pub until: Option<Timestamp>,
}

/// An invitation that is good now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CameBy {
    pub id: InvitationId,
    /// By the session's passcode, and not by a link.
    pub code: bool,
}

impl Caller {
    /// Whether the token that they came with has ended; a socket outlives it.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.until.is_some_and(|until| until <= now)
    }

    /// Refuses whoever does not have one of the roles, and everybody who came by an invitation.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub fn require(&self, roles: &[Role]) -> Result<(), Error> {
        self.require_account()?;
        if roles.iter().any(|role| self.access.is(*role)) {
            Ok(())
        } else {
            Err(Error::Forbidden("your role may not do this"))
        }
    }

    /// Refuses whoever came by an invitation.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub fn require_account(&self) -> Result<(), Error> {
        match self.access.only_session {
            None => Ok(()),
            Some(_) => Err(Error::Forbidden("an invitation opens its session and nothing else")),
        }
    }
}

impl Deref for Caller {
    type Target = access::Caller;

    fn deref(&self) -> &access::Caller {
        &self.access
    }
}
