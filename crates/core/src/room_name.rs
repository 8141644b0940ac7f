//! What a session's room is called: `therapy-{partner}-{user}-{timestamp}`, after the two who meet.

use jiff::Timestamp;

use crate::event::Parties;
use crate::ids::PersonId;
use crate::person::Identity;

/// What every room's name begins with: none is called like a session.
pub const PREFIX: &str = "therapy-";
/// How many characters of somebody's id are in it.
const LONGEST_ID: usize = 60;
/// Digits behind the milliseconds that nobody can guess: where a provider takes anybody, the name is the way in.
const SECRET: u64 = 1_000_000_000_000_000_000;

/// A room's name, of lower-case letters, digits, `-` and `_`, at most 180 of them. Somebody is called in it as the
/// system that both come from calls them; whoever comes from elsewhere, by our id. Two names differ by what is random.
#[must_use]
pub fn room_name(
    parties: &Parties,
    (practitioner, client): (PersonId, PersonId),
    booked_at: Timestamp,
    random: u64,
) -> String {
    let system = [&parties.practitioner, &parties.client].into_iter().find(|it| !it.is_ours());
    let id = |identity: &Identity, ours: PersonId| match system {
        Some(system) if system.issuer == identity.issuer => safe(&identity.subject),
        _ => ours.to_string(),
    };
    let (practitioner, client) = (id(&parties.practitioner, practitioner), id(&parties.client, client));
    let millisecond = booked_at.as_millisecond();
    format!("{PREFIX}{practitioner}-{client}-{millisecond}{:018}", random % SECRET)
}

/// As much of an id as can stand in an address as it is. What providers write in lower case is in lower case here.
fn safe(subject: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    let letters = subject.chars().take(LONGEST_ID);
    letters.map(|letter| if plain(letter) { letter.to_ascii_lowercase() } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Seed;

    fn named(practitioner: (&str, &str), client: (&str, &str), random: u64) -> String {
        let identity =
            |(issuer, subject): (&str, &str)| Identity { issuer: issuer.into(), subject: subject.into() };
        let id = |n| PersonId::new(Seed { now: Timestamp::UNIX_EPOCH, random: [n; 10] });
        let parties = Parties { practitioner: identity(practitioner), client: identity(client) };
        room_name(&parties, (id(1), id(2)), Timestamp::from_second(7).unwrap(), random)
    }

    const ONE: &str = "00000000-0000-7101-8101-010101010101";
    const TWO: &str = "00000000-0000-7202-8202-020202020202";

    #[test]
    fn who_comes_from_one_other_system_is_called_as_there() {
        let name = named(("portal", "doc_7"), ("portal", "42"), 5);
        assert_eq!(name, "therapy-doc_7-42-7000000000000000000005");
    }

    #[test]
    fn who_comes_from_here_or_from_a_second_system_is_called_by_our_id() {
        let digits = "7000000000000000000005";
        let cases = [
            (("local", "x"), ("local", "y"), [ONE, TWO]),
            (("local", "x"), ("portal", "42"), [ONE, "42"]),
            (("portal", "7"), ("invitation", "y"), ["7", TWO]),
            (("portal", "7"), ("clinic", "7"), ["7", TWO]),
        ];
        for (practitioner, client, [one, two]) in cases {
            assert_eq!(named(practitioner, client, 5), format!("therapy-{one}-{two}-{digits}"));
        }
    }

    #[test]
    fn whatever_an_id_holds_the_name_is_short_and_safe_and_no_other_s() {
        let long = "ä".repeat(10_000);
        let odd = ["", "a b", "a_b", "A/B", "../..", "a?b#c%d&e\"f", "a\0\n", "😀", "x-1", long.as_str()];
        let mut names: Vec<_> = (0..).zip(odd).map(|(n, odd)| named(("p", odd), ("p", odd), n)).collect();
        for name in &names {
            assert!(name.len() <= 180, "{name}");
            let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
            assert!(name.bytes().all(plain), "{name}");
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), odd.len());
    }

    #[test]
    fn the_most_that_is_random_has_no_more_digits() {
        let [most, least] = [u64::MAX, 0].map(|random| named(("p", "a"), ("p", "b"), random));
        assert_eq!(most.len(), least.len());
    }
}
