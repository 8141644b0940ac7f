//! Encryption at rest for the practitioner's notes: AES-256-GCM, bound to the session they belong to.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use openvisit_core::ids::SessionId;

/// Opens and closes notes with the key from the settings.
#[derive(Debug)]
pub struct Sealer(RandomizedNonceKey);

/// The notes cannot be opened with this key: it was changed, or the row was tampered with.
#[derive(Debug, thiserror::Error)]
#[error("the notes cannot be read with this notes key")]
pub struct WrongKey;

impl Sealer {
    /// # Panics
    /// Never: AES-256 takes every key of 32 bytes.
    #[must_use]
    #[expect(clippy::expect_used, reason = "a key of this length is always taken")]
    pub fn new(key: &[u8; 32]) -> Self {
        Self(RandomizedNonceKey::new(&AES_256_GCM, key).expect("32 bytes are an AES-256 key"))
    }

    /// Nonce, then ciphertext with its tag.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn seal(&self, session: SessionId, text: &str) -> Result<Vec<u8>, WrongKey> {
        let mut body = text.as_bytes().to_vec();
        let nonce = self
            .0
            .seal_in_place_append_tag(Aad::from(session.0.as_bytes()), &mut body)
            .map_err(|_| WrongKey)?;
        Ok([nonce.as_ref().as_slice(), &body].concat())
    }

    /// # Errors
    /// When the key is another, or the bytes were changed or belong to another session.
    pub fn open(&self, session: SessionId, sealed: &[u8]) -> Result<String, WrongKey> {
        let (nonce, body) = sealed.split_at_checked(NONCE_LEN).ok_or(WrongKey)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| WrongKey)?;
        let mut body = body.to_vec();
        let text =
            self.0.open_in_place(nonce, Aad::from(session.0.as_bytes()), &mut body).map_err(|_| WrongKey)?;
        String::from_utf8(text.to_vec()).map_err(|_| WrongKey)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(n: u128) -> SessionId {
        SessionId(uuid::Uuid::from_u128(n))
    }

    #[test]
    fn notes_come_back_only_with_the_key_and_the_session() {
        let sealer = Sealer::new(&[1; 32]);
        let sealed = sealer.seal(session(1), "sleeps badly").unwrap();
        assert!(!sealed.windows(5).any(|w| w == b"sleep"));
        assert_eq!(sealer.open(session(1), &sealed).unwrap(), "sleeps badly");
        assert!(sealer.open(session(2), &sealed).is_err());
        assert!(Sealer::new(&[2; 32]).open(session(1), &sealed).is_err());
        assert!(sealer.open(session(1), &sealed[..5]).is_err());
    }
}
