//! The keys that texts at rest are sealed with. They lie in the database, each sealed by the master key of the settings
//! (`notes_key`) and naming it, so that a lost or other one is noticed before anything is sealed with it, and a new one
//! seals some keys anew and no texts.

pub mod backups;

use anyhow::{Context, bail};
use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use jiff::Timestamp;
use openvisit_store::{SealedSamples, SealingKey, Store, StoreError, Tx};

use crate::nodes::secrets::how_to_copy;
use crate::seal::{DataKey, Of, Sealer};
use crate::settings::{KnownSecrets, Secret, Secrets, Settings, fingerprint, key_of, secrets_file};

const PEPPER: &str = "passcode_pepper";

/// What is said of a database whose keys are others.
const WHAT_HELPS: &str = "give that one back, in the settings or with the secrets.toml that lay beside this database. \
    Only where it is lost for good, run `openvisit keys accept`";

/// Seals keys.
struct Master {
    /// By which it is known; says nothing of it.
    name: String,
    cipher: RandomizedNonceKey,
    bytes: [u8; 32],
}

impl Master {
    #[expect(clippy::expect_used, reason = "a key of this length is always taken")]
    fn new(secret: &Secret) -> Self {
        let bytes = key_of(secret);
        let cipher = RandomizedNonceKey::new(&AES_256_GCM, &bytes).expect("32 bytes are an AES-256 key");
        Self { name: fingerprint(secret), cipher, bytes }
    }

    fn seal(&self, key: &DataKey, now: Timestamp) -> anyhow::Result<SealingKey> {
        let mut body = key.bytes.to_vec();
        let nonce = self.cipher.seal_in_place_append_tag(bound_to(key.id.into()), &mut body);
        let nonce = nonce.map_err(|_| anyhow::anyhow!("the system gives no random bytes"))?;
        Ok(SealingKey {
            id: key.id.into(),
            sealed: [nonce.as_ref().as_slice(), &body].concat(),
            master: self.name.clone(),
            opens_unnamed: key.opens_unnamed,
            created_at: now,
        })
    }

    fn open(&self, key: &SealingKey) -> Option<DataKey> {
        let mut sealed = key.sealed.clone();
        let (nonce, body) = sealed.split_at_mut_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let opened = self.cipher.open_in_place(nonce, bound_to(key.id), body).ok()?;
        Some(DataKey {
            id: key.id.try_into().ok()?,
            bytes: <[u8; 32]>::try_from(&*opened).ok()?,
            opens_unnamed: key.opens_unnamed,
        })
    }
}

fn bound_to(id: i64) -> Aad<Vec<u8>> {
    Aad::from(format!("sealing key {id}").into_bytes())
}

/// The master key of now, and the one of before while there is one.
struct Masters(Vec<Master>);

impl Masters {
    fn of(secrets: &Secrets) -> Self {
        Self::new(Some(&secrets.notes), secrets.previous_notes.as_ref())
    }

    fn new(notes: Option<&Secret>, previous: Option<&Secret>) -> Self {
        Self([notes, previous].into_iter().flatten().map(Master::new).collect())
    }

    fn now(&self) -> &Master {
        &self.0[0]
    }

    fn open(&self, key: &SealingKey) -> Option<DataKey> {
        self.0.iter().filter(|master| master.name == key.master).find_map(|master| master.open(key))
    }

    /// The one that was sealed with before keys had names, as a key of its own; `None` where none of them was.
    fn adopt(&self, samples: &SealedSamples) -> Option<DataKey> {
        let keys = self.0.iter().map(|master| DataKey { id: 1, bytes: master.bytes, opens_unnamed: true });
        keys.into_iter().find(|key| opens_any(key, samples))
    }
}

/// One is enough: a key that was lost before it was noticed has left others behind.
fn opens_any(key: &DataKey, samples: &SealedSamples) -> bool {
    let Some(sealer) = Sealer::new(std::slice::from_ref(key)) else { return false };
    let SealedSamples { notes, concern, webhook_secret } = samples;
    let opens = |of: Of<'_>, sealed: &[u8]| sealer.open(of, sealed).is_ok();
    *samples == SealedSamples::default()
        || notes.as_ref().is_some_and(|(id, sealed)| opens(Of::Notes(*id), sealed))
        || concern.as_ref().is_some_and(|(id, sealed)| opens(Of::Concern(*id), sealed))
        || webhook_secret.as_ref().is_some_and(|(id, sealed)| opens(Of::WebhookSecret(*id), sealed))
}

