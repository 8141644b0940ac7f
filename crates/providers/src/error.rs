use std::time::Duration;

/// Why a provider did not do what it was asked. No text here holds a key, a token or a name.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    #[error("it cannot be reached: {0}")]
    Unreachable(String),
    #[error("it did not answer in time")]
    TimedOut,
    #[error("it is asked too often")]
    Throttled { retry_after: Option<Duration> },
    #[error("it is in trouble itself ({0})")]
    Broken(String),
    #[error("it refused the credentials of the settings ({0})")]
    Unauthorized(String),
    #[error("it refused ({0})")]
    Refused(String),
    #[error("its answer makes no sense: {0}")]
    Garbled(String),
    #[error("a callback without the provider's signature")]
    Forged,
    #[error("{0}")]
    Setting(String),
}

impl ProviderError {
    /// Whether the same question may be answered later.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        matches!(
            self,
            Self::Unreachable(_) | Self::TimedOut | Self::Throttled { .. } | Self::Broken(_) | Self::Garbled(_)
        )
    }
}
