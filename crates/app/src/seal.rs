//! Encryption at rest, for what a stolen database must not tell: AES-256-GCM, bound to what it belongs to. Each sealed
//! text names its key; where keys come from is in [`crate::keys`].

use std::collections::BTreeMap;
use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use openvisit_core::ids::{EmailId, EventId, MessageId, RequestId, SessionId, WebhookId};

/// How a sealed text begins whose key is named; the key's id follows, four bytes, the greatest first. Older ones have
/// neither.
const NAMED: &[u8; 4] = b"ovk1";
const HEADER: usize = NAMED.len() + size_of::<u32>();

/// A key that texts are sealed with.
#[derive(Clone, PartialEq, Eq)]
pub struct DataKey {
    /// Counted from 1.
    pub id: u32,
    pub bytes: [u8; 32],
    /// Whether it opens texts that name no key.
    pub opens_unnamed: bool,
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "key {}", self.id)
    }
}

/// Opens and closes texts.
#[derive(Debug)]
pub struct Sealer {
    keys: BTreeMap<u32, RandomizedNonceKey>,
    /// The one that seals.
    newest: u32,
    unnamed: Option<u32>,
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
    /// What the program that booked stored with the booking, as an event carries it.
    EventMetadata(EventId),
    /// What was said in a chat.
    ChatMessage(MessageId),
    /// What a file of a chat is called.
    FileName(MessageId),
    /// One part of it, in its place.
    FilePart { file: MessageId, part: i64 },
    /// What a call that named a key was answered.
    Answer { caller: &'a str, key: &'a str },
    /// The secret of the link in an e-mail.
    EmailLink(EmailId),
    /// A letter to another node, by its id.
    Mail(&'a str),
}

impl Of<'_> {
    fn bound_to(self) -> Vec<u8> {
        match self {
            Self::Notes(session) => session.0.as_bytes().to_vec(),
            Self::Doorway(session) => format!("doorway {session}").into_bytes(),
            Self::Concern(request) => format!("concern {request}").into_bytes(),
            Self::WebhookSecret(webhook) => format!("webhook secret {webhook}").into_bytes(),
            Self::EventMetadata(event) => format!("event metadata {event}").into_bytes(),
            Self::ChatMessage(message) => format!("chat message {message}").into_bytes(),
            Self::FileName(file) => format!("file name {file}").into_bytes(),
            Self::FilePart { file, part } => format!("file {file} part {part}").into_bytes(),
            Self::Answer { caller, key } => format!("answer {caller} {key}").into_bytes(),
            Self::EmailLink(email) => format!("email link {email}").into_bytes(),
            Self::Mail(receiver) => format!("mail {receiver}").into_bytes(),
        }
    }
}

/// It cannot be opened: its key is not at hand, or the row was tampered with.
#[derive(Debug, thiserror::Error)]
#[error("what was encrypted cannot be read with this notes key")]
pub struct WrongKey;

impl Sealer {
    /// The key with the greatest id seals; fingerprints are made with the least, so that they stay the same when keys are
    /// added. `None` without keys.
    #[must_use]
    pub fn new(keys: &[DataKey]) -> Option<Self> {
        let first = keys.iter().min_by_key(|key| key.id)?;
        let newest = keys.iter().map(|key| key.id).max()?;
        // One key, one use: this one is made of it.
        let derived = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &first.bytes), b"fingerprints");
        Some(Self {
            keys: keys.iter().map(|key| (key.id, cipher(&key.bytes))).collect(),
            newest,
            unnamed: keys.iter().find(|key| key.opens_unnamed).map(|key| key.id),
            fingerprints: hmac::Key::new(hmac::HMAC_SHA256, derived.as_ref()),
        })
    }

    /// Opens with this key what names none, where no other key does: rows that were written as before keys had names.
    #[must_use]
    pub fn or_unnamed(mut self, key: &[u8; 32]) -> Self {
        // Ids of keys begin with 1.
        self.unnamed.get_or_insert_with(|| {
            self.keys.insert(0, cipher(key));
            0
        });
        self
    }

    /// The key's name, nonce, then ciphertext with its tag.
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
        let cipher = self.keys.get(&self.newest).ok_or(WrongKey)?;
        let nonce = cipher.seal_in_place_append_tag(Aad::from(of.bound_to()), body).map_err(|_| WrongKey)?;
        Ok([NAMED.as_slice(), &self.newest.to_be_bytes(), nonce.as_ref().as_slice(), body].concat())
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
        let (key, header) = match named(&sealed) {
            Some(key) => (Some(key), HEADER),
            None => (self.unnamed, 0),
        };
        let cipher = key.and_then(|key| self.keys.get(&key)).ok_or(WrongKey)?;
        let text = sealed.get_mut(header..).ok_or(WrongKey)?;
        let (nonce, body) = text.split_at_mut_checked(NONCE_LEN).ok_or(WrongKey)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| WrongKey)?;
        let opened = cipher.open_in_place(nonce, Aad::from(of.bound_to()), body).map_err(|_| WrongKey)?;
        let length = opened.len();
        sealed.drain(..header + NONCE_LEN);
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

