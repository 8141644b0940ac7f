//! Which key a backup needs, told before anything is touched.

use openvisit_store::{BackupContents, SealedSamples, StoreError, Tx};

use super::{Masters, PEPPER};
use crate::settings::{KnownSecrets, fingerprint};

/// How the keys of the settings fit a backup, or a database that one is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fit {
    /// Nothing was ever sealed there.
    NoneNeeded,
    /// The newest key opens.
    Right {
        /// Of the `notes_key` that it needs.
        fingerprint: String,
        /// How many older keys do not open: what they sealed is unreadable.
        lost_keys: usize,
        /// Passcodes that were given out are hashed with another pepper: they are wrong.
        other_pepper: bool,
    },
    /// The settings have no `notes_key`. The one that is needed, unless the backup is too old to name it.
    Missing { needed: Option<String> },
    /// They have another.
    Other { needed: Option<String>, ours: String },
}

/// Looks at a backup, and changes nothing.
///
/// # Errors
/// It cannot be read.
pub async fn fit(backup: BackupContents, secrets: &KnownSecrets) -> Result<Fit, StoreError> {
    let BackupContents { mut tx, names_keys } = backup;
    let found = if names_keys { fit_of(&mut tx, secrets).await? } else { Fit::NoneNeeded };
    match found {
        // Sealed before keys had names, if at all.
        Fit::NoneNeeded => Ok(fit_of_unnamed(&tx.sealed_samples().await?, secrets)),
        found => Ok(found),
    }
}

/// Looks at the keys of a database, and changes nothing.
///
/// # Errors
/// It cannot be read.
pub async fn fit_of(tx: &mut Tx, secrets: &KnownSecrets) -> Result<Fit, StoreError> {
    let keys = tx.sealing_keys().await?;
    let Some(newest) = keys.last() else { return Ok(Fit::NoneNeeded) };
    let needed = newest.master.clone();
    let Some(notes) = &secrets.notes else { return Ok(Fit::Missing { needed: Some(needed) }) };
    let masters = Masters::new(Some(notes), secrets.previous_notes.as_ref());
    if masters.open(newest).is_none() {
        return Ok(Fit::Other { needed: Some(needed), ours: fingerprint(notes) });
    }
    let theirs = tx.key_check(PEPPER).await?;
    let ours = secrets.passcode_pepper.as_ref().map(fingerprint);
    Ok(Fit::Right {
        fingerprint: needed,
        lost_keys: keys.iter().filter(|key| masters.open(key).is_none()).count(),
        other_pepper: theirs.is_some() && theirs != ours,
    })
}

fn fit_of_unnamed(samples: &SealedSamples, secrets: &KnownSecrets) -> Fit {
    if *samples == SealedSamples::default() {
        return Fit::NoneNeeded;
    }
    let Some(notes) = &secrets.notes else { return Fit::Missing { needed: None } };
    let masters = Masters::new(Some(notes), secrets.previous_notes.as_ref());
    match masters.adopt(samples) {
        Some(_) => Fit::Right { fingerprint: fingerprint(notes), lost_keys: 0, other_pepper: false },
        None => Fit::Other { needed: None, ours: fingerprint(notes) },
    }
}

#[cfg(test)]
mod tests {
    use openvisit_core::ids::SessionId;
    use uuid::Uuid;

    use super::*;
    use crate::seal::{DataKey, Of, Sealer};
    use crate::settings::{Secret, key_of};

    #[test]
    fn a_backup_of_before_keys_had_names_is_tried_by_what_it_holds() {
        let (right, wrong) = (Secret::from("the right master key"), Secret::from("another master key"));
        let key = DataKey { id: 1, bytes: key_of(&right), opens_unnamed: true };
        let id = SessionId(Uuid::nil());
        let sealed = Sealer::new(&[key]).unwrap().seal(Of::Notes(id), "sleeps badly").unwrap();
        let samples = SealedSamples { notes: Some((id, sealed)), ..SealedSamples::default() };
        let fit = |notes: Option<&Secret>, samples: &SealedSamples| {
            fit_of_unnamed(samples, &KnownSecrets { notes: notes.cloned(), ..KnownSecrets::default() })
        };
        let fits = Fit::Right { fingerprint: fingerprint(&right), lost_keys: 0, other_pepper: false };
        assert_eq!(fit(Some(&right), &samples), fits);
        assert_eq!(fit(Some(&wrong), &samples), Fit::Other { needed: None, ours: fingerprint(&wrong) });
        assert_eq!(fit(None, &samples), Fit::Missing { needed: None });
        assert_eq!(fit(None, &SealedSamples::default()), Fit::NoneNeeded);
    }
}
