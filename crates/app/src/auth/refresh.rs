//! Refresh tokens: what a browser keeps in a cookie to get new access tokens.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use openvisit_core::ids::PersonId;
use openvisit_store::{self as store, Rotation, Tx};
use sha2::{Digest, Sha256};

use crate::error::Error;

/// Two tabs may present the same token at nearly the same time; later it is a theft.
const LEEWAY: SignedDuration = SignedDuration::from_secs(10);

/// A token that a browser gets; the database gets its hash.
pub struct RefreshToken(String);

impl RefreshToken {
    /// The token of a new login.
    ///
    /// # Errors
    /// The database is not there.
    pub async fn begin(
        tx: &mut Tx,
        person_id: PersonId,
        now: Timestamp,
        life: SignedDuration,
    ) -> Result<Self, Error> {
        let new = Self::random();
        let expires_at = now + life;
        let family = Self::random().0;
        tx.insert_refresh_token(
            &store::RefreshToken { hash: new.hash(), person_id, family, expires_at },
            now,
        )
        .await?;
        Ok(new)
    }

    /// A new token for one that was presented, and whose it is. `None`: it is not good, and if it was
    /// stolen the whole login is over; commit in either case.
    ///
    /// # Errors
    /// The database is not there.
    pub async fn rotate(
        tx: &mut Tx,
        presented: &str,
        now: Timestamp,
        life: SignedDuration,
    ) -> Result<Option<(Self, PersonId)>, Error> {
        let new = Self::random();
        let expires_at = now + life;
        let rotation =
            tx.rotate_refresh_token(&hash(presented), &new.hash(), expires_at, now, LEEWAY).await?;
        Ok(match rotation {
            Rotation::Rotated(token) => Some((new, token.person_id)),
            Rotation::Reused => {
                tracing::warn!("a refresh token was used twice; its login is over");
                None
            }
            Rotation::Unknown => None,
        })
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

/// What the database knows a token by.
#[must_use]
pub fn hash(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(token.as_bytes()))
}
