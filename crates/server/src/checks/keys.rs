//! Whether the keys of the settings open what the database keeps: with others no server starts.

use std::sync::Arc;

use openvisit_app::keys::backups::{Fit, fit};
use openvisit_app::settings::{KnownSecrets, Settings, secrets_file};
use openvisit_store::{Account, StoreError, Wish, glance};

use super::{CheckResult, Code};

/// As a start looks at them; nothing is made.
pub(super) async fn run(settings: Arc<Settings>) -> CheckResult {
    let known = match KnownSecrets::of(&settings) {
        Ok(known) => known,
        // Whoever may not read them is not the account that the server has.
        Err(error) if Account::own().obstacle(&secrets_file(&settings), Wish::Read).is_some() => {
            return CheckResult::warning(Code::KeysUnproven).because(format_args!("{error:#}"));
        }
        Err(error) => return CheckResult::fault(Code::KeysUnusable).because(format_args!("{error:#}")),
    };
    match look(&settings, &known).await {
        Ok(found) => judged(found),
        // The database's own check says why.
        Err(_) => CheckResult::warning(Code::KeysUnproven),
    }
}

async fn look(settings: &Settings, known: &KnownSecrets) -> Result<Fit, StoreError> {
    let Some((contents, closing)) = glance(&settings.database_url()).await? else {
        return Ok(Fit::NoneNeeded);
    };
    let found = fit(contents, known).await;
    closing.close().await;
    found
}

fn judged(found: Fit) -> CheckResult {
    let named = |needed: Option<String>| needed.unwrap_or_else(|| "an old one".to_owned());
    match found {
        Fit::NoneNeeded => CheckResult::ok(Code::KeysNone),
        Fit::Right { fingerprint, lost_keys: 0, other_pepper: false } => {
            CheckResult::ok(Code::KeysFit).because(fingerprint)
        }
        Fit::Right { lost_keys, other_pepper, .. } => {
            let pepper = if other_pepper { "; passcode_pepper is another" } else { "" };
            CheckResult::warning(Code::KeysPartly)
                .because(format_args!("{lost_keys} older keys are lost{pepper}"))
        }
        Fit::Missing { needed } => {
            CheckResult::fault(Code::KeysMissing).because(format_args!("fingerprint {}", named(needed)))
        }
        Fit::Other { needed, ours } => CheckResult::fault(Code::KeysOther)
            .because(format_args!("fingerprint {} there, {ours} here", named(needed))),
    }
}
