//! What becomes of a message whose turn it is, by what the others to the same person came to.

use openvisit_core::message::Kind;
use openvisit_store::{EmailState, StoredEmail};

/// What is to be said, and which earlier messages that replaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision<'a> {
    pub says: Result<Kind, &'static str>,
    pub replaces: Vec<&'a StoredEmail>,
}

/// `all` are those of the session to this person, this one among them.
#[must_use]
pub fn decide<'a>(email: &StoredEmail, all: &'a [StoredEmail]) -> Decision<'a> {
    let others = || all.iter().filter(|other| other.id != email.id);
    let earlier: Vec<_> = others().filter(|other| other.is_before(email)).collect();
    let replaces = earlier.iter().copied().filter(|other| other.state == EmailState::Pending).collect();
    let tells_all = |other: &StoredEmail| !other.kind.is_reminder() && other.state == EmailState::Pending;
    if others().any(|later| email.is_before(later) && tells_all(later)) {
        return Decision { says: Err("replaced"), replaces: Vec::new() };
    }
    // Of what was booked before e-mail was set up, they have heard otherwise.
    let knows = earlier.is_empty() || earlier.iter().any(|other| other.may_have_been_sent());
    let says = match email.kind {
        Kind::Moved if !knows => Ok(Kind::Invitation),
        Kind::Cancelled if !knows => Err("never_told"),
        kind => Ok(kind),
    };
    Decision { says, replaces }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use openvisit_core::ids::{EmailId, PersonId};
    use openvisit_store::Recipient;
    use uuid::Uuid;

    use super::*;

    fn email(sequence: i64, kind: Kind, state: EmailState) -> StoredEmail {
        let at = Timestamp::UNIX_EPOCH;
        StoredEmail {
            id: EmailId(Uuid::from_u128(u128::try_from(100 - sequence).unwrap())),
            kind,
            to: Recipient::Person(PersonId(Uuid::from_u128(1))),
            session_id: None,
            sequence,
            slot_starts_at: None,
            sealed_link: None,
            state,
            attempts: 1,
            due_at: at,
            leased_until: None,
            created_at: at,
            begun_at: at,
            attempted_at: None,
            done_at: None,
            status: None,
            answer: None,
            sent_to: None,
        }
    }

    fn says(all: &[StoredEmail]) -> Result<Kind, &'static str> {
        decide(&all[all.len() - 1], all).says
    }

    #[test]
    fn whoever_never_heard_of_it_is_invited_to_where_it_is_now() {
        use EmailState::{Dropped, GivenUp, Pending, Sent};
        use Kind::{Cancelled, Invitation, Moved};
        for unheard in [Pending, GivenUp, Dropped] {
            let invitation = email(0, Invitation, unheard);
            assert_eq!(says(&[invitation.clone(), email(1, Moved, Pending)]), Ok(Invitation));
            assert_eq!(says(&[invitation, email(1, Cancelled, Pending)]), Err("never_told"));
        }
        let invitation = email(0, Invitation, Sent);
        assert_eq!(says(&[invitation.clone(), email(1, Moved, Pending)]), Ok(Moved));
        assert_eq!(says(&[invitation, email(1, Cancelled, Pending)]), Ok(Cancelled));
        assert_eq!(says(&[email(5, Moved, Pending)]), Ok(Moved), "booked before there were e-mails");
        let perhaps = StoredEmail { leased_until: Some(Timestamp::MIN), ..email(0, Invitation, Pending) };
        assert_eq!(says(&[perhaps, email(1, Cancelled, Pending)]), Ok(Cancelled), "a crash while sending");
    }

    #[test]
    fn the_last_one_says_all_and_replaces_what_waits() {
        use EmailState::Pending;
        let all = [
            email(0, Kind::Invitation, Pending),
            email(1, Kind::Moved, Pending),
            email(2, Kind::Moved, Pending),
        ];
        assert_eq!(decide(&all[0], &all).says, Err("replaced"));
        assert_eq!(decide(&all[1], &all).says, Err("replaced"));
        let last = decide(&all[2], &all);
        assert_eq!((last.says, last.replaces), (Ok(Kind::Invitation), vec![&all[0], &all[1]]));
    }
}
