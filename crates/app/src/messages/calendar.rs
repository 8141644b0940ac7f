//! Calendar entries (iCalendar, RFC 5545, and how they are sent, RFC 5546): one event each, in UTC, so that no time zone has
//! to be described.

use std::fmt::Write;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use openvisit_core::appointment::Slot;
use openvisit_core::ids::SessionId;

use super::email::one_line;

/// How long a line may be, in bytes.
const LONGEST_LINE: usize = 75;

/// What becomes of the reader's entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// For whoever takes it up themselves: a file, a feed.
    Publish,
    Request,
    Cancel,
}

impl Method {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Publish => "PUBLISH",
            Self::Request => "REQUEST",
            Self::Cancel => "CANCEL",
        }
    }
}

/// An appointment as a calendar shows it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What it is known by in every calendar, also that of the file which pages make.
    pub session: SessionId,
    /// Higher with each change.
    pub sequence: i64,
    pub slot: Slot,
    pub is_cancelled: bool,
    pub changed_at: Timestamp,
    pub summary: String,
    pub description: Option<String>,
    /// Where it takes place online.
    pub url: Option<String>,
    /// Who invites: a name and an address.
    pub organizer: Option<(String, String)>,
    /// Who is invited.
    pub attendee: Option<(String, String)>,
}

/// A calendar of these entries.
#[must_use]
pub fn calendar(method: Method, name: Option<&str>, entries: &[Entry]) -> String {
    let mut lines = Lines::default();
    lines.put("BEGIN", "VCALENDAR");
    lines.put("VERSION", "2.0");
    lines.put("PRODID", concat!("-//OpenVisit//OpenVisit ", env!("CARGO_PKG_VERSION"), "//EN"));
    lines.put("CALSCALE", "GREGORIAN");
    lines.put("METHOD", method.name());
    if let Some(name) = name {
        lines.text("NAME", name);
        lines.text("X-WR-CALNAME", name);
    }
    for entry in entries {
        lines.event(entry);
    }
    lines.put("END", "VCALENDAR");
    lines.0
}

#[derive(Default)]
struct Lines(String);

impl Lines {
    fn event(&mut self, entry: &Entry) {
        self.put("BEGIN", "VEVENT");
        self.put("UID", &entry.session.to_string());
        self.put("SEQUENCE", &entry.sequence.to_string());
        self.put("DTSTAMP", &instant(entry.changed_at));
        self.put("LAST-MODIFIED", &instant(entry.changed_at));
        self.put("DTSTART", &instant(entry.slot.starts_at));
        self.put("DTEND", &instant(entry.slot.ends_at));
        self.text("SUMMARY", &entry.summary);
        if let Some(description) = &entry.description {
            self.text("DESCRIPTION", description);
        }
        if let Some(url) = &entry.url {
            self.put("URL", url);
            self.put("CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO", url);
            self.text("LOCATION", url);
        }
        self.put("STATUS", if entry.is_cancelled { "CANCELLED" } else { "CONFIRMED" });
        self.put("TRANSP", if entry.is_cancelled { "TRANSPARENT" } else { "OPAQUE" });
        self.put("CLASS", "PRIVATE");
        if let Some((name, address)) = &entry.organizer {
            self.put(&format!("ORGANIZER;CN={}", quoted(name)), &format!("mailto:{}", one_line(address)));
        }
        if let Some((name, address)) = &entry.attendee {
            // An answer would go to nobody.
            let who =
                format!("ATTENDEE;CN={};ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE", quoted(name));
            self.put(&who, &format!("mailto:{}", one_line(address)));
        }
        self.put("END", "VEVENT");
    }

    fn text(&mut self, name: &str, value: &str) {
        self.put(name, &escaped(value));
    }

    /// Folded where it is long, never within a character.
    fn put(&mut self, name: &str, value: &str) {
        let mut room = LONGEST_LINE;
        for c in format!("{name}:{value}").chars() {
            if c.len_utf8() > room {
                self.0.push_str("\r\n ");
                room = LONGEST_LINE - 1;
            }
            room -= c.len_utf8();
            self.0.push(c);
        }
        self.0.push_str("\r\n");
    }
}

fn instant(at: Timestamp) -> String {
    let at = at.to_zoned(TimeZone::UTC);
    let mut text = String::new();
    let _ = write!(
        text,
        "{:04}{:02}{:02}T{:02}{:02}{:02}Z",
        at.year(),
        at.month(),
        at.day(),
        at.hour(),
        at.minute(),
        at.second()
    );
    text
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").chars() {
        match c {
            '\\' | ';' | ',' => escaped.extend(['\\', c]),
            '\n' => escaped.push_str("\\n"),
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

/// A parameter can hold no quotation mark.
fn quoted(text: &str) -> String {
    format!("\"{}\"", one_line(text).replace('"', "'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn entry() -> Entry {
        Entry {
            session: SessionId(uuid::Uuid::from_u128(7)),
            sequence: 3,
            slot: Slot { starts_at: at("2026-10-25T00:30:00Z"), ends_at: at("2026-10-25T01:00:00Z") },
            is_cancelled: false,
            changed_at: at("2026-10-01T08:00:00.5Z"),
            summary: "Termin; bei Dr. \"Ä\", Praxis\r\nBEGIN:VEVENT".to_owned(),
            description: Some("ä".repeat(60)),
            url: Some("https://visit.test/invite#secret".to_owned()),
            organizer: Some(("Praxis \"Süd\"\r\nX: y".to_owned(), "visit@praxis.test".to_owned())),
            attendee: Some(("أحمد".to_owned(), "ahmed@clients.test".to_owned())),
        }
    }

    #[test]
    fn nothing_that_somebody_wrote_begins_a_line() {
        let text = calendar(Method::Request, None, &[entry()]);
        let lines: Vec<_> = text.split("\r\n").collect();
        assert_eq!(lines.iter().filter(|line| **line == "BEGIN:VEVENT").count(), 1);
        assert!(lines.iter().all(|line| !line.contains(['\r', '\n'])), "{text}");
        assert!(lines.contains(&"SUMMARY:Termin\\; bei Dr. \"Ä\"\\, Praxis\\nBEGIN:VEVENT"), "{text}");
        assert!(lines.contains(&"ORGANIZER;CN=\"Praxis 'Süd' X: y\":mailto:visit@praxis.test"), "{text}");
        assert!(lines.contains(&"DTSTART:20261025T003000Z") && lines.contains(&"DTSTAMP:20261001T080000Z"));
    }

    #[test]
    fn lines_are_folded_within_75_bytes_and_never_within_a_character() {
        let text = calendar(Method::Request, Some(&"名".repeat(100)), &[entry()]);
        assert!(text.split("\r\n").all(|line| line.len() <= LONGEST_LINE), "{text}");
        let unfolded = text.replace("\r\n ", "");
        assert!(unfolded.contains(&format!("DESCRIPTION:{}\r\n", "ä".repeat(60))));
        assert!(unfolded.contains(&format!("NAME:{}\r\n", "名".repeat(100))));
    }
}
