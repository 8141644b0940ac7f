use std::time::Duration;

/// Why a provider did not do what it was asked. No text here holds a key, a token, a name or an address.
///
/// What may pass ([`may_pass`](Self::may_pass)) is asked again, or carried elsewhere. `Unauthorized`, `Refused` and
/// `Setting` are for the operator to fix; the provider cannot be used until then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    #[error("it cannot be reached: {0}")]
    Unreachable(String),
    #[error("it did not answer in time")]
    TimedOut,
    #[error("it is asked too often")]
    Throttled { retry_after: Option<Duration> },
    #[error("it is in trouble itself ({0})")]
    Broken(String),
    #[error("its answer makes no sense: {0}")]
    Garbled(String),
    #[error("it refused the keys of the settings ({0})")]
    Unauthorized(String),
    /// By its own code.
    #[error("it refused ({0})")]
    Refused(String),
    #[error("the setting {0}")]
    Setting(String),
    #[error("the time of this seat is over")]
    Over,
    #[error("a callback without the provider's signature")]
    Forged,
}

impl ProviderError {
    /// Whether the same question may be answered later.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        matches!(
            self,
            Self::Unreachable(_)
                | Self::TimedOut
                | Self::Throttled { .. }
                | Self::Broken(_)
                | Self::Garbled(_)
        )
    }
}

/// A code as a vendor sent it, made fit for a log line: whoever answers may send anything.
pub fn code(text: &str) -> String {
    let plain = |it: &char| it.is_ascii_alphanumeric() || matches!(it, '.' | '_' | '-');
    text.chars().filter(plain).take(60).collect()
}
