//! Why a token was refused: for the operator's log. Whoever sent it gets the same 401 for all.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// The longest word that is repeated from a token that nobody vouches for.
const LONGEST: usize = 100;
/// Strangers cannot fill the log: so many lines in so much time.
const MOST: u32 = 30;
const WINDOW: SignedDuration = SignedDuration::from_mins(1);

/// Names in here are those of the token's maker, key or audience, never of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It is no token at all.
    Malformed,
    /// Nobody of the settings makes tokens under this name.
    Issuer(Option<String>),
    Algorithm(String),
    /// It asks to be understood in a way that is not known here (`crit`).
    Critical,
    UnknownKey(Option<String>),
    Signature,
    Audience,
    ExpiredSince(Timestamp),
    NotYet,
    /// Lacks a claim, or has it in another form.
    Claim(&'static str),
    /// The person is not known, and this issuer's people are not made.
    UnknownPerson,
    Disabled,
    /// The login that it came of is over, or its person was signed out everywhere since.
    SignedOut,
    /// It names an organization that is not there.
    UnknownOrganization,
    /// It names an organization by a name that several have.
    SeveralOrganizations,
    /// The invitation that it was given for is withdrawn, or over.
    Invitation,
    /// It is called a key, and is none, or is revoked.
    UnknownApiKey,
    /// It is a program's, and this is for people.
    ApiKeyNotTaken,
}

impl Refused {
    /// Of several reasons the one to tell: where an issuer has several keys or algorithms, that of its right one.
    pub(super) fn got_further_than(&self, other: &Self) -> bool {
        let far = |refused: &Self| match refused {
            Self::Algorithm(_) => 0,
            Self::UnknownKey(_) => 1,
            Self::Signature => 2,
            _ => 3,
        };
        far(self) > far(other)
    }

    /// One word.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Issuer(_) => "unknown_issuer",
            Self::Algorithm(_) => "algorithm",
            Self::Critical => "crit",
            Self::UnknownKey(_) => "unknown_key",
            Self::Signature => "signature",
            Self::Audience => "audience",
            Self::ExpiredSince(_) => "expired",
            Self::NotYet => "not_yet_valid",
            Self::Claim(_) => "claim",
            Self::UnknownPerson => "unknown_person",
            Self::Disabled => "disabled",
            Self::SignedOut => "signed_out",
            Self::UnknownOrganization => "unknown_organization",
            Self::SeveralOrganizations => "several_organizations",
            Self::Invitation => "invitation",
            Self::UnknownApiKey => "unknown_api_key",
            Self::ApiKeyNotTaken => "api_key_not_taken",
        }
    }
}

/// A refusal, and of whose token where the settings know the name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub why: Refused,
    pub issuer: Option<String>,
}

/// What more there is to know than the word.
impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Issuer(Some(name)) | Self::Algorithm(name) | Self::UnknownKey(Some(name)) => {
                f.write_str(&repeatable(name))
            }
            Self::ExpiredSince(at) => write!(f, "since {at}"),
            Self::Claim(name) => f.write_str(name),
            _ => f.write_str("-"),
        }
    }
}

/// A token's own word, so that it breaks no line and is no token itself.
fn repeatable(word: &str) -> String {
    let shown = |c: char| if c.is_ascii_graphic() && c != '"' { c } else { '?' };
    word.chars().take(LONGEST).map(shown).collect()
}

/// Writes refusals down.
#[derive(Default)]
pub struct RefusalLog(Mutex<Window>);

#[derive(Default)]
struct Window {
    since: Timestamp,
    told: u32,
    untold: u32,
}

impl RefusalLog {
    pub fn tell(&self, refusal: &Refusal, now: Timestamp) {
        let Some(untold) = self.may_tell(now) else { return };
        if untold > 0 {
            tracing::info!(count = untold, "more tokens were refused than are logged");
        }
        let (why, issuer) = (refusal.why.reason(), refusal.issuer.as_deref().unwrap_or("-"));
        tracing::info!(why, detail = %refusal.why, issuer, "a token was refused");
    }

    /// How many were passed over before; `None` when this one is passed over as well.
    fn may_tell(&self, now: Timestamp) -> Option<u32> {
        let mut window = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if window.since.duration_until(now).abs() >= WINDOW {
            let untold = window.untold;
            *window = Window { since: now, told: 1, untold: 0 };
            return Some(untold);
        }
        if window.told < MOST {
            window.told += 1;
            return Some(0);
        }
        window.untold += 1;
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stranger_cannot_fill_the_log() {
        let (log, now) = (RefusalLog::default(), Timestamp::constant(1_800_000_000, 0));
        let told = (0..1_000).filter(|_| log.may_tell(now).is_some()).count();
        assert_eq!(told, 30);
        assert_eq!(log.may_tell(now + WINDOW), Some(970));
        assert_eq!(log.may_tell(now + WINDOW), Some(0));
    }

    #[test]
    fn words_of_a_token_break_no_line() {
        let refused = Refused::UnknownKey(Some(format!("a\nb \"{}", "x".repeat(1_000))));
        let text = refused.to_string();
        assert!(text.starts_with("a?b??xx") && text.len() == LONGEST, "{text}");
    }
}
