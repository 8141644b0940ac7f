//! Refresh tokens: what a browser keeps in a cookie to get new access tokens.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use openvisit_core::ids::PersonId;
use openvisit_store::{self as store, Rotation, Tx};
use sha2::{Digest, Sha256};

use super::basis::LoginId;
use crate::error::Error;

/// Two tabs may present the same token at nearly the same time; later it is a theft.
const LEEWAY: SignedDuration = SignedDuration::from_secs(10);

/// A token that a browser gets; the database gets its hash.
pub struct RefreshToken(String);

impl RefreshToken {
    /// The token of a login that begins.
    ///
    /// # Errors
    /// The database is not there.
    pub async fn begin(
        tx: &mut Tx,
        person_id: PersonId,
        login: LoginId,
        now: Timestamp,
        life: SignedDuration,
    ) -> Result<Self, Error> {
        let new = Self::random();
        let expires_at = now + life;
        let family = login.to_string();
        tx.insert_refresh_token(
            &store::RefreshToken { hash: new.hash(), person_id, family, expires_at },
            now,
        )
        .await?;
        Ok(new)
    }

    /// A new token for one that was presented. Commit, whatever comes of it.
    ///
    /// # Errors
    /// The database is not there.
    pub async fn rotate(
        tx: &mut Tx,
        presented: &str,
        now: Timestamp,
        life: SignedDuration,
    ) -> Result<Rotated, Error> {
        let new = Self::random();
        let expires_at = now + life;
        let rotation =
            tx.rotate_refresh_token(&hash(presented), &new.hash(), expires_at, now, LEEWAY).await?;
        Ok(match rotation {
            Rotation::Rotated(token) => Rotated::Good(new, login(&token.family)?, token.person_id),
            Rotation::Reused(ended) => {
                tracing::warn!("a refresh token was used twice; its login is over");
                Rotated::Stolen(login(&ended.family)?, ended.person_id)
            }
            Rotation::Unknown => Rotated::NotGood,
        })
    }

    /// The login that a token was presented of.
    ///
    /// # Errors
    /// The database is not there.
    pub async fn login_of(tx: &mut Tx, presented: &str) -> Result<Option<(LoginId, PersonId)>, Error> {
        let found = tx.refresh_family(&hash(presented)).await?;
        found.map(|it| Ok((login(&it.family)?, it.person_id))).transpose()
    }

    /// What the browser keeps.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    fn random() -> Self {
        Self(URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()))
    }

    fn hash(&self) -> String {
        hash(&self.0)
    }
}

/// What came of a token that was presented.
pub enum Rotated {
    /// It is replaced by this one, of the same login, which is this person's.
    Good(RefreshToken, LoginId, PersonId),
    NotGood,
    /// Somebody else has used it already: the whole login is over.
    Stolen(LoginId, PersonId),
}

fn login(family: &str) -> Result<LoginId, Error> {
    family.parse().map_err(Error::internal)
}

/// What the database knows a token by.
#[must_use]
pub fn hash(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(token.as_bytes()))
}
