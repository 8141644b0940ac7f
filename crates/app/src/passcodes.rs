//! The six-digit code of a session: keyed-hashed, then bcrypt, never stored or logged in the clear.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use openvisit_core::ids::SessionId;
use sha2::Sha256;

/// Six digits have 20 bits; the key keeps a stolen database from being searched, so bcrypt need not be
/// slow enough for that, and a join stays quick.
const COST: u32 = 8;

/// Wrong guesses that one caller, and all callers together, have before the code is dead.
pub const GUESSES_PER_CALLER: i64 = 10;
pub const GUESSES_PER_SESSION: i64 = 30;

/// Matches nothing: what a guess is compared with where there is no passcode, so that it takes as long.
pub const NOBODYS: &str = "$2b$08$.....................................................";

/// Makes, hashes and checks passcodes with the server's key.
#[derive(Clone)]
pub struct Passcodes {
    key: [u8; 32],
}

/// Hashing failed for a reason that is not the caller's.
#[derive(Debug, thiserror::Error)]
#[error("a passcode could not be hashed: {0}")]
pub struct HashFailed(String);

impl Passcodes {
    #[must_use]
    pub fn new(key: [u8; 32]) -> Self {
        Self { key }
    }

    /// Six digits, evenly distributed.
    #[must_use]
    pub fn generate(&self) -> String {
        format!("{:06}", rand::random_range(0..1_000_000))
    }

    /// Whether this can be a passcode at all; what cannot is no guess.
    #[must_use]
    pub fn is_well_formed(code: &str) -> bool {
        code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit())
    }

    /// # Errors
    /// When the system gives no random bytes.
    pub async fn hash(&self, session: SessionId, code: &str) -> Result<String, HashFailed> {
        let keyed = self.keyed(session, code);
        blocking(move || bcrypt::hash(keyed, COST)).await
    }

    /// # Errors
    /// When the stored hash is none.
    pub async fn matches(&self, session: SessionId, code: &str, hash: String) -> Result<bool, HashFailed> {
        let keyed = self.keyed(session, code);
        blocking(move || bcrypt::verify(keyed, &hash)).await
    }

    fn keyed(&self, session: SessionId, code: &str) -> String {
        #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("any length of key");
        mac.update(session.0.as_bytes());
        mac.update(code.as_bytes());
        STANDARD_NO_PAD.encode(mac.finalize().into_bytes())
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, bcrypt::BcryptError> + Send + 'static,
) -> Result<T, HashFailed> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(|e| HashFailed(e.to_string())),
        Err(died) => Err(HashFailed(died.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_code_is_right_for_its_session_alone() {
        let codes = Passcodes::new([7; 32]);
        let (one, two) = (SessionId(uuid::Uuid::from_u128(1)), SessionId(uuid::Uuid::from_u128(2)));
        let code = codes.generate();
        assert!(Passcodes::is_well_formed(&code));
        let hash = codes.hash(one, &code).await.unwrap();
        assert!(codes.matches(one, &code, hash.clone()).await.unwrap());
        assert!(!codes.matches(two, &code, hash).await.unwrap());
    }

    #[tokio::test]
    async fn nobodys_passcode_is_compared_and_never_right() {
        let codes = Passcodes::new([7; 32]);
        let session = SessionId(uuid::Uuid::from_u128(1));
        for code in ["000000", "123456"] {
            assert!(!codes.matches(session, code, NOBODYS.to_owned()).await.unwrap(), "{code}");
        }
        assert!(NOBODYS.starts_with(&format!("$2b${COST:02}$")), "it takes as long as others");
    }

    #[test]
    fn five_digits_or_letters_are_no_guess() {
        for text in ["12345", "1234567", "12345a", "", "١٢٣٤٥٦"] {
            assert!(!Passcodes::is_well_formed(text), "{text}");
        }
    }
}