fn named(sealed: &[u8]) -> Option<u32> {
    let id = sealed.strip_prefix(NAMED)?.first_chunk()?;
    Some(u32::from_be_bytes(*id))
}

#[expect(clippy::expect_used, reason = "a key of this length is always taken")]
fn cipher(key: &[u8; 32]) -> RandomizedNonceKey {
    RandomizedNonceKey::new(&AES_256_GCM, key).expect("32 bytes are an AES-256 key")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notes(n: u128) -> Of<'static> {
        Of::Notes(SessionId(uuid::Uuid::from_u128(n)))
    }

    fn key(id: u32, opens_unnamed: bool) -> DataKey {
        DataKey { id, bytes: [u8::try_from(id).unwrap(); 32], opens_unnamed }
    }

    fn sealer(keys: &[DataKey]) -> Sealer {
        Sealer::new(keys).unwrap()
    }

    #[test]
    fn notes_come_back_only_with_the_key_and_the_session() {
        let ours = sealer(&[key(1, false)]);
        let sealed = ours.seal(notes(1), "sleeps badly").unwrap();
        assert!(!sealed.windows(5).any(|w| w == b"sleep"));
        assert_eq!(ours.open(notes(1), &sealed).unwrap(), "sleeps badly");
        assert!(ours.open(notes(2), &sealed).is_err());
        let other = DataKey { bytes: [9; 32], ..key(1, true) };
        assert!(sealer(&[other]).open(notes(1), &sealed).is_err());
        for length in 0..sealed.len() {
            assert!(ours.open(notes(1), &sealed[..length]).is_err());
        }
    }

    #[test]
    fn what_names_no_key_is_opened_by_the_last_resort_alone() {
        let written_before =
            sealer(&[key(7, false)]).seal(notes(1), "sleeps badly").unwrap().split_off(HEADER);
        let ours = sealer(&[key(1, false)]);
        assert!(ours.open(notes(1), &written_before).is_err());
        let ours = ours.or_unnamed(&[7; 32]);
        assert_eq!(ours.open(notes(1), &written_before).unwrap(), "sleeps badly");
        let named = ours.seal(notes(1), "sleeps well").unwrap();
        assert_eq!(named[..HEADER], sealer(&[key(1, false)]).seal(notes(1), "x").unwrap()[..HEADER]);
        assert_eq!(ours.open(notes(1), &named).unwrap(), "sleeps well");
        let adopted = sealer(&[key(1, true)]).or_unnamed(&[7; 32]);
        assert!(adopted.open(notes(1), &written_before).is_err(), "the database's own was another");
    }

    #[test]
    fn what_is_sealed_names_its_key_and_opens_beside_newer_ones() {
        let sealed = sealer(&[key(1, false)]).seal(notes(1), "sleeps badly").unwrap();
        let both = sealer(&[key(1, false), key(2, false)]);
        assert_eq!(both.open(notes(1), &sealed).unwrap(), "sleeps badly");
        let newer = both.seal(notes(1), "sleeps well").unwrap();
        assert_eq!((named(&sealed), named(&newer)), (Some(1), Some(2)));
        assert!(sealer(&[key(1, false)]).open(notes(1), &newer).is_err());
        assert_eq!(sealer(&[key(2, false)]).open(notes(1), &newer).unwrap(), "sleeps well");
    }

    #[test]
    fn what_was_sealed_before_keys_had_names_is_opened_by_the_one_that_does() {
        let sealed = sealer(&[key(1, false)]).seal(notes(1), "sleeps badly").unwrap();
        let unnamed = &sealed[HEADER..];
        assert_eq!(sealer(&[key(1, true), key(2, false)]).open(notes(1), unnamed).unwrap(), "sleeps badly");
        assert!(sealer(&[key(1, false)]).open(notes(1), unnamed).is_err());
    }

    #[test]
    fn a_fingerprint_tells_parts_apart_needs_the_key_and_outlives_a_newer_one() {
        let ours = sealer(&[key(1, false)]);
        let of = |parts: &[&[u8]]| ours.fingerprint(parts);
        assert_eq!(of(&[b"POST", b"/a"]), of(&[b"POST", b"/a"]));
        assert_ne!(of(&[b"POST", b"/a"]), of(&[b"POST/", b"a"]));
        assert_ne!(of(&[b"POST"]), sealer(&[key(2, false)]).fingerprint(&[b"POST"]));
        assert_eq!(of(&[b"POST"]), sealer(&[key(2, false), key(1, false)]).fingerprint(&[b"POST"]));
    }
}
