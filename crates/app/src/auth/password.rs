//! Passwords: argon2id, off the async threads, few at a time.

use std::sync::{Arc, OnceLock};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::Semaphore;

use crate::error::Error;

/// The shortest password that is taken, in characters.
pub const MIN_LENGTH: usize = 12;
/// The longest, in bytes: hashing is not for free.
pub const MAX_LENGTH: usize = 256;

/// Each takes 19 MiB and a core for its while; whoever else wants to sign in waits their turn.
const AT_A_TIME: usize = 2;

/// Hashes and compares passwords.
pub struct Passwords {
    turns: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { turns: Arc::new(Semaphore::new(AT_A_TIME)) }
    }
}

impl Passwords {
    /// # Errors
    /// Only a fault of ours.
    pub async fn hash(&self, password: String) -> Result<String, Error> {
        self.on_a_thread(move || hash(&password)).await?
    }

    /// Whether `password` is the one that was hashed. Without a hash (there is no such account) the answer
    /// is no, and takes as long as if there were one.
    ///
    /// # Errors
    /// Only a fault of ours.
    pub async fn matches(&self, password: String, hash: Option<String>) -> Result<bool, Error> {
        self.on_a_thread(move || matches(&password, hash.as_deref())).await
    }

    async fn on_a_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let turn = self.turns.clone().acquire_owned().await.map_err(Error::internal)?;
        let work = move || {
            // Held by the thread: a caller that goes away does not free it early.
            let _turn = turn;
            work()
        };
        tokio::task::spawn_blocking(work).await.map_err(Error::internal)
    }
}

/// OWASP's second choice of parameters for argon2id: 19 MiB, two passes.
fn argon2() -> Result<Argon2<'static>, Error> {
    let params = Params::new(19 * 1024, 2, 1, None).map_err(Error::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &str) -> Result<String, Error> {
    let hash = argon2()?.hash_password(password.as_bytes()).map_err(Error::internal)?;
    Ok(hash.to_string())
}

fn matches(password: &str, stored: Option<&str>) -> bool {
    /// Of no account; made when somebody first asks for one that is not there.
    static NOBODY: OnceLock<String> = OnceLock::new();
    let nobody = || NOBODY.get_or_init(|| hash("nobody's password").unwrap_or_default()).as_str();
    let parsed = PasswordHash::new(stored.unwrap_or_else(nobody));
    let same =
        parsed.is_ok_and(|parsed| Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok());
    same && stored.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_password_matches_its_hash() {
        let passwords = Passwords::default();
        let hash = passwords.hash("correct horse".to_owned()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(passwords.matches("correct horse".to_owned(), Some(hash.clone())).await.unwrap());
        assert!(!passwords.matches("battery staple".to_owned(), Some(hash)).await.unwrap());
    }

    #[tokio::test]
    async fn where_there_is_no_account_nothing_matches() {
        let passwords = Passwords::default();
        assert!(!passwords.matches("nobody's password".to_owned(), None).await.unwrap());
        assert!(!passwords.matches("x".to_owned(), Some("no hash".to_owned())).await.unwrap());
    }
}
