//! Why a practitioner sees no requests: the three things that are needed, and for each waiting request the rule
//! that keeps it from them.

use jiff::Timestamp;
use openvisit_core::ids::RequestId;
use openvisit_core::person::{Person, Role};
use openvisit_core::request::{Ineligible, Rules};
use openvisit_store::{Requests, StoreError, Tx};

use super::requests;
use crate::settings::Wording;

/// How many waiting requests are looked at.
const AT_MOST: u32 = 1_000;

/// What is known of somebody who should see requests.
#[derive(Debug)]
pub struct PractitionerInspection {
    /// The account that was found; `None` where there is none.
    pub person: Option<Person>,
    /// How many accounts go by this address or id.
    pub accounts: usize,
    /// How many requests wait.
    pub pending: usize,
    /// How many of them this person may see.
    pub visible: usize,
    /// The others, each with the rule that keeps it away.
    pub filtered: Vec<(RequestId, Ineligible)>,
}

/// Looks at the account with this e-mail address, id, or id that another system knows it by: among those of `issuer` alone,
/// where one is given.
///
/// # Errors
/// Those of the store.
pub async fn inspect(
    tx: &mut Tx,
    who: &str,
    issuer: Option<&str>,
    rules: &Rules,
    now: Timestamp,
) -> Result<PractitionerInspection, StoreError> {
    let mut people = find(tx, who).await?;
    people.retain(|person| issuer.is_none_or(|issuer| person.identity.issuer == issuer));
    // Of several with one address the practitioner is meant.
    people.sort_by_key(|person| !person.is(Role::Practitioner));
    let (accounts, person) = (people.len(), people.into_iter().next());
    let waiting = tx.requests(Requests::Pending, None, AT_MOST).await?;
    let waiting: Vec<_> = waiting.into_iter().map(|s| s.request).filter(|r| now < r.expires_at).collect();
    let filtered: Vec<_> = waiting
        .iter()
        .filter_map(|request| {
            let refused = match &person {
                Some(person) => request.check(person, rules, now).err(),
                None => Some(Ineligible::NotAPractitioner),
            };
            refused.map(|rule| (request.id, rule))
        })
        .collect();
    let pending = waiting.len();
    Ok(PractitionerInspection { person, accounts, pending, visible: pending - filtered.len(), filtered })
}

async fn find(tx: &mut Tx, who: &str) -> Result<Vec<Person>, StoreError> {
    if let Ok(id) = who.parse()
        && let Some(person) = tx.person(id).await?
    {
        return Ok(vec![person]);
    }
    let by_email = tx.persons_with_email(who).await?;
    if by_email.is_empty() { tx.persons_by_subject(who).await } else { Ok(by_email) }
}

impl PractitionerInspection {
    /// First thing needed: the account is a practitioner's.
    #[must_use]
    pub fn is_practitioner(&self) -> bool {
        self.person.as_ref().is_some_and(|person| person.is(Role::Practitioner))
    }

    /// Second thing needed: the account is there and not disabled.
    #[must_use]
    pub fn can_sign_in(&self) -> bool {
        self.person.as_ref().is_some_and(|person| !person.disabled)
    }

    /// Third thing needed: the practitioner accepts requests.
    #[must_use]
    pub fn accepts_requests(&self) -> bool {
        let profile = self.person.as_ref().and_then(|person| person.practitioner.as_ref());
        profile.is_some_and(|profile| profile.accepts_requests)
    }

    #[must_use]
    pub fn service_tier(&self) -> Option<&str> {
        self.person.as_ref()?.practitioner.as_ref()?.service_tier.as_deref()
    }

    /// What there is to set up, in sentences.
    #[must_use]
    pub fn recommendations(&self, words: &Wording<'_>) -> Vec<String> {
        let Some(person) = &self.person else {
            return vec![
                "There is no such account: make one (POST /api/v1/users, or openvisit user add).".to_owned(),
            ];
        };
        let mut sentences = Vec::new();
        if self.accounts > 1 {
            sentences.push(format!("{} accounts go by this; {} was looked at.", self.accounts, person.id));
        }
        if !self.is_practitioner() {
            sentences.push(format!(
                "Link the account to a {}: give it the role practitioner.",
                words.practitioner
            ));
        }
        if !self.can_sign_in() {
            sentences.push("Enable the account: it is disabled.".to_owned());
        }
        if !self.accepts_requests() {
            sentences.push("Let the account accept requests: set practitioner.accepts_requests.".to_owned());
        }
        sentences.extend(self.about_tiers());
        sentences.extend(self.about_organizations());
        if self.pending == 0 {
            sentences.push("No request waits at the moment.".to_owned());
        }
        if sentences.is_empty() {
            sentences.push(format!("All is set up: {} can be accepted now.", requests(self.visible)));
        }
        sentences
    }

    fn about_tiers(&self) -> Option<String> {
        let mut tiers: Vec<&str> = Vec::new();
        let mut count = 0;
        for (_, rule) in &self.filtered {
            if let Ineligible::Tier { tiers: wanted, .. } = rule {
                tiers.extend(wanted.iter().map(String::as_str));
                count += 1;
            }
        }
        tiers.sort_unstable();
        tiers.dedup();
        let own = self.service_tier().unwrap_or("none");
        let wanted = if tiers.is_empty() { "nobody".to_owned() } else { tiers.join(", ") };
        (count > 0).then(|| {
            format!(
                "The service tier is {own}; plans of {} are for {wanted} (request_plan_tiers).",
                requests(count)
            )
        })
    }

    fn about_organizations(&self) -> Option<String> {
        let others = self.filtered.iter().filter_map(|(_, rule)| match rule {
            Ineligible::OrganizationFirst { until } => Some(*until),
            _ => None,
        });
        let count = others.clone().count();
        let until = others.max()?;
        Some(format!(
            "Another organization's own go first for {}, until {until} at the latest.",
            requests(count)
        ))
    }
}
