//! How names and titles are found: by any of their parts, in any order, with or without accents.
//!
//! A key is made of what is searched in, and each word of what is searched for must occur in it. SQL cannot make the
//! key, so rows of earlier versions get theirs when the database is opened.

use std::fmt::Write as _;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::value::to_json;
use crate::{Store, StoreError, Tx};

/// How many words of a search are looked for apart; the last holds the rest.
pub(crate) const WORDS: usize = 4;
/// How many rows are given their keys in one transaction.
const BATCH: u32 = 200;

/// What is searched in: without accents, and once more as German and Nordic letters are written without them, where that
/// differs: `muller mueller`.
pub(crate) fn key(text: &str) -> String {
    let (short, long) = (plain(text), plain(&spelled_out(text)));
    if short == long { short } else { format!("{short} {long}") }
}

/// A pattern for each word of a search; `%` where there are fewer.
pub(crate) fn patterns(search: Option<&str>) -> [String; WORDS] {
    let sought = plain(search.unwrap_or_default());
    let mut words = sought.splitn(WORDS, char::is_whitespace).map(str::trim);
    std::array::from_fn(|_| containing(words.next().unwrap_or_default()))
}

/// What `like` would read as a wildcard stands for itself; the escape is `!`.
fn containing(word: &str) -> String {
    let literal = word.replace('!', "!!").replace('%', "!%").replace('_', "!_");
    if literal.is_empty() { "%".to_owned() } else { format!("%{literal}%") }
}

/// In lower case, without accents, in letters of the basic alphabet where there are such; words one space apart.
fn plain(text: &str) -> String {
    let mut letters = String::with_capacity(text.len());
    for letter in text.nfkd().flat_map(char::to_lowercase).nfkd().filter(|letter| !is_combining_mark(*letter))
    {
        match basic(letter) {
            Some(basic) => letters.push_str(basic),
            None => letters.push(letter),
        }
    }
    letters.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Letters that are no others with an accent, as those who lack them write them.
fn basic(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ħ' => "h",
        'ı' => "i",
        'ς' => "σ",
        'ŋ' => "n",
        'ŧ' => "t",
        'ĸ' => "k",
        'ə' => "a",
        '’' | 'ʼ' | '‘' | '`' | '´' => "'",
        '‐' | '‑' | '–' => "-",
        _ => return None,
    })
}

fn spelled_out(text: &str) -> String {
    text.nfc().fold(String::with_capacity(text.len()), |mut spelled, letter| {
        // Writing to a string does not fail.
        let _ = match letter {
            'ä' | 'Ä' => spelled.write_str("ae"),
            'ö' | 'Ö' | 'ø' | 'Ø' => spelled.write_str("oe"),
            'ü' | 'Ü' => spelled.write_str("ue"),
            'å' | 'Å' => spelled.write_str("aa"),
            other => spelled.write_char(other),
        };
        spelled
    })
}

impl Store {
    /// Gives keys to what earlier versions have written. What has one is not looked at.
    pub(crate) async fn make_search_keys(&self) -> Result<(), StoreError> {
        let people = "select id, name from person where search_key is null order by id limit $1";
        let titles = "select id, title_key from session where title_search is null and title_key is not null \
                      order by id limit $1";
        while self.keyless(people).await? {
            let mut tx = self.begin().await?;
            tx.make_keys(people, Keyed::People).await?;
            tx.commit().await?;
        }
        while self.keyless(titles).await? {
            let mut tx = self.begin().await?;
            tx.make_keys(titles, Keyed::Titles).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    async fn keyless(&self, which: &'static str) -> Result<bool, StoreError> {
        Ok(read_optional!(self, (String, String), which, 1_i64)?.is_some())
    }
}

#[derive(Clone, Copy)]
enum Keyed {
    People,
    Titles,
}

impl Tx {
    async fn make_keys(&mut self, which: &'static str, keyed: Keyed) -> Result<(), StoreError> {
        macro_rules! people {
            ($dialect:ident) => {
                concat!(
                    "update person set search_key = value ->> 1 from ",
                    json_rows!($dialect, "$1"),
                    " where person.id = value ->> 0"
                )
            };
        }
        macro_rules! titles {
            ($dialect:ident) => {
                concat!(
                    "update session set title_search = value ->> 1 from ",
                    json_rows!($dialect, "$1"),
                    " where session.id = value ->> 0"
                )
            };
        }
        let rows = fetch_all!(self, (String, String), which, i64::from(BATCH))?;
        let keys: Vec<_> = rows.into_iter().map(|(id, text)| [id, key(&text)]).collect();
        let sql = match keyed {
            Keyed::People => sql_for!(self, people!()),
            Keyed::Titles => sql_for!(self, titles!()),
        };
        execute!(self, sql, to_json(&keys)?)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(search: &str, name: &str) -> bool {
        let key = key(name);
        let words = patterns(Some(search));
        words.iter().all(|pattern| key.contains(&pattern.replace('%', "")))
    }

    #[test]
    fn accents_are_not_needed_nor_in_the_way() {
        for (name, searches) in [
            ("Élodie Ngô", &["elodie", "ÉLO", "ngo", "Ngô", "ê"][..]),
            ("Łukasz Żółć", &["lukasz", "łukasz", "zolc", "LUK"]),
            ("Weiß", &["weiss", "weiß", "WEISS", "weis"]),
            ("Müller-Lüdenscheidt", &["muller", "mueller", "MÜLLER", "luden", "luedenscheidt", "r-l"]),
            ("Işıl Çağlayan", &["isil", "ışıl", "IŞIL", "caglayan"]),
            ("İpek", &["ipek", "İPEK", "İpek"]),
            ("Søren Ångström", &["soren", "soeren", "angstrom", "aangstroem"]),
            ("O’Brien", &["o'brien", "O’Brien"]),
            ("Nguyễn Thị Ánh", &["nguyen thi anh", "anh nguyen"]),
            // Written with the accent apart.
            ("Jose\u{301}", &["josé", "jose"]),
            ("Νίκος", &["νικος", "ΝΊΚΟΣ"]),
            ("Королёв", &["королев", "КОРОЛЁВ"]),
        ] {
            for search in searches {
                assert!(finds(search, name), "{search} in {name}: {}", key(name));
            }
        }
        assert!(!finds("lukas zo", "Łukasz Adam"));
        assert!(!finds("moller", "Müller"));
    }

    #[test]
    fn all_words_must_be_there_in_any_order() {
        assert!(finds("lind sam", "Sam Lindqvist"));
        assert!(finds("  sam   lindqvist ", "Sam Lindqvist"));
        assert!(!finds("sam berg", "Sam Lindqvist"));
        assert!(finds("a b c d", "a b c d"));
        assert!(finds("d c b a e f", "a e f b c d"));
        assert_eq!(patterns(None), ["%", "%", "%", "%"]);
        assert_eq!(patterns(Some("100% _!")), ["%100!%%", "%!_!!%", "%", "%"]);
    }
}
