use openvisit_providers::{Provider, ProviderError};

use super::{Code, Found};

/// Reachable, and takes the keys of the settings.
pub(super) async fn look(provider: Provider) -> Found {
    match provider.health().await {
        Ok(()) if !provider.proves_presence() => Found::warning(Code::ProviderTellsNobody),
        Ok(()) if matches!(provider, Provider::Jitsi(_)) => Found::ok(Code::ProviderReached),
        Ok(()) => Found::ok(Code::ProviderWorks),
        Err(error) => failed(&error),
    }
}

fn failed(error: &ProviderError) -> Found {
    let code = match error {
        ProviderError::Unreachable(_) => Code::ProviderUnreachable,
        ProviderError::TimedOut => Code::TimedOut,
        ProviderError::Throttled { .. } => return Found::warning(Code::ProviderBusy).because(error),
        ProviderError::Unauthorized(_) => Code::ProviderKeysRefused,
        ProviderError::Garbled(_) => Code::ProviderStrange,
        ProviderError::Broken(_)
        | ProviderError::Refused(_)
        | ProviderError::Setting(_)
        | ProviderError::Over
        | ProviderError::Forged => Code::ProviderFails,
    };
    Found::fault(code).because(error)
}
