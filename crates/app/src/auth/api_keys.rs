//! Keys by which programs ask in place of a person's token: made, replaced, revoked.
//!
//! A key is 256 random bits, so its SHA-256 can be kept as it is: nobody finds a key for a hash by trying, as they find a
//! password, and a slow hash would cost every request what it costs a guesser.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use openvisit_core::ids::{ApiKeyId, PersonId, Seed};
use openvisit_core::person::Person;
use openvisit_core::scope::Scope;
use openvisit_store::{ApiKey, Store, Tx};

use super::refresh::hash;
use crate::error::{Error, FieldCode};

/// Tells people and programs what they look at.
const PREFIX: &str = "ovk_";
/// So many characters follow: 256 bits.
const LENGTH: usize = 43;
/// So many of them are shown later, which leaves as good as all to guess.
const SHOWN: usize = 6;
/// So many good keys has an account at most.
pub const MOST: usize = 20;
/// For so long an old key stays good beside the new one where nothing else is asked for, and at most.
pub const OLD_KEY_HOURS: u32 = 24;
pub const MOST_OLD_KEY_HOURS: u32 = 24 * 30;

/// A new key, and the text that is shown this once.
#[derive(Debug)]
pub struct NewKey {
    pub key: ApiKey,
    pub secret: String,
}

/// Whether somebody means this as a key, be it good or not.
#[must_use]
pub fn is_meant(token: &str) -> bool {
    token.starts_with(PREFIX)
}

/// What the database would know a key by; `None` of what was never one.
#[must_use]
pub fn hash_of(token: &str) -> Option<String> {
    let secret = token.strip_prefix(PREFIX)?;
    let of_key = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    (secret.len() == LENGTH && secret.chars().all(of_key)).then(|| hash(token))
}

/// Gives an account another key; those that have ended are forgotten.
///
/// # Errors
/// `invalid` for scopes that its role makes nothing of and for an end that is past, `conflict` where it has too many,
/// `not_found` for whoever is no service account.
pub async fn add(
    store: &Store,
    seed: Seed,
    account: PersonId,
    scopes: Vec<Scope>,
    expires_at: Option<Timestamp>,
) -> Result<NewKey, Error> {
    let mut tx = store.begin().await?;
    let account = tx.person(account).await?.filter(Person::is_service_account).ok_or(Error::NotFound)?;
    let made = make(&mut tx, seed, &account, scopes, expires_at).await?;
    tx.commit().await?;
    Ok(made)
}

/// Replaces a key by one with the same scopes. The old one stays good for so many hours, unless it ends sooner; the new one
/// lasts as long as the old one was made for, where nothing else is asked for.
///
/// # Errors
/// As [`add`], and `not_found` for a key that has ended.
pub async fn rotate(
    store: &Store,
    seed: Seed,
    (account, id): (PersonId, ApiKeyId),
    old_key_hours: u32,
    expires_at: Option<Timestamp>,
) -> Result<NewKey, Error> {
    if old_key_hours > MOST_OLD_KEY_HOURS {
        let text = format!("0 to {MOST_OLD_KEY_HOURS}");
        return Err(Error::invalid("old_key_hours", FieldCode::OutOfRange, text));
    }
    let mut tx = store.begin().await?;
    let owner = tx.person(account).await?.filter(Person::is_service_account).ok_or(Error::NotFound)?;
    let old = of(&mut tx, account, id).await?;
    if has_ended(&old, seed.now) {
        return Err(Error::NotFound);
    }
    let same_life = || old.expires_at.map(|end| seed.now + old.created_at.duration_until(end));
    let ends_at = expires_at.or_else(same_life);
    let made = make(&mut tx, seed, &owner, old.scopes.clone(), ends_at).await?;
    tx.end_api_key(id, seed.now + SignedDuration::from_hours(old_key_hours.into())).await?;
    tx.commit().await?;
    Ok(made)
}

/// Ends a key at once.
///
/// # Errors
/// `not_found`.
pub async fn revoke(store: &Store, account: PersonId, id: ApiKeyId) -> Result<(), Error> {
    let mut tx = store.begin().await?;
    of(&mut tx, account, id).await?;
    tx.delete_api_key(id).await?;
    Ok(tx.commit().await?)
}

/// Whether a key opens nothing any more.
#[must_use]
pub fn has_ended(key: &ApiKey, now: Timestamp) -> bool {
    key.expires_at.is_some_and(|end| end <= now)
}

/// A key of this account.
async fn of(tx: &mut Tx, account: PersonId, id: ApiKeyId) -> Result<ApiKey, Error> {
    tx.api_key(id).await?.filter(|key| key.person_id == account).ok_or(Error::NotFound)
}

async fn make(
    tx: &mut Tx,
    seed: Seed,
    account: &Person,
    mut scopes: Vec<Scope>,
    expires_at: Option<Timestamp>,
) -> Result<NewKey, Error> {
    expect_suited(account, &scopes)?;
    if expires_at.is_some_and(|end| end <= seed.now) {
        return Err(Error::invalid("expires_at", FieldCode::OutOfRange, "must be in the future"));
    }
    tx.forget_ended_api_keys(account.id, seed.now).await?;
    if tx.api_keys_of(&[account.id]).await?.len() >= MOST {
        let text = format!("a service account has at most {MOST} keys; revoke one first");
        return Err(Error::Conflict(text));
    }
    scopes.sort_unstable();
    scopes.dedup();
    let secret = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()));
    let key = ApiKey {
        id: ApiKeyId::new(seed),
        person_id: account.id,
        hash: hash(&secret),
        hint: secret.chars().take(PREFIX.len() + SHOWN).collect(),
        scopes,
        expires_at: expires_at.map(crate::clock::truncate),
        last_used_at: None,
        created_at: seed.now,
    };
    tx.insert_api_key(&key).await?;
    Ok(NewKey { key, secret })
}

/// Scopes that open something to this account.
fn expect_suited(account: &Person, scopes: &[Scope]) -> Result<(), Error> {
    if scopes.is_empty() {
        return Err(Error::invalid("scopes", FieldCode::Required, "a key without scopes opens nothing"));
    }
    let suits = |scope: &&Scope| account.roles.iter().any(|role| scope.suits(*role));
    match scopes.iter().find(|scope| !suits(scope)) {
        None => Ok(()),
        Some(scope) => {
            let text = format!("{} is an administrator's, and this account is an assistant's", scope.name());
            Err(Error::invalid("scopes", FieldCode::NotAllowed, text))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_never_a_key_is_not_looked_up() {
        let key = format!("ovk_{}", "aB3-_".repeat(9).get(..LENGTH).unwrap());
        assert_eq!(hash_of(&key), Some(hash(&key)));
        let never = [
            String::new(),
            "ovk_".to_owned(),
            key[..key.len() - 1].to_owned(),
            format!("{key}a"),
            key.replace("ovk_", "OVK_"),
            key.replace('B', "é"),
            key.replace('B', " "),
            "a.b.c".to_owned(),
        ];
        for text in never {
            assert_eq!(hash_of(&text), None, "{text}");
        }
    }
}
