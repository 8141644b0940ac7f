//! Whether another system's tokens can be verified.

use openvisit_app::auth::jwks::{NoKeys, look};
use openvisit_app::settings::issuer::{Algorithm, Issuer, KeySource};

use super::{CheckResult, Code};

/// Reachable, and with keys of each pinned algorithm.
pub(super) async fn run(issuer: Issuer) -> CheckResult {
    let Some(KeySource::Jwks(url)) = issuer.key_source() else {
        return CheckResult::ok(Code::IssuerKeyGiven);
    };
    let mut shown = url.clone();
    shown.set_query(None);
    match look(url, &issuer.algorithms()).await {
        Ok(found) => judged(&found).because(format_args!("{}; {shown}", counts(&found))),
        Err(NoKeys::Unreachable(why)) => {
            CheckResult::fault(Code::IssuerUnreachable).because(format_args!("{why}; {shown}"))
        }
        Err(NoKeys::Strange(why)) => {
            CheckResult::fault(Code::IssuerStrange).because(format_args!("{why}; {shown}"))
        }
    }
}

/// While an issuer changes its algorithm, one of two has no key yet, or none any more.
fn judged(found: &[(Algorithm, usize)]) -> CheckResult {
    if found.iter().all(|(_, keys)| *keys == 0) {
        return CheckResult::fault(Code::IssuerKeysMissing);
    }
    if found.iter().any(|(_, keys)| *keys == 0) {
        return CheckResult::warning(Code::IssuerKeysSome);
    }
    CheckResult::ok(Code::IssuerKeysFound)
}

/// `RS256: 2, ES256: 0`
fn counts(found: &[(Algorithm, usize)]) -> String {
    let each = found.iter().map(|(algorithm, keys)| format!("{}: {keys}", algorithm.name()));
    each.collect::<Vec<_>>().join(", ")
}