/// What an operator does whose keys are not the database's: where another node has them, nothing is lost.
async fn what_helps(store: &Store) -> String {
    let nothing_helps =
        format!("{WHAT_HELPS}; a new one is made then, and what was sealed before stays unreadable");
    how_to_copy(store).await.unwrap_or(nothing_helps)
}

/// The secrets of the settings for a database. Those that nobody gave are made, but for a key that this database's texts
/// are sealed with already: a new one would open none of them.
///
/// # Errors
/// As [`Secrets::of`]; and `secrets.toml` is missing where it is needed.
pub async fn secrets_of(store: &Store, settings: &Settings) -> anyhow::Result<Secrets> {
    if KnownSecrets::of(settings)?.notes.is_none() {
        let mut tx = store.read().await?;
        let newest = tx.sealing_keys().await?.pop().map(|key| key.master);
        if newest.is_some() || tx.holds_sealed().await? {
            let named = newest.map(|name| format!(" (fingerprint {name})")).unwrap_or_default();
            bail!(
                "{} is missing, and with it the notes_key that this database is sealed with{named}: {}",
                secrets_file(settings).display(),
                what_helps(store).await,
            );
        }
    }
    Secrets::of(settings)
}

/// Opens the keys of a database, or makes the first.
///
/// # Errors
/// The keys of the settings are not those that this database was made with; a sentence says what to do.
pub async fn open(store: &Store, secrets: &Secrets, now: Timestamp) -> anyhow::Result<Sealer> {
    let masters = Masters::of(secrets);
    let mut tx = store.begin().await?;
    if tx.sealing_keys().await?.is_empty() {
        make_first(&mut tx, &masters, now).await?;
    }
    check_pepper(&mut tx, &secrets.passcode_pepper).await?;
    // Another node may have been faster.
    let keys = tx.sealing_keys().await?;
    tx.commit().await?;
    let opened: Vec<DataKey> = keys.iter().filter_map(|key| masters.open(key)).collect();
    let newest = keys.last().context("there is no key in the database")?;
    if opened.last().map(|key| i64::from(key.id)) != Some(newest.id) {
        bail!(
            "notes_key is not the one that this database is sealed with (fingerprint {} there, {} here): {}",
            newest.master,
            masters.now().name,
            what_helps(store).await,
        );
    }
    if opened.len() < keys.len() {
        let lost = keys.len() - opened.len();
        tracing::warn!(lost, "older keys cannot be opened; what they sealed is shown as unreadable");
    }
    let sealer = Sealer::new(&opened).context("there is no key in the database")?;
    Ok(sealer.or_unnamed(&masters.now().bytes))
}

async fn make_first(tx: &mut Tx, masters: &Masters, now: Timestamp) -> anyhow::Result<()> {
    let key = if tx.holds_sealed().await? {
        let adopted = masters.adopt(&tx.sealed_samples().await?);
        adopted.with_context(|| {
            format!(
                "notes_key is not the one that this database is sealed with: {WHAT_HELPS}; what was sealed before \
                 stays unreadable then"
            )
        })?
    } else {
        random(1)
    };
    Ok(tx.insert_sealing_key(&masters.now().seal(&key, now)?).await?)
}

fn random(id: u32) -> DataKey {
    DataKey { id, bytes: rand::random(), opens_unnamed: false }
}

/// Another pepper stops nothing: nothing is lost by it, and every passcode can be made anew.
async fn check_pepper(tx: &mut Tx, pepper: &Secret) -> anyhow::Result<()> {
    if !is_same_pepper(tx, pepper).await? {
        tracing::warn!(
            "{PEPPER} is not the one that this database's passcodes are hashed with: {WHAT_HELPS}; until then passcodes \
             that were given out are wrong, and new ones are right"
        );
    }
    Ok(())
}

/// The first one is the one.
async fn is_same_pepper(tx: &mut Tx, pepper: &Secret) -> anyhow::Result<bool> {
    let ours = fingerprint(pepper);
    let theirs = tx.key_check(PEPPER).await?;
    if theirs.is_none() {
        tx.set_key_check(PEPPER, &ours).await?;
    }
    Ok(theirs.is_none_or(|theirs| theirs == ours))
}

/// What of the settings was another, and is used from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepted {
    pub notes_key: bool,
    pub passcode_pepper: bool,
}

