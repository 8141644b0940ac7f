//! Days and times as people write them, in the languages of the pages.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use openvisit_core::appointment::Slot;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    En,
    De,
    Es,
    Fr,
}

impl Language {
    pub const ALL: [Self; 4] = [Self::En, Self::De, Self::Es, Self::Fr];

    /// As folders and pages name it.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
            Self::Es => "es",
            Self::Fr => "fr",
        }
    }

    /// Of a tag such as `de-CH`.
    #[must_use]
    pub fn of(locale: &str) -> Option<Self> {
        let primary = locale.split(['-', '_']).next()?.to_ascii_lowercase();
        Self::ALL.into_iter().find(|language| language.tag() == primary)
    }

    fn weekdays(self) -> [&'static str; 7] {
        match self {
            Self::En => ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
            Self::De => ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"],
            Self::Es => ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"],
            Self::Fr => ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
        }
    }

    fn months(self) -> [&'static str; 12] {
        match self {
            Self::En => [
                "January",
                "February",
                "March",
                "April",
                "May",
                "June",
                "July",
                "August",
                "September",
                "October",
                "November",
                "December",
            ],
            Self::De => [
                "Januar",
                "Februar",
                "März",
                "April",
                "Mai",
                "Juni",
                "Juli",
                "August",
                "September",
                "Oktober",
                "November",
                "Dezember",
            ],
            Self::Es => [
                "enero",
                "febrero",
                "marzo",
                "abril",
                "mayo",
                "junio",
                "julio",
                "agosto",
                "septiembre",
                "octubre",
                "noviembre",
                "diciembre",
            ],
            Self::Fr => [
                "janvier",
                "février",
                "mars",
                "avril",
                "mai",
                "juin",
                "juillet",
                "août",
                "septembre",
                "octobre",
                "novembre",
                "décembre",
            ],
        }
    }
}

/// How somebody reads times.
#[derive(Clone, Debug)]
pub struct Reader {
    pub language: Language,
    /// Whether a day has twice twelve hours.
    pub twelve_hours: bool,
    pub zone: TimeZone,
}

impl Reader {
    /// The first that is known of each.
    #[must_use]
    pub fn new<'a>(
        locales: impl IntoIterator<Item = &'a str>,
        zones: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let known = locales.into_iter().find_map(|locale| Some((locale, Language::of(locale)?)));
        let (locale, language) = known.unwrap_or(("en", Language::En));
        let zone = zones.into_iter().find_map(|name| TimeZone::get(name).ok());
        let twelve_hours = ["en-us", "en-ca", "en-au", "en-nz", "en-in", "en-ph"]
            .contains(&locale.to_ascii_lowercase().as_str());
        Self { language, twelve_hours, zone: zone.unwrap_or(TimeZone::UTC) }
    }

    /// `Thursday, 3 December 2026`.
    #[must_use]
    pub fn day(&self, at: Timestamp) -> String {
        let at = at.to_zoned(self.zone.clone());
        let weekday = self.language.weekdays()[index(at.weekday().to_monday_zero_offset())];
        let month = self.language.months()[index(at.month() - 1)];
        let (day, year) = (at.day(), at.year());
        match self.language {
            Language::En => format!("{weekday}, {day} {month} {year}"),
            Language::De => format!("{weekday}, {day}. {month} {year}"),
            Language::Es => format!("{weekday}, {day} de {month} de {year}"),
            Language::Fr => format!("{weekday} {day}{} {month} {year}", if day == 1 { "er" } else { "" }),
        }
    }

    /// `14:30`, or `2:30 PM`.
    #[must_use]
    pub fn time(&self, at: Timestamp) -> String {
        let at = at.to_zoned(self.zone.clone());
        if self.twelve_hours {
            let (hour, half) = (at.hour() % 12, if at.hour() < 12 { "AM" } else { "PM" });
            return format!("{}:{:02} {half}", if hour == 0 { 12 } else { hour }, at.minute());
        }
        format!("{:02}:{:02}", at.hour(), at.minute())
    }

    /// `Thursday, 3 December 2026, 14:30 – 15:00 (Europe/Berlin, UTC+01:00)`. In the hour that a clock has twice, the
    /// distance to UTC tells which.
    #[must_use]
    pub fn slot(&self, slot: Slot) -> String {
        let starts_at = slot.starts_at.to_zoned(self.zone.clone());
        let zone = match self.zone.iana_name() {
            Some("UTC") | None => "UTC".to_owned(),
            Some(name) => format!("{}, {}", name.replace('_', " "), distance(&starts_at)),
        };
        let to = if self.day(slot.ends_at) == self.day(slot.starts_at) {
            self.time(slot.ends_at)
        } else {
            format!("{}, {}", self.day(slot.ends_at), self.time(slot.ends_at))
        };
        format!("{}, {} – {to} ({zone})", self.day(slot.starts_at), self.time(slot.starts_at))
    }
}

fn index(number: i8) -> usize {
    usize::try_from(number).unwrap_or_default()
}

fn distance(at: &Zoned) -> String {
    let minutes = at.offset().seconds() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("UTC{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn half_an_hour(from: &str) -> Slot {
        Slot { starts_at: at(from), ends_at: at(from) + jiff::SignedDuration::from_mins(30) }
    }

    #[test]
    fn each_language_writes_days_its_way() {
        let told =
            |locale| Reader::new([locale], ["Europe/Paris"]).slot(half_an_hour("2027-03-01T13:30:00Z"));
        assert_eq!(told("en-GB"), "Monday, 1 March 2027, 14:30 – 15:00 (Europe/Paris, UTC+01:00)");
        assert_eq!(told("en-US"), "Monday, 1 March 2027, 2:30 PM – 3:00 PM (Europe/Paris, UTC+01:00)");
        assert_eq!(told("de-CH"), "Montag, 1. März 2027, 14:30 – 15:00 (Europe/Paris, UTC+01:00)");
        assert_eq!(told("es"), "lunes, 1 de marzo de 2027, 14:30 – 15:00 (Europe/Paris, UTC+01:00)");
        assert_eq!(told("fr-FR"), "lundi 1er mars 2027, 14:30 – 15:00 (Europe/Paris, UTC+01:00)");
    }

    #[test]
    fn the_hour_that_comes_twice_is_told_apart() {
        let reader = Reader::new(["de"], ["Europe/Berlin"]);
        let told = |from| reader.slot(half_an_hour(from));
        assert_eq!(
            told("2026-10-25T00:30:00Z"),
            "Sonntag, 25. Oktober 2026, 02:30 – 03:00 (Europe/Berlin, UTC+02:00)"
                .replace("03:00 (", "02:00 (")
        );
        assert_eq!(
            told("2026-10-25T01:30:00Z"),
            "Sonntag, 25. Oktober 2026, 02:30 – 03:00 (Europe/Berlin, UTC+01:00)"
        );
        // The hour that there is not.
        assert!(told("2027-03-28T01:00:00Z").contains("03:00 – 03:30 (Europe/Berlin, UTC+02:00)"));
    }

    #[test]
    fn what_is_not_known_is_english_and_utc() {
        let reader = Reader::new(["tlh", "xx-YY"], ["Mars/Olympus", ""]);
        assert_eq!(
            reader.slot(half_an_hour("2027-01-01T23:45:00Z")),
            "Friday, 1 January 2027, 23:45 – Saturday, 2 January 2027, 00:15 (UTC)"
        );
        assert_eq!(
            Reader::new(["tlh", "fr"], ["Mars/Olympus", "Asia/Kolkata"]).zone.iana_name(),
            Some("Asia/Kolkata")
        );
    }
}
