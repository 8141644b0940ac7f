//! People who asked a moment ago, so that not each of their requests need ask the database who they are. What this
//! server changes of somebody counts at once; what another one changes, a moment later.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use openvisit_core::ids::PersonId;
use openvisit_core::person::{Identity, Person};

/// A disabled account must be cut off within five seconds.
const LIFE: Duration = Duration::from_secs(2);
/// Whoever comes when there are that many begins anew.
const MOST: usize = 10_000;

#[derive(Debug, Default)]
pub struct PersonCache(Mutex<Cached>);

#[derive(Debug, Default)]
struct Cached {
    people: HashMap<PersonId, (Person, Instant)>,
    identities: HashMap<Identity, PersonId>,
    changes: u64,
}

/// When somebody was looked up. Whoever is changed in between is not kept as they were before.
#[derive(Clone, Copy, Debug)]
pub struct Since(u64);

impl PersonCache {
    #[must_use]
    pub fn person(&self, id: PersonId) -> Option<Person> {
        let cached = self.cached();
        let (person, until) = cached.people.get(&id)?;
        (Instant::now() < *until).then(|| person.clone())
    }

    #[must_use]
    pub fn person_by_identity(&self, identity: &Identity) -> Option<Person> {
        let id = self.cached().identities.get(identity).copied()?;
        self.person(id)
    }

    /// To be asked before the database is.
    #[must_use]
    pub fn since(&self) -> Since {
        Since(self.cached().changes)
    }

    pub fn keep(&self, person: &Person, since: Since) {
        let mut cached = self.cached();
        if cached.changes != since.0 {
            return;
        }
        if cached.people.len() >= MOST {
            cached.people.clear();
            cached.identities.clear();
        }
        cached.identities.insert(person.identity.clone(), person.id);
        cached.people.insert(person.id, (person.clone(), Instant::now() + LIFE));
    }

    /// To be called when a change of somebody has been committed.
    pub fn forget(&self, id: PersonId) {
        let mut cached = self.cached();
        cached.changes += 1;
        cached.people.remove(&id);
    }

    fn cached(&self) -> MutexGuard<'_, Cached> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use openvisit_core::ids::Seed;

    use super::*;

    fn somebody() -> Person {
        let id = PersonId::new(Seed { now: Timestamp::UNIX_EPOCH, random: [1; 10] });
        Person {
            id,
            identity: Identity { issuer: "clinic".to_owned(), subject: "4711".to_owned() },
            email: None,
            phone: None,
            name: "Dr. Ada".to_owned(),
            roles: vec![],
            organization_id: None,
            timezone: None,
            locale: None,
            disabled: false,
            signed_out_at: None,
            practitioner: None,
            created_by: None,
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn whoever_asked_a_moment_ago_is_known_by_id_and_by_identity() {
        let (cache, ada) = (PersonCache::default(), somebody());
        assert_eq!(cache.person(ada.id), None);
        cache.keep(&ada, cache.since());
        assert_eq!(cache.person(ada.id).as_ref(), Some(&ada));
        assert_eq!(cache.person_by_identity(&ada.identity).as_ref(), Some(&ada));
    }

    #[test]
    fn whoever_was_changed_is_not_known_as_before() {
        let (cache, ada) = (PersonCache::default(), somebody());
        cache.keep(&ada, cache.since());
        let looked_up = cache.since();
        cache.forget(ada.id);
        assert_eq!(cache.person(ada.id), None);
        cache.keep(&ada, looked_up);
        assert_eq!(cache.person_by_identity(&ada.identity), None, "read before the change, told after it");
    }
}
