use openvisit_providers::{Provider, ProviderError};

use super::{CheckResult, Code};

/// Reachable, and takes the keys of the settings.
pub(super) async fn run(provider: Provider) -> CheckResult {
    match provider.health().await {
        Ok(()) if !provider.proves_presence() => CheckResult::warning(Code::ProviderTellsNobody),
        Ok(()) if matches!(provider, Provider::Jitsi(_)) => CheckResult::ok(Code::ProviderReached),
        Ok(()) => CheckResult::ok(Code::ProviderWorks),
        Err(error) => failed(&error),
    }
}

fn failed(error: &ProviderError) -> CheckResult {
    let code = match error {
        ProviderError::Unreachable(_) => Code::ProviderUnreachable,
        ProviderError::TimedOut => Code::TimedOut,
        ProviderError::Throttled { .. } => return CheckResult::warning(Code::ProviderBusy).because(error),
        ProviderError::Unauthorized(_) => Code::ProviderKeysRefused,
        ProviderError::Garbled(_) => Code::ProviderStrange,
        ProviderError::Broken(_)
        | ProviderError::Refused(_)
        | ProviderError::Setting(_)
        | ProviderError::Over
        | ProviderError::Forged => Code::ProviderFails,
    };
    CheckResult::fault(code).because(error)
}
