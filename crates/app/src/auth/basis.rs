//! What a token was given on: it is good as long as that stands, at most until it ends.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openvisit_core::ids::InvitationId;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One login: all that came of giving a password once. It lets nobody in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LoginId([u8; 32]);

impl LoginId {
    #[must_use]
    pub fn random() -> Self {
        Self(rand::random())
    }
}

impl fmt::Display for LoginId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

/// It is no login's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("43 characters of base64url")]
pub struct NoLoginId;

impl FromStr for LoginId {
    type Err = NoLoginId;

    fn from_str(text: &str) -> Result<Self, NoLoginId> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| NoLoginId)?;
        bytes.try_into().map(Self).map_err(|_| NoLoginId)
    }
}

impl Serialize for LoginId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for LoginId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// What somebody came by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Basis {
    Login(LoginId),
    /// A token that somebody was given without signing in here: by another issuer, a program that shares the secret, the
    /// command line.
    Token,
    Invitation(InvitationId),
}

/// Which of somebody's ways in are over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SignedOut {
    Login(LoginId),
    /// All but these logins: the one that has just given the new password. Invitations are not theirs, and stay.
    AllBut(Vec<LoginId>),
}

impl SignedOut {
    #[must_use]
    pub fn ends(&self, basis: Basis) -> bool {
        match (self, basis) {
            (Self::Login(ended), Basis::Login(login)) => *ended == login,
            (Self::AllBut(kept), Basis::Login(login)) => !kept.contains(&login),
            (Self::AllBut(_), Basis::Token) => true,
            (Self::Login(_), Basis::Token) | (_, Basis::Invitation(_)) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use openvisit_core::ids::Seed;

    use super::*;

    #[test]
    fn a_login_is_read_as_it_was_written() {
        let login = LoginId::random();
        assert_eq!(login.to_string().parse(), Ok(login));
        assert_eq!("short".parse::<LoginId>(), Err(NoLoginId));
    }

    #[test]
    fn what_ends_is_what_was_meant() {
        let [one, other] = [LoginId::random(), LoginId::random()];
        let invited = InvitationId::new(Seed { now: jiff::Timestamp::UNIX_EPOCH, random: [1; 10] });
        let bases = [Basis::Login(one), Basis::Login(other), Basis::Token, Basis::Invitation(invited)];
        let ended = |by: &SignedOut| bases.map(|basis| by.ends(basis));
        assert_eq!(ended(&SignedOut::Login(one)), [true, false, false, false]);
        assert_eq!(ended(&SignedOut::AllBut(vec![one])), [false, true, true, false]);
        assert_eq!(ended(&SignedOut::AllBut(vec![])), [true, true, true, false]);
    }
}