/// What of a database does not fit the keys of the settings. Nobody is kept from the rest by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// How many older keys cannot be opened: what they sealed is unreadable.
    pub lost_keys: usize,
    /// Passcodes that were given out are hashed with another pepper: they are wrong.
    pub other_pepper: bool,
}

/// Looks at the keys of a database, and changes nothing.
///
/// # Errors
/// The store cannot be read.
pub async fn misfit(tx: &mut Tx, secrets: &Secrets) -> Result<Misfit, StoreError> {
    let masters = Masters::of(secrets);
    let keys = tx.sealing_keys().await?;
    let ours = fingerprint(&secrets.passcode_pepper);
    Ok(Misfit {
        lost_keys: keys.iter().filter(|key| masters.open(key).is_none()).count(),
        other_pepper: tx.key_check(PEPPER).await?.is_some_and(|theirs| theirs != ours),
    })
}

/// Goes on with the keys of the settings, whatever was there before. What the others sealed is kept, and opens again
/// where they come back as `previous_notes_key`.
///
/// # Errors
/// Those of the store.
pub async fn accept(store: &Store, secrets: &Secrets, now: Timestamp) -> anyhow::Result<Accepted> {
    let masters = Masters::of(secrets);
    let mut tx = store.begin().await?;
    let keys = tx.sealing_keys().await?;
    let adopted = keys.is_empty() && make_first(&mut tx, &masters, now).await.is_ok();
    let notes_key = !adopted && keys.last().is_none_or(|key| masters.open(key).is_none());
    if notes_key {
        tx.insert_sealing_key(&masters.now().seal(&next(&keys)?, now)?).await?;
    }
    let passcode_pepper = !is_same_pepper(&mut tx, &secrets.passcode_pepper).await?;
    if passcode_pepper {
        tx.set_key_check(PEPPER, &fingerprint(&secrets.passcode_pepper)).await?;
    }
    tx.commit().await?;
    Ok(Accepted { notes_key, passcode_pepper })
}

fn next(keys: &[SealingKey]) -> anyhow::Result<DataKey> {
    let last = keys.last().map_or(0, |key| key.id);
    Ok(random(u32::try_from(last + 1).context("there are too many keys")?))
}

/// What [`rotate`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotated {
    /// How many keys were sealed anew.
    pub sealed_anew: usize,
    /// The settings name an old master key that nothing needs any more.
    pub previous_is_needless: bool,
}

/// A new master key seals all keys anew, and a new key is used from now on. Whatever interrupts it, everything opens,
/// and the next call goes on where this one stopped. Where the settings give the master key, it is they that change it:
/// `notes_key` is the new one, `previous_notes_key` the old.
///
/// # Errors
/// As [`open`].
pub async fn rotate(store: &Store, settings: &Settings, now: Timestamp) -> anyhow::Result<Rotated> {
    // Nothing is begun with keys that are others.
    open(store, &secrets_of(store, settings).await?, now).await?;
    Secrets::begin_rotation(settings)?;
    let secrets = Secrets::of(settings)?;
    let sealed_anew = seal_anew(store, &secrets, now).await?;
    let masters = Masters::of(&secrets);
    let mut tx = store.begin().await?;
    let newest = next(&tx.sealing_keys().await?)?;
    tx.insert_sealing_key(&masters.now().seal(&newest, now)?).await?;
    tx.commit().await?;
    Ok(Rotated { sealed_anew, previous_is_needless: Secrets::end_rotation(settings)? })
}

/// One key after the other, each for good.
async fn seal_anew(store: &Store, secrets: &Secrets, now: Timestamp) -> anyhow::Result<usize> {
    let masters = Masters::of(secrets);
    let keys = store.read().await?.sealing_keys().await?;
    let mut sealed_anew = 0;
    for key in keys.iter().filter(|key| key.master != masters.now().name) {
        // One that was lost stays as it is.
        let Some(opened) = masters.open(key) else { continue };
        let anew = masters.now().seal(&opened, now)?;
        let mut tx = store.begin().await?;
        tx.reseal_key(key.id, &anew.sealed, &anew.master).await?;
        tx.commit().await?;
        sealed_anew += 1;
    }
    Ok(sealed_anew)
}

#[cfg(test)]
mod tests {
    use openvisit_core::ids::SessionId;
    use uuid::Uuid;

    use super::*;
    use crate::settings::{Sources, load};

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;
    const NOTHING: Accepted = Accepted { notes_key: false, passcode_pepper: false };

