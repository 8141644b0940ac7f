//! Encryption at rest, for what a stolen database must not tell: AES-256-GCM, bound to what it belongs to.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use openvisit_core::ids::{MessageId, RequestId, SessionId, WebhookId};

/// Opens and closes texts with the notes key from the settings.
#[derive(Debug)]
pub struct Sealer {
    cipher: RandomizedNonceKey,
    fingerprints: hmac::Key,
}

/// What a text belongs to. It opens nowhere else.
#[derive(Clone, Copy, Debug)]
pub enum Of<'a> {
    /// The practitioner's notes of a session.
    Notes(SessionId),
    /// What is said to and by whoever waits for a session.
    Doorway(SessionId),
    /// What a client wrote about a request.
    Concern(RequestId),
    /// What a webhook's messages are signed with.
    WebhookSecret(WebhookId),
    /// What a file of a chat is called.
    FileName(MessageId),
    /// One part of it, in its place.
    FilePart { file: MessageId, part: i64 },
    /// What a call that named a key was answered.
    Answer { caller: &'a str, key: &'a str },
}

impl Of<'_> {
    fn bound_to(self) -> Vec<u8> {
        match self {
            Self::Notes(session) => session.0.as_bytes().to_vec(),
            Self::Doorway(session) => format!("doorway {session}").into_bytes(),
            Self::Concern(request) => format!("concern {request}").into_bytes(),
            Self::WebhookSecret(webhook) => format!("webhook secret {webhook}").into_bytes(),
            Self::FileName(file) => format!("file name {file}").into_bytes(),
            Self::FilePart { file, part } => format!("file {file} part {part}").into_bytes(),
            Self::Answer { caller, key } => format!("answer {caller} {key}").into_bytes(),
        }
    }
}

/// It cannot be opened with this key: the key was changed, or the row was tampered with.
#[derive(Debug, thiserror::Error)]
#[error("what was encrypted cannot be read with this notes key")]
pub struct WrongKey;

impl Sealer {
    /// # Panics
    /// Never: AES-256 takes every key of 32 bytes.
    #[must_use]
    #[expect(clippy::expect_used, reason = "a key of this length is always taken")]
    pub fn new(key: &[u8; 32]) -> Self {
        let cipher = RandomizedNonceKey::new(&AES_256_GCM, key).expect("32 bytes are an AES-256 key");
        // One key, one use: this one is made of it.
        let derived = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), b"fingerprints");
        Self { cipher, fingerprints: hmac::Key::new(hmac::HMAC_SHA256, derived.as_ref()) }
    }

    /// Nonce, then ciphertext with its tag.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn seal(&self, of: Of<'_>, text: &str) -> Result<Vec<u8>, WrongKey> {
        self.seal_bytes(of, &mut text.as_bytes().to_vec())
    }

    /// As [`Sealer::seal`], of bytes, which are encrypted in their place.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn seal_bytes(&self, of: Of<'_>, body: &mut Vec<u8>) -> Result<Vec<u8>, WrongKey> {
        let nonce =
            self.cipher.seal_in_place_append_tag(Aad::from(of.bound_to()), body).map_err(|_| WrongKey)?;
        Ok([nonce.as_ref().as_slice(), body].concat())
    }

    /// # Errors
    /// When the key is another, or the bytes were changed or belong to something else.
    pub fn open(&self, of: Of<'_>, sealed: &[u8]) -> Result<String, WrongKey> {
        String::from_utf8(self.open_bytes(of, sealed.to_vec())?).map_err(|_| WrongKey)
    }

    /// As [`Sealer::open`], of bytes, which are decrypted in their place.
    ///
    /// # Errors
    /// As [`Sealer::open`].
    pub fn open_bytes(&self, of: Of<'_>, mut sealed: Vec<u8>) -> Result<Vec<u8>, WrongKey> {
        let (nonce, body) = sealed.split_at_mut_checked(NONCE_LEN).ok_or(WrongKey)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| WrongKey)?;
        let length =
            self.cipher.open_in_place(nonce, Aad::from(of.bound_to()), body).map_err(|_| WrongKey)?.len();
        sealed.drain(..NONCE_LEN);
        sealed.truncate(length);
        Ok(sealed)
    }

    /// The same for the same parts, and telling nothing of them: whoever has no key cannot try out what they
    /// may have been.
    #[must_use]
    pub fn fingerprint(&self, parts: &[&[u8]]) -> String {
        let mut mac = hmac::Context::with_key(&self.fingerprints);
        for part in parts {
            mac.update(&part.len().to_be_bytes());
            mac.update(part);
        }
        STANDARD_NO_PAD.encode(mac.sign())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notes(n: u128) -> Of<'static> {
        Of::Notes(SessionId(uuid::Uuid::from_u128(n)))
    }

    #[test]
    fn notes_come_back_only_with_the_key_and_the_session() {
        let sealer = Sealer::new(&[1; 32]);
        let sealed = sealer.seal(notes(1), "sleeps badly").unwrap();
        assert!(!sealed.windows(5).any(|w| w == b"sleep"));
        assert_eq!(sealer.open(notes(1), &sealed).unwrap(), "sleeps badly");
        assert!(sealer.open(notes(2), &sealed).is_err());
        assert!(Sealer::new(&[2; 32]).open(notes(1), &sealed).is_err());
        assert!(sealer.open(notes(1), &sealed[..5]).is_err());
    }

    #[test]
    fn a_fingerprint_tells_parts_apart_and_needs_the_key() {
        let sealer = Sealer::new(&[1; 32]);
        let of = |parts: &[&[u8]]| sealer.fingerprint(parts);
        assert_eq!(of(&[b"POST", b"/a"]), of(&[b"POST", b"/a"]));
        assert_ne!(of(&[b"POST", b"/a"]), of(&[b"POST/", b"a"]));
        assert_ne!(of(&[b"POST"]), Sealer::new(&[2; 32]).fingerprint(&[b"POST"]));
    }
}
