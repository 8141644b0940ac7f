//! What was booked in the end, and who is booked twice.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use jiff::Timestamp;
use reqwest::Method;
use serde::Deserialize;

use crate::api::Api;

#[derive(Clone, Debug, Deserialize)]
pub struct Session {
    status: String,
    practitioner: Person,
    client: Person,
    starts_at: Timestamp,
    ends_at: Timestamp,
}

#[derive(Clone, Debug, Deserialize)]
struct Person {
    id: String,
}

#[derive(Deserialize)]
struct Page {
    items: Vec<Session>,
    next_cursor: Option<String>,
}

/// All sessions of these practitioners that start in a span of time.
///
/// # Errors
/// When the server refuses or cannot be reached.
pub async fn sessions(
    admin: &Api,
    from: Timestamp,
    to: Timestamp,
    practitioners: &[String],
) -> Result<Vec<Session>> {
    let mut found = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/api/v1/sessions?from={from}&to={to}&limit=100{cursor}");
        let (status, answer) = admin.ask(Method::GET, &path, None).await?;
        if !status.is_success() {
            bail!("the sessions cannot be listed: {status}");
        }
        let page: Page = serde_json::from_value(answer)?;
        found.extend(page.items.into_iter().filter(|s| practitioners.contains(&s.practitioner.id)));
        let Some(next) = page.next_cursor else { return Ok(found) };
        cursor = format!("&cursor={next}");
    }
}

impl Session {
    #[must_use]
    pub fn is_live(&self) -> bool {
        ["scheduled", "waiting", "in_progress"].contains(&self.status.as_str())
    }
}

/// How often somebody has a live appointment that begins before their previous one has ended.
#[must_use]
pub fn overlaps(sessions: &[Session]) -> usize {
    let mut of_person: BTreeMap<&str, Vec<(Timestamp, Timestamp)>> = BTreeMap::new();
    for session in sessions.iter().filter(|session| session.is_live()) {
        for person in [&session.practitioner, &session.client] {
            of_person.entry(&person.id).or_default().push((session.starts_at, session.ends_at));
        }
    }
    let mut count = 0;
    for spans in of_person.values_mut() {
        spans.sort_unstable();
        count += spans.windows(2).filter(|pair| pair[1].0 < pair[0].1).count();
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(practitioner: &str, client: &str, status: &str, from: i64, to: i64) -> Session {
        let at = |minute: i64| Timestamp::from_second(minute * 60).unwrap();
        Session {
            status: status.to_owned(),
            practitioner: Person { id: practitioner.to_owned() },
            client: Person { id: client.to_owned() },
            starts_at: at(from),
            ends_at: at(to),
        }
    }

    #[test]
    fn either_partys_second_appointment_is_found_and_back_to_back_is_none() {
        let one = session("p", "c", "scheduled", 0, 30);
        assert_eq!(overlaps(&[one.clone(), session("p", "d", "scheduled", 30, 60)]), 0);
        assert_eq!(overlaps(&[one.clone(), session("p", "d", "in_progress", 29, 60)]), 1);
        assert_eq!(overlaps(&[one.clone(), session("q", "c", "waiting", 0, 30)]), 1);
        assert_eq!(overlaps(&[one.clone(), session("p", "c", "cancelled", 0, 30)]), 0);
        assert_eq!(overlaps(&[one, session("q", "d", "scheduled", 0, 30)]), 0);
    }
}