    fn secrets(notes: &str, previous: Option<&str>) -> Secrets {
        Secrets {
            jwt: "what tokens are signed with".into(),
            notes: notes.into(),
            previous_notes: previous.map(Secret::from),
            passcode_pepper: "what passcodes are hashed with".into(),
        }
    }

    async fn store(folder: &tempfile::TempDir) -> Store {
        Store::open(&format!("sqlite://{}", folder.path().join("openvisit.db").display())).await.unwrap()
    }

    fn notes() -> Of<'static> {
        Of::Notes(SessionId(Uuid::from_u128(1)))
    }

    #[tokio::test]
    async fn another_master_key_is_refused_until_it_is_accepted_and_the_old_one_still_opens() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder).await;
        let first = secrets("the first master key", None);
        let sealed = open(&store, &first, NOW).await.unwrap().seal(notes(), "sleeps badly").unwrap();
        let other = secrets("another master key", None);
        let refused = open(&store, &other, NOW).await.unwrap_err().to_string();
        assert!(refused.contains("notes_key is not the one") && refused.contains("keys accept"), "{refused}");
        let accepted = Accepted { notes_key: true, passcode_pepper: false };
        assert_eq!(accept(&store, &other, NOW).await.unwrap(), accepted);
        assert_eq!(accept(&store, &other, NOW).await.unwrap(), NOTHING);
        let seen = misfit(&mut store.read().await.unwrap(), &other).await.unwrap();
        assert_eq!(seen, Misfit { lost_keys: 1, other_pepper: false });
        assert!(open(&store, &other, NOW).await.unwrap().open(notes(), &sealed).is_err());
        let both = secrets("another master key", Some("the first master key"));
        assert_eq!(open(&store, &both, NOW).await.unwrap().open(notes(), &sealed).unwrap(), "sleeps badly");
    }

    #[tokio::test]
    async fn another_pepper_is_told_until_it_is_accepted() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder).await;
        let first = secrets("the first master key", None);
        open(&store, &first, NOW).await.unwrap();
        let other = Secrets { passcode_pepper: "another pepper, of course".into(), ..first };
        open(&store, &other, NOW).await.unwrap();
        let is_known = async || {
            let mut tx = store.begin().await.unwrap();
            is_same_pepper(&mut tx, &other.passcode_pepper).await.unwrap()
        };
        assert!(!is_known().await);
        let seen = misfit(&mut store.read().await.unwrap(), &other).await.unwrap();
        assert_eq!(seen, Misfit { lost_keys: 0, other_pepper: true });
        let accepted = Accepted { notes_key: false, passcode_pepper: true };
        assert_eq!(accept(&store, &other, NOW).await.unwrap(), accepted);
        assert!(is_known().await);
        assert_eq!(accept(&store, &other, NOW).await.unwrap(), NOTHING);
    }

    #[tokio::test]
    async fn a_rotation_that_was_interrupted_anywhere_opens_everything_and_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder).await;
        let flags = vec![("data_dir", folder.path().display().to_string())];
        let settings = load(&Sources { flags, ..Sources::default() }).unwrap().settings;
        let of_now = || Secrets::of(&settings).unwrap();
        let sealed = open(&store, &of_now(), NOW).await.unwrap().seal(notes(), "sleeps badly").unwrap();
        let opens = async || {
            let sealer = open(&store, &of_now(), NOW).await.unwrap();
            assert_eq!(sealer.open(notes(), &sealed).unwrap(), "sleeps badly");
        };
        let first = of_now().notes;
        Secrets::begin_rotation(&settings).unwrap();
        opens().await;
        let second = of_now().notes;
        Secrets::begin_rotation(&settings).unwrap();
        assert_eq!((of_now().notes, of_now().previous_notes), (second.clone(), Some(first.clone())));
        assert_eq!(seal_anew(&store, &of_now(), NOW).await.unwrap(), 1);
        opens().await;
        let rotated = rotate(&store, &settings, NOW).await.unwrap();
        assert_eq!(rotated, Rotated { sealed_anew: 0, previous_is_needless: false });
        assert_eq!((of_now().notes, of_now().previous_notes), (second, None));
        opens().await;
        assert_eq!(rotate(&store, &settings, NOW).await.unwrap().sealed_anew, 2);
        opens().await;
        let lost = secrets(first.expose(), None);
        assert!(open(&store, &lost, NOW).await.is_err(), "the first master key opens nothing any more");
    }
}
